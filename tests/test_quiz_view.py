"""The quiz widget: what it shows before Submit, how it grades, what it keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Thread

import comm
import pytest
from comm.base_comm import BaseComm
from quiz_bank import CLEAN
from quiz_questions import MULTIPLE, NUMERIC, QUESTIONS, SECRETS, SINGLE, with_another_key

from lambda_study.errors import BadInput
from lambda_study.quiz import load_bank
from lambda_study.quiz.bank import DEFAULT_FOLDER
from lambda_study.quiz.review import recalls
from lambda_study.quiz.store import ENVIRONMENT_VARIABLE, Store
from lambda_study.show.quiz_view import QuizView, quiz

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Wire(BaseComm):
    """A comm that keeps what the kernel publishes, as JSON, as a notebook server would carry it."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        self.published: list[str] = []
        super().__init__(*arguments, **keywords)

    def publish_msg(self, msg_type: str, data: object = None, **rest: object) -> None:
        self.published.append(json.dumps(data))

    def receive(self, content: object) -> None:
        data = {"method": "custom", "content": content}
        self.handle_msg({"content": {"data": data}, "buffers": []})

    def replies(self) -> list[dict]:
        messages = [json.loads(text) for text in self.published]
        return [message["content"] for message in messages if message.get("method") == "custom"]


@pytest.fixture
def view(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", Wire)
    minutes = count()
    view = QuizView(QUESTIONS, clock=lambda: NOON + timedelta(minutes=next(minutes)))
    yield view
    view.close()


def submit(view, question, *chosen):
    view.comm.receive({"kind": "submit", "question": question.id, "chosen": list(chosen)})
    return view.comm.replies()[-1]


def state_bytes(questions):
    return state_bytes_of(QuizView(questions))


def state_bytes_of(view):
    state = {name: value for name, value in view.get_state().items() if name != "layout"}
    bundle = {name: value for name, value in view._repr_mimebundle_()[0].items() if "widget-view" not in name}
    view.close()
    return json.dumps([state, bundle], default=str)


def test_state_and_output_are_the_same_bytes_whatever_the_key_is():
    others = [with_another_key(question) for question in QUESTIONS]
    assert [question.key for question in others] != [question.key for question in QUESTIONS]
    assert state_bytes(others) == state_bytes(QUESTIONS)


@pytest.fixture(scope="module")
def bank():
    return load_bank().questions


def test_the_whole_bank_shows_the_same_bytes_whatever_its_keys_are(bank):
    assert state_bytes([with_another_key(question) for question in bank]) == state_bytes(bank)


def test_fifty_questions_stay_below_60_kib(bank):
    many = [replace(question, id=f"{question.id}-{turn}") for turn in range(50) for question in bank][:50]
    assert len(many) == 50
    assert len(json.dumps(QuizView(many).get_state(), default=str)) < 60 * 1024
    assert len(json.dumps(QuizView(many)._repr_mimebundle_()[0])) < 60 * 1024


def test_nothing_secret_is_sent_before_submit(view):
    view.comm.receive({"kind": "hello"})
    sent = "".join(view.comm.published)
    assert SINGLE.options[0].text in sent
    assert [secret for secret in SECRETS if secret in sent] == []


def test_submit_brings_verdict_key_reasons_and_sources_of_that_question_alone(view):
    reply = submit(view, SINGLE, "A")
    assert reply["verdict"] == "Not right. You chose A. The answer is B."
    assert (reply["correct"], reply["key"]) == (False, ["B"])
    assert (
        reply["reasons"]["A"]
        == "<p>A synchronous caller sees <code>one</code> run; the queue tries again.</p>"
    )
    assert reply["note"] == "<p>Errors in your code: two <strong>retries</strong>.</p>"
    assert reply["sources"] == [[SINGLE.sources[0].url, "2026-11-23"]]
    assert not any(option.reason in json.dumps(reply) for option in MULTIPLE.options)


def test_multiple_response_counts_as_a_whole(view):
    assert (
        submit(view, MULTIPLE, "A", "C")["verdict"] == "Not right. You chose A and C. The answer is A and B."
    )
    assert submit(view, MULTIPLE, "B", "A")["verdict"] == "Right. The answer is A and B."


def test_an_incomplete_choice_is_refused_with_a_reason_and_not_counted(view):
    reply = submit(view, MULTIPLE, "A")
    assert reply == {"kind": "refused", "question": MULTIPLE.id, "text": "1 of 2 selected. Choose TWO."}
    assert view.answers == ()


def test_a_number_is_graded_and_a_text_that_is_none_is_refused(view):
    assert submit(view, NUMERIC, "ten")["kind"] == "refused"
    assert submit(view, NUMERIC, "12")["verdict"] == "Not right. You wrote 12. The answer is 10 environments."
    assert submit(view, NUMERIC, "10")["correct"] is True


def test_each_attempt_is_kept_with_its_time(view):
    submit(view, SINGLE, "A")
    submit(view, SINGLE, "B")
    assert [(attempt.chosen, attempt.correct) for attempt in view.answers] == [
        (("A",), False),
        (("B",), True),
    ]
    assert [attempt.at for attempt in view.answers] == [NOON, NOON + timedelta(minutes=1)]


def test_the_score_tells_a_second_try_from_a_first(view):
    assert repr(view.score) == "Nothing answered yet. 3 questions."
    submit(view, SINGLE, "A")
    submit(view, SINGLE, "B")
    submit(view, NUMERIC, "10")
    assert repr(view.score) == "2 of 2 right so far, 1 at the first try. 3 questions."


def test_a_second_view_learns_what_was_answered(view):
    submit(view, SINGLE, "B")
    view.comm.receive({"kind": "hello"})
    progress = view.comm.replies()[-1]
    assert [graded["question"] for graded in progress["graded"]] == [SINGLE.id]


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        7,
        "submit",
        [],
        {},
        {"kind": "submit"},
        {"kind": ["submit"]},
        {"kind": "submit", "question": ["x"]},
        {"kind": "submit", "question": "no-such-question", "chosen": ["A"]},
    ],
)
def test_what_is_no_message_of_a_view_is_ignored(view, garbage):
    view.comm.receive(garbage)
    assert view.comm.replies() == []
    assert submit(view, SINGLE, "B")["correct"] is True


