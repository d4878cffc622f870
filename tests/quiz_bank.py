"""Small banks for tests: a clean question as text, changed at one place, and a folder to load it from."""

from __future__ import annotations

from pathlib import Path

from lambda_study.quiz import Bank, load_bank

META = "level: recall · domain: DVA-C03/1, SAA-C03/3"
SOURCE = "source: https://docs.aws.amazon.com/lambda/latest/dg/retries.html (read 2026-11-23)"

CLEAN = f"""\
# Concurrency

## async-retry-default
{META}
{SOURCE}

An asynchronous invocation raises an exception every time.
How many times does the handler run?

- [ ] Once {{1}}
  A synchronous caller sees one run.
- [x] Three times {{3}}
  One run and two retries.
- [ ] Six times {{6}}
  No retry setting goes that far.

> Throttling is retried for up to six hours.
"""

SEVERAL = f"""\
# Concurrency

## warm-state
{META}
{SOURCE}

What outlives an invocation in a warm environment? Select TWO.

- [x] Global variables {{globals}}
  The process goes on.
- [x] Files in `/tmp` {{tmp}}
  The disk is the environment's.
- [ ] The event {{event}}
  Each invocation has its own.
- [ ] The request id {{id}}
  Each invocation has its own.
- [ ] The deadline {{deadline}}
  It is set anew.
"""

NUMERIC = f"""\
# Concurrency

## busy-environments
{META}
{SOURCE}

20 requests arrive each second; each takes 500 ms. How many environments are busy on average?

= 10 environments
  20 requests per second times 0.5 s.
"""


def bank_of(folder: Path, **topics: str) -> Bank:
    """The bank of the topics given as `name=text`, written below FOLDER."""
    for name, text in topics.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    return load_bank(folder)


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """TEXT with each first string replaced by the second; one that is not there is an error of the test."""
    for old, new in pairs:
        assert old in text, f"{old!r} is not in the text"
        text = text.replace(old, new)
    return text


def proven_by(text: str, proof: str) -> str:
    """TEXT with a proof in its meta lines."""
    return changed(text, (META, f"{META} · proof: {proof}"))
