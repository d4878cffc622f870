"""Lint rules about cues: what lets a key be found by those who know how tests are written, not the answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lambda_study.quiz.lint_rule import CODE, Fault, Rule, distractors, keys, prose, quoted, words
from lambda_study.quiz.question import Option, Question

# A key stands out when it is 1.3 times the longest distractor and ten characters longer.
LENGTH_RATIO, LENGTH_MARGIN = 1.3, 10
ABSOLUTE = ("always", "never", "only", "all", "none", "must", "every")
NEGATIONS = {"not", "no", "never", "without", "cannot", "doesn't", "isn't", "don't", "can't"}
_AUXILIARIES = {"do", "does", "is", "are", "has", "have", "can", "will", "with", "a", "an", "the"}
_LEANING = re.compile(
    r"\b(all|any|both|each|either|neither|none) of (them|these|those|the above)\b|\bthe above\b"
    r"|^(both |either |neither )?[A-F],? (and|or|nor) [A-F]\b(?! \w)|\boptions? [A-F]\b",
    re.I,
)
# Words of at least five letters that say nothing about the subject of a question.
_EMPTY_WORDS = """
about above after again along already among another because before begin being below between could during
either every first given gives itself later least makes might never often order other others shall should
since still their there these thing things those through times under until using value values where
whether which while without would
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_PARTS = re.compile(r",? and (?=\w)|, then |, |; | \| ")
_DIGIT = re.compile(r"\d")


def length_key(question: Question) -> Iterator[Fault]:
    """A key is not much longer than the longest distractor."""
    own = [len(option.text) for option in keys(question)]
    others = [len(option.text) for option in distractors(question)]
    if not own or not others:
        return
    longest, distractor = max(own), max(others)
    if longest > LENGTH_RATIO * distractor and longest - distractor >= LENGTH_MARGIN:
        numbers = f"{longest} characters against {distractor}"
        yield Fault(
            f"has a key that stands out by its length ({numbers}). Shorten it or lengthen a distractor."
        )


def leaning_option(question: Question) -> Iterator[Fault]:
    """No option is about other options, as "all of the above" is."""
    for option in question.options:
        if found := _LEANING.search(prose(option.text)):
            yield Fault(
                f'has an option that leans on others ("{found[0]}"). Write what it says by itself.', option
            )


def absolute_terms(question: Question) -> Iterator[Fault]:
    """No distractor gives itself away by "always" or "never" where no key has such a word."""
    if any(absolutes(option) for option in keys(question)):
        return
    for option in distractors(question):
        if found := absolutes(option):
            yield Fault(f"has an absolute word in a distractor alone ({quoted(found)}). Soften it.", option)


def absolutes(option: Option) -> list[str]:
    """The absolute words of OPTION; "not at all" has none."""
    text = option.text.casefold().replace("not at all", "").replace("at all", "")
    return [word for word in words(text) if word in ABSOLUTE]


def clang(question: Question) -> Iterator[Fault]:
    """The key alone does not repeat a word of the stem."""
    stem, others = _content(question.stem), [_content(option.text) for option in distractors(question)]
    everywhere = set.intersection(*others) if others else set()
    if len(others) < 2 or any(stem & (other - everywhere) for other in others):
        return
    for option in keys(question):
        if echoed := sorted(stem & _content(option.text) - everywhere):
            yield Fault(
                f"has a key that alone repeats a word of the stem ({quoted(echoed)}). "
                "Use another word, or use it in a distractor too.",
                option,
            )


def _content(text: str) -> set[str]:
    """The words of TEXT about its subject, a plural like its singular."""
    plain = (word.removesuffix("'s").rstrip("s") for word in words(text) if word not in _EMPTY)
    return {word for word in plain if len(word) > 4}


def convergence(question: Question) -> Iterator[Fault]:
    """The key is not the one option made of the parts that most options share."""
    parts = [_PARTS.split(option.text) for option in question.options]
    if question.kind != "single" or not parts or len({len(each) for each in parts}) > 1 or len(parts[0]) < 2:
        return
    shared = [Counter(column) for column in zip(*parts, strict=True)]
    scores = [sum(counts[part] for counts, part in zip(shared, each, strict=True)) for each in parts]
    best = [option for option, score in zip(question.options, scores, strict=True) if score == max(scores)]
    if len(best) == 1 and best[0].correct:
        yield Fault("has a key in which the parts of the options meet. Give another option as many.", best[0])


def _has_code(option: Option) -> bool:
    return CODE in prose(option.text)


def _has_digit(option: Option) -> bool:
    return bool(_DIGIT.search(prose(option.text)))


def _has_parenthesis(option: Option) -> bool:
    return "(" in prose(option.text)


_FEATURES: tuple[tuple[str, Callable[[Option], bool]], ...] = (
    ("code", _has_code),
    ("a number", _has_digit),
    ("a parenthesis", _has_parenthesis),
)


def odd_one_out(question: Question) -> Iterator[Fault]:
    """The key is not the only option with code, a number or a parenthesis, nor the only one without."""
    own, others = keys(question), distractors(question)
    if question.kind != "single" or len(others) < 2:
        return
    for name, has in _FEATURES:
        found = {has(option) for option in others}
        if len(found) == 1 and has(own[0]) not in found:
            other = "without" if has(own[0]) is False else "with"
            yield Fault(f"has a key that is the only option {other} {name}. Write them alike.", own[0])


def opposites(question: Question) -> Iterator[Fault]:
    """No option is the plain negation of the key, which would leave two to choose from."""
    pairs = [
        (first, second)
        for index, first in enumerate(question.options)
        for second in question.options[:index]
        if _negate_each_other(first.text, second.text)
    ]
    if question.kind != "single" or len(question.options) < 3 or len(pairs) != 1:
        return
    second, first = pairs[0]
    if first.correct or second.correct:
        letters = f"{first.letter} and {second.letter}"
        yield Fault(f"has one pair of opposites ({letters}), and the key is in it. Change one.", second)


def _negate_each_other(first: str, second: str) -> bool:
    return _bare(first) == _bare(second) and _negated(first) != _negated(second)


def _bare(text: str) -> list[str]:
    kept = (
        word for word in prose(text).casefold().rstrip(".").split() if word not in NEGATIONS | _AUXILIARIES
    )
    return [word.rstrip("s,") for word in kept]


def _negated(text: str) -> bool:
    return bool(NEGATIONS & set(words(text)))


RULES = (
    Rule("length-key", "warning", length_key),
    Rule("leaning-option", "error", leaning_option),
    Rule("absolute-terms", "warning", absolute_terms),
    Rule("clang", "warning", clang),
    Rule("convergence", "warning", convergence),
    Rule("odd-one-out", "warning", odd_one_out),
    Rule("opposites", "warning", opposites),
)
