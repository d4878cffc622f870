"""Attempts: what was answered stays, time counts while it runs, and nothing is told before the end."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from exam_bank import exam_question, large_bank, made_bank

from lambda_study.errors import BadInput
from lambda_study.quiz import Option
from lambda_study.quiz.attempt import Attempt, attempts, resume, start, unfinished
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import Form, draw
from lambda_study.quiz.results import grade_results, read_results
from lambda_study.quiz.store import Store

BANK = large_bank()
TEN = blueprint("DVA-C03-10")


class Wall:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 18, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path: Path, wall: Wall) -> Store:
    return Store(tmp_path / "progress.sqlite3", clock=wall)


@pytest.fixture
def form() -> Form:
    return draw(TEN, BANK, 1)


def several() -> Form:
    """A form of one question with the keys A and B."""
    options = tuple(Option(letter, f"{letter} is it", letter in "AB", "") for letter in "ABCDE")
    two = exam_question("two", 1, kind="multiple", options=options)
    return Form(TEN, 1, "", (two,), (1,))


def test_an_attempt_ends_with_a_result(store: Store, form: Form) -> None:
    attempt = start(form, store)
    for question in form.questions[:6]:
        attempt.answer(question.id, "B", seconds=20)
    attempt.answer(form.questions[6].id, "A")
    result = attempt.hand_in()
    assert (result.correct, result.answered, len(result.marks)) == (6, 7, 10)
    assert [mark.domain for mark in result.marks] == list(form.domains)
    assert attempt.hand_in() == result


def test_nothing_is_told_before_the_end_of_an_exam(store: Store, form: Form) -> None:
    attempt = start(form, store)
    assert attempt.answer(form.questions[0].id, "A") is None
    assert "correct" not in "".join(store.export())


def test_an_answer_may_be_changed_and_taken_back(store: Store, form: Form) -> None:
    attempt = start(form, store)
    first, second = (question.id for question in form.questions[:2])
    for question, chosen in [(first, "A"), (first, "B"), (second, "B"), (second, "")]:
        attempt.answer(question, chosen)
    marks = attempt.hand_in().marks
    assert [(mark.chosen, mark.correct) for mark in marks[:2]] == [(("B",), True), ((), False)]


def test_multiple_response_is_all_or_nothing(store: Store) -> None:
    for chosen, correct in [("A B", True), ("A", False), ("A B C", False), ("", False)]:
        attempt = start(several(), store)
        attempt.answer("two", chosen)
        assert attempt.hand_in().correct == correct


def test_flags_go_on_and_off(store: Store, form: Form) -> None:
    attempt = start(form, store)
    first, second = (question.id for question in form.questions[:2])
    attempt.flag(first)
    attempt.flag(second)
    attempt.flag(first, on=False)
    assert attempt.state.flagged == {second}
    assert [mark.flagged for mark in attempt.hand_in().marks[:2]] == [False, True]


def test_a_pause_stops_the_clock(store: Store, form: Form, wall: Wall) -> None:
    attempt = start(form, store)
    wall.advance(5)
    attempt.pause()
    wall.advance(60)
    assert attempt.time_left_s == 15 * 60
    attempt.go_on()
    wall.advance(5)
    assert attempt.time_left_s == 10 * 60


def test_time_is_up_and_the_exam_can_still_be_handed_in(store: Store, form: Form, wall: Wall) -> None:
    attempt = start(form, store)
    attempt.answer(form.questions[0].id, "B")
    wall.advance(20)
    with pytest.raises(BadInput, match="Time is up"):
        attempt.answer(form.questions[1].id, "B")
    assert attempt.hand_in().correct == 1


def test_a_timer_can_be_lengthened_and_switched_off(store: Store, form: Form, wall: Wall) -> None:
    attempt = start(form, store, minutes=30)
    wall.advance(29)
    attempt.set_timer(45)
    assert attempt.time_left_s == 16 * 60
    attempt.set_timer(None)
    wall.advance(600)
    assert attempt.time_left_s is None
    assert start(form, store, timer=False).time_left_s is None
    with pytest.raises(BadInput, match="Choose 1 to 600"):
        start(form, store, minutes=0)


def test_a_clock_that_is_set_back_gives_no_time(store: Store, form: Form, wall: Wall) -> None:
    attempt = start(form, store)
    wall.advance(5)
    attempt.flag(form.questions[0].id)
    wall.advance(-180)
    assert attempt.time_left_s == 15 * 60


def test_an_attempt_goes_on_where_it_was_cut_off(store: Store, form: Form, wall: Wall) -> None:
    first = start(form, store)
    wall.advance(4)
    first.answer(form.questions[0].id, "B", guessed=True)
    store.close()
    wall.advance(3 * 24 * 60)
    again = resume(first.id, Store(store.path, clock=wall), BANK)
    assert [question.id for question in again.form.questions] == [each.id for each in form.questions]
    assert again.time_left_s == 16 * 60
    assert again.state.answers[form.questions[0].id].chosen == ("B",)
    assert again.hand_in().marks[0].guessed


def test_a_killed_program_leaves_every_answer_it_was_told_is_kept(store: Store, form: Form) -> None:
    program = (
        "import sys, time; from exam_bank import large_bank; from lambda_study.quiz.attempt import start;"
        "from lambda_study.quiz.blueprint import blueprint; from lambda_study.quiz.exam import draw;"
        "from lambda_study.quiz.store import Store;"
        "form = draw(blueprint('DVA-C03-10'), large_bank(), 1); attempt = start(form, Store(sys.argv[1]));"
        "[(attempt.answer(q.id, 'B'), print(q.id, flush=True)) for q in form.questions]; time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(store.path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    )
    assert child.stdout is not None
    told = [child.stdout.readline().strip() for _ in range(4)]
    child.kill()
    told += child.communicate()[0].split()
    left = unfinished(store, "DVA-C03-10")
    assert left is not None
    assert list(left.answers)[: len(told)] == told
    assert resume(left.id, store, BANK).hand_in().correct >= len(told)


def test_two_programs_share_an_attempt(store: Store, form: Form, wall: Wall) -> None:
    here = start(form, store)
    there = resume(here.id, Store(store.path, clock=wall), BANK)
    there.answer(form.questions[0].id, "B")
    there.hand_in()
    assert here.hand_in().correct == 1
    with pytest.raises(BadInput, match="is handed in"):
        here.answer(form.questions[1].id, "B")


def test_what_another_program_adds_after_the_end_changes_nothing(store: Store, form: Form) -> None:
    attempt = start(form, store)
    result = attempt.hand_in()
    late = {"question": form.questions[0].id, "chosen": ["B"], "guessed": False, "seconds": 1}
    store.append("exam.answered", attempt.id, **late)
    store.append("exam.finished", attempt.id, marks=[])
    assert (attempt.hand_in(), attempt.state.answers) == (result, {})


def test_study_mode_tells_the_key_at_once_and_counts_the_first_answer(store: Store, form: Form) -> None:
    attempt = start(form, store, mode="study")
    first, second = (question.id for question in form.questions[:2])
    graded = attempt.answer(first, "A")
    assert graded is not None and (graded.correct, graded.key) == (False, ("B",))
    with pytest.raises(BadInput, match="the first answer counts"):
        attempt.answer(first, "B")
    with pytest.raises(BadInput, match="0 selected"):
        attempt.answer(second, "")
    assert attempt.time_left_s is None
    assert attempt.hand_in().correct == 0


def test_study_mode_estimates_no_score(store: Store) -> None:
    form = draw(blueprint("DVA-C03"), BANK, 1)
    assert start(form, store).hand_in().scaled is not None
    assert start(form, store, mode="study").hand_in().scaled is None


def test_attempts_are_listed_and_the_unfinished_found(store: Store, form: Form) -> None:
    assert unfinished(store) is None
    done, left = start(form, store), start(form, store)
    done.hand_in()
    assert [each.id for each in attempts(store)] == [done.id, left.id]
    assert unfinished(store) == left.state
    assert unfinished(store, "DVA-C03") is None


def test_raw_answers_make_a_results_file(store: Store, form: Form) -> None:
    attempt = start(form, store)
    attempt.answer(form.questions[0].id, "B", seconds=41)
    results = read_results(json.dumps(attempt.results("ana")))
    assert (results.learner, results.form, results.seed) == ("ana", "DVA-C03-10", 1)
    assert results.bank_digest == BANK.digest
    ((answer, graded),) = grade_results(form.questions, results)
    assert (answer.seconds, graded.correct) == (41, True)


def test_what_is_no_question_or_option_of_the_form_is_told(store: Store, form: Form) -> None:
    attempt: Attempt = start(form, store)
    with pytest.raises(BadInput, match="is not a question of DVA-C03-10, form 1"):
        attempt.answer("nothing", "B")
    with pytest.raises(BadInput, match='"E" is not an option'):
        attempt.answer(form.questions[0].id, "E")
    with pytest.raises(BadInput, match='There is no exam "x"'):
        resume("x", store, BANK)


def test_an_exam_whose_question_is_gone_says_so(store: Store, form: Form) -> None:
    attempt = start(form, store)
    rest = made_bank(question for question in BANK.questions if question != form.questions[0])
    with pytest.raises(BadInput, match="1 questions of this exam are no longer in the bank"):
        resume(attempt.id, store, rest)
