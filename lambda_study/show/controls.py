"""What the reader can move in a playground: sliders, choices and switches, each a row of allowed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lambda_study.errors import BadInput

_UNITS = {"_mb": "MB", "_ms": "ms", "_s": "s", "_gb": "GB", "_usd": "USD", "_percent": "%"}
_STEPS_OF_A_DECADE = (1, 1.5, 2, 3, 5, 7)
_MOST_STOPS = 2_000


@dataclass(frozen=True)
class Control:
    """A named row of values with their texts; `start` is the position that it begins at."""

    kind: str
    name: str
    label: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int

    def to_browser(self) -> dict[str, Any]:
        """What the browser needs: it knows positions and texts, the values stay here."""
        return {"kind": self.kind, "name": self.name, "label": self.label, "texts": list(self.texts)}


@dataclass(frozen=True)
class Slider:
    """A slider from `low` to `high`, in steps of `step` or, where the range spans decades, with `log=True`.

    The unit and the label follow from the parameter's name (`memory_mb`: "memory", MB) unless given here.

    >>> Slider(1, 100, log=True).stops()
    (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)
    """

    low: float
    high: float
    step: float = 1
    start: float | None = None
    label: str | None = None
    unit: str | None = None
    log: bool = False

    def stops(self) -> tuple[float, ...]:
        """Every value that the slider can stand at."""
        if not self.low < self.high or self.step <= 0 or (self.log and self.low <= 0):
            raise BadInput(
                f"{self._range()} cannot move. Give low < high, a step above 0, with log a low above 0."
            )
        return self._decades() if self.log else self._even()

    def _range(self) -> str:
        return f"A slider from {self.low:,} to {self.high:,} in steps of {self.step:,}"

    def _even(self) -> tuple[float, ...]:
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        if count > _MOST_STOPS:
            raise BadInput(
                f"{self._range()} has {count:,} stops. Give a larger step or log=True: up to {_MOST_STOPS:,}."
            )
        whole = all(isinstance(number, int) for number in (self.low, self.step))
        stops = [self.low + index * self.step for index in range(count)]
        return tuple(stops if whole else [round(stop, 9) for stop in stops])

    def _decades(self) -> tuple[float, ...]:
        powers = [10.0**exponent for exponent in range(-9, 16)]
        grid = [round(power * part, 9) for power in powers for part in _STEPS_OF_A_DECADE]
        if isinstance(self.low, int):
            grid = [int(stop) for stop in grid if stop == int(stop)]
        inside = [stop for stop in grid if self.low < stop < self.high]
        return (self.low, *inside, self.high)


@dataclass(frozen=True)
class Choice:
    """A choice between `options`; each is shown as its text.

    >>> Choice(["x86_64", "arm64"]).label is None
    True
    """

    options: Sequence[Any]
    start: Any = None
    label: str | None = None


@dataclass(frozen=True)
class Switch:
    """A switch between off and on."""

    start: bool = False
    label: str | None = None


def control(name: str, given: Any, preset: Any = None) -> Control:
    """The control for a parameter: a Slider, Choice or Switch, or their short forms.

    Short forms: `(low, high)` or `(low, high, step)` for a slider, a list for a choice, True or False for a
    switch. `preset` is where it starts unless the control says otherwise: the parameter's default.

    >>> memory = control("memory_mb", (128, 10240, 64), preset=512)
    >>> memory.label, memory.texts[memory.start], len(memory.texts)
    ('memory', '512 MB', 159)

    Raises `BadInput` for anything else.
    """
    if isinstance(given, bool):
        given = Switch(given if preset is None else bool(preset))
    elif isinstance(given, tuple) and len(given) in (2, 3):
        given = Slider(*given)
    elif isinstance(given, list):
        given = Choice(given)
    if isinstance(given, Slider):
        return _slider(name, given, preset)
    if isinstance(given, Choice):
        return _choice(name, given, preset)
    if isinstance(given, Switch):
        return Control("switch", name, given.label or _words(name), (False, True), ("off", "on"), given.start)
    raise BadInput(
        f"{name}={given!r} is no control. Give (low, high, step), a list, True or False, or a Slider."
    )


def _slider(name: str, given: Slider, preset: Any) -> Control:
    stem, unit = _stem_and_unit(name)
    unit = unit if given.unit is None else given.unit
    stops = given.stops()
    start = next((value for value in (given.start, preset) if value is not None), stops[0])
    if not isinstance(start, (int, float)) or not stops[0] <= start <= stops[-1]:
        raise BadInput(f"{name} starts at {start}, outside {stops[0]} to {stops[-1]}. Start inside.")
    nearest = min(range(len(stops)), key=lambda index: abs(stops[index] - start))
    texts = tuple(f"{_number(stop)} {unit}".rstrip() for stop in stops)
    return Control("slider", name, given.label or _words(stem), stops, texts, nearest)


def _choice(name: str, given: Choice, preset: Any) -> Control:
    options = tuple(given.options)
    start = next(
        (value for value in (given.start, preset) if value is not None), options[0] if options else None
    )
    if len(options) < 2 or start not in options:
        raise BadInput(
            f"{name} has the options {list(options)} and starts at {start!r}. Give two or more, start at one."
        )
    stem, unit = _stem_and_unit(name)
    texts = tuple(f"{_option(option)} {unit}".rstrip() for option in options)
    return Control("choice", name, given.label or _words(stem), options, texts, options.index(start))


def _option(option: Any) -> str:
    return _number(option) if isinstance(option, (int, float)) else str(option)


def _stem_and_unit(name: str) -> tuple[str, str]:
    for suffix, unit in _UNITS.items():
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix), unit
    return name, ""


def _words(name: str) -> str:
    return name.replace("_", " ").strip()


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.9g}"
