"""The parts of the engine by themselves: log parser, HTTP server, clock."""

from __future__ import annotations

import itertools
import os
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from lambda_study.engine import memory
from lambda_study.engine.clock import ManualClock, RunningClock
from lambda_study.engine.cpu_share import CpuShare
from lambda_study.engine.event import decode, encode
from lambda_study.engine.freezer import Freezer
from lambda_study.engine.logs import (
    EVENT_BYTES,
    MAX_EVENT_BYTES,
    MAX_FRAME_BYTES,
    MAX_LOG_BYTES,
    PIPE_BYTES,
    LogParser,
    LogPipe,
)
from lambda_study.engine.request_parser import MAX_BODY, RequestParser
from lambda_study.engine.runtime_api import Connection, RuntimeApi
from lambda_study.errors import BadInput


def frame(text, kind=b"\xa5\x5a\x00\x03"):
    body = text.encode()
    return kind + len(body).to_bytes(4, "big") + bytes(8) + body


def events_of(stream, step):
    parser = LogParser()
    for start in range(0, len(stream), step):
        parser.feed(stream[start : start + step])
    return parser.take(all_of_it=True)


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_lines_and_frames_keep_their_order_however_they_arrive(step):
    stream = b"one\n" + frame("[ERROR] a\nb") + "zwei ü".encode() + frame("three\n") + b"four"
    assert events_of(stream, step) == ["one", "[ERROR] a\nb", "zwei ü", "three", "four"]


def test_empty_lines_are_events_and_bytes_that_are_no_text_are_replaced():
    assert events_of(b"a\n\nb\xff\n", 100) == ["a", "", "b\ufffd"]


def test_a_line_that_is_too_long_is_split():
    events = events_of(b"x" * (MAX_EVENT_BYTES + 1) + b"\nnext\n", 1 << 16)
    assert [len(event) for event in events] == [262_144, 1, 4]


