"""Starts Python functions: the host's interpreter, the boot file, AWS's own runtime client."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

BOOT_FILE = Path(__file__).with_name("boot_python.py")


class PythonLauncher:
    """Knows the command that runs a Python function.

    Unlike AWS: whatever `runtime` says, the host's Python runs, and our transport in plain Python talks to
    the Runtime API in the place of the client's native part. It is faster, and the same on every system. With
    `pure=False` the native part does so, where it is installed.
    """

    def __init__(self, pure: bool = True) -> None:
        self.pure = pure or importlib.util.find_spec("runtime_client") is None

    marks_logs = True

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        """Return the command line; MARK_LOGS lets the child write a mark into its log before each wait.

        `-I -S` keeps the learner's settings and the host's start-up files out of the child, as in a fresh
        Lambda.
        """
        options = {"packages": package_folders(), "pure": self.pure, "mark": mark_logs}
        return [sys.executable, "-I", "-S", "-X", "utf8", str(BOOT_FILE), json.dumps(options)]

    def version(self) -> str:
        """Return the version as the INIT_START line shows it.

        >>> PythonLauncher(pure=True).version().startswith("python:3.")
        True
        """
        major, minor, patch = sys.version_info[:3]
        return f"python:{major}.{minor}.v{patch}"


def host_runtime() -> str:
    """Return the identifier of the host's Python as a Lambda runtime, such as "python3.11"."""
    return f"python{sys.version_info[0]}.{sys.version_info[1]}"


def package_folders() -> list[str]:
    """Return the folders with installed packages that the child may import from."""
    folders = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    client = importlib.util.find_spec("awslambdaric")
    if client is not None and client.origin is not None:
        folders.append(str(Path(client.origin).parents[1]))
    return list(dict.fromkeys(folders))
