"""A figure that also speaks: alternative text, a headline line, one picture."""

from __future__ import annotations

import base64
import io
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_study.errors import BadInput
from lambda_study.show.style import styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_CSS_PIXELS_PER_INCH = 100
_DPI = 160
_COLOURS = 128
# The colours are chosen for white: under a dark theme the picture lies on a card of its own.
_CARD = (
    "box-sizing: border-box; max-width: 100%; height: auto; padding: 6px 8px; background: #fff; "
    "border: 1px solid rgba(128, 128, 128, 0.25); border-radius: 8px"
)


class Figure:
    """A picture with alternative text and, below it, one headline line.

    A notebook shows the picture; a screen reader, paper and a plain terminal get the words. The words hold
    every figure that matters, measured ones through `measured`, so that they can be checked.

    >>> from matplotlib.figure import Figure as Drawing
    >>> Figure(Drawing(), alt="An empty box.", headline="Nothing happened.")
    Figure: An empty box.
    Nothing happened.

    Raises `BadInput` without alternative text.
    """

    def __init__(self, fig: Drawing, alt: str, headline: str = "") -> None:
        if not alt.strip():
            raise BadInput("alt is empty. Say in a sentence or two what the figure shows.")
        self.fig = fig
        self.alt = alt
        self.headline = headline
        self._png: bytes | None = None

    def __repr__(self) -> str:
        return f"Figure: {self.alt}\n{self.headline}".rstrip()

    def png(self) -> bytes:
        """The picture as PNG, the same bytes each time."""
        if self._png is None:
            self._png = _with_few_colours(self._drawn("png"))
        return self._png

    def html(self) -> str:
        """The picture and its headline as HTML that needs no other file."""
        data = base64.b64encode(self.png()).decode("ascii")
        width = round(self.fig.get_size_inches()[0] * _CSS_PIXELS_PER_INCH)
        picture = f'src="data:image/png;base64,{data}" style="{_CARD}"'
        image = f'<img alt="{escape(self.alt)}" width="{width}" {picture}>'
        return f"{image}\n<p>{escape(self.headline)}</p>" if self.headline else image

    def savefig(self, path: str | Path) -> None:
        """Writes the picture to a file; its ending chooses the format (png, svg, pdf)."""
        target = Path(path)
        kind = target.suffix.lstrip(".") or "png"
        target.write_bytes(self.png() if kind == "png" else self._drawn(kind))

    def _drawn(self, kind: str) -> bytes:
        file = io.BytesIO()
        with styled():
            self.fig.savefig(file, format=kind, dpi=_DPI, metadata=_undated(kind))
        return file.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}


def _with_few_colours(png: bytes) -> bytes:
    """The picture with a palette: a third of the bytes, and notebooks carry them."""
    from PIL import Image

    smaller = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        palette = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        palette.save(smaller, "png", optimize=True)
    return smaller.getvalue()


def _undated(kind: str) -> dict[str, None]:
    """Metadata that leaves out the program's version and the day: equal figures give equal bytes."""
    return {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
