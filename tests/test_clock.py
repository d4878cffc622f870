"""A clock that is moved by hand: by several at once, and after an interrupt at any line of it."""

from __future__ import annotations

import linecache
import os
import signal
import sys
import threading
from datetime import timedelta
from itertools import count

import pytest

from lambda_study.engine import ManualClock
from lambda_study.engine import clock as clocks


def interrupted_at(line, action):
    """Call ACTION with an interrupt at the LINE-th line of the clock's code; whether it got so far.

    At the two ends of a block that holds a lock Python lets none through.
    """
    lines = count()

    def trace(frame, event, argument):
        if frame.f_code.co_filename != clocks.__file__:
            return None
        text = linecache.getline(clocks.__file__, frame.f_lineno).strip()
        if event == "line" and not text.startswith("with ") and next(lines) == line:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def settles(clock):
    """Whether the clock settles, asked on a thread of its own as it might hang."""
    thread = threading.Thread(target=clock.settle, daemon=True)
    thread.start()
    thread.join(5)
    return not thread.is_alive()


def test_a_clock_that_was_interrupted_anywhere_still_goes_on():
    for line in count():
        clock, rung = ManualClock(), []
        for seconds in (1, 1, 2):
            clock.call_at(clock.now() + timedelta(seconds=seconds), lambda: None)
        was_interrupted = interrupted_at(line, lambda clock=clock: clock.advance(seconds=3))
        assert settles(clock), f"it hangs after an interrupt at line {line}"
        clock.call_at(clock.now() + timedelta(hours=1), lambda rung=rung: rung.append("rings"))
        clock.advance(hours=2)
        assert rung == ["rings"]
        if not was_interrupted:
            break
    assert line > 5


@pytest.fixture
def interruptible():
    """Let SIGINT interrupt, though a shell starts what runs in its background with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_cuts_nothing_that_fires_in_two():
    clock, rung = ManualClock(), []

    def ring():
        os.kill(os.getpid(), signal.SIGINT)
        rung.append("first")

    clock.call_at(clock.now() + timedelta(minutes=1), ring)
    clock.call_at(clock.now() + timedelta(minutes=2), lambda: rung.append("second"))
    with pytest.raises(KeyboardInterrupt):
        clock.advance(hours=1)
    clock.advance(hours=1)
    assert rung == ["first", "second"]


def test_who_only_settles_takes_no_time_back():
    clock, over = ManualClock(), threading.Event()
    begun = clock.now()

    def settle():
        while not over.is_set():
            clock.settle()

    threads = [threading.Thread(target=settle) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(200):
        clock.advance(seconds=10)
    over.set()
    for thread in threads:
        thread.join()
    assert clock.now() - begun == timedelta(seconds=2000)


def test_who_advances_during_another_s_advance_goes_on_from_its_end():
    clock = ManualClock()
    begun, second = clock.now(), threading.Thread(target=clock.advance, kwargs={"hours": 1})
    clock.call_at(begun + timedelta(minutes=1), second.start)
    clock.advance(hours=1)
    second.join()
    assert clock.now() - begun == timedelta(hours=2)
