"""`lambda-study classroom`: what students get holds no key, and what comes back is graded."""

from __future__ import annotations

import base64
import json
import random
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exported_bank import small_bank
from made_up_class import chosen
from secrets_in_files import secrets_in, secrets_of

from lambda_study.cli import main
from lambda_study.errors import BadInput
from lambda_study.handouts.classroom import WITHHELD, for_class, write_classroom
from lambda_study.handouts.classroom_notes import for_the_teacher
from lambda_study.handouts.gradebook import gradebook, read_folder
from lambda_study.quiz import load_bank
from lambda_study.quiz.keyless import read_question_file, without_keys
from lambda_study.show.recording_session import RecordingSession, head_of, results_file

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LESSON = "21-concurrency.ipynb"


@pytest.fixture
def bank(tmp_path):
    (tmp_path / "bank").mkdir()
    return small_bank(tmp_path / "bank")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def notebook(path: Path) -> str:
    """The sources of the notebook in the file PATH."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def test_students_teacher_and_platform_get_a_folder_each(bank, out) -> None:
    write_classroom(out, bank, [], now=NOW)
    names = {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.suffix not in (".pdf", ".md")
    }
    assert {name for name in names if name.startswith("student/") and "." in name} == {
        "student/notebooks/questions.json",
        "student/notebooks/quiz-retries.ipynb",
    }
    assert {"teacher/quizzes/retries.html", "teacher/quizzes/retries-key.html"} <= names
    assert "teacher/nbgrader/source/quiz-retries/quiz-retries.ipynb" in names
    assert {f"lms/lambda-study.{kind}" for kind in ("apkg", "xml", "zip", "gift")} <= names


def test_nothing_for_students_holds_a_key_of_a_private_bank(bank, out) -> None:
    write_classroom(out, bank, [], now=NOW)
    secrets = secrets_of(bank)
    assert secrets_in(out / "student", secrets) == set()
    assert {secret for _, secret in secrets_in(out / "teacher", secrets)} == secrets


def test_a_lesson_for_students_and_its_worksheet_hold_no_key_of_the_bank(root, out) -> None:
    bank = load_bank()
    write_classroom(out, bank, [root / "notebooks" / LESSON], topics=["concurrency"], now=NOW)
    assert secrets_in(out / "student", secrets_of(bank)) == set()
    lesson = notebook(out / "student" / "notebooks" / LESSON)
    assert 'recording_quiz("concurrency", count=5, learner="")' in lesson
    assert '\nquiz("concurrency"' not in lesson


@pytest.mark.more
def test_the_whole_folder_for_students_holds_no_key_of_the_bank_and_no_99(root, out) -> None:
    bank = load_bank()
    write_classroom(out, bank, for_class(sorted((root / "notebooks").glob("*.ipynb"))), now=NOW)
    assert secrets_in(out / "student", secrets_of(bank)) == set()
    assert {secret for _, secret in secrets_in(out / "teacher" / "quizzes", secrets_of(bank))} == secrets_of(
        bank
    )
    names = {path.stem.split("-")[0] for path in (out / "student").rglob("*")}
    assert not names & WITHHELD.keys()


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda text: text.encode(),
        lambda text: json.dumps({"a": text}).encode(),
        lambda text: base64.b64encode(b"." + text.encode()),
        lambda text: base64.b64encode(b".." + text.encode()),
        lambda text: b"stream" + zlib.compress(text.encode()) + b"endstream",
        lambda text: base64.b64encode(zlib.compress(text.encode())),
    ],
)
def test_the_search_finds_a_key_however_it_is_wrapped(wrapped, tmp_path) -> None:
    secret = 'One run and "two" retries, für alle.'
    (tmp_path / "file").write_bytes(b"<p>" + wrapped(secret) + b"</p>")
    assert secrets_in(tmp_path, {secret}) == {("file", secret)}


def test_the_search_looks_into_archives(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", "One run and two retries.")
    assert secrets_in(tmp_path, {"One run and two retries."}) == {("a.zip", "One run and two retries.")}


def test_a_file_of_questions_says_what_is_asked_and_no_more(bank) -> None:
    told = json.loads(without_keys(bank, ["retries"]))
    assert told["bank_digest"] == bank.digest
    assert {name for each in told["topics"]["retries"]["questions"] for name in each} == {
        "id", "kind", "select", "stem", "options", "unit",
    }  # fmt: skip


def test_a_lesson_whose_topic_the_bank_lacks_loses_its_quiz_and_that_is_said(bank, root, out) -> None:
    made = write_classroom(out, bank, [root / "notebooks" / LESSON], now=NOW)
    assert "21-concurrency: its quiz on concurrency" in made.left_out
    assert "quiz(" not in notebook(out / "student" / "notebooks" / LESSON)


@pytest.mark.parametrize("number", sorted(WITHHELD))
def test_a_lesson_that_shows_keys_is_refused(bank, root, out, number) -> None:
    (path,) = (root / "notebooks").glob(f"{number}-*.ipynb")
    with pytest.raises(BadInput, match="not for a class"):
        write_classroom(out, bank, [path], now=NOW)
    assert not out.exists()


def test_the_teacher_is_told_whether_the_questions_are_public(bank) -> None:
    assert "this is practice" in for_the_teacher(load_bank().path)
    assert f"collect FOLDER --bank {bank.path}" in for_the_teacher(bank.path)


def test_the_command_says_where_things_are_and_that_public_questions_are_practice(out, capsys) -> None:
    with pytest.raises(SystemExit) as end:
        main(["classroom", str(out), "--no-lessons", "--topics", "limits"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert "0 lessons and 1 topics." in printed and "Practice: these are public questions." in printed


class Watch:
    """A clock that is a second later each time."""

    def __init__(self) -> None:
        self._second = 0

    def __call__(self) -> datetime:
        self._second += 1
        return NOW.replace(minute=self._second // 60, second=self._second % 60)


CLOCK = Watch()


def sit(questions: Path, results: Path, learner: str, answers: dict[str, Sequence[str]]) -> RecordingSession:
    """LEARNER answers by messages as the view sends them, and hands in."""
    found = read_question_file(questions)
    file = results_file(results, "retries", learner)
    asked = found.topic("retries").questions
    session = RecordingSession(asked, file, learner, head_of("retries", found.bank_digest), CLOCK)
    assert session.reply({"kind": "begin"})["kind"] == "exam"
    for id, letters in answers.items():
        message = {"kind": "answer", "question": id, "chosen": list(letters), "seconds": 30}
        assert session.reply(message) == {
            "kind": "kept", "question": id, "minutes": None, "left_s": None, "running": True, "graded": [],
        }  # fmt: skip
    assert "Give this file" in session.reply({"kind": "hand_in"})["result"]
    return session


def test_a_class_hands_in_what_collect_grades_as_the_answers_deserve(bank, out, tmp_path) -> None:
    write_classroom(out, bank, [], now=NOW)
    rng, expected = random.Random(7), {}
    for number in range(12):
        learner, skill = f"Learner {number:02d}", (number + 0.5) / 12
        given = {each.id: chosen(each, skill, rng, turned=False) for each in bank.topic("retries")}
        sit(out / "student" / "notebooks" / "questions.json", tmp_path / "in", learner, given)
        right = [given[each.id] == list(each.key) for each in bank.topic("retries")[:2]]
        expected[learner] = (*right, given["month"] == ["0.5"])
    book = gradebook(*read_folder(tmp_path / "in"), bank)
    assert book.aside == () and {row.learner: row.right for row in book.rows} == expected
    assert {row.remarks for row in book.rows} == {()}


def test_an_answer_is_in_the_file_before_the_view_hears_of_it_and_a_new_kernel_goes_on(
    bank, tmp_path
) -> None:
    questions = tmp_path / "questions.json"
    questions.write_text(without_keys(bank, ["retries"]), encoding="utf-8")
    sit(questions, tmp_path / "in", "Ana", {"who-tries-again": ["A"], "month": ["1"]})
    again = sit(questions, tmp_path / "in", "Ana", {"who-tries-again": ["B"]})
    assert repr(again) == "2 of 3 answered"
    (hand_in,), _ = read_folder(tmp_path / "in")
    assert [(each.question, each.chosen) for each in hand_in.results.answers] == [
        ("month", ("1",)),
        ("who-tries-again", ("B",)),
    ]


def test_two_learners_on_one_machine_have_a_file_each(bank, tmp_path) -> None:
    questions = tmp_path / "questions.json"
    questions.write_text(without_keys(bank, ["retries"]), encoding="utf-8")
    for learner in ("Ana B", "ana b", "Ben"):
        sit(questions, tmp_path / "in", learner, {"who-tries-again": ["B"]})
    hand_ins, _ = read_folder(tmp_path / "in")
    assert {each.file: each.learner for each in hand_ins} == {
        "retries-ana-b.json": "Ana B",
        "retries-ana-b-2.json": "ana b",
        "retries-ben.json": "Ben",
    }


@pytest.fixture
def begun(bank, tmp_path):
    questions = tmp_path / "questions.json"
    questions.write_text(without_keys(bank, ["retries"]), encoding="utf-8")
    found = read_question_file(questions)
    asked, head = found.topic("retries").questions, head_of("retries", found.bank_digest)
    session = RecordingSession(asked, tmp_path / "ana.json", "Ana", head, Watch())
    session.reply({"kind": "begin"})
    return session


def test_nobody_begins_without_a_name(bank, tmp_path) -> None:
    session = RecordingSession((), tmp_path / "in.json", " ", {}, Watch())
    assert "Write your name" in session.reply({"kind": "begin"})["text"]
    assert not (tmp_path / "in.json").exists()


def test_a_number_that_cannot_be_read_is_told_before_the_hand_in_and_not_after(begun) -> None:
    begun.reply({"kind": "answer", "question": "month", "chosen": ["0,5"]})
    assert begun.reply({"kind": "hand_in"})["text"].startswith('Question 3: "0,5" has a decimal comma.')
    begun.reply({"kind": "answer", "question": "month", "chosen": ["0.5 EUR"]})
    assert "Answer in USD." in begun.reply({"kind": "hand_in"})["text"]


def test_what_is_handed_in_changes_no_more_until_the_cell_runs_again(begun) -> None:
    begun.reply({"kind": "hand_in"})
    told = begun.reply({"kind": "answer", "question": "month", "chosen": ["0.5"]})
    assert told["kind"] == "refused" and "Handed in" in told["text"]


@pytest.mark.parametrize(
    "message", [None, 7, {}, {"kind": "answer"}, {"kind": "answer", "question": "month"}]
)
def test_a_strange_message_is_no_answer(begun, message, tmp_path) -> None:
    begun.reply(message)
    assert json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))["answers"] == []


def test_a_file_that_is_none_of_questions_is_one_line(tmp_path) -> None:
    (tmp_path / "questions.json").write_text('{"topics": 3}', encoding="utf-8")
    with pytest.raises(BadInput, match="no file of questions"):
        read_question_file(tmp_path / "questions.json")
    with pytest.raises(BadInput, match="cannot be read"):
        read_question_file(tmp_path / "missing.json")
