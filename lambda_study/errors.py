"""The error for a mistake that the person at the keyboard can mend."""

from __future__ import annotations


class OneLineError(Exception):
    """An error shown as one line: the command line and IPython print its text and no traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class Interrupted(KeyboardInterrupt):
    """The person at the keyboard interrupted a call; the text says what became of it, in one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class BadInput(OneLineError, ValueError):
    """What was given is not allowed. The text says what was given, what is allowed and what to do.

    >>> raise BadInput("memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240.")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240.
    """
