"""The text of a lesson as blocks: headings, paragraphs, and what is folded away on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from lambda_study.handouts.document import Block, Heading, Lines, Text

_FOLDED = re.compile(r"^<details[^>]*>\s*<summary>(.*?)</summary>(.*?)^</details>$", re.DOTALL | re.MULTILINE)
_LINK_TO_A_FILE = re.compile(r"\[([^\]]+)\]\((?!https://)[^)\s]*\)")
# What is folded because it is long, not because it is an answer.
_NO_ANSWERS = ("Unlike AWS", "Sources")
_WHY_LINES = 3


def text_blocks(markdown: str, teacher: bool) -> Iterator[Block]:
    """Yield the blocks of a text cell. Folded answers are the teacher's; a student gets lines for a *why*.

    >>> list(text_blocks("## A\\n\\nOne.", teacher=False))
    [Heading(text='A', level=2), Text(markdown='One.', small=False)]
    """
    rest = markdown
    while found := _FOLDED.search(rest):
        yield from _sections(rest[: found.start()])
        yield from _unfolded(found[1], found[2], teacher)
        rest = rest[found.end() :]
    yield from _sections(rest)


def _unfolded(summary: str, content: str, teacher: bool) -> Iterator[Block]:
    if teacher or summary.startswith(_NO_ANSWERS):
        yield Heading(summary, 3)
        for block in _sections(content):
            yield Text(block.markdown, small=True) if isinstance(block, Text) else block
    elif summary.endswith("?"):
        yield Lines(_WHY_LINES, summary)


def _sections(markdown: str) -> Iterator[Block]:
    """Parted at the headings: those of the text, not those in a block of code."""
    lines, begin = _LINK_TO_A_FILE.sub(r"\1", markdown).splitlines(), 0
    for token in MarkdownIt("commonmark").parse("\n".join(lines)):
        if token.type == "heading_open" and token.level == 0 and token.map:
            yield from _text(lines[begin : token.map[0]])
            yield Heading(lines[token.map[0]].lstrip("# "), min(3, max(2, int(token.tag[1]))))
            begin = token.map[1]
    yield from _text(lines[begin:])


def _text(lines: list[str]) -> Iterator[Text]:
    text = "\n".join(lines).strip()
    if text:
        yield Text(text)
