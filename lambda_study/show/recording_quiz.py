"""A test that records: the questions of a file without keys, and no verdict. `collect` grades them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lambda_study.quiz.keyless import AskedTopic, read_question_file
from lambda_study.quiz.now import Now, utc_now
from lambda_study.show.assets import asset
from lambda_study.show.markup import block_html
from lambda_study.show.quiz_text import quiz_html, quiz_text
from lambda_study.show.quiz_view import before_submit, first
from lambda_study.show.recording_session import NAME_FIRST, RecordingSession, head_of, results_file

QUESTIONS = "questions.json"
RESULTS = "results"
RULES = "Nothing is graded here. Answers can be changed until you hand in. Select TWO counts as a whole."


class RecordingQuiz(anywidget.AnyWidget):
    """The questions of TOPIC, a page each. SESSION keeps the answers; neither has a key, so none can leak."""

    _esm = traitlets.Unicode(asset("form.js", "question.js", "exam.js")).tag(sync=True)
    _css = traitlets.Unicode(asset("quiz.css")).tag(sync=True)
    kind = traitlets.Unicode("Test").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    facts: traitlets.List[str] = traitlets.List().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, topic: AskedTopic, session: RecordingSession, learner: str = "") -> None:
        self._topic, self._session = topic, session
        facts = [f"{len(topic.questions)} questions. {RULES}", topic.introduction]
        facts += [f"Your name: {learner.strip()}" if learner.strip() else f"**{NAME_FIRST}**"]
        super().__init__(
            title=topic.title,
            facts=[block_html(each) for each in facts if each],
            questions=[{**before_submit(each.question), "select": each.select} for each in topic.questions],
        )
        self.on_msg(self._receive)

    def _receive(self, widget: object, content: object, buffers: object) -> None:
        reply = self._session.reply(content)
        if reply is not None:
            self.send(reply)

    def __repr__(self) -> str:
        return f"RecordingQuiz({self.title!r}: {self._session!r})"

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**keywords)
        if bundle is None:
            return None
        questions = [each.question for each in self._topic.questions]
        bundle[0]["text/plain"] = quiz_text(self._topic.title, questions, self._topic.introduction)
        bundle[0]["text/html"] = quiz_html(self._topic.title, questions, self._topic.introduction)
        return bundle


def recording_quiz(
    topic: str,
    count: int | None = None,
    learner: str = "",
    questions: str | Path = QUESTIONS,
    folder: str | Path = RESULTS,
    clock: Now = utc_now,
) -> RecordingQuiz:
    """Return the questions of TOPIC as a test that shows no verdict.

    They come from the file QUESTIONS, which has no keys; COUNT asks the first ones. The answers of LEARNER
    go to a results file in FOLDER, each at once; run again, the test goes on where it was. It begins when
    LEARNER is given. BadInput is raised for a TOPIC or COUNT that the file does not have, and for a file that
    is none.
    """
    found = read_question_file(questions)
    whole = found.topic(topic)
    asked = tuple(first(whole.questions, count))
    form = topic if count is None else f"{topic}/{count}"
    file = results_file(Path(folder), form, learner)
    session = RecordingSession(asked, file, learner, head_of(form, found.bank_digest), clock)
    return RecordingQuiz(AskedTopic(topic, whole.title, whole.introduction, asked), session, learner)
