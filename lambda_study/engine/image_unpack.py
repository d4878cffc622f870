"""Unpacks an image: its layers one over the other, as a container sees them.

What a layer says is not trusted. No path and no link of it leads out of the folder: links are followed as
inside the container, where "/" is the folder and ".." stops there.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from pathlib import Path
from typing import IO

from lambda_study.engine import limits
from lambda_study.engine.image import GZIP_LAYERS, Image, Layer, blob_path
from lambda_study.errors import BadInput

WHITE_OUT = ".wh."  # the file ".wh.NAME" removes NAME of the layers below
OPAQUE = ".wh..wh..opq"  # removes all that the layers below put into its folder
LINKS = 40  # how many links are followed on one path before it is called a circle, as Linux does
_CHUNK = 1 << 20


def unpack(image: Image, folder: str | Path) -> Path:
    """Write the file system of IMAGE into FOLDER, which is new or empty, and return its path.

    Each layer's digest is checked first. Owners, times, devices and set-user-id bits are left out: the files
    belong to whoever unpacks. BadInput for a damaged layer, a path that leads out of the image, and an image
    above Lambda's 10 GB.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        raise BadInput(f'"{root}" is not empty. Give a new folder.')
    room = limits.image_bytes()
    for layer in image.layers:
        _check_digest(image, layer)
        room -= _apply(image, layer, root.resolve(), room)
    return root


def resolve(root: Path, path: str) -> Path:
    """Return where PATH of the image lies under ROOT, with every link followed as in the container."""
    return _resolve(root, path, follow_last=True)


def _apply(image: Image, layer: Layer, root: Path, room: int) -> int:
    """Lay LAYER over what is there; return how many bytes it took."""
    damaged = f'"{image.path}" is damaged: layer {layer.short} is no tar archive.'
    taken = 0
    seen: set[Path] = set()  # what this layer brought: its own white-outs do not remove it
    try:
        with _opened(image, layer) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                taken += member.size
                if taken > room:
                    raise BadInput(f'"{image.path}" is larger than {limits.image_bytes():,} bytes unpacked.')
                _lay_or_tell(archive, member, root, seen)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile):
        raise BadInput(damaged) from None
    return taken


def _lay_or_tell(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path, seen: set[Path]) -> None:
    """Lay MEMBER; BadInput for a name or a link that the file system does not take."""
    try:
        _lay(archive, member, root, seen)
    except (BadInput, gzip.BadGzipFile):
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"The image's {member.name[:80]!r} cannot be unpacked here: {why}.") from None


def _lay(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path, seen: set[Path]) -> None:
    parts = _parts(member.name)
    if not parts:
        return
    parent, name = _resolve(root, "/".join(parts[:-1]), follow_last=True), parts[-1]
    if name == OPAQUE:
        _empty(parent, seen)
    elif name.startswith(WHITE_OUT):
        _white_out(parent, name.removeprefix(WHITE_OUT))
    else:
        _make_folder(parent)
        _write(archive, member, root, parent / name)
        seen.update(path for path in (parent / name, *parent.parents, parent) if path != root)


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path, target: Path) -> None:
    if member.isdir():
        if target.is_symlink() or not target.is_dir():
            _remove(target)
            target.mkdir()
        target.chmod(member.mode & 0o777 | 0o700)
        return
    _remove(target)
    if member.issym():
        target.symlink_to(member.linkname)
    elif member.islnk():
        _link(root, member, target)
    elif member.isreg():
        content = archive.extractfile(member)
        assert content is not None
        with target.open("wb") as file:
            shutil.copyfileobj(content, file, _CHUNK)
        target.chmod(member.mode & 0o777 | 0o400)


def _link(root: Path, member: tarfile.TarInfo, target: Path) -> None:
    parts = _parts(member.linkname)
    source = _resolve(root, "/".join(parts), follow_last=False)
    if not source.is_symlink() and not source.is_file():
        raise BadInput(f'"{member.name[:80]}" is a hard link to "{member.linkname[:80]}", which is no file.')
    os.link(source, target, follow_symlinks=False)


def _parts(name: str) -> list[str]:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise BadInput(f'The image holds a file named "{name[:80]}", which leads out of it.')
    return parts


def _resolve(root: Path, path: str, follow_last: bool) -> Path:
    """Follow PATH step by step below ROOT; the link at its end only if FOLLOW_LAST."""
    here, left, links = root, [part for part in path.split("/") if part not in ("", ".")], 0
    while left:
        part = left.pop(0)
        if part == "..":
            here = here if here == root else here.parent
            continue
        step = here / part
        if not step.is_symlink() or not (left or follow_last):
            here = step
            continue
        links += 1
        if links > LINKS:
            raise BadInput(f'The image\'s path "{path[:80]}" is a circle of links.')
        target = str(step.readlink())
        here = root if target.startswith("/") else here
        left = [part for part in target.split("/") if part not in ("", ".")] + left
    return here


def _make_folder(folder: Path) -> None:
    """Make FOLDER and what leads to it; a file of a layer below that is in the way goes."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    _remove(folder)
    folder.mkdir()


def _white_out(parent: Path, name: str) -> None:
    if name in ("", ".", ".."):
        raise BadInput(f'The image holds a white-out of "{name}", which leads out of it.')
    _remove(parent / name)


def _empty(folder: Path, seen: set[Path]) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            if path not in seen:
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()


def _opened(image: Image, layer: Layer) -> IO[bytes]:
    path = blob_path(image.path, layer.digest)
    if layer.media_type in GZIP_LAYERS:
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return path.open("rb")


def _check_digest(image: Image, layer: Layer) -> None:
    with blob_path(image.path, layer.digest).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if f"sha256:{found}" != layer.digest:
        raise BadInput(f'"{image.path}" is damaged: the content of layer {layer.short} is another.')
