"""The log pipe of an execution environment: what is printed becomes log events, whole and in order."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time

from lambda_study.engine.system import PortableSystem

MAX_EVENT_BYTES = 256 * 1024  # what one CloudWatch Logs event held for years; longer text is split
FRAME_START = b"\xa5\x5a"  # never valid UTF-8, so a frame cannot be mistaken for printed text
MAX_FRAME_BYTES = 16 * 1024 * 1024  # what says to be longer is printed bytes that look like a frame
FRAME_HEAD = 16  # four bytes of type, four of length, eight of timestamp
MARK_TYPE = b"\xa5\x5a\xff\xff"  # our own frame: everything before it has been written
SILENCE_S = 0.02
MAX_LOG_BYTES = 16 * 1024 * 1024  # what one invocation may print; CloudWatch Logs has no such limit
EVENT_BYTES = 26  # what CloudWatch Logs counts for an event besides its text
PIPE_BYTES = 1 << 20  # no log pipe holds more at a time
_CHUNK = 1 << 16


class LogParser:
    """Splits the bytes of a log pipe into events.

    AWS's runtime client writes framed records (a traceback is one event); `print` writes plain lines (each
    line is one event). Both share the pipe, so their order is kept.

    Unlike AWS: what comes after the first 16 MB between two calls of `take` is not kept; the last event
    says so.

    >>> parser = LogParser()
    >>> parser.feed(b"one\\ntwo")
    >>> parser.take(), parser.take(all_of_it=True)
    (['one'], ['two'])
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0  # how much of the buffer is known to hold neither a line end nor a frame
        self._events: list[str] = []
        self._room = MAX_LOG_BYTES
        self.marks = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the pipe."""
        if self._room < 0:
            self.marks += chunk.count(MARK_TYPE)
            return
        self._buffer += chunk
        self._read()

    def take(self, all_of_it: bool = False) -> list[str]:
        """Return the events so far and forget them; ALL_OF_IT includes a last line without its line end."""
        if all_of_it and self._buffer:
            self._read(all_of_it=True)
            if self._buffer:
                self._add(bytes(self._buffer))
            self._buffer.clear()
            self._searched = 0
        events, self._events = self._events, []
        self._room = MAX_LOG_BYTES
        return events

    def _read(self, all_of_it: bool = False) -> None:
        start = 0
        while (end := self._next_event(start, all_of_it)) is not None:
            start = end
        del self._buffer[:start]
        self._searched = max(0, self._searched - start)

    def _next_event(self, start: int, all_of_it: bool) -> int | None:
        """Read one event that begins at START and return where it ends; None if it is not complete yet.

        A frame is written before the event's end is told: one that is not complete by then (ALL_OF_IT), or
        never could be, is text.
        """
        if self._buffer[start : start + 2] != FRAME_START:
            return self._line(start, start)
        end = self._end_of_frame(start)
        if end is None or end > len(self._buffer):
            is_text = all_of_it or (end is not None and end - start > MAX_FRAME_BYTES)
            return self._line(start, start + len(FRAME_START)) if is_text else None
        return self._frame(start, end)

    def _end_of_frame(self, start: int) -> int | None:
        head = self._buffer[start : start + FRAME_HEAD]
        if len(head) < FRAME_HEAD:
            return None
        return start + FRAME_HEAD + int.from_bytes(head[4:8], "big")

    def _frame(self, start: int, end: int) -> int:
        head = self._buffer[start : start + FRAME_HEAD]
        if head[:4] == MARK_TYPE:
            self.marks += 1
        else:
            self._add(bytes(self._buffer[start + FRAME_HEAD : end]))
        return end

    def _line(self, start: int, search_from: int) -> int | None:
        search_from = max(search_from, self._searched)
        newline = self._buffer.find(b"\n", search_from)
        frame = self._buffer.find(FRAME_START, search_from, newline if newline >= 0 else len(self._buffer))
        if frame >= 0:
            self._add(bytes(self._buffer[start:frame]))
            return frame
        if newline < 0:
            self._searched = max(start, len(self._buffer) - 1)
            return self._piece(start)
        self._add(bytes(self._buffer[start:newline]))
        return newline + 1

    def _piece(self, start: int) -> int | None:
        """A line without end is not collected beyond what one event holds."""
        end = start + MAX_EVENT_BYTES
        if len(self._buffer) <= end:
            return None
        self._add(bytes(self._buffer[start:end]))
        return end

    def _add(self, text: bytes) -> None:
        for start in range(0, max(1, len(text)), MAX_EVENT_BYTES):
            piece = text[start : start + MAX_EVENT_BYTES]
            if self._has_room(len(piece) + EVENT_BYTES):
                event = piece.decode("utf-8", "replace")
                self._events.append(event.removesuffix("\n").replace("\r", "\n").removesuffix("\n"))

    def _has_room(self, size: int) -> bool:
        if self._room < 0:
            return False
        self._room -= size
        if self._room < 0:
            self._events.append(f"[The log ends here: Lambda Study keeps {MAX_LOG_BYTES >> 20} MB of it.]")
        return self._room >= 0


class LogPipe:
    """Reads one child's log pipe on a thread of its own; `take` returns what was written until now."""

    def __init__(self, descriptor: int, system: PortableSystem, marked: bool = False) -> None:
        self._descriptor = descriptor
        self._marked = marked
        self._waits = not system.reads_without_waiting
        self._parser = LogParser()
        self._changed = threading.Condition()
        self._ended = False
        self._marks_taken = 0
        self._turn = threading.Lock()  # held while `take` waits for its turn, so that the thread lets it in
        system.prepare_log(descriptor)
        run = self._read_waiting if self._waits else self._read_polling
        self._thread = threading.Thread(target=run, name="lambda-study log", daemon=True)
        self._thread.start()

    def take(self, timeout_s: float = 1.0) -> list[str]:
        """Return all events written before this call, a last line without line end included."""
        with self._turn, self._changed:
            if self._waits:
                self._wait_for_mark(timeout_s)
            else:
                self._drain(PIPE_BYTES)
            events = self._parser.take(all_of_it=True)
            self._marks_taken = self._parser.marks
            return events

    def close(self) -> None:
        """Stop reading. The child and all that hold its pipe must be dead, so that the pipe has ended."""
        self._ended = True
        self._thread.join(timeout=2.0)

    def _wait_for_mark(self, timeout_s: float) -> None:
        """Without POSIX the boot file writes a mark before each wait for an event: all before it is ours.

        A language without marks gets a moment of silence instead, if one comes within TIMEOUT_S.
        """
        if not self._marked:
            deadline = time.monotonic() + timeout_s  # a background job may print on and on
            while time.monotonic() < deadline and self._changed.wait(SILENCE_S):
                pass
        else:
            self._changed.wait_for(lambda: self._ended or self._parser.marks > self._marks_taken, timeout_s)

    def _read_waiting(self) -> None:
        with contextlib.suppress(OSError):
            while chunk := os.read(self._descriptor, _CHUNK):
                with self._changed:
                    self._parser.feed(chunk)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_polling(self) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while not self._ended:
            if poller.poll(1000):
                with self._turn:
                    pass
                with self._changed:
                    self._drain(_CHUNK)

    def _drain(self, most: int) -> None:
        """Read at most MOST bytes. Not until the pipe is empty: a background job may print on and on."""
        taken = 0
        while not self._ended and taken < most:
            try:
                chunk = os.read(self._descriptor, _CHUNK)
            except BlockingIOError:
                return
            except OSError:
                chunk = b""
            if not chunk:
                self._ended = True
                return
            taken += len(chunk)
            self._parser.feed(chunk)
