"""One topic file read into questions, strictly: every fault of the file is reported, none is guessed away."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise, takewhile
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_study.errors import BadInput
from lambda_study.quiz.claim import read_claim
from lambda_study.quiz.drawn import as_written, places
from lambda_study.quiz.finding import Finding, shown_path
from lambda_study.quiz.markdown import blocks, content, first_line
from lambda_study.quiz.meta import Meta, looks_like_meta, read_meta
from lambda_study.quiz.numbers import read_number, same_unit
from lambda_study.quiz.question import LETTERS, Answer, Kind, Option, Question

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Block

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SELECT = re.compile(r"\(?Select ([A-Z]+)\.\)?$")
MOST_VARIANTS = 100
_BOX = re.compile(r"\[([ xX])\](?:\s+(.*))?")


@dataclass(frozen=True)
class Topic:
    """A topic's name (the file's), its title, its questions, and what holds for all of them (Markdown)."""

    name: str
    title: str
    questions: tuple[Question, ...]
    path: str
    introduction: str = ""


def read_topic(path: Path) -> tuple[Topic, list[Finding]]:
    """The topic in the file PATH and every fault of the file; with a fault the topic is not to be used."""
    reader = _TopicReader(path.stem, shown_path(path))
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        reader.complain(1, "format", "is not UTF-8 text. Save it as UTF-8.")
        text = ""
    topic = reader.read(text) if text or not reader.findings else Topic(path.stem, "", (), reader.path)
    return topic, reader.findings


@dataclass
class _TopicReader:
    name: str
    path: str
    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def complain(self, line: int, rule: str, message: str, question: str = "") -> None:
        self.findings.append(Finding(self.path, line, question, rule, "error", message))

    def read(self, text: str) -> Topic:
        self.lines = text.splitlines()
        parsed = blocks(text)
        if not parsed or parsed[0].type != "heading" or parsed[0].tag != "h1":
            self.complain(
                1, "format", "The file does not begin with its title. Write # Title on the first line."
            )
        title = content(parsed[0]) if parsed and parsed[0].tag == "h1" else ""
        sections = list(self._sections(parsed[1:] if title else parsed))
        questions = [_QuestionReader(self, *section).read() for section in sections]
        if not sections:
            self.complain(1, "format", "The file has no question. Begin one with ## its-id.")
        self._demand_unique_ids(sections)
        introduction = self._introduction(parsed[1:] if title else parsed)
        return Topic(self.name, title, tuple(filter(None, questions)), self.path, introduction)

    def _introduction(self, parsed: list[Block]) -> str:
        """The paragraphs between the title and the first question."""
        before = takewhile(lambda block: block.tag != "h2", parsed)
        return "\n\n".join(content(block) for block in before if block.type == "paragraph")

    def _sections(self, parsed: list[Block]) -> Iterator[tuple[Block, list[Block]]]:
        """Each `##` heading with the blocks below it."""
        starts = [index for index, block in enumerate(parsed) if block.tag == "h2"]
        for start, end in pairwise([*starts, len(parsed)]):
            yield parsed[start], parsed[start + 1 : end]

    def _demand_unique_ids(self, sections: list[tuple[Block, list[Block]]]) -> None:
        first: dict[str, int] = {}
        for heading, _ in sections:
            name, line = content(heading), first_line(heading)
            if name in first:
                self.complain(
                    line, "id-unique", f"is the id of line {first[name]} too. Choose another.", name
                )
            first.setdefault(name, line)


class _QuestionReader:
    """Reads one section of a file: meta lines, stem, options or a number, note."""

    def __init__(self, file: _TopicReader, heading: Block, body: list[Block]) -> None:
        self.file = file
        self.body = body
        self.id = content(heading)
        self.line = first_line(heading)

    def complain(self, line: int, rule: str, message: str) -> None:
        self.file.complain(line, rule, message, self.id)

    def read(self) -> Question | None:
        before = len(self.file.findings)
        self._demand_plain_blocks()
        meta = self._meta()
        body = [block for block in self.body[1:] if _is_response(block)]
        if len(body) != 1:
            self._complain_of_responses(len(body))
            return None
        options, answer = self._options(body[0]), self._answer(body[0])
        stem, note = self._stem(body[0]), self._note(body[0])
        if len(self.file.findings) > before:
            return None
        pattern = self._question(meta, stem, options, answer, note)
        self._demand_sound_draws(pattern)
        return as_written(pattern) if len(self.file.findings) == before else None

    def _question(
        self, meta: Meta, stem: str, options: tuple[Option, ...], answer: Answer | None, note: str
    ) -> Question:
        return Question(
            id=self.id,
            topic=self.file.name,
            kind=_kind(stem, options),
            level=meta.level,
            domains=tuple(meta.domains),
            stem=stem,
            options=options,
            answer=answer,
            proof=meta.proof,
            sources=tuple(meta.sources),
            note=note,
            ignored=tuple(meta.ignored),
            draws=tuple(meta.draws),
            path=self.file.path,
            line=self.line,
        )

    def _demand_sound_draws(self, pattern: Question) -> None:
        """What is drawn has a place, each place is drawn, and the answer follows from a calculation."""
        names, there = {draw.name for draw in pattern.draws}, places(pattern)
        for name in sorted(there - names):
            self.complain(
                self.line, "draw", f"has a place {{{{{name}}}}} and draws no {name}. Add draw: {name} = ..."
            )
        for name in sorted(names - there):
            self.complain(self.line, "draw", f"draws {name} and has no place {{{{{name}}}}} for it.")
        calculated = pattern.proof is not None and pattern.proof.kind == "calc"
        if names and not (pattern.answer and calculated):
            self.complain(self.line, "draw", "draws numbers. Give it a number as answer and a calc as proof.")
        if prod(len(draw.values) for draw in pattern.draws) > MOST_VARIANTS:
            self.complain(self.line, "draw", f"has more than {MOST_VARIANTS} variants. Draw fewer numbers.")

    def _demand_plain_blocks(self) -> None:
        if not SLUG.fullmatch(self.id):
            self.complain(
                self.line, "id-slug", "is no id. Use lower case, digits and single hyphens: async-retry."
            )
        for block in self.body:
            if block.type == "heading":
                self.complain(
                    first_line(block),
                    "format",
                    "has a heading inside. Questions begin with ##, a title with #.",
                )
            elif block.type == "html_block":
                self.complain(first_line(block), "format", "has HTML, which is not shown. Write Markdown.")
            elif block.type == "fence" and not self._is_closed(block):
                self.complain(
                    first_line(block),
                    "format",
                    f"has a code fence without an end. Close it with {block.markup}.",
                )

    def _is_closed(self, fence: Block) -> bool:
        start, end = fence.map or (0, 0)
        return end - start > 1 and self.file.lines[end - 1].strip().startswith(fence.markup)

    def _meta(self) -> Meta:
        if not self.body or self.body[0].type != "paragraph" or not looks_like_meta(content(self.body[0])):
            self.complain(
                self.line, "format", "has no meta lines. Write level: ..., domain: ... and source: ... first."
            )
            return Meta()
        return read_meta(content(self.body[0]), first_line(self.body[0]), self.complain)

    def _complain_of_responses(self, count: int) -> None:
        if count:
            self.complain(self.line, "format", f"has {count} lists of options or answers. Keep one.")
        elif all(self._is_closed(block) for block in self.body if block.type == "fence"):
            self.complain(
                self.line, "format", 'has no options and no answer. Write "- [ ] text" lines or "= number".'
            )

    def _stem(self, response: Block) -> str:
        """The Markdown between the meta lines and the options or answer."""
        start = self.body[0].map[1] if self.body[0].map else 0
        stem = "\n".join(self.file.lines[start : first_line(response) - 1]).strip("\n").rstrip()
        if not stem:
            self.complain(self.line, "format", "has no stem. Write the question above its options.")
        return stem

    def _options(self, response: Block) -> tuple[Option, ...]:
        if response.type != "bullet_list":
            return ()
        if len(response.children) > len(LETTERS):
            self.complain(
                first_line(response), "option-count", f"has more than {len(LETTERS)} options. Remove some."
            )
        options = [
            self._option(letter, item) for letter, item in zip(LETTERS, response.children, strict=False)
        ]
        if None not in options and not any(option.correct for option in options if option):
            self.complain(self.line, "key-count", "has no correct option. Mark one with [x].")
        return tuple(option for option in options if option)

    def _option(self, letter: str, item: Block) -> Option | None:
        line = first_line(item)
        box = _BOX.fullmatch(_first_text(item))
        if not box:
            self.complain(
                line,
                "format",
                'has an item without a box. Begin it with "[ ]" or "[x]"; lists in a stem use *.',
            )
            return None
        if not box.group(2):
            self.complain(line, "format", "has an option without text. Write it behind the box.")
            return None
        text, claim, violates = read_claim(box.group(2))
        reason = textwrap.dedent("\n".join(self.file.lines[line : item.map[1] if item.map else line])).strip()
        return Option(letter, text, box.group(1) != " ", reason, claim, violates, line)

    def _answer(self, response: Block) -> Answer | None:
        if response.type == "bullet_list":
            return None
        written, _, reason = content(response).partition("\n")
        try:
            return _read_answer(written.removeprefix("="), reason.strip())
        except BadInput as error:
            self.complain(first_line(response), "format", f"has no usable answer: {error}")
            return None

    def _note(self, response: Block) -> str:
        after = self.body[self.body.index(response) + 1 :]
        for block in after:
            if block.type != "blockquote" or block is not after[0]:
                advice = "Indent reasons by two spaces; begin the one note with >."
                self.complain(first_line(block), "format", f"has text after its options. {advice}")
        quoted = [child for block in after[:1] for child in block.children]
        return "\n\n".join(content(child) for child in quoted)


def _is_response(block: Block) -> bool:
    """Whether BLOCK is a list of options or a numeric answer."""
    if block.type == "bullet_list":
        return any(_first_text(item).startswith(("[ ]", "[x]", "[X]")) for item in block.children)
    return block.type == "paragraph" and content(block).startswith("= ")


def _first_text(item: Block) -> str:
    paragraph = item.children[0] if item.children else None
    return content(paragraph).partition("\n")[0] if paragraph and paragraph.type == "paragraph" else ""


def _kind(stem: str, options: tuple[Option, ...]) -> Kind:
    if not options:
        return "numeric"
    several = sum(option.correct for option in options) > 1
    return "multiple" if several or SELECT.search(stem) else "single"


def _read_answer(written: str, reason: str) -> Answer:
    """`16.67 USD ± 0.01`; without a tolerance a number with decimals is good to half of its last one."""
    number, _, tolerance = written.replace("+/-", "±").partition("±")
    value, unit = read_number(number)
    if not tolerance.strip():
        exponent = int(value.as_tuple().exponent)
        return Answer(value, unit, Decimal(5).scaleb(exponent - 1) if exponent < 0 else Decimal(0), reason)
    within, within_unit = read_number(tolerance)
    if within_unit == "%":
        return Answer(value, unit, abs(value) * within / 100, reason)
    if not same_unit(within_unit, unit):
        raise BadInput(f'The tolerance "{tolerance.strip()}" is not in {unit or "plain numbers"}.')
    return Answer(value, unit, within, reason)
