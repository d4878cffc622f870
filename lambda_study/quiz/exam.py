"""Exams: forms drawn from the bank by a blueprint."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lambda_study.errors import BadInput
from lambda_study.quiz.assignment import assign, domains_in
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import Blueprint
from lambda_study.quiz.likeness import Likeness
from lambda_study.quiz.question import Question

KINDS = ("single", "multiple")
# What the topics say at their heads. An exam mixes the topics, so it says it once for all of them.
COMMON_GROUND = (
    "Unless a question says otherwise: standard (on-demand) functions, default quotas, list prices "
    "before tax of US East (N. Virginia). One MB is 1,024 KB."
)


@dataclass(frozen=True, repr=False)
class Form:
    """The questions of one exam, in their order. `domains` holds the domain that each one counts for."""

    blueprint: Blueprint
    seed: int
    bank_digest: str
    questions: tuple[Question, ...]
    domains: tuple[int, ...]

    def __repr__(self) -> str:
        return f"{self.blueprint.name}, form {self.seed}: {len(self.questions)} questions"


def draw(blueprint: Blueprint, bank: Bank, seed: int, without: Collection[str] = ()) -> Form:
    """The form of BLUEPRINT that SEED gives: the same questions in the same order, whoever draws it.

    Each domain has its places by the weights. Only single and multiple response, as in the exams, and only
    the blueprint's levels; of near-duplicates one. WITHOUT are ids to leave out, as those of an earlier form.
    A bank that is too small raises BadInput, which says how many questions there are for each domain.
    """
    candidates = usable(blueprint, bank.questions, seed, without)
    places = assign(blueprint.exam, blueprint.places, candidates)
    missing = sum(blueprint.places.values()) - len(places)
    if missing:
        raise BadInput(_too_small(blueprint, candidates, missing))
    chosen = [question for question in _shuffled(candidates, f"{seed}/order") if question.id in places]
    domains = tuple(places[question.id] for question in chosen)
    return Form(blueprint, seed, bank.digest, tuple(chosen), domains)


def rebuild(
    blueprint: Blueprint, bank: Bank, seed: int, ids: Collection[str], domains: Iterable[int], digest: str
) -> Form:
    """A form that was drawn earlier, from the ids of its questions; one that is gone raises BadInput."""
    known = {question.id: question for question in bank.questions}
    gone = [id for id in ids if id not in known]
    if gone:
        raise BadInput(
            f"{len(gone)} questions of this exam are no longer in the bank: {', '.join(gone[:3])}. "
            "Begin a new one."
        )
    return Form(blueprint, seed, digest, tuple(known[id] for id in ids), tuple(domains))


def usable(
    blueprint: Blueprint, questions: Iterable[Question], seed: int, without: Collection[str]
) -> list[Question]:
    """The questions that may be drawn, in the order of SEED, and of near-duplicates the first."""
    left_out, likeness = set(without), Likeness()
    found = []
    for question in _shuffled(questions, str(seed)):
        fits = question.kind in KINDS and question.level in blueprint.levels
        if not fits or question.id in left_out or not domains_in(blueprint.exam, question):
            continue
        if not likeness.twin(question):
            likeness.keep(question)
            found.append(question)
    return found


def _shuffled(questions: Iterable[Question], seed: str) -> list[Question]:
    """QUESTIONS in an order that depends on SEED and their ids alone: not on the files or the Python."""
    return sorted(
        questions, key=lambda question: hashlib.sha256(f"{seed}/{question.id}".encode()).hexdigest()
    )


def _too_small(blueprint: Blueprint, candidates: list[Question], missing: int) -> str:
    there = {
        domain: sum(domain in domains_in(blueprint.exam, question) for question in candidates)
        for domain in blueprint.places
    }
    counts = ", ".join(
        f"domain {domain}: {there[domain]} for {wanted}" for domain, wanted in blueprint.places.items()
    )
    return (
        f"{blueprint.name} needs {blueprint.questions} questions; the bank has {len(candidates)} "
        f"that it can use, and {missing} places stay empty ({counts}). Take a shorter form or a topic's quiz."
    )
