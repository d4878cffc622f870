"""The languages that functions can be written in: who starts them, and who packs their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lambda_study.engine.package import Package
from lambda_study.engine.runtimes import node, provided
from lambda_study.engine.runtimes.identifiers import family
from lambda_study.engine.runtimes.launcher import Launcher
from lambda_study.engine.runtimes.python import PythonLauncher

PACKAGE_BY_SUFFIX: Mapping[str, Callable[[Path, str], Package]] = {
    ".mjs": node.package_of_file,
    ".js": node.package_of_file,
    ".cjs": node.package_of_file,
    ".sh": provided.package_of_file,
}
_LAUNCHERS: Mapping[str, Callable[[], Launcher]] = {
    "python": PythonLauncher,
    "nodejs": node.NodeLauncher,
    "provided": provided.ProvidedLauncher,
}


def launcher_for(runtime: str) -> Launcher:
    """Return what starts the functions of RUNTIME; BadInput with the fix if its tools are not installed."""
    return _LAUNCHERS[family(runtime)]()
