"""What the engine asks of a language: the command that starts a function, and the version that runs it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from lambda_study.errors import BadInput

BOOTSTRAPS = Path(__file__).with_name("bootstraps")
NO_ENTRYPOINT = Path(__file__).with_name("boot_nothing.py")
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


class Launcher(Protocol):
    """Starts the functions of one language.

    `marks_logs` is True where the child can write a mark into its log before each wait for an event.
    """

    marks_logs: bool

    def command(self, memory_mb: int = 128, mark_logs: bool = False) -> list[str]:
        """Return the command line of a child; it runs in the folder of the package."""

    def version(self) -> str:
        """Return the version as the INIT_START line shows it, such as "nodejs:20.v20"."""


@dataclass(frozen=True)
class Tool:
    """A program that a language needs, and the command that installs it on each system."""

    name: str
    program: str
    debian: str
    macos: str
    windows: str

    @property
    def path(self) -> str | None:
        """Where it is installed; None where it is not."""
        return shutil.which(self.program)

    @property
    def fix(self) -> str:
        """How to install it on this system, in one line."""
        lines = {"darwin": f"brew install {self.macos}", "win32": f"winget install {self.windows}"}
        debian = f"sudo apt-get install {self.debian} (Debian, Ubuntu; elsewhere the package of that name)"
        return f"Install {self.name}: {lines.get(sys.platform, debian)}."

    @property
    def absence(self) -> str:
        """What is told where it is missing, in one line."""
        return f"{self.program} is not installed here. {self.fix}"

    def needed(self) -> str:
        """Return its path; BadInput with the fix if it is not installed."""
        if self.path is None:
            raise BadInput(self.absence)
        return self.path


def shown_version(language: str, text: str) -> str:
    """Return a version in the form of AWS's INIT_START line.

    >>> shown_version("ruby", "ruby 3.1.7p261 (2025-03-26)")
    'ruby:3.1.v7'
    """
    found = _VERSION.search(text)
    major, minor, patch = found.groups(default="0") if found else ("0", "0", "0")
    return f"{language}:{major}.{minor}.v{patch}"


def version_arn(version: str) -> str:
    """Return an ARN in AWS's form; it depends on VERSION alone."""
    return f"arn:aws:lambda:us-east-1::runtime:{hashlib.sha256(version.encode()).hexdigest()}"


def no_entrypoint(program: str, error: OSError) -> list[str]:
    """Return the command of a child that takes the place of PROGRAM, which cannot be run, and says so."""
    path = program.replace("./", "/var/task/", 1)
    text = f"fork/exec {path}: {(error.strerror or 'failed').lower()}"
    return [sys.executable, "-I", "-S", str(NO_ENTRYPOINT), text]


@cache
def told_by(*command: str) -> str:
    """Return what a program prints about itself."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30
    )
    return done.stdout.decode("utf-8", "replace")
