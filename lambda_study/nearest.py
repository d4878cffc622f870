"""The known name that is spelt most like one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

CLOSE = 0.6  # how alike two spellings are, from 0 to 1, that one may be a slip of the other


def nearest(given: object, known: Iterable[str], least: float = 0.0) -> str:
    """Return the one of KNOWN that is spelt most like GIVEN; "" if none is alike by LEAST.

    >>> nearest("put", ["gets", "puts"])
    'puts'
    >>> nearest("delete", ["gets", "puts"], CLOSE)
    ''
    """
    from difflib import get_close_matches

    return next(iter(get_close_matches(str(given), list(known), n=1, cutoff=least)), "")


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """Return a question, with a space before it, that names what GIVEN is a slip of; "" for nothing.

    >>> did_you_mean("pricng", ["functions", "pricing"])
    ' Did you mean "pricing"?'
    """
    near = nearest(given, known, CLOSE)
    return f' Did you mean "{near}"?' if near else ""
