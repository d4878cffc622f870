"""A playground: the reader moves a slider, Python computes, the answer changes at once."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import anywidget
import traitlets

from lambda_study.errors import BadInput
from lambda_study.show.assets import asset
from lambda_study.show.controls import Choice, Control, Slider, Switch, control
from lambda_study.show.figure import Figure

__all__ = ["Choice", "Playground", "Slider", "Switch", "playground"]


@dataclass(frozen=True)
class _Answer:
    """A result as it is shown: lines of text, and a picture or none."""

    text: str
    figure: Figure | None = None

    @classmethod
    def of(cls, result: Any) -> _Answer:
        if isinstance(result, Figure):
            return cls(result.headline or result.alt, result)
        if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], Figure):
            return cls(_text(result[0]), result[1])
        return cls(_text(result))

    def to_browser(self, serial: str) -> dict[str, Any]:
        """A message for the browser; `serial` tells it which of its requests this answers."""
        if self.figure is None:
            return {"serial": serial, "text": self.text, "image": None}
        picture = base64.b64encode(self.figure.png()).decode("ascii")
        image = {"src": f"data:image/png;base64,{picture}", "alt": self.figure.alt}
        return {"serial": serial, "text": self.text, "image": image}


class Playground(anywidget.AnyWidget):
    """Controls and what a function makes of them. `values` and `result` tell where they stand now."""

    _esm = traitlets.Unicode(asset("form.js", "playground.js")).tag(sync=True)
    _css = traitlets.Unicode(asset("quiz.css", "playground.css")).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    controls: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    positions: traitlets.Dict[str, int] = traitlets.Dict().tag(sync=True)
    output: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, function: Callable[..., Any], controls: list[Control], title: str) -> None:
        self._function = function
        self._controls = controls
        self._at = {each.name: each.start for each in controls}
        self.result = function(**self.values)
        self._answer = _Answer.of(self.result)
        super().__init__(
            title=title,
            controls=[each.to_browser() for each in controls],
            positions=dict(self._at),
            output=self._answer.to_browser(""),
        )
        self.on_msg(self._receive)

    @property
    def values(self) -> dict[str, Any]:
        """The value of each control by the name of its parameter."""
        return {each.name: each.values[self._at[each.name]] for each in self._controls}

    def _receive(self, widget: object, content: object, buffers: object) -> None:
        """A control was moved: compute, and answer in any case, for the browser waits for it."""
        if not isinstance(content, Mapping) or content.get("kind") != "move":
            return
        self._move(content.get("positions"))
        try:
            self.result = self._function(**self.values)
            self._answer = _Answer.of(self.result)
        except (Exception, KeyboardInterrupt) as error:
            self._answer = _Answer(
                str(error) if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"
            )
        with self.hold_sync():  # one message, not two
            self.positions = dict(self._at)
            self.output = self._answer.to_browser(str(content.get("serial")))

    def _move(self, positions: object) -> None:
        """Take over the positions that exist; the browser may send anything."""
        given = positions if isinstance(positions, Mapping) else {}
        for each in self._controls:
            at = given.get(each.name)
            if type(at) is int and 0 <= at < len(each.values):
                self._at[each.name] = at

    def _shown(self) -> list[tuple[str, str]]:
        return [(each.label, each.texts[self._at[each.name]]) for each in self._controls]

    def __repr__(self) -> str:
        lines = [f"{label}: {text}" for label, text in self._shown()]
        return "\n".join([f"{self.title}, at", *(f"- {line}" for line in lines), self._answer.text]).rstrip()

    def _html(self) -> str:
        rows = "".join(f"<li>{escape(label)}: {escape(text)}</li>" for label, text in self._shown())
        parts = [f"<p>{escape(self.title)}, at</p><ul>{rows}</ul><pre>{escape(self._answer.text)}</pre>"]
        if self._answer.figure:
            parts.append(self._answer.figure.html())
        return "\n".join(parts)

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**keywords)
        if bundle is None:
            return None
        bundle[0]["text/plain"] = repr(self)
        bundle[0]["text/html"] = self._html()
        return bundle


def playground(function: Callable[..., Any], title: str = "Playground", **controls: Any) -> Playground:
    """A playground: one control for each named parameter of `function`, and below what it returns.

    A control is `(low, high)` or `(low, high, step)` for a slider, a list for a choice, True or False for a
    switch, or a `Slider`, `Choice` or `Switch` with a label, a unit, a start, or steps for decades. It starts
    at the parameter's default. The function returns text, a value whose repr is shown, a Figure, or both as
    `(text, figure)`. It runs again after each move; while it runs, further moves are gathered into one.

    >>> def share(memory_mb=1792):
    ...     return f"{memory_mb / 1769:.2f} vCPU"
    >>> playground(share, title="CPU of a function", memory_mb=(128, 10240, 64))
    CPU of a function, at
    - memory: 1,792 MB
    1.01 vCPU

    Raises `BadInput` for a control that the function has no parameter for, or that cannot move.
    """
    presets = _presets(function, controls)
    made = [control(name, given, presets.get(name)) for name, given in controls.items()]
    return Playground(function, made, title)


def _presets(function: Callable[..., Any], controls: Mapping[str, Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters
    open_ended = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    unknown = [name for name in controls if name not in parameters and not open_ended]
    if unknown or not controls:
        raise BadInput(
            f"The playground has controls for {list(controls)}, and its function takes {list(parameters)}. "
            "Give each control the name of a parameter."
        )
    defaults = {name: each.default for name, each in parameters.items()}
    return {name: value for name, value in defaults.items() if value is not inspect.Parameter.empty}


def _text(result: Any) -> str:
    if result is None:
        return ""
    if isinstance(result, str):
        return result
    if isinstance(result, (list, tuple)) and all(isinstance(line, str) for line in result):
        return "\n".join(result)
    return repr(result)
