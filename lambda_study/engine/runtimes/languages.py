"""The languages that functions can be written in: who starts them, and who packs their files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from lambda_study.engine.package import Package
from lambda_study.engine.runtimes import dotnet, go, java, node, provided, ruby
from lambda_study.engine.runtimes.identifiers import family
from lambda_study.engine.runtimes.launcher import Launcher, Tool, told_by
from lambda_study.engine.runtimes.python import PythonLauncher

PACKAGE_BY_SUFFIX: Mapping[str, Callable[[Path, str], Package]] = {
    ".mjs": node.package_of_file,
    ".js": node.package_of_file,
    ".cjs": node.package_of_file,
    ".rb": ruby.package_of_file,
    ".java": java.package_of_file,
    ".cs": dotnet.package_of_file,
    ".go": go.package_of_file,
    ".sh": provided.package_of_file,
}
_LAUNCHERS: Mapping[str, Callable[[], Launcher]] = {
    "python": PythonLauncher,
    "nodejs": node.NodeLauncher,
    "ruby": ruby.RubyLauncher,
    "java": java.JavaLauncher,
    "dotnet": dotnet.DotnetLauncher,
    "provided": provided.ProvidedLauncher,
}


# What each language needs, by the name that `doctor` shows.
TOOLS: Mapping[str, tuple[Tool, ...]] = {
    "node": (node.NODE,),
    "ruby": (ruby.RUBY,),
    "java": (java.JAVAC, java.JAVA),
    "csharp": (dotnet.MCS, dotnet.MONO),
    "go": (go.GO,),
    "bash": (provided.BASH, provided.CURL),
}


def missing(language: str) -> str:
    """Return the one line about a language that cannot be used here: what is missing, and the fix.

    >>> missing("bash")
    ''
    """
    absent = [tool for tool in TOOLS[language] if tool.path is None]
    return absent[0].absence if absent else ""


def version(language: str) -> str:
    """Return what runs functions in a language here, such as "Node.js 20.20.2"."""
    tool = TOOLS[language][0]
    option = {"go": "version", "javac": "-version"}.get(tool.program, "--version")
    found = re.search(r"\d+(\.\d+)+", told_by(tool.needed(), option))
    return f"{tool.name} {found.group() if found else ''}".strip()


def launcher_for(runtime: str) -> Launcher:
    """Return what starts the functions of RUNTIME; BadInput with the fix if its tools are not installed."""
    return _LAUNCHERS[family(runtime)]()
