"""The set-up: every obstacle is one line with its fix, and a half-made environment is made whole."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_lab import RunningLab, running_lab

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import bootstrap  # noqa: E402

SHIPPED = ("bootstrap.py", "requirements.lock", "tests/requirements.lock")
NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "PIP_CONFIG_FILE": os.devnull}


def call(folder: Path, *words: str, before: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run bootstrap.py in FOLDER by a fresh Python that first runs BEFORE."""
    code = f"import sys\n{before}\nsys.argv[0:] = ['bootstrap.py', *{list(words)}]\n"
    code += "import runpy; runpy.run_path('bootstrap.py', run_name='__main__')"
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refused set-up printed."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A folder of any name with what the set-up itself reads."""
    folder = tmp_path / "Lambda Kurs ä"
    for name in SHIPPED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def ready(unpacked: Path) -> Path:
    """The same with a finished environment (of no packages) and a program that says where it runs."""
    venv.create(unpacked / ".venv", with_pip=False)
    finished = {"lab": "requirements.lock", "test": "tests/requirements.lock"}
    note = {
        name: hashlib.sha256((unpacked / lock).read_bytes()).hexdigest() for name, lock in finished.items()
    }
    (unpacked / ".venv" / "lambda-study.json").write_text(json.dumps(note))
    (unpacked / "lambda_study").mkdir()
    program = "import lambda_study, sys; print(lambda_study.__file__, *sys.argv[1:])"
    (unpacked / "lambda_study" / "__init__.py").touch()
    (unpacked / "lambda_study" / "__main__.py").write_text(program)
    return unpacked


def test_its_syntax_is_that_of_python_3_8() -> None:
    ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize(("version", "age"), [((3, 9, 2), "old"), ((3, 15, 0), "new")])
def test_a_python_that_does_not_fit_is_told_which_does(unpacked: Path, version: tuple, age: str) -> None:
    text = ".".join(map(str, version))
    before = f"import platform; sys.version_info = {version}; platform.python_version = lambda: '{text}'"
    line = one_line(call(unpacked, "lab", before=before, PATH=""))
    assert line == (
        f"Python {text} is too {age}: Lambda Study needs 3.11 to 3.14. "
        "Install one from python.org and run this again."
    )


def test_a_fitting_python_on_the_path_is_named(unpacked: Path) -> None:
    (unpacked / "python3.12").touch(mode=0o755)
    before = "sys.version_info = (3, 9, 2)"
    assert one_line(call(unpacked, "lab", before=before, PATH=str(unpacked))).endswith(
        "Run: python3.12 bootstrap.py lab"
    )


def test_a_python_without_ensurepip_is_told_the_package_to_install(unpacked: Path) -> None:
    line = one_line(call(unpacked, "lab", before="sys.modules['ensurepip'] = None"))
    assert "sudo apt install python3-venv" in line
    assert not (unpacked / ".venv").exists()


def test_a_full_disk_is_told_before_anything_is_made(unpacked: Path) -> None:
    full = "type('Usage', (), {'free': 5_000_000})"
    line = one_line(call(unpacked, "lab", before=f"import shutil; shutil.disk_usage = lambda _: {full}"))
    assert line.startswith("No disk space: 5 MB are free at ")
    assert not (unpacked / ".venv").exists()


@pytest.mark.more
def test_without_a_network_the_way_with_a_folder_is_named(unpacked: Path) -> None:
    assert one_line(call(unpacked, "lab", **NOWHERE)).startswith("No network: ")


def test_a_folder_of_packages_that_is_not_there_is_named(unpacked: Path) -> None:
    assert "--from stick: there is no such folder" in one_line(call(unpacked, "lab", "--from", "stick"))


@pytest.mark.more
def test_an_empty_folder_of_packages_is_named(unpacked: Path) -> None:
    (unpacked / "stick").mkdir()
    line = one_line(call(unpacked, "test", "--from", "stick", **NOWHERE))
    assert line.startswith(f"{unpacked / 'stick'} lacks what Python 3.")


def test_a_finished_environment_starts_at_once_and_passes_its_words_on(ready: Path) -> None:
    done = call(ready, "lab", "--port", "9000", **NOWHERE)
    assert done.stderr == ""
    assert done.stdout == f"{ready / 'lambda_study' / '__init__.py'} lab --port 9000\n"


def test_the_command_is_among_the_environments_scripts(ready: Path) -> None:
    call(ready, "lab")
    done = subprocess.run([ready / ".venv/bin/lambda-study", "a b"], capture_output=True, text=True, cwd="/")
    assert done.stdout == f"{ready / 'lambda_study' / '__init__.py'} a b\n"


def test_an_environment_that_was_moved_with_its_folder_still_runs(ready: Path) -> None:
    call(ready, "lab")
    moved = ready.rename(ready.with_name("elsewhere"))
    assert call(moved, "lab", **NOWHERE).stdout == f"{moved / 'lambda_study' / '__init__.py'} lab\n"


@pytest.mark.more
@pytest.mark.parametrize("note", ['{"unfinished": "yes"}', '{"lab": "25', ""])
def test_an_unfinished_environment_is_made_anew(ready: Path, note: str) -> None:
    (ready / ".venv" / "lambda-study.json").write_text(note)
    (ready / ".venv" / "left-over").touch()
    done = call(ready, "lab", **NOWHERE)
    assert "did not finish: making it anew" in done.stdout
    assert one_line(done).startswith("No network: ")
    assert not (ready / ".venv" / "left-over").exists()


