"""What Lambda answers when a runtime does not: a time-out, the end of the process, too much memory."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass

from lambda_study.engine.limits import as_payload
from lambda_study.engine.runtime_process import End, RuntimeProcess

_KNOWN_FORM = re.compile(r"(Runtime|Function)\.[A-Z][A-Za-z]+")
_SIGNALS = {
    "SIGKILL": "killed",
    "SIGSEGV": "segmentation fault",
    "SIGABRT": "aborted",
    "SIGTERM": "terminated",
    "SIGINT": "interrupt",
    "SIGBUS": "bus error",
    "SIGFPE": "floating point exception",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed init or invocation: its payload, and the status and error type of the REPORT line."""

    payload: bytes
    status: str
    error_type: str
    duration_ms: float | None = None


def failure_of(end: End, process: RuntimeProcess, request_id: str, timeout_s: float) -> Failure:
    """Return what END of PROCESS means to the caller of the invocation REQUEST_ID."""
    if process.init_failure is not None:
        return Failure(process.init_failure.body, "error", reported_type(process.init_failure.error_type))
    if end is End.TIMED_OUT:
        text = f"Task timed out after {timeout_s:.2f} seconds"
        return _failure(request_id, text, "timeout", "Sandbox.Timedout", timeout_s * 1000)
    if end is End.OUT_OF_MEMORY:
        text = "Runtime exited with error: signal: killed"
        return _failure(request_id, text, "error", "Runtime.OutOfMemory")
    return _failure(request_id, exit_text(process.exit_status or 0), "error", "Runtime.ExitError")


def failed_start(error_type: str, text: str, request_id: str) -> Failure:
    """Return what Lambda answers when the first process of a container cannot start."""
    return _failure(request_id, text, "error", error_type)


def exit_text(exit_status: int) -> str:
    """Return Lambda's text for a process that ended.

    >>> exit_text(0), exit_text(-9)
    ('Runtime exited without providing a reason', 'Runtime exited with error: signal: killed')
    """
    if exit_status == 0:
        return "Runtime exited without providing a reason"
    if exit_status > 0:
        return f"Runtime exited with error: exit status {exit_status}"
    return f"Runtime exited with error: signal: {_signal_text(-exit_status)}"


def _signal_text(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"
    return _SIGNALS.get(name, name)


def reported_type(error_type: str) -> str:
    """Return the error type as log lines show it: what is not of the form Runtime.X or Function.X is unknown.

    >>> reported_type("Runtime.ImportModuleError"), reported_type("RuntimeError")
    ('Runtime.ImportModuleError', 'Runtime.Unknown')
    """
    return error_type if _KNOWN_FORM.match(error_type) else "Runtime.Unknown"


def _failure(
    request_id: str, text: str, status: str, error_type: str, duration_ms: float | None = None
) -> Failure:
    payload = {"errorType": error_type, "errorMessage": f"RequestId: {request_id} Error: {text}"}
    return Failure(as_payload(payload), status, error_type, duration_ms)
