"""Drills to answer: scenarios drawn by a seed, as a quiz whose every wrong turn says what it violates."""

from __future__ import annotations

from lambda_study.model.drill import COMPARISONS, Drill, WrongTurn, drill
from lambda_study.model.usage import check_number
from lambda_study.quiz.question import LETTERS, Option, Question
from lambda_study.show.quiz_view import QuizView

_TITLE = "Which service?"
MOST, MOST_SEED = 100, 10**9
_INTRODUCTION = (
    "In each scenario the stated requirements leave one answer. The reason for a wrong turn names the "
    "requirement that it violates, and where AWS says so. Answers are kept nowhere."
)


def drills(seed: int = 1, name: str = "", count: int = 6) -> QuizView:
    """A quiz of COUNT drills, drawn by SEED: one of each comparison in turn, or all of the comparison NAME.

    The same seed gives the same scenarios, another seed others. Nothing is kept for the reviews.

    >>> drills(seed=3, name="web", count=2)
    QuizView('Which service?', 2 questions)

    Raises `BadInput` for a comparison that there is not, and for a count that is not 1 to 100.
    """
    count = int(check_number("count", count, 1, MOST, whole=True))
    seed = int(check_number("seed", seed, 0, MOST_SEED, whole=True))
    names = [name] if name else list(COMPARISONS)
    drawn = [drill(names[place % len(names)], seed * 1000 + place) for place in range(count)]
    questions = [_question(each, f"drill-{place}") for place, each in enumerate(drawn, start=1)]
    return QuizView(questions, title=_TITLE, introduction=_INTRODUCTION)


def _question(scenario: Drill, id: str) -> Question:
    stated = "\n".join(f"- {each.text}" for each in scenario.requirements)
    return Question(
        id=id,
        topic=_TITLE,
        kind="single",
        level="exam",
        domains=(),
        stem=f"{scenario.story}\n\n{stated}\n\n{scenario.comparison.question}",
        options=tuple(_options(scenario)),
    )


def _options(scenario: Drill) -> list[Option]:
    turns = {turn.option: turn for turn in scenario.reasons.wrong_turns}
    return [
        Option(letter, text, text not in turns, _reason(turns.get(text)))
        for letter, text in zip(LETTERS, scenario.options, strict=False)
    ]


def _reason(turn: WrongTurn | None) -> str:
    if turn is None:
        return "It meets everything that is stated, and is the one that does."
    fact = turn.violation.fact
    source = f"[source]({fact.source})" if fact.source.startswith("https://") else fact.source
    return f"{turn.violation.why} So it violates: *{turn.requirement.text}* ({source}, read {fact.date})"
