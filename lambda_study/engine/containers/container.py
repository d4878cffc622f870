"""What runs a container here: Docker or Podman where they work, bubblewrap or unshare where not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from lambda_study.engine.image import Image
from lambda_study.errors import BadInput

UNSHARE_SCRIPT = Path(__file__).with_name("unshare.sh")
PROBE_S = 10.0
LAMBDA_USER, LAMBDA_GROUP = "993", "990"  # sbx_user1051 of Lambda: an image runs as no root, whatever it says


@dataclass(frozen=True, slots=True)
class Start:
    """One start of an image: the unpacked files, the folder that becomes /tmp, the function's memory."""

    image: Image
    root: Path
    temporary_folder: Path
    memory_mb: int


class Container(Protocol):
    """A way to run an image. The container has the host's network, and of its files only /tmp is written."""

    name: str
    children: bool  # True if the container's processes descend from the command, so that we see them

    def works(self) -> bool:
        """True if it is installed and can run something."""

    def prepare(self, image: Image) -> None:
        """Get ready to run IMAGE."""

    def command(self, start: Start) -> list[str]:
        """Return the command that runs it, in an environment that holds the container's variables only."""


class Bubblewrap:
    """`bwrap`: new user, mount and process namespaces round the unpacked files; needs no rights."""

    name = "bubblewrap"
    children = True

    def works(self) -> bool:
        program = shutil.which("bwrap")
        return program is not None and runs(
            [program, "--ro-bind", "/", "/", "--unshare-user", "--unshare-pid", "true"]
        )

    def prepare(self, image: Image) -> None:
        """Nothing to do."""

    def command(self, start: Start) -> list[str]:
        """The thread that starts it may end before it: so no --die-with-parent, the guard sees to its end."""
        mounts = ["--ro-bind", str(start.root), "/", "--bind", str(start.temporary_folder), "/tmp"]
        mounts += ["--dev", "/dev", "--proc", "/proc"]
        user = ["--unshare-user", "--uid", LAMBDA_USER, "--gid", LAMBDA_GROUP]
        options = [*user, "--unshare-pid", "--chdir", start.image.working_dir]
        return [shutil.which("bwrap") or "bwrap", *mounts, *options, "--", *start.image.command]


class Unshare:
    """`unshare` and `chroot` of util-linux: new user and mount namespaces; needs no rights."""

    name = "unshare"
    children = True

    def works(self) -> bool:
        program = shutil.which("unshare")
        return program is not None and runs([program, "--user", "--map-root-user", "--mount", "true"])

    def prepare(self, image: Image) -> None:
        """Nothing to do."""

    def command(self, start: Start) -> list[str]:
        program = shutil.which("unshare") or "unshare"
        namespaces = [program, "--user", "--map-root-user", "--mount", "/bin/sh", "-e", str(UNSHARE_SCRIPT)]
        places = [str(start.root), str(start.temporary_folder), start.image.working_dir]
        return [*namespaces, *places, *start.image.command]


def runs(command: Sequence[str]) -> bool:
    """Return whether COMMAND ends well."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def containers() -> tuple[Container, ...]:
    """Return all ways to run an image, the one to try first in front."""
    from lambda_study.engine.containers.docker import Docker, Podman

    return (Docker(), Bubblewrap(), Unshare(), Podman())


def working() -> list[Container]:
    """Return the ways to run an image that work here."""
    return [container for container in containers() if container.works()]


@cache
def find_container(name: str | None = None) -> Container:
    """Return the way to run an image that NAME tells, or the first that works here.

    >>> find_container("qemu")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: container="qemu" is unknown. Choose docker, bubblewrap, unshare, podman.
    """
    known = {container.name: container for container in containers()}
    if name is not None and name not in known:
        raise BadInput(f'container="{name}" is unknown. Choose {", ".join(known)}.')
    for container in [known[name]] if name else known.values():
        if container.works():
            return container
    missing = f"{name} does not work here." if name else "Nothing here runs a container image."
    raise BadInput(f"{missing} {fix()}")


def fix() -> str:
    """How to get something that runs images, in one line."""
    if sys.platform.startswith("linux"):
        return "Install bubblewrap (apt-get install bubblewrap on Debian and Ubuntu), or start Docker."
    return "Install and start Docker Desktop."
