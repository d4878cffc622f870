"""Markdown as HTML: what a bank from elsewhere cannot bring into a page."""

from __future__ import annotations

import pytest

from lambda_study.show.markup import block_html, inline_html


@pytest.mark.parametrize("show", [block_html, inline_html])
@pytest.mark.parametrize(
    "link",
    [
        "[here](javascript:alert(1))",
        "[here](JaVaScript:alert(1))",
        "[here](http://example.com)",
        "[here](data:text/html;base64,AAAA)",
        "[here](../secrets.md)",
        "<javascript:alert(1)>",
        "<mail@example.com>",
    ],
)
def test_a_link_that_is_not_https_stays_text(show, link: str) -> None:
    assert "href" not in show(link)


def test_a_reference_that_is_not_https_stays_text() -> None:
    assert "href" not in block_html("[here]\n\n[here]: javascript:alert(1)")


@pytest.mark.parametrize("show", [block_html, inline_html])
def test_a_link_opens_beside_the_page(show) -> None:
    link = '<a href="https://aws.amazon.com/" target="_blank" rel="noopener">here</a>'
    assert link in show("[here](https://aws.amazon.com/)")


@pytest.mark.parametrize("show", [block_html, inline_html])
def test_an_image_is_not_fetched(show) -> None:
    assert "<img" not in show("![a pixel](https://example.com/pixel.png)")


@pytest.mark.parametrize("show", [block_html, inline_html])
def test_html_is_shown_and_not_obeyed(show) -> None:
    assert show("<img src=x onerror=alert(1)>").count("<img") == 0


def test_a_stem_brings_no_heading_into_the_page() -> None:
    assert "<h" not in block_html("# Big\n\nBigger\n======")
