"""Packages of many files: a zip archive, or a folder."""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from lambda_study.engine import limits
from lambda_study.engine.package import BOOTSTRAP, Package
from lambda_study.engine.runtimes.identifiers import newest
from lambda_study.errors import BadInput

_ENCRYPTED = 0x1  # the bit in a member's flags
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, UnicodeDecodeError)
_FAMILY = {".mjs": "nodejs", ".js": "nodejs", ".cjs": "nodejs", ".rb": "ruby"}
_BY_COLONS = {2: "java", 4: "dotnet"}  # example.Handler::run, Assembly::Space.Class::Run


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


def read_zip(path: Path) -> tuple[dict[str, bytes], frozenset[str], frozenset[str]]:
    """Return the files in a zip archive by their names, which of them are programs, and which are links."""
    if not zipfile.is_zipfile(path):
        raise BadInput(f'"{path}" is not a zip archive.')
    limits.check_zipped(str(path), path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_members(path, archive)
    except NotImplementedError:
        raise BadInput(f'"{path}" is compressed in an unknown way. Zip it with deflate.') from None
    except _DAMAGED:
        raise BadInput(f'"{path}" is damaged: its content cannot be read. Zip it again.') from None


def _read_members(
    path: Path, archive: zipfile.ZipFile
) -> tuple[dict[str, bytes], frozenset[str], frozenset[str]]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    limits.check_unzipped(str(path), sum(member.file_size for member in members))
    for member in members:
        _check_member(path, member)
    modes = {member.filename: member.external_attr >> 16 for member in members}
    executables = frozenset(name for name, mode in modes.items() if mode & 0o100)
    links = frozenset(name for name, mode in modes.items() if stat.S_ISLNK(mode))
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


def _check_member(archive: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = Path(name).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
        raise BadInput(f'"{archive}" holds a file named "{name}", which lies outside of the package.')
    if member.flag_bits & _ENCRYPTED:
        raise BadInput(f'"{archive}" is encrypted: "{name}" needs a password. Zip it without one.')
