"""Plans: lessons in their order on the evenings there are, and what has no place is said."""

from __future__ import annotations

from datetime import date

import pytest

from lambda_study.errors import BadInput
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.plan import Item, Plan, make_plan, study_days

MONDAY = date(2026, 11, 23)
EXAM = date(2026, 12, 18)
LESSONS = [Item("lesson", f"{n}", f"Lesson {n}", 30, optional=n == 12) for n in (11, 12, 20, 21, 22, 31)]


def plan_of(lessons: list[Item] = LESSONS, on: date = EXAM, evenings: int = 2, minutes: int = 90) -> Plan:
    return make_plan(blueprint("DVA-C03"), on, evenings, MONDAY, lessons, minutes)


def names(plan: Plan, kind: str) -> list[list[str]]:
    return [[item.name for item in each.items if item.kind == kind] for each in plan.evenings]


def test_lessons_keep_their_order_and_are_spread() -> None:
    found = plan_of()
    taught = names(found, "lesson")
    assert [name for evening in taught for name in evening] == ["11", "12", "20", "21", "22", "31"]
    assert [len(each) for each in taught] == [1, 1, 1, 1, 1, 1, 0, 0]
    assert found.left_out == ()


def test_the_last_two_evenings_are_for_mock_exams() -> None:
    exams = names(plan_of(), "exam")
    assert exams == [[]] * 6 + [["DVA-C03"]] * 2
    assert plan_of().evenings[-1].minutes == 145


def test_every_evening_but_the_first_begins_with_review() -> None:
    first = [each.items[0].kind for each in plan_of().evenings]
    assert first == ["lesson"] + ["review"] * 7


def test_no_evening_is_longer_than_asked_for_but_those_of_mock_exams() -> None:
    found = plan_of(on=date(2026, 12, 8), minutes=60)
    assert all(each.minutes <= 60 for each in found.evenings[:-2])


def test_where_time_is_short_the_optional_go_first() -> None:
    found = plan_of(on=date(2026, 12, 8), evenings=2, minutes=75)
    assert [name for evening in names(found, "lesson") for name in evening] == ["11", "20", "21", "22"]
    assert [item.name for item in found.left_out] == ["12", "31"]
    assert "No time for: 12, 31. Take more evenings a week or longer ones." in repr(found)


@pytest.mark.parametrize(("on", "exams"), [("2026-11-25", 0), ("2026-11-27", 1), ("2026-12-04", 2)])
def test_few_evenings_have_fewer_mock_exams(on: str, exams: int) -> None:
    assert sum(map(len, names(plan_of(on=date.fromisoformat(on)), "exam"))) == exams


@pytest.mark.parametrize("evenings", range(1, 8))
def test_a_week_has_as_many_evenings_as_asked_for(evenings: int) -> None:
    days = study_days(MONDAY, date(2026, 12, 7), evenings)
    assert len(days) == 2 * evenings and days[-1] < date(2026, 12, 7)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"on": MONDAY}, "2026-11-23 is not a day of the next two years"),
        ({"on": date(2026, 11, 24), "evenings": 1}, "No evening is left before 2026-11-24"),
        ({"evenings": 8}, "evenings=8 is above the maximum of 7 a week. Choose 1 to 7"),
        ({"minutes": 20}, "minutes=20 is below the minimum of 30 an evening"),
    ],
)
def test_what_cannot_be_planned_is_told(arguments: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        plan_of(**arguments)  # type: ignore[arg-type]
