"""The question bank on paper and for other programs."""

from __future__ import annotations

from lambda_study.handouts.files import Handout, write_handout, write_worksheet
from lambda_study.handouts.page import render

__all__ = ["Handout", "render", "write_handout", "write_worksheet"]
