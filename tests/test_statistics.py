"""Statistics of a test: hand-made fractions, R's figures, and classes that tell nothing."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest

from lambda_study.errors import BadInput
from lambda_study.model.option_figures import doubtful_keys, letters_mask, option_statistics
from lambda_study.model.statistics import score_matrix, score_statistics, wilson

LADDER = [[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]
BY_PSYCH = json.loads(Path(__file__).with_name("statistics_by_psych.json").read_text("utf-8"))


def test_a_ladder_of_learners_gives_the_fractions_of_the_hand() -> None:
    found = score_statistics(LADDER)
    assert [Fraction(item.difficulty) for item in found.items] == [
        Fraction(3, 4),
        Fraction(1, 2),
        Fraction(1, 4),
    ]
    # Totals 3, 2, 1, 0: variance 5/4; the items' variances 3/16, 4/16 and 3/16 sum to 5/8.
    assert found.kr20 == Fraction(3, 2) * (1 - Fraction(5, 8) / Fraction(5, 4))
    assert found.error == pytest.approx(math.sqrt(Fraction(5, 4) * Fraction(1, 4)))
    assert (found.mean, found.deviation) == (1.5, math.sqrt(1.25))


def test_discrimination_leaves_the_question_itself_out() -> None:
    first, middle, last = score_statistics(LADDER).items
    # The rests of the middle question are 2, 1, 1, 0 beside 1, 1, 0, 0.
    assert middle.discrimination == pytest.approx(1 / math.sqrt(2))
    # Those of the first are 2, 1, 0, 0 beside 1, 1, 1, 0.
    assert first.discrimination == pytest.approx(3 / math.sqrt(33))
    assert last.discrimination == pytest.approx(first.discrimination)


def test_kr20_without_an_item_is_that_of_the_others() -> None:
    without = score_statistics([row[1:] for row in LADDER])
    assert score_statistics(LADDER).items[0].kr20_without == pytest.approx(without.kr20)


def test_the_best_and_the_weakest_quarter_are_compared() -> None:
    eleven = [[1, 1]] * 3 + [[1, 0]] * 5 + [[0, 0]] * 3
    assert [item.upper_lower for item in score_statistics(eleven).items] == [1.0, 1.0]


def test_learners_of_equal_totals_share_the_last_places_of_a_group() -> None:
    # 27 % of seven are two: the best learner, and one place for the two with a total of 2.
    rows = [[1, 1, 1], [1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    expected = [Fraction(1 + Fraction(1, 2), 2), Fraction(2, 2), Fraction(3, 4)]
    for order in (rows, rows[::-1]):
        assert [item.upper_lower for item in score_statistics(order).items] == [float(e) for e in expected]


def test_the_figures_are_those_of_psych() -> None:
    found = score_statistics([[int(cell) for cell in row] for row in BY_PSYCH["scores"]])
    assert found.kr20 == pytest.approx(BY_PSYCH["kr20"], abs=1e-9)
    for name in ("difficulty", "discrimination", "kr20_without"):
        assert [getattr(item, name) for item in found.items] == pytest.approx(BY_PSYCH[name], abs=1e-9)


def test_an_option_has_the_figures_of_psych_too() -> None:
    # Chosen is A where the answer was right and B where it was wrong: A goes with the rest, B against it.
    chosen = [[1 if cell == "1" else 2 for cell in row] for row in BY_PSYCH["scores"]]
    table = option_statistics(chosen, keys=[1] * 10, options=[2] * 10)
    assert [each.discrimination for each in table[::2]] == pytest.approx(BY_PSYCH["discrimination"], abs=1e-9)
    against = [-each for each in BY_PSYCH["discrimination"]]
    assert [each.discrimination for each in table[1::2]] == pytest.approx(against, abs=1e-9)
    assert [each.share for each in table[::2]] == pytest.approx(BY_PSYCH["difficulty"], abs=1e-9)


@pytest.mark.parametrize(("column", "told"), [(1, "Everybody got it right"), (0, "Nobody got it right")])
def test_a_question_without_spread_says_so(column: int, told: str) -> None:
    item = score_statistics([[*row, column] for row in LADDER], names=["a", "b", "c", "flat"]).items[3]
    assert (item.discrimination, item.upper_lower, item.suspect) == (None, 0.0, False)
    assert told in repr(item) and repr(item).startswith("flat: difficulty")


def test_a_class_of_equal_totals_has_no_reliability() -> None:
    found = score_statistics([[1, 0], [0, 1]])
    assert (found.kr20, found.error, found.items[0].upper_lower) == (None, None, None)
    assert "All learners have the same total. There is no KR-20." in found.remarks
    assert found.items[0].suspect


def test_one_question_and_one_learner_give_what_they_can() -> None:
    found = score_statistics([[1]])
    assert (found.kr20, found.items[0].difficulty, found.items[0].discrimination) == (None, 1.0, None)
    assert "Few learners (1): every figure here may be chance." in found.remarks


def test_two_questions_have_no_reliability_without_one_of_them() -> None:
    assert score_statistics([[1, 1], [0, 0]]).items[0].kr20_without is None


def test_a_key_that_the_better_learners_miss_is_suspect() -> None:
    rows = [[1, 1, 1, 0]] * 3 + [[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]]
    found = score_statistics(rows, names=["good", "fair", "hard", "wrong-key"])
    assert [item.name for item in found.suspect_keys] == ["wrong-key"]
    assert "Is the key right?" in repr(found)


def test_questions_that_work_against_each_other_are_told() -> None:
    remarks = score_statistics([[1, 0], [1, 0], [0, 1], [1, 1]]).remarks
    assert any("KR-20 is below 0" in remark for remark in remarks)


def test_records_in_any_order_make_the_same_table() -> None:
    table = score_matrix([3, 0, 1, 0, 1, 2], [0, 0, 0, 1, 1, 0], [0, 1, 1, 1, 0, 1])
    assert table.tolist() == [[True, True], [True, False], [True, False], [False, False]]


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ([[1, 2]], "more than 0 and 1"),
        ([[1, 0.5]], "more than 0 and 1"),
        ([[float("nan"), 1]], "more than 0 and 1"),
        ([], "no table"),
        ([[]], "no table"),
        ([1, 0], "no table"),
        ([[1], [1, 0]], "differ in length"),
    ],
)
def test_what_is_no_table_of_scores_is_told(scores: object, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        score_statistics(scores)


def test_names_and_questions_are_as_many() -> None:
    with pytest.raises(BadInput, match="1 names for 3 questions"):
        score_statistics(LADDER, names=["one"])


def test_a_distractor_table_counts_every_letter_of_every_answer() -> None:
    answers = ["A", "A", "B", "AC", ""]
    chosen = [[letters_mask(answer), 1] for answer in answers]
    a, b, c = option_statistics(chosen, keys=[1, 1], options=[3, 1], names=["q", "r"])[:3]
    assert [(each.letter, each.chosen, each.correct) for each in (a, b, c)] == [
        ("A", 3, True),
        ("B", 1, False),
        ("C", 1, False),
    ]
    assert repr(b) == "q B: 1 of 5"


def test_multiple_response_is_right_with_all_keys_and_nothing_else() -> None:
    key = letters_mask("AC")
    chosen = [[letters_mask(given), key] for given in ("CA", "A", "ABC", "")]
    found = option_statistics(chosen, keys=[key, key], options=[3, 3], names=["q", "r"])
    # Only the first learner has a point for q, so that the one who chose it alone has it in the rest of r.
    rest_of_r = [option.discrimination for option in found[3:]]
    assert rest_of_r == [None, None, None]
    assert [option.discrimination for option in found[:3]] == [None, None, None]


def test_a_distractor_that_hardly_anybody_chooses_is_idle() -> None:
    chosen = [[1]] * 39 + [[2]]
    key, distractor = option_statistics(chosen, keys=[1], options=[2])
    assert distractor.idle and not key.idle


def test_a_distractor_that_draws_the_better_learners_makes_the_key_doubtful() -> None:
    chosen = [[2, 1, 1], [2, 1, 1], [1, 2, 1], [1, 1, 2], [1, 2, 2], [4, 2, 2]]
    table = option_statistics(chosen, keys=[1, 1, 1], options=[3, 2, 2], names=["odd", "fine", "good"])
    assert doubtful_keys(table) == ("odd",)


def test_a_letter_beyond_j_is_bad_input() -> None:
    with pytest.raises(BadInput, match='"K" is no letter'):
        letters_mask("AK")


def test_choices_need_a_key_and_a_number_of_options_a_question() -> None:
    with pytest.raises(BadInput, match="no table"):
        option_statistics([[1, 2]], keys=[1], options=[4])


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(45, 65, 0.5720, 0.7911), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilsons_interval_is_the_published_one(right: int, of: int, low: float, high: float) -> None:
    found = wilson(right, of)
    assert (found.share, found.low, found.high) == pytest.approx((right / of, low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("right", "of", "confidence"), [(1, 0, 0.95), (3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1)]
)
def test_what_is_no_share_has_no_interval(right: int, of: int, confidence: float) -> None:
    with pytest.raises(BadInput):
        wilson(right, of, confidence)
