"""Docker and Podman: the same command line, the same archive."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
from pathlib import Path

from lambda_study.engine.containers.container import Start, runs
from lambda_study.engine.image import Image, blob_path
from lambda_study.errors import BadInput

CLIENT = Path(__file__).with_name("container_client.py")
# What the client itself needs of the caller's variables; the container gets none of them.
CLIENT_VARIABLES = ("PATH", "HOME", "USER", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "TMPDIR")
CLIENT_PREFIXES = ("DOCKER_", "CONTAINERS_", "CONTAINER_")


class Docker:
    """`docker run` on the host's network, with the memory of the function and a read-only file system.

    Unlike AWS: such a container is not frozen between invocations, and Max Memory Used shows 0: the
    container is no child of ours. Docker itself keeps it within its memory. The image stays in Docker's
    store, where the next deployment finds it.
    """

    name = "docker"
    children = False
    remove_options: tuple[str, ...] = ("--force",)

    def works(self) -> bool:
        return runs([self.name, "info"])

    def prepare(self, image: Image) -> None:
        """Load IMAGE, unless the store has it."""
        if runs([self.name, "image", "inspect", tag(image)]):
            return
        with tempfile.TemporaryDirectory(prefix="lambda-study-image-") as folder:
            archive = Path(folder, "image.tar")
            write_archive(image, archive)
            done = subprocess.run(
                [self.name, "load", "--input", str(archive)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        if done.returncode != 0:
            said = done.stdout.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            raise BadInput(f"{self.name} cannot load the image: {said[-1]}")

    def command(self, start: Start) -> list[str]:
        name = f"lambda-study-{uuid.uuid4().hex[:12]}"
        program = shutil.which(self.name) or self.name
        options = {
            "remove": [program, "rm", *self.remove_options, name],
            "run": [program, "run", "--name", name, *self._options(start)],
            "image": self._image_and_command(start.image),
            "variables": _client_variables(),
            "api_host": "127.0.0.1" if sys.platform.startswith("linux") else "host.docker.internal",
        }
        return [sys.executable, "-I", "-S", str(CLIENT), json.dumps(options)]

    def _options(self, start: Start) -> list[str]:
        network = ["--network", "host"] if sys.platform.startswith("linux") else []
        limits = [
            "--memory",
            f"{start.memory_mb}m",
            "--ulimit",
            "nofile=1024:1024",
            "--ulimit",
            "nproc=1024:1024",
        ]
        mounts = ["--read-only", "--volume", f"{start.temporary_folder}:/tmp"]
        folder = ["--workdir", start.image.working_dir]
        return ["--rm", *network, *limits, *mounts, *folder]

    def _image_and_command(self, image: Image) -> list[str]:
        """The first word of the command goes into --entrypoint, which takes no more."""
        first, *rest = image.command
        return ["--entrypoint", first, tag(image), *rest]


class Podman(Docker):
    """The same by `podman`, which needs no daemon. It would give a container ten seconds to end by itself."""

    name = "podman"
    remove_options = ("--force", "--time", "0")


def tag(image: Image) -> str:
    """Return the name of IMAGE in the store: its digest names it."""
    return f"localhost/lambda-study:{image.digest.removeprefix('sha256:')[:12]}"


def write_archive(image: Image, path: Path) -> None:
    """Write IMAGE as one file that `docker load` and `podman load` take, old versions of them too."""
    layers = [f"blobs/sha256/{layer.digest.removeprefix('sha256:')}" for layer in image.layers]
    config = f"blobs/sha256/{_config_digest(image).removeprefix('sha256:')}"
    manifest = json.dumps([{"Config": config, "RepoTags": [tag(image)], "Layers": layers}]).encode()
    with tarfile.open(path, "w") as archive:
        for name in dict.fromkeys([config, *layers]):
            archive.add(image.path / name, name)
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        archive.addfile(member, io.BytesIO(manifest))


def _config_digest(image: Image) -> str:
    manifest = json.loads(blob_path(image.path, image.digest).read_bytes())
    return str(manifest["config"]["digest"])


def _client_variables() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in CLIENT_VARIABLES or name.startswith(CLIENT_PREFIXES)
    }
