"""The question bank and the lessons on paper, and the bank for other programs."""

from __future__ import annotations

from lambda_study.handouts.files import (
    Handout,
    write_cheat_sheet,
    write_handout,
    write_ticket,
    write_worksheet,
)
from lambda_study.handouts.page import render

__all__ = ["Handout", "render", "write_cheat_sheet", "write_handout", "write_ticket", "write_worksheet"]
