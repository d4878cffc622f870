"""C# functions on Mono: `Assembly::Namespace.Class::Method`, from a source file, or from a dll in a zip."""

from __future__ import annotations

import re
import tempfile
from functools import partial
from pathlib import Path

from lambda_study.engine.package import Package, read_source
from lambda_study.engine.runtimes.build import compiled_once, run_compiler
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.engine.runtimes.launcher import BOOTSTRAPS, Tool, shown_version, told_by

MONO = Tool("Mono", "mono", "mono-runtime mono-mcs", "mono", "Mono.Mono")
MCS = Tool("Mono", "mcs", "mono-runtime mono-mcs", "mono", "Mono.Mono")
SOURCES = BOOTSTRAPS / "dotnet"


class DotnetLauncher:
    """Unlike AWS: Mono runs the function, by a bootstrap of ours; it is the C# that Debian has."""

    marks_logs = False

    def __init__(self) -> None:
        self._mono = MONO.needed()
        self._runtime = runtime_assemblies()

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        return [self._mono, "--debug", str(self._runtime / "bootstrap.exe")]

    def version(self) -> str:
        return shown_version("mono", told_by(self._mono, "--version"))


def runtime_assemblies() -> Path:
    """Return the folder with our bootstrap and AWS's interfaces; they are compiled once."""
    mcs = MCS.needed()
    return compiled_once("dotnet", SOURCES, told_by(mcs, "--version"), partial(_compile_runtime, mcs))


def package_of_file(path: Path, handler: str) -> Package:
    """Return the package of one source file: its dll.

    HANDLER is a method of the class that the file is named after, or Assembly::Class::Method.
    """
    source = read_source(path, handler.rpartition("::")[2])
    if "::" not in handler:
        space = re.search(r"^\s*namespace\s+([\w.]+)", source, re.MULTILINE)
        handler = f"{path.stem}::{space.group(1) + '.' if space else ''}{path.stem}::{handler}"
    mcs, core = MCS.needed(), runtime_assemblies() / "Amazon.Lambda.Core.dll"
    name = f"{handler.partition('::')[0]}.dll"
    with tempfile.TemporaryDirectory(prefix="lambda-study-dotnet-") as folder:
        _compile(mcs, Path(folder), "library", name, [path.resolve()], [core])
        files = {file.name: file.read_bytes() for file in sorted(Path(folder).iterdir())}
    return Package(files, handler, runtime=newest("dotnet"), name=path.stem)


def _compile_runtime(mcs: str, folder: Path) -> None:
    core = SOURCES / "Core.cs"
    _compile(mcs, folder, "library", "Amazon.Lambda.Core.dll", [core], [])
    rest = sorted(file for file in SOURCES.glob("*.cs") if file != core)
    _compile(mcs, folder, "exe", "bootstrap.exe", rest, [folder / "Amazon.Lambda.Core.dll"])


def _compile(
    mcs: str, folder: Path, target: str, name: str, sources: list[Path], references: list[Path]
) -> None:
    shown = f"-pathmap:{sources[0].parent}=/var/task"  # traces name the folder as on Lambda
    options = ["-debug", "-codepage:utf8", shown, f"-target:{target}", f"-out:{folder / name}"]
    run_compiler([mcs, *options, *(f"-r:{file}" for file in references), *map(str, sources)], folder)
