"""The files of a revision on the disk, for as long as somebody needs them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path


class UnpackedFiles:
    """A package in TASK_ROOT, and its layers in LAYERS_ROOT if it has some.

    Who may still start something from them, or runs from them, holds them. They are removed when nobody does.
    """

    def __init__(self, task_root: Path, layers_root: Path | None) -> None:
        self.task_root = task_root
        self.layers_root = layers_root
        self._holders: set[object] = set()
        self._lock = threading.Lock()

    def hold(self, holder: object) -> None:
        """Keep the files until HOLDER lets them go."""
        with self._lock:
            self._holders.add(holder)

    def let_go(self, holder: object) -> None:
        """HOLDER needs the files no more; a second call changes nothing."""
        with self._lock:
            self._holders.discard(holder)
            unused = not self._holders
        if unused:
            for root in (self.task_root, self.layers_root):
                if root is not None:
                    shutil.rmtree(root, ignore_errors=True)
