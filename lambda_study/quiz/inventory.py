"""What a bank holds: how its keys are proven, how many questions each domain has, how many forms it gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from lambda_study.quiz.assignment import assign, domains_in
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.blueprint import Blueprint
from lambda_study.quiz.domains import domain_name
from lambda_study.quiz.exam import usable

PROOFS = ("fact", "calc", "demo", "none")
# Questions at exam level that we want in each domain of DVA-C03: three full forms and a few more.
WANTED = {"DVA-C03": {1: 60, 2: 52, 3: 44, 4: 44}}


@dataclass(frozen=True, repr=False)
class ProofShares:
    """How the questions of one level are proven. `run` is the share by calculation or demo, in percent."""

    level: str
    questions: int
    by: dict[str, int]

    @property
    def run(self) -> int:
        return round(100 * (self.by["calc"] + self.by["demo"]) / self.questions)

    @property
    def proven(self) -> int:
        """The share with any proof, in percent."""
        return round(100 * (self.questions - self.by["none"]) / self.questions)

    def to_json(self) -> dict[str, int]:
        return {
            "questions": self.questions,
            **self.by,
            "proven_percent": self.proven,
            "run_percent": self.run,
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind} {count}" for kind, count in self.by.items() if count)
        return (
            f"{self.level} {self.questions}: {counts} ({self.proven}% proven, {self.run}% run or calculated)"
        )


def proof_shares(bank: Bank) -> tuple[ProofShares, ...]:
    """The shares of BANK's recall questions, and of those at exam level."""
    levels = sorted({question.level for question in bank.questions}, reverse=True)
    return tuple(_shares_of(bank, level) for level in levels)


def _shares_of(bank: Bank, level: str) -> ProofShares:
    questions = [question for question in bank.questions if question.level == level]
    counts = Counter(question.proof.kind if question.proof else "none" for question in questions)
    return ProofShares(level, len(questions), {kind: counts[kind] for kind in PROOFS})


@dataclass(frozen=True, repr=False)
class DomainStock:
    """The questions that a form of an exam may draw in one domain.

    `tagged` counts a question in each of its domains, `assigned` in one, as WANTED is met best.
    """

    exam: str
    domain: int
    tagged: int
    assigned: int
    wanted: int

    def to_json(self) -> dict[str, int]:
        return {"tagged": self.tagged, "assigned": self.assigned, "wanted": self.wanted}

    def __repr__(self) -> str:
        name = domain_name(self.exam, self.domain)
        return f"{self.domain} {name}: {self.assigned} of {self.wanted} wanted ({self.tagged} tagged)"


def domain_stock(bank: Bank, blueprint: Blueprint) -> tuple[DomainStock, ...]:
    """What there is for BLUEPRINT, domain by domain, against what is wanted; of near-duplicates one.

    Wanted are the numbers of WANTED, or else the places of the form. A question of two domains is assigned to
    one of them, so that as few places as possible stay empty.
    """
    wanted = WANTED.get(blueprint.exam, blueprint.places)
    there = usable(blueprint, bank.questions, seed=0, without=())
    tagged = Counter(domain for question in there for domain in domains_in(blueprint.exam, question))
    assigned = Counter(assign(blueprint.exam, wanted, there).values())
    return tuple(
        DomainStock(blueprint.exam, domain, tagged[domain], assigned[domain], wanted[domain])
        for domain in sorted(wanted)
    )


@dataclass(frozen=True, repr=False)
class DisjointForms:
    """Whether so many forms can be drawn that have no question in common. `missing` is by domain."""

    blueprint: Blueprint
    forms: int
    missing: dict[int, int]

    @property
    def possible(self) -> bool:
        return not self.missing

    def __repr__(self) -> str:
        what = f"{self.forms} forms of {self.blueprint.questions} questions ({self.blueprint.name})"
        lacking = ", ".join(f"{count} in domain {domain}" for domain, count in self.missing.items())
        return f"{what}: {'possible' if self.possible else f'not yet, {lacking} are missing'}"


def disjoint_forms(bank: Bank, blueprint: Blueprint, forms: int = 3) -> DisjointForms:
    """Whether BANK gives FORMS disjoint forms of BLUEPRINT, of near-duplicates one in all of them.

    The places of all forms are filled at once, each question in one of its domains (`assign`). If none stays
    empty, any way to part the questions of each domain gives the forms.
    """
    places = {domain: forms * count for domain, count in blueprint.places.items()}
    there = usable(blueprint, bank.questions, seed=0, without=())
    filled = Counter(assign(blueprint.exam, places, there).values())
    missing = {domain: count - filled[domain] for domain, count in places.items() if filled[domain] < count}
    return DisjointForms(blueprint, forms, missing)


@dataclass(frozen=True, repr=False)
class Stock:
    """What a bank has for one exam: the proofs of its levels, its domains, its forms, its oldest source."""

    shares: tuple[ProofShares, ...]
    domains: tuple[DomainStock, ...]
    forms: DisjointForms
    oldest_source: date | None

    def to_json(self) -> dict[str, Any]:
        """The part of `lambda-study bank stats --json` that is about these."""
        forms = self.forms
        return {
            "proofs_by_level": {each.level: each.to_json() for each in self.shares},
            "exam_level": {f"{each.exam}/{each.domain}": each.to_json() for each in self.domains},
            "disjoint_forms": {
                "exam": forms.blueprint.name,
                "forms": forms.forms,
                "possible": forms.possible,
                "missing": forms.missing,
            },
            "oldest_source": str(self.oldest_source) if self.oldest_source else None,
        }

    def __repr__(self) -> str:
        rows: list[tuple[str, object]] = [("proven", each) for each in self.shares]
        rows += [(each.exam, each) for each in self.domains]
        rows += [("disjoint", self.forms), ("sources", f"the oldest was read on {self.oldest_source}")]
        return "\n".join(f"{name:<9}  {row}" for name, row in rows)


def take_stock(bank: Bank, blueprint: Blueprint) -> Stock:
    """What BANK has for the forms of BLUEPRINT."""
    days = (source.date for question in bank.questions for source in question.sources)
    forms = disjoint_forms(bank, blueprint)
    return Stock(proof_shares(bank), domain_stock(bank, blueprint), forms, min(days, default=None))
