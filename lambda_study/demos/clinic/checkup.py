"""What a look at a repaired application found: one line for each thing that has to be right again."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

State = Literal["well", "ill", "open"]
_SIGNS: dict[State, tuple[str, str]] = {
    "well": ("✓", "#2e8b57"),
    "ill": ("✗", "#d1453b"),
    "open": ("·", "#8a8a8a"),
}
_LINE = "margin: 0.2em 0; padding: 0.2em 0.7em; border-left: 6px solid {}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `told` says what is still wrong, "" for nothing.

    >>> Finding("A photo gets a thumbnail", "well"), Finding("It costs one run", "ill", "It took 16.")
    (✓ A photo gets a thumbnail, ✗ It costs one run: It took 16.)
    """

    checked: str
    state: State
    told: str = ""

    def __repr__(self) -> str:
        return f"{_SIGNS[self.state][0]} {self.checked}" + (f": {self.told}" if self.told else "")


@dataclass(frozen=True, slots=True, repr=False)
class CheckUp:
    """The findings of one look at the application TITLE, in order.

    >>> CheckUp("No thumbnails", (Finding("A photo gets a thumbnail", "ill", "It got none."),))
    No thumbnails: 1 of 1 checks is not well yet.
    ✗ A photo gets a thumbnail: It got none.
    """

    title: str
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether everything is right."""
        return all(finding.state == "well" for finding in self.findings)

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        left = sum(finding.state != "well" for finding in self.findings)
        if not left:
            return f"{self.title}: all is well. The application works again."
        are = "is" if left == 1 else "are"
        return f"{self.title}: {left} of {len(self.findings)} checks {are} not well yet."

    def __repr__(self) -> str:
        return "\n".join([self.headline, *map(repr, self.findings)])

    def _repr_html_(self) -> str:
        colour = _SIGNS["well" if self.well else "ill"][1]
        lines = [f'<p style="{_LINE.format(colour)}; font-weight: 600">{escape(self.headline)}</p>']
        lines += [
            f'<p style="{_LINE.format(_SIGNS[finding.state][1])}">{escape(repr(finding))}</p>'
            for finding in self.findings
        ]
        return "\n".join(lines)
