"""What the playgrounds of cost and scale answer, also at the ends of their sliders."""

from __future__ import annotations

import pytest

from lambda_study.show.playground import Playground
from lambda_study.show.scale_playgrounds import (
    function_or_server,
    hour_under_load,
    load_playground,
    server_playground,
    tuned_work,
    tuning_playground,
)


@pytest.mark.parametrize(
    ("make", "answer"),
    [
        (server_playground, function_or_server),
        (tuning_playground, tuned_work),
        (load_playground, hour_under_load),
    ],
)
def test_every_end_of_every_slider_has_an_answer(make, answer) -> None:
    """Asked directly, for in a playground a refusal is an answer like any other: the text of the BadInput."""
    shown: Playground = make()
    for end in ("first", "last"):
        positions = {each["name"]: 0 if end == "first" else len(each["texts"]) - 1 for each in shown.controls}
        shown._receive(shown, {"kind": "move", "positions": positions, "serial": end}, [])
        assert shown.output["serial"] == end
        assert shown.output["text"] == answer(**shown.values)


def test_a_function_is_cheaper_for_little_and_a_server_for_much() -> None:
    little, much = (function_or_server(requests).splitlines() for requests in (1_000, 1_000_000_000))
    assert little[0].endswith(" 0.00 USD") and little[1] == much[1]
    assert much[0].endswith("1,859.80 USD")


def test_no_work_has_nothing_to_tune() -> None:
    assert tuned_work(0, 0, 1, "x86_64") == "No work, nothing to tune."


def test_provisioned_environments_stay_within_the_reservation() -> None:
    answer = hour_under_load(1, 500, 300, reserved=2, provisioned=20, kept_s=600)
    assert "cold               0" in answer or "cold                0" in answer


def test_a_rate_that_brings_nothing_says_so() -> None:
    assert "nothing ran" in hour_under_load(0.00001, 500, 300, "none", 0, 600)