@pytest.mark.parametrize("printed", [b"y\n" * 4096, b"y" * 8192])
def test_a_log_that_does_not_end_is_cut_and_says_so_and_the_next_one_is_whole(printed):
    parser = LogParser()
    for _ in range(MAX_LOG_BYTES // len(printed) + 33):
        parser.feed(printed)
        assert len(parser._buffer) <= MAX_EVENT_BYTES
    events = parser.take()
    assert events.pop() == "[The log ends here: Lambda Study keeps 16 MB of it.]"
    assert (
        0 <= MAX_LOG_BYTES - sum(len(event) + EVENT_BYTES for event in events) < len(events[0]) + EVENT_BYTES
    )
    parser.take(all_of_it=True)
    parser.feed(b"next\n")
    assert parser.take() == ["next"]


class Unread:
    """A system whose log pipes always hold more than was read, as while a background job prints."""

    def __init__(self, waits):
        self.reads_without_waiting = not waits
        self.stop = threading.Event()

    def prepare_log(self, descriptor):
        os.set_blocking(descriptor, not self.reads_without_waiting)

    def print_on(self, descriptor):
        with suppress(OSError):
            while not self.stop.is_set():
                os.write(descriptor, b"y" * 2000 + b"\n")


@pytest.mark.parametrize("waits", [False, True])
def test_the_log_of_a_background_job_that_prints_on_and_on_is_taken_in_time(waits):
    reading, writing = os.pipe()
    system = Unread(waits)
    writer = threading.Thread(target=system.print_on, args=(writing,))
    log = LogPipe(reading, system)
    writer.start()
    assert log.take(timeout_s=0.1) is not None
    system.stop.set()
    writer.join()
    os.close(writing)
    log.close()
    os.close(reading)


def test_one_turn_reads_no_more_than_a_pipe_holds(monkeypatch):
    reading, writing = os.pipe()
    log = LogPipe(reading, Unread(waits=False))
    read = []
    monkeypatch.setattr(os, "read", lambda descriptor, size: read.append(size) or b"y" * size)
    log.take()
    assert sum(read) == PIPE_BYTES
    monkeypatch.undo()
    os.close(writing)
    log.close()
    os.close(reading)


@pytest.mark.parametrize("length", [100, MAX_FRAME_BYTES + 1])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_bytes_that_look_like_a_frame_hide_nothing_that_follows(length, step):
    broken = b"\xa5\x5a\x00\x03" + length.to_bytes(4, "big") + b"12345678"
    lines = events_of(broken + b"\nnext\n" + frame("last"), step)
    assert lines[0].endswith("12345678") and lines[1:] == ["next", "last"]


def test_a_frame_that_ends_in_its_head_is_text_when_all_is_told():
    parser = LogParser()
    parser.feed(b"\xa5\x5a\x00")
    assert parser.take() == [] and len(parser.take(all_of_it=True)) == 1
    parser.feed(b"next\n")
    assert parser.take() == ["next"]


def test_a_list_that_is_nested_too_deeply_is_told_in_one_line():
    nested = []
    for _ in range(3000):
        nested = [nested]
    with pytest.raises(BadInput, match="event has lists or dicts inside each other"):
        encode(nested)


def test_a_payload_that_is_nested_too_deeply_comes_back_as_text():
    assert decode(b"[" * 100_000) == "[" * 100_000


def test_memory_is_read_by_psutil_where_the_kernel_does_not_list_children(monkeypatch):
    monkeypatch.setattr(memory, "_children_file", lambda pid: f"/proc/{pid}/nothing")
    assert memory.memory_of(os.getpid()).resident_bytes() > 0


class Recorded:
    """Something that can be frozen: it raises, or asks for a second try, or is well."""

    def __init__(self, *answers):
        self.answers, self.frozen = list(answers), threading.Event()

    def freeze_if_waiting(self, since):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer:
            self.frozen.set()
        return answer


def test_what_cannot_be_frozen_keeps_no_other_process_from_it():
    freezer = Freezer()
    for _ in range(2):
        freezer.later(Recorded(OSError("no")))
        other = Recorded(False, True)
        freezer.later(other)
        assert other.frozen.wait(5)
    freezer.close()


class Recorder:
    """Stands where an execution environment stands and writes down what it is told."""

    def __init__(self):
        self.told, self.ended = [], threading.Event()

    def next(self, connection):
        connection.send(200, b"{}", "Lambda-Runtime-Aws-Request-Id: 1\r\n")
        connection.close()

    def response(self, request_id, body):
        self.told.append((request_id, body))
        return 202, ""

    def error(self, request_id, body, error_type):
        self.told.append((request_id, body, error_type))
        return 202, ""

    def init_error(self, body, error_type):
        self.told.append((body, error_type))
        return 403, "InitErrorRefused"

    def gone(self):
        self.ended.set()


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def talk(recorder):
    api = RuntimeApi(recorder)
    host, port = api.address.split(":")

    def talk(request, step=1000, wait_for=b""):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            for start in range(0, len(request), step):
                connection.sendall(request[start : start + step])
                while wait_for and not connection.recv(1000).endswith(wait_for):
                    pass
                wait_for = b""
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(1000):
                answer += chunk
        return answer

    yield talk
    api.close()


POST = b"POST /2018-06-01/runtime/invocation/7/response HTTP/1.1\r\n"


@pytest.mark.parametrize("step", [1, 13, 1000])
def test_a_body_of_known_length_arrives_whole(talk, recorder, step):
    answer = talk(POST + b"Content-Length: 5\r\n\r\nhello" + POST + b"Content-Length: 2\r\n\r\nhi", step)
    assert recorder.told == [("7", b"hello"), ("7", b"hi")]
    assert answer.count(b"HTTP/1.1 202 Accepted") == 2


@pytest.mark.parametrize("step", [1, 13, 1000])
def test_a_chunked_body_arrives_whole(talk, recorder, step):
    body = b"3;x=1\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n"
    talk(POST + b"Transfer-Encoding: chunked\r\n\r\n" + body, step)
    assert recorder.told == [("7", b"hello")]


def test_a_client_that_waits_for_permission_gets_it(talk, recorder):
    head = POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    answer = talk(head + b"hi", step=len(head), wait_for=b"100 Continue\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 202") and recorder.told == [("7", b"hi")]


def test_errors_carry_their_type(talk, recorder):
    head = b"Lambda-Runtime-Function-Error-Type: Runtime.Oops\r\nContent-Length: 2\r\n\r\n{}"
    talk(b"POST /2018-06-01/runtime/invocation/7/error HTTP/1.1\r\n" + head)
    answer = talk(b"POST /2018-06-01/runtime/init/error HTTP/1.1\r\n" + head)
    assert recorder.told == [("7", b"{}", "Runtime.Oops"), (b"{}", "Runtime.Oops")]
    assert b"403 Forbidden" in answer and b"InitErrorRefused" in answer


def test_an_unknown_path_is_not_found(talk):
    assert b"404 Not Found" in talk(b"GET /favicon.ico HTTP/1.1\r\n\r\n")
    assert b"404 Not Found" in talk(b"POST /elsewhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"hello\r\n\r\n",
        POST + b"Content-Length: many\r\n\r\n",
        POST + b"Content-Length: 9\r\n\r\nhi",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 1024,
    ],
)
def test_what_is_no_http_ends_the_connection_and_nothing_else(talk, recorder, request_bytes):
    assert talk(request_bytes) == b""
    assert recorder.ended.wait(5) and recorder.told == []
    assert b"200 OK" in talk(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n")


def pieces(number):
    return [
        b"Transfer-Encoding: chunked\r\n\r\n",
        *[b"10000\r\n" + bytes(1 << 16) + b"\r\n"] * number,
        b"0\r\n\r\n",
    ]


def whole(number):
    return [b"Content-Length: %d\r\n\r\n" % (number << 16), *[bytes(1 << 16)] * number]


def one_chunk(number):
    size = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (number << 16)
    return [size, *[bytes(1 << 16)] * number, b"\r\n0\r\n\r\n"]


@pytest.mark.parametrize("form", [pieces, whole, one_chunk])
def test_of_a_body_that_is_too_large_the_beginning_is_kept_and_the_next_request_is_found(form):
    parser = RequestParser()
    found = []
    for part in (POST, *form(200), POST, b"Content-Length: 2\r\n\r\nhi"):
        parser.feed(part)
        found.append(parser.next())
        assert len(parser._buffer) + len(parser._chunks) <= MAX_BODY
    first, second = filter(None, found)
    assert len(first.body) == MAX_BODY and second.body == b"hi"


def test_a_request_whose_body_comes_later_than_its_head_is_read_at_once():
    ours, theirs = socket.create_server(("127.0.0.1", 0)), socket.socket()
    theirs.connect(ours.getsockname())
    connection = Connection(ours.accept()[0])
    theirs.sendall(POST + b"Content-Length: 2\r\n\r\n")
    later = threading.Timer(0.02, theirs.sendall, (b"hi",))
    later.start()
    assert connection.read_request(timeout_s=30).body == b"hi"
    for each in (connection, theirs, ours):
        each.close()


def test_a_request_that_does_not_end_is_given_up_when_the_time_is_over():
    ours, theirs = socket.create_server(("127.0.0.1", 0)), socket.socket()
    theirs.connect(ours.getsockname())
    connection = Connection(ours.accept()[0])
    theirs.sendall(POST + b"Content-Length: 1000\r\n\r\n")
    drops = itertools.count()
    with pytest.raises(TimeoutError):
        while next(drops) < 1000:
            theirs.sendall(b"x")
            connection.read_request(timeout_s=0.0001)
    for each in (connection, theirs, ours):
        each.close()


class Metered:
    """Something that has used no CPU time; it is gone after so many looks."""

    def __init__(self, looks):
        self.looks, self.resumed = looks, threading.Event()

    def cpu_s(self):
        self.looks -= 1
        if self.looks < 0:
            raise ProcessLookupError
        return 0.0

    def pause(self):
        return False

    def resume(self):
        self.resumed.set()


def test_a_process_that_is_gone_takes_no_share_from_the_others():
    share = CpuShare()
    share.watch(Metered(looks=1), 1.0)
    for _ in range(2):
        other = Metered(looks=1000)
        share.watch(other, 1.0)
        assert other.resumed.wait(5)
    share.close()


START = datetime(2026, 11, 23, tzinfo=UTC)


def test_timers_fire_in_order_at_their_own_time():
    clock, fired = ManualClock(START), []
    for minutes in (3, 1, 2, 1):
        clock.call_at(START + timedelta(minutes=minutes), lambda m=minutes: fired.append((m, clock.now())))
    clock.advance(minutes=2)
    assert fired == [(m, START + timedelta(minutes=m)) for m in (1, 1, 2)]
    clock.advance(days=1)
    assert len(fired) == 4 and clock.now() == START + timedelta(minutes=2, days=1)


def test_a_timer_that_sets_the_next_one_goes_on_within_one_advance():
    clock, fired = ManualClock(START), []

    def again():
        fired.append(clock.now())
        clock.call_at(clock.now() + timedelta(hours=1), again)

    clock.call_at(START, again)
    clock.advance(hours=24)
    assert len(fired) == 25


def test_a_cancelled_timer_does_not_fire():
    clock, fired = ManualClock(START), []
    clock.call_at(START, lambda: fired.append(1)).cancel()
    clock.advance(1)
    assert fired == []


def test_a_manual_clock_cannot_go_back():
    with pytest.raises(BadInput, match="cannot go back"):
        ManualClock(START).advance(-1)


def test_a_clock_that_runs_goes_on_after_an_action_that_fails(capsys):
    clock, fired = RunningClock(), threading.Event()
    clock.call_at(clock.now(), lambda: [].pop())
    clock.call_at(clock.now(), fired.set)
    assert fired.wait(5)
    clock.close()
    assert "IndexError" in capsys.readouterr().err


def test_a_fast_clock_fires_on_its_own():
    clock, fired = RunningClock(speed=3600), threading.Event()
    clock.call_at(clock.now() + timedelta(minutes=1), fired.set)
    assert fired.wait(5)
    clock.close()
