"""The cases of the conformance check: what a Lambda runtime must do, seen from the Runtime API's side."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lambda_study.engine.checked_runtime import CheckedRuntime, Exchange, Post
from lambda_study.engine.guard import Guard
from lambda_study.engine.system import PortableSystem
from lambda_study.errors import BadInput

MISSING_HANDLER = "missing.handler"
FAILING = {"fail": True}
BIG = 1 << 20


class Fault(Exception):
    """The runtime does something wrong; the text says what was seen."""


class NotTried(Exception):
    """The case says nothing about this runtime; the text says why."""


@dataclass
class Trial:
    """A command under check. One process serves case after case; one that ended or hangs is replaced."""

    system: PortableSystem
    guard: Guard
    folder: Path
    command: tuple[str, ...]
    variables: Mapping[str, str]
    timeout_s: float
    quiet_s: float
    reaches_next: bool = True
    _current: CheckedRuntime | None = field(default=None, init=False)

    def start(self, **variables: str) -> CheckedRuntime:
        """Start the command, in place of the process before, with VARIABLES added."""
        self.close()
        try:
            self._current = CheckedRuntime(
                self.system, self.guard, self.folder.name, self.command, {**self.variables, **variables}
            )
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadInput(f'The command "{self.command[0]}" cannot be started: {reason}.') from None
        return self._current

    def waiting(self) -> CheckedRuntime:
        """Return a process that waits for an event: the one at hand, or a fresh one."""
        self.check_reaches_next()
        runtime = self._current
        if runtime is None or runtime.ended or not runtime.wait_until_waiting(self.quiet_s):
            runtime = self.start()
        if not runtime.wait_until_waiting(self.timeout_s):
            raise Fault(f"it did not ask for an event again: {runtime.how_it_goes()}")
        return runtime

    def check_reaches_next(self) -> None:
        """Raise NotTried if the command never asked for an event: there is nothing more to see."""
        if not self.reaches_next:
            raise NotTried("it never asked for an event")

    def exchange(self, event: Any) -> tuple[CheckedRuntime, Exchange]:
        """Hand EVENT to a waiting process; return both."""
        runtime = self.waiting()
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return runtime, runtime.exchange(str(uuid.uuid4()), text, self.timeout_s)

    def close(self) -> None:
        """Kill the process at hand."""
        runtime, self._current = self._current, None
        if runtime is not None:
            runtime.kill()


def asks_for_an_event(trial: Trial) -> str:
    runtime = trial.start()
    if runtime.wait_until_waiting(trial.timeout_s):
        return "it asked for its first event"
    trial.reaches_next = False
    raise Fault(f"it did not ask for an event: {runtime.how_it_goes()}")


def answers_an_event(trial: Trial) -> str:
    _echo(trial, {"hello": "world"})
    return '{"hello":"world"} came back'


def keeps_utf8(trial: Trial) -> str:
    _echo(trial, {"text": "Grüße, 東京, e\u0301, 🚀"})
    return "two, three and four byte characters came back"


def second_event(trial: Trial) -> str:
    first, _ = _echo(trial, {"number": 1})
    if first.ended:
        raise Fault(f"after one event {first.how_it_goes()}")
    second, _ = _echo(trial, {"number": 2})
    if second is not first:
        raise Fault("a second event needed a new process")
    return "one process answered both"


def posts_once(trial: Trial) -> str:
    _, exchange = _echo(trial, {"number": 3})
    if len(exchange.posts) > 1:
        raise Fault(f"it posted {len(exchange.posts)} times for one event")
    _check_request_id(exchange, exchange.posts[0])
    return "one post, with the event's request id"


def takes_1_mb(trial: Trial) -> str:
    _echo(trial, {"text": "x" * BIG})
    return "1,048,576 characters came back"


def keeps_shell_characters(trial: Trial) -> str:
    """An event is data: nothing in it may run or change, which a shell that does not quote breaks."""
    touched = trial.folder / "touched"
    command = f"touch {touched}"
    text = f"$({command}) `{command}` ; {command} & \"quoted\" 'single' $HOME %s %n * ~ two  spaces"
    try:
        _echo(trial, {"text": text, "escapes": "tab\t, line\nand \\n backslash"})
    finally:
        if touched.exists():
            touched.unlink()
            raise Fault("a command in the event was executed")
    return "$(...), `...`, quotes, * and two spaces came back and ran nothing"


def one_long_poll(trial: Trial) -> str:
    runtime = trial.waiting()
    before = runtime.polls
    runtime.wait_for(lambda: not runtime.waits or runtime.polls > before, trial.quiet_s)
    if runtime.ended:
        raise Fault(f"without an event {runtime.how_it_goes()}")
    if not runtime.waits or runtime.polls > before:
        runtime.wait_for(
            lambda: runtime.polls > before, trial.timeout_s
        )  # the next case meets a fresh request
        raise Fault(f"it gave its request for an event up within {trial.quiet_s:g} s")
    return f"one request stayed open for {trial.quiet_s:g} s"


def error_shape(trial: Trial) -> str:
    _, exchange = _failing(trial)
    answer = exchange.answer
    if answer is None:
        raise Fault(f"{_json(FAILING)}: {_silence(exchange)}")
    _check_request_id(exchange, answer)
    return _check_error(answer)


def survives_an_error(trial: Trial) -> str:
    failed, _ = _failing(trial)
    if failed.ended:
        raise Fault(f"after an error {failed.how_it_goes()}")
    after, _ = _echo(trial, {"number": 4})
    if after is not failed:
        raise Fault("after an error a new process was needed")
    return "the same process answered the next event"


def posts_init_error(trial: Trial) -> str:
    trial.check_reaches_next()
    runtime = trial.start(_HANDLER=MISSING_HANDLER)
    try:
        posts = runtime.wait_for_init(trial.timeout_s)
        if posts and posts[0].kind == "init error":
            return _check_error(posts[0])
        if runtime.waits:
            raise NotTried(f"it does not use _HANDLER: with {MISSING_HANDLER} it asked for an event")
        raise Fault(f"with _HANDLER={MISSING_HANDLER} it posted no init error: {runtime.how_it_goes()}")
    finally:
        trial.close()


def ends_with_the_api(trial: Trial) -> str:
    runtime = trial.waiting()
    runtime.close_api()
    if not runtime.wait_for_end(trial.timeout_s):
        raise Fault(f"the Runtime API was gone, and after {trial.timeout_s:g} s it still ran")
    return "the Runtime API was gone, and it ended"


CASES: tuple[tuple[str, Callable[[Trial], str]], ...] = (
    ("asks for an event", asks_for_an_event),
    ("answers an event", answers_an_event),
    ("keeps UTF-8", keeps_utf8),
    ("second event, same process", second_event),
    ("posts its request id, once", posts_once),
    ("event of 1 MB", takes_1_mb),
    ("shell characters", keeps_shell_characters),
    ("one long poll", one_long_poll),
    ("error shape", error_shape),
    ("survives an error", survives_an_error),
    ("init error", posts_init_error),
    ("ends with the Runtime API", ends_with_the_api),
)


def _echo(trial: Trial, event: dict[str, Any]) -> tuple[CheckedRuntime, Exchange]:
    """Hand EVENT over and check that it comes back."""
    runtime, exchange = trial.exchange(event)
    answer = exchange.answer
    if answer is None:
        raise Fault(_silence(exchange))
    if answer.kind != "response":
        raise Fault(f"it posted an {answer.kind}: {_shown(answer.body)}")
    if _parsed(answer.body) != event:
        raise Fault(f"the event came back as {_shown(answer.body)}")
    return runtime, exchange


def _failing(trial: Trial) -> tuple[CheckedRuntime, Exchange]:
    """Hand over the event for which the handler is to fail."""
    runtime, exchange = trial.exchange(FAILING)
    if exchange.answer is not None and exchange.answer.kind == "response":
        raise NotTried(f"the handler did not fail for {_json(FAILING)}")
    return runtime, exchange


def _silence(exchange: Exchange) -> str:
    return f"it posted nothing: {exchange.how_it_went}"


def _check_request_id(exchange: Exchange, post: Post) -> None:
    if post.request_id != exchange.request_id:
        raise Fault(f'it posted for request id "{post.request_id[:40]}", which is not the event\'s')


def _check_error(post: Post) -> str:
    """Check what an error must look like; return it in words."""
    body = _parsed(post.body)
    if not isinstance(body, dict):
        raise Fault(f"the {post.kind} is no JSON object: {_shown(post.body)}")
    for key in ("errorMessage", "errorType"):
        if not isinstance(body.get(key), str):
            raise Fault(f"the {post.kind} has no {key}: {_shown(post.body)}")
    header = f"header {post.error_type}" if post.error_type else "no header, which is allowed"
    return f"errorType {body['errorType']}, {header}"


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _shown(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return text if len(text) <= 80 else f"{text[:60]}... ({len(body):,} bytes)"


def _json(value: Any) -> str:
    return json.dumps(value)
