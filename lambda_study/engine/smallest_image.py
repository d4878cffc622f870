"""The smallest honest image for Lambda: one program, a runtime of twelve lines, a handler."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from lambda_study.engine.containers.programs import Elf, read_elf
from lambda_study.engine.default import default_service
from lambda_study.engine.image import Image
from lambda_study.engine.image_writer import Files, Link, write_image
from lambda_study.errors import BadInput

RUNTIME = Path(__file__).parent / "runtimes" / "bootstraps" / "busybox.sh"
APPLETS = ("sh", "wget", "sed", "cat", "echo", "sleep", "touch", "ls", "env", "grep", "id")
ECHO = "#!/bin/sh\nexec cat\n"
RUNTIME_PATH, HANDLER_PATH = "var/runtime/bootstrap", "var/task/handler"


def smallest_image(folder: str | Path | None = None, handler: str = ECHO) -> Image:
    """Write an image of about 1 MB into FOLDER and return it; without FOLDER it goes when Python ends.

    Its three layers are busybox, the program that is a shell and forty tools at once; the runtime; and
    HANDLER, a shell script that gets each event on standard input and writes the answer to standard output.
    Without one it gives the event back. BadInput where busybox is not installed as a static program.
    """
    busybox, elf = find_busybox()
    folder = default_service().new_folder("image") if folder is None else folder
    base: Files = {"bin/busybox": busybox, **{f"bin/{name}": Link("busybox") for name in APPLETS}}
    layers: list[Files] = [base, {RUNTIME_PATH: RUNTIME}, {HANDLER_PATH: handler}]
    entrypoint, cmd = [f"/{RUNTIME_PATH}"], [f"/{HANDLER_PATH}"]
    return write_image(folder, layers, entrypoint, cmd, {"PATH": "/bin"}, architecture=elf.architecture)


def find_busybox() -> tuple[Path, Elf]:
    """Return the static busybox of this machine and what its head says; BadInput if there is none."""
    found = shutil.which("busybox")
    elf = read_elf(Path(found)) if found else None
    if found is None or elf is None or elf.interpreter is not None:
        raise BadInput(f"busybox is not installed here as a static program. {fix()}")
    return Path(found), elf


def fix() -> str:
    """How to get a static busybox, in one line."""
    if sys.platform.startswith("linux"):
        return "Install busybox-static (apt-get install busybox-static on Debian and Ubuntu)."
    return "It is a Linux program: use WSL or a Linux machine, or another image."
