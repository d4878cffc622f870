"""A revision: a configuration with the files that go with it. $LATEST is one, each version is one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lambda_study.engine import limits
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.engine.layers import Layer, read_layer
from lambda_study.engine.package import Package
from lambda_study.engine.unpacked import UnpackedFiles
from lambda_study.errors import BadInput


@dataclass(frozen=True, slots=True)
class Revision:
    """What an execution environment is started from. Its files are never written again."""

    configuration: FunctionConfiguration
    package: Package
    layers: tuple[Layer, ...]
    files: UnpackedFiles

    @property
    def task_root(self) -> Path:
        """The folder that is /var/task."""
        return self.files.task_root

    @property
    def layers_root(self) -> Path | None:
        """The folder that is /opt; None without layers."""
        return self.files.layers_root

    @classmethod
    def unpack(cls, configuration: FunctionConfiguration, package: Package, folder: Path) -> Revision:
        """Return the revision of CONFIGURATION, its PACKAGE and its layers unpacked below FOLDER."""
        limits.check_layers(len(configuration.layers))
        layers = tuple(read_layer(path) for path in configuration.layers)
        size = sum(map(len, package.files.values())) + sum(layer.size for layer in layers)
        limits.check_unzipped(configuration.name, size)
        with _new_folder(f"{configuration.name}-task-", folder) as task_root:
            package.write(task_root)
            files = UnpackedFiles(task_root, _unpack_layers(layers, folder))
        return cls(configuration, package, layers, files)

    def changed(self, configuration: FunctionConfiguration, folder: Path) -> Revision:
        """Return the same files with another CONFIGURATION; other layers are unpacked below FOLDER."""
        if configuration.layers != self.configuration.layers:
            return Revision.unpack(configuration, self.package, folder)
        return replace(self, configuration=configuration)

    def as_version(self, number: str) -> Revision:
        """Return it as version NUMBER, which never changes."""
        return replace(self, configuration=replace(self.configuration, version=number))

    def is_like(self, other: Revision) -> bool:
        """True if code and configuration are the same, whatever version they have."""
        return (
            self.package == other.package
            and self.layers == other.layers
            and _versioned(self.configuration) == _versioned(other.configuration)
        )


def _unpack_layers(layers: tuple[Layer, ...], folder: Path) -> Path | None:
    """Write the layers over each other, the last one on top; None without layers."""
    if not layers:
        return None
    with _new_folder("layers-", folder) as root:
        for layer in layers:
            layer.write(root)
    return root


@contextlib.contextmanager
def _new_folder(prefix: str, folder: Path) -> Iterator[Path]:
    """Make a folder that stays only if all can be written into it; BadInput for a file that cannot."""
    root = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    try:
        yield root
    except OSError as error:
        shutil.rmtree(root, ignore_errors=True)
        file = str(error.filename).removeprefix(f"{root}{os.sep}")
        raise BadInput(f'"{file[:80]}" cannot be unpacked: {error.strerror}. Name it otherwise.') from None
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise


def _versioned(configuration: FunctionConfiguration) -> FunctionConfiguration:
    """Return the part of CONFIGURATION that a version keeps: reserved concurrency is the function's."""
    return replace(configuration, version="", reserved_concurrency=None)
