"""The command `lambda-study match`: match, no match, or AWS's reason for refusing the pattern."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lambda_study.cli.match import command
from lambda_study.errors import BadInput

PATTERN = {"source": ["aws.s3"], "detail": {"object": {"key": [{"suffix": ".png"}]}}}
EVENT = {"source": "aws.s3", "detail": {"object": {"key": "cat.png", "size": 5}}}


@pytest.fixture
def match(tmp_path: Path):
    def run(pattern: object, event: object, standard_input: str | None = None) -> Result:
        names = [write(tmp_path / "rule.json", pattern), write(tmp_path / "event.json", event)]
        arguments = ["--pattern", names[0], "--event", names[1]]
        return CliRunner().invoke(command, arguments, input=standard_input)

    return run


def write(path: Path, value: object) -> str:
    """The name of a file that holds VALUE, or VALUE itself where it is `-`."""
    if value == "-":
        return "-"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def test_a_match_prints_match_and_ends_with_0(match) -> None:
    done = match(PATTERN, EVENT)
    assert (done.stdout, done.exit_code) == ("match\n", 0)


def test_no_match_prints_no_match_and_ends_with_1(match) -> None:
    done = match(PATTERN, {**EVENT, "source": "aws.ec2"})
    assert (done.stdout, done.exit_code) == ("no match\n", 1)


def test_either_file_may_be_standard_input(match) -> None:
    assert match(PATTERN, "-", json.dumps(EVENT)).stdout == "match\n"
    assert match("-", EVENT, json.dumps(PATTERN)).stdout == "match\n"


@pytest.mark.parametrize(
    ("pattern", "event", "told"),
    [
        (
            {"detail": {"state": []}},
            EVENT,
            'Event pattern is not valid. Reason: Empty arrays are not allowed (field "detail.state")',
        ),
        ([], EVENT, "Event pattern is not valid. Reason: Filter is not an object"),
        ("{", EVENT, "Event pattern is not valid. Reason: It is not JSON: Expecting property name"),
        (PATTERN, "{", "The event is not JSON: Expecting property name"),
        (PATTERN, [EVENT], "The event is not a JSON object."),
        ("-", "-", "--pattern and --event are both -. Give a file for one of them."),
    ],
)
def test_bad_input_is_one_line_and_prints_nothing_else(match, pattern, event, told: str) -> None:
    done = match(pattern, event)
    assert isinstance(done.exception, BadInput)  # which the command line turns into exit status 2
    assert told in str(done.exception) and "\n" not in str(done.exception)
    assert done.stdout == ""


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"\xff\xd8\xff")
    for name, told in ((tmp_path / "none", "No such file"), (tmp_path / "photo", "is not UTF-8 text")):
        done = CliRunner().invoke(command, ["--pattern", str(name), "--event", "-"])
        assert isinstance(done.exception, BadInput) and told in str(done.exception)
