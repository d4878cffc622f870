"""A question as an item of QTI 1.2, as Canvas writes and reads it."""

from __future__ import annotations

from xml.etree import ElementTree as XML

from lambda_study.handouts.export.pieces import after_html, bounds, stem_html
from lambda_study.quiz.question import Answer, Question
from lambda_study.show.markup import block_html, inline_html

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
TYPES = {
    "single": "multiple_choice_question",
    "multiple": "multiple_answers_question",
    "numeric": "numerical_question",
}
RESPONSE = "response1"


def add_item(section: XML.Element, question: Question, introduction: str) -> None:
    """Add QUESTION to SECTION: all keys and no other option score, and each option has its reason."""
    item = XML.SubElement(section, "item", ident=question.id, title=question.id)
    _metadata(item, question)
    presentation = XML.SubElement(item, "presentation")
    _material(presentation, stem_html(question, introduction))
    if question.answer:
        _blank(presentation)
    else:
        _choices(presentation, question)
    _scoring(item, question)
    _feedback(item, question)


def _metadata(item: XML.Element, question: Question) -> None:
    fields = XML.SubElement(XML.SubElement(item, "itemmetadata"), "qtimetadata")
    letters = ",".join(option.letter for option in question.options)
    known = {
        "question_type": TYPES[question.kind],
        "points_possible": "1.0",
        "original_answer_ids": letters,
        "assessment_question_identifierref": f"{question.id}-question",
    }
    for label, entry in known.items():
        field = XML.SubElement(fields, "qtimetadatafield")
        XML.SubElement(field, "fieldlabel").text = label
        XML.SubElement(field, "fieldentry").text = entry


def _choices(presentation: XML.Element, question: Question) -> None:
    several = "Multiple" if question.kind == "multiple" else "Single"
    response = XML.SubElement(presentation, "response_lid", ident=RESPONSE, rcardinality=several)
    choices = XML.SubElement(response, "render_choice")
    for option in question.options:
        _material(XML.SubElement(choices, "response_label", ident=option.letter), inline_html(option.text))


def _blank(presentation: XML.Element) -> None:
    response = XML.SubElement(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    blank = XML.SubElement(response, "render_fib", fibtype="Decimal")
    XML.SubElement(blank, "response_label", ident="answer1")


def _scoring(item: XML.Element, question: Question) -> None:
    scoring = XML.SubElement(item, "resprocessing")
    outcomes = XML.SubElement(scoring, "outcomes")
    XML.SubElement(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    _shown_after(scoring, XML.Element("other"), "general_fb")
    for option in question.options:
        _shown_after(scoring, _chosen(option.letter), f"{option.letter}_fb")
    right = XML.SubElement(scoring, "respcondition", {"continue": "No"})
    XML.SubElement(right, "conditionvar").append(_right(question))
    XML.SubElement(right, "setvar", action="Set", varname="SCORE").text = "100"
    if question.answer:
        XML.SubElement(right, "displayfeedback", feedbacktype="Response", linkrefid="correct_fb")


def _shown_after(scoring: XML.Element, condition: XML.Element, feedback: str) -> None:
    shown = XML.SubElement(scoring, "respcondition", {"continue": "Yes"})
    XML.SubElement(shown, "conditionvar").append(condition)
    XML.SubElement(shown, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _right(question: Question) -> XML.Element:
    if question.answer:
        return _number(question.answer)
    if question.kind == "single":
        return _chosen(question.key[0])
    every = XML.Element("and")
    for option in question.options:
        parent = every if option.correct else XML.SubElement(every, "not")
        parent.append(_chosen(option.letter))
    return every


def _number(answer: Answer) -> XML.Element:
    low, high = bounds(answer)
    either = XML.Element("or")
    XML.SubElement(either, "varequal", respident=RESPONSE).text = f"{answer.value:f}"
    within = XML.SubElement(either, "and")
    XML.SubElement(within, "vargte", respident=RESPONSE).text = low
    XML.SubElement(within, "varlte", respident=RESPONSE).text = high
    return either


def _chosen(letter: str) -> XML.Element:
    condition = XML.Element("varequal", respident=RESPONSE)
    condition.text = letter
    return condition


def _feedback(item: XML.Element, question: Question) -> None:
    texts = {"general_fb": after_html(question)}
    texts |= {f"{option.letter}_fb": block_html(option.reason) for option in question.options}
    if question.answer:
        texts["correct_fb"] = block_html(question.answer.reason)
    for ident, html in texts.items():
        _material(XML.SubElement(XML.SubElement(item, "itemfeedback", ident=ident), "flow_mat"), html)


def _material(parent: XML.Element, html: str) -> None:
    XML.SubElement(XML.SubElement(parent, "material"), "mattext", texttype="text/html").text = html
