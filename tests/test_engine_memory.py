"""Memory of handlers that fork: what a parent and its children share is held once."""

from __future__ import annotations

import os
import sys

import pytest

from lambda_study.engine import LambdaService, deploy
from lambda_study.engine.memory import MB, memory_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which pages are shared")

HANDLER = """
import os, signal

held = bytearray(60 * 1024 * 1024)

def handler(event, context):
    told, tell = os.pipe()
    for _ in range(3):
        if not os.fork():
            if event["writes"]:
                held[::4096] = bytes(len(held[::4096]))
            os.write(tell, b".")
            signal.pause()  # until the environment is stopped
    for _ in range(3):
        os.read(told, 1)
"""


@pytest.fixture
def forks(tmp_path):
    (tmp_path / "app.py").write_text(HANDLER)
    with LambdaService() as service:

        def run(**event):
            function = deploy(f"{tmp_path / 'app.py'}:handler", name="forks", memory_mb=512, service=service)
            done = function.invoke(event)
            assert done.ok, done
            return done.report.max_memory_mb

        yield run


def test_children_that_only_read_share_what_their_parent_holds(forks):
    assert 60 < forks(writes=False) < 120


def test_what_children_write_to_is_their_own(forks):
    assert 240 < forks(writes=True) < 330


def test_a_process_alone_weighs_what_is_resident():
    reader = memory_of(os.getpid())
    held = bytes(os.urandom(1)) * (20 * MB)
    assert reader.resident_bytes() > len(held) and reader.peak_bytes() >= reader.most_bytes
    reader.close()
