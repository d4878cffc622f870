"""SARIF: what the standard's schema demands of the log, and what an editor needs to show a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from quiz_bank import CLEAN, bank_of, changed
from test_lint import many

from lambda_study.cli import cli
from lambda_study.quiz.lint import READER_RULES, RULE_NAMES, lint
from lambda_study.quiz.lint_sarif import sarif

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "defaultConfiguration": {"properties": {"level": LEVEL}, "additionalProperties": False},
    },
}
PLACE = {
    "required": ["artifactLocation"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {"required": ["uri"], "properties": {"uri": {"type": "string"}}},
        "region": {
            "required": ["startLine"],
            "additionalProperties": False,
            "properties": {"startLine": {"type": "integer", "minimum": 1}},
        },
    },
}
RESULT = {
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "items": {"properties": {"physicalLocation": PLACE}}},
    },
}
DRIVER = {
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "uniqueItems": True, "items": RULE},
    },
}
RUN = {
    "required": ["tool"],
    "additionalProperties": False,
    "properties": {
        "tool": {"required": ["driver"], "properties": {"driver": DRIVER}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
}
# The parts of OASIS's schema of SARIF 2.1.0 (read 2026-11-23) that a log of ours has.
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {"type": "array", "items": RUN},
    },
}


def log_of(folder: Path, **topics: str) -> dict[str, Any]:
    log = sarif(lint(bank_of(folder, **topics)))
    jsonschema.validate(log, LOG)
    return log


def test_a_log_has_the_structure_that_the_standard_demands(tmp_path: Path) -> None:
    broken = changed(CLEAN, ("[x]", "[ ]"))
    log = log_of(
        tmp_path, broken=broken, prices=changed(CLEAN, ("-default", "-2"), ("exception", "exception ,"))
    )
    assert len(log["runs"][0]["results"]) == 2


def test_a_result_names_its_rule_its_place_and_its_question(tmp_path: Path) -> None:
    (run,) = log_of(tmp_path, broken=changed(CLEAN, ("every time.", "every  time.")))["runs"]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "spacing"
    assert result["message"]["text"].startswith('"async-retry-default" has two spaces')
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("broken.md")
    assert place["region"] == {"startLine": 3}


def test_a_finding_of_the_whole_bank_has_no_line(tmp_path: Path) -> None:
    (run,) = log_of(tmp_path, concurrency=many(10, 8))["runs"]
    (bias,) = [each for each in run["results"] if each["ruleId"] == "length-bias"]
    assert "region" not in bias["locations"][0]["physicalLocation"]


def test_every_rule_is_in_the_log_with_what_it_demands(tmp_path: Path) -> None:
    (run,) = log_of(tmp_path, concurrency=CLEAN)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [*READER_RULES, *RULE_NAMES]
    assert run["results"] == []


@pytest.mark.parametrize(("text", "status"), [(CLEAN, 0), (CLEAN.replace("[x]", "[ ]"), 1)])
def test_the_command_prints_one_log_and_exits_by_its_errors(tmp_path: Path, text: str, status: int) -> None:
    bank_of(tmp_path, concurrency=text)
    result = CliRunner().invoke(cli, ["bank", "lint", "--bank", str(tmp_path), "--sarif"])
    jsonschema.validate(json.loads(result.stdout), LOG)
    assert result.exit_code == status


def test_one_form_of_output_is_asked_for(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["bank", "lint", "--bank", str(tmp_path), "--sarif", "--json"])
    assert (result.exit_code, result.stdout) == (2, "")
