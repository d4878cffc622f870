"""Where the code of a function comes from: bytes in the request, an object of S3, a container image."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from lambda_study.cloud.lambda_api.control_plane import ControlPlane, Given
from lambda_study.cloud.lambda_api.errors import not_modelled, refused
from lambda_study.cloud.lambda_api.records import Code, code_of_zip
from lambda_study.engine import Image, ServiceError, limits, read_image
from lambda_study.engine.archive import package_of_bytes
from lambda_study.engine.containers.container import find_container
from lambda_study.engine.image_deployment import ImagePackage
from lambda_study.engine.package import Package
from lambda_study.errors import BadInput


class Uploaded(NamedTuple):
    """A package with its code as it was uploaded; IMAGE and the CONTAINER that runs it, for an image."""

    package: Package
    code: Code
    image: Image | None = None
    container: str = ""

    @property
    def configuration(self) -> dict[str, Any]:
        """What of a function's configuration comes with the code."""
        if self.image is None:
            return {}
        return {"image": self.image, "container": self.container, "architecture": self.image.architecture}


def uploaded(plane: ControlPlane, given: Given, handler: str = "") -> Uploaded:
    """Return the code that GIVEN names by ZipFile, S3Bucket with S3Key, or ImageUri."""
    if "ImageUri" in given:
        return _image(given["ImageUri"])
    data = archive_of(plane, given)
    return Uploaded(package_of_bytes(data, handler), code_of_zip(data))


def archive_of(plane: ControlPlane, given: Given) -> bytes:
    """Return the zip archive that GIVEN names by ZipFile, or S3Bucket with S3Key."""
    if "ZipFile" in given:
        limits.check_zipped("ZipFile", len(given["ZipFile"]))
        data: bytes = given["ZipFile"]
        return data
    if "S3Bucket" not in given or "S3Key" not in given:
        raise refused("Please provide a source for function code.")
    try:
        return plane.fetch_object(given["S3Bucket"], given["S3Key"], given.get("S3ObjectVersion"))
    except ServiceError as error:
        raise refused(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. S3 Error Message: {error.message}"
        ) from None


def with_image_config(image: Image, config: Given) -> Image:
    """Return IMAGE with what ImageConfig replaces of it."""
    return replace(
        image,
        entrypoint=tuple(config.get("EntryPoint") or image.entrypoint),
        cmd=tuple(config.get("Command") or image.cmd),
        working_dir=config.get("WorkingDirectory") or image.working_dir,
    )


def _image(uri: str) -> Uploaded:
    """Return the image in the folder URI.

    Unlike AWS: an image comes from the folder of an OCI image layout on this machine, not from a registry.
    """
    if ".dkr.ecr." in uri:
        raise not_modelled(
            f'The registry ECR. Give the folder of an OCI image layout on this machine as ImageUri: "{uri}"'
        )
    try:
        image = read_image(uri)
    except BadInput as error:
        text = f"Source image {uri} does not exist. Provide a valid source image. {error}"
        raise refused(text) from None
    container = find_container(None)
    container.prepare(image)
    package = ImagePackage({}, "", image=image)
    return Uploaded(package, Code(image.digest.removeprefix("sha256:"), 0, uri), image, container.name)
