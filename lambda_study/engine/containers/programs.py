"""What the first process of a container must be: a file that the kernel can execute, in the image."""

from __future__ import annotations

import os
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lambda_study.engine.image import Image
from lambda_study.engine.image_unpack import resolve

ELF = b"\x7fELF"
ARCHITECTURES = {62: "x86_64", 183: "arm64"}  # e_machine of an ELF file
INTERPRETER = 3  # the program header that names the dynamic linker

NO_FILE = "no such file or directory"
DENIED = "permission denied"
FORMAT = "exec format error"


@dataclass(frozen=True, slots=True)
class Elf:
    """What the head of a Linux program says: its architecture, and its dynamic linker if it needs one."""

    architecture: str
    interpreter: str | None


@dataclass(frozen=True, slots=True)
class StartProblem:
    """Why the first process of a container cannot start, with Lambda's error type."""

    error_type: str
    text: str


def host_architecture() -> str:
    """Return this machine's architecture as Lambda names it."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def start_problem(image: Image, root: Path, path: str) -> StartProblem | None:
    """Return why the image unpacked in ROOT cannot start; None if it can.

    PATH is where a command without a folder is looked for.
    Source: https://github.com/aws/aws-lambda-runtime-interface-emulator (read 2026-11-23).
    """
    if not resolve(root, image.working_dir).is_dir():
        return StartProblem("Runtime.InvalidWorkingDir", f"chdir {image.working_dir}: {NO_FILE}")
    word = image.command[0]
    reason = NO_FILE
    for candidate in _candidates(word, image.working_dir, path):
        reason = _refusal(root, candidate)
        if not reason:
            return None
        if reason != NO_FILE:
            break
    return StartProblem("Runtime.InvalidEntrypoint", f"fork/exec {word}: {reason}")


def read_elf(path: Path) -> Elf | None:
    """Return what the head of a 64-bit Linux program says; None if the file is none."""
    try:
        with path.open("rb") as file:
            return _elf(file)
    except (OSError, struct.error):
        return None


def _candidates(word: str, folder: str, path: str) -> Iterator[str]:
    if "/" in word:
        yield os.path.join(folder, word)  # noqa: PTH118
    else:
        yield from (f"{place or '.'}/{word}" for place in path.split(":"))


def _refusal(root: Path, name: str) -> str:
    """Return what the kernel says to an attempt to execute NAME; empty if it does."""
    path = resolve(root, name)
    if not path.exists():
        return NO_FILE
    if not path.is_file() or not path.stat().st_mode & 0o111:
        return DENIED
    with path.open("rb") as file:
        head = file.read(256)
    if head.startswith(b"#!"):
        words = head[2:].split(b"\n")[0].split()
        return _refusal(root, words[0].decode("utf-8", "replace")) if words else FORMAT
    elf = read_elf(path)
    if elf is None or elf.architecture != host_architecture():
        return FORMAT
    return NO_FILE if elf.interpreter and not resolve(root, elf.interpreter).exists() else ""


def _elf(file: BinaryIO) -> Elf | None:
    head = file.read(64)
    if not head.startswith(ELF) or head[4] != 2:
        return None
    machine = struct.unpack_from("<H", head, 18)[0]
    offset, size, count = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
    for index in range(count):
        file.seek(offset + index * size)
        entry = file.read(56)
        if struct.unpack_from("<I", entry)[0] == INTERPRETER:
            start, length = struct.unpack_from("<Q", entry, 8)[0], struct.unpack_from("<Q", entry, 32)[0]
            file.seek(start)
            name = file.read(length).rstrip(b"\0").decode("utf-8", "replace")
            return Elf(ARCHITECTURES.get(machine, "another"), name)
    return Elf(ARCHITECTURES.get(machine, "another"), None)
