"""Filter patterns of CloudWatch Logs: which log events a filter takes, or a search finds."""

from __future__ import annotations

import re
from collections.abc import Callable

from lambda_study.model.log_pattern_fields import read_fields
from lambda_study.model.log_pattern_json import read_json
from lambda_study.model.log_pattern_values import InvalidLogPattern, regex_of

__all__ = ["InvalidLogPattern", "LogPattern", "parse"]

LONGEST = 1024
_TERM = re.compile(r'([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|([^\s"%]+))(?=\s|$)')
_PLAIN = re.compile(r"[A-Za-z0-9_]+")

Test = Callable[[str], bool]


class LogPattern:
    """A filter pattern that CloudWatch Logs takes, ready to match messages.

    >>> pattern = parse("ERROR -Timeout")
    >>> pattern.matches("[ERROR] no such key"), pattern.matches("[ERROR] Timeout")
    (True, False)
    >>> parse('{ $.level = "ERROR" && $.took_ms > 100 }').matches('{"level": "ERROR", "took_ms": 250}')
    True
    >>> parse("[ip, user, status = 4*]").matches("10.0.0.1 ada 404")
    True
    """

    def __init__(self, text: str, test: Test) -> None:
        self.text = text
        self._test = test

    def matches(self, message: str) -> bool:
        """Return whether the log event MESSAGE matches."""
        return self._test(message)

    def __repr__(self) -> str:
        return f"LogPattern({self.text})"


def parse(text: str) -> LogPattern:
    """Return the pattern that TEXT says; InvalidLogPattern if CloudWatch Logs would refuse it.

    Three kinds: terms (`ERROR "not found" -retry`, `?ERROR ?WARN`), fields of JSON (`{ $.level = "ERROR" }`)
    and fields between spaces (`[ip, user, status = 4*]`). "" takes everything. Matching tells capital letters
    from small ones. `%...%` is a regular expression.

    Unlike AWS: a regular expression may use what Python's can; AWS allows a part of that.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    (read 2026-11-23).
    """
    if len(text) > LONGEST:
        raise InvalidLogPattern(f"a pattern has at most {LONGEST} characters")
    stripped = text.strip()
    if stripped.startswith("{"):
        return LogPattern(text, read_json(stripped))
    if stripped.startswith("["):
        return LogPattern(text, read_fields(stripped))
    return LogPattern(text, _read_terms(stripped))


def _read_terms(text: str) -> Test:
    """A message has all plain terms, none of those after "-", and one of those after "?".

    Terms after "?" do not count beside others.
    """
    terms: dict[str, list[Test]] = {"": [], "?": [], "-": []}
    place = 0
    while place < len(text):
        found = _TERM.match(text, place)
        if found is None:
            raise InvalidLogPattern(f'"{text[place:]}" is no term')
        sign, phrase, expression, word = found.groups()
        terms[sign].append(_term(phrase, expression, word))
        place = found.end() + len(text[found.end() :]) - len(text[found.end() :].lstrip())
    required, any_of, excluded = terms[""], terms["?"], terms["-"]

    def test(message: str) -> bool:
        if any(term(message) for term in excluded) or not all(term(message) for term in required):
            return False
        return bool(required or excluded) or not any_of or any(term(message) for term in any_of)

    return test


def _term(phrase: str | None, expression: str | None, word: str | None) -> Test:
    if expression is not None:
        searched = regex_of(expression)
        return lambda message: searched.search(message) is not None
    if word is not None and not _PLAIN.fullmatch(word):
        raise InvalidLogPattern(f"{word} has signs that are neither letters nor digits: quote it")
    wanted = word if phrase is None else re.sub(r"\\(.)", r"\1", phrase)
    return lambda message: str(wanted) in message
