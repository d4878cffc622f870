"""The exam widget: what leaves Python and when, what the store has, how an attempt goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import comm
import pytest
from exam_bank import ENOUGH, exam_question, large_bank, made_bank
from quiz_questions import with_another_key
from test_quiz_view import Wire, state_bytes_of

from lambda_study.errors import BadInput
from lambda_study.quiz.attempt import reopened, unfinished
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import draw
from lambda_study.quiz.review import recalls
from lambda_study.quiz.store import ENVIRONMENT_VARIABLE, Store
from lambda_study.show.exam_figure import result_figure
from lambda_study.show.exam_result_page import result_html
from lambda_study.show.exam_view import ExamView, exam

PLAN = blueprint("DVA-C03-10")
SECRET = "Why it is so, which nobody reads before the end."


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 11, 23, 19, tzinfo=UTC)

    def __call__(self):
        return self.now

    def move(self, **time):
        self.now += timedelta(**time)


def told(question):
    """QUESTION with a reason that can be looked for."""
    return replace(question, options=tuple(replace(each, reason=SECRET) for each in question.options))


BANK = made_bank(told(exam_question(f"d{domain}-{n}", domain)) for domain in ENOUGH for n in range(12))


QUESTION = """
## {id}
level: exam · domain: DVA-C03/{domain}
source: https://docs.aws.amazon.com/lambda/latest/dg/retries.html (read 2026-11-23)

{stem}?

- [ ] {stem} one
  Not this one of the two options.
