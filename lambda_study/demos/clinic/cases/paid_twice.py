"""A message that comes twice, and a handler that trusts in once."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of
from lambda_study.demos.sending import send_all
from lambda_study.demos.tables import make_keyed_table


class PaidTwice(Case):
    name = "paid-twice"
    title = "Ada paid twice"
    complaint = (
        "Ada's bank shows order 7 twice, on the same second. She says she clicked once, and the printer made "
        "one print. The shop's page had sent the order again when the net was slow."
    )
    parts = (
        "queue orders: as JSON, with the number of the order",
        "function cashier: notes the order in the table paid, then has the bank charge it",
        "queue bank: each message is a charge",
    )
    causes = (
        "two messages for one order, and nobody who notices",
        "a failure after the charge, and a retry",
        "a table that lost the first order",
    )
    cause = causes[0]
    hints = (
        "Nothing failed. How many messages did the queue deliver, and what do they say?",
        "Standard queues deliver at least once, and senders send again. The handler has to stand it: who "
        "remembers that order 7 is paid? An environment does not: there are several.",
        'Note the order only if it is not there: `ConditionExpression="attribute_not_exists(#o)"` with '
        '`ExpressionAttributeNames={"#o": "order"}`. A ConditionalCheckFailedException says that it is paid.',
    )
    checks = (
        "An order is charged",
        "An order that comes twice at a time is charged once",
        "So is a late one",
    )
    functions = ("cashier",)

    def admit(self) -> None:
        make_keyed_table("paid", order="HASH")
        self._bank, self._orders = (self.account.queue(name) for name in ("bank", "orders"))
        self.account.read(self.given("cashier"), self._orders, BatchSize=1)
        self._charges = self._charged("7", "7")

    def evidence(self) -> Evidence:
        return Evidence(
            {
                "The bank's list": Lines(*self._charges),
                "One log of cashier": Log(self.runs()[0]),
                "And the other one": Log(self.runs()[1]),
                "Trace": self.trace.of("trigger", "invocation")[:4],
            }
        )

    def examine(self) -> Iterator[str]:
        first, twice, late = (f"{self.looks}-{name}" for name in ("once", "twice", "late"))
        charges = self._charged(first)
        yield "" if len(charges) == 1 else f"There are {len(charges)} charges for one order.{self._failure()}"
        charges = self._charged(twice, twice)
        told = self._told_of_twice(charges)
        yield told
        if told:
            return
        self._charged(late)
        self.cloud.clock.advance(hours=1)
        self.function().update(memory_mb=self.function().configuration.memory_mb)  # all environments are new
        yield "It was charged again an hour later, by a new environment." if self._charged(late) else ""

    def _charged(self, *orders: str) -> list[str]:
        """Send ORDERS at once, and return what the bank was told."""
        send_all(self._orders, (json.dumps({"order": order, "usd": 12}) for order in orders))
        self.cloud.settle()
        found: list[str] = []
        while messages := self._from_bank():
            for message in messages:
                found.append(str(message["Body"]))
                self.account.sqs.delete_message(QueueUrl=self._bank, ReceiptHandle=message["ReceiptHandle"])
        return found

    def _from_bank(self) -> list[dict[str, str]]:
        answer = self.account.sqs.receive_message(QueueUrl=self._bank, MaxNumberOfMessages=10)
        return list(answer.get("Messages", []))

    def _told_of_twice(self, charges: list[str]) -> str:
        if len(charges) != 1:
            return (
                f"There are {len(charges)} charges: two environments had it at the same moment, and each "
                "believed to be the first."
            )
        failure = self._failure()
        return f"The second message fails and will come again, for nothing.{failure}" if failure else ""

    def _failure(self) -> str:
        """How one of the last two runs failed, after a space; "" if none did."""
        failed = [failure_of(run) for run in self.runs()[-2:] if not run.ok]
        return f" {failed[0]}" if failed else ""
