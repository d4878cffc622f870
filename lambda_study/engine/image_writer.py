"""Writes container images with the standard library. The same files give the same digests."""

from __future__ import annotations

import gzip
import io
import json
import platform
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lambda_study.engine.image import (
    GZIP_LAYERS,
    INDEXES,
    MACHINES,
    MANIFESTS,
    OCI,
    Image,
    Layer,
    blob_path,
    digest_of,
    read_image,
)
from lambda_study.errors import BadInput

PROGRAM_STARTS = (b"#!", b"\x7fELF")  # a script, a Linux program: these may be executed


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link in a layer, to TARGET."""

    target: str


Content = bytes | str | Path | Link
Files = Mapping[str, Content]


def write_image(
    folder: str | Path,
    layers: Files | Sequence[Files],
    entrypoint: Sequence[str] = (),
    cmd: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    working_dir: str = "/var/task",
    architecture: str | None = None,
) -> Image:
    """Write an image into FOLDER as an OCI image layout, and return it; what FOLDER held stays beside it.

    LAYERS is one or several mappings, from the bottom up, of a file's path to its content: bytes, text, the
    Path of a file to copy, or a Link. A script (#!) and a Linux program are written as executable. The path
    of a white-out, ".wh.NAME", removes NAME of a layer below. ARCHITECTURE is x86_64 or arm64, this
    machine's if left out. Owners and times are left out, so that equal files have equal digests.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     image = write_image(folder, {"bootstrap": "#!/bin/sh"}, ["/bootstrap"], architecture="arm64")
    >>> image.command, len(image.layers), image.architecture
    (('/bootstrap',), 1, 'arm64')

    BadInput for a path that leads out of the image, a file that cannot be read, an unknown architecture.
    """
    layout = Path(folder)
    machine = _machine(architecture)
    stacked = [layers] if isinstance(layers, Mapping) else layers
    contents = [_tar(files, working_dir if at == 0 else "/") for at, files in enumerate(stacked)]
    (layout / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
    blobs = [_write_blob(layout, _gzip(content), GZIP_LAYERS[0]) for content in contents]
    start = {
        "Entrypoint": list(entrypoint),
        "Cmd": list(cmd),
        "Env": [f"{name}={value}" for name, value in (env or {}).items()],
        "WorkingDir": working_dir,
    }
    diff_ids = [digest_of(content) for content in contents]
    config = {
        "architecture": machine,
        "os": "linux",
        "config": {name: value for name, value in start.items() if value},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    }
    _write_manifest(layout, config, blobs)
    return read_image(layout)


def _write_manifest(layout: Path, config: dict[str, Any], layers: list[Layer]) -> None:
    described = _write_blob(layout, _json(config), f"{OCI}.config.v1+json")
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFESTS[0],
        "config": _descriptor(described),
        "layers": [_descriptor(layer) for layer in layers],
    }
    written = _write_blob(layout, _json(manifest), MANIFESTS[0])
    named = {**_descriptor(written), "annotations": {"org.opencontainers.image.ref.name": "latest"}}
    index = {"schemaVersion": 2, "mediaType": INDEXES[0], "manifests": [named]}
    (layout / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    (layout / "index.json").write_bytes(_json(index))


def _write_blob(layout: Path, data: bytes, media_type: str) -> Layer:
    digest = digest_of(data)
    blob_path(layout, digest).write_bytes(data)
    return Layer(digest, len(data), media_type)


def _descriptor(blob: Layer) -> dict[str, Any]:
    return {"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size}


def _tar(files: Files, folder: str) -> bytes:
    """Return a layer's tar: first FOLDER and the folders that lead to its files, then the files, sorted."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        contents = {_inside(name): content for name, content in files.items()}
        wanted = PurePosixPath(folder.strip("/"))
        folders = {str(path) for path in (wanted, *wanted.parents)}
        folders |= {str(parent) for name in contents for parent in PurePosixPath(name).parents}
        for path in sorted(folders - {"."}):
            member = tarfile.TarInfo(path)
            member.type, member.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(member)
        for name, content in sorted(contents.items()):
            _add(archive, name, content)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, name: str, content: Content) -> None:
    member = tarfile.TarInfo(name)
    if isinstance(content, Link):
        member.type, member.linkname, member.mode = tarfile.SYMTYPE, content.target, 0o777
        archive.addfile(member)
        return
    data = _bytes(name, content)
    member.size = len(data)
    member.mode = 0o755 if data.startswith(PROGRAM_STARTS) else 0o644
    archive.addfile(member, io.BytesIO(data))


def _bytes(name: str, content: bytes | str | Path) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    try:
        return content.read_bytes()
    except OSError:
        raise BadInput(f'The file "{content}" for "{name}" in the image cannot be read.') from None


def _inside(name: str) -> str:
    path = PurePosixPath(name.lstrip("/"))
    if ".." in path.parts or not path.parts:
        raise BadInput(f'"{name}" leads out of the image. Write a path such as "var/task/app.py".')
    return str(path)


def _gzip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as compressed:
        compressed.write(data)
    return buffer.getvalue()


def _machine(architecture: str | None) -> str:
    """Return the image's name for ARCHITECTURE."""
    if architecture is None:
        return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "amd64"
    for machine, known in MACHINES.items():
        if architecture == known:
            return machine
    raise BadInput(f"architecture={architecture!r} is unknown. Choose x86_64 or arm64.")


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
