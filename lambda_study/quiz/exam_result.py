"""The result of an exam: right and wrong by domain, with intervals and, for a full form, a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lambda_study.model.statistics import Interval, wilson
from lambda_study.quiz.domains import domain_name
from lambda_study.quiz.exam import Form
from lambda_study.quiz.grade import grade
from lambda_study.quiz.question import Question
from lambda_study.quiz.results import Results, grade_results

SCALE_FROM, SCALE_TO = 100, 1000


@dataclass(frozen=True)
class Mark:
    """One question of an exam that was handed in: what was chosen, and whether that is right."""

    question: str
    domain: int
    chosen: tuple[str, ...]
    correct: bool
    flagged: bool = False
    guessed: bool = False
    seconds: float | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Mark:
        """The mark that the store holds as GIVEN."""
        return cls(**{**given, "chosen": tuple(given["chosen"])})


def mark(question: Question, domain: int, chosen: Sequence[str], **facts: Any) -> Mark:
    """The mark for what was CHOSEN, nothing included; FACTS are the other fields of a Mark."""
    correct = grade(question, chosen, practice=False).correct
    return Mark(question.id, domain, tuple(chosen), correct, **facts)


@dataclass(frozen=True, repr=False)
class DomainResult:
    """How one domain of an exam went."""

    number: int
    name: str
    correct: int
    questions: int

    @property
    def interval(self) -> Interval:
        return wilson(self.correct, self.questions)

    def __repr__(self) -> str:
        return f"{self.number} {self.name}: {self.correct} of {self.questions}, {self.interval!r}"


@dataclass(frozen=True, repr=False)
class ExamResult:
    """How an exam went. An answer that was left out is wrong; multiple response counts as a whole.

    `scaled` is an estimate, and only for a `full` form: AWS does not publish how it makes the scaled score,
    so the share of right answers is laid evenly over 100 to 1,000. `interval` says how little a form tells.
    """

    name: str
    exam: str
    full: bool
    passing: int
    marks: tuple[Mark, ...]

    @property
    def correct(self) -> int:
        return sum(mark.correct for mark in self.marks)

    @property
    def answered(self) -> int:
        return sum(bool(mark.chosen) for mark in self.marks)

    @property
    def interval(self) -> Interval:
        return wilson(self.correct, len(self.marks))

    @property
    def domains(self) -> tuple[DomainResult, ...]:
        """The domains in their order."""
        numbers = sorted({mark.domain for mark in self.marks})
        return tuple(self._domain(number) for number in numbers)

    @property
    def scaled(self) -> tuple[int, int, int] | None:
        """The estimated scaled score, and between which scores it may lie; None unless the form is full."""
        if not self.full:
            return None
        share = self.interval
        return scaled_score(share.share), scaled_score(share.low), scaled_score(share.high)

    def _domain(self, number: int) -> DomainResult:
        marks = [mark for mark in self.marks if mark.domain == number]
        name = domain_name(self.exam, number) or f"Domain {number}"
        return DomainResult(number, name, sum(mark.correct for mark in marks), len(marks))

    def to_json(self) -> dict[str, Any]:
        """The object that `lambda-study exam --json` prints."""
        scaled = self.scaled
        estimate = dict(zip(("estimate", "low", "high"), scaled, strict=True)) if scaled else None
        return {
            "exam": self.name,
            "questions": len(self.marks),
            "answered": self.answered,
            "correct": self.correct,
            "interval": _interval(self.interval),
            "scaled_estimate": {**estimate, "passing": self.passing} if estimate else None,
            "domains": [
                {
                    "domain": each.number,
                    "name": each.name,
                    "correct": each.correct,
                    "questions": each.questions,
                    "interval": _interval(each.interval),
                }
                for each in self.domains
            ],
            "answers": [asdict(mark) for mark in self.marks],
        }

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self.correct} of {len(self.marks)} right, {self.interval!r}."]
        if self.answered < len(self.marks):
            lines.append(f"Not answered, and so wrong: {len(self.marks) - self.answered}.")
        lines += [f"  {each!r}" for each in self.domains]
        if scaled := self.scaled:
            lines.append(
                f"Estimated scaled score: {scaled[0]} ({scaled[1]} to {scaled[2]}); {self.passing} passes. "
                "An estimate: AWS does not publish how it scales."
            )
        return "\n".join(lines)


def mark_results(form: Form, results: Results) -> ExamResult:
    """The result of raw answers to FORM, of which the last to each question counts.

    An answer to a question that is not of this form, and one that is no letter, raise BadInput.
    """
    grade_results(form.questions, results)
    last = {answer.question: answer for answer in results.answers}
    marks = [
        mark(question, domain, last[question.id].chosen if question.id in last else ())
        for question, domain in zip(form.questions, form.domains, strict=True)
    ]
    plan = form.blueprint
    return ExamResult(plan.name, plan.exam, plan.full, plan.passing, tuple(marks))


def scaled_score(share: float) -> int:
    """The share of right answers laid evenly over AWS's scale of 100 to 1,000: an estimate.

    >>> scaled_score(0), scaled_score(0.689), scaled_score(1)
    (100, 720, 1000)
    """
    return round(SCALE_FROM + (SCALE_TO - SCALE_FROM) * share)


def _interval(interval: Interval) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(interval).items() if name != "share"}
