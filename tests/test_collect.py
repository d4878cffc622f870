"""A class's results: graded from raw answers, nobody's result lost to somebody else's file."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from exported_bank import small_bank
from made_up_class import hand_in_all, write

from lambda_study.cli import cli
from lambda_study.errors import BadInput
from lambda_study.handouts.gradebook import gradebook, read_folder, write_gradebook
from lambda_study.handouts.gradebook.forms import Forms
from lambda_study.handouts.gradebook.items import item_report
from lambda_study.quiz import load_bank
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.drawn import drawn
from lambda_study.quiz.exam import draw

RIGHT = [("who-tries-again", "B"), ("three-of-six", "ABC"), ("month", "0.5")]


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    return small_bank(tmp_path_factory.mktemp("bank"))


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


def answers(given=RIGHT, minute=0):
    """Answers of a results file, a letter each or a number, from MINUTE past six on."""
    return [
        {
            "question": name,
            "chosen": [value] if value[:1].isdigit() else list(value),
            "at": f"2026-11-23T18:{minute:02d}:{place:02d}Z",
        }
        for place, (name, value) in enumerate(given)
    ]


def book_of(folder, bank, **options):
    return gradebook(*read_folder(folder), bank, **options)


def test_a_learner_gets_a_point_for_each_question_answered_as_a_whole(folder, bank):
    given = [("who-tries-again", "B"), ("three-of-six", "AB")]
    write(folder / "ana.json", bank, "retries", "Ana", answers(given))
    (row,) = book_of(folder, bank).rows
    assert (row.learner, row.points, row.right, row.percent) == ("Ana", 1, (True, False, False), 33.3)


def test_a_score_inside_a_file_changes_nothing_and_is_told(folder, bank):
    write(folder / "ana.json", bank, "retries", "Ana", answers([("month", "7")]))
    given = json.loads((folder / "ana.json").read_text())
    (folder / "ana.json").write_text(json.dumps({**given, "score": 3, "correct": 3}))
    (row,) = book_of(folder, bank).rows
    assert (row.points, row.remarks) == (0, ("brings a score of its own, which is not looked at",))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ('{"schema": 1, "answers": [{"question": "mon', "cut off: it ends in the middle"),
        ('{"cells": []}', "not a results file: The answers need one JSON object"),
        ("<html>", "not JSON: Expecting value"),
        ('{"schema": 2, "answers": []}', "not a results file: schema 2 is not known. Write 1."),
        ('{"learner": 5, "answers": []}', "not a results file: learner is 5. Write a text, or leave it out."),
        ('{"form": ["pricing"], "answers": []}', 'not a results file: form is ["pricing"]. Write a text'),
        ('{"seed": true, "answers": []}', "not a results file: seed is true. Write a whole number"),
        ('{"learner": "\\ud800", "answers": []}', "not a results file: The answers hold half a character"),
        (f'{{"seed": {"9" * 5000}, "answers": []}}', "not a results file: Exceeds the limit"),
        ("[" * 100_000, "not a results file: nested without an end"),
    ],
)
def test_a_file_that_is_no_result_is_set_aside_and_costs_nobody_else(folder, bank, content, reason):
    write(folder / "ana.json", bank, "retries", "Ana", answers())
    (folder / "bad.json").write_text(content)
    book = book_of(folder, bank)
    assert [row.points for row in book.rows] == [3]
    assert [str(each)[: len(f"bad.json: {reason}")] for each in book.aside] == [f"bad.json: {reason}"]


def test_a_file_in_other_letters_is_set_aside(folder, bank):
    write(folder / "ana.json", bank, "retries", "Ana", answers())
    (folder / "bad.json").write_bytes(b"\xff\xfe\x00\xd8")
    assert "not UTF-8 text" in str(book_of(folder, bank).aside[0])


def test_of_two_hand_ins_of_one_learner_the_later_counts(folder, bank):
    write(folder / "a.json", bank, "retries", "Ana", answers(minute=30))
    write(folder / "b.json", bank, "retries", "ana", answers([("month", "7")], minute=5))
    book = book_of(folder, bank)
    assert [(row.file, row.points) for row in book.rows] == [("a.json", 3)]
    assert str(book.aside[0]) == "b.json: an earlier one of ana; a.json counts"


def test_the_same_file_twice_counts_once(folder, bank):
    for name in ("a.json", "a (1).json"):
        write(folder / name, bank, "retries", "Ana", answers())
    book = book_of(folder, bank)
    assert len(book.rows) == 1 and str(book.aside[0]) == "a (1).json: the same as a.json"


def test_two_learners_with_the_same_answers_at_the_same_times_are_told(folder, bank):
    for name in ("Ana", "Bob"):
        write(folder / f"{name}.json", bank, "retries", name, answers())
    remarks = {row.learner: row.remarks for row in book_of(folder, bank).rows}
    assert remarks == {
        "Ana": ("has the answers and times of Bob",),
        "Bob": ("has the answers and times of Ana",),
    }


def test_two_files_without_times_are_no_copies(folder, bank):
    for name in ("Ana", "Bo"):
        write(folder / f"{name}.json", bank, "retries", name, [{"question": "month", "chosen": ["1"]}])
    assert [row.remarks for row in book_of(folder, bank).rows] == [(), ()]


def test_what_a_question_does_not_know_is_wrong_and_the_rest_counts(folder, bank):
    given = [("who-tries-again", "Z"), ("three-of-six", "ABC"), ("of-another-quiz", "A")]
    write(folder / "ana.json", bank, "retries", "Ana", answers(given))
    (row,) = book_of(folder, bank).rows
    assert row.points == 1
    assert [remark.split(":")[0] for remark in row.remarks] == [
        "who-tries-again",
        '"of-another-quiz" is no question of this form',
    ]


def test_signs_of_an_edited_file_are_told_and_its_answers_count(folder, bank):
    given = answers()[::-1]
    given[0]["seconds"] = -5
    write(folder / "ana.json", bank, "retries", "Ana", [*given, given[0]])
    (row,) = book_of(folder, bank).rows
    assert row.points == 3
    assert [remark.split(" ")[0:3] for remark in row.remarks] == [
        ["answers", "month", "more"],
        ["its", "times", "run"],
        ["has", "an", "answer"],
    ]


def test_a_file_without_a_name_an_edition_and_with_a_mark_of_windows_counts(folder, bank):
    given = {"schema": 1, "form": "retries", "answers": answers()}
    (folder / "ana.json").write_text(json.dumps(given), encoding="utf-8-sig")
    (row,) = book_of(folder, bank).rows
    assert (row.learner, row.points, row.remarks) == ("ana", 3, ())


def test_files_in_folders_below_count(folder, bank):
    (folder / "group 2").mkdir()
    write(folder / "group 2" / "ana.json", bank, "retries", "Ana", answers())
    assert [row.file for row in book_of(folder, bank).rows] == ["group 2/ana.json"]


def test_another_edition_of_the_bank_is_told(folder, bank):
    write(folder / "ana.json", bank, "retries", "Ana", answers())
    given = json.loads((folder / "ana.json").read_text())
    (folder / "ana.json").write_text(json.dumps({**given, "bank_digest": "0" * 64}))
    assert book_of(folder, bank).rows[0].remarks == ("was answered with another edition of the bank",)


def test_a_form_may_be_the_first_questions_of_a_topic(folder, bank):
    write(folder / "ana.json", bank, "retries/2", "Ana", answers())
    (row,) = book_of(folder, bank).rows
    assert (row.points, len(row.right)) == (2, 2)


@pytest.mark.parametrize("form", ["retries/0", "retries/4", "retries/x", "cooking", "DVA-C03-20"])
def test_a_form_that_the_bank_does_not_have_is_set_aside(folder, bank, form):
    write(folder / "ana.json", bank, form, "Ana", answers())
    book = book_of(folder, bank)
    assert (book.rows, len(book.aside)) == ((), 1)


def test_one_form_alone_may_be_counted(folder, bank):
    write(folder / "a.json", bank, "retries", "Ana", answers())
    write(folder / "b.json", bank, "retries/1", "Bob", answers())
    book = book_of(folder, bank, only="retries")
    assert [row.learner for row in book.rows] == ["Ana"]
    assert str(book.aside[0]) == 'b.json: for the form "retries/1", not retries'


def test_a_form_that_nobody_handed_in_is_one_line_and_replaces_no_gradebook(folder, bank):
    write(folder / "a.json", bank, "retries", "Ana", answers())
    with pytest.raises(BadInput, match=r'No results for the form "nope"\. The first file set aside: a\.json'):
        book_of(folder, bank, only="nope")


def test_an_exam_is_graded_by_the_form_of_its_seed(folder):
    bank = load_bank()
    asked = draw(blueprint("DVA-C03-10"), bank, 4).questions
    given = [{"question": each.id, "chosen": list(each.key), "at": None} for each in asked[:9]]
    write(folder / "ana.json", bank, "DVA-C03-10", "Ana", given, seed=4)
    (row,) = book_of(folder, bank).rows
    assert (row.points, len(row.right)) == (9, 10)


def test_an_exam_is_the_same_form_in_small_letters(folder):
    for name, form in (("Ana", "DVA-C03-10"), ("Bob", "dva-c03-10")):
        write(folder / f"{name}.json", load_bank(), form, name, [], seed=4)
    book = book_of(folder, load_bank(), only="dva-c03-10")
    assert [str(form) for form in book.forms] == ["DVA-C03-10, form 4"] and len(book.rows) == 2


def test_drawn_numbers_are_graded_by_their_seed(folder):
    bank = load_bank()
    question = next(each for each in bank.topic("pricing") if each.draws)
    right = {seed: f"{drawn(question, seed).answer.value:f}" for seed in range(8)}
    for seed, number in right.items():
        given = [{"question": question.id, "chosen": [number], "at": None}]
        write(folder / f"{seed}.json", bank, "pricing", f"learner {seed}", given, seed=seed)
    assert len(set(right.values())) > 1
    assert [row.points for row in book_of(folder, bank).rows] == [1] * 8


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(folder, bank, tmp_path, sign):
    write(folder / "a.json", bank, "retries", f'{sign}HYPERLINK("x")', answers())
    write_gradebook(book_of(folder, bank), Forms(bank), tmp_path / "out")
    text = (tmp_path / "out" / "gradebook.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbflearner,form,seed,") and f"'{sign}HYPERLINK".encode() in text


def test_an_option_counts_in_whatever_case_its_letter_was_written(folder, bank):
    write(folder / "ana.json", bank, "retries", "Ana", [{"question": "who-tries-again", "chosen": [" b"]}])
    (row,) = book_of(folder, bank).rows
    report = item_report(row.form, (row,), Forms(bank).questions(row.form))
    assert [each.letter for each in report.options if each.chosen] == ["B"]


@pytest.mark.parametrize("kind", ["single", "numeric"])
def test_a_class_of_two_hundred_has_its_gradebook_and_its_suspect_key(tmp_path, kind):
    bank = load_bank()
    turned = next(question.id for question in bank.topic("pricing") if question.kind == kind)
    hand_in_all(tmp_path / "class", bank, "pricing", 200, turned=[turned])
    words = ["collect", str(tmp_path / "class"), "--json"]
    told = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).stdout)
    (form,) = told["forms"]
    assert (told["graded"], form["learners"], form["suspect_keys"]) == (200, 200, [turned])
    with (tmp_path / "class" / "gradebook" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 200 and rows[0]["learner"] == "learner 00000"
    items = (tmp_path / "class" / "gradebook" / "items.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in items if ",look," in line] == [turned]
    assert {path.suffix for path in (tmp_path / "class" / "gradebook").iterdir()} == {".csv", ".svg"}


def test_the_command_lists_what_it_set_aside(folder, bank, tmp_path):
    write(folder / "ana.json", bank, "retries", "Ana", answers())
    (folder / "notes.json").write_text("{}")
    words = ["collect", str(folder), "--bank", bank.path]
    told = CliRunner().invoke(cli, words, catch_exceptions=False).stdout.splitlines()
    assert told[0] == "1 results graded, 1 files set aside."
    assert any(line.startswith("Set aside: notes.json: not a results file") for line in told)


def test_a_folder_without_results_is_one_line(tmp_path):
    with pytest.raises(BadInput, match="holds no results file"):
        read_folder(tmp_path)
    for nowhere in (tmp_path / "nowhere", ""):
        with pytest.raises(BadInput, match="is no folder"):
            read_folder(nowhere)


@pytest.mark.more
def test_ten_thousand_files_are_collected(tmp_path):
    bank = load_bank()
    hand_in_all(tmp_path / "class", bank, "pricing", 10_000)
    book = book_of(tmp_path / "class", bank)
    assert len(book.rows) == 10_000 and not book.aside