- [x] {stem} two
  This one of the two options.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small bank as files."""
    folder = tmp_path_factory.mktemp("bank")
    asked = [(f"d{domain}-{n}", domain) for domain in ENOUGH for n in range(3)]
    texts = [QUESTION.format(id=id, domain=domain, stem=exam_question(id).stem) for id, domain in asked]
    (folder / "made.md").write_text("# Made\n" + "".join(texts), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def wired(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", Wire)


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def store(tmp_path, watch):
    return Store(tmp_path / "progress.sqlite3", watch)


@pytest.fixture
def view(store):
    view = ExamView(draw(PLAN, BANK, 1), store)
    yield view
    view.close()


def ask(view, kind, **message):
    view.comm.receive({"kind": kind, **message})
    return view.comm.replies()[-1]


def first(view):
    return view.questions[0]["id"]


def sent(view):
    return "".join(view.comm.published)


def test_state_and_output_are_the_same_bytes_whatever_the_key_is(store):
    form = draw(PLAN, BANK, 1)
    other = replace(form, questions=tuple(with_another_key(question) for question in form.questions))
    shown = [state_bytes_of(ExamView(each, store)) for each in (form, other)]
    assert shown[0] == shown[1]


def test_no_key_and_no_reason_leaves_python_before_the_exam_is_handed_in(view):
    ask(view, "hello")
    ask(view, "begin")
    assert ask(view, "answer", question=first(view), chosen=["A"], seconds=3)["graded"] == []
    ask(view, "flag", question=first(view), on=True)
    ask(view, "pause")
    ask(view, "go_on")
    assert SECRET not in sent(view)
    assert '"key"' not in sent(view)
    assert len(ask(view, "hand_in")["graded"]) == 10
    assert SECRET in sent(view)


def test_study_mode_grades_at_once_that_question_alone(store):
    view = ExamView(draw(PLAN, BANK, 1), store, mode="study")
    assert ask(view, "begin")["minutes"] is None
    (graded,) = ask(view, "answer", question=first(view), chosen=["B"])["graded"]
    assert (graded["question"], graded["correct"]) == (first(view), True)
    assert ask(view, "answer", question=first(view), chosen=["A"])["kind"] == "refused"
    assert len(ask(view, "hello")["graded"]) == 1


def test_nothing_is_kept_until_the_learner_begins(view, store):
    assert ask(view, "hello") == {"kind": "exam", "begun": False}
    assert view.result is None
    assert not store.path.exists()


def test_each_answer_is_on_disk_before_the_view_hears_of_it(view, store):
    ask(view, "begin")
    ask(view, "answer", question=first(view), chosen=["C"], seconds=4)
    left = unfinished(Store(store.path, store.clock))
    assert left.answers[first(view)].chosen == ("C",)


def test_another_kernel_goes_on_and_the_time_between_does_not_count(view, store, watch):
    ask(view, "begin")
    watch.move(minutes=5)
    ask(view, "answer", question=first(view), chosen=["C"])
    watch.move(hours=9)
    attempt = reopened(unfinished(store).id, store, BANK)
    again = ExamView(attempt.form, store, attempt)
    waiting = ask(again, "hello")
    assert (waiting["running"], waiting["left_s"], waiting["answers"]) == (False, 900, {first(view): ["C"]})
    going = ask(again, "begin")
    assert (going["running"], going["left_s"]) == (True, 900)


def test_what_is_left_open_is_wrong_and_the_result_says_so(view):
    ask(view, "begin")
    ask(view, "answer", question=first(view), chosen=["B"])
    html = ask(view, "hand_in")["result"]
    assert "1 of 10 right: 10%, range 2% to 40%." in html
    assert "Not answered, and so wrong: 9." in html
    assert (view.result.correct, view.result.answered) == (1, 1)


def test_the_timer_stops_goes_off_and_gives_more(view, watch):
    ask(view, "begin")
    ask(view, "pause")
    watch.move(hours=2)
    assert ask(view, "go_on")["left_s"] == 1200
    assert ask(view, "timer", on=False)["left_s"] is None
    assert ask(view, "timer", on=True)["left_s"] == 1200
    watch.move(minutes=21)
    assert ask(view, "answer", question=first(view), chosen=["B"])["kind"] == "refused"
    assert ask(view, "more_time")["left_s"] == 540


def test_messages_from_two_threads_are_both_kept(view, store):
    ask(view, "begin")
    other = Thread(target=ask, args=[view, "answer"], kwargs={"question": first(view), "chosen": ["B"]})
    other.start()
    other.join()
    ask(view, "answer", question=view.questions[1]["id"], chosen=["B"])
    assert len(unfinished(store).answers) == 2


@pytest.mark.parametrize(
    "message",
    [None, 7, [], {}, {"kind": ["begin"]}, {"kind": "answer"}, {"kind": "hand_in"}, {"kind": "dance"}],
)
def test_what_is_no_message_of_a_begun_exam_is_ignored(view, message):
    view.comm.receive(message)
    assert view.comm.replies() == []


@pytest.mark.parametrize(
    "message", [{"question": ["x"]}, {"question": "other"}, {"chosen": ["Z"]}, {"chosen": 3}, {}]
)
def test_an_unreadable_answer_is_refused_and_not_kept(view, store, message):
    ask(view, "begin")
    assert ask(view, "answer", **{"question": first(view), **message})["kind"] == "refused"
    assert unfinished(store).answers == {}


def test_an_exam_that_was_not_handed_in_goes_on_and_the_next_form_is_another(monkeypatch, tmp_path, folder):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "progress.sqlite3"))
    view = exam("dva-c03-10", bank=folder)
    assert view.title == "DVA-C03-10, form 1"
    ask(view, "begin")
    again = exam("DVA-C03-10", bank=folder)
    assert (again.title, ask(again, "hello")["begun"]) == ("DVA-C03-10, form 1", True)
    assert exam("DVA-C03-10", new=True, bank=folder).title == "DVA-C03-10, form 2"
    ask(again, "begin")
    ask(again, "hand_in")
    assert exam("DVA-C03-10", bank=folder).title == "DVA-C03-10, form 2"
    assert len(recalls(Store())) == 0


def test_an_exam_and_a_study_of_the_same_form_are_two_attempts(monkeypatch, tmp_path, folder):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "progress.sqlite3"))
    ask(exam("DVA-C03-10", seed=1, bank=folder), "begin")
    assert ask(exam("DVA-C03-10", seed=1, study=True, bank=folder), "hello")["begun"] is False
    assert ask(exam("DVA-C03-10", seed=1, bank=folder), "hello")["mode"] == "exam"


def test_the_output_of_an_exam_is_the_same_whatever_was_done_before(monkeypatch, tmp_path, folder):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "progress.sqlite3"))
    view = exam("DVA-C03-10", bank=folder)
    before = view._repr_mimebundle_()[0]["text/html"]
    ask(view, "begin")
    assert exam("DVA-C03-10", bank=folder)._repr_mimebundle_()[0]["text/html"] == before
    assert "10 questions in 20 minutes (two minutes a question, as in the full form)" in before


def test_where_no_time_is_printed_the_view_says_that_it_is_assumed(store):
    view = ExamView(draw(blueprint("DVA-C03"), large_bank(), 1), store)
    assert "assumed: the guide prints no time" in view.facts[0]


def test_only_a_full_form_has_an_estimated_score(store):
    view = ExamView(draw(blueprint("DVA-C03"), large_bank(), 1), store)
    ask(view, "begin")
    assert "Estimated scaled score" in ask(view, "hand_in")["result"]
    assert "An estimate: AWS does not publish how it scales." in result_html(view.result)


@pytest.mark.parametrize("minutes", [0, 601])
def test_minutes_out_of_range_are_bad_input(minutes):
    with pytest.raises(BadInput, match="Choose 1 to 600"):
        exam("DVA-C03-10", minutes=minutes)


def test_an_attempt_at_questions_that_are_gone_says_how_to_begin_anew(monkeypatch, tmp_path, folder):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "progress.sqlite3"))
    ask(ExamView(draw(PLAN, BANK, 1), Store()), "begin")
    with pytest.raises(BadInput, match=r"no longer in the bank.*exam\(\.\.\., new=True\)"):
        exam("DVA-C03-10", bank=folder)


def test_an_exam_that_is_not_handed_in_has_no_figure(view):
    with pytest.raises(BadInput, match="Hand the exam in first"):
        result_figure(view.result)


SITTING = """
import sys
from exam_bank import large_bank
from lambda_study.quiz.attempt import start
from lambda_study.quiz.blueprint import blueprint
from lambda_study.quiz.exam import draw
from lambda_study.quiz.store import Store
from lambda_study.show.exam_session import ExamSession

store = Store(sys.argv[1])
form = draw(blueprint("DVA-C03"), large_bank(), 1)
session = ExamSession(None, lambda: start(form, store), store, 130)
session.reply({"kind": "begin"})
for question in form.questions:
    session.reply({"kind": "answer", "question": question.id, "chosen": ["B"]})
    print(question.id, flush=True)
"""


@pytest.mark.more
@pytest.mark.parametrize("number", [1, 7, 20, 41, 64])
def test_a_sitting_that_is_killed_at_any_answer_loses_none_that_was_kept(tmp_path, number):
    words = [sys.executable, "-c", SITTING, str(tmp_path / "progress.sqlite3")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as sitting:
        told = [sitting.stdout.readline().strip() for _ in range(number)]
        sitting.kill()
        told += sitting.stdout.read().split()
    left = unfinished(Store(tmp_path / "progress.sqlite3"))
    assert set(told) <= set(left.answers)
    assert len(left.answers) <= len(told) + 1
    assert reopened(left.id, Store(tmp_path / "progress.sqlite3"), large_bank()).form.seed == 1
