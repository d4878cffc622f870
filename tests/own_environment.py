"""Programs from PyPI that pin what we use, each in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def own_environment(folder: Path, *packages: str) -> Path:
    """The `bin` of a new environment in FOLDER with PACKAGES; skips the test where they cannot be had."""
    place = folder / "venv"
    for words in (["venv", str(place)], ["pip", "install", "--python", str(place), *packages]):
        done = subprocess.run(
            [sys.executable, "-m", "uv", *words], capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            pytest.skip(f"{', '.join(packages)} cannot be installed: {done.stderr.strip().splitlines()[-1]}")
    return place / "bin"
