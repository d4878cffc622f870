"""The scripts and style sheets that lie beside the widgets."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def asset(*names: str) -> str:
    """Return the text of the files NAMES of this folder, joined to one module for the browser."""
    folder = files("lambda_study.show")
    return "\n".join((folder / name).read_text("utf-8") for name in names)
