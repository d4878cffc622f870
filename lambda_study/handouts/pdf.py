"""A document as a PDF: tagged (PDF/UA-1), the same bytes on every run, and made without a network."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.handouts.document import Document
from lambda_study.handouts.typst_page import TypstPage

if TYPE_CHECKING:
    from types import ModuleType

INSTALL = 'python -m pip install "typst>=0.15,<0.16"'


def pdf_page(page: Document) -> bytes:
    """Return PAGE as a PDF. Without Typst it raises BadInput, which says how to install it.

    The standard PDF/UA-1 is demanded: a picture without a text in its place would not compile.
    """
    content = _compiled(page, format="pdf", pdf_standards=["ua-1"])
    assert isinstance(content, bytes)
    return content


def page_pictures(page: Document, ppi: int = 100) -> list[bytes]:
    """Return each page of PAGE as a PNG, which shows how many there are and how they look."""
    pages = _compiled(page, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compiled(page: Document, **form: Any) -> bytes | list[bytes]:
    typst, written = _typst(), TypstPage(page)
    with TemporaryDirectory() as folder:
        for name, content in written.pictures.items():
            Path(folder, name).write_bytes(content)
        main = Path(folder, "main.typ")
        main.write_text(written.source, encoding="utf-8")
        compiled: bytes | list[bytes] = typst.compile(
            main, root=folder, font_paths=_font_folders(), ignore_system_fonts=True, timestamp=0, **form
        )
    return compiled


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise BadInput(f"A PDF needs Typst. Install it: {INSTALL}. HTML works without it.") from None
    return typst


@cache
def _font_folders() -> list[str]:
    """The folder of DejaVu Sans, which comes with matplotlib. Typst brings the font for code itself."""
    spec = find_spec("matplotlib")
    places = list(spec.submodule_search_locations or []) if spec else []
    return [str(Path(place, "mpl-data", "fonts", "ttf")) for place in places]
