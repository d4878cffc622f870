"""The ward: all cases, and how they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.cases.blank_page import BlankPage
from lambda_study.demos.clinic.cases.closed_shop import ClosedShop
from lambda_study.demos.clinic.cases.endless_thumbnails import EndlessThumbnails
from lambda_study.demos.clinic.cases.late_report import LateReport
from lambda_study.demos.clinic.cases.likes_stand_still import LikesStandStill
from lambda_study.demos.clinic.cases.lost_names import LostNames
from lambda_study.demos.clinic.cases.loud_log import LoudLog
from lambda_study.demos.clinic.cases.mixed_baskets import MixedBaskets
from lambda_study.demos.clinic.cases.no_captions import NoCaptions
from lambda_study.demos.clinic.cases.no_thumbnails import NoThumbnails
from lambda_study.demos.clinic.cases.old_cover import OldCover
from lambda_study.demos.clinic.cases.paid_twice import PaidTwice
from lambda_study.demos.clinic.cases.panorama import Panorama
from lambda_study.demos.clinic.cases.printed_twice import PrintedTwice
from lambda_study.errors import BadInput
from lambda_study.nearest import nearest

_ORDER: tuple[type[Case], ...] = (
    NoThumbnails, OldCover, BlankPage, NoCaptions, ClosedShop, MixedBaskets, LostNames, Panorama, LoudLog,
    EndlessThumbnails, PrintedTwice, PaidTwice, LikesStandStill, LateReport,
)  # fmt: skip
CASES: Mapping[str, type[Case]] = {case.name: case for case in _ORDER}
_NOT_SEEN, _ILL, _WELL = "not seen yet", "under treatment", "well again"

_state: dict[str, str] = {}
_open: list[Case] = []


@dataclass(frozen=True, slots=True, repr=False)
class Ward:
    """The cases in order: number, name, title, and how they are in this notebook."""

    rows: tuple[tuple[str, str, str, str], ...]

    def __repr__(self) -> str:
        widths = [max(len(row[column]) for row in self.rows) for column in range(3)]
        lines = ("  ".join([*map(str.ljust, row, widths), row[3]]) for row in self.rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        left = ' style="text-align: left"'
        head = "".join(
            f'<th scope="col"{left}>{name}</th>' for name in ("case", "name", "complaint", "state")
        )
        rows = ("".join(f"<td{left}>{escape(cell)}</td>" for cell in row) for row in self.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def clinic(name: str) -> Case:
    """Open the case NAME in an account of its own, and return it; the case that was open is closed.

    The same name again begins anew, with the application as it was given.

    >>> case = clinic("mixed-baskets")
    >>> case.check().well
    False
    >>> close_clinic()
    """
    if name not in CASES:
        raise BadInput(f'There is no case "{name}". The nearest is "{nearest(name, CASES)}".')
    close_clinic()
    case = CASES[name]()
    _open.append(case)
    return case


def close_clinic() -> None:
    """Close the case that is open, if one is."""
    while _open:
        case = _open.pop()
        _state[case.name] = _WELL if case.well else _ILL
        case.close()


def ward() -> Ward:
    """Return the list of all cases, with those that are well again in this notebook."""
    now = {**_state, **{case.name: _WELL if case.well else _ILL for case in _open}}
    return Ward(
        tuple(
            (str(number), name, case.title, now.get(name, _NOT_SEEN))
            for number, (name, case) in enumerate(CASES.items(), start=1)
        )
    )
