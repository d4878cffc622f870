"""The inventory of a bank: proofs by level, domains and what is wanted, forms without a common question."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from exam_bank import exam_question, large_bank, made_bank
from quiz_bank import CLEAN, NUMERIC, SOURCE, bank_of, changed, proven_by

from lambda_study.cli import cli
from lambda_study.quiz.assignment import assign
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.inventory import disjoint_forms, domain_stock, proof_shares, take_stock

FULL = blueprint("DVA-C03")


def test_proofs_are_told_apart_by_level(tmp_path: Path) -> None:
    exam = changed(CLEAN, ("level: recall", "level: exam"), ("-default", "-2"))
    recall, hard = proof_shares(
        bank_of(tmp_path, a=proven_by(CLEAN, "calc 3"), b=proven_by(NUMERIC, "fact memory.max"), c=exam)
    )
    assert repr(recall) == "recall 2: fact 1, calc 1 (100% proven, 50% run or calculated)"
    assert repr(hard) == "exam 1: none 1 (0% proven, 0% run or calculated)"


def test_a_question_of_two_domains_is_assigned_to_the_one_that_lacks_it() -> None:
    questions = [exam_question(f"both-{n}", 3, 4) for n in range(50)]
    stock = domain_stock(made_bank(questions), FULL)
    assert [(each.tagged, each.assigned, each.wanted) for each in stock] == [
        (0, 0, 60),
        (0, 0, 52),
        (50, 44, 44),
        (50, 6, 44),
    ]


def test_three_disjoint_forms_need_each_place_filled() -> None:
    bank = large_bank()
    assert disjoint_forms(bank, FULL).possible
    smaller = made_bank(question for question in bank.questions if question.id != "d1-0")
    assert disjoint_forms(smaller, FULL).missing == {1: 1}
    without = made_bank(question for question in bank.questions if not question.id.startswith("d2-1"))
    assert disjoint_forms(without, FULL).missing == {2: 11}


def test_forms_that_share_a_question_of_two_domains_are_not_disjoint() -> None:
    two = [exam_question("both", 1, 2), exam_question("first", 1)]
    assert assign("DVA-C03", {1: 1, 2: 1}, two) == {"both": 2, "first": 1}
    assert assign("DVA-C03", {1: 2, 2: 1}, two) in ({"both": 1, "first": 1}, {"both": 2, "first": 1})


def test_what_no_form_draws_is_not_in_stock() -> None:
    questions = [
        exam_question("recall", 1, level="recall"),
        exam_question("number", 1, kind="numeric"),
        exam_question("once", 1, stem="What is asked twice, word for word, in one and the same form?"),
        exam_question("twice", 1, stem="What is asked twice, word for word, in one and the same form?"),
    ]
    assert domain_stock(made_bank(questions), FULL)[0].tagged == 1


def test_the_oldest_source_is_told(tmp_path: Path) -> None:
    older = changed(CLEAN, (SOURCE, SOURCE.replace("2026-11-23", "2026-05-31")), ("-default", "-2"))
    stock = take_stock(bank_of(tmp_path, a=CLEAN, b=older), FULL)
    assert "the oldest was read on 2026-05-31" in repr(stock)


def test_stats_tell_the_stock(tmp_path: Path) -> None:
    bank_of(tmp_path, a=proven_by(CLEAN, "calc 3"))
    arguments = ["bank", "stats", "--bank", str(tmp_path)]
    told = json.loads(CliRunner().invoke(cli, [*arguments, "--json"]).stdout)
    assert told["proofs_by_level"]["recall"]["run_percent"] == 100
    assert told["exam_level"]["DVA-C03/2"] == {"tagged": 0, "assigned": 0, "wanted": 52}
    assert told["disjoint_forms"]["missing"] == {"1": 60, "2": 51, "3": 42, "4": 42}
    assert told["oldest_source"] == "2026-11-23"
    said = CliRunner().invoke(cli, arguments).stdout
    assert "3 forms of 65 questions (DVA-C03): not yet, 60 in domain 1" in said
