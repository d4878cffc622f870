"""The checks of this machine."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_study.cli.doctor import command
from lambda_study.doctor import CHECKS, Check, Diagnosis, check_client, doctor, find_chromium


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return doctor()


def test_this_machine_is_ready(diagnosis: Diagnosis) -> None:
    assert [check for check in diagnosis.checks if not check.ok] == []
    assert repr(diagnosis).endswith("This machine is ready.")


def test_a_function_really_ran(diagnosis: Diagnosis) -> None:
    detail = next(check.detail for check in diagnosis.checks if check.name == "invoke")
    assert "init ~" in detail and "then a warm invocation ~" in detail


def test_every_check_has_a_name_of_its_own(diagnosis: Diagnosis) -> None:
    assert len({check.name for check in diagnosis.checks}) == len(CHECKS)


def test_a_failed_check_shows_its_fix_and_fails_the_whole() -> None:
    bad = Diagnosis((Check("cores", True, "2 cores"), Check("disk", False, "1 MB is free", "Free 500 MB.")))
    assert not bad.ok
    assert "Fix: Free 500 MB." in repr(bad)
    assert "1 of 2 checks failed." in bad._repr_html_()


def test_a_missing_client_is_told_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.MetadataPathFinder.find_distributions", lambda *_: iter(()))
    assert check_client() == Check(
        "client", False, "AWS's runtime client is missing", "pip install awslambdaric"
    )


def test_chromium_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() is None
    chromium = tmp_path / "chromium"
    chromium.touch()
    chromium.chmod(chromium.stat().st_mode | stat.S_IXUSR)
    assert find_chromium() == str(chromium)


def test_the_command_prints_one_json_object() -> None:
    result = CliRunner().invoke(command, ["--json"])
    answer = json.loads(result.output)
    assert result.exit_code == (0 if answer["ok"] else 1)
    assert set(answer["checks"][0]) == {"name", "ok", "detail", "fix"}
