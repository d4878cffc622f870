"""Node.js functions: `index.handler` in a file index.mjs, index.js or index.cjs."""

from __future__ import annotations

from pathlib import Path

from lambda_study.engine.package import Package, read_source
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.engine.runtimes.launcher import BOOTSTRAPS, Tool, shown_version, told_by

NODE = Tool("Node.js", "node", "nodejs", "node", "OpenJS.NodeJS")


class NodeLauncher:
    """Unlike AWS: whatever `runtime` says, the host's node runs, by a bootstrap of ours."""

    marks_logs = False

    def __init__(self) -> None:
        self._node = NODE.needed()

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        """V8 gets its limits from the function's memory, as on Lambda, so that it collects in time."""
        limits = [
            f"--max-old-space-size={memory_mb * 90 // 100}",
            f"--max-semi-space-size={memory_mb * 5 // 100}",
        ]
        return [self._node, *limits, str(BOOTSTRAPS / "node" / "bootstrap.mjs")]

    def version(self) -> str:
        return shown_version("nodejs", told_by(self._node, "--version"))


def package_of_file(path: Path, handler: str) -> Package:
    """Return the package of one JavaScript file that exports HANDLER."""
    source = read_source(path, handler)
    return Package({path.name: source.encode()}, f"{path.stem}.{handler}", runtime=newest("nodejs"))
