"""Functions that are container images: run by what works here, ended as Lambda ends them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lambda_study.engine import (
    Image,
    LambdaService,
    check_runtime,
    default_service,
    deploy_image,
    smallest_image,
    write_image,
)
from lambda_study.engine.containers.container import Start, containers, find_container
from lambda_study.engine.containers.docker import tag
from lambda_study.engine.containers.programs import read_elf
from lambda_study.engine.image_deployment import ImagePackage
from lambda_study.engine.smallest_image import find_busybox
from lambda_study.errors import BadInput

MOUNTING = ("bubblewrap", "unshare")
ANSWERS = """#!/bin/sh
cat >/tmp/event
if grep -q fail /tmp/event; then exit 1; fi
if grep -q look /tmp/event; then
  touch /evil 2>/dev/null && echo '"the root was written"' && exit
  echo "\\"$COLOR/$STAGE/$LAMBDA_TASK_ROOT/$HOME\\""
  exit
fi
if grep -q sleep /tmp/event; then sleep 60; fi
cat /tmp/event
"""


def missing() -> str:
    try:
        find_busybox()
    except BadInput as error:
        return str(error)
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return smallest_image(tmp_path_factory.mktemp("smallest") / "image", handler=ANSWERS)


@pytest.fixture(scope="module")
def service() -> Iterator[LambdaService]:
    with LambdaService() as service:
        yield service


@pytest.fixture(params=MOUNTING)
def container(request: pytest.FixtureRequest) -> str:
    """The name of each way to run an image that needs no daemon."""
    found = next(one for one in containers() if one.name == request.param)
    if not found.works():
        pytest.skip(f"{found.name} does not work here: apt-get install bubblewrap, or allow user namespaces")
    return str(request.param)


@pytest.fixture
def deployed(image: Image, service: LambdaService, container: str):
    def deployed(**options):
        return deploy_image(image, name=f"image-{container}", container=container, service=service, **options)

    return deployed


def test_an_image_answers_cold_and_then_warm(deployed) -> None:
    function = deployed()
    cold, warm = function.invoke({"hello": "Grüße"}), function.invoke({"hello": "again"})
    assert (cold.payload, warm.payload) == ({"hello": "Grüße"}, {"hello": "again"})
    assert (cold.report.cold, warm.report.cold) == (True, False)
    assert function.configuration.package_type == "Image" and function.environments == (
        "environment 1 (idle)",
    )
    assert cold.logs[0].startswith("START ")  # Lambda names no runtime version for an image


def test_its_files_are_read_only_but_tmp_and_its_variables_are_its_own(deployed, monkeypatch) -> None:
    monkeypatch.setenv("COLOR", "of the host")
    function = deployed(environment={"STAGE": "test"})
    assert function.invoke("look").payload == "/test//var/task/"


def test_a_handler_that_fails_is_an_error_and_the_next_event_runs_warm(deployed) -> None:
    function = deployed()
    failed, fine = function.invoke("fail"), function.invoke("fine")
    assert failed.function_error == "Unhandled" and failed.payload["errorType"] == "Function.Failed"
    assert fine.payload == "fine" and not fine.report.cold


def test_entrypoint_and_cmd_of_the_function_replace_those_of_the_image(deployed) -> None:
    assert deployed(cmd=["/bin/cat"]).invoke("fail").payload == "fail"
    runs_out = deployed(entrypoint=["sh", "-c"], cmd=["echo listening on port 80; exit 3"]).invoke()
    assert runs_out.payload["errorType"] == "Runtime.ExitError"
    assert runs_out.payload["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert "listening on port 80" in runs_out.logs


@pytest.mark.parametrize(
    ("options", "error_type", "text"),
    [
        (
            {"entrypoint": ["/nope"]},
            "Runtime.InvalidEntrypoint",
            "fork/exec /nope: no such file or directory",
        ),
        ({"entrypoint": ["nope"]}, "Runtime.InvalidEntrypoint", "fork/exec nope: no such file or directory"),
        ({"entrypoint": ["/bin"]}, "Runtime.InvalidEntrypoint", "fork/exec /bin: permission denied"),
        ({"working_dir": "/nope"}, "Runtime.InvalidWorkingDir", "chdir /nope: no such file or directory"),
    ],
)
def test_a_command_that_cannot_start_ends_as_on_lambda(deployed, options, error_type, text) -> None:
    invocation = deployed(**options).invoke()
    assert invocation.payload["errorType"] == invocation.report.error_type == error_type
    assert invocation.payload["errorMessage"].endswith(f" Error: {text}")


def test_a_function_that_takes_too_long_is_killed_with_its_container(deployed) -> None:
    before = set(psutil.Process().children(recursive=True))
    late = deployed(timeout_s=1).invoke("sleep")
    assert late.payload["errorType"] == "Sandbox.Timedout" and late.report.status == "timeout"
    assert set(psutil.Process().children(recursive=True)) == before


@pytest.mark.more
def test_an_image_that_never_asks_for_an_event_times_out_in_init_and_then_in_invoke(deployed) -> None:
    invocation = deployed(entrypoint=["/bin/sleep", "60"], cmd=[], timeout_s=1).invoke()
    assert [line.split("\t")[1:3] for line in invocation.logs[:2]] == [
        ["Phase: init", "Status: timeout"],
        ["Phase: invoke", "Status: timeout"],
    ]
    assert invocation.payload["errorType"] == "Sandbox.Timedout"


# -- what can be executed


FOREIGN = bytes.fromhex("7f454c46020101000000000000000000") + b"\x02\x00\xb7\x00" + bytes(44)


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({"start": "echo hello"}, "permission denied"),
        ({"start": "#!/bin/sh\necho hello"}, "no such file or directory"),
        ({"start": FOREIGN, "arm64": ""}, "exec format error"),
        ({"start": "#!\n"}, "exec format error"),
    ],
)
def test_what_the_kernel_would_not_execute_is_told_in_its_words(service, tmp_path, files, text) -> None:
    if "arm64" in files and os.uname().machine != "x86_64":
        pytest.skip("the foreign program of this test is one for arm64")
    image = write_image(tmp_path / "image", files, ["/start"])
    container = next(one.name for one in containers() if one.name in MOUNTING and one.works())
    payload = deploy_image(image, name="cannot", container=container, service=service).invoke().payload
    assert payload["errorType"] == "Runtime.InvalidEntrypoint"
    assert payload["errorMessage"].endswith(f"fork/exec /start: {text}")


def test_busybox_is_a_program_that_needs_no_other_file() -> None:
    path, elf = find_busybox()
    assert elf == read_elf(path) and elf.interpreter is None


def test_a_shell_script_is_no_linux_program(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n")
    assert read_elf(tmp_path / "script") is None


# -- the smallest runtime, and containers by name


def test_the_smallest_runtime_has_no_fault(image: Image, container: str, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    ImagePackage({}, "", image=image).write(tmp_path / "root")
    command = find_container(container).command(Start(image, tmp_path / "root", tmp_path / "tmp", 128))
    conformance = check_runtime(command, timeout_s=5, quiet_s=0.2, environment={"PATH": "/bin"})
    assert conformance.faults == ()
    assert [case.name for case in conformance.cases if case.result != "ok"] == ["init error"]


def test_an_unknown_container_is_told_in_one_line(image: Image) -> None:
    with pytest.raises(BadInput) as error:
        deploy_image(image, container="qemu")
    assert str(error.value) == 'container="qemu" is unknown. Choose docker, bubblewrap, unshare, podman.'


def test_where_nothing_runs_containers_the_fix_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    find_container.cache_clear()
    with pytest.raises(
        BadInput, match=r"Nothing here runs a container image. Install (bubblewrap|and start Docker)"
    ):
        find_container()
    find_container.cache_clear()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"entrypoint": "/bin/sh"}, 'entrypoint="/bin/sh" is text. Give a list of words: ["/bin/sh"].'),
        ({"cmd": [1]}, 'cmd=[1] is no list of words. Write them as text: ["/bin/sh", "-c"].'),
        ({"entrypoint": 5}, 'entrypoint=5 is no list of words. Write them as text: ["/bin/sh", "-c"].'),
        ({"working_dir": 5}, 'working_dir=5 is no text. Write "/var/task".'),
        ({"memory": 5}, 'deploy_image() has no "memory". Did you mean "memory_mb"?'),
        ({"entrypoint": [], "cmd": []}, "The image has neither entrypoint nor cmd: nothing would start."),
        (
            {"cmd": ["x" * 16_400]},
            "Entrypoint, cmd and workingdir together take 16,431 bytes. At most 16,384.",
        ),
        ({"timeout_s": 901}, "timeout_s=901 is above the maximum of 900 s. Choose 1 to 900."),
    ],
)
def test_a_bad_setting_is_told_before_anything_starts(image: Image, service, options, said) -> None:
    with pytest.raises(BadInput) as error:
        deploy_image(image, name="refused", service=service, **options)
    assert str(error.value) == said


def test_what_is_no_image_is_told_in_one_line() -> None:
    with pytest.raises(BadInput, match=r"^image=5 is no image. Give the folder of an OCI image layout.$"):
        deploy_image(5)


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Podman with a store of its own; plain settings that work in a virtual machine without a daemon."""
    if not shutil.which("podman") or not shutil.which("runc"):
        pytest.skip("podman or runc is missing: apt-get install podman runc")
    (tmp_path / "engine.conf").write_text('[engine]\nruntime="runc"\ncgroup_manager="cgroupfs"\n')
    places = f'runroot="{tmp_path}/run"\ngraphroot="{tmp_path}/graph"\n'
    (tmp_path / "storage.conf").write_text(f'[storage]\ndriver="vfs"\n{places}')
    monkeypatch.setenv("CONTAINERS_CONF", str(tmp_path / "engine.conf"))
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(tmp_path / "storage.conf"))
    find_container.cache_clear()
    yield "podman"
    find_container.cache_clear()
    subprocess.run(["podman", "system", "reset", "--force"], capture_output=True)


@pytest.mark.more
def test_podman_runs_an_image_and_its_container_is_gone_after_a_time_out(podman: str, image: Image) -> None:
    with LambdaService() as service:
        function = deploy_image(image, name="image", container=podman, timeout_s=2, service=service)
        assert function.invoke({"hello": "Grüße"}).payload == {"hello": "Grüße"}
        assert "/var/task" in function.invoke("look").payload
        assert function.invoke("sleep").payload["errorType"] == "Sandbox.Timedout"
    until = time.monotonic() + 10
    while listed := subprocess.run(["podman", "ps", "--all", "--quiet"], capture_output=True).stdout:
        assert time.monotonic() < until, listed
    images = subprocess.run(["podman", "images", "--format", "{{.Repository}}:{{.Tag}}"], capture_output=True)
    assert images.stdout.decode().strip() == tag(image)


def test_an_image_without_a_folder_goes_with_the_service_that_keeps_it():
    image = smallest_image()
    assert image.path.exists()
    default_service().close()
    assert not image.path.exists()
