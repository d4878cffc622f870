"""The meta lines under a question's heading: `level: recall · domain: DVA-C03/1 · proof: fact memory.max`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

from lambda_study.nearest import did_you_mean
from lambda_study.quiz.question import Draw, Proof, Source

# complain(line, rule, message): how a reader of a part of the file reports a fault and goes on.
Complain = Callable[[int, str, str], None]

_KEYS = ("level", "domain", "proof", "source", "draw", "ignore")
_REPEATED = ("source", "draw", "ignore")
_ENTRY = re.compile(r"([A-Za-z]+):\s*(.*)")
_DOMAIN = re.compile(r"([A-Z]{2,4}-C\d{2})/(\d)")
_SOURCE = re.compile(r"<?(\S+?)>?\s+\(read (\d{4}-\d{2}-\d{2})\)")
_DRAW = re.compile(r"([a-z]\w*)\s*=\s*(-?[\d_.]+(?:\s*,\s*-?[\d_.]+)+)")
_IGNORE = re.compile(r"([a-z-]+)\s+\((.+)\)")


@dataclass
class Meta:
    """What the meta lines of one question say."""

    level: str = ""
    domains: list[tuple[str, int]] = field(default_factory=list)
    proof: Proof | None = None
    sources: list[Source] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)


def looks_like_meta(text: str) -> bool:
    return bool(_ENTRY.match(text))


def read_meta(text: str, line: int, complain: Complain) -> Meta:
    """The entries of TEXT, a paragraph whose first line is LINE of the file; every fault goes to COMPLAIN."""
    meta, seen = Meta(), set[str]()
    for offset, written in enumerate(text.splitlines()):
        for entry in written.split(" · "):
            matched = _ENTRY.fullmatch(entry.strip())
            if not matched:
                complain(
                    line + offset, "format", f'has a meta line that is not "key: value": {entry.strip()}'
                )
                continue
            key, value = matched.groups()
            if key in seen and key not in _REPEATED:
                complain(line + offset, "format", f'has "{key}:" twice. Keep one.')
            seen.add(key)
            _read_entry(meta, key, value.strip(), partial(complain, line + offset))
    return meta


def _read_entry(meta: Meta, key: str, value: str, complain: Callable[[str, str], None]) -> None:
    if key not in _KEYS:
        complain("format", f'has unknown meta "{key}:".{did_you_mean(key, _KEYS)} Known: {", ".join(_KEYS)}.')
    elif key == "level":
        meta.level = value
    elif key == "domain":
        _read_domains(meta, value, complain)
    elif key == "proof":
        _read_proof(meta, value, complain)
    elif key == "source":
        _read_source(meta, value, complain)
    elif key == "draw":
        _read_draw(meta, value, complain)
    else:
        _read_ignore(meta, value, complain)


def _read_domains(meta: Meta, value: str, complain: Callable[[str, str], None]) -> None:
    for part in value.split(","):
        matched = _DOMAIN.fullmatch(part.strip())
        if matched:
            meta.domains.append((matched.group(1), int(matched.group(2))))
        else:
            complain("format", f'has domain "{part.strip()}". Write exam and number, for example DVA-C03/1.')


def _read_proof(meta: Meta, value: str, complain: Callable[[str, str], None]) -> None:
    kind, _, text = value.partition(" ")
    text = text.strip().strip("`").strip()
    if kind in ("fact", "calc", "demo") and text:
        meta.proof = Proof(kind, text)  # type: ignore[arg-type]
    else:
        complain("format", f'has proof "{value}". Write fact ID, calc EXPRESSION or demo NAME.')


def _read_source(meta: Meta, value: str, complain: Callable[[str, str], None]) -> None:
    matched = _SOURCE.fullmatch(value)
    if not matched:
        complain("source", f'has source "{value}". Write URL (read YYYY-MM-DD).')
        return
    if not matched.group(1).startswith("https://"):
        complain("source", f'has source "{matched.group(1)}". Give its https:// address.')
        return
    try:
        meta.sources.append(Source(matched.group(1), date.fromisoformat(matched.group(2))))
    except ValueError:
        complain("source", f'has a source read on "{matched.group(2)}", which is no day. Write YYYY-MM-DD.')


def _read_draw(meta: Meta, value: str, complain: Callable[[str, str], None]) -> None:
    matched = _DRAW.fullmatch(value)
    try:
        numbers = (
            [Decimal(each.strip().replace("_", "")) for each in matched[2].split(",")] if matched else []
        )
    except InvalidOperation:
        numbers = []
    if matched and numbers:
        meta.draws.append(Draw(matched[1], tuple(numbers)))
    else:
        complain("draw", f'has draw "{value}". Write NAME = NUMBERS, for example memory = 512, 1024, 2048.')


def _read_ignore(meta: Meta, value: str, complain: Callable[[str, str], None]) -> None:
    matched = _IGNORE.fullmatch(value)
    if matched:
        meta.ignored.append((matched.group(1), matched.group(2)))
    else:
        complain(
            "format", f'has ignore "{value}". Write RULE (reason), for example length-key (the name is long).'
        )
