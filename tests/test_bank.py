"""The bank: topic files read strictly, every fault with its place, no faulty file hiding the others."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from quiz_bank import CLEAN, META, NUMERIC, SEVERAL, SOURCE, bank_of, changed

from lambda_study.errors import BadInput
from lambda_study.quiz import Question, load_bank


def one(folder: Path, text: str) -> Question:
    (question,) = bank_of(folder, concurrency=text).topic("concurrency")
    return question


def faults(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(folder)
    (folder / "quizzes").mkdir(exist_ok=True)
    return [str(problem) for problem in bank_of(folder / "quizzes", concurrency=text).problems]


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    question = one(tmp_path, CLEAN)
    assert (question.id, question.topic, question.kind, question.level, question.line) == (
        "async-retry-default",
        "concurrency",
        "single",
        "recall",
        3,
    )
    assert question.domains == (("DVA-C03", 1), ("SAA-C03", 3))
    assert question.stem.endswith("How many times does the handler run?")
    assert question.note == "Throttling is retried for up to six hours."
    key = question.options[1]
    assert (key.letter, key.text, key.claim, key.reason, key.line) == (
        "B",
        "Three times",
        Decimal(3),
        "One run and two retries.",
        12,
    )


def test_the_title_is_the_first_heading(tmp_path: Path) -> None:
    assert bank_of(tmp_path, concurrency=CLEAN).title("concurrency") == "Concurrency"


def test_two_keys_make_a_question_multiple_and_a_number_numeric(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, a=SEVERAL, b=NUMERIC)
    assert [question.kind for question in bank.questions] == ["multiple", "numeric"]


def test_a_stem_keeps_its_code_and_lists(tmp_path: Path) -> None:
    code = "* a first\n* a second\n\n```python\n- [x] no option {1}\n\n## no heading\n```\n\nHow many"
    question = one(tmp_path, changed(CLEAN, ("How many", code)))
    assert "```python\n- [x] no option {1}\n\n## no heading\n```" in question.stem
    assert len(question.options) == 3


@pytest.mark.parametrize(
    ("written", "text", "claim"),
    [
        ("Three times {3}", "Three times", Decimal(3)),
        ("Three times {three}", "Three times", "three"),
        ("Three times {3.00}", "Three times", Decimal("3.00")),
        ('Three times {["a", 1.5]}', "Three times", ["a", Decimal("1.5")]),
        ("Three times {true}", "Three times", True),
        ('Three times {{"n": 1}}', "Three times", {"n": Decimal(1)}),
        ("Three {times} {3}", "Three {times}", Decimal(3)),
        ("It gets `{3}`", "It gets `{3}`", None),
        ("It gets `a {3}`", "It gets `a {3}`", None),
        ("It gets `{}` {3}", "It gets `{}`", Decimal(3)),
        ("arn:{region}", "arn:{region}", None),
        ("Three {3} times", "Three {3} times", None),
    ],
)
def test_a_claim_is_the_last_brace_of_the_line(
    tmp_path: Path, written: str, text: str, claim: object
) -> None:
    option = one(tmp_path, changed(CLEAN, ("Three times {3}", written))).options[1]
    assert (option.text, option.claim) == (text, claim)


def test_an_option_may_name_the_fact_it_violates(tmp_path: Path) -> None:
    option = one(tmp_path, changed(CLEAN, ("{6}", "{violates async.max_retries}"))).options[2]
    assert (option.text, option.claim, option.violates) == ("Six times", None, "async.max_retries")


def test_a_reason_may_have_several_paragraphs_and_code(tmp_path: Path) -> None:
    reason = "One run.\n\n  ```python\n  if x:\n      y()\n  ```"
    option = one(tmp_path, changed(CLEAN, ("One run and two retries.", reason))).options[1]
    assert option.reason == "One run.\n\n```python\nif x:\n    y()\n```"


@pytest.mark.parametrize(
    ("written", "value", "unit", "tolerance"),
    [
        ("= 10 environments", "10", "environments", "0"),
        ("= 16.67 USD ± 0.02", "16.67", "USD", "0.02"),
        ("= 16.67 USD +/- 0.02 USD", "16.67", "USD", "0.02"),
        ("= 250 ms ± 2 %", "250", "ms", "5"),
        ("= 1,000", "1000", "", "0"),
        ("= 16.67", "16.67", "", "0.005"),
    ],
)
def test_a_number_has_a_unit_and_a_tolerance(
    tmp_path: Path, written: str, value: str, unit: str, tolerance: str
) -> None:
    answer = one(tmp_path, changed(NUMERIC, ("= 10 environments", written))).answer
    assert answer is not None
    assert (answer.value, answer.unit, answer.tolerance) == (Decimal(value), unit, Decimal(tolerance))
    assert answer.reason == "20 requests per second times 0.5 s."


def test_several_sources_are_kept(tmp_path: Path) -> None:
    second = "source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-22)"
    question = one(tmp_path, changed(CLEAN, (SOURCE, f"{SOURCE}\n{second}")))
    assert [source.date.day for source in question.sources] == [23, 22]


def test_a_question_without_a_key_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert faults(tmp_path, CLEAN.replace("[x]", "[ ]"), monkeypatch) == [
        'quizzes/concurrency.md:3: "async-retry-default" has no correct option. Mark one with [x].'
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("# Concurrency\n", "Concurrency\n", 1, "does not begin with its title"),
        ("## async-retry-default", "## Async Retry", 3, "is no id"),
        (META, f"{META} · lvel: exam", 4, 'unknown meta "lvel:". Did you mean "level"?'),
        (META, f"{META} · level: exam", 4, '"level:" twice'),
        (META, "level: recall · exam", 4, 'not "key: value"'),
        ("DVA-C03/1", "DVA-C03", 4, "Write exam and number"),
        (META, f"{META} · proof: guess 3", 4, "Write fact ID, calc EXPRESSION or demo NAME"),
        (META, f"{META} · ignore: length-key", 4, "Write RULE (reason)"),
        (" (read 2026-11-23)", "", 5, "Write URL (read YYYY-MM-DD)"),
        ("2026-11-23", "2026-13-23", 5, "is no day"),
        ("https://docs", "javascript:alert(1)//docs", 5, "Give its https:// address."),
        ("https://docs", "http://docs", 5, "Give its https:// address."),
        (f"{META}\n{SOURCE}\n", "", 3, "has no meta lines"),
        ("An asynchronous", "### An asynchronous", 7, "has a heading inside"),
        ("An asynchronous", "<b>\n</b>\n\nAn asynchronous", 7, "has HTML"),
        ("- [ ] Once", "- Once", 10, "an item without a box"),
        ("- [ ] Once {1}", "- [ ]", 10, "an option without text"),
        ("> Throttling", "Throttling", 17, "text after its options"),
        ("> Throttling", "* [x] And\n\n> Throttling", 3, "has 2 lists of options or answers"),
        ("> Throttling", "> One\n\n<!-- -->\n\n> Throttling", 19, "has HTML"),
    ],
)
def test_each_fault_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, line: int, told: str
) -> None:
    found = faults(tmp_path, changed(CLEAN, (old, new)), monkeypatch)
    assert found[0].startswith(f"quizzes/concurrency.md:{line}:"), found
    assert told in found[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("= 10 environments\n  20 requests per second times 0.5 s.\n", "", "no options and no answer"),
        ("= 10", "= ten", '"ten environments" is not a number'),
        ("= 10 environments", "= 10 environments ± 1 s", "is not in environments"),
        ("20 requests arrive", "```\n20 requests arrive", "a code fence without an end"),
    ],
)
def test_faults_of_a_number_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, told: str
) -> None:
    assert told in faults(tmp_path, changed(NUMERIC, (old, new)), monkeypatch)[0]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    second = changed(CLEAN, ("# Concurrency\n\n", ""), ("-default", "-second"), ("[x]", "[ ]"))
    bank = bank_of(tmp_path, concurrency=changed(CLEAN, ("[x]", "[ ]"), ("level:", "lvel:")) + "\n" + second)
    assert [(problem.line, problem.rule) for problem in bank.problems] == [
        (3, "key-count"),
        (4, "format"),
        (19, "key-count"),
    ]


def test_a_faulty_file_does_not_hide_the_others(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, broken=CLEAN.replace("[x]", "[ ]"), numbers=NUMERIC)
    assert bank.names == ("numbers",)
    with pytest.raises(BadInput, match=r'broken.md:3: "async-retry-default" has no correct option'):
        bank.topic("broken")


def test_an_id_is_unique_in_its_file_and_in_the_bank(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, one=CLEAN, two=CLEAN, three=NUMERIC + NUMERIC.partition("\n")[2])
    assert [(problem.rule, Path(problem.path).name) for problem in bank.problems] == [
        ("id-unique", "three.md"),
        ("id-unique", "two.md"),
    ]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes("# Ä".encode("latin-1"))
    assert "is not UTF-8" in str(load_bank(tmp_path).problems[0])


@pytest.mark.parametrize("text", ["", "\n\n", "# Empty\n", "no title"])
def test_a_file_without_a_question_is_told(tmp_path: Path, text: str) -> None:
    assert any("has no question" in problem.message for problem in bank_of(tmp_path, empty=text).problems)


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf" + CLEAN.replace("\n", "\r\n").encode())
    other = tmp_path / "other"
    other.mkdir()
    assert load_bank(tmp_path).digest == bank_of(other, a=CLEAN).digest


def test_an_unknown_topic_and_question_name_the_nearest(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, concurrency=CLEAN)
    with pytest.raises(BadInput, match='Did you mean "concurrency"'):
        bank.topic("concurency")
    with pytest.raises(BadInput, match='Did you mean "async-retry-default"'):
        bank.question("async-retry")


def test_a_folder_without_topics_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Not a topic\n")
    with pytest.raises(BadInput, match="No topic files"):
        load_bank(tmp_path)
    with pytest.raises(BadInput, match="No topic files"):
        load_bank(tmp_path / "absent")


def test_the_digest_knows_content_and_not_layout(tmp_path: Path) -> None:
    digest = bank_of(tmp_path, a=CLEAN).digest
    broken_elsewhere = changed(
        CLEAN, ("every time.\nHow many", "every\ntime. How many"), ("\n> Thr", "\n\n\n> Thr")
    )
    assert bank_of(tmp_path, a=broken_elsewhere).digest == digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Six times", "Seven times"),
        ("- [x] Three times {3}\n  One run and two retries.\n- [ ]", "- [ ] Three times {3}\n  One.\n- [x]"),
        ("One run and two retries.", "One run and 2 retries."),
        ("{6}", "{7}"),
        ("every time", "each time"),
        ("level: recall", "level: exam"),
        ("Throttling is", "Throttles are"),
        ("2026-11-23", "2026-11-24"),
    ],
)
def test_one_changed_part_of_a_question_changes_the_digest(tmp_path: Path, old: str, new: str) -> None:
    digest = bank_of(tmp_path, a=CLEAN).digest
    assert bank_of(tmp_path, a=changed(CLEAN, (old, new))).digest != digest


@pytest.mark.parametrize(
    ("old", "new"), [("= 10", "= 11"), ("= 10 env", "= 10 ± 1 env"), ("times 0.5 s.", "times a half.")]
)
def test_a_changed_number_or_its_reason_changes_the_digest(tmp_path: Path, old: str, new: str) -> None:
    digest = bank_of(tmp_path, a=NUMERIC).digest
    assert bank_of(tmp_path, a=changed(NUMERIC, (old, new))).digest != digest
