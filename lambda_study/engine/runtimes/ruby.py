"""Ruby functions: `app.handler` is the method `handler` of app.rb, `app.Photos.handler` that of a class."""

from __future__ import annotations

from pathlib import Path

from lambda_study.engine.package import Package, read_source
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.engine.runtimes.launcher import BOOTSTRAPS, Tool, shown_version, told_by

RUBY = Tool("Ruby", "ruby", "ruby", "ruby", "RubyInstallerTeam.Ruby.3.4")


class RubyLauncher:
    """Unlike AWS: whatever `runtime` says, the host's ruby runs, by a bootstrap of ours."""

    marks_logs = False

    def __init__(self) -> None:
        self._ruby = RUBY.needed()

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        return [self._ruby, "-Eutf-8:utf-8", str(BOOTSTRAPS / "bootstrap.rb")]

    def version(self) -> str:
        return shown_version("ruby", told_by(self._ruby, "--version"))


def package_of_file(path: Path, handler: str) -> Package:
    """Return the package of one Ruby file; HANDLER is a method, or Class.method."""
    source = read_source(path, handler.rpartition(".")[2])
    return Package({path.name: source.encode()}, f"{path.stem}.{handler}", runtime=newest("ruby"))
