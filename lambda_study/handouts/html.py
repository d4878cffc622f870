"""A document as one self-contained HTML page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache, singledispatch
from html import escape
from importlib.resources import files
from string import Template

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
from lambda_study.quiz.question import Source
from lambda_study.show.markup import block_html, inline_html

BLANK = '<span class="blank"></span>'
SHORT = '<span class="blank short"></span>'


def html_page(page: Document) -> str:
    """Return PAGE as HTML that asks for no other file. The same document gives the same bytes."""
    small = page.paper != "sheet" and not page.large
    introduction = f'<div class="introduction">{block_html(page.introduction)}</div>'
    return _template().substitute(
        title=escape(page.title),
        classes=" ".join(["large" if page.large else "normal"] + [page.paper] * (page.paper != "sheet")),
        digest=escape(page.digest),
        size="A5 landscape" if small and page.paper == "ticket" else "A4",
        margin="10mm 12mm 14mm" if small else "16mm 18mm 18mm",
        head=_joined(page.lead),
        introduction=introduction if page.introduction else "",
        main=_joined(page.blocks),
        footer=escape(page.footer),
    )


@cache
def _template() -> Template:
    return Template((files("lambda_study.handouts") / "page.html").read_text("utf-8"))


def _joined(blocks: Iterable[Block]) -> str:
    return "\n".join(map(_html, blocks))


@singledispatch
def _html(block: Block) -> str:
    raise TypeError(f"{block!r} is no block.")


@_html.register
def _(block: Text) -> str:
    # The corner of a table is no header: a screen reader would announce one without a name.
    html = block_html(block.markdown).replace("<th></th>", "<td></td>")
    return f'<div class="small">{html}</div>' if block.small else html


@_html.register
def _(block: Heading) -> str:
    return f"<h{block.level}>{inline_html(block.text)}</h{block.level}>"


@_html.register
def _(block: Code) -> str:
    return f'<pre class="{block.language or "plain"}"><code>{escape(block.text)}</code></pre>'


@_html.register
def _(block: Picture) -> str:
    content = b64encode(block.content).decode()
    return f'<img alt="{escape(block.alt)}" src="data:image/{block.kind};base64,{content}">'


@_html.register
def _(block: Lines) -> str:
    label = f"<p>{escape(block.label)}</p>" if block.label else ""
    return f'<div class="lines">{label}{"<div></div>" * block.count}</div>'


@_html.register
def _(block: NameLine) -> str:
    score = f" <span>Score {SHORT} of {block.points}</span>" if block.points else ""
    return f'<p class="fill"><span>Name {BLANK}</span> <span>Date {BLANK}</span>{score}</p>'


@_html.register
def _(block: Choices) -> str:
    return f'<ul class="options">{"".join(_choice(each, block.several) for each in block.items)}</ul>'


def _choice(choice: Choice, several: bool) -> str:
    verdict = "<p><strong>✓ Correct</strong></p>" if choice.right else ""
    reason = f'<div class="reason">{verdict}{block_html(choice.reason)}</div>' if choice.reason else verdict
    box = _box(choice.letter, several, choice.right)
    return f"<li>{box}<div>{inline_html(choice.text)}{reason}</div></li>"


def _box(letter: str, several: bool, right: bool = False) -> str:
    names = " ".join(["right"] * right + ["box"] + ["one"] * (not several))
    return f'<span class="{names}">{escape(letter)}</span>'


@_html.register
def _(block: Number) -> str:
    return f"<p>Answer: {_line(block.unit)}</p>"


def _line(unit: str) -> str:
    return f"{SHORT} {escape(unit)}".strip()


@_html.register
def _(block: Verdict) -> str:
    return f"<p><strong>✓ {escape(block.text)}</strong></p>\n{block_html(block.reason)}"


@_html.register
def _(block: Note) -> str:
    return f'<div class="note">{block_html(block.markdown)}</div>'


@_html.register
def _(block: Sources) -> str:
    return f'<ul class="sources">{"".join(map(_source, block.items))}</ul>'


def _source(source: Source) -> str:
    return f'<li><a href="{escape(source.url)}">{escape(source.url)}</a> (read {source.date})</li>'


@_html.register
def _(block: Grid) -> str:
    items = "\n".join(f"<li>{_row(row)}</li>" for row in block.rows)
    grid = f'<h2 id="answers">Answers</h2>\n<ol class="grid">\n{items}\n</ol>'
    return f'<section class="answers" aria-labelledby="answers">\n{grid}\n</section>'


def _row(row: Row) -> str:
    key = [f"<strong>{escape(', '.join(row.key))}</strong>"] if row.key else []
    boxes = [_box(letter, row.several, letter in row.key) for letter in row.letters]
    return " ".join([*(boxes or [_line(row.unit)] * (not row.key)), *key])


@_html.register
def _(block: Figures) -> str:
    rows = "".join(
        f'<tr><th scope="row">{inline_html(name)}</th><td>{inline_html(value)}</td></tr>'
        for name, value in block.rows
    )
    return f'<table class="figures"><tbody>{rows}</tbody></table>'


@_html.register
def _(block: document.Question) -> str:
    id = f"question-{block.number}"
    heading = f'<h2 id="{id}">Question {block.number}</h2>'
    content = _joined(block.blocks)
    return f'<section class="question" aria-labelledby="{id}">\n{heading}\n{content}\n</section>'
