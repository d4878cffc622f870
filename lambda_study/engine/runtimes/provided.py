"""OS-only runtimes: the package brings a program named `bootstrap` that speaks the Runtime API itself."""

from __future__ import annotations

from pathlib import Path

from lambda_study.engine.package import BOOTSTRAP, Package, read_source
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.engine.runtimes.launcher import BOOTSTRAPS, Tool

BASH = Tool("bash", "bash", "bash", "bash", "Git.Git")
CURL = Tool("curl", "curl", "curl", "curl", "cURL.cURL")


class ProvidedLauncher:
    """Runs the package's own program.

    Unlike AWS: it runs on the host's operating system, with what is installed there.
    """

    marks_logs = False

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        return [f"./{BOOTSTRAP}"]

    def version(self) -> str:
        return "provided:al2023"


def package_of_file(path: Path, handler: str) -> Package:
    """Return the package of a bash script: the script, and our bootstrap for HANDLER."""
    BASH.needed()
    CURL.needed()
    source, bootstrap = read_source(path, handler).encode(), (BOOTSTRAPS / "bootstrap.sh").read_bytes()
    return _with_program({path.name: source, BOOTSTRAP: bootstrap}, f"{path.stem}.{handler}")


def package_of_program(path: Path) -> Package:
    """Return the package of a program that is its own runtime."""
    return _with_program({BOOTSTRAP: path.read_bytes()}, BOOTSTRAP)


def _with_program(files: dict[str, bytes], handler: str) -> Package:
    return Package(files, handler, executables=frozenset([BOOTSTRAP]), runtime=newest("provided"))
