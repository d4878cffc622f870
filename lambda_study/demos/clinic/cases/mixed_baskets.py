"""A list that belongs to one member, kept where all members share it."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, failure_of
from lambda_study.engine import Invocation

_PRICES = {"A4": 3, "A3": 5, "A2": 9}


class MixedBaskets(Case):
    name = "mixed-baskets"
    title = "Somebody else's prints"
    complaint = (
        "Grace ordered one print and was shown three: hers, and two that Ada had ordered before. On Sunday "
        "morning, when nobody else is there, it is right. When we tested it, it was right as well."
    )
    parts = ("function baskets: the prints that a member orders, and what they cost together",)
    causes = (
        "a variable that outlives the event",
        "two invocations at a time in one environment",
        "a page that sends all orders",
    )
    cause = causes[0]
    hints = (
        "Compare the two runs: which environment, and was it cold or warm?",
        "Code outside the handler runs once an environment. What it made is there for the next event.",
        "Clients and prices may be shared. What belongs to one event is made inside the handler.",
    )
    checks = (
        "A member gets the prints of the order, and their price",
        "The next one gets nothing of it",
        "Nor of an order that failed",
    )
    functions = ("baskets",)

    def admit(self) -> None:
        self.given("baskets")
        self._ada, self._grace = self._order("ada", "A4", "A3"), self._order("grace", "A2")

    def evidence(self) -> Evidence:
        runs = {"ada, 2 prints": self._ada, "grace, 1 print": self._grace}
        kinds = [f"{who:<14} {run.environment}, {_kind(run)}" for who, run in runs.items()]
        return Evidence(
            {
                "Answer to Ada, who ordered A4 and A3": Lines(str(self._ada.payload)),
                "Answer to Grace, who ordered A2": Lines(str(self._grace.payload)),
                "Who ran": Lines(*kinds),
            }
        )

    def examine(self) -> Iterator[str]:
        yield _told(self._order("ada", "A3", "A4"), "A3", "A4")
        yield _told(self._order("grace", "A4"), "A4")
        self._order("alan", "A3", "A9")  # there is no A9: it fails after the first print
        yield _told(self._order("ada", "A4"), "A4")

    def _order(self, member: str, *sizes: str) -> Invocation:
        return self.function().invoke({"member": member, "sizes": [*sizes]})


def _told(run: Invocation, *sizes: str) -> str:
    """What is wrong with the answer to an order of SIZES; "" for nothing."""
    if not run.ok:
        return failure_of(run)
    try:
        got = [each["size"] for each in run.payload["prints"]]
    except (KeyError, TypeError):
        return f"The answer has no prints: {run.payload}."
    if got != [*sizes]:
        who, shown = run.payload.get("member"), " and ".join(got) or "nothing"
        return f"{who} ordered {' and '.join(sizes)}, and got {shown}."
    cost = sum(_PRICES[size] for size in sizes)
    return "" if run.payload.get("usd") == cost else f"It costs {run.payload.get('usd')} USD, and not {cost}."


def _kind(run: Invocation) -> str:
    return "cold" if run.report.cold else "warm"
