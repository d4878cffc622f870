"""The proofs of one topic as text: each question with its key, its proof, and what the proof gives."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.proofs import Demo, ProofResult, Proofs, as_decimal, prove, round_half_up, shown
from lambda_study.quiz import Bank, Question, load_bank

WIDTH = 96


@dataclass(frozen=True, repr=False)
class TopicProofs:
    """The proofs of a topic, all of which hold. Its repr tells them question by question, with the keys."""

    title: str
    proofs: Proofs

    def __repr__(self) -> str:
        return "\n".join([f"{self.title}: {_counts(self.proofs)}", *map(told, self.proofs.results)])


def prove_topic(name: str, bank: Bank | None = None, demos: dict[str, Demo] | None = None) -> TopicProofs:
    """Run the proofs of topic NAME now, and return them; what its demos print is not shown.

    BANK and DEMOS are as for `prove`; without them they are our own. A key that does not follow raises
    BadInput, which says what the proof gives in its place.
    """
    bank = bank or load_bank()
    title = bank.title(name)
    only = Bank(bank.path, tuple(topic for topic in bank.topics if topic.name == name))
    with contextlib.redirect_stderr(io.StringIO()):
        proofs = prove(only, demos)
    if proofs.mismatches:
        raise BadInput("\n".join(str(mismatch) for mismatch in proofs.mismatches))
    return TopicProofs(title, proofs)


def _counts(proofs: Proofs) -> str:
    by = ", ".join(f"{kind} {count}" for kind, count in proofs.by.items() if count)
    return f"{proofs.proven} of {len(proofs.results)} questions proven ({by})"


def told(result: ProofResult) -> str:
    """RESULT in two lines: the question and its key, then the proof and its value.

    A number is told as precisely as the key claims it; a set in the order of its words.
    """
    question = result.question
    head = f"{question.id} · {', '.join(question.key)}"
    if question.proof is None:
        return f"{head}\n    sourced: {', '.join(source.url for source in question.sources)}"
    return f"{head}\n    {_short(repr(question.proof))} = {_short(_value(question, result.value))}"


def _value(question: Question, value: Any) -> str:
    number = as_decimal(value)
    if number is None:
        return shown(sorted(value, key=str)) if isinstance(value, set | frozenset) else shown(value)
    if question.answer is not None:
        within = question.answer.tolerance
        return (
            f"{question.answer.value:f} within {within:f}"
            if number != question.answer.value
            else shown(value)
        )
    precisions = [_exponent(claim) for claim in _key_claims(question)]
    return shown(round_half_up(number, min(precisions))) if precisions else shown(value)


def _key_claims(question: Question) -> Iterator[Decimal]:
    for option in question.options:
        if option.correct and isinstance(option.claim, Decimal):
            yield option.claim


def _exponent(claim: Decimal) -> int:
    return min(0, int(claim.as_tuple().exponent))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= WIDTH else f"{plain[: WIDTH - 4]} ..."
