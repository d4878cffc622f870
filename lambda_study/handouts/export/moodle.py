"""Moodle XML: a category a topic, reasons as feedback, ids as ID numbers."""

from __future__ import annotations

from xml.etree import ElementTree as XML

from lambda_study.handouts.export.pieces import SHARES, SHELF, after_html, stem_html, tags
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import Answer, Option, Question
from lambda_study.show.markup import block_html, inline_html


def moodle_xml(bank: Bank, topics: tuple[str, ...]) -> bytes:
    """Return TOPICS of BANK as the XML that Moodle's question bank imports."""
    quiz = XML.Element("quiz")
    for topic in topics:
        _category(quiz, topic, bank.title(topic))
        for question in bank.topic(topic):
            _question(quiz, question, bank.introduction(topic))
    XML.indent(quiz)
    written: bytes = XML.tostring(quiz, encoding="UTF-8", xml_declaration=True)
    return written


def _category(quiz: XML.Element, topic: str, title: str) -> None:
    category = XML.SubElement(quiz, "question", type="category")
    # A slash parts the levels of Moodle's tree; two of them are one in a name.
    _text(category, "category", f"$course$/top/{SHELF}/{title.replace('/', '//')}")
    _html(category, "info", "")
    XML.SubElement(category, "idnumber").text = topic


def _question(quiz: XML.Element, question: Question, introduction: str) -> None:
    kind = "numerical" if question.answer else "multichoice"
    element = XML.SubElement(quiz, "question", type=kind)
    _text(element, "name", question.id)
    _html(element, "questiontext", stem_html(question, introduction))
    _html(element, "generalfeedback", after_html(question))
    for name, value in {"defaultgrade": "1", "penalty": "0", "hidden": "0", "idnumber": question.id}.items():
        XML.SubElement(element, name).text = value
    if question.answer:
        _number(element, question.answer)
    else:
        _options(element, question)
    marked = XML.SubElement(element, "tags")
    for tag in tags(question):
        _text(marked, "tag", tag)


def _options(element: XML.Element, question: Question) -> None:
    single = question.kind == "single"
    settings = {"single": str(single).lower(), "shuffleanswers": "true", "answernumbering": "ABCD"}
    for name, value in settings.items():
        XML.SubElement(element, name).text = value
    for option in question.options:
        answer = XML.SubElement(element, "answer", fraction=_share(question, option), format="html")
        XML.SubElement(answer, "text").text = inline_html(option.text)
        _html(answer, "feedback", block_html(option.reason))


def _share(question: Question, option: Option) -> str:
    """What OPTION is worth in percent. A wrong one takes all away, as the exams give no part of a point."""
    if option.correct:
        return SHARES[len(question.key)]
    return "0" if question.kind == "single" else "-100"


def _number(element: XML.Element, answer: Answer) -> None:
    right = XML.SubElement(element, "answer", fraction="100", format="moodle_auto_format")
    XML.SubElement(right, "text").text = f"{answer.value:f}"
    _html(right, "feedback", block_html(answer.reason))
    XML.SubElement(right, "tolerance").text = f"{answer.tolerance:f}"


def _text(parent: XML.Element, name: str, text: str) -> None:
    XML.SubElement(XML.SubElement(parent, name), "text").text = text


def _html(parent: XML.Element, name: str, html: str) -> None:
    XML.SubElement(XML.SubElement(parent, name, format="html"), "text").text = html
