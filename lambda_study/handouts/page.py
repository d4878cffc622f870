"""A topic as one self-contained HTML page: the student's sheet or the teacher's key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from lambda_study.handouts.key import days_read, key_body
from lambda_study.handouts.sheet import name_lines, sheet_body
from lambda_study.quiz.question import Question
from lambda_study.show.markup import block_html


def render(
    questions: Sequence[Question],
    key: bool = False,
    *,
    title: str = "",
    digest: str = "",
    large: bool = False,
    introduction: str = "",
) -> str:
    """Return the HTML page of QUESTIONS: the student's sheet or, with KEY, the teacher's key.

    The sheet holds no key, reason, note or source. The same questions give the same bytes on every run.
    `digest` names the edition of the bank in the footer; `large` is for large print (18 pt). The page asks
    for no other file. INTRODUCTION (Markdown) holds for all questions and stands below the title.
    """
    title = title or questions[0].topic
    return _template().substitute(
        title=escape(f"{title}: key" if key else title),
        size="large" if large else "normal",
        digest=escape(digest),
        digest_short=escape(digest[:12]),
        head="<p>Key, for the teacher.</p>" if key else name_lines(questions),
        introduction=f'<div class="introduction">{block_html(introduction)}</div>' if introduction else "",
        read=f" {days_read(questions)}" if key else "",
        main=key_body(questions) if key else sheet_body(questions),
    )


@cache
def _template() -> Template:
    return Template((files("lambda_study.handouts") / "page.html").read_text("utf-8"))