def test_an_unfinished_environment_stays_until_there_is_space_for_a_new_one(ready: Path) -> None:
    (ready / ".venv" / "lambda-study.json").write_text('{"unfinished": "yes"}', encoding="utf-8")
    full = "type('Usage', (), {'free': 5_000_000})"
    line = one_line(call(ready, "lab", before=f"import shutil; shutil.disk_usage = lambda _: {full}"))
    assert line.startswith("No disk space: ")
    assert (ready / ".venv" / "bin" / "python").exists()


@pytest.fixture(params=["ours", "made by hand"])
def sound(ready: Path, request: pytest.FixtureRequest) -> Path:
    """A finished environment, and one without our note; a file in it that nobody may delete."""
    if request.param == "made by hand":
        (ready / ".venv" / "lambda-study.json").unlink()
    (ready / ".venv" / "mine").touch()
    return ready


def test_an_environment_of_another_python_stays_and_both_versions_are_named(sound: Path) -> None:
    python = sound / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho 3.19\n", encoding="utf-8")
    python.chmod(0o755)
    mine = "{}.{}".format(*sys.version_info)
    assert one_line(call(sound, "lab", **NOWHERE)) == (
        f"The .venv here is of Python 3.19, and this is Python {mine}. Run: python3.19 bootstrap.py lab. "
        f"Or, to go on with {mine}, move the folder {sound / '.venv'} away, and run this again."
    )
    assert (sound / ".venv" / "mine").exists()


def test_an_environment_whose_python_is_gone_stays_and_is_told(sound: Path) -> None:
    python = sound / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/no/such/python")
    line = one_line(call(sound, "lab", **NOWHERE))
    assert line.startswith("The Python of the .venv here does not start. To make it anew, move the folder ")
    assert (sound / ".venv" / "mine").exists()


def test_a_new_lock_is_installed_into_the_environment_that_is_there(ready: Path) -> None:
    with (ready / "requirements.lock").open("a") as lock:
        lock.write("one-more==1.0\n")
    done = call(ready, "lab", **NOWHERE)
    assert "Installing the packages of requirements.lock" in done.stdout
    assert "making it anew" not in done.stdout


def test_a_failed_set_up_of_the_tests_leaves_the_lab_whole(ready: Path) -> None:
    with (ready / "tests" / "requirements.lock").open("a") as lock:
        lock.write("one-more==1.0\n")
    assert call(ready, "test", **NOWHERE).returncode == 2
    assert call(ready, "lab", **NOWHERE).returncode == 0


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("error: [Errno 28] No space left on device: '/x'", "No disk space: "),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "A package is not the one in the lock"),
        ("HTTPSConnectionPool(): Max retries exceeded", "No network: "),
        ("one\nERROR: something else\n", "Installing failed: ERROR: something else"),
    ],
)
def test_what_pip_prints_becomes_one_line(output: str, line: str) -> None:
    assert bootstrap.explain(output).startswith(line)


def test_uv_is_installed_at_the_version_and_hashes_of_the_lock() -> None:
    lines = bootstrap.block("uv", (ROOT / "requirements.lock").read_text(encoding="utf-8")).splitlines()
    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])


@pytest.fixture(scope="module")
def from_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a ZIP unpacks it: no git, a name with spaces and an umlaut."""
    folder = tmp_path_factory.mktemp("zip") / "Lambda Kurs ä"
    ignored = shutil.ignore_patterns(".git", ".venv", "my-lessons", "__pycache__", ".*_cache", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=ignored)
    return folder


@pytest.fixture(scope="module")
def stick(from_zip: Path) -> Iterator[Path]:
    """A folder that `download` filled."""
    folder = from_zip / "a stick"
    done = subprocess.run([sys.executable, "bootstrap.py", "download", folder], cwd=from_zip)
    assert done.returncode == 0
    yield folder
    shutil.rmtree(from_zip)


def open_lab(folder: Path, *words: str, **variables: str) -> RunningLab:
    """The lab as bootstrap.py brought it up; it has ended again."""
    command = [sys.executable, "bootstrap.py", "lab", *words]
    with running_lab(command, folder, **variables) as lab:
        return lab


@pytest.mark.more
def test_a_zip_without_git_opens_the_lab_and_a_second_time_at_once(from_zip: Path) -> None:
    first, second = open_lab(from_zip), open_lab(from_zip)
    assert "Installing the packages" in first.said
    assert "Installing" not in second.said
    assert "jupyter-config-data" in second.page


@pytest.mark.more
def test_a_stick_holds_all_that_the_tests_and_the_lab_need(
    from_zip: Path, stick: Path, tmp_path: Path
) -> None:
    shutil.rmtree(from_zip / ".venv")
    (from_zip / "tests" / "run.py").write_text("import mypy, playwright, pytest, uv")
    alone = {**NOWHERE, "UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path), "PIP_NO_CACHE_DIR": "1"}
    command = [sys.executable, "bootstrap.py", "test", "--from", stick]
    subprocess.run(command, cwd=from_zip, env={**os.environ, **alone}, check=True)
    lab = open_lab(from_zip, "--from", str(stick), **alone)
    assert "jupyter-config-data" in lab.page
