"""Questions, their bank and their grades. Importing it loads the standard library only."""

from __future__ import annotations

from lambda_study.quiz.bank import Bank, load_bank
from lambda_study.quiz.finding import Finding
from lambda_study.quiz.grade import Grade, grade
from lambda_study.quiz.question import Answer, Option, Proof, Question, Source

__all__ = [
    "Answer",
    "Bank",
    "Finding",
    "Grade",
    "Option",
    "Proof",
    "Question",
    "Source",
    "grade",
    "load_bank",
]
