"""A key that a function writes into its log."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of

_LEAKED, NEW_KEY = "brass-owl-4711", "slate-crane-0815"
_OWN = ("START ", "END ", "REPORT ", "INIT_START ")


class LoudLog(Case):
    name = "loud-log"
    title = "Everybody knows the printer's key"
    complaint = (
        "Our print shop says that somebody printed 40 posters with our key. Only the function knows the key, "
        "and nobody can read its settings but Grace. But all of us can read the logs."
    )
    parts = (
        "function desk: takes an order, asks the print shop with the key PRINTER_KEY of its environment",
        f"the print shop: has given Grace a new key, {NEW_KEY}, and waits to hear that it is in use",
    )
    causes = (
        "the function's answer",
        "settings that every member may read",
        "the log",
    )
    cause = causes[2]
    hints = (
        "Read the log of one order, line by line.",
        "Log what you want to know later: the order. Not a whole request, event or environment.",
        "What was in a log is known: the old key has to go, too. "
        '`case.function().update(environment={"PRINTER_KEY": ...})`',
    )
    checks = (
        "An order is accepted",
        "No line of the log holds the key",
        "The log still says which order came",
        "The key that leaked is not in use any more",
    )
    functions = ("desk",)

    def admit(self) -> None:
        desk = self.given("order_desk", environment={"PRINTER_KEY": _LEAKED})
        self._first = desk.invoke({"order": "order 7"})

    def evidence(self) -> Evidence:
        names = ", ".join(self.function().configuration.environment)
        return Evidence({"The log of desk": Log(self._first), "Environment variables of desk": Lines(names)})

    def examine(self) -> Iterator[str]:
        order = f"order {70 + self.looks}"
        key = self.function().configuration.environment.get("PRINTER_KEY", "")
        run = self.function().invoke({"order": order})
        if not run.ok or run.payload != {"order": order, "accepted": True}:
            yield failure_of(run) or f"The answer is {run.payload}."
            return
        yield "" if key else "Without a key no print shop accepts anything: PRINTER_KEY is empty."
        lines = [line.strip() for line in run.logs if not line.startswith(_OWN)]
        loud = [line for line in lines if key and key in line]
        yield f"There it is: {loud[0]}" if loud else ""
        yield (
            ""
            if any(order in line for line in lines)
            else f'"{order}" is in no line: now nobody can look it up.'
        )
        yield _told_of_key(key)


def _told_of_key(key: str) -> str:
    if key == NEW_KEY:
        return ""
    if key == _LEAKED:
        return "It has been in the log since Monday, and whoever copied it can still print."
    return f"The print shop does not know {key}. The new key is {NEW_KEY}."
