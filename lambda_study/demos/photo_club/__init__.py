"""The photo club's application as a whole: a table of its functions, what makes it, and who uses it."""

from __future__ import annotations

from lambda_study.demos.photo_club.club import ClubApplication
from lambda_study.demos.photo_club.day import ClubDay, club_day
from lambda_study.demos.photo_club.functions import FUNCTIONS, RESOURCES
from lambda_study.demos.photo_club.member import Member
from lambda_study.demos.photo_club.month import club_month

__all__ = ["FUNCTIONS", "RESOURCES", "ClubApplication", "ClubDay", "Member", "club_day", "club_month"]
