"""The wildcard patterns of EventBridge: reading, matching, and the limit on how many ways one may match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

STAR = "*"
MOST_PREFIXES = 10
"""How many prefixes of a field's wildcard patterns one value may match at once.

AWS does not publish its limit. Ten agrees with what is known of patterns that EventBridge took and refused.
"""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern in which * stands for any number of characters."""

    pieces: tuple[str, ...]
    """What stands between the stars; "" before a star at the start and after one at the end."""

    def matches(self, value: str) -> bool:
        """Return whether VALUE is the first piece, the last one, and the others in order between them.

        >>> read_wildcard('"*/dir/*.png"').matches('"a/dir/b.png"')
        True
        """
        first, *middle = self.pieces
        if not middle:
            return value == first
        last = middle.pop()
        end = len(value) - len(last)
        if not value.startswith(first) or not value.endswith(last):
            return False
        at = len(first)
        for piece in middle:
            at = value.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return at <= end

    @property
    def tokens(self) -> tuple[str, ...]:
        """The characters, each star as STAR and a written star as a backslash and a star."""
        written = ["\\" + sign if sign == STAR else sign for sign in self.pieces[0]]
        for piece in self.pieces[1:]:
            written += [STAR, *("\\" + sign if sign == STAR else sign for sign in piece)]
        return tuple(written)


def read_wildcard(text: str) -> Wildcard:
    """Return the pattern that TEXT holds; a backslash makes a star, or a backslash, stand for itself.

    Errors: `ValueError` with AWS's reason; its position counts bytes.
    """
    pieces, piece, signs = [], "", iter(enumerate(text))
    for place, sign in signs:
        following = text[place + 1 : place + 2]
        if sign == STAR:
            if following == STAR:
                raise ValueError(f"Consecutive wildcard characters at pos {_bytes_before(text, place)}")
            pieces.append(piece)
            piece = ""
        elif sign == "\\":
            if following not in (STAR, "\\"):
                raise ValueError(f"Invalid escape character at pos {_bytes_before(text, place)}")
            piece += following
            next(signs)
        else:
            piece += sign
    return Wildcard((*pieces, piece))


def _bytes_before(text: str, place: int) -> int:
    return len(text[:place].encode("utf-8", "surrogatepass"))


# The limit

Prefix = tuple[int, int, object]
"""A pattern of the field, one of its wildcards, and how far into it; up to the first star the text itself."""


def too_complex(patterns: Iterable[Iterable[Wildcard]]) -> bool:
    """Return whether some value matches more than MOST_PREFIXES prefixes of the PATTERNS of one field.

    Each pattern is one wildcard, or the several of one anything-but. Text up to the first star is shared by
    the wildcards of a pattern, and so is the end.

    >>> def pattern(text): return [read_wildcard(f'"{text}"')]
    >>> too_complex([pattern("*a*a*a*a*a")]), too_complex([pattern("*a*a*a*a*a*a")])
    (False, True)
    """
    wildcards = [(place, wildcard.tokens) for place, group in enumerate(patterns) for wildcard in group]
    if sum(len(tokens) for _place, tokens in wildcards) <= MOST_PREFIXES:
        return False
    start = frozenset((number, 0) for number in range(len(wildcards)))
    seen, waiting = {start}, [start]
    while waiting:
        for reached in _steps(wildcards, waiting.pop()):
            if len({_prefix(wildcards, *state) for state in reached}) > MOST_PREFIXES:
                return True
            if reached not in seen:
                seen.add(reached)
                waiting.append(reached)
    return False


State = tuple[int, int]
"""Which wildcard, and how many of its tokens are matched."""


def _steps(
    wildcards: list[tuple[int, tuple[str, ...]]], states: frozenset[State]
) -> Iterator[frozenset[State]]:
    """The states after each character that makes a difference, and after one that is in no pattern."""
    staying, moves = set(), dict[str, set[State]]()
    for number, matched in states:
        tokens = wildcards[number][1]
        if matched and tokens[matched - 1] == STAR:
            staying.add((number, matched))
        if matched < len(tokens) and tokens[matched] != STAR:
            moved = moves.setdefault(tokens[matched], set())
            moved.add((number, matched + 1))
            if matched + 1 < len(tokens) and tokens[matched + 1] == STAR:
                moved.add((number, matched + 2))
    yield frozenset(staying)
    for moved in moves.values():
        yield frozenset(staying | moved)


def _prefix(wildcards: list[tuple[int, tuple[str, ...]]], number: int, matched: int) -> Prefix:
    """What a state counts as: states that the patterns share count once."""
    pattern, tokens = wildcards[number]
    if matched == len(tokens):
        return pattern, -1, "end"
    if STAR not in tokens[: matched - 1]:
        return pattern, -1, tokens[:matched]
    return pattern, number, matched
