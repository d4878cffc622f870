"""A container image as an OCI image layout: a folder of blobs, each named by the digest of its content.

`write_image` writes one with the standard library, `read_image` reads one that any tool has written, and
`unpack` gives the file system that a container sees. Nothing here starts a process.

Source: https://github.com/opencontainers/image-spec (read 2026-11-23), and for what Lambda accepts
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html (read 2026-11-23).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lambda_study.errors import BadInput

OCI = "application/vnd.oci.image"
DOCKER = "application/vnd.docker"
MANIFESTS = (f"{OCI}.manifest.v1+json", f"{DOCKER}.distribution.manifest.v2+json")
INDEXES = (f"{OCI}.index.v1+json", f"{DOCKER}.distribution.manifest.list.v2+json")
GZIP_LAYERS = (f"{OCI}.layer.v1.tar+gzip", f"{DOCKER}.image.rootfs.diff.tar.gzip")
PLAIN_LAYERS = (f"{OCI}.layer.v1.tar", f"{DOCKER}.image.rootfs.diff.tar")
MACHINES = {"amd64": "x86_64", "arm64": "arm64"}  # the image's name for it, and Lambda's
MANIFEST_BYTES = 4 << 20  # registries take no larger manifest


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: the digest and size of its compressed blob, and the blob's media type."""

    digest: str
    size: int
    media_type: str

    @property
    def short(self) -> str:
        """The digest, as short as people write it.

        >>> Layer("sha256:" + "0123456789abcdef" * 4, 10, GZIP_LAYERS[0]).short
        'sha256:0123456789ab'
        """
        return self.digest[: len("sha256:") + 12]


@dataclass(frozen=True, slots=True)
class Image:
    """A container image: its layers from the bottom up, and how a container of it starts."""

    path: Path
    digest: str
    layers: tuple[Layer, ...]
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    working_dir: str = "/"
    architecture: str = "x86_64"

    @property
    def command(self) -> tuple[str, ...]:
        """What a container runs: the entrypoint, followed by cmd."""
        return self.entrypoint + self.cmd

    @property
    def size(self) -> int:
        """The bytes of all layers, compressed."""
        return sum(layer.size for layer in self.layers)

    def __repr__(self) -> str:
        lines = [f"Image {self.digest[:19]}, {self.architecture}, {self.size:,} bytes"]
        lines += [f"  layer       {layer.short}  {layer.size:>11,} bytes" for layer in self.layers]
        lines += [f"  entrypoint  {json.dumps(self.entrypoint)}", f"  cmd         {json.dumps(self.cmd)}"]
        lines += [f"  env         {name}={value}" for name, value in self.env.items()]
        return "\n".join([*lines, f"  workingdir  {self.working_dir}"])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def read_image(path: str | Path) -> Image:
    """Return the image in the OCI image layout at PATH, a folder.

    >>> read_image("no-such-folder")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: "no-such-folder" is no OCI image layout: it has no file index.json.

    BadInput for what is no image, is damaged, or what Lambda does not take: an index of several images, an
    operating system other than Linux, a processor other than x86_64 and arm64.
    """
    if not isinstance(path, str | Path):
        raise BadInput(f"image={path!r} is no image. Give the folder of an OCI image layout.")
    layout = Path(path)
    _check_layout(layout)
    descriptor = _only_manifest(layout, _json_of(layout, "index.json", _small_file(layout, "index.json")))
    manifest = _json_blob(layout, descriptor)
    config = _json_blob(layout, _descriptor(layout, manifest.get("config")))
    layers = manifest.get("layers")
    if not isinstance(layers, list) or not layers:
        raise BadInput(f'"{layout}" holds an image without layers.')
    return _image(layout, descriptor["digest"], [_layer(layout, layer) for layer in layers], config)


def blob_path(layout: Path, digest: str) -> Path:
    """Return where the blob of DIGEST lies."""
    return layout / "blobs" / "sha256" / digest.removeprefix("sha256:")


