"""Container images, shown with images that Python writes: no demo here needs something to run containers."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from lambda_study.demos.watched import watched
from lambda_study.engine import Image, read_image, write_image
from lambda_study.engine.image import blob_path, digest_of
from lambda_study.errors import BadInput
from lambda_study.facts import fact

_PATIENCE_S = 10.0


def entrypoint_that_makes_a_function() -> str:
    """The program that works as the entrypoint of a function: the one that asks the Runtime API for an event.

    >>> entrypoint_that_makes_a_function()
    'a loop that asks the Runtime API'
    """
    programs = {
        "web_server.py": "a web server",
        "prints_and_ends.py": "a job that prints and ends",
        "small_runtime.py": "a loop that asks the Runtime API",
    }
    return " and ".join(programs[program] for program in _asking(*programs))


def layers_that_are_new_when_the_handler_changes() -> int:
    """How many layers of an image of three are new after its topmost one, the handler, was changed.

    >>> layers_that_are_new_when_the_handler_changes()
    1
    """
    with tempfile.TemporaryDirectory() as folder:
        before, after = _with_handler(folder, "return 1"), _with_handler(folder, "return 2")
    return _new_layers(before, after)


def layers_that_are_new_when_runtime_and_handler_change() -> int:
    """How many layers of an image of three are new after its runtime and its handler were changed.

    >>> layers_that_are_new_when_runtime_and_handler_change()
    2
    """
    with tempfile.TemporaryDirectory() as folder:
        before = _with_handler(folder, "return 1")
        after = _with_handler(folder, "return 2", runtime="#!/bin/bash")
    return _new_layers(before, after)


def what_a_container_runs() -> str:
    """The command of a container whose image has an entrypoint and a cmd.

    >>> what_a_container_runs()
    'python -m awslambdaric app.handler'
    """
    with tempfile.TemporaryDirectory() as folder:
        image = write_image(folder, {"app.py": ""}, ["python", "-m", "awslambdaric"], ["app.handler"])
    return " ".join(image.command)


def images_that_lambda_takes() -> str:
    """Which image can become a function: of several architectures, for another system, or for one of its own.

    >>> images_that_lambda_takes()
    'one image for arm64'
    """
    images: dict[str, Callable[[Path], None]] = {
        "an index for amd64 and arm64": _write_index,
        "one image for Windows": _write_for_windows,
        "one image for arm64": _write_for_arm,
    }
    return " and ".join(name for name, write in images.items() if _readable(write))


def jobs_for_another_service() -> list[str]:
    """What a standard Lambda function cannot do, of five jobs for a container image.

    >>> jobs_for_another_service()
    ['40 minutes', 'listens']
    """
    possible = {
        "40 minutes": fact("timeout.max").value >= 40 * 60,
        "image of 6 GB": fact("package.image").value >= 6,
        "8 GB of memory": fact("memory.max").value >= 8 * 1024,
        "listens": "web_server.py" in _asking("web_server.py", "small_runtime.py"),
        "on Arm": "arm64" in fact("arch").value,
    }
    return [job for job, can in possible.items() if not can]


def _asking(*programs: str) -> list[str]:
    """Those of PROGRAMS that ask the Runtime API for an event, when the first of them does."""
    with ExitStack() as stack:
        runtimes = {program: stack.enter_context(watched(program)) for program in programs}
        patience = time.monotonic() + _PATIENCE_S
        while time.monotonic() < patience and not any(runtime.waits for runtime in runtimes.values()):
            time.sleep(0.005)
        return [program for program, runtime in runtimes.items() if runtime.waits]


def _new_layers(before: Image, after: Image) -> int:
    return len({layer.digest for layer in after.layers} - {layer.digest for layer in before.layers})


def _with_handler(folder: str, handler: str, runtime: str = "#!/bin/sh") -> Image:
    layers = [{"bin/tools": "the tools"}, {"var/runtime/bootstrap": runtime}, {"app.py": handler}]
    return write_image(folder, layers, ["/var/runtime/bootstrap"])


def _readable(write: Callable[[Path], None]) -> bool:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name))
        try:
            read_image(name)
        except BadInput:
            return False
    return True


def _write_for_arm(folder: Path) -> None:
    write_image(folder, {"bootstrap": "#!/bin/sh"}, ["/bootstrap"], architecture="arm64")


def _write_index(folder: Path) -> None:
    """An index of two images, as a build for two platforms makes it."""
    _write_for_arm(folder)
    index = folder / "index.json"
    [arm] = json.loads(index.read_text())["manifests"]
    write_image(folder, {"bootstrap": "#!/bin/sh"}, ["/bootstrap"], architecture="x86_64")
    written = json.loads(index.read_text())
    index.write_text(json.dumps({**written, "manifests": [*written["manifests"], arm]}))


def _write_for_windows(folder: Path) -> None:
    image = write_image(folder, {"bootstrap": "#!/bin/sh"}, ["/bootstrap"], architecture="x86_64")
    manifest = json.loads(blob_path(folder, image.digest).read_text())
    config = json.loads(blob_path(folder, manifest["config"]["digest"]).read_text())
    manifest["config"] = _blob(folder, {**config, "os": "windows"}, manifest["config"])
    index = json.loads((folder / "index.json").read_text())
    index["manifests"] = [_blob(folder, manifest, index["manifests"][0])]
    (folder / "index.json").write_text(json.dumps(index))


def _blob(folder: Path, content: dict[str, object], descriptor: dict[str, object]) -> dict[str, object]:
    """Write CONTENT as a blob of FOLDER and return DESCRIPTOR with its digest and size."""
    data = json.dumps(content).encode()
    blob_path(folder, digest_of(data)).write_bytes(data)
    return {**descriptor, "digest": digest_of(data), "size": len(data)}
