"""`lambda-study lab`: the command line that starts JupyterLab, and the port it takes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from running_lab import running_lab

from lambda_study.cli.lab import SETTINGS, is_free, jupyterlab, surroundings


def test_the_first_lesson_of_the_learner_is_the_page_that_opens(tmp_path: Path) -> None:
    (tmp_path / "my-lessons").mkdir()
    (tmp_path / "my-lessons" / "00-start-here.ipynb").touch()
    words = jupyterlab(tmp_path, None, no_browser=False)
    assert "--LabApp.default_url=/lab/tree/my-lessons/00-start-here.ipynb" in words
    assert f"--ServerApp.root_dir={tmp_path}" in words


def test_without_a_lesson_the_plain_page_opens(tmp_path: Path) -> None:
    assert "--LabApp.default_url=/lab" in jupyterlab(tmp_path, None, no_browser=False)


def test_a_port_that_was_asked_for_is_the_only_one_tried(tmp_path: Path) -> None:
    words = jupyterlab(tmp_path, 9000, no_browser=True)
    assert {"--ServerApp.port=9000", "--ServerApp.port_retries=0", "--no-browser"} <= set(words)


def test_a_busy_port_is_one_line_and_exit_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "lambda_study", "lab", "--port", str(port)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"Port {port} is in use. Give another, or leave out --port and the next free one is used."
    ]


def test_a_port_is_free_again_when_its_server_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_no_dialog_about_news_covers_the_first_page() -> None:
    defaults = SETTINGS / "labconfig" / "default_setting_overrides.json"
    overrides = json.loads(defaults.read_text(encoding="utf-8"))
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.mark.more
def test_no_kernel_of_the_lab_can_reach_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "AWS_ROLE_ARN"):
        monkeypatch.setenv(name, "work")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a real one")
    environment = surroundings()
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "AWS_ROLE_ARN"} & environment.keys()
    assert environment["AWS_ACCESS_KEY_ID"] == "testing"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"  # nobody listens there


def test_jupyterlab_serves_the_learners_copy_until_ctrl_c(root: Path, tmp_path: Path) -> None:
    for part in ("notebooks", "lambda_study"):
        (tmp_path / part).symlink_to(root / part)
    command = [sys.executable, "-m", "lambda_study", "lab"]
    with running_lab(command, tmp_path) as lab:
        assert "/lab/tree/my-lessons/00-start-here.ipynb?token=" in lab.address
        assert "jupyter-config-data" in lab.page
    copy = json.loads((tmp_path / "my-lessons" / "00-start-here.ipynb").read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in copy["cells"])
