"""The commands `quiz` and `bank` as a person and a program use them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from quiz_bank import CLEAN, NUMERIC, SEVERAL, bank_of, changed, proven_by

from lambda_study.cli import cli, main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    blocks = [text.partition("\n")[2] for text in (SEVERAL, NUMERIC)]
    bank_of(
        tmp_path,
        concurrency=CLEAN + "".join(blocks),
        other=changed(CLEAN, ("async-retry-default", "other-id")),
    )
    return tmp_path


def run(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], input=typed)


def report(folder: Path, answers: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    given = json.dumps({"schema": 1, "answers": answers, **fields})
    found: dict[str, Any] = json.loads(
        run("quiz", "concurrency", "--bank", folder, "--json", typed=given).output
    )
    return found


def test_a_quiz_is_taken_in_the_terminal(folder: Path) -> None:
    result = run("quiz", "concurrency", "--bank", folder, typed="b\nA\nA C\n10\n")
    assert result.exit_code == 0
    said = result.output
    assert "Concurrency: 3 questions." in said
    assert "B (your choice, key): One run and two retries." in said
    assert "Note: Throttling is retried for up to six hours." in said
    assert "Source: https://docs.aws.amazon.com/lambda/latest/dg/retries.html (read 2026-11-23)" in said
    assert "1 of 2 selected. Choose TWO." in said
    assert "Wrong. The key is A, B." in said
    assert said.endswith("2 of 3 right.\nTo look at again: warm-state.\n")


def test_what_holds_for_all_questions_is_said_first(tmp_path: Path) -> None:
    title, _, questions = CLEAN.partition("\n")
    bank_of(tmp_path, prices=f"{title}\n\nFor us-east-1,\nbefore tax.\n{questions}")
    said = run("quiz", "prices", "--bank", tmp_path).output
    assert "Ctrl-C stops.\n\nFor us-east-1,\nbefore tax.\n\n1 of 1" in said


def test_nothing_of_a_key_is_shown_before_the_answer(folder: Path) -> None:
    said = run("quiz", "other", "--bank", folder, typed="").output
    assert "Three times" in said
    assert "retries" not in said and "key" not in said


@pytest.mark.parametrize(("typed", "told"), [("", "0 of 3 answered"), ("A\n", "1 of 3 answered")])
def test_an_end_of_input_says_what_was_answered(folder: Path, typed: str, told: str) -> None:
    result = run("quiz", "concurrency", "--bank", folder, typed=typed)
    assert result.exit_code == 0
    assert told in result.output


def test_a_seed_gives_an_order_and_gives_it_again(folder: Path) -> None:
    orders = [run("quiz", "concurrency", "--bank", folder, "--seed", seed).output for seed in (1, 1, 2, 3, 4)]
    assert orders[0] == orders[1]
    assert len(set(orders)) > 1


def test_recorded_answers_are_graded_without_prompts(folder: Path) -> None:
    answers = [
        {"question": "async-retry-default", "chosen": ["B"], "at": "2026-11-23T18:00:00Z", "seconds": 41},
        {"question": "warm-state", "chosen": ["A"]},
    ]
    found = report(folder, answers, learner="ana", form="concurrency", seed=7)
    assert (found["schema"], found["learner"], found["form"], found["seed"]) == (1, "ana", "concurrency", 7)
    assert [(each["question"], each["correct"], each["key"]) for each in found["answers"]] == [
        ("async-retry-default", True, ["B"]),
        ("warm-state", False, ["A", "B"]),
    ]
    assert found["answers"][0]["at"] == "2026-11-23T18:00:00Z"
    assert found["unanswered"] == ["busy-environments"]
    assert found["score"] == {"questions": 3, "answered": 2, "correct": 1}


def test_of_several_answers_to_a_question_the_last_counts(folder: Path) -> None:
    answers = [{"question": "async-retry-default", "chosen": [letter]} for letter in "AB"]
    assert report(folder, answers)["score"] == {"questions": 3, "answered": 1, "correct": 1}


def test_answers_from_another_edition_are_told(folder: Path) -> None:
    digest = report(folder, [])["bank_digest"]
    assert report(folder, [], bank_digest=digest)["same_bank"] is True
    given = json.dumps({"answers": [], "bank_digest": "0" * 64})
    result = run("quiz", "concurrency", "--bank", folder, "--json", typed=given)
    assert json.loads(result.stdout)["same_bank"] is False
    assert "another edition" in result.stderr


def test_answers_come_from_a_file_too(folder: Path) -> None:
    file = folder / "answers.json"
    file.write_text(json.dumps({"answers": [{"question": "busy-environments", "chosen": ["12"]}]}))
    said = run("quiz", "concurrency", "--bank", folder, "--answers", file).output
    assert said == ("busy-environments: 12: wrong, the key is 10 environments\n0 of 3 right, 1 answered.\n")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("nonsense", "not JSON"),
        ("[]", 'one JSON object with "answers"'),
        ('{"schema": 2, "answers": []}', "schema 2 is not known"),
        ('{"answers": [{"question": "warm-state"}]}', "answers[0] needs"),
        ('{"answers": [{"question": "warm-sate", "chosen": ["A"]}]}', 'Did you mean "warm-state"'),
        ('{"answers": [{"question": "warm-state", "chosen": ["Z"]}]}', '"Z" is not an option'),
    ],
)
def test_malformed_answers_exit_2_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], given: str, told: str
) -> None:
    file = folder / "answers.json"
    file.write_text(given)
    stopped = exit_of("quiz", "concurrency", "--bank", folder, "--json", "--answers", file)
    said = capsys.readouterr()
    assert (stopped, said.out, said.err.count("\n")) == (2, "", 1)
    assert told in said.err


def exit_of(*arguments: object) -> object:
    with pytest.raises(SystemExit) as stopped:
        main([str(each) for each in arguments])
    return stopped.value.code


def test_an_unknown_topic_exits_2_and_names_the_nearest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_of("quiz", "concurency", "--bank", folder) == 2
    assert 'Did you mean "concurrency"? Topics: concurrency, other.' in capsys.readouterr().err


def test_a_clean_bank_passes_lint_and_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank_of(tmp_path, concurrency=proven_by(CLEAN, "calc 1 + 2"))
    assert exit_of("bank", "lint", "--bank", tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"errors": [], "warnings": []}
    assert exit_of("bank", "prove", "--bank", tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "questions": 1,
        "proven": 1,
        "by": {"fact": 0, "calc": 1, "demo": 0},
        "sourced": 1,
        "mismatches": [],
    }


def test_lint_exits_1_on_errors_and_names_their_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank_of(tmp_path, broken=CLEAN.replace("[x]", "[ ]"))
    assert exit_of("bank", "lint", "--bank", tmp_path, "--json") == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error == {
        "rule": "key-count",
        "severity": "error",
        "path": str(tmp_path / "broken.md"),
        "line": 3,
        "id": "async-retry-default",
        "message": "has no correct option. Mark one with [x].",
    }


def test_prove_exits_1_on_a_mismatch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank_of(tmp_path, concurrency=proven_by(CLEAN, "calc 2 + 2"))
    assert exit_of("bank", "prove", "--bank", tmp_path, "--json") == 1
    (mismatch,) = json.loads(capsys.readouterr().out)["mismatches"]
    assert mismatch["message"] == "B claims 3; calc 2 + 2 gives 4."


def test_prove_goes_on_past_a_faulty_file_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank_of(tmp_path, broken=CLEAN.replace("[x]", "[ ]"), numbers=proven_by(NUMERIC, "calc 20 * 0.5"))
    assert exit_of("bank", "prove", "--bank", tmp_path, "--json") == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["proven"] == 1
    assert 'broken.md:3: "async-retry-default" has no correct option' in said.err


def test_stats_count_the_bank(folder: Path) -> None:
    counts = json.loads(run("bank", "stats", "--bank", folder, "--json").output)
    assert counts["topics"] == {"concurrency": 3, "other": 1}
    assert counts["kinds"] == {"multiple": 1, "numeric": 1, "single": 2}
    assert counts["keys"] == {"B": 2}
    assert "questions  4" in run("bank", "stats", "--bank", folder).output


def test_a_folder_without_a_bank_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("lint", "prove", "stats"):
        assert exit_of("bank", command, "--bank", tmp_path) == 2
        assert "No topic files" in capsys.readouterr().err


def test_the_quiz_wing_imports_the_standard_library_alone() -> None:
    program = "import sys; old = {*sys.modules}; import lambda_study.quiz; print(*{*sys.modules} - old)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    names = {name.partition(".")[0] for name in loaded.split()}
    assert names - {"lambda_study"} <= sys.stdlib_module_names
