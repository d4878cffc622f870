"""The result of an exam as a picture: what was right in each domain, and how much one form can tell."""

from __future__ import annotations

from lambda_study.errors import BadInput
from lambda_study.quiz.exam_result import SCALE_FROM, SCALE_TO, DomainResult, ExamResult
from lambda_study.show.domain_rows import Mark, Row, domain_rows
from lambda_study.show.figure import Figure


def result_figure(result: ExamResult | None, title: str | None = None) -> Figure:
    """A figure of RESULT: a row a domain and one for the whole, each with the range that it leaves open.

    The range is Wilson's interval of 95 percent. For a full form a line marks the share that the estimated
    scaled score needs to pass. `title` replaces the finding (at most 60 characters). The result of an exam
    that is not handed in is None, and raises BadInput.
    """
    if result is None:
        raise BadInput("There is no result yet. Hand the exam in first.")
    rows = [Row("Whole form", result.interval.share, _words(result), _between(result))]
    rows += [Row(each.name, each.interval.share, _words(each), _between(each)) for each in result.domains]
    drawn = domain_rows(title or _finding(result), rows, "Right answers", _pass_mark(result))
    said = [f"{each.name}: {each.correct} of {each.questions}" for each in result.domains]
    alt = f"Right answers of {result.name} by domain, each with its range of 95 %. {'; '.join(said)}."
    share = result.interval
    head = f"{result.correct} of {len(result.marks)} right, {share.low:.0%} to {share.high:.0%}."
    return Figure(drawn, alt=alt, headline=f"{head}{_estimate(result)}")


def _finding(result: ExamResult) -> str:
    if not result.correct:
        return "No answer was right"
    weakest = min(result.domains, key=lambda each: each.interval.share)
    if weakest.correct == weakest.questions:
        return "Every answer was right"
    return f"Weakest here: {weakest.name}, {weakest.correct} of {weakest.questions}"


def _words(part: DomainResult | ExamResult) -> str:
    number = part.questions if isinstance(part, DomainResult) else len(part.marks)
    return f"{part.correct} of {number}, {part.interval.share:.0%}"


def _between(part: DomainResult | ExamResult) -> tuple[float, float]:
    return part.interval.low, part.interval.high


def _pass_mark(result: ExamResult) -> Mark | None:
    if not result.full:
        return None
    share = (result.passing - SCALE_FROM) / (SCALE_TO - SCALE_FROM)
    return Mark(share, f"about {result.passing}, estimated")


def _estimate(result: ExamResult) -> str:
    if result.scaled is None:
        return ""
    score, low, high = result.scaled
    return f" Estimated scaled score: {score} ({low} to {high}); {result.passing} passes."
