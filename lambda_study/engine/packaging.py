"""From what `deploy` is given to a deployment package: a cell, a file, a folder or a zip, in any language."""

from __future__ import annotations

import inspect
import linecache
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lambda_study.engine import source_code
from lambda_study.engine.archive import package_of_folder, package_of_zip
from lambda_study.engine.package import BOOTSTRAP, CELL_MODULE, Package, read_text
from lambda_study.engine.runtimes.languages import PACKAGE_BY_SUFFIX
from lambda_study.engine.runtimes.provided import package_of_program
from lambda_study.errors import BadInput

SUFFIXES = (".py", *PACKAGE_BY_SUFFIX, ".zip", ".jar")


def package_of(handler: Callable[..., Any] | str | Path) -> Package:
    """Return the package for what `deploy` was given: a function, or text that names one in a file."""
    if isinstance(handler, str | Path):
        return _package_of_text(str(handler))
    if callable(handler):
        return _package_of_function(handler)
    raise BadInput(f'handler={handler!r} is no function. Give a function, or "file.py:handler".')


def _package_of_text(text: str) -> Package:
    path, handler = _parts(text)
    if path.is_dir():
        return package_of_folder(path, handler)
    if path.suffix == ".go" or (path.name == BOOTSTRAP and os.access(path, os.X_OK)):
        return PACKAGE_BY_SUFFIX[".go"](path, BOOTSTRAP) if path.suffix else package_of_program(path)
    if not handler:
        raise BadInput(f'handler="{text}" names no function. Write "{text}:handler".')
    if path.suffix in (".zip", ".jar"):
        return package_of_zip(path, handler)
    if path.suffix == ".py":
        return _package_of_python(path, handler)
    if path.suffix in PACKAGE_BY_SUFFIX:
        return PACKAGE_BY_SUFFIX[path.suffix](path, handler)
    raise BadInput(f'"{path}" is no package. Give a file with one of {", ".join(SUFFIXES)}, or a folder.')


def _parts(text: str) -> tuple[Path, str]:
    """Split "path:handler" behind the first part that is there; a handler may have colons of its own."""
    for colon in [*(found.start() for found in re.finditer(":", text)), len(text)]:
        if text[:colon] and Path(text[:colon]).exists():
            return Path(text[:colon]), text[colon + 1 :]
    file = re.match(r".+?\.\w+(?=:.)", text)
    if file is None:
        raise BadInput(f'handler="{text}" names no function. Write "{_meant_by(text)}".')
    raise BadInput(
        f'There is no file "{file.group()}". Write "file.py:handler" or "file.zip:module.function".'
    )


def _meant_by(text: str) -> str:
    """Return what may have been meant: app.handler, AWS's spelling, and app:handler name a file too."""
    if text.endswith(SUFFIXES):
        return f"{text}:handler"
    module, _, function = text.replace(":", ".").rpartition(".")
    file = f"{module if '/' in module else module.replace('.', '/')}.py"
    return f"{file}:{function}" if Path(file).is_file() else "file.py:function"


def _package_of_python(path: Path, handler: str) -> Package:
    if not path.stem.isidentifier():
        raise BadInput(
            f'"{path.name}" cannot be imported. Use letters, digits and _ in the name, a letter first.'
        )
    source = read_text(path)
    source_code.check_handler(source, handler, path.name)
    return Package({path.name: source.encode()}, f"{path.stem}.{handler}")


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
