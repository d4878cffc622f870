"""How long the first start takes in each language: measured here, beside what others measured on AWS.

What these functions return is measured, so no question is proven by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lambda_study.engine import Function, LambdaService, deploy
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.measured import measured

_HANDLERS = Path(__file__).parent / "handlers"
_STARTS = 3


@dataclass(frozen=True)
class Language:
    """A language: what is deployed for it, and the row of the published figures that it is compared with."""

    shown: str
    handler: str
    published: str


LANGUAGES = {
    "go": Language("Go", "welcome.go", "go"),
    "python": Language("Python", "welcome.py:handler", "python3.14"),
    "node": Language("Node.js", "welcome.mjs:handler", "nodejs24.x"),
    "java": Language("Java", "Welcome.java:handleRequest", "java25"),
}


@dataclass(frozen=True)
class ColdStart:
    """The median init of one language: `here_ms` on this computer, `aws_ms` as published for RUNTIME."""

    language: str
    runtime: str
    here_ms: float
    aws_ms: float

    def __repr__(self) -> str:
        return f"{self.language}: {measured(self.here_ms, 'ms')} here, {self.aws_ms} ms on AWS"


def cold_starts(*languages: str) -> tuple[ColdStart, ...]:
    """The median init of three cold starts in each of LANGUAGES, of all four without them.

    >>> cold_starts("python")  # doctest: +ELLIPSIS
    (Python: ~... ms here, 121 ms on AWS,)

    Raises `BadInput` for an unknown language, and with the fix for one whose tools are not installed.
    """
    for language in languages:
        if language not in LANGUAGES:
            raise BadInput(f'"{language}" is not compared here. Choose {", ".join(LANGUAGES)}.')
    return tuple(_cold_start(LANGUAGES[language]) for language in languages or LANGUAGES)


def first_on_aws() -> str:
    """The language of the four whose median init on AWS is the shortest.

    >>> first_on_aws()
    'Go'
    """
    return min(LANGUAGES.values(), key=_published_ms).shown


def _published_ms(language: Language) -> float:
    milliseconds: float = fact(f"cold_start.init_p50_ms.{language.published}").value
    return milliseconds


def _cold_start(language: Language) -> ColdStart:
    with LambdaService() as service:
        function = deploy(str(_HANDLERS / language.handler), memory_mb=512, service=service)
        here = median(_init_ms(function, start) for start in range(_STARTS))
    runtime = "provided.al2023" if language.published == "go" else language.published
    return ColdStart(
        language.shown, runtime, here, fact(f"cold_start.init_p50_ms.{language.published}").value
    )


def _init_ms(function: Function, start: int) -> float:
    """Another environment variable makes the next invocation cold."""
    function.update(environment={"START": str(start)})
    return function.invoke({"name": "Ada"}).report.init_ms or 0.0
