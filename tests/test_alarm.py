"""When an alarm changes its state: the two tables of AWS's documentation on missing data."""

from __future__ import annotations

import pytest

from lambda_study.model.alarm import AlarmRule

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
OK, ALARM, FEW, SAME = "OK", "ALARM", "INSUFFICIENT_DATA", "as before"
THREE_OF_THREE = {
    "0 - X - X": (OK, OK, OK, OK),
    "0 - - - -": (OK, OK, OK, OK),
    "- - - - -": (FEW, SAME, ALARM, OK),
    "0 X X - X": (ALARM, ALARM, ALARM, ALARM),
    "- - X - -": (ALARM, SAME, ALARM, OK),
}
TWO_OF_THREE = {
    "0 - X - X": (ALARM, ALARM, ALARM, ALARM),
    "0 0 X 0 X": (ALARM, ALARM, ALARM, ALARM),
    "0 - X - -": (OK, OK, ALARM, OK),
    "- - - - 0": (OK, OK, ALARM, OK),
    "- - - X -": (ALARM, SAME, ALARM, OK),
}
ROWS = [(3, row, states) for row, states in THREE_OF_THREE.items()] + [
    (2, row, states) for row, states in TWO_OF_THREE.items()
]


@pytest.mark.parametrize(("needed", "row", "states"), ROWS)
def test_missing_data_count_as_aws_says(needed, row, states):
    datapoints = [{"0": 0.0, "X": 9.0, "-": None}[sign] for sign in row.split()]
    for missing, state in zip(TREATMENTS, states, strict=True):
        rule = AlarmRule("GreaterThanThreshold", 5.0, 3, needed, missing)
        for before in (OK, ALARM, FEW):
            assert rule.state(datapoints, before) == (before if state == SAME else state), missing


@pytest.mark.parametrize(
    ("comparison", "states"),
    [
        ("GreaterThanThreshold", [OK, OK, ALARM]),
        ("GreaterThanOrEqualToThreshold", [OK, ALARM, ALARM]),
        ("LessThanThreshold", [ALARM, OK, OK]),
        ("LessThanOrEqualToThreshold", [ALARM, ALARM, OK]),
    ],
)
def test_a_value_is_compared_with_the_threshold(comparison, states):
    rule = AlarmRule(comparison, 5.0, 1, 1)
    assert [rule.state([value], OK) for value in (4.0, 5.0, 6.0)] == states
