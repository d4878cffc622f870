"""A document as the source of a Typst program."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, singledispatchmethod
from importlib.resources import files
from itertools import count

from lambda_study.handouts import document
from lambda_study.handouts.document import (
    Block,
    Choice,
    Choices,
    Code,
    Document,
    Figures,
    Grid,
    Heading,
    Lines,
    NameLine,
    Note,
    Number,
    Picture,
    Row,
    Sources,
    Text,
    Verdict,
)
from lambda_study.handouts.typst_text import blocks, call, inline, plain, raw, string

LARGE_PT = 18
_SIZES_PT = {"sheet": 10.0, "ticket": 8.5, "dense": 7.6}


class TypstPage:
    """PAGE as Typst: its `source`, and the `pictures` that it names."""

    def __init__(self, page: Document) -> None:
        self.pictures: dict[str, bytes] = {}
        self._page = page
        self._numbers = count(1)
        self.source = self._written()

    def _written(self) -> str:
        page = self._page
        head = [call("heading", "level: 1", content=plain(page.title)), self._joined(page.lead)]
        if page.introduction:
            head.append(call("text", "size: 0.88em", content=blocks(page.introduction)))
        dress = f"#show: dress.with({', '.join(self._form())})"
        return "\n\n".join([_preamble(), dress, *head, self._joined(page.blocks), ""])

    def _form(self) -> list[str]:
        page = self._page
        size = LARGE_PT if page.large else _SIZES_PT[page.paper]
        form = [f"title: {string(page.title)}", f"footer: {string(page.footer)}", f"size: {size}pt"]
        if self._is_half_a_page:
            form += ['paper: "a5"', "flipped: true"]
        return form + ["columns: 2"] * (page.paper == "dense" and not page.large)

    @property
    def _is_half_a_page(self) -> bool:
        return self._page.paper == "ticket" and not self._page.large

    def _joined(self, given: Iterable[Block]) -> str:
        return "\n\n".join(map(self._block, given))

    @singledispatchmethod
    def _block(self, block: Block) -> str:
        raise TypeError(f"{block!r} is no block.")

    @_block.register
    def _(self, block: Text) -> str:
        text = blocks(block.markdown)
        return call("text", "size: 0.88em", content=text) if block.small else text

    @_block.register
    def _(self, block: Heading) -> str:
        return call("heading", f"level: {block.level}", content=inline(block.text))

    @_block.register
    def _(self, block: Code) -> str:
        code = raw(block.text, block.language)
        if not block.language:
            return call("text", "size: 0.85em", content=code)
        return call("kept", content=code)

    @_block.register
    def _(self, block: Picture) -> str:
        name = f"picture-{next(self._numbers)}.{block.kind}"
        self.pictures[name] = block.content
        return call("picture", string(name), string(block.alt))

    @_block.register
    def _(self, block: Lines) -> str:
        label = plain(block.label) + "\n\n" if block.label else ""
        return call("block", "breakable: false", "width: 100%", content=f"{label}#lines({block.count});")

    @_block.register
    def _(self, block: NameLine) -> str:
        score = f" Score #blank(3em); of {block.points}" if block.points else ""
        return f"Name #blank(1fr); Date #blank(6em);{score}"

    @_block.register
    def _(self, block: Choices) -> str:
        cells = [cell for each in block.items for cell in _choice(each, block.several)]
        return call("options", *["pairs: 2"] * self._is_half_a_page, *cells)

    @_block.register
    def _(self, block: Number) -> str:
        return f"Answer: {_line(block.unit)}"

    @_block.register
    def _(self, block: Verdict) -> str:
        return call("strong", content=plain(f"✓ {block.text}")) + "\n\n" + blocks(block.reason)

    @_block.register
    def _(self, block: Note) -> str:
        return call("aside", content=blocks(block.markdown))

    @_block.register
    def _(self, block: Sources) -> str:
        items = [
            f"[{call('link', string(each.url), content=plain(each.url))} {plain(f'(read {each.date})')}]"
            for each in block.items
        ]
        return call("text", "size: 0.85em", content=call("list", *items))

    @_block.register
    def _(self, block: Grid) -> str:
        columns = 2 if self._page.large else 3
        rows = [f"[{_row(number, row)}]" for number, row in enumerate(block.rows, 1)]
        heading = call("heading", "level: 2", content='#"Answers";')
        grid = call("answers", f"columns: {columns}", *rows)
        return call("kept", content=call("framed", content=f"{heading}\n{grid}"))

    @_block.register
    def _(self, block: Figures) -> str:
        cells = [f"[{inline(text)}]" for row in block.rows for text in row]
        return call("figures", *cells)

    @_block.register
    def _(self, block: document.Question) -> str:
        heading = call("heading", "level: 2", content=plain(f"Question {block.number}"))
        return call("question", content=f"{heading}\n{self._joined(block.blocks)}")


def _choice(choice: Choice, several: bool) -> tuple[str, str]:
    parts = [inline(choice.text)]
    if choice.right:
        parts.append(call("strong", content='#"✓ Correct";'))
    if choice.reason:
        parts.append(call("text", "size: 0.92em", content=blocks(choice.reason)))
    joined = "\n\n".join(parts)
    return f"[{_mark(choice.letter, several, choice.right)}]", f"[{joined}]"


def _mark(letter: str, several: bool, right: bool) -> str:
    flags = ["round: false"] * several + ["right: true"] * right
    return call("mark", string(letter), *flags)


def _row(number: int, row: Row) -> str:
    marks = "#h(0.08em);".join(_mark(letter, row.several, letter in row.key) for letter in row.letters)
    place = marks or (_line(row.unit) if not row.key else "")
    key = " " + call("box", content=call("strong", content=plain(", ".join(row.key)))) if row.key else ""
    return f"{plain(f'{number}.')} {place}{key}"


def _line(unit: str) -> str:
    return f"#blank(5em); {plain(unit)}"


@cache
def _preamble() -> str:
    return (files("lambda_study.handouts") / "page.typ").read_text("utf-8")
