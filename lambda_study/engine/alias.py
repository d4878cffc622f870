"""An alias: a name for a version, or for two of them that share the invocations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Alias:
    """NAME leads to VERSION; `weights` gives the share of one more version, between 0 and 1.

    >>> live = Alias("live", "1", {"2": 0.1})
    >>> live
    Alias live: 90 % version 1, 10 % version 2
    >>> dice = Random(1)
    >>> [live.pick(dice) for _ in range(12)].count("2")
    2

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html (read 2026-11-23).
    """

    name: str
    version: str
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def shares(self) -> dict[str, float]:
        """The share of each version, the main one first."""
        return {self.version: 1.0 - sum(self.weights.values()), **self.weights}

    def pick(self, random: Random) -> str:
        """Return the version of one invocation, drawn by the weights."""
        drawn = random.random()
        for version, weight in self.weights.items():
            if drawn < weight:
                return version
            drawn -= weight
        return self.version

    def split(self, environments: int) -> dict[str, int]:
        """Return how many of so many provisioned ENVIRONMENTS each version gets."""
        others = {version: round(environments * weight) for version, weight in self.weights.items()}
        return {self.version: environments - sum(others.values()), **others}

    def __repr__(self) -> str:
        if not self.weights:
            return f"Alias {self.name}: version {self.version}"
        return f"Alias {self.name}: " + ", ".join(
            f"{share * 100:g} % version {version}" for version, share in self.shares.items()
        )
