"""A function to which somebody has left no concurrency at all."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, failure_of
from lambda_study.demos.watching import sum_of

_PRICES = {"A4": 3, "A3": 5, "A2": 9}


class ClosedShop(Case):
    name = "closed-shop"
    title = "The shop is closed"
    complaint = (
        "After the loop with the thumbnails somebody pressed a red button to stop everything. The loop is "
        "mended, but our shop has shown no price since: every call is refused. There is no new log."
    )
    parts = ("function prices: the price of a print by its size; the shop's page invokes it, and waits",)
    causes = (
        "the account's limit of 1,000 at a time",
        "a page that may not invoke the function",
        "a reserved concurrency of 0",
    )
    cause = causes[2]
    hints = (
        "The status is 429, not 403. The reason stands behind it.",
        "A reserved concurrency holds for one function: it is set aside for it, and it gets no more.",
        "`delete_function_concurrency` of boto3's lambda client takes it away; "
        "`put_function_concurrency` sets another.",
    )
    checks = ("A buyer gets a price", "Three buyers at the same moment get theirs")
    functions = ("prices",)

    def admit(self) -> None:
        self.given("prices").invoke({"size": "A3"})
        self.function().update(reserved_concurrency=0)
        self._refused = self.function().invoke_all([{"size": "A3"}] * 2)

    def evidence(self) -> Evidence:
        metrics = [f"{name:<11} {sum_of(self.account, name, 'prices'):g}" for name in _METRICS]
        return Evidence(
            {
                "What the page gets": self._refused[0],
                "Metrics of prices, since yesterday": Lines(*metrics),
                "Trace": self.trace[:3],
            }
        )

    def examine(self) -> Iterator[str]:
        one, *_ = self.function().invoke_all([{"size": "A2"}])
        yield "" if one.payload == {"usd": 9} else failure_of(one) or f"It gets {one.payload}."
        together = self.function().invoke_all([{"size": size} for size in _PRICES])
        answers = [each.payload for each in together]
        refused = sum(each.status == 429 for each in together)
        if refused:
            yield f"{refused} of 3 get 429: as many may run at a time as are reserved."
        else:
            yield "" if answers == [{"usd": usd} for usd in _PRICES.values()] else f"They get {answers}."


_METRICS = ("Invocations", "Errors", "Throttles")
