"""The languages that functions can be written in: who starts them, and who packs their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lambda_study.engine.package import Package
from lambda_study.engine.runtimes import java, node, provided, ruby
from lambda_study.engine.runtimes.identifiers import family
from lambda_study.engine.runtimes.launcher import Launcher
from lambda_study.engine.runtimes.python import PythonLauncher

PACKAGE_BY_SUFFIX: Mapping[str, Callable[[Path, str], Package]] = {
    ".mjs": node.package_of_file,
    ".js": node.package_of_file,
    ".cjs": node.package_of_file,
    ".rb": ruby.package_of_file,
    ".java": java.package_of_file,
    ".sh": provided.package_of_file,
}
_LAUNCHERS: Mapping[str, Callable[[], Launcher]] = {
    "python": PythonLauncher,
    "nodejs": node.NodeLauncher,
    "ruby": ruby.RubyLauncher,
    "java": java.JavaLauncher,
    "provided": provided.ProvidedLauncher,
}


def launcher_for(runtime: str) -> Launcher:
    """Return what starts the functions of RUNTIME; BadInput with the fix if its tools are not installed."""
    return _LAUNCHERS[family(runtime)]()
