"""Java functions: `example.Handler::handleRequest`, from a source file, or from classes in a zip or jar."""

from __future__ import annotations

import os
import re
import tempfile
from functools import partial
from pathlib import Path

from lambda_study.engine.package import Package, read_source
from lambda_study.engine.runtimes.build import compiled_once, run_compiler
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.engine.runtimes.launcher import BOOTSTRAPS, Tool, shown_version, told_by

JAVA = Tool("Java", "java", "default-jdk-headless", "openjdk", "EclipseAdoptium.Temurin.21.JDK")
JAVAC = Tool("Java", "javac", "default-jdk-headless", "openjdk", "EclipseAdoptium.Temurin.21.JDK")
SOURCES = BOOTSTRAPS / "java"
HEAP_PERCENT = 85  # of the function's memory; the rest is for the JVM itself
# As on Lambda: the simple collector and the quick compiler, which make a small and early JVM.
FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData")
UTF_8 = ("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
SEPARATOR = os.pathsep


class JavaLauncher:
    """Unlike AWS: whatever `runtime` says, the host's JVM runs, by a bootstrap of ours."""

    marks_logs = False

    def __init__(self) -> None:
        self._java = JAVA.needed()
        self._runtime = runtime_classes()

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        heap = f"-Xmx{memory_mb * HEAP_PERCENT // 100}m"
        classes = SEPARATOR.join([str(self._runtime), ".", "lib/*"])
        return [self._java, heap, *FLAGS, *UTF_8, "-cp", classes, "lambdaruntime.Bootstrap"]

    def version(self) -> str:
        return shown_version("java", told_by(self._java, "-version"))


def runtime_classes() -> Path:
    """Return the folder with our bootstrap's classes and AWS's interfaces; they are compiled once."""
    javac = JAVAC.needed()
    sources = [str(path) for path in sorted(SOURCES.rglob("*.java"))]
    return compiled_once("java", SOURCES, told_by(javac, "-version"), partial(_compile, javac, sources, ""))


def package_of_file(path: Path, handler: str) -> Package:
    """Return the package of one source file: its classes.

    HANDLER is a method of the class that the file is named after, or Class::method.
    """
    source = read_source(path, handler.rpartition("::")[2])
    if "::" not in handler:
        space = re.search(r"^\s*package\s+([\w.]+)\s*;", source, re.MULTILINE)
        handler = f"{space.group(1)}.{path.stem}::{handler}" if space else f"{path.stem}::{handler}"
    javac, classes = JAVAC.needed(), str(runtime_classes())
    with tempfile.TemporaryDirectory(prefix="lambda-study-java-") as folder:
        _compile(javac, [str(path.resolve())], classes, Path(folder))
        found = sorted(Path(folder).rglob("*.class"))
        files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}
    return Package(files, handler, runtime=newest("java"), name=path.stem)


def _compile(javac: str, sources: list[str], classes: str, target: Path) -> None:
    options = ["-encoding", "UTF-8", "-XDstringConcat=inline", "-J-XX:TieredStopAtLevel=1", "-d", str(target)]
    run_compiler([javac, *options, "-cp", classes or ".", *sources], target)
