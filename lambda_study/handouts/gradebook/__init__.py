"""A class's results files: graded again from raw answers, as a gradebook and an analysis of the questions."""

from __future__ import annotations

from lambda_study.handouts.gradebook.book import Gradebook, gradebook
from lambda_study.handouts.gradebook.files import write_gradebook
from lambda_study.handouts.gradebook.hand_ins import read_folder

__all__ = ["Gradebook", "gradebook", "read_folder", "write_gradebook"]
