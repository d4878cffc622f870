"""Forms A and B: other orders and numbers, the same letters, and a key for each that grades right."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from click.testing import CliRunner

from lambda_study.cli import cli
from lambda_study.errors import BadInput
from lambda_study.handouts import render, write_handout
from lambda_study.handouts.forms import paper_forms, read_letters
from lambda_study.handouts.gradebook.forms import Form, Forms
from lambda_study.quiz import grade, load_bank
from lambda_study.show.markup import block_html

BANK = load_bank()


def stems(form):
    return [question.stem for question in form.questions]


def sections(html):
    return re.findall(r'<section class="question".*?</section>', html, re.DOTALL)


def keys(html):
    """What the grid of a printed key says, a row a question."""
    grid = html.partition('<ol class="grid">')[2].partition("</ol>")[0]
    return [unescape(told) for told in re.findall(r"<strong>(.*?)</strong>", grid)]


@pytest.mark.parametrize("name", ["power-tuning", "DVA-C03-10"])
def test_the_printed_key_of_each_form_is_right_for_its_printed_sheet(name, tmp_path):
    handout = write_handout(name, tmp_path, BANK, letters=("A", "B"), seed=5)
    for files, form in zip(handout.forms, paper_forms(name, BANK, letters=("A", "B"), seed=5), strict=True):
        told = keys(files.key.read_text("utf-8"))
        printed = sections(files.sheet.read_text("utf-8"))
        assert len(told) == len(printed) == len(form.questions)
        for question, answer, section in zip(form.questions, told, printed, strict=True):
            assert block_html(question.stem) in section
            assert grade(question, answer.split(", ") if question.options else answer).correct


@pytest.mark.parametrize("name", [*BANK.names, "DVA-C03-10"])
def test_form_b_has_the_questions_of_form_a_in_another_order(name):
    a, b = paper_forms(name, BANK, letters=("A", "B"))
    assert {each.id for each in a.questions} == {each.id for each in b.questions}
    assert [each.id for each in a.questions] != [each.id for each in b.questions]


def test_the_numbers_of_a_form_come_from_its_seed():
    drawing = next(each for each in BANK.questions if each.draws)
    forms = paper_forms(drawing.topic, BANK, letters=tuple("ABCDEFGH"))
    found = {q.stem: q.key for form in forms for q in form.questions if q.id == drawing.id}
    assert len(found) > 1 and len(set(found.values())) > 1


def test_an_option_keeps_its_letter_on_every_form():
    for form in paper_forms("limits", BANK, letters=("A", "B")):
        for question in form.questions:
            assert question.options == BANK.question(question.id).options


@pytest.mark.parametrize("name", ["limits", "SAA-C03-10"])
def test_collect_finds_the_questions_of_a_printed_form_by_its_name_and_seed(name):
    for form in paper_forms(name, BANK, letters=("A", "B"), seed=3):
        found = Forms(BANK).questions(Form(form.name, form.seed))
        assert {each.stem: each.key for each in found} == {each.stem: each.key for each in form.questions}


def test_a_seed_alone_gives_the_form_that_has_it():
    (alone,) = paper_forms("limits", BANK, seed=2)
    _, b = paper_forms("limits", BANK, letters=("A", "B"), seed=1)
    assert alone.questions == b.questions and stems(alone) != stems(paper_forms("limits", BANK)[0])


def test_without_a_seed_a_topic_is_as_the_bank_has_it():
    assert paper_forms("limits", BANK)[0].questions == BANK.topic("limits")


def test_forms_are_asked_for_by_number_or_by_letter():
    assert read_letters("3") == ("A", "B", "C")
    for given in ("0", "9", "A,A", "A;B", "Z"):
        with pytest.raises(BadInput, match=r"Write their number, 1 to 8, or their letters: A,B\."):
            read_letters(given)


def test_a_sheet_says_which_form_it_is():
    (form,) = paper_forms("limits", BANK, letters=("B",), seed=7)
    assert form.heading == "Limits: form B (seed 8)"
    assert "<h1>Limits: form B (seed 8)</h1>" in render(form.questions, title=form.heading)


def test_the_command_writes_each_form_and_tells_one_json_object(tmp_path):
    words = ["handout", "dva-c03-10", str(tmp_path / "exam.html"), "--forms", "2", "--seed", "4", "--json"]
    told = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).output)
    assert [(each["form"], each["seed"]) for each in told["forms"]] == [("A", 4), ("B", 4)]
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"exam-A.html", "exam-A-key.html", "exam-B.html", "exam-B-key.html"}
    assert told["bank_digest"] == BANK.digest


def test_two_kinds_of_paper_at_once_are_refused(tmp_path):
    words = ["handout", "limits", str(tmp_path), "--exit-ticket", "--forms", "2"]
    assert "Give one of them." in str(CliRunner().invoke(cli, words).exception)


def test_a_suffix_and_another_format_are_refused(tmp_path):
    with pytest.raises(BadInput, match=r"Give a name that ends in \.html"):
        write_handout("limits", tmp_path / "x.pdf", BANK, format="html")


def test_where_the_key_cannot_go_no_sheet_is_written(tmp_path):
    (tmp_path / "pricing-key.html").mkdir()
    with pytest.raises(BadInput, match=r"pricing-key\.html cannot be written: it is a folder"):
        write_handout("pricing", tmp_path, BANK)
    assert not (tmp_path / "pricing.html").exists()


def test_a_hand_out_for_nowhere_is_refused():
    with pytest.raises(BadInput, match="OUT is empty"):
        write_handout("pricing", "", BANK)
