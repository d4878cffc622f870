"""What a form's rows say about its questions: how hard they are, and whose key is to be looked at."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_study.handouts.gradebook.book import Row
from lambda_study.handouts.gradebook.forms import Form
from lambda_study.model.option_figures import (
    OptionStatistics,
    doubtful_keys,
    letters_mask,
    option_statistics,
)
from lambda_study.model.statistics import ScoreStatistics, score_statistics
from lambda_study.quiz.question import Question


@dataclass(frozen=True)
class ItemReport:
    """The statistics of one form, who chose which option, and the questions whose key may be wrong."""

    form: Form
    scores: ScoreStatistics
    options: tuple[OptionStatistics, ...]

    @property
    def suspects(self) -> tuple[str, ...]:
        """The ids of the questions that the better learners get wrong, each once."""
        found = [item.name for item in self.scores.suspect_keys]
        return tuple(dict.fromkeys([*found, *doubtful_keys(self.options)]))


def item_report(form: Form, rows: tuple[Row, ...], questions: tuple[Question, ...]) -> ItemReport:
    """The report on QUESTIONS from the ROWS of FORM, of which there is one at least."""
    names = [question.id for question in questions]
    lettered = [number for number, question in enumerate(questions) if question.options]
    chosen = [[_mask(questions[number], row.chosen[number]) for number in lettered] for row in rows]
    keys = [letters_mask(questions[number].key) for number in lettered]
    counts = [len(questions[number].options) for number in lettered]
    of_options = option_statistics(chosen, keys, counts, [names[number] for number in lettered])
    return ItemReport(form, score_statistics([row.right for row in rows], names), of_options)


def _mask(question: Question, chosen: tuple[str, ...]) -> int:
    known = {option.letter for option in question.options}
    return letters_mask(known.intersection(letter.strip().upper() for letter in chosen))
