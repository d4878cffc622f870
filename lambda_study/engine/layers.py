"""Layers: files beside a function's own, which Lambda unpacks under /opt."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lambda_study.engine.archive import read_folder, read_zip
from lambda_study.engine.package import write_files
from lambda_study.errors import BadInput

LAYERS_ROOT = "LAMBDA_LAYERS_ROOT"  # our own variable: the folder that is /opt on Lambda
_NODE_MAJOR = "nodejs/node{}/node_modules"


@dataclass(frozen=True, slots=True)
class Layer:
    """The files of one layer by their paths under /opt."""

    path: str
    files: Mapping[str, bytes]
    executables: frozenset[str]
    links: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many bytes it has unzipped."""
        return sum(map(len, self.files.values()))

    def write(self, folder: Path) -> None:
        """Write the files into FOLDER, over what lies there."""
        write_files(folder, self.files, self.executables, self.links)


def read_layer(path: str) -> Layer:
    """Return the layer in a zip archive or a folder.

    >>> read_layer("no-such.zip")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: There is no layer "no-such.zip". Give a zip archive or a folder.
    """
    place = Path(path)
    if place.is_dir():
        return Layer(path, *read_folder(place))
    if place.is_file():
        return Layer(path, *read_zip(place))
    raise BadInput(f'There is no layer "{path}". Give a zip archive or a folder.')


def layer_variables(root: Path, runtime: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables by which each language finds what layers bring, as on Lambda.

    Unlike AWS: /opt is a folder of the function's own; LAMBDA_LAYERS_ROOT tells which.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html (read 2026-11-23).
    """
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    node = "".join(letter for letter in runtime if letter.isdigit()) or "22"
    places = {
        "PATH": ["bin"],
        "LD_LIBRARY_PATH": ["lib"],
        "PYTHONPATH": [f"python/lib/python{version}/site-packages", "python"],
        "NODE_PATH": [_NODE_MAJOR.format(node), "nodejs/node_modules"],
        "RUBYLIB": ["ruby/lib"],
        "GEM_PATH": sorted(folder.relative_to(root).as_posix() for folder in root.glob("ruby/gems/*")),
        "CLASSPATH": ["java/lib/*"],
    }
    found = {name: _joined(root, folders, variables.get(name)) for name, folders in places.items()}
    return {**{name: text for name, text in found.items() if text}, LAYERS_ROOT: str(root)}


def _joined(root: Path, folders: list[str], before: str | None) -> str:
    own = [str(root / folder) for folder in folders if (root / folder.removesuffix("/*")).is_dir()]
    return os.pathsep.join([*([before] if before else []), *own])
