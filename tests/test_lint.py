"""Lint: each rule is seeded with its fault and fires alone; a clean bank is silent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lint_questions import CHANGES, SOLUTION
from quiz_bank import CLEAN, META, NUMERIC, SEVERAL, SOURCE, bank_of, changed

from lambda_study.quiz.lint import BANK_RULE_NAMES, READER_RULES, RULE_NAMES, RULES, descriptions, lint
from lambda_study.quiz.lint_bank import key_positions, longest_is_key

FIVE = "- [ ] Ten {10}\n  Nobody counts that far.\n- [ ] Twelve {12}\n  Nobody counts that far.\n"
STEM = "An asynchronous invocation raises an exception every time.\nHow many times does the handler run?"
LAST_OF_SOLUTION = SOLUTION[SOLUTION.index("- [ ] Send a certificate") :]
KEY = "Attach a policy to the function's execution role"
ROLE_AGAIN = "Attach a policy to the function's execution role."
BY = "by the clock of the queue, which waits a minute, then two, and tells nobody of it"
LONG = "Three times, the first run and the two retries that follow it"

# rule: (a clean question, what is changed in it)
SEEDED: dict[str, list[tuple[str, list[tuple[str, str]]]]] = {
    "format": [(CLEAN, [("level:", "lvel:")])],
    "id-slug": [(CLEAN, [("## async-retry-default", "## AsyncRetry")])],
    "id-unique": [(CLEAN + CLEAN.partition("\n")[2], [])],
    "draw": [(CLEAN, [(META, f"{META} · draw: memory = 128, 256")])],
    "key-count": [
        (CLEAN, [("[x]", "[ ]")]),
        (SEVERAL, [("- [x] Files", "- [ ] Files")]),
        (SEVERAL, [("- [ ]", "- [x]"), ("Select TWO.", "Select FIVE.")]),
    ],
    "option-count": [
        (CLEAN, [("- [ ] Six times {6}\n  No retry setting goes that far.\n", "")]),
        (
            CLEAN,
            [("\n> Throttling", f"{FIVE}- [ ] Nine {{9}}\n  Nobody counts that far here.\n\n> Throttling")],
        ),
        (SOLUTION, [(LAST_OF_SOLUTION, "")]),
        (SEVERAL, [("- [ ] The deadline {deadline}\n  It is set anew.\n", "")]),
    ],
    "select-n": [
        (SEVERAL, [(" Select TWO.", "")]),
        (SEVERAL, [("Select TWO.", "Select THREE.")]),
        (SEVERAL, [("Select TWO.", "(Select FOUR.)")]),
    ],
    "duplicate-option": [
        (CLEAN, [("Six times {6}", "Once {6}")]),
        (SEVERAL, [("The event", "The deadline")]),
    ],
    "reason": [
        (CLEAN, [("\n  One run and two retries.", "")]),
        (NUMERIC, [("\n  20 requests per second times 0.5 s.", "")]),
    ],
    "reason-stance": [
        (CLEAN, [("One run and", "Wrong. One run and")]),
        (CLEAN, [("A synchronous caller", "Correct: a synchronous caller")]),
    ],
    "reason-teaches": [
        (SOLUTION, [("Lambda gets short-lived credentials of the role by itself.", "It has one.")]),
        (SOLUTION, [("Lambda gets short-lived credentials of the role by itself.", ROLE_AGAIN)]),
    ],
    "source": [
        (CLEAN, [(f"\n{SOURCE}", "")]),
        (CLEAN, [("https:", "http:")]),
        (CLEAN, [(" (read 2026-11-23)", "")]),
    ],
    "source-host": [
        (CLEAN, [("docs.aws.amazon.com", "docs.aws.amazon.com.example.org")]),
        (CLEAN, [(".com/lambda", ".com/ja_jp/lambda")]),
        (CLEAN, [("docs.aws.amazon.com/lambda", "aws.amazon.com/de/lambda")]),
    ],
    "domain": [
        (CLEAN, [("DVA-C03/1", "DVA-C03/5")]),
        (CLEAN, [("DVA-C03/1", "DVA-C99/1")]),
        (CLEAN, [("SAA-C03/3", "DVA-C03/1")]),
        (CLEAN, [(" · domain: DVA-C03/1, SAA-C03/3", "")]),
    ],
    "level": [(CLEAN, [("level: recall", "level: hard")]), (CLEAN, [("level: recall · ", "")])],
    "length-key": [(CLEAN, [("Three times", LONG)])],
    "leaning-option": [
        (CLEAN, [("Six times", "Either of these times")]),
        (SEVERAL, [("The deadline", "Any of them")]),
        (SEVERAL, [("The deadline", "Both A and C")]),
        (SOLUTION, [("a certificate with", "the key of option A with")]),
    ],
    "absolute-terms": [
        (SOLUTION, [("a certificate with the", "a certificate with all the")]),
        (SEVERAL, [("The deadline", "Only the deadline")]),
    ],
    "clang": [(SOLUTION, [("a policy to the", "a policy for photos to the")])],
    "convergence": [
        (
            CLEAN,
            [
                ("Once {1}", "Once, at noon {1}"),
                ("Three times {3}", "Three times, at noon {3}"),
                ("Six times {6}", "Three times, at night {6}"),
            ],
        )
    ],
    "odd-one-out": [
        (SOLUTION, [("Attach a policy", "Attach a `read` policy")]),
        (SOLUTION, [("a policy", "1 policy")]),
        (SOLUTION, [("a policy to the function's", "a policy to the (function's)")]),
        (
            SOLUTION,
            [("an access key", "`AKIA`"), ("a user name", "a `user`"), ("a certificate", "`cert.pem`")],
        ),
    ],
    "opposites": [(CLEAN, [("Three times", "It runs again"), ("Six times", "It does not run again")])],
    "negative-stem": [
        (SOLUTION, [("Which solution meets these requirements", "Which solution does NOT solve this")]),
        (SOLUTION, [("Which solution meets these requirements", "Which of these does not solve this")]),
        (SOLUTION, [("Which solution meets these requirements", "What is false about the design")]),
    ],
    "qualifier-caps": [
        (SOLUTION, [("LEAST", "least")]),
        (CLEAN, [("How many times does", "At most how many times, in the best case, does")]),
    ],
    "one-qualifier": [(SOLUTION, [("LEAST operational", "LEAST delay and the LOWEST operational")])],
    "one-question": [
        (CLEAN, [("every time.", "every time, and why?")]),
        (CLEAN, [("handler run?", "handler run.")]),
        (CLEAN, [("handler run?", "handler run? The queue is empty.")]),
    ],
    "stem-length": [
        (CLEAN, [(STEM, "How often\nis that?")]),
        (SOLUTION, [("The company does", 20 * "The bucket has a name of its own. " + "The company does")]),
    ],
    "sentence-length": [
        (SOLUTION, [("A company keeps", 17 * "a house, " + 17 * "a garden, " + "and " + "a company keeps")])
    ],
    "long-option": [
        (CLEAN, [("Once", f"Once {BY}"), ("Three times", f"Thrice {BY}"), ("Six times", f"Twice {BY}")])
    ],
    "vague-words": [
        (CLEAN, [("How many times does the handler", "How many times does the handler usually")]),
        (SOLUTION, [("a certificate with", "what may be a certificate with")]),
    ],
    "person": [(CLEAN, [("An asynchronous invocation", "You see that an asynchronous invocation")])],
    "unfocused": [
        (SOLUTION, [("Which solution meets these requirements", "Which of the following is used")]),
        (
            SEVERAL,
            [("What outlives an invocation in a warm environment", "An environment is warm.\nWhat is true")],
        ),
    ],
    "true-false": [
        (CLEAN, [("Once", "Yes, it runs"), ("Six times", "No, it waits"), ("Three times", "It runs")])
    ],
    "repeated-phrase": [
        (
            CLEAN,
            [("Once", "It runs again once"), ("Three", "It runs again three"), ("Six", "It runs again six")],
        )
    ],
    "numeric-order": [(CLEAN, [("Once", "9 times"), ("Three times", "3 times"), ("Six times", "6 times")])],
    "service-name": [
        (CLEAN, [("An asynchronous", "In Amazon Lambda, an asynchronous")]),
        (CLEAN, [("One run and", "AWS SQS aside, one run and")]),
        (CLEAN, [("> Throttling", "> CloudWatch Events is gone. Throttling")]),
    ],
    "full-name": [
        (SOLUTION, [("an Amazon S3 bucket", "an S3 bucket")]),
        (SOLUTION, [("An AWS Lambda", "A Lambda")]),
    ],
    "abbreviation": [(CLEAN, [("An asynchronous invocation", "An asynchronous invocation by NFC")])],
    "punctuation": [(CLEAN, [("Three times", "Three times.")])],
    "capitals": [(CLEAN, [("Three times", "three times")])],
    "spacing": [
        (CLEAN, [("exception every", "exception  every")]),
        (CLEAN, [("caller sees", "caller , sees")]),
        (CLEAN, [("run.\n", "run.Then the rest.\n")]),
    ],
    "characters": [
        (CLEAN, [("every time", "every\u00a0time")]),
        (CLEAN, [("every time", "every\u200b time")]),
        (CLEAN, [("two retries.", "two retries \u2014 no more.")]),
    ],
    "markup": [
        (CLEAN, [("every time.", "<b>every</b> time.")]),
        (CLEAN, [("every time.", "every time. ![](queue.png)")]),
        (CLEAN, [("every time.", "every time.\n\n```\nraise\n```\n")]),
    ],
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


@pytest.mark.parametrize("text", [CLEAN, SEVERAL, NUMERIC, SOLUTION, CHANGES])
def test_a_clean_question_is_silent(tmp_path: Path, text: str) -> None:
    assert lint(bank_of(tmp_path, concurrency=text)) == ()


@pytest.mark.parametrize(("rule", "text", "pairs"), CASES)
def test_a_seeded_fault_fires_its_rule_and_no_other(
    tmp_path: Path, rule: str, text: str, pairs: list[tuple[str, str]]
) -> None:
    findings = lint(bank_of(tmp_path, concurrency=changed(text, *pairs)))
    assert {finding.rule for finding in findings} == {rule}


def test_every_rule_is_seeded() -> None:
    assert {*RULE_NAMES} == {*SEEDED, *BANK_RULE_NAMES} - {*READER_RULES}


@pytest.mark.parametrize(
    ("old", "new", "line"), [("Six times {6}", "Once {6}", 14), ("\n  One run and two retries.", "", 12)]
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


def of_bank(folder: Path, rule: str, text: str, today: date | None = None) -> list[str]:
    """What RULE says of the bank of one topic."""
    found = lint(bank_of(folder, concurrency=text), today)
    return [finding.message for finding in found if finding.rule == rule]


def test_a_bank_whose_keys_are_the_longest_is_told(tmp_path: Path) -> None:
    (told,) = of_bank(tmp_path, "length-bias", many(10, 8))
    assert "In 8.0 of 10 questions the longest option is the key; by chance in 3.3 (z = 3.1)" in told


def test_a_bank_whose_keys_are_never_the_longest_is_told_too(tmp_path: Path) -> None:
    (told,) = of_bank(tmp_path, "length-bias", many(10, 0))
    assert "Lengthen keys or shorten distractors" in told


def test_a_bank_without_bias_is_silent(tmp_path: Path) -> None:
    assert of_bank(tmp_path, "length-bias", many(10, 4)) == []


def test_a_few_questions_say_nothing_about_bias(tmp_path: Path) -> None:
    for rule in ("length-bias", "position-balance", "absolute-bias"):
        assert of_bank(tmp_path, rule, many(7, 7)) == []


def test_keys_that_stand_at_one_letter_are_told(tmp_path: Path) -> None:
    (told,) = of_bank(tmp_path, "position-balance", many(9, 3))
    assert told.startswith("The keys of 9 questions are not spread evenly (B 9; chi-square 18.0")


def test_chi_square_is_that_of_the_hand(tmp_path: Path) -> None:
    # Nine keys at B where three each are expected: (3 * 3 + 6 * 6 + 3 * 3) / 3.
    square, freedom = key_positions(bank_of(tmp_path, concurrency=many(9, 3)).questions)
    assert (round(square, 9), freedom) == (18.0, 2)


def test_absolute_words_in_distractors_alone_are_told(tmp_path: Path) -> None:
    (told,) = of_bank(tmp_path, "absolute-bias", many(12, 4).replace("Once {1}", "Always once {1}"))
    assert told.startswith("Absolute words are in 0 of 12 keys and in 12 of 24 distractors (z = -3.0)")


def test_absolute_words_in_keys_and_distractors_alike_are_no_bias(tmp_path: Path) -> None:
    text = many(12, 12).replace("Once {1}", "Always once {1}").replace("Three times", "Always three times")
    assert of_bank(tmp_path, "absolute-bias", changed(text, ("Six times", "Always six times"))) == []


def test_a_question_asked_twice_is_told(tmp_path: Path) -> None:
    assert of_bank(tmp_path, "near-duplicate", many(2, 0)) == [
        'is nearly the same as "async-retry-0". Ask something else, or drop one.'
    ]


def test_a_near_duplicate_may_be_meant_so(tmp_path: Path) -> None:
    first, second = many(2, 0).split("## async-retry-1")
    second = second.replace("level:", "ignore: near-duplicate (the class compares both)\nlevel:", 1)
    assert of_bank(tmp_path, "near-duplicate", f"{first}## async-retry-1{second}") == []


def test_a_stem_that_holds_the_key_of_another_question_is_told(tmp_path: Path) -> None:
    other = changed(CHANGES, ("A developer writes", f"{KEY} says a policy. A developer writes"))
    text = SOLUTION + other.partition("\n")[2]
    assert of_bank(tmp_path, "cross-item-cue", text) == [
        'gives away the key of "photos-from-a-function" in its stem. Reword one of them.'
    ]
    assert of_bank(tmp_path, "cross-item-cue", SOLUTION + CHANGES.partition("\n")[2]) == []


def test_a_source_that_was_read_long_ago_is_told(tmp_path: Path) -> None:
    assert of_bank(tmp_path, "source-age", CLEAN, date(2028, 5, 31)) == []
    (told,) = of_bank(tmp_path, "source-age", CLEAN, date(2028, 6, 1))
    assert told == "has a source that was read on 2026-11-23. Read it again and date it."
    assert of_bank(tmp_path, "source-age", CLEAN) == []


def test_every_rule_says_what_it_demands() -> None:
    assert {*descriptions()} == {*RULE_NAMES, *READER_RULES}
    assert all(text.endswith(".") and len(text) < 110 for text in descriptions().values())


def test_a_tie_counts_by_its_share(tmp_path: Path) -> None:
    text = changed(CLEAN, ("Once {1}", "Seven times {1}"))
    question = bank_of(tmp_path, concurrency=text).questions[0]
    expected, z = longest_is_key([question])
    assert (round(expected, 3), round(z, 3)) == (0.333, round((1 / 2 - 1 / 3) / (2 / 9) ** 0.5, 3))
