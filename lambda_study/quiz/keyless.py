"""Questions without their keys: what a learner reads before answering, as a file to hand out.

    {"schema": 1, "bank_digest": "...", "topics": {"pricing": {"title": "Pricing", "introduction": "",
     "questions": [{"id": "free-tier", "kind": "single", "select": 1, "stem": "How many ...?",
                    "options": [["A", "None"], ["B", "One million"]], "unit": ""}]}}}

No key, reason, note, source or proof is in it. The digest says of which bank the questions are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.question import Answer, Option, Question

SCHEMA = 1


@dataclass(frozen=True)
class Asked:
    """A question that knows no key, and how many options a learner has to select."""

    question: Question
    select: int


@dataclass(frozen=True)
class AskedTopic:
    """The questions of a topic in their order, and what holds for all of them."""

    name: str
    title: str
    introduction: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class QuestionFile:
    """The topics of a file without keys, and the digest of their bank."""

    topics: tuple[AskedTopic, ...]
    bank_digest: str

    def topic(self, name: str) -> AskedTopic:
        """Return the topic NAME; another name raises BadInput that names those there are."""
        names = [topic.name for topic in self.topics]
        if name not in names:
            near = did_you_mean(name, names)
            raise BadInput(f'No topic "{name}" in the questions at hand.{near} Topics: {", ".join(names)}.')
        return self.topics[names.index(name)]


def without_keys(bank: Bank, topics: Iterable[str]) -> str:
    """Return the text of a file with the questions of TOPICS of BANK, and no key."""
    told = {
        name: {
            "title": bank.title(name),
            "introduction": bank.introduction(name),
            "questions": [_told(question) for question in bank.topic(name)],
        }
        for name in topics
    }
    whole = {"schema": SCHEMA, "bank_digest": bank.digest, "topics": told}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def read_question_file(path: str | Path) -> QuestionFile:
    """Return the questions in the file PATH; a file of another kind raises BadInput."""
    try:
        given = json.loads(Path(path).read_text("utf-8"))
        topics = tuple(_read_topic(name, topic) for name, topic in given["topics"].items())
        return QuestionFile(topics, given["bank_digest"])
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. It lies beside this notebook.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path} is no file of questions, or damaged ({error!r}). Ask for it again.") from None


def _told(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "select": len(question.key),
        "stem": question.stem,
        "options": [[option.letter, option.text] for option in question.options],
        "unit": question.answer.unit if question.answer else "",
    }


def _read_topic(name: str, given: Mapping[str, Any]) -> AskedTopic:
    questions = tuple(_read_question(name, each) for each in given["questions"])
    return AskedTopic(name, given["title"], given["introduction"], questions)


def _read_question(topic: str, given: Mapping[str, Any]) -> Asked:
    options = tuple(Option(letter, text, False, "") for letter, text in given["options"])
    number = Answer(Decimal(0), given["unit"]) if given["kind"] == "numeric" else None
    question = Question(
        given["id"], topic, given["kind"], "", (), given["stem"], options=options, answer=number
    )
    return Asked(question, given["select"])
