"""The question bank: a folder of topic files, read strictly, one faulty file never hiding the others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.finding import REPOSITORY, Finding, shown_path
from lambda_study.quiz.question import Question
from lambda_study.quiz.topic_file import SLUG, Topic, read_topic

DEFAULT_FOLDER = REPOSITORY / "quizzes"


@dataclass(frozen=True, repr=False)
class Bank:
    """The topics that could be read, and `problems`: every fault of the files that could not."""

    path: str
    topics: tuple[Topic, ...]
    problems: tuple[Finding, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, topic by topic in the order of the files' names."""
        return tuple(question for topic in self.topics for question in topic.questions)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(topic.name for topic in self.topics)

    def topic(self, name: str) -> tuple[Question, ...]:
        """The questions of topic NAME; an unknown name or a faulty file raises BadInput."""
        return self._find(name).questions

    def title(self, name: str) -> str:
        """The title of topic NAME."""
        return self._find(name).title

    def introduction(self, name: str) -> str:
        """What holds for all questions of topic NAME, such as the Region of its prices; may be empty."""
        return self._find(name).introduction

    def question(self, id: str) -> Question:
        """The question with this id; an unknown id raises BadInput that names the nearest."""
        found = next((question for question in self.questions if question.id == id), None)
        if found is None:
            near = did_you_mean(id, (question.id for question in self.questions))
            raise BadInput(f'No question "{id}" in {self.path}.{near}')
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the content of all questions: a changed word changes it, layout does not."""
        canonical = [_canonical(question) for question in sorted(self.questions, key=lambda each: each.id)]
        written = json.dumps(canonical, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(written.encode()).hexdigest()

    def _find(self, name: str) -> Topic:
        for topic in self.topics:
            if topic.name == name:
                return topic
        faults = [str(problem) for problem in self.problems if PurePath(problem.path).stem == name]
        if faults:
            raise BadInput("\n".join(faults))
        near = did_you_mean(name, self.names)
        raise BadInput(f'No topic "{name}" in {self.path}.{near} Topics: {", ".join(self.names)}.')

    def __repr__(self) -> str:
        counts = ", ".join(f"{topic.name} {len(topic.questions)}" for topic in self.topics)
        faults = f"; {len(self.problems)} problems" if self.problems else ""
        return f"Bank {self.path}: {len(self.questions)} questions ({counts}){faults}"


def load_bank(folder: str | Path | None = None) -> Bank:
    """The bank in FOLDER; without one the bank that comes with Lambda Study.

    Each `*.md` file but README.md is a topic. A file with faults gives `Bank.problems` and no questions;
    the others load. A folder that is not there or holds no topic raises BadInput.
    """
    path = Path(folder) if folder is not None else DEFAULT_FOLDER
    files = sorted(file for file in path.glob("*.md") if file.name != "README.md") if path.is_dir() else []
    if not files:
        raise BadInput(f"No topic files (*.md) in {shown_path(path)}. Give a folder with --bank FOLDER.")
    topics: list[Topic] = []
    problems: list[Finding] = []
    for file in files:
        topic, faults = read_topic(file)
        faults += [*_bad_name(topic), *_taken_ids(topic, topics)]
        problems += sorted(faults)
        if not faults:
            topics.append(topic)
    return Bank(shown_path(path), tuple(topics), tuple(problems))


def _bad_name(topic: Topic) -> Iterator[Finding]:
    if not SLUG.fullmatch(topic.name):
        message = (
            f'The topic name "{topic.name}" is no slug. Name the file in lower case, like cold-starts.md.'
        )
        yield Finding(topic.path, 0, "", "id-slug", "error", message)


def _taken_ids(topic: Topic, earlier: list[Topic]) -> Iterator[Finding]:
    taken = {question.id: question for other in earlier for question in other.questions}
    for question in topic.questions:
        first = taken.get(question.id)
        if first:
            message = f"is the id of a question at {first.path}:{first.line} too. Choose another."
            yield Finding(topic.path, question.line, question.id, "id-unique", "error", message)


def _canonical(question: Question) -> list[Any]:
    answer = question.answer
    return [
        [question.id, question.topic, question.kind, question.level, question.domains, repr(question.proof)],
        _folded(question.stem),
        [[_folded(each.text), each.correct, _folded(each.reason), each.claim] for each in question.options],
        [str(answer.value), answer.unit, str(answer.tolerance), _folded(answer.reason)] if answer else None,
        [repr(source) for source in question.sources],
        _folded(question.note),
        *(repr(draw) for draw in question.draws),
    ]


def _folded(text: str) -> str:
    """TEXT without its line breaks, since they are layout; with code in it, as it stands."""
    return text if "```" in text or "~~~" in text else " ".join(text.split())
