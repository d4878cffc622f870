"""Which cell of a notebook has deployed which handler."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from lambda_study.running_cell import running_cell


class HandlerCells:
    """Keeps which sources of handlers each cell has deployed, by the function's name.

    A cell that runs again after all others finds the last `handler` of the notebook, which was meant for
    another cell. A handler that was edited is new to all cells, and one that several cells share is known to
    them: of both nothing is said.

    >>> cells = HandlerCells()
    >>> cells.deploys("top", "finder", "first"), cells.deploys("below", "lander", "second")
    (True, True)
    >>> cells.deploys("top", "finder", "second")
    False
    """

    def __init__(self) -> None:
        self._sources: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def deploys(self, cell: str, name: str, source: str) -> bool:
        """Keep that CELL deploys SOURCE as NAME; False, and nothing is kept, if it is another cell's."""
        own = self._sources[cell, name]
        others = [known for (each, _), known in self._sources.items() if each != cell and source in known]
        if own and source not in own and any(own.isdisjoint(known) for known in others):
            return False
        own.add(source)
        return True


_CELLS = HandlerCells()


def tell_of_another_cell(handler: Callable[..., Any], name: str) -> None:
    """Print one line if the cell that runs deploys a handler that another cell brought in since."""
    cell, source = running_cell(), inspect.unwrap(handler).__code__.co_filename
    if cell and not _CELLS.deploys(cell, name, source):
        print(
            f"{name}: this handler is from another cell than the one that was deployed here before. "
            "If you want that one, run the cell that defines it first."
        )
