"""Markdown and plain text as Typst. Every text becomes a string, so that none is read as a command."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markdown_it.tree import SyntaxTreeNode

from lambda_study.show.markup import parsed

LONGEST_RUN = 24
_RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")
_BREAKABLE = re.compile(r"([/._:,=&?@)\]}-])(?=\w)")
# Control characters and halves of surrogate pairs have no place in a PDF.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_WRAPPED = {"em": "emph", "strong": "strong", "s": "strike"}


def string(text: str) -> str:
    r"""Return TEXT as a string of Typst's.

    >>> print(string('a "b" \\ #c'))
    "a \"b\" \\ #c"
    """
    shown = _UNPRINTABLE.sub("\ufffd", text)
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{quoted}"'


def plain(text: str) -> str:
    """Return TEXT as content; a long word may break after its punctuation.

    >>> plain("a *b*")
    '#"a *b*";'
    """
    return f"#{string(breakable(text))};"


def breakable(text: str) -> str:
    """Return TEXT with places to break in words that would run off the page."""
    return _RUN.sub(_with_breaks, text)


def _with_breaks(run: re.Match[str]) -> str:
    parts = _BREAKABLE.sub("\\1\u200b", run[0]).split("\u200b")
    pieces = (part[at : at + 60] for part in parts for at in range(0, max(len(part), 1), 60))
    return "\u200b".join(pieces)


def call(function: str, *arguments: str, content: str | None = None) -> str:
    """Return the call of a function of Typst's or of page.typ, with CONTENT as its last argument."""
    body = "" if content is None else f"[{content}]"
    return f"#{function}({', '.join(arguments)}){body};"


def raw(text: str, language: str = "", block: bool = True) -> str:
    """Return TEXT as code."""
    named = [f"lang: {string(language)}"] * bool(language)
    return call("raw", string(breakable(text)), f"block: {str(block).lower()}", *named)


def inline(text: str) -> str:
    """Return one line of Markdown as Typst.

    >>> print(inline("a *true* `x`"))
    #"a ";#emph()[#"true";];#" ";#raw("x", block: false);
    """
    return "".join(_node(child) for child in parsed(text, inline=True).children)


def blocks(text: str) -> str:
    """Return a Markdown text of any length as Typst: paragraphs, lists, tables, code."""
    return _joined(parsed(text).children)


def _joined(nodes: Iterable[SyntaxTreeNode]) -> str:
    return "\n\n".join(map(_node, nodes))


def _inside(node: SyntaxTreeNode) -> str:
    return "".join(map(_node, node.children))


def _node(node: SyntaxTreeNode) -> str:
    kind = node.type
    if kind in ("fence", "code_block"):
        return raw(node.content.rstrip("\n"), node.info.split()[0] if node.info.strip() else "")
    if kind == "code_inline":
        return raw(node.content, block=False)
    if kind == "softbreak":
        return '#" ";'
    if kind == "hardbreak":
        return call("linebreak")
    if kind in ("bullet_list", "ordered_list"):
        return _list(node)
    if kind == "table":
        return _table(node)
    if kind == "blockquote":
        return call("quote", "block: true", content=_joined(node.children))
    if kind == "link":
        return call("link", string(str(node.attrs["href"])), content=_inside(node))
    if kind in _WRAPPED:
        return call(_WRAPPED[kind], content=_inside(node))
    if kind == "hr":
        return call("line", "length: 100%")
    return _inside(node) if node.children else plain(node.content)


def _list(node: SyntaxTreeNode) -> str:
    items = [f"[{_joined(item.children)}]" for item in node.children]
    if node.type == "bullet_list":
        return call("list", *items)
    return call("enum", f"start: {node.attrs.get('start', 1)}", *items)


def _table(node: SyntaxTreeNode) -> str:
    rows = [
        [f"[{_inside(cell)}]" for cell in row.children] for part in node.children for row in part.children
    ]
    header = f"table.header({', '.join(rows[0])})"
    cells = [cell for row in rows[1:] for cell in row]
    return call("table", f"columns: {len(rows[0])}", header, *cells)
