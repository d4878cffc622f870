"""Review: when a question comes back, by the answers that were given and by days that end at four."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from exam_bank import exam_question, large_bank, made_bank

from lambda_study.quiz.attempt import start
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import draw
from lambda_study.quiz.progress import exam_day, progress
from lambda_study.quiz.review import Deck, Recall, deck, ratings, recalls, record, study_day
from lambda_study.quiz.store import Store

EVENING = datetime(2026, 11, 23, 19, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def answers(*correct: bool, question: str = "q", days: int = 1, doubtful: bool = False) -> list[Recall]:
    """Answers to one question, so many DAYS apart."""
    return [
        Recall(question, EVENING + timedelta(days=days * index), right, doubtful)
        for index, right in enumerate(correct)
    ]


def made(*given: list[Recall], **settings: int) -> Deck:
    return deck([recall for each in given for recall in each], UTC, **settings)


def in_days(cards: Deck, question: str = "q") -> int:
    return (cards.reviews[question].due - TODAY).days


def test_a_wrong_answer_comes_back_tomorrow_and_a_right_one_later() -> None:
    assert in_days(made(answers(False))) == 1
    assert in_days(made(answers(True))) == 2


def test_first_stabilities_are_those_of_fsrs_6() -> None:
    found = made(
        answers(False, question="again"),
        answers(True, question="hard", doubtful=True),
        answers(True, question="good"),
    ).reviews
    assert [found[name].stability_d for name in ("again", "hard", "good")] == [0.212, 1.2931, 2.3065]


def test_what_is_right_again_and_again_comes_later_and_later() -> None:
    given = answers(False)
    waits = []
    for _ in range(4):
        due = made(given).reviews["q"].due
        waits.append((due - study_day(given[-1].at, UTC)).days)
        given.append(Recall("q", datetime.combine(due, EVENING.timetz()), correct=True))
    assert waits == sorted(waits) and len(set(waits)) == 4


def test_a_right_answer_after_reading_the_reasons_is_no_mastery() -> None:
    at_once = [*answers(False), Recall("q", EVENING + timedelta(minutes=3), correct=True)]
    assert in_days(made(at_once)) == 1
    assert made(at_once).reviews["q"].stability_d < 0.3


def test_an_earlier_hour_of_the_next_day_counts_as_a_day() -> None:
    later = [*answers(False), Recall("q", EVENING + timedelta(hours=20), correct=True)]
    assert made(later).reviews["q"].stability_d > 1


@pytest.mark.parametrize(
    ("correct", "doubtful", "seconds", "rating"),
    [
        (False, True, 1, "again"),
        (True, True, 1, "hard"),
        (True, False, 61, "hard"),
        (True, False, 60, "good"),
        (True, False, None, "good"),
    ],
)
def test_ratings_tell_wrong_doubtful_and_slow(
    correct: bool, doubtful: bool, seconds: float | None, rating: str
) -> None:
    usual = [Recall(f"q{n}", EVENING, correct=True, seconds=30) for n in range(5)]
    assert ratings([*usual, Recall("q", EVENING, correct, doubtful, seconds)])[-1] == rating


def test_nothing_is_slow_before_the_usual_time_is_known() -> None:
    assert ratings([Recall(f"q{n}", EVENING, correct=True, seconds=4**n) for n in range(5)]) == ["good"] * 5


def test_only_what_was_wrong_or_in_doubt_is_asked_by_itself() -> None:
    cards = made(answers(True, question="known"), answers(False, True, question="missed"))
    assert [review.question for review in cards.due(date(2027, 3, 1))] == ["missed"]
    assert len(cards.due(date(2027, 3, 1), everything=True)) == 2


def test_the_most_forgotten_comes_first() -> None:
    cards = made(answers(True, doubtful=True, question="weak"), answers(False, question="wrong"))
    assert [review.question for review in cards.due(TODAY + timedelta(days=5))] == ["wrong", "weak"]


def test_what_is_due_waits_for_its_day() -> None:
    cards = made(answers(False))
    assert cards.due(TODAY) == ()
    assert len(cards.due(TODAY + timedelta(days=1))) == 1


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-24T03:59:00+01:00", date(2026, 11, 23)),
        ("2026-11-24T04:00:00+01:00", date(2026, 11, 24)),
        ("2026-11-23T23:30:00+00:00", date(2026, 11, 23)),
        # The night of the clock change in autumn has 25 hours; four in the morning is still four.
        ("2026-10-25T02:59:00+00:00", date(2026, 10, 24)),
        ("2026-10-25T03:00:00+00:00", date(2026, 10, 25)),
    ],
)
def test_a_day_ends_at_four_in_the_morning_of_the_place(at: str, day: date) -> None:
    assert study_day(datetime.fromisoformat(at), ZoneInfo("Europe/Berlin")) == day


def test_before_an_exam_everything_comes_once_more() -> None:
    known = answers(False, True, True, True, True, days=3)
    assert in_days(made(known)) > 30
    assert in_days(made(known, longest=10)) == 12 + 10


def test_the_forecast_falls_with_the_days_and_knows_nothing_of_the_unseen() -> None:
    bank = made_bank([exam_question("seen", 1), exam_question("unseen", 1), exam_question("other", 2)])
    cards = made(answers(True, question="seen"))
    soon, late = (cards.forecast(bank.questions, "DVA-C03", TODAY + timedelta(days=days)) for days in (2, 30))
    assert [(each.questions, each.seen) for each in soon] == [(2, 1), (1, 0), (0, 0), (0, 0)]
    assert soon[0].recall is not None and late[0].recall is not None
    assert 1 > soon[0].recall > 0.9 > late[0].recall > 0.5
    assert soon[1].recall is None and "nothing to tell" in repr(soon[1])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "progress.sqlite3", clock=lambda: EVENING)


def test_answers_of_quizzes_and_exams_are_reviewed_together(store: Store) -> None:
    record(store, "quizzed", ["A"], correct=False, seconds=12)
    form = draw(blueprint("DVA-C03-10"), large_bank(), 1)
    attempt = start(form, store)
    first, second, third = (question.id for question in form.questions[:3])
    attempt.answer(first, "A")
    attempt.answer(second, "B", guessed=True)
    attempt.answer(third, "B")
    assert [each.question for each in recalls(store)] == ["quizzed"]
    attempt.hand_in()
    found = {each.question: (each.correct, each.doubtful) for each in recalls(store)}
    assert found == {
        "quizzed": (False, False),
        first: (False, False),
        second: (True, True),
        third: (True, False),
    }


def test_progress_counts_answers_days_topics_and_exams(store: Store) -> None:
    bank = large_bank()
    assert repr(progress(store, bank, TODAY)).startswith("0 answers on 0 days; 0 questions are due")
    for question, correct in [("d1-0", False), ("d1-0", True), ("d1-1", False), ("gone", False)]:
        record(store, question, ["A"], correct=correct)
    start(draw(blueprint("DVA-C03-10"), bank, 1), store).hand_in()
    found = progress(store, bank, TODAY + timedelta(days=1), UTC)
    assert (found.answers, found.days, found.due) == (4, 1, 2)
    assert repr(found.topics[0]) == "made: 2 of 199 answered, 1 right the last time"
    assert "DVA-C03-10 (exam) of 2026-11-23: 0 of 10 right" in repr(found)


def test_the_exam_day_is_the_one_planned_last_until_it_is_over(store: Store) -> None:
    assert exam_day(store, TODAY) is None
    for on in ("2027-01-31", "2026-12-18"):
        store.append("plan.made", exam="DVA-C03", on=on, evenings=2)
    assert exam_day(store, TODAY) == ("DVA-C03", date(2026, 12, 18))
    assert exam_day(store, date(2026, 12, 19)) is None
