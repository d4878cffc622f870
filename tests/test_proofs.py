"""Proofs: the key must follow from a fact, a calculation or a demo, and every other option must not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from quiz_bank import CLEAN, NUMERIC, SEVERAL, bank_of, changed, proven_by

import lambda_study.demos
from lambda_study.errors import BadInput
from lambda_study.facts import facts
from lambda_study.proofs import Demo, Proofs, agrees, find_demo, prove
from lambda_study.proofs_told import prove_topic
from lambda_study.quiz import Bank, Question, load_bank
from lambda_study.quiz.calculation import calculate
from lambda_study.quiz.topic_file import Topic

MEMORY = changed(CLEAN, ("{1}", "{128}"), ("{3}", "{10240}"), ("{6}", "{3008}"))


def proofs_of(folder: Path, text: str, **demos: Demo) -> Proofs:
    return prove(bank_of(folder, concurrency=text), demos)


def complaints(folder: Path, text: str, **demos: Demo) -> list[str]:
    return [mismatch.message for mismatch in proofs_of(folder, text, **demos).mismatches]


def test_a_fact_proves_the_key_that_claims_its_value(tmp_path: Path) -> None:
    assert proofs_of(tmp_path, proven_by(MEMORY, "fact memory.max")).to_json() == {
        "questions": 1,
        "proven": 1,
        "by": {"fact": 1, "calc": 0, "demo": 0},
        "sourced": 1,
        "mismatches": [],
    }


def test_a_key_that_claims_another_value_is_a_mismatch(tmp_path: Path) -> None:
    proofs = proofs_of(tmp_path, proven_by(changed(MEMORY, ("10240", "10000")), "fact memory.max"))
    (mismatch,) = proofs.mismatches
    assert (proofs.proven, mismatch.line, mismatch.rule) == (0, 12, "fact")
    assert mismatch.message == "B claims 10000; fact memory.max gives 10240."


def test_a_distractor_that_claims_the_truth_too_is_a_mismatch(tmp_path: Path) -> None:
    text = proven_by(changed(MEMORY, ("3008", "10240.0")), "fact memory.max")
    assert complaints(tmp_path, text) == ["C is a distractor and claims 10240.0 too, which is proven."]


def test_an_option_without_a_claim_cannot_be_proven(tmp_path: Path) -> None:
    for removed, letter in ((" {128}", "A"), (" {10240}", "B")):
        text = proven_by(changed(MEMORY, (removed, "")), "fact memory.max")
        assert complaints(tmp_path, text) == [f"{letter} claims nothing. End its line with a claim: {{3}}."]


def test_an_unknown_fact_names_the_nearest(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, proven_by(MEMORY, "fact memory.mx"))
    assert 'no fact "memory.mx"' in told and '"memory.max"' in told


def test_a_fact_of_less_than_high_confidence_is_not_asked_about(tmp_path: Path) -> None:
    unsure = next(fact.id for fact in facts() if fact.confidence != "high")
    (told,) = complaints(tmp_path, proven_by(MEMORY, f"fact {unsure}"))
    assert "Ask about facts of high confidence" in told


def test_a_distractor_may_name_the_fact_that_it_violates(tmp_path: Path) -> None:
    text = proven_by(changed(MEMORY, ("{3008}", "{violates memory.min}")), "fact memory.max")
    assert proofs_of(tmp_path, text).proven == 1
    (told,) = complaints(tmp_path, changed(text, ("memory.min", "memory.minn")))
    assert told.startswith("C violates a fact that cannot be used.")


def test_a_key_violates_no_fact(tmp_path: Path) -> None:
    assert (
        "B is a key and violates memory.max"
        in complaints(tmp_path, changed(CLEAN, ("{3}", "{violates memory.max}")))[0]
    )


def test_a_demo_is_run_and_its_value_compared(tmp_path: Path) -> None:
    text = proven_by(CLEAN, "demo async_runs")
    assert proofs_of(tmp_path, text, async_runs=lambda: 3).by == {"fact": 0, "calc": 0, "demo": 1}
    assert complaints(tmp_path, text, async_runs=lambda: 2) == ["B claims 3; demo async_runs gives 2."]


def test_a_demo_that_raises_is_a_mismatch(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, proven_by(CLEAN, "demo broken"), broken=lambda: [][1])
    assert told == 'The demo "broken" raised IndexError: list index out of range'


def test_a_demo_runs_once_and_prints_to_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = changed(CLEAN, ("# Concurrency\n\n", ""), ("-default", "-second"))
    text = proven_by(CLEAN + second, "demo talk")
    assert proofs_of(tmp_path, text, talk=lambda: print("once") or 3).proven == 2
    assert capsys.readouterr() == ("", "once\n")


def test_an_unknown_demo_names_the_nearest(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, proven_by(CLEAN, "demo async_rums"), async_runs=lambda: 3)
    assert told == 'There is no demo "async_rums". Did you mean "async_runs"?'


def test_a_demo_is_found_by_its_name_and_others_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_study.demos, "__path__", [str(tmp_path)])
    (tmp_path / "retries_for_test.py").write_text("def runs_of_a_test():\n    return 3\ndef _hidden(): ...\n")
    (tmp_path / "heavy_for_test.py").write_text("raise RuntimeError\ndef cold_of_a_test(): ...\n")
    assert find_demo("runs_of_a_test")() == 3
    with pytest.raises(BadInput, match='Did you mean "runs_of_a_test"'):
        find_demo("runs_of_test")
    with pytest.raises(BadInput, match="no demo"):
        find_demo("_hidden")


def test_a_demo_that_cannot_be_imported_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_study.demos, "__path__", [str(tmp_path)])
    (tmp_path / "absent_for_test.py").write_text("import no_such_module\ndef needs_it(): ...\n")
    with pytest.raises(BadInput, match="\"needs_it\" cannot be imported: No module named 'no_such_module'"):
        find_demo("needs_it")


def test_several_keys_need_the_set_of_their_claims(tmp_path: Path) -> None:
    text = proven_by(SEVERAL, "demo shared")
    for value in ({"tmp", "globals"}, ["globals", "tmp"]):
        assert proofs_of(tmp_path, text, shared=lambda value=value: value).proven == 1
    for value in ({"tmp"}, {"tmp", "event"}, {"tmp", "globals", "id"}, "tmp"):
        assert proofs_of(tmp_path, text, shared=lambda value=value: value).proven == 0


def test_a_number_is_proven_within_its_tolerance(tmp_path: Path) -> None:
    assert proofs_of(tmp_path, proven_by(NUMERIC, "calc 20 * 0.5")).proven == 1
    assert complaints(tmp_path, proven_by(NUMERIC, "calc 20 * 0.6")) == [
        "calc 20 * 0.6 gives 12.0; the answer says 10 environments."
    ]
    near = changed(NUMERIC, ("= 10 environments", "= 10 environments ± 2"))
    assert proofs_of(tmp_path, proven_by(near, "calc 20 * 0.6")).proven == 1


def with_key(question: Question, letter: str) -> Question:
    """QUESTION with one other key, as a slip of the pen would have it."""
    options = tuple(replace(option, correct=option.letter == letter) for option in question.options)
    return replace(question, options=options)


def test_no_fact_and_no_calculation_of_our_bank_proves_a_wrong_key() -> None:
    bank = load_bank()
    asked = [
        each for each in bank.questions if each.kind == "single" and each.proof and each.proof.kind != "demo"
    ]
    wrong = [with_key(each, option.letter) for each in asked for option in each.options if not option.correct]
    topic = Topic("wrong", "Wrong", tuple(wrong), "wrong.md")
    assert len(wrong) > 150
    assert prove(Bank("wrong", (topic,))).proven == 0


def test_the_proofs_of_a_topic_are_told_with_their_keys(tmp_path: Path) -> None:
    text = proven_by(CLEAN, "demo async_runs") + proven_by(SEVERAL, "demo shared").partition("\n")[2]
    demos = {"async_runs": lambda: Decimal("3.0001"), "shared": lambda: {"tmp", "globals"}}
    assert repr(prove_topic("concurrency", bank_of(tmp_path, concurrency=text), demos)).splitlines() == [
        "Concurrency: 2 of 2 questions proven (demo 2)",
        "async-retry-default · B",
        "    demo async_runs = 3",
        "warm-state · A, B",
        "    demo shared = ['globals', 'tmp']",
    ]


def test_a_number_within_its_tolerance_is_told_as_the_answer(tmp_path: Path) -> None:
    near = proven_by(changed(NUMERIC, ("= 10 environments", "= 10 environments ± 2")), "calc 10 + 1")
    told = repr(prove_topic("concurrency", bank_of(tmp_path, concurrency=near)))
    assert told.splitlines()[2] == "    calc 10 + 1 = 10 within 2"


def test_a_topic_with_a_wrong_key_is_not_told_but_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="B claims 3; calc 2 \\+ 2 gives 4"):
        prove_topic("concurrency", bank_of(tmp_path, concurrency=proven_by(CLEAN, "calc 2 + 2")))


def test_what_a_demo_prints_is_not_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = bank_of(tmp_path, concurrency=proven_by(CLEAN, "demo talk"))
    prove_topic("concurrency", bank, {"talk": lambda: print("aloud") or 3})
    assert capsys.readouterr() == ("", "")


def test_a_question_without_a_proof_is_sourced_only(tmp_path: Path) -> None:
    proofs = proofs_of(tmp_path, CLEAN)
    assert (proofs.proven, proofs.sourced, proofs.mismatches) == (0, 1, ())


@pytest.mark.parametrize(
    ("value", "claim", "same"),
    [
        (Decimal("2.7333"), Decimal("2.73"), True),
        (2.735, Decimal("2.74"), True),
        (Decimal("2.7"), Decimal("2.73"), False),
        (10240, Decimal("10240"), True),
        ("Unhandled", "Unhandled", True),
        ("unhandled", "Unhandled", False),
        (3, "3", False),
        (True, Decimal(1), False),
        (1, True, False),
        (False, False, True),
        (("a", 2), ["a", Decimal(2)], True),
        (("a",), ["a", Decimal(2)], False),
        ({"n": 1}, {"n": Decimal(1)}, True),
    ],
)
def test_values_agree_with_claims_at_the_precision_written(value: object, claim: object, same: bool) -> None:
    assert agrees(value, claim) is same


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1_000 * 0.2", Decimal("200.0")),
        ("1 / 3 < 0.34 and not 2 > 3", True),
        ("7 // 2 + 7 % 2", 4),
        ("-max(1, 2, 3)", -3),
        ("ceil(41.27) + floor(1.9) + round(2.567, 2)", Decimal("45.57")),
        ('fact("memory.max")', 10240),
        ('[fact("memory.min"), len([1, 2])]', [128, 2]),
        ('Decimal("0.1") + 0.2', Decimal("0.3")),
        ("sum([1, 2, 3.5])", Decimal("6.5")),
        ("gb_seconds(512, 200, requests=1_000_000)", 100000),
        ("billed_duration_ms(20.1, 100.2)", 121),
        ("price(Usage(requests=3_000_000, duration_ms=1, memory_mb=128)).total_usd", Decimal("0.40")),
    ],
)
def test_a_calculation_is_exact(expression: str, value: object) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "().__class__.__bases__",
        "price.__globals__",
        "fact('memory.max').__class__",
        "Usage(requests=1, duration_ms=1, memory_mb=128)._fields",
        "open('x')",
        "'a'.upper()",
        "[x for x in [1]]",
        "(lambda: 1)()",
        "9 ** 9 ** 9",
        "'a' * 10",
        "[0] * 10",
        "1 if True else 2",
        "f'{1}'",
        "price",
        "max(*[1, 2])",
        "Usage(**{})",
        "x := 1",
        "1; 2",
        "",
        "1 / 0",
        "1e400",
        "1j",
        "Decimal('1e99')",
        "round(5, -999999999)",
        "[1][5]",
        "fact('nope')",
        "Usage(memory=1)",
        "1 < 'a'",
        "10 " + "* 10 " * 200,
    ],
)
def test_a_calculation_refuses_what_it_does_not_know(expression: str) -> None:
    with pytest.raises(BadInput):
        calculate(expression)
