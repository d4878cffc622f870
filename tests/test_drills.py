"""Drills: what is stated leaves one service, and each wrong turn says what it violates and who says so."""

from __future__ import annotations

import pytest

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.drill import COMPARISONS, Drill, decide, drill, fitting, state
from lambda_study.show.drill_view import drills

SEEDS = range(60)
EVERY = [pytest.param(each, id=name) for name, each in COMPARISONS.items()]


@pytest.mark.parametrize("comparison", EVERY)
def test_every_service_is_the_answer_of_some_drill(comparison):
    assert {drill(comparison.name, seed).answer for seed in SEEDS} == set(comparison.options)


@pytest.mark.parametrize("comparison", EVERY)
def test_every_wrong_turn_has_a_requirement_that_it_violates(comparison):
    for seed in SEEDS:
        scenario = drill(comparison.name, seed)
        turns = scenario.reasons.wrong_turns
        assert [turn.option for turn in turns] == [
            each for each in scenario.options if each != scenario.answer
        ]
        assert all(turn.requirement in scenario.requirements for turn in turns)


@pytest.mark.parametrize("comparison", EVERY)
def test_a_drill_says_nothing_of_its_answer_before_it_is_asked_for(comparison):
    for seed in SEEDS:
        scenario = drill(comparison.name, seed)
        assert len(scenario.requirements) >= 2
        assert scenario.answer not in repr(scenario)


@pytest.mark.parametrize("comparison", EVERY)
def test_every_violation_rests_on_a_dated_fact_that_is_sure(comparison):
    for requirement in comparison.requirements:
        assert set(requirement.violated_by) < set(comparison.options), requirement.id
        for violation in requirement.violated_by.values():
            assert violation.fact.confidence == "high" and violation.why.endswith(".")


@pytest.mark.parametrize("comparison", EVERY)
def test_every_requirement_is_stated_in_some_drill(comparison):
    stated = {each.id for seed in SEEDS for each in drill(comparison.name, seed).requirements}
    assert stated == {each.id for each in comparison.requirements}


def test_another_evening_has_other_scenarios_and_the_same_seed_the_same():
    assert repr(drill("messages", 1)) == repr(drill("messages", 1))
    scenarios = {repr(drill(name, seed)) for name in COMPARISONS for seed in range(100)}
    assert len(scenarios) > 300


def test_requirements_that_leave_two_services_are_no_drill():
    assert fitting("messages", "several") == ("SNS topic", "EventBridge bus", "Kinesis data stream")
    with pytest.raises(BadInput, match="messages: several leaves SNS topic and EventBridge bus and Kinesis"):
        decide("messages", "several")


def test_requirements_that_leave_no_service_are_no_drill():
    comparison = COMPARISONS["edge"]
    both = tuple(comparison.requirement(id) for id in ("misses", "each"))
    with pytest.raises(BadInput, match="edge: misses, each leaves no option"):
        Drill(comparison, comparison.stories[0], both)


def test_unknown_names_are_refused_in_one_line():
    with pytest.raises(BadInput, match=r'no drills "mesages"\. Did you mean "messages"\?'):
        drill("mesages")
    with pytest.raises(BadInput, match=r'"web" has no requirement "route"\. Did you mean "routes"\?'):
        state("web", "route")
    with pytest.raises(BadInput, match="count=0 is below the minimum of 1"):
        drills(count=0)
    with pytest.raises(BadInput, match='seed="x" is not a number'):
        drills(seed="x")


def test_the_reasons_link_to_the_source_of_their_fact():
    reasons = state("compute", "long", "servers").reasons
    assert fact("timeout.max").source in repr(reasons)
    assert f'href="{fact("timeout.max").source}"' in reasons.html()


def test_a_wrong_turn_in_a_quiz_of_drills_is_answered_with_what_it_violates():
    view = drills(seed=2, name="web", count=1)
    (question,) = view._asked
    assert "violates" not in str(view.questions), "reasons stay in Python until an answer is submitted"
    wrong = next(option for option in question.options if not option.correct)
    reply = view._session.reply({"kind": "submit", "question": question.id, "chosen": [wrong.letter]})
    assert reply["verdict"].startswith("Not right.")
    assert str(reply).count("So it violates") == len(question.options) - 1
    assert "https://docs.aws.amazon.com/" in str(reply)
