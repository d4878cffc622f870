"""A function that needs more memory than it has."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of

_SMALL, _BIG, _BIGGEST = 20, 70, 140


class Panorama(Case):
    name = "broken-panorama"
    title = "Only small panoramas"
    complaint = (
        "Panoramas of 20 MB work. At 70 MB the function ends without a word: it says that it stitches, and "
        "then no answer, and no traceback. It has 30 s and was far from that. For the exhibition we need "
        "140 MB."
    )
    parts = ("function panorama: stitches parts of 1 MB; it holds them all, and the result as well",)
    causes = (
        "memory that runs out",
        "time that runs out",
        "an answer that is too large",
    )
    cause = causes[0]
    hints = (
        "The runtime did not raise: it was killed. By what? Compare two figures of the REPORT line.",
        "The handler holds the parts and the panorama: twice its size, and Python itself on top.",
        "`case.function().update(memory_mb=...)`. How much do 140 MB need?",
    )
    checks = (f"A panorama of {_BIG} MB is made", f"So is one of {_BIGGEST} MB")
    functions = ("panorama",)

    def admit(self) -> None:
        function = self.given("panorama")
        self._small, self._big = (function.invoke({"parts": parts}) for parts in (_SMALL, _BIG))

    def evidence(self) -> Evidence:
        config = self.function().configuration
        return Evidence(
            {
                f"The log with {_SMALL} parts": Log(self._small),
                f"The log with {_BIG} parts": Log(self._big),
                "Settings of panorama": Lines(f"memory {config.memory_mb} MB"),
            }
        )

    def examine(self) -> Iterator[str]:
        for parts in (_BIG, _BIGGEST):
            run = self.function().invoke({"parts": parts})
            if not run.ok:
                memory = self.function().configuration.memory_mb
                yield f"{failure_of(run)}. It has {memory} MB."
                return
            yield "" if run.payload == {"mb": parts} else f"The answer is {run.payload}."
