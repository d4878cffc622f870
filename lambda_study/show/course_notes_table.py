"""The course notes' claims as a list to guess at: each opens to its verdict, what is true, and the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.facts import CourseNote, course_notes


@dataclass(frozen=True, repr=False)
class CourseNotesTable:
    """Claims, each folded over its verdict. Folding is plain HTML: it needs no kernel and no script."""

    notes: tuple[CourseNote, ...]

    @property
    def verdicts(self) -> Counter[str]:
        """How often each verdict stands here: `verdicts["wrong"]`."""
        return Counter(note.verdict for note in self.notes)

    def __repr__(self) -> str:
        blocks = [_text(note) for note in self.notes]
        return "\n".join([*blocks, self._tally()])

    def _tally(self) -> str:
        counts = self.verdicts.most_common()
        return "Verdicts: " + " · ".join(f"{count} {verdict}" for verdict, count in counts) + "."

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def html(self) -> str:
        """The claims as HTML that takes the colours of the page around it."""
        rows = "\n".join(_html(note) for note in self.notes)
        return f'<div style="max-width: 48rem">\n{rows}\n<p>{escape(self._tally())}</p>\n</div>'


def course_notes_table(*numbers: int) -> CourseNotesTable:
    """The claims with these NUMBERS, or all 20, as a list whose verdicts open one by one.

    >>> course_notes_table(18)
    18. Duration is billed in steps of 1 ms.
        true: Each invocation is rounded up. Since August 2025 the init time of a cold start is billed too, \
for every function.
    Verdicts: 1 true.
    >>> course_notes_table().verdicts["wrong"]
    1

    Raises `BadInput` for a number that no claim has.
    """
    notes = course_notes()
    missing = sorted(set(numbers) - {note.number for note in notes})
    if missing:
        raise BadInput(f"There is no claim {missing[0]}. Choose 1 to {len(notes)}.")
    return CourseNotesTable(tuple(note for note in notes if not numbers or note.number in numbers))


def _text(note: CourseNote) -> str:
    return f"{note.number}. {note.claim}\n    {note.verdict}: {note.truth}"


def _html(note: CourseNote) -> str:
    link = (
        f'<a href="{escape(note.source)}" target="_blank" rel="noopener" aria-label="source of {note.number}"'
    )
    source = f'{link} style="text-decoration: underline">source</a>'
    return (
        f'<details style="margin: 0.3em 0"><summary>{note.number}. {escape(note.claim)}</summary>'
        f'<p style="margin: 0.3em 0 0.6em 1.2em"><strong>{escape(note.verdict.capitalize())}.</strong> '
        f"{escape(note.truth)} ({source}, read {escape(note.date)})</p></details>"
    )
