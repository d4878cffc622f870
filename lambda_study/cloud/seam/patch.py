"""Patches of moto: each is checked against what moto has before it is put in, and taken out again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any


class MotoHasChanged(Exception):
    """A name that is patched is not in moto as it was: the patch would do nothing, or harm."""


@dataclass(frozen=True)
class Patch:
    """One function or property of moto in another's place: NAME in OWNER, a module or a class.

    `parameters` are the names of the parameters that moto's function has; WRAP gets moto's function and
    returns what stands there instead.
    """

    owner: Any
    name: str
    parameters: tuple[str, ...]
    wrap: Callable[[Callable[..., Any]], Callable[..., Any]]

    def check(self) -> None:
        """Raise MotoHasChanged if moto's function is gone, or takes other parameters."""
        where = f"{self.owner.__name__}.{self.name}"
        original = vars(self.owner).get(self.name)
        if original is None:
            raise MotoHasChanged(f"moto has no {where} any more.")
        has = tuple(inspect.signature(inspect.unwrap(_function_of(original))).parameters)
        if has != self.parameters:
            raise MotoHasChanged(f"{where} of moto takes {has}. The patch expects {self.parameters}.")


@contextmanager
def patched(patch: Patch) -> Iterator[None]:
    """Put PATCH in until the block ends."""
    patch.check()
    original = vars(patch.owner)[patch.name]
    kind = type(original) if isinstance(original, staticmethod | classmethod | property) else None
    replacement = patch.wrap(_function_of(original))
    setattr(patch.owner, patch.name, kind(replacement) if kind else replacement)
    try:
        yield
    finally:
        setattr(patch.owner, patch.name, original)


@contextmanager
def all_patched(patches: Iterable[Patch]) -> Iterator[None]:
    """Put PATCHES in until the block ends: all of them, or none if one does not fit."""
    with ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patched(patch))
        yield


def _function_of(value: Any) -> Callable[..., Any]:
    if isinstance(value, property):
        value = value.fget
    function: Callable[..., Any] = value.__func__ if isinstance(value, staticmethod | classmethod) else value
    return function
