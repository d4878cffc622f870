"""Clouds for tests: fixtures, and clients as a learner makes them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from random import Random

import pytest

from lambda_study.cloud import Cloud


def counting_ids():
    """Return a maker of ids that count: determinate, and of the right form."""
    numbers = itertools.count(1)
    return lambda: f"00000000-0000-4000-8000-{next(numbers):012d}"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """An empty cloud whose clock the test moves."""
    with Cloud(clock="manual", random=Random(1), ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture
def strict_cloud() -> Iterator[Cloud]:
    """As `cloud`, with permissions enforced."""
    with Cloud(clock="manual", enforce_permissions=True, random=Random(1), ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture
def real_cloud() -> Iterator[Cloud]:
    """An empty cloud in real time."""
    with Cloud(clock="real") as cloud:
        yield cloud


def wait_for(condition, timeout_s=20.0):
    """Wait until CONDITION brings something, and return it."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.005)
    return found
