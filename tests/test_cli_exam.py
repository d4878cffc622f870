"""The commands `exam`, `review`, `progress` and `plan`, and what `quiz` keeps, as a person uses them."""

from __future__ import annotations

import importlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lambda_study.errors import BadInput
from lambda_study.quiz import load_bank
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import draw
from lambda_study.quiz.review import record
from lambda_study.quiz.store import ENVIRONMENT_VARIABLE, Store, utc_now

QUESTION = """
## {id}
level: exam · domain: DVA-C03/{domain}
source: https://docs.aws.amazon.com/lambda/latest/dg/welcome.html (read 2026-11-23)

{stem}?

- [ ] First
  The reason of A.
- [x] Second
  The reason of B.
- [ ] Third
  The reason of C.
- [ ] Fourth
  The reason of D.
"""
WORDS = ("heron", "otter", "lynx", "crow", "wasp", "mole", "newt", "toad", "hare", "ibis", "vole", "swan")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "data" / "progress.sqlite3"))
    asked = [QUESTION.format(id=word, domain=1 + n % 4, stem=word * 3) for n, word in enumerate(WORDS)]
    (tmp_path / "animals.md").write_text("# Animals\n" + "".join(asked), "utf-8")
    return tmp_path


def run(name: str, *arguments: object, typed: str = "") -> Result:
    command = importlib.import_module(f"lambda_study.cli.{name}").command
    result = CliRunner().invoke(command, [str(each) for each in arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, BadInput | SystemExit), result.exception
    return result


def printed(name: str, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(name, *arguments, "--json").stdout)
    return found


def exam(folder: Path, *arguments: object, typed: str = "") -> str:
    return run("exam", "dva-c03-10", "--bank", folder, *arguments, typed=typed).output


def test_an_exam_is_sat_in_the_terminal(folder: Path) -> None:
    said = exam(folder, typed="b\n" * 8 + "a\n\ny\n")
    before, after = said.split("Hand in?")
    assert "Unless a question says otherwise: standard (on-demand) functions" in before
    assert "The reason of" not in before and "1 of 10 " in before
    assert "DVA-C03-10: 8 of 10 right, 80% (49% to 94%)." in after
    assert "Not answered, and so wrong: 1." in after
    assert after.count("Wrong. The key is B.") == 2


def test_an_exam_that_was_stopped_goes_on_where_it_was(folder: Path) -> None:
    first = exam(folder, typed="b\nflag\nb?\n")
    assert "Stopped. Your answers are kept; `lambda-study exam DVA-C03-10` goes on." in first
    second = exam(folder, typed="list\nhand in\ny\n")
    assert "You go on with the attempt that was not handed in." in second
    assert "\n3 of 10 " in second
    assert "2 of 10 answered. Open: 3, 4, 5, 6, 7, 8, 9, 10. Flagged: 2." in second
    assert "DVA-C03-10: 2 of 10 right" in second


def test_the_next_exam_is_another_form(folder: Path) -> None:
    assert "DVA-C03-10, form 1: 10 questions." in exam(folder, typed="hand in\ny\n")
    assert "DVA-C03-10, form 2: 10 questions." in exam(folder)
    assert "DVA-C03-10, form 3: 10 questions." in exam(folder, "--new")
    assert "DVA-C03-10, form 9: 10 questions." in exam(folder, "--seed", 9)


def test_slips_are_told_and_asked_again(folder: Path) -> None:
    said = exam(folder, typed="x\ngo 11\ngo 3\nback\npause\n\nhand in\nn\n")
    assert '"X" is not an option. Choose from A to D.' in said
    assert "There is no question 11. Choose 1 to 10." in said
    assert "Paused. Enter goes on" in said
    assert said.rindex("2 of 10") > said.rindex("3 of 10")


def test_study_mode_explains_at_once_and_has_no_timer(folder: Path) -> None:
    said = exam(folder, "--study", typed="a\nhand in\ny\n")
    assert "Wrong. The key is B." in said and "left" not in said.splitlines()[0]
    assert "What was missed" not in said


def test_the_timer_can_be_set_and_left_out(folder: Path) -> None:
    assert "29 min" in exam(folder, "--minutes", 30)
    assert " min " not in exam(folder, "--no-timer", "--new")


def test_answers_from_a_file_are_graded(folder: Path) -> None:
    form = draw(blueprint("DVA-C03-10"), load_bank(folder), 4)
    answers = [{"question": question.id, "chosen": ["B"]} for question in form.questions[:7]]
    file = folder / "answers.json"
    file.write_text(json.dumps({"seed": 4, "answers": answers}))
    found = printed("exam", "DVA-C03-10", "--bank", folder, "--answers", file)
    assert (found["exam"], found["seed"], found["correct"], found["answered"]) == ("DVA-C03-10", 4, 7, 7)
    assert found["scaled_estimate"] is None and len(found["domains"]) == 4
    assert not Path(folder, "data").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"answers": []}', "do not say to which form"),
        ("{", "not JSON"),
        ('{"seed": 1, "answers": [{"question": "x", "chosen": ["B"]}]}', "not a question"),
    ],
)
def test_a_file_that_does_not_fit_is_told(folder: Path, content: str, told: str) -> None:
    (folder / "answers.json").write_text(content)
    result = run("exam", "DVA-C03-10", "--bank", folder, "--json", "--answers", folder / "answers.json")
    assert told in str(result.exception)


