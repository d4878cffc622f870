"""Questions as one HTML page: the student's sheet or the teacher's key."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_study.handouts.document import Document, NameLine, Text
from lambda_study.handouts.html import html_page
from lambda_study.handouts.key import days_read, key_blocks
from lambda_study.handouts.sheet import sheet_blocks
from lambda_study.quiz.question import Question


def paper_of(
    questions: Sequence[Question],
    key: bool = False,
    *,
    title: str = "",
    digest: str = "",
    large: bool = False,
    introduction: str = "",
) -> Document:
    """Return QUESTIONS as the student's sheet or, with KEY, the teacher's key.

    The sheet holds no key, reason, note or source. `digest` names the edition of the bank in the footer;
    `large` is for large print (18 pt). INTRODUCTION (Markdown) holds for all questions and stands below the
    title.
    """
    title = title or questions[0].topic
    return Document(
        title=f"{title}: key" if key else title,
        lead=(Text("Key, for the teacher."),) if key else (NameLine(len(questions)),),
        blocks=key_blocks(questions) if key else sheet_blocks(questions),
        introduction=introduction,
        digest=digest,
        remark=days_read(questions) if key else "",
        large=large,
    )


def render(
    questions: Sequence[Question],
    key: bool = False,
    *,
    title: str = "",
    digest: str = "",
    large: bool = False,
    introduction: str = "",
) -> str:
    """Return `paper_of` these arguments as an HTML page, which asks for no other file.

    The same questions give the same bytes on every run.
    """
    page = paper_of(questions, key, title=title, digest=digest, large=large, introduction=introduction)
    return html_page(page)