@pytest.mark.parametrize("chosen", [None, 3, "B", {"A": 1}, [["B"]], [None], ["Z"], ["B" * 1000], []])
def test_an_unreadable_choice_is_refused_and_not_counted(view, chosen):
    view.comm.receive({"kind": "submit", "question": SINGLE.id, "chosen": chosen})
    assert view.comm.replies()[-1]["kind"] == "refused"
    assert view.answers == ()


def test_the_text_shows_questions_and_lettered_options():
    text = QuizView(QUESTIONS)._repr_mimebundle_()[0]["text/plain"]
    assert text.startswith("Quiz: concurrency (3 questions).")
    assert "\n   How many times does the handler run?\n   A. Once\n   B. Three times\n" in text
    assert text.endswith("   Answer: ____ environments")


def test_the_still_html_escapes_and_keeps_letters_as_text():
    html = QuizView([MULTIPLE])._repr_mimebundle_()[0]["text/html"]
    assert "# &lt;b&gt;" in html
    assert "A. The file <code>/tmp/n</code> stays" in html


def test_two_views_print_the_same():
    first, second = QuizView(QUESTIONS), QuizView(QUESTIONS)
    assert repr(first) == repr(second) == "QuizView('concurrency', 3 questions)"
    assert first._repr_mimebundle_()[0]["text/html"] == second._repr_mimebundle_()[0]["text/html"]


def test_a_quiz_without_questions_is_bad_input():
    with pytest.raises(BadInput, match="at least one question"):
        QuizView([])


def test_a_topic_of_the_bank_is_shown_by_its_name():
    view = quiz("pricing")
    assert len(view.questions) == len(load_bank().topic("pricing"))
    assert view.title == load_bank().title("pricing")


def test_an_unknown_topic_is_bad_input():
    with pytest.raises(BadInput, match="No topic"):
        quiz("prizing")


def test_a_quiz_says_what_holds_for_its_questions_and_where_the_others_are():
    view = quiz("pricing", count=5)
    assert "US East (N. Virginia)" in view.introduction.replace("\n", " ")
    assert 'There are more questions: run <code>quiz("pricing")' in view.more.replace("&quot;", '"')
    text = view._repr_mimebundle_()[0]["text/plain"]
    assert "list prices in US dollars" in text.split("\n\n")[1]
    assert text.endswith('more questions: run `quiz("pricing")` in a cell.')


def test_a_question_added_at_the_end_of_a_topic_leaves_the_quiz_of_a_lesson_as_it_was(tmp_path):
    file = DEFAULT_FOLDER / "pricing.md"
    shown = state_bytes_of(quiz("pricing", count=5))
    another = CLEAN.partition("\n")[2]
    (tmp_path / "pricing.md").write_text(file.read_text(encoding="utf-8") + another, encoding="utf-8")
    assert len(load_bank(tmp_path).topic("pricing")) == len(load_bank().topic("pricing")) + 1
    assert state_bytes_of(quiz("pricing", bank=tmp_path, count=5)) == shown


def test_a_whole_topic_has_no_more_questions():
    assert quiz("pricing").more == ""


@pytest.fixture
def kept(monkeypatch, tmp_path):
    """A quiz that keeps its answers, and the store that it keeps them in."""
    monkeypatch.setattr(comm, "create_comm", Wire)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "progress.sqlite3"))
    view = quiz("pricing")
    yield view, Store()
    view.close()


def send_first(view, **more):
    question = load_bank().topic("pricing")[0]
    chosen = [str(question.answer.value)] if question.answer else list(question.key)
    view.comm.receive({"kind": "submit", "question": question.id, "chosen": chosen, **more})
    return question


def test_an_answer_in_a_notebook_is_kept_for_the_reviews_like_one_in_the_terminal(kept):
    view, store = kept
    question = send_first(view, flagged=True, seconds=12.5)
    (recall,) = recalls(store)
    assert (recall.question, recall.correct, recall.doubtful, recall.seconds) == (
        question.id,
        True,
        True,
        12.5,
    )


def test_answers_from_two_threads_are_both_kept(kept):
    view, store = kept
    send_first(view)
    other = Thread(target=send_first, args=[view])
    other.start()
    other.join()
    assert len(recalls(store)) == 2


def test_a_quiz_that_is_not_answered_makes_no_file(kept):
    _view, store = kept
    assert not store.path.exists()


def test_a_quiz_can_keep_nothing(kept):
    view = quiz("pricing", keep=False)
    send_first(view)
    assert (recalls(kept[1]), view.kept) == ((), "")


def test_an_answer_that_cannot_be_kept_is_graded_and_said_to(kept):
    view, store = kept
    store.path.mkdir()
    send_first(view)
    reply = view.comm.replies()[-1]
    assert reply["correct"]
    assert "Not kept: Your progress in" in reply["score"]
