"""Pictures that a notebook shows, alone or side by side."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from typing import Any

_ROW = "display: flex; flex-wrap: wrap; align-items: flex-end; gap: 1em"


@dataclass(frozen=True)
class Picture:
    """A JPEG that a notebook shows; its text tells its size."""

    name: str
    data: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        from PIL import Image

        with Image.open(io.BytesIO(self.data)) as image:
            return image.size

    def __repr__(self) -> str:
        return f"{self.name}: {self.size[0]} x {self.size[1]} pixels"

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """Return the picture in its own size, described for those who do not see it."""
        source = f"data:image/jpeg;base64,{base64.b64encode(self.data).decode('ascii')}"
        return f'<img alt="{escape(repr(self))}" src="{source}">'


@dataclass(frozen=True)
class SideBySide:
    """Pictures beside each other, each in its own size above its text."""

    pictures: tuple[Picture, ...]

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.pictures))

    def _repr_mimebundle_(self, **_asked: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": f'<div style="{_ROW}">{self._figures()}</div>'}

    def _figures(self) -> str:
        return "".join(
            f'<figure style="margin: 0">{each.html()}<figcaption>{escape(repr(each))}</figcaption></figure>'
            for each in self.pictures
        )
