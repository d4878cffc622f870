"""Lint: each rule is seeded with its fault and fires alone; a clean bank is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from quiz_bank import CLEAN, META, NUMERIC, SEVERAL, SOURCE, bank_of, changed

from lambda_study.quiz.lint import RULE_NAMES, RULES, lint, longest_is_key

TWO_KEYS = CLEAN.replace("- [ ] Once", "- [x] Once")
FIVE = "- [ ] Ten {10}\n  No.\n- [ ] Twelve {12}\n  No.\n"
EXAM = "level: exam"
LONG = "Three times, the first run and the two retries that follow it"

# rule: (a clean question, what is changed in it)
SEEDED: dict[str, list[tuple[str, list[tuple[str, str]]]]] = {
    "format": [(CLEAN, [("level:", "lvel:")])],
    "id-slug": [(CLEAN, [("## async-retry-default", "## AsyncRetry")])],
    "id-unique": [(CLEAN + CLEAN.partition("\n")[2], [])],
    "key-count": [
        (CLEAN, [("[x]", "[ ]")]),
        (SEVERAL, [("- [x] Files", "- [ ] Files")]),
        (SEVERAL, [("- [ ]", "- [x]"), ("Select TWO.", "Select FIVE.")]),
    ],
    "option-count": [
        (CLEAN, [("- [ ] Six times {6}\n  No retry setting goes that far.\n", "")]),
        (CLEAN, [("\n> Throttling", f"{FIVE}- [ ] Nine {{9}}\n  No.\n\n> Throttling")]),
        (CLEAN, [("level: recall", EXAM)]),
        (SEVERAL, [("- [ ] The deadline {deadline}\n  It is set anew.\n", "")]),
    ],
    "select-n": [
        (SEVERAL, [(" Select TWO.", "")]),
        (SEVERAL, [("Select TWO.", "Select THREE.")]),
        (SEVERAL, [("Select TWO.", "Select two.")]),
    ],
    "duplicate-option": [(CLEAN, [("Six times {6}", "once. {6}")])],
    "reason": [
        (CLEAN, [("\n  One run and two retries.", "")]),
        (NUMERIC, [("\n  20 requests per second times 0.5 s.", "")]),
    ],
    "source": [
        (CLEAN, [(f"\n{SOURCE}", "")]),
        (CLEAN, [("https:", "http:")]),
        (CLEAN, [(" (read 2026-11-23)", "")]),
    ],
    "source-host": [(CLEAN, [("docs.aws.amazon.com", "docs.aws.amazon.com.example.org")])],
    "domain": [
        (CLEAN, [("DVA-C03/1", "DVA-C03/5")]),
        (CLEAN, [("DVA-C03/1", "DVA-C99/1")]),
        (CLEAN, [(" · domain: DVA-C03/1, SAA-C03/3", "")]),
    ],
    "level": [(CLEAN, [("level: recall", "level: hard")]), (CLEAN, [("level: recall · ", "")])],
    "length-key": [(CLEAN, [("Three times", LONG)])],
    "unused-ignore": [
        (CLEAN, [(META, f"{META} · ignore: length-key (the name is long)")]),
        (CLEAN, [(META, f"{META} · ignore: lenght-key (the name is long)")]),
    ],
}
CASES = [(rule, text, pairs) for rule, cases in SEEDED.items() for text, pairs in cases]


def many(count: int, keys_longest: int) -> str:
    """A topic of COUNT questions; in the first KEYS_LONGEST the key is the longest option by a little."""
    blocks = []
    for index in range(count):
        text = "Three times" if index < keys_longest else "Twice"
        block = changed(CLEAN, ("Three times", text), ("async-retry-default", f"async-retry-{index}"))
        blocks.append(block.partition("\n")[2])
    return "# Concurrency\n" + "".join(blocks)


@pytest.mark.parametrize("text", [CLEAN, SEVERAL, NUMERIC])
def test_a_clean_question_is_silent(tmp_path: Path, text: str) -> None:
    assert lint(bank_of(tmp_path, concurrency=text)) == ()


@pytest.mark.parametrize(("rule", "text", "pairs"), CASES)
def test_a_seeded_fault_fires_its_rule_and_no_other(
    tmp_path: Path, rule: str, text: str, pairs: list[tuple[str, str]]
) -> None:
    findings = lint(bank_of(tmp_path, concurrency=changed(text, *pairs)))
    assert {finding.rule for finding in findings} == {rule}


def test_every_rule_is_seeded() -> None:
    assert {*RULE_NAMES} == {*SEEDED, "length-bias"} - {"format", "id-slug", "id-unique", "unused-ignore"}


@pytest.mark.parametrize(
    ("old", "new", "line"), [("Six times {6}", "once. {6}", 14), ("\n  One run and two retries.", "", 12)]
)
def test_a_fault_of_an_option_stands_on_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    (finding,) = lint(bank_of(tmp_path, concurrency=changed(CLEAN, (old, new))))
    assert finding.line == line


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_a_rule_is_ignored_with_a_reason(tmp_path: Path, rule: str) -> None:
    text, pairs = next(
        (text, pairs) for name, text, pairs in CASES if name == rule and "[ ]" not in dict(pairs).values()
    )
    seeded = changed(text, *pairs).replace("\nsource:", f"\nignore: {rule} (it is meant so)\nsource:", 1)
    if "\nsource:" not in seeded:
        seeded = seeded.replace(META, f"{META}\nignore: {rule} (it is meant so)")
    assert lint(bank_of(tmp_path, concurrency=seeded)) == ()


def test_short_options_do_not_stand_out_by_length(tmp_path: Path) -> None:
    text = changed(CLEAN, ("Three times", "Three runs"), ("Six times", "Six"))
    assert lint(bank_of(tmp_path, concurrency=text)) == ()


def test_a_bank_whose_keys_are_the_longest_is_told(tmp_path: Path) -> None:
    (finding,) = lint(bank_of(tmp_path, concurrency=many(10, 8)))
    assert (finding.rule, finding.severity, finding.id) == ("length-bias", "warning", "")
    assert (
        "In 8.0 of 10 questions the longest option is the key; by chance in 3.3 (z = 3.1)" in finding.message
    )


def test_a_bank_without_bias_is_silent(tmp_path: Path) -> None:
    assert lint(bank_of(tmp_path, concurrency=many(10, 4))) == ()


def test_a_few_questions_say_nothing_about_bias(tmp_path: Path) -> None:
    assert lint(bank_of(tmp_path, concurrency=many(7, 7))) == ()


def test_a_tie_counts_by_its_share(tmp_path: Path) -> None:
    text = changed(CLEAN, ("Once {1}", "Seven times {1}"))
    question = bank_of(tmp_path, concurrency=text).questions[0]
    expected, z = longest_is_key([question])
    assert (round(expected, 3), round(z, 3)) == (0.333, round((1 / 2 - 1 / 3) / (2 / 9) ** 0.5, 3))
