"""A deployment package: the files that become /var/task, and the name of the handler in them."""

from __future__ import annotations

import inspect
import linecache
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_study.engine import limits, source_code
from lambda_study.errors import BadInput

CELL_MODULE = "lambda_function"


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a function by their path, the handler as "module.function", and hints about the code."""

    files: Mapping[str, bytes]
    handler: str
    hints: tuple[str, ...] = ()

    def write(self, folder: Path) -> None:
        """Write the files into FOLDER."""
        for name, content in self.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    @property
    def default_name(self) -> str:
        """A name for a function that was given none: that of the handler, or of a file that is not a cell."""
        module, _, function = self.handler.rpartition(".")
        return function if module == CELL_MODULE else module.replace("/", "-").replace(".", "-")


def package_of(handler: Callable[..., Any] | str | Path) -> Package:
    """Return the package for what `deploy` was given: a function or text that names one in a file."""
    if isinstance(handler, str | Path):
        return _package_of_text(str(handler))
    if callable(handler):
        return _package_of_function(handler)
    raise BadInput(f'handler={handler!r} is no function. Give a function, or "file.py:handler".')


def _package_of_text(text: str) -> Package:
    file, colon, handler = text.rpartition(":")
    if not colon or not handler or not file:
        raise BadInput(f'handler="{text}" names no function. Write "{text or "file.py"}:handler".')
    path = Path(file)
    if not path.is_file():
        raise BadInput(f'There is no file "{file}". Write "file.py:handler" or "file.zip:module.function".')
    if path.suffix == ".zip":
        return _package_of_zip(path, handler)
    if path.suffix != ".py":
        raise BadInput(f'"{file}" is neither a .py nor a .zip file.')
    return _package_of_file(path, handler)


def _package_of_file(path: Path, handler: str) -> Package:
    _check_module_name(path)
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(f'"{path}" is not UTF-8 text. Save it as UTF-8.') from None
    source_code.check_handler(source, handler, path.name)
    return Package({path.name: source.encode()}, f"{path.stem}.{handler}")


def _package_of_zip(path: Path, handler: str) -> Package:
    if not zipfile.is_zipfile(path):
        raise BadInput(f'"{path}" is not a zip archive.')
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        size = sum(member.file_size for member in members)
        if size > limits.package_bytes():
            raise BadInput(f'"{path}" has {size:,} bytes unzipped. At most {limits.package_bytes():,}.')
        for member in members:
            _check_member(path, member.filename)
        return Package({member.filename: archive.read(member) for member in members}, handler)


def _package_of_function(handler: Callable[..., Any]) -> Package:
    function = inspect.unwrap(handler)
    if not inspect.isfunction(function):
        raise BadInput(f"handler={handler!r} is no function. Write one with def handler(event, context).")
    if "<" in function.__qualname__:
        raise BadInput(
            f"{function.__name__} is defined inside another function, where Lambda cannot load it. "
            "Define it at the top of a cell or a file."
        )
    source_code.check_signature(function)
    file = function.__code__.co_filename
    source = "".join(linecache.getlines(file, function.__globals__))
    if not source:
        raise BadInput(
            f"The source of {function.__name__} cannot be read. Define it in a notebook cell or in a file, "
            'and give "file.py:handler".'
        )
    source_code.check_package(source, function)
    hints = source_code.foreign_names(source, function)
    module = Path(file).stem if _is_file(file) else CELL_MODULE
    return Package({f"{module}.py": source.encode()}, f"{module}.{function.__name__}", hints)


def _is_file(file: str) -> bool:
    """True for a real file; a cell has a name of IPython's, which the debugger may write to disk as well."""
    return "ipykernel_" not in file and not file.startswith("<") and Path(file).is_file()


def _check_module_name(path: Path) -> None:
    if not path.stem.isidentifier():
        raise BadInput(
            f'"{path.name}" cannot be imported. Use letters, digits and _ in the name, a letter first.'
        )


def _check_member(archive: Path, name: str) -> None:
    parts = Path(name).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
        raise BadInput(f'"{archive}" holds a file named "{name}", which lies outside of the package.')
