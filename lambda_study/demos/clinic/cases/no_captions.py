"""A package in which a module is missing that the handler imports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lambda_study.demos.clinic.case import GIVEN, Case
from lambda_study.demos.clinic.evidence import Evidence, Lines, Log, failure_of


class NoCaptions(Case):
    name = "no-captions"
    title = "The captions are gone"
    complaint = (
        "Grace moved our list of names into a file of its own, so that other functions can use it. On her "
        "laptop it works. Since she deployed it, no photo has a caption."
    )
    parts = (
        "function captions: who took a photo, by a short name",
        "club_names.py: the names; it lies in a folder that is made to be a layer, case.layer",
    )
    causes = (
        "a misspelt name of the handler",
        "a module that is not in the package",
        "a member who is not in the list",
    )
    cause = causes[1]
    hints = (
        "The function fails before the handler is called: the error is one of the runtime, in the init.",
        "What is imported has to come with the function: in its package, or in a layer, under /opt/python.",
        "`case.function().update(layers=[...])` gives it layers: folders, or zip archives.",
    )
    checks = ("The function starts", "A photo gets its full caption")
    functions = ("captions",)

    def admit(self) -> None:
        self.layer: Path = GIVEN / "club_layer"
        self._first = self.given("captions").invoke({"photo": "swan.jpg", "by": "ada"})

    def evidence(self) -> Evidence:
        layers = self.function().configuration.layers or ("none",)
        return Evidence(
            {
                "The log of captions": Log(self._first),
                "What is in its package": Lines("captions.py"),
                "Its layers": Lines(*(Path(layer).name for layer in layers)),
            }
        )

    def examine(self) -> Iterator[str]:
        run = self.function().invoke({"photo": "heron.jpg", "by": "grace"})
        yield failure_of(run)
        if run.ok:
            told = run.payload == "heron.jpg, by Grace Hopper"
            yield "" if told else f'It is "{run.payload}", and Grace\'s full name is Grace Hopper.'
