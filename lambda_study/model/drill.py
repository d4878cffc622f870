"""Drills: a scenario drawn by a seed, the one service that meets it, and why each other one does not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from lambda_study.errors import BadInput
from lambda_study.model.comparisons_of_compute import COMPUTE, CONCURRENCY
from lambda_study.model.comparisons_of_messages import FAILURES, MESSAGES
from lambda_study.model.comparisons_of_web import EDGE, WEB
from lambda_study.model.requirements import Comparison, Requirement, Violation
from lambda_study.nearest import did_you_mean

COMPARISONS = {each.name: each for each in (MESSAGES, COMPUTE, CONCURRENCY, WEB, FAILURES, EDGE)}
_REQUIREMENTS = (2, 3)  # one alone would say which service it is
_HEAD = ("wrong turn", "requirement that it violates", "why")


@dataclass(frozen=True, slots=True)
class WrongTurn:
    """An option that is not the answer, the REQUIREMENT that it cannot meet, and why."""

    option: str
    requirement: Requirement
    violation: Violation


@dataclass(frozen=True, slots=True, repr=False)
class Drill:
    """A scenario: a story, and requirements that one option alone meets. The repr keeps the answer to itself.

    Raises `BadInput` where the requirements leave no option, or several.
    """

    comparison: Comparison
    story: str
    requirements: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        fitting = self.comparison.fitting(self.requirements)
        if len(fitting) != 1:
            stated = ", ".join(each.id for each in self.requirements)
            left = " and ".join(fitting) or "no option"
            raise BadInput(f"{self.comparison.name}: {stated} leaves {left}. State what leaves one.")

    @property
    def options(self) -> tuple[str, ...]:
        return self.comparison.options

    @property
    def answer(self) -> str:
        """The one option that meets all that is required."""
        (answer,) = self.comparison.fitting(self.requirements)
        return answer

    @property
    def reasons(self) -> Reasons:
        """Why each wrong turn is one."""
        return Reasons(self.answer, tuple(self._wrong_turns()))

    def _wrong_turns(self) -> Iterator[WrongTurn]:
        for option in self.options:
            for requirement in self.requirements:
                if option in requirement.violated_by:
                    yield WrongTurn(option, requirement, requirement.violated_by[option])
                    break

    def __repr__(self) -> str:
        return "\n".join([self.story, *(f"- {each.text}" for each in self.requirements)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        items = "".join(f"<li>{escape(each.text)}</li>" for each in self.requirements)
        return {"text/plain": repr(self), "text/html": f"<p>{escape(self.story)}</p><ul>{items}</ul>"}


@dataclass(frozen=True, slots=True, repr=False)
class Reasons:
    """The wrong turns of a drill as a table, each with the source that AWS states it in."""

    answer: str
    wrong_turns: tuple[WrongTurn, ...]

    def __repr__(self) -> str:
        lines = [
            f"{turn.option}: {turn.violation.why}\n    violates: {turn.requirement.text}\n    {_source(turn)}"
            for turn in self.wrong_turns
        ]
        return "\n".join([f"It is: {self.answer}.", *lines])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The same as an HTML table, the sources as links."""
        left = ' style="text-align: left"'
        head = "".join(f"<th{left}>{word}</th>" for word in _HEAD)
        rows = "".join(
            f"<tr><td{left}>{escape(turn.option)}</td><td{left}>{escape(turn.requirement.text)}</td>"
            f"<td{left}>{escape(turn.violation.why)} {_link(turn)}</td></tr>"
            for turn in self.wrong_turns
        )
        answer = f"<p>It is: <strong>{escape(self.answer)}</strong>.</p>"
        return f"{answer}<table><tr>{head}</tr>{rows}</table>"


def drill(name: str, seed: int = 1) -> Drill:
    """A scenario of the comparison NAME, drawn by SEED: the same seed, the same scenario.

    >>> scenario = drill("edge", seed=4)
    >>> scenario.answer in scenario.options
    True

    Raises `BadInput` for a comparison that there is not.
    """
    comparison, drawn = _comparison(name), random.Random(f"{name} {seed}")
    story = drawn.choice(comparison.stories)
    return Drill(comparison, story, _stated(comparison, drawn.choice(comparison.options), drawn))


def state(name: str, *ids: str) -> Drill:
    """The scenario of the comparison NAME that states the requirements with these IDS.

    >>> state("edge", "each", "body").answer
    'Lambda@Edge at viewer request'
    """
    comparison = _comparison(name)
    return Drill(comparison, comparison.stories[0], tuple(comparison.requirement(id) for id in ids))


def decide(name: str, *ids: str) -> str:
    """The one service that meets the requirements with these IDS; BadInput if they leave none or several.

    >>> decide("web", "routes", "price")
    'HTTP API'
    >>> decide("web", "routes")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: web: routes leaves REST API and HTTP API. State what leaves one.
    """
    return state(name, *ids).answer


def fitting(name: str, *ids: str) -> tuple[str, ...]:
    """The services that meet the requirements with these IDS, however many.

    >>> fitting("web", "routes")
    ('REST API', 'HTTP API')
    """
    comparison = _comparison(name)
    return comparison.fitting(comparison.requirement(id) for id in ids)


def _stated(comparison: Comparison, answer: str, drawn: random.Random) -> tuple[Requirement, ...]:
    """Requirements that ANSWER alone meets, at least two of them, in any order."""
    possible = [each for each in comparison.requirements if answer not in each.violated_by]
    drawn.shuffle(possible)
    stated: list[Requirement] = []
    for each in possible:
        left = comparison.fitting(stated)
        if len(left) > 1 and comparison.fitting([*stated, each]) != left:
            stated.append(each)
    more = [each for each in possible if each not in stated]
    stated += more[: max(0, drawn.choice(_REQUIREMENTS) - len(stated))]
    drawn.shuffle(stated)
    return tuple(stated)


def _comparison(name: str) -> Comparison:
    if name not in COMPARISONS:
        near = did_you_mean(name, COMPARISONS)
        raise BadInput(f'There are no drills "{name}".{near} Choose from: {", ".join(COMPARISONS)}.')
    return COMPARISONS[name]


def _source(turn: WrongTurn) -> str:
    return f"{turn.violation.fact.source} (read {turn.violation.fact.date})"


def _link(turn: WrongTurn) -> str:
    found = turn.violation.fact
    if not found.source.startswith("https://"):
        return f"({escape(found.source)}, {escape(found.date)})"
    link = f'<a href="{escape(found.source)}" target="_blank" rel="noopener"'
    return f'({link} style="text-decoration: underline">source</a>, read {escape(found.date)})'
