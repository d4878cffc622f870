"""The nearest known name to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A sentence with a leading space that names the nearest of KNOWN, or nothing.

    >>> did_you_mean("pricng", ["functions", "pricing"])
    ' Did you mean "pricing"?'
    """
    from difflib import get_close_matches

    near = get_close_matches(given, list(known), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""
