"""GIFT, the text format that Moodle and many other programs import."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lambda_study.handouts.export.pieces import SHARES, SHELF, after_html, stem_html, tags
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import Answer, Option, Question
from lambda_study.show.markup import block_html, inline_html

_PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)


def gift(bank: Bank, topics: tuple[str, ...]) -> str:
    """Return TOPICS of BANK as GIFT, a category a topic; ids and tags stand in a comment above."""
    return "\n".join(line for topic in topics for line in _topic(bank, topic))


def _topic(bank: Bank, topic: str) -> Iterator[str]:
    yield f"$CATEGORY: $course$/top/{SHELF}/{bank.title(topic).replace('/', '//')}\n"
    for question in bank.topic(topic):
        yield _question(question, bank.introduction(topic)) + "\n"


def _question(question: Question, introduction: str) -> str:
    marks = " ".join(f"[tag:{tag}]" for tag in tags(question))
    after = after_html(question)
    lines = [
        f"// [id:{question.id}] {marks}",
        f"::{question.id}::[html]{_text(stem_html(question, introduction))}{{",
        *(_number(question.answer) if question.answer else _options(question)),
        *([f"####{_text(after)}"] if after else []),
        "}",
    ]
    return "\n".join(lines)


def _options(question: Question) -> Iterator[str]:
    mark: Callable[[Option], str] = _share(question) if question.kind == "multiple" else _sign
    for option in question.options:
        yield f"{mark(option)}{_text(inline_html(option.text))}#{_text(block_html(option.reason))}"


def _sign(option: Option) -> str:
    return "=" if option.correct else "~"


def _share(question: Question) -> Callable[[Option], str]:
    part = f"~%{SHARES[len(question.key)]}%"
    return lambda option: part if option.correct else "~%-100%"


def _number(answer: Answer) -> Iterator[str]:
    yield f"#={answer.value:f}:{answer.tolerance:f}#{_text(block_html(answer.reason))}"


def _text(html: str) -> str:
    """HTML with GIFT's own signs escaped, in one line: an empty line would end the question."""
    lines = [part.replace("\n", "<br>" if part.startswith("<pre>") else " ") for part in _PRE.split(html)]
    return re.sub(r"([\\~=#{}:])", r"\\\1", "".join(lines))
