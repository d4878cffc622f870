"""The result of an exam as HTML: the score, each domain with its interval, and the picture of them."""

from __future__ import annotations

from html import escape

from lambda_study.model.statistics import Interval
from lambda_study.quiz.exam_result import ExamResult
from lambda_study.show.exam_figure import result_figure
from lambda_study.show.figure import Figure

INTERVAL_NOTE = (
    "The range says how little one form tells: with so many questions, any share of right answers in it "
    "may well give this result."
)


def result_html(result: ExamResult) -> str:
    """Return RESULT as HTML that needs no other file."""
    left_out = len(result.marks) - result.answered
    open_ones = f"<p>Not answered, and so wrong: {left_out}.</p>" if left_out else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(each.name)}</th><td>{each.correct} of {each.questions}</td>'
        f"<td>{_range(each.interval)}</td></tr>"
        for each in result.domains
    )
    picture = result_figure(result)
    head = '<tr><th scope="col">Domain</th><th scope="col">Right</th><th scope="col">Range</th></tr>'
    return (
        f"<p><strong>{result.correct} of {len(result.marks)} right: "
        f"{result.interval.share:.0%}, range {_range(result.interval)}.</strong></p>"
        f"{_estimate(result)}{open_ones}<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
        f"<p>{INTERVAL_NOTE}</p>{Figure(picture.fig, picture.alt).html()}"
    )


def _estimate(result: ExamResult) -> str:
    if result.scaled is None:
        return ""
    score, low, high = result.scaled
    return (
        f"<p>Estimated scaled score: <strong>{score}</strong> ({low} to {high}); {result.passing} passes. "
        "An estimate: AWS does not publish how it scales.</p>"
    )


def _range(interval: Interval) -> str:
    return f"{interval.low:.0%} to {interval.high:.0%}"
