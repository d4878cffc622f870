"""The gradebook: a row for each learner and form, graded from raw answers with the bank at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.handouts.gradebook.forms import Form, Forms
from lambda_study.handouts.gradebook.hand_ins import HandIn, SetAside
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.grade import grade
from lambda_study.quiz.question import Question


@dataclass(frozen=True)
class Row:
    """What one learner reached in one form. `right` says question by question what was right."""

    learner: str
    form: Form
    right: tuple[bool, ...]
    chosen: tuple[tuple[str, ...], ...]
    last_at: str
    file: str
    remarks: tuple[str, ...]

    @property
    def points(self) -> int:
        return sum(self.right)

    @property
    def percent(self) -> float:
        return round(100 * self.points / len(self.right), 1)


@dataclass(frozen=True)
class Gradebook:
    """All rows by learner and form, the files that count for nobody, and the edition of the bank."""

    rows: tuple[Row, ...]
    aside: tuple[SetAside, ...]
    bank_digest: str

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form with a row, by name and seed."""
        return tuple(sorted({row.form for row in self.rows}, key=str))

    def of(self, form: Form) -> tuple[Row, ...]:
        """The rows of FORM."""
        return tuple(row for row in self.rows if row.form == form)


def gradebook(
    hand_ins: Iterable[HandIn],
    aside: Iterable[SetAside],
    bank: Bank,
    *,
    folder: str | Path | None = None,
    only: str = "",
) -> Gradebook:
    """The gradebook of HAND_INS, each graded from its raw answers; a score inside a file is not looked at.

    An answer that was left out, or that the question does not know, is wrong. Of two files of one learner for
    one form the later counts; the other is set aside, as is a form that this bank does not have. ONLY keeps
    one form by its name; nobody's result for it raises BadInput. FOLDER holds the blueprints, if not the
    bank's own.
    """
    forms, left = Forms(bank, folder), list(aside)
    found: dict[tuple[str, Form], Row] = {}
    for hand_in in sorted(hand_ins, key=lambda each: (each.last_at, each.file)):
        form = forms.form(hand_in.results.form, hand_in.results.seed)
        if only and form.name != forms.form(only, None).name:
            left.append(SetAside(hand_in.file, f'for the form "{form.name}", not {only}'))
            continue
        try:
            row = _row(hand_in, form, forms.questions(form), bank.digest)
        except BadInput as error:
            left.append(SetAside(hand_in.file, str(error)))
            continue
        before = found.get((row.learner.casefold(), form))
        if before:
            left.append(SetAside(before.file, _replaced(before, row)))
        found[row.learner.casefold(), form] = row
    if only and not found:
        raise BadInput(f'No results for the form "{only}". {_reasons(left)}Give another --form, or none.')
    rows = sorted(_with_copies(found.values()), key=lambda row: (row.learner.casefold(), str(row.form)))
    return Gradebook(tuple(rows), tuple(sorted(left, key=str)), bank.digest)


def _reasons(aside: list[SetAside]) -> str:
    return f"The first file set aside: {aside[0]}. " if aside else ""


def _row(hand_in: HandIn, form: Form, questions: tuple[Question, ...], digest: str) -> Row:
    given = {answer.question: answer.chosen for answer in hand_in.results.answers}
    known = {question.id for question in questions}
    chosen = tuple(given.get(question.id, ()) for question in questions)
    right, faults = [], []
    for question, letters in zip(questions, chosen, strict=True):
        try:
            right.append(grade(question, letters, practice=False).correct)
        except BadInput as error:
            right.append(False)
            faults.append(f"{question.id}: {error}")
    strange = [f'"{name}" is no question of this form' for name in given if name not in known]
    edition = hand_in.results.bank_digest
    other = ["was answered with another edition of the bank"] if edition not in (None, digest) else []
    remarks = (*hand_in.remarks, *faults, *strange, *other)
    return Row(hand_in.learner, form, tuple(right), chosen, hand_in.last_at, hand_in.file, remarks)


def _replaced(before: Row, row: Row) -> str:
    same = before.chosen == row.chosen and before.last_at == row.last_at
    return f"the same as {row.file}" if same else f"an earlier one of {before.learner}; {row.file} counts"


def _with_copies(rows: Iterable[Row]) -> Iterator[Row]:
    """ROWS, with a remark where two learners have the same answers at the same times."""
    twins: dict[object, list[Row]] = {}
    for row in rows:
        twins.setdefault((row.form, row.chosen, row.last_at) if row.last_at else row.file, []).append(row)
    for group in twins.values():
        for row in group:
            others = [other.learner for other in group if other is not row]
            remark = f"has the answers and times of {', '.join(others)}"
            yield replace(row, remarks=(*row.remarks, remark)) if others else row