def test_a_bank_that_is_too_small_is_told_in_one_line(folder: Path) -> None:
    told = str(run("exam", "DVA-C03", "--bank", folder).exception)
    assert told.startswith("DVA-C03 needs 65 questions; the bank has 12") and "\n" not in told


def test_a_missed_question_is_due_tomorrow(folder: Path) -> None:
    run("quiz", "animals", "--bank", folder, typed="a\n" + "b\n" * 11)
    assert "Nothing is due today. The next review is on" in run("review", "--bank", folder).output


def test_what_was_missed_yesterday_is_asked_once_today(folder: Path) -> None:
    yesterday = Store(clock=lambda: utc_now() - timedelta(days=1))
    record(yesterday, "heron", ["A"], correct=False)
    record(yesterday, "otter", ["B"], correct=True)
    assert [each["question"] for each in printed("review", "--bank", folder)["due"]] == ["heron"]
    said = run("review", "--bank", folder, typed="b\n").output
    assert said.startswith("1 questions are due.") and "Right." in said
    assert printed("review", "--bank", folder)["due"] == []


def test_a_first_review_says_how_to_begin(folder: Path) -> None:
    assert "Nothing to review yet. Answer some questions first" in run("review", "--bank", folder).output


def test_progress_tells_topics_exams_and_what_will_be_remembered(folder: Path) -> None:
    run("quiz", "animals", "--bank", folder, typed="b\nb\na\n")
    exam(folder, typed="hand in\ny\n")
    said = run("progress", "--bank", folder).output
    assert "3 answers on 1 days" in said
    assert "animals: 3 of 12 answered, 2 right the last time" in said
    assert "DVA-C03-10 (exam) of" in said and "0 of 10 right" in said
    assert "Expected for DVA-C03" in said and "  2 Security: 1 of 3 answered so far" in said
    found = printed("progress", "--bank", folder)
    assert (found["answers"], found["topics"][0]["right"]) == (3, 2)


def test_what_is_kept_can_be_exported_and_deleted(folder: Path) -> None:
    run("quiz", "animals", "--bank", folder, typed="b\n")
    (line,) = run("progress", "--export").output.splitlines()
    assert json.loads(line)["data"]["chosen"] == ["B"]
    assert "Nothing was deleted." in run("progress", "--delete", typed="n\n").output
    assert "Deleted " in run("progress", "--delete", "--yes").output
    assert "There was nothing in " in run("progress", "--delete", "--yes").output
    assert list(Path(folder, "data").iterdir()) == []


def test_a_quiz_from_a_pipe_keeps_nothing_unless_it_is_told_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "home"))
    run("quiz", "animals", "--bank", folder, typed="b\n")
    assert not Path(folder, "home").exists()


def test_a_quiz_goes_on_where_nothing_can_be_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(folder / "animals.md" / "progress.sqlite3"))
    result = run("quiz", "animals", "--bank", folder, typed="b\n" * 12)
    assert "12 of 12 right." in result.stdout
    assert "Not kept. Your progress in" in result.stderr


def test_a_plan_is_made_of_the_lessons_there_are(folder: Path) -> None:
    on = date.today() + timedelta(days=60)
    words = ("--exam", "dva-c03", "--on", on, "--evenings", 3)
    found = printed("plan", *words)
    names = [item["name"] for each in found["evenings"] for item in each["items"]]
    assert "11-first-function" in names and names[-1] == "DVA-C03"
    assert (found["exam"], found["on"], found["left_out"]) == ("DVA-C03", str(on), [])
    assert "mock exam DVA-C03, form 2" in run("plan", *words).output
    assert printed("progress", "--bank", folder)["forecast"]["on"] == str(on)


def test_a_plan_for_an_unknown_exam_names_the_nearest(folder: Path) -> None:
    result = run("plan", "--exam", "DVA-C04", "--on", "2027-01-31", "--evenings", 2)
    assert 'Did you mean "DVA-C03"?' in str(result.exception)
