"""Which cell of a notebook is running."""

from __future__ import annotations

import sys


def running_cell() -> str:
    """Return the id of the notebook's cell that is running; "" outside a notebook, and where it sends none.

    >>> running_cell()
    ''
    """
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive else None
    if shell is None or not hasattr(shell, "get_parent"):
        return ""
    return str(shell.get_parent().get("metadata", {}).get("cellId", ""))
