"""Notebooks without what a run has left in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def cleared(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return NOTEBOOK without outputs, execution counts and widget state; ids, tags and texts stay.

    >>> cleared({"cells": [{"cell_type": "code", "outputs": [1], "execution_count": 4}], "metadata": {}})
    {'cells': [{'cell_type': 'code', 'outputs': [], 'execution_count': None}], 'metadata': {}}
    """
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    metadata = {key: value for key, value in notebook["metadata"].items() if key != "widgets"}
    return {**notebook, "cells": cells, "metadata": metadata}
