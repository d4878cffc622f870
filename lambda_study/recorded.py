"""`recorded`: where a lesson needs a tool that is not installed, its recorded output is shown, marked so.

A lesson writes what needs Node.js, a container or the like as

    with recorded():
        node = deploy(f"{js.path}:handler", name="welcome-js")
        display(node.invoke({"name": "Ada"}))

Where the tool is there, the block runs as if `with` were not there. Where it is missing, what the block
displayed when the lesson was recorded is shown instead: the outputs of this very cell in the committed
notebook, the only place where they are kept. A cell that was changed was never recorded: it stays refused.

A block shows values with `display` and prints nothing. What needs the tool stands first in it, or `needs`.
"""

from __future__ import annotations

import json
import linecache
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from html import escape
from pathlib import Path
from types import FrameType
from typing import Any

import lambda_study
from lambda_study.engine.runtimes.languages import TOOLS, missing
from lambda_study.errors import BadInput

MARK = "Recorded on another computer: "  # tests/nbval.cfg takes this line out before outputs are compared
NOTEBOOKS = Path(lambda_study.__file__).resolve().parent.parent / "notebooks"
CONTAINERS = "containers"

Output = dict[str, Any]


def recorded() -> AbstractContextManager[None]:
    """Shows the recorded output of the cell if its block is refused because a tool is not installed.

    Every other error passes, also that of a missing tool in a cell that was changed.

    >>> from lambda_study.engine import deploy
    >>> with recorded():
    ...     deploy("no_such_file.py:handler")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: There is no file "no_such_file.py". Write "file.py:handler" or \
"file.zip:module.function".
    """
    return _recorded(_source_of(sys._getframe(1)))


def needs(*tools: str) -> None:
    """Raises BadInput with the fix if one of TOOLS is not installed: a language of `doctor`, or "containers".

    >>> needs("perl")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: "perl" is no tool of the lessons. There are bash, containers, csharp, go, \
java, node, ruby.
    """
    for tool in tools:
        if tool not in (*TOOLS, CONTAINERS):
            raise BadInput(
                f'"{tool}" is no tool of the lessons. There are {", ".join(sorted([*TOOLS, CONTAINERS]))}.'
            )
        if absence := _absence(tool):
            raise BadInput(absence)


def recorded_outputs(source: str) -> list[Output]:
    """What the block of the cell with this SOURCE displayed when its lesson was recorded; [] if none did."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and "".join(cell["source"]).strip() == source.strip():
                # The value of the last line is none of the block's: the cell shows it itself.
                return [output for output in cell["outputs"] if output["output_type"] == "display_data"]
    return []


def marked(data: Mapping[str, Any], why: str) -> dict[str, str]:
    """The DATA of an output as texts whose first line says that it was recorded, and WHY.

    >>> marked({"text/plain": ["1 environment"]}, "node is not installed here.")
    {'text/plain': 'Recorded on another computer: node is not installed here.\\n1 environment'}
    """
    mark = f"{MARK}{why}"
    texts = {kind: "".join(text) for kind, text in data.items() if kind.startswith("text/")}
    texts["text/plain"] = f"{mark}\n{texts['text/plain']}"
    if "text/html" in texts:
        texts["text/html"] = f'<p style="font-style: italic">{escape(mark)}</p>\n{texts["text/html"]}'
    return texts


@contextmanager
def _recorded(source: str) -> Iterator[None]:
    try:
        yield
    except BadInput as error:
        outputs = recorded_outputs(source) if str(error) in _absences() else []
        if not outputs:
            raise
        _show([marked(output["data"], str(error)) for output in outputs])


def _show(texts_of_outputs: list[dict[str, str]]) -> None:
    from IPython.display import display

    for texts in texts_of_outputs:
        display(texts, raw=True)


def _absences() -> set[str]:
    """What is said here about tools that are not installed."""
    programs = [tool for tools in TOOLS.values() for tool in tools]
    return {tool.absence for tool in programs if tool.path is None} | {_absence_of_containers()} - {""}


def _absence(tool: str) -> str:
    return _absence_of_containers() if tool == CONTAINERS else missing(tool)


def _absence_of_containers() -> str:
    """What is missing to write and run the lessons' image: a static busybox, or something to run it."""
    from lambda_study.engine.containers.container import find_container
    from lambda_study.engine.smallest_image import find_busybox

    try:
        find_busybox()
        find_container()
    except BadInput as error:
        return str(error)
    return ""


def _source_of(frame: FrameType) -> str:
    """The text of the cell that runs in FRAME."""
    return "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
