"""A prediction: the learner commits to a guess, runs the code, and is told how the guess compares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import anywidget
import traitlets

from lambda_study.errors import BadInput
from lambda_study.running_cell import running_cell
from lambda_study.show.assets import asset
from lambda_study.show.markup import inline_html

_FIGURE = re.compile(r"\d[\d,.]*")
_LINE = "margin: 0.2em 0; padding: 0.2em 0.7em; border-left: 6px solid {}; font-weight: 600"
_AGAIN = "Run the cell with its question again, then this one."
_SINCE = "other cells have run since. Restart the kernel and run from the top to see it again."
_asked_in: dict[str, str] = {}  # for each cell that revealed an answer: the cell that asked
_MARKS = {True: ("✓ ", "#2e8b57"), False: ("✗ ", "#d1453b"), None: ("", "#8a8a8a")}


@dataclass(frozen=True, repr=False)
class Reveal:
    """What was guessed (None for no guess) and what is true.

    `offered` says whether an option reads so, and `asked` whether the answer is one to this question.
    `doubt` is a sentence that stands before it, such as that a measurement was disturbed.

    >>> Reveal(guess="1", truth="2")
    You guessed 1. It is 2.
    >>> Reveal(guess=None, truth="2")
    You made no guess this time. It is 2.
    >>> Reveal(guess="2", truth="5", offered=False)
    It is 5 now, which is none of the options: other cells have run since. Restart the kernel and run from \
the top to see it again.
    >>> Reveal(guess="2", truth="5", asked=False)
    This answers another question. Run the cell with its question again, then this one.
    """

    guess: str | None
    truth: str
    offered: bool = True
    asked: bool = True
    doubt: str = ""

    @property
    def right(self) -> bool | None:
        """Whether the guess was right; None where there is nothing to compare."""
        comparable = self.offered and self.asked and self.guess is not None
        return self.guess == self.truth if comparable else None

    def __repr__(self) -> str:
        return f"{self.doubt} {self._said()}".lstrip()

    def _said(self) -> str:
        if not self.asked:
            return f"This answers another question. {_AGAIN}"
        if not self.offered:
            return f"It is {_bare(self.truth)} now, which is none of the options: {_SINCE}"
        if self.guess is None:
            return f"You made no guess this time. It is {_bare(self.truth)}."
        if self.right:
            return f"You guessed {_bare(self.guess)}. You were right."
        return f"You guessed {_bare(self.guess)}. It is {_bare(self.truth)}."

    def _repr_html_(self) -> str:
        symbol, colour = _MARKS[self.right]
        return f'<p style="{_LINE.format(colour)}">{symbol}{inline_html(repr(self))}</p>'


class Prediction(anywidget.AnyWidget):
    """QUESTION with OPTIONS to guess from. After Commit the guess stays; `reveal` tells the truth."""

    _esm = traitlets.Unicode(asset("form.js", "predict.js")).tag(sync=True)
    _css = traitlets.Unicode(asset("quiz.css")).tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    options: traitlets.List[str] = traitlets.List().tag(sync=True)
    committed = traitlets.Int(-1).tag(sync=True)
    outcome: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)  # empty until it is revealed

    def __init__(self, question: str, options: Iterable[object]) -> None:
        self._question = question.strip()
        self._options = [str(option) for option in options]
        self._guess: str | None = None
        self._cell = running_cell()
        _check(self._question, self._options)
        shown = [inline_html(option) for option in self._options]
        super().__init__(question=inline_html(self._question), options=shown)
        self.on_msg(self._receive)

    @property
    def guess(self) -> str | None:
        """The option that the learner committed to, or None."""
        return self._guess

    def reveal(self, answer: object, doubt: str = "") -> Reveal:
        """Return what was guessed and that ANSWER is true, after DOUBT, and mark it in the box.

        ANSWER is one of the options (compared as text), or, where no option reads so, the position of one,
        counted from 0. An ANSWER that differs from an option in its number alone comes from a cell that was
        run again, and is told as such, as is a cell that answered another question before; then the box stays
        as it is. Anything else raises BadInput.
        """
        cell = running_cell()
        if _asked_in.get(cell, self._cell) != self._cell:
            return Reveal(self._guess, str(answer), asked=False)
        told = replace(self._told(answer), doubt=doubt)
        if cell and told.offered:
            _asked_in[cell] = self._cell
        truth = self._options.index(told.truth) if told.offered else -1
        self.outcome = {"truth": truth, "text": repr(told)}
        return told

    def _told(self, answer: object) -> Reveal:
        if str(answer) in self._options:
            return Reveal(self._guess, str(answer))
        if self._has_another_number(answer):
            return Reveal(self._guess, str(answer), offered=False)
        if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(self._options):
            return Reveal(self._guess, self._options[answer])
        raise BadInput(f'"{answer}" is not an option. Reveal one of: {", ".join(self._options)}.')

    def _has_another_number(self, answer: object) -> bool:
        if not _FIGURE.search(str(answer)):
            return False
        return _FIGURE.sub("#", str(answer)) in {_FIGURE.sub("#", option) for option in self._options}

    def _receive(self, widget: object, content: object, buffers: object) -> None:
        option = content.get("option") if isinstance(content, Mapping) else None
        if type(option) is not int or not 0 <= option < len(self._options) or self._guess is not None:
            return
        self._guess = self._options[option]
        self.committed = option

    def __repr__(self) -> str:
        return f"Prediction({self._question!r}, {self._options!r})"

    def _repr_mimebundle_(self, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**keywords)
        if bundle is None:
            return None
        bundle[0]["text/plain"] = "\n".join(
            [f"Predict: {self._question}", *(f"- {o}" for o in self._options)]
        )
        items = "".join(f"<li>{inline_html(option)}</li>" for option in self._options)
        bundle[0]["text/html"] = f"<p>Predict: {inline_html(self._question)}</p><ul>{items}</ul>"
        return bundle


def predict(question: str, options: Iterable[object]) -> Prediction:
    """Return a prediction to commit to before the next cell is run.

    OPTIONS are two or more different texts (other values are shown as `str` gives them).
    Then `.reveal(answer)` says what was guessed and what is true.

    >>> guess = predict("How many environments start?", ["1", "2"])
    >>> guess.reveal(2)
    You made no guess this time. It is 2.
    """
    return Prediction(question, options)


def _check(question: str, options: list[str]) -> None:
    if not question:
        raise BadInput("A prediction needs a question.")
    if len(options) < 2:
        raise BadInput(f"A prediction needs two options or more. {len(options)} given.")
    if len(set(options)) < len(options):
        raise BadInput("Two options of the prediction are the same. Make each one different.")


def _bare(text: str) -> str:
    return text.removesuffix(".")
