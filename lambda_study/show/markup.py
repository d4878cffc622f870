"""Markdown of the question bank as safe HTML: no raw HTML, no images; https links open beside the page."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import OptionsDict


def block_html(text: str) -> str:
    """Return the HTML of a Markdown text of any length: paragraphs, lists, tables, code.

    >>> block_html("Is `128 MB` enough for <b>?")
    '<p>Is <code>128 MB</code> enough for &lt;b&gt;?</p>'
    """
    html: str = _markdown().render(text)
    return html.strip()


def inline_html(text: str) -> str:
    """Return the HTML of one line of Markdown, without a paragraph around it.

    A link that is not https:// stays the text that it is.

    >>> inline_html("a *true* [source](https://docs.aws.amazon.com/lambda/)")  # doctest: +ELLIPSIS
    'a <em>true</em> <a href="https://docs.aws.amazon.com/lambda/" target="_blank" rel="noopener">source</a>'
    """
    html: str = _markdown().renderInline(text)
    return html.strip()


def parsed(text: str, inline: bool = False) -> SyntaxTreeNode:
    """Return the tree of a Markdown text, by the same rules, for those who write something else than HTML.

    With INLINE it is one line, whatever it begins with.

    >>> [child.type for child in parsed("One.\\n\\n- two").children]
    ['paragraph', 'bullet_list']
    """
    if inline:
        return SyntaxTreeNode(_markdown().parseInline(text)).children[0]
    return SyntaxTreeNode(_markdown().parse(text))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # Headings would break the outline of the page that the question stands in; an image would be fetched.
    markdown = (
        MarkdownIt("commonmark", {"html": False}).enable("table").disable(["heading", "lheading", "image"])
    )
    markdown.validateLink = _is_https  # type: ignore[method-assign]
    markdown.add_render_rule("link_open", _link_beside_the_page)
    return markdown


def _is_https(url: str) -> bool:
    return url.startswith("https://")


def _link_beside_the_page(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    environment: MutableMapping[str, Any],
) -> str:
    # In JupyterLab a link without a target replaces the whole application.
    tokens[index].attrs.update({"target": "_blank", "rel": "noopener"})
    return renderer.renderToken(tokens, index, options, environment)
