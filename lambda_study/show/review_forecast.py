"""The forecast as a picture: how much of each domain will be remembered on the exam's day."""

from __future__ import annotations

from datetime import date

from lambda_study.quiz.learner import Forecast, Learner, as_day
from lambda_study.quiz.review import DomainForecast
from lambda_study.show.domain_rows import Row, domain_rows
from lambda_study.show.figure import Figure
from lambda_study.show.review_learner import me


def forecast(exam: str = "", on: str | date | None = None, who: Learner | None = None) -> Figure:
    """Return a figure of what is remembered of each domain of EXAM on the day ON, without further review.

    Without EXAM and ON they are those that `plan` kept; without a plan it is today. The share is of the
    questions that were answered at least once, by FSRS: what was never asked is no part of it. ON is a date
    or YYYY-MM-DD, WHO as for `review`.
    """
    learner = who or me()
    try:
        return forecast_figure(learner.forecast(exam, None if on is None else as_day(on)))
    finally:
        learner.store.close()


def forecast_figure(found: Forecast) -> Figure:
    """Return the figure of a forecast."""
    rows = [Row(each.name, each.recall, _words(each)) for each in found.domains]
    drawn = domain_rows(_finding(found), rows, f"Still known on {found.on}, of the questions answered so far")
    said = "; ".join(f"{each.name}: {_words(each)}" for each in found.domains)
    alt = f"What is remembered of {found.exam} on {found.on}, by domain. {said}."
    when = f"in {found.days} days" if found.days else "today"
    return Figure(
        drawn, alt=alt, headline=f"{found.exam} on {found.on}, {when}, if nothing is reviewed again."
    )


def _finding(found: Forecast) -> str:
    known = [each for each in found.domains if each.recall is not None]
    if not known:
        return "Nothing answered yet: nothing to forecast"
    weakest = min(known, key=lambda each: each.recall or 0)
    return f"Forgotten first: {weakest.name}, {weakest.recall:.0%}"


def _words(domain: DomainForecast) -> str:
    share = "nothing to tell" if domain.recall is None else f"{domain.recall:.0%}"
    return f"{share}, {domain.seen} of {domain.questions} seen"
