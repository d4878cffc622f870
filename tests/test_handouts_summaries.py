"""Cheat sheets and exit tickets: one page, numbers from facts, three questions."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.handouts import write_cheat_sheet, write_ticket
from lambda_study.handouts.cheat_sheet import cheat_sheet, exams_eve, facts_named, figures
from lambda_study.handouts.html import html_page
from lambda_study.handouts.pdf import page_pictures, pdf_page
from lambda_study.handouts.ticket import ticket, ticket_questions
from lambda_study.quiz import load_bank

BANK = load_bank()
NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
TITLES = {topic: BANK.title(topic) for topic in BANK.names}
WRITTEN = tomllib.loads((files("lambda_study.handouts") / "cheat_sheets.toml").read_text("utf-8"))
SEEDS = (None, 2, 3, 4)


def pages(document):
    return len(page_pictures(document, 10))


def sheet(topic):
    return cheat_sheet(topic, BANK.title(topic), NOTEBOOKS)


def test_every_topic_of_the_bank_has_a_cheat_sheet():
    missing = [topic for topic in BANK.names if topic not in figures()]
    assert missing == [], "write their rows in lambda_study/handouts/cheat_sheets.toml"


def test_no_number_of_a_cheat_sheet_is_typed():
    for topic, rows in WRITTEN.items():
        for name, told in rows.items():
            typed = re.sub(r"\{[^}]+\}|S3|EC2|x86_64", "", f"{name} {told}")
            assert not re.search(r"\d", typed), f"{topic}: {name}"


def test_a_cheat_sheet_rests_on_facts_of_high_confidence():
    assert {each.confidence for topic in figures() for each in facts_named(topic)} == {"high"}


def test_a_row_shows_what_the_fact_says():
    assert dict(figures()["limits"])["Time-out"] == f"{fact('timeout.max').value} s"
    assert dict(figures()["pricing"])["Duration, Arm"].startswith("0.0000133334 USD")
    assert dict(figures()["sns-and-sqs"])["Maximum concurrency"] == "2 to 1,000 of a mapping"


def test_a_cheat_sheet_has_the_traps_and_the_recap_of_the_topics_lesson():
    html = html_page(sheet("functions"))
    assert "<h2>Exam traps</h2>" in html and "<h2>Recap</h2>" in html and "frozen, and perhaps reused" in html
    assert "You will be able to" not in html and "<h2>Quiz</h2>" not in html


@pytest.mark.parametrize("topic", ["limits", "cognito", "cloudfront-edge"])
def test_a_cheat_sheet_fits_on_one_page(topic):
    assert pages(sheet(topic)) == 1


def test_the_eve_of_an_exam_fits_on_two_pages():
    eve = exams_eve("DVA-C03", TITLES)
    assert pages(eve) == 2
    assert pdf_page(eve) == pdf_page(eve)


def test_the_eve_of_an_exam_names_every_topic_and_the_exam():
    html = html_page(exams_eve("SAA-C03", TITLES))
    assert "65 questions, 15 of them not scored; 720 of 1,000 pass." in html
    assert html.count('<table class="figures">') == len(set(TITLES) & set(figures()))


def test_a_topic_without_a_cheat_sheet_is_bad_input():
    with pytest.raises(BadInput, match=r'no cheat sheet of "limit"\. Did you mean "limits"'):
        cheat_sheet("limit", "Limit")


def test_a_cheat_sheet_is_written_for_a_topic_and_for_an_exam(tmp_path):
    topic = write_cheat_sheet("limits", tmp_path, BANK)
    exam = write_cheat_sheet("dva-c03-20", tmp_path / "eve.pdf", BANK)
    assert (topic.name, exam.name) == ("limits-cheat-sheet.html", "eve.pdf")
    assert exam.read_bytes().startswith(b"%PDF")


def test_an_exit_ticket_has_three_questions_and_a_key_beside_it(tmp_path):
    handout = write_ticket("s3", tmp_path, BANK)
    assert handout.questions == 3
    assert handout.sheet.read_text("utf-8").count('<section class="question"') == 3
    assert "✓" in handout.key.read_text("utf-8") and "✓" not in handout.sheet.read_text("utf-8")


def test_another_seed_draws_another_ticket():
    drawn = {tuple(each.id for each in ticket_questions("limits", BANK, seed)) for seed in range(6)}
    assert len(drawn) > 1


def test_an_exit_ticket_fits_on_half_a_page():
    page = ticket("pricing", BANK, ticket_questions("pricing", BANK))
    assert pages(page) == 1
    width, height = re.search(rb"/MediaBox\s*\[0 0 (\d+)\S* (\d+)", pdf_page(page)).groups()
    assert (int(width), int(height)) == (595, 419)


@pytest.mark.more
@pytest.mark.parametrize("topic", BANK.names)
def test_the_cheat_sheet_and_the_tickets_of_every_topic_fit(topic):
    assert pages(sheet(topic)) == 1
    assert {pages(ticket(topic, BANK, ticket_questions(topic, BANK, seed))) for seed in SEEDS} == {1}
