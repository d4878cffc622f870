"""`deploy_image`: from a container image to a function on Lambda."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lambda_study.engine import limits, settings
from lambda_study.engine.containers.container import find_container
from lambda_study.engine.default import default_service
from lambda_study.engine.function import Function, FunctionConfiguration
from lambda_study.engine.image import Image, read_image
from lambda_study.engine.image_unpack import unpack
from lambda_study.engine.keywords import tells_unknown_keywords
from lambda_study.engine.package import Package
from lambda_study.engine.service import LambdaService
from lambda_study.errors import BadInput

DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True, slots=True)
class ImagePackage(Package):
    """An image as the code of a function: it becomes the whole file system, and no /var/task alone."""

    image: Image | None = None

    def write(self, folder: Path) -> None:
        """Unpack the image into FOLDER, with the places on which a container mounts something."""
        assert self.image is not None
        unpack(self.image, folder)
        for name in ("dev", "proc", "tmp"):
            _fresh_folder(folder / name)
        for name in DEVICES:
            (folder / "dev" / name).touch()


@tells_unknown_keywords
def deploy_image(
    image: Image | str | Path,
    name: str | None = None,
    memory_mb: int = 128,
    timeout_s: int = 3,
    environment: Mapping[str, str] | None = None,
    entrypoint: Sequence[str] | None = None,
    cmd: Sequence[str] | None = None,
    working_dir: str | None = None,
    container: str | None = None,
    service: LambdaService | None = None,
) -> Function:
    """Deploy IMAGE, an Image or the folder of an OCI image layout, and return the Function.

    Its entrypoint must ask the Runtime API for events. ENTRYPOINT, CMD and WORKING_DIR replace what the image
    says, as ImageConfig does on AWS. CONTAINER is "docker", "podman", "bubblewrap" or "unshare"; without it
    the first that works here is taken. All files are read-only but /tmp.

    >>> deploy_image("no-such-folder")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: "no-such-folder" is no OCI image layout: it has no file index.json.

    BadInput for a damaged image, one above 10 GB unpacked, and where nothing runs containers.
    Unlike AWS: the image comes from a folder, not from ECR, and the container has the host's network.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html (read 2026-11-23).
    """
    image = _with_settings(
        image if isinstance(image, Image) else read_image(image), entrypoint, cmd, working_dir
    )
    runner = find_container(container)
    configuration = FunctionConfiguration(
        name=name or "image",
        handler="",
        runtime="",
        memory_mb=memory_mb,
        timeout_s=timeout_s,
        environment=settings.variables_of(environment),
        architecture=image.architecture,
        image=image,
        container=runner.name,
    )
    limits.check_configuration(configuration)
    runner.prepare(image)
    package = ImagePackage({}, "", name=configuration.name, image=image)
    return (service or default_service()).create_function(configuration, package)


def _with_settings(
    image: Image, entrypoint: Sequence[str] | None, cmd: Sequence[str] | None, working_dir: str | None
) -> Image:
    for setting, words in (("entrypoint", entrypoint), ("cmd", cmd)):
        if words is not None:
            _check_words(setting, words)
    if not isinstance(working_dir, str | None):
        raise BadInput(f'working_dir={working_dir!r} is no text. Write "/var/task".')
    changed = replace(
        image,
        entrypoint=image.entrypoint if entrypoint is None else tuple(entrypoint),
        cmd=image.cmd if cmd is None else tuple(cmd),
        working_dir=working_dir or image.working_dir,
    )
    if not changed.command:
        raise BadInput("The image has neither entrypoint nor cmd: nothing would start.")
    return changed


def _check_words(setting: str, words: object) -> None:
    if isinstance(words, str):
        raise BadInput(f'{setting}="{words}" is text. Give a list of words: ["{words}"].')
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise BadInput(f'{setting}={words!r} is no list of words. Write them as text: ["/bin/sh", "-c"].')


def _fresh_folder(folder: Path) -> None:
    """Make FOLDER an empty folder: a link of the image in its place may lead anywhere."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
