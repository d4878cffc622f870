"""A topic file as Markdown blocks. The parser is imported when the first file is read, not before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode


@cache
def markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


@cache
def _block_parser() -> MarkdownIt:
    """A parser that leaves the text inside blocks alone: the bank keeps it as Markdown."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable(["inline", "text_join"])


def blocks(text: str) -> list[SyntaxTreeNode]:
    """The top-level blocks of TEXT, each with the lines it spans (`.map`, counted from 0)."""
    from markdown_it.tree import SyntaxTreeNode

    return list(SyntaxTreeNode(_block_parser().parse(text)).children)


def content(block: SyntaxTreeNode) -> str:
    """The Markdown inside a paragraph or heading, its lines without their indentation."""
    inline = next((child.content for child in block.children if child.type == "inline"), "")
    return "\n".join(line.strip() for line in inline.splitlines())


def first_line(block: SyntaxTreeNode) -> int:
    """The line on which BLOCK begins, counted from 1."""
    return block.map[0] + 1 if block.map else 1