def digest_of(data: bytes) -> str:
    """Return the digest that names DATA.

    >>> digest_of(b"")
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _image(layout: Path, digest: str, layers: list[Layer], config: dict[str, Any]) -> Image:
    machine, system = config.get("architecture"), config.get("os")
    if system != "linux" or machine not in MACHINES:
        raise BadInput(
            f'"{layout}" is an image for {system}/{machine}. Lambda runs linux/amd64 and linux/arm64.'
        )
    start = config.get("config") or {}
    try:
        env = dict(entry.split("=", 1) for entry in start.get("Env") or [])
        entrypoint, cmd = _words(start.get("Entrypoint")), _words(start.get("Cmd"))
    except (TypeError, ValueError, AttributeError):
        raise BadInput(f'"{layout}" is damaged: its config is none of an image.') from None
    if not entrypoint + cmd:
        raise BadInput(f'"{layout}" is an image that has neither entrypoint nor cmd: nothing would start.')
    working_dir = start.get("WorkingDir") or "/"
    machine = MACHINES[machine]
    return Image(layout, digest, tuple(layers), entrypoint, cmd, MappingProxyType(env), working_dir, machine)


def _words(value: Any) -> tuple[str, ...]:
    words = tuple(value or ())
    if isinstance(value, str) or not all(isinstance(word, str) for word in words):
        raise TypeError(value)
    return words


def _check_layout(layout: Path) -> None:
    for name in ("index.json", "oci-layout"):
        if not (layout / name).is_file():
            raise BadInput(f'"{layout}" is no OCI image layout: it has no file {name}.')
    version = _json_of(layout, "oci-layout", _small_file(layout, "oci-layout")).get("imageLayoutVersion")
    if version != "1.0.0":
        raise BadInput(f'"{layout}" is an image layout of version {version!r}. Version 1.0.0 can be read.')


def _only_manifest(layout: Path, index: dict[str, Any]) -> dict[str, Any]:
    """Return the descriptor of the one image; an index in an index is followed once."""
    for _ in range(2):
        entries = index.get("manifests")
        if not isinstance(entries, list) or not entries:
            raise BadInput(f'"{layout}" holds no image.')
        if len(entries) > 1:
            raise BadInput(
                f'"{layout}" holds {len(entries)} manifests, and Lambda takes one image for one '
                "architecture. Build with --platform linux/amd64 --provenance=false."
            )
        descriptor = _descriptor(layout, entries[0])
        if descriptor["mediaType"] not in INDEXES:
            break
        index = _json_blob(layout, descriptor)
    if descriptor["mediaType"] not in MANIFESTS:
        raise BadInput(f'"{layout}": an image manifest of type {descriptor["mediaType"]} is not supported.')
    return descriptor


def _layer(layout: Path, value: Any) -> Layer:
    descriptor = _descriptor(layout, value)
    if descriptor["mediaType"] not in (*GZIP_LAYERS, *PLAIN_LAYERS):
        raise BadInput(
            f'"{layout}": a layer of type {descriptor["mediaType"]} is not supported. Use tar or tar+gzip.'
        )
    path = blob_path(layout, descriptor["digest"])
    if not path.is_file() or path.stat().st_size != descriptor["size"]:
        raise BadInput(f'"{layout}" is damaged: blob {descriptor["digest"][:19]} is missing or cut off.')
    return Layer(descriptor["digest"], descriptor["size"], descriptor["mediaType"])


def _descriptor(layout: Path, value: Any) -> dict[str, Any]:
    """Check that VALUE is a descriptor whose digest names a blob, and nothing else on this machine."""
    wrong = BadInput(f'"{layout}" is damaged: a descriptor has no media type, digest or size.')
    if not isinstance(value, dict) or not isinstance(value.get("mediaType"), str):
        raise wrong
    digest, size = value.get("digest"), value.get("size")
    if not isinstance(digest, str) or not isinstance(size, int):
        raise wrong
    kind, _, name = digest.partition(":")
    if kind != "sha256" or len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise BadInput(f'"{layout}" is damaged: "{digest[:80]}" is no sha256 digest.')
    return value


def _json_blob(layout: Path, descriptor: dict[str, Any]) -> dict[str, Any]:
    name = f"blobs/sha256/{descriptor['digest'].removeprefix('sha256:')}"
    data = _small_file(layout, name)
    if digest_of(data) != descriptor["digest"]:
        raise BadInput(f'"{layout}" is damaged: the content of blob {descriptor["digest"][:19]} is another.')
    return _json_of(layout, name, data)


def _small_file(layout: Path, name: str) -> bytes:
    path = layout / name
    try:
        if path.stat().st_size > MANIFEST_BYTES:
            raise BadInput(f'"{layout}": {name[:25]} is larger than {MANIFEST_BYTES:,} bytes.')
        return path.read_bytes()
    except OSError:
        raise BadInput(f'"{layout}" is damaged: {name[:25]} cannot be read.') from None


def _json_of(layout: Path, name: str, data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise BadInput(f'"{layout}" is damaged: {name[:25]} is no JSON object.')
    return value
