"""Reviews, forecast, progress and plan in the notebook."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import comm
import pytest
from quiz_questions import NUMERIC, SINGLE
from test_quiz_view import Wire

from lambda_study.errors import BadInput
from lambda_study.lesson import due, forecast, plan, progress, review, sample_learner, sample_result, spacing
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.learner import Learner
from lambda_study.quiz.plan import Item
from lambda_study.quiz.review import recalls, record
from lambda_study.quiz.store import ENVIRONMENT_VARIABLE, Store
from lambda_study.quiz.topic_file import Topic
from lambda_study.show.exam_figure import result_figure

YESTERDAY = datetime(2026, 11, 22, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wired(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", Wire)


@pytest.fixture
def learner(tmp_path):
    """Someone who was wrong yesterday about one of two questions."""
    now = [YESTERDAY]
    store = Store(tmp_path / "progress.sqlite3", lambda: now[0])
    bank = Bank("made", (Topic("concurrency", "Concurrency", (SINGLE, NUMERIC), "made"),))
    record(store, SINGLE.id, ["A"], correct=False)
    record(store, NUMERIC.id, ["10"], correct=True)
    now[0] += timedelta(days=1)
    return Learner(store, lambda: [Item("lesson", "20-limits", "20 · Limits", 30)], bank, UTC)


@pytest.fixture(scope="module")
def ana():
    return sample_learner()


def test_what_was_wrong_yesterday_is_asked_today_and_only_that(learner):
    view = review(learner)
    assert [question["id"] for question in view.questions] == [SINGLE.id]
    assert "1 question is due today." in view.introduction
    assert "Three times" not in view._repr_mimebundle_()[0]["text/html"]


def test_what_was_reviewed_right_is_not_due_again_today(learner):
    view = review(learner)
    view.comm.receive({"kind": "submit", "question": SINGLE.id, "chosen": ["B"], "seconds": 9})
    assert view.comm.replies()[-1]["correct"] is True
    assert len(recalls(learner.store)) == 3
    assert "Nothing is due on 2026-11-23. The next review is on 2026-11-25." in review(learner).introduction


def test_everything_and_a_limit_can_be_asked_for(learner):
    learner.store.clock = lambda: YESTERDAY + timedelta(days=3)
    assert len(review(learner, everything=True).questions) == 2
    assert len(review(learner, everything=True, limit=1).questions) == 1
    with pytest.raises(BadInput, match="limit=0 is below the minimum of 1"):
        review(learner, limit=0)


def test_a_question_that_has_left_the_bank_is_asked_no_more(learner):
    record(learner.store, "gone", ["A"], correct=False, doubtful=False, seconds=1.0)
    learner.store.clock = lambda: YESTERDAY + timedelta(days=9)
    assert "gone" not in [each.question for each in learner.due(everything=True).reviews]
    assert review(learner, everything=True).questions


def test_a_day_of_the_forecast_may_be_written_as_text(learner):
    assert "on 2026-12-18" in forecast("dva-c03", "2026-12-18", learner).alt
    with pytest.raises(BadInput, match='on="tomorrow" is no day'):
        forecast("DVA-C03", "tomorrow", learner)


def test_the_output_of_a_review_is_the_same_on_every_day(learner, monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "none.sqlite3"))
    shown = [view._repr_mimebundle_()[0]["text/html"] for view in (review(learner), review())]
    assert shown[0] == shown[1]
    assert not (tmp_path / "none.sqlite3").exists()


def test_what_is_due_is_a_table_with_the_words_of_its_text(ana):
    table = due(ana)
    assert repr(table).startswith(
        "7 questions are due on 2026-11-23, the most forgotten first.\n  versions-1:"
    )
    assert '<th scope="row" style="text-align: left">versions-1</th>' in table.html


def test_progress_names_topics_that_were_not_begun(ana):
    table = progress(ana)
    assert "pricing: 0 of 2 answered" in repr(table)
    assert table.html.count("<tr>") == 1 + 3
    assert "<p>Not begun: pricing.</p>" in table.html


def test_the_plan_keeps_the_day_and_the_forecast_reckons_up_to_it(learner):
    table = plan("dva-c03", "2026-12-18", evenings=2, who=learner)
    assert "mock exam DVA-C03, form 2" in table.html
    assert learner.exam_day == ("DVA-C03", date(2026, 12, 18))
    figure = forecast(who=learner)
    assert figure.headline == "DVA-C03 on 2026-12-18, in 25 days, if nothing is reviewed again."
    assert "Security: nothing to tell, 0 of 0 seen" in figure.alt


def test_a_day_that_is_none_is_bad_input(learner):
    with pytest.raises(BadInput, match=r'on="18\.12\.2026" is no day'):
        plan("DVA-C03", "18.12.2026", evenings=2, who=learner)


def test_nothing_answered_is_nothing_to_forecast(tmp_path):
    newcomer = Learner(Store(tmp_path / "new.sqlite3", lambda: YESTERDAY), list, Bank("made", ()), UTC)
    assert forecast(who=newcomer).alt.count("nothing to tell") == 4


def test_a_right_answer_a_minute_after_the_reasons_brings_no_later_day():
    assert spacing("wrong", "right", on=[0, 0]).steps[-1].due == spacing("wrong").steps[0].due == 1


def test_the_days_to_the_exam_are_the_longest_wait():
    steps = spacing("right", "right", "right", longest=10).steps
    assert [step.due - step.day for step in steps] == [2, 10, 10]


@pytest.mark.parametrize("days", [[0], [1, 0], [-1, 0]])
def test_days_that_do_not_fit_the_answers_are_bad_input(days):
    with pytest.raises(BadInput, match="Give one day for each"):
        spacing("wrong", "right", on=days)


def test_the_figure_of_a_full_form_has_the_range_and_the_estimate():
    figure = result_figure(sample_result({1: 15, 2: 9, 3: 11, 4: 10}))
    assert figure.headline == (
        "45 of 65 right, 57% to 79%. Estimated scaled score: 723 (615 to 812); 720 passes."
    )
    assert "Security: 9 of 17" in figure.alt


def test_more_right_than_there_are_questions_is_bad_input():
    with pytest.raises(BadInput, match="21 right in domain 1 is not possible"):
        sample_result({1: 21})
