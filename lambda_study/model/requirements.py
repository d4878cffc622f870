"""Which service? Neighbouring services, the requirements that tell them apart, and who cannot meet which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lambda_study.errors import BadInput
from lambda_study.facts import Fact, fact
from lambda_study.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class Violation:
    """Why a service cannot meet a requirement, and the fact that says so."""

    why: str
    fact_id: str

    @property
    def fact(self) -> Fact:
        return fact(self.fact_id)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a scenario states: TEXT is a sentence, VIOLATED_BY names each service that cannot meet it."""

    id: str
    text: str
    violated_by: Mapping[str, Violation]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Neighbouring services (OPTIONS), the REQUIREMENTS between them, and STORIES that could state these."""

    name: str
    question: str
    options: tuple[str, ...]
    stories: tuple[str, ...]
    requirements: tuple[Requirement, ...]

    def requirement(self, id: str) -> Requirement:
        """The requirement with this ID; another raises BadInput."""
        found = {each.id: each for each in self.requirements}
        if id not in found:
            near = did_you_mean(id, found)
            raise BadInput(f'"{self.name}" has no requirement "{id}".{near} Choose from: {", ".join(found)}.')
        return found[id]

    def fitting(self, stated: Iterable[Requirement]) -> tuple[str, ...]:
        """The options that meet everything that is STATED."""
        violated = {option for each in stated for option in each.violated_by}
        return tuple(option for option in self.options if option not in violated)
