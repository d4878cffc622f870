"""Proofs: each key held against its fact, its calculation or its demo, and each distractor too.

A question is proven when the value that its proof gives is what its key claims and no other option does.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean
from lambda_study.quiz.bank import Bank
from lambda_study.quiz.calculation import calculate, fact_value
from lambda_study.quiz.drawn import variants
from lambda_study.quiz.finding import Finding
from lambda_study.quiz.question import Option, Proof, Question

KINDS = ("fact", "calc", "demo")
Demo = Callable[[], Any]


@dataclass(frozen=True, repr=False)
class ProofResult:
    """What the proof of one question gave. `value` is None where there is no proof or it could not be run."""

    question: Question
    value: Any = None
    mismatches: tuple[Finding, ...] = ()

    @property
    def proven(self) -> bool:
        return self.question.proof is not None and not self.mismatches

    def __repr__(self) -> str:
        if self.mismatches:
            return "\n".join(str(mismatch) for mismatch in self.mismatches)
        if self.question.proof is None:
            return f"{self.question.id}: sourced"
        return f"{self.question.id}: {self.question.proof!r} = {shown(self.value)}"


@dataclass(frozen=True, repr=False)
class Proofs:
    """The proofs of a bank, question by question."""

    results: tuple[ProofResult, ...]

    @property
    def proven(self) -> int:
        return sum(result.proven for result in self.results)

    @property
    def sourced(self) -> int:
        """How many questions name a source, proven or not."""
        return sum(bool(result.question.sources) for result in self.results)

    @property
    def by(self) -> dict[str, int]:
        """How many questions each kind of proof proves."""
        proven = [result.question.proof for result in self.results if result.proven]
        return {kind: sum(proof is not None and proof.kind == kind for proof in proven) for kind in KINDS}

    @property
    def mismatches(self) -> tuple[Finding, ...]:
        return tuple(mismatch for result in self.results for mismatch in result.mismatches)

    def to_json(self) -> dict[str, Any]:
        """The object that `lambda-study bank prove --json` prints."""
        return {
            "questions": len(self.results),
            "proven": self.proven,
            "by": self.by,
            "sourced": self.sourced,
            "mismatches": [mismatch.to_json() for mismatch in self.mismatches],
        }

    def __repr__(self) -> str:
        by = ", ".join(f"{kind} {count}" for kind, count in self.by.items())
        counts = f"{len(self.results)} questions, {self.proven} proven ({by}), {self.sourced} sourced"
        mismatches = [str(mismatch) for mismatch in self.mismatches]
        return "\n".join([*mismatches, f"{counts}, {len(mismatches)} mismatches."])


def prove(bank: Bank, demos: Mapping[str, Demo] | None = None) -> Proofs:
    """The proofs of all questions of BANK. A demo that several questions name runs once.

    DEMOS are functions by name; without them the public functions of `lambda_study.demos` are looked up.
    """
    evidence = _Evidence(demos)
    return Proofs(tuple(_prove_question(question, evidence) for question in bank.questions))


class _Evidence:
    """What facts, calculations and demos give, each asked once."""

    def __init__(self, demos: Mapping[str, Demo] | None) -> None:
        self._demos = demos
        self._values: dict[Proof, Any] = {}

    def of(self, proof: Proof) -> Any:
        """The value that PROOF gives; one that cannot be had raises BadInput."""
        if proof not in self._values:
            sources = {"fact": fact_value, "calc": calculate, "demo": self._run}
            self._values[proof] = sources[proof.kind](proof.text)
        return self._values[proof]

    def _run(self, name: str) -> Any:
        demo = find_demo(name) if self._demos is None else self._demos.get(name)
        if demo is None:
            raise BadInput(f'There is no demo "{name}".{did_you_mean(name, self._demos or ())}')
        try:
            # A demo may print; standard output belongs to the command's one JSON object.
            with contextlib.redirect_stdout(sys.stderr):
                return demo()
        except Exception as error:
            raise BadInput(f'The demo "{name}" raised {type(error).__name__}: {error}') from error


def _prove_question(question: Question, evidence: _Evidence) -> ProofResult:
    faults = list(_broken_violations(question))
    if question.proof is None:
        return ProofResult(question, mismatches=_findings(question, faults))
    try:
        value = evidence.of(question.proof)
    except BadInput as error:
        return ProofResult(question, mismatches=_findings(question, [*faults, (str(error), None)]))
    faults += _answer_faults(question, value) if question.answer else _option_faults(question, value)
    faults += _variant_faults(question, value)
    return ProofResult(question, value, _findings(question, faults))


_Fault = tuple[str, Option | None]


def _findings(question: Question, faults: list[_Fault]) -> tuple[Finding, ...]:
    rule = question.proof.kind if question.proof else "fact"
    return tuple(
        Finding(question.path, option.line if option else question.line, question.id, rule, "error", message)
        for message, option in faults
    )


def _broken_violations(question: Question) -> Iterator[_Fault]:
    """Options that name a fact which does not exist, and keys that say they break one."""
    for option in question.options:
        if option.violates and option.correct:
            yield f"{option.letter} is a key and violates {option.violates}. Only a distractor may.", option
        elif option.violates:
            try:
                fact_value(option.violates)
            except BadInput as error:
                yield f"{option.letter} violates a fact that cannot be used. {error}", option


def _answer_faults(question: Question, value: Any) -> Iterator[_Fault]:
    answer, number = question.answer, as_decimal(value)
    if answer is None:
        return
    if number is None:
        yield f"{question.proof!r} gives {shown(value)}, which is no number.", None
    elif abs(number - answer.value) > answer.tolerance:
        yield f"{question.proof!r} gives {shown(value)}; the answer says {answer.text}.", None


def _variant_faults(question: Question, value: Any) -> Iterator[_Fault]:
    """Numbers that a question draws and that leave it without an answer, or with one that is not exact."""
    exact = question.answer is not None and as_decimal(value) == question.answer.value
    try:
        for variant in variants(question):
            if (
                exact
                and variant.answer
                and variant.proof
                and calculate(variant.proof.text) != variant.answer.value
            ):
                yield (
                    f"{variant.proof!r} is not exactly {variant.answer.text}. Draw numbers that give one.",
                    None,
                )
    except BadInput as error:
        yield f"has numbers without an answer. {error}", None


def _option_faults(question: Question, value: Any) -> Iterator[_Fault]:
    keys = [option for option in question.options if option.correct]
    for option in question.options:
        if option.claim is None and not option.violates:
            yield f"{option.letter} claims nothing. End its line with a claim: {{3}}.", option
    if question.kind == "multiple" and not isinstance(value, list | tuple | set | frozenset):
        yield f"{question.proof!r} gives {shown(value)}; several keys need a list or a set.", None
        return
    values = list(value) if question.kind == "multiple" else [value]
    if len(values) != len(keys):
        yield f"{question.proof!r} gives {len(values)} values for {len(keys)} keys: {shown(value)}.", None
    for option in question.options:
        holds = any(agrees(each, option.claim) for each in values)
        if option.correct and option.claim is not None and not holds:
            yield (
                f"{option.letter} claims {shown(option.claim)}; {question.proof!r} gives {shown(value)}.",
                option,
            )
        if not option.correct and holds:
            yield (
                f"{option.letter} is a distractor and claims {shown(option.claim)} too, which is proven.",
                option,
            )
    yield from _keys_that_agree(keys)


def _keys_that_agree(keys: list[Option]) -> Iterator[_Fault]:
    for index, option in enumerate(keys):
        twin = next((each for each in keys[:index] if each.claim == option.claim), None)
        if twin and option.claim is not None:
            yield f"{twin.letter} and {option.letter} claim the same. Keys differ.", option


def agrees(value: Any, claim: Any) -> bool:
    """Whether VALUE is what CLAIM says: numbers at the precision the claim is written in, all else exactly.

    >>> agrees(Decimal("16.6667"), Decimal("16.67")), agrees(3, Decimal("3")), agrees(True, Decimal(1))
    (True, True, False)
    >>> agrees((1, "a"), [Decimal(1), "a"])
    True
    """
    if claim is None or isinstance(claim, bool) or isinstance(value, bool):
        return claim is not None and value is claim
    if isinstance(claim, Decimal):
        number = as_decimal(value)
        return number is not None and _rounded(number, claim) == claim
    if isinstance(claim, list):
        same_size = isinstance(value, list | tuple) and len(value) == len(claim)
        return same_size and all(agrees(*pair) for pair in zip(value, claim, strict=True))
    if isinstance(claim, dict):
        same_names = isinstance(value, Mapping) and value.keys() == claim.keys()
        return same_names and all(agrees(value[name], claim[name]) for name in claim)
    return bool(value == claim)


def _rounded(number: Decimal, claim: Decimal) -> Decimal:
    places = min(0, int(claim.as_tuple().exponent))
    return round_half_up(number, places)


def round_half_up(number: Decimal, exponent: int) -> Decimal:
    """NUMBER rounded as people round, to the given power of ten (-2 is two decimals)."""
    return number.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP)


def as_decimal(value: Any) -> Decimal | None:
    """VALUE as a Decimal if it is a number, else None; a truth value is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def shown(value: Any) -> str:
    """VALUE as a message shows it: numbers plain, all else as Python writes it.

    >>> shown(Decimal("1E-7")), shown("Unhandled")
    ('0.0000001', "'Unhandled'")
    """
    number = as_decimal(value)
    return f"{number:f}" if number is not None else repr(value)


def find_demo(name: str) -> Demo:
    """The public function NAME of a module in `lambda_study.demos`; only that module is imported."""
    found = [module for module, names in _demo_names().items() if name in names]
    if not found:
        known = [each for names in _demo_names().values() for each in names]
        raise BadInput(f'There is no demo "{name}".{did_you_mean(name, known)}')
    if len(found) > 1:
        raise BadInput(f'The demo "{name}" is in {" and ".join(found)}. Rename one.')
    try:
        demo: Demo = getattr(importlib.import_module(found[0]), name)
    except ImportError as error:
        raise BadInput(f'The demo "{name}" cannot be imported: {error}.') from error
    return demo


def _demo_names() -> dict[str, list[str]]:
    """The public functions of each demo module, read from its source."""
    import lambda_study.demos as package

    modules = [each for each in pkgutil.iter_modules(package.__path__) if not each.ispkg]
    files = {each.name: Path(getattr(each.module_finder, "path", ""), f"{each.name}.py") for each in modules}
    return {f"{package.__name__}.{name}": _public_functions(file) for name, file in files.items()}


def _public_functions(file: Path) -> list[str]:
    body = ast.parse(file.read_text("utf-8")).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
