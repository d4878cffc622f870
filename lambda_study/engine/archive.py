"""Packages of many files: a zip archive, or a folder."""

from __future__ import annotations

import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from lambda_study.engine import limits
from lambda_study.engine.errors import Refused
from lambda_study.engine.package import BOOTSTRAP, Package
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.errors import BadInput

_ENCRYPTED = 0x1  # the bit in a member's flags
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, UnicodeDecodeError)
_NOT_UNZIPPED = "Could not unzip uploaded file. Please check your file, then try to upload again."
_FAMILY = {".mjs": "nodejs", ".js": "nodejs", ".cjs": "nodejs", ".rb": "ruby"}
_BY_COLONS = {2: "java", 4: "dotnet"}  # example.Handler::run, Assembly::Space.Class::Run


Content = tuple[dict[str, bytes], frozenset[str], frozenset[str]]
"""The files of an archive by their names, which of them are programs, and which are links."""


def package_of_zip(path: Path, handler: str) -> Package:
    """Return the package in a zip archive; HANDLER is in AWS's spelling."""
    files, executables, links = read_zip(path)
    runtime = _runtime_of(files, handler)
    return Package(files, handler, executables=executables, runtime=runtime, links=links)


def package_of_folder(path: Path, handler: str) -> Package:
    """Return the package of all files in a folder; without HANDLER it must have a program named bootstrap."""
    files, executables = read_folder(path)
    if not handler and BOOTSTRAP not in executables:
        raise BadInput(_no_program(path, files))
    return Package(
        files,
        handler or BOOTSTRAP,
        executables=executables,
        runtime=_runtime_of(files, handler),
        name="" if handler else path.resolve().name,
    )


def package_of_bytes(data: bytes, handler: str) -> Package:
    """Return the package in DATA, the zip archive that Lambda's API was given; HANDLER is in AWS's spelling.

    >>> package_of_bytes(b"no zip", "app.handler")
    Traceback (most recent call last):
    lambda_study.engine.errors.Refused: "the archive" is not a zip archive.
    """
    files, executables, links = _read("the archive", io.BytesIO(data))
    return Package(files, handler, executables=executables, links=links)


def read_zip(path: Path) -> Content:
    """Return the files in a zip archive by their names, which of them are programs, and which are links."""
    limits.check_zipped(str(path), path.stat().st_size)
    return _read(str(path), path)


def _read(name: str, file: Path | BinaryIO) -> Content:
    if not zipfile.is_zipfile(file):
        raise Refused(f'"{name}" is not a zip archive.', _NOT_UNZIPPED)
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_members(name, archive)
    except NotImplementedError:
        line = f'"{name}" is compressed in an unknown way. Zip it with deflate.'
        raise Refused(line, _NOT_UNZIPPED) from None
    except _DAMAGED:
        line = f'"{name}" is damaged: its content cannot be read. Zip it again.'
        raise Refused(line, _NOT_UNZIPPED) from None


def _read_members(name: str, archive: zipfile.ZipFile) -> Content:
    members = [member for member in archive.infolist() if not member.is_dir()]
    limits.check_unzipped(name, sum(member.file_size for member in members))
    for member in members:
        _check_member(name, member)
    modes = {member.filename: member.external_attr >> 16 for member in members}
    executables = frozenset(file for file, mode in modes.items() if mode & 0o100)
    links = frozenset(file for file, mode in modes.items() if stat.S_ISLNK(mode))
    return {member.filename: archive.read(member) for member in members}, executables, links


def read_folder(path: Path) -> tuple[dict[str, bytes], frozenset[str]]:
    """Return the files in a folder by their names in it, and which of them are programs."""
    found = sorted(file for file in path.rglob("*") if file.is_file())
    limits.check_unzipped(str(path), sum(file.stat().st_size for file in found))
    files = {file.relative_to(path).as_posix(): file.read_bytes() for file in found}
    return files, frozenset(file.relative_to(path).as_posix() for file in found if os.access(file, os.X_OK))


def _no_program(path: Path, files: Iterable[str]) -> str:
    if BOOTSTRAP in files:
        return f'"{path / BOOTSTRAP}" may not be run as a program. Run chmod +x {path / BOOTSTRAP}.'
    return f'"{path}" has no program named {BOOTSTRAP}. Add one, or write "{path}:module.function".'


def _runtime_of(files: Iterable[str], handler: str) -> str:
    """Return the runtime that the files are written for; none for Python, which is that of the host."""
    names = frozenset(files)
    if BOOTSTRAP in names:
        return newest("provided")
    if handler.count(":") in _BY_COLONS:
        return newest(_BY_COLONS[handler.count(":")])
    module = handler.partition(".")[0]
    found = [language for suffix, language in _FAMILY.items() if module + suffix in names]
    return newest(found[0]) if found else ""


def _check_member(archive: str, member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = Path(name).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
        raise BadInput(f'"{archive}" holds a file named "{name}", which lies outside of the package.')
    if member.flag_bits & _ENCRYPTED:
        raise BadInput(f'"{archive}" is encrypted: "{name}" needs a password. Zip it without one.')
