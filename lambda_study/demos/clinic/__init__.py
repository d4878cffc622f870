"""The clinic: broken applications that really run here, to be repaired."""

from __future__ import annotations

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.ward import CASES, clinic, close_clinic, ward

__all__ = ["CASES", "Case", "clinic", "close_clinic", "ward"]
