"""Runs any program as a Lambda runtime against our Runtime API, case by case, and says what was seen.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html (read 2026-11-23).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lambda_study.engine.conformance_cases import CASES, Fault, NotTried, Trial
from lambda_study.engine.guard import Guard
from lambda_study.engine.keywords import tells_unknown_keywords
from lambda_study.engine.system import default_system
from lambda_study.engine.variables import NO_ENDPOINT
from lambda_study.errors import BadInput

OK, FAULT, NOT_TRIED = "ok", "FAULT", "not tried"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, "ok", "FAULT" or "not tried", and what was seen."""

    name: str
    result: str
    seen: str

    def __str__(self) -> str:
        return f"{self.result:<9}  {self.name:<27}  {self.seen}"


@dataclass(frozen=True, slots=True)
class Conformance:
    """What a program does right and wrong as a Lambda runtime. Its text has a case a line."""

    command: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def ok(self) -> bool:
        """True if no case found a fault."""
        return not self.faults

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of the cases that found a fault."""
        return tuple(case.name for case in self.cases if case.result == FAULT)

    @property
    def verdict(self) -> str:
        """The counts, in words.

        >>> Conformance(("./bootstrap",), (Case("answers an event", OK, ""),)).verdict
        'No fault found: 1 of 1 cases is ok.'
        """
        fine = sum(case.result == OK for case in self.cases)
        left_out = sum(case.result == NOT_TRIED for case in self.cases)
        found = {0: "No fault", 1: "1 fault"}.get(len(self.faults), f"{len(self.faults)} faults")
        verb = "is" if fine == 1 else "are"
        rest = f", {left_out} not tried" if left_out else ""
        return f"{found} found: {fine} of {len(self.cases)} cases {verb} ok{rest}."

    def to_json(self) -> dict[str, Any]:
        """`{ok, command, cases: [{name, result, seen}]}`."""
        return {"ok": self.ok, "command": list(self.command), "cases": [asdict(case) for case in self.cases]}

    def __repr__(self) -> str:
        return "\n".join([*map(str, self.cases), self.verdict])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@tells_unknown_keywords
def check_runtime(
    command: Sequence[str],
    timeout_s: float = 10.0,
    handler: str | None = None,
    environment: Mapping[str, str] | None = None,
    quiet_s: float = 1.0,
    on_case: Callable[[Case], None] = lambda case: None,
) -> Conformance:
    """Run COMMAND as a Lambda runtime and return what each case saw.

    The program finds the Runtime API in AWS_LAMBDA_RUNTIME_API and the handler's name, if HANDLER is given,
    in _HANDLER. Its handler must return the event; to have errors tried, it fails for the event
    {"fail": true}. TIMEOUT_S bounds each wait, QUIET_S is how long an idle runtime is watched. ENVIRONMENT
    adds variables. ON_CASE is called with each case as it ends. All that was started is killed at the end.

    >>> check_runtime(["no-such-program"])
    Traceback (most recent call last):
    lambda_study.errors.BadInput: The command "no-such-program" cannot be started: no such file or directory.

    A case that is "not tried" says why. BadInput when the command cannot be started.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html (read 2026-11-23).
    """
    _check_arguments(command, timeout_s)
    system = default_system()
    folder = Path(tempfile.mkdtemp(prefix="lambda-study-check-"))
    guard = Guard(folder.name, folder)
    variables = {**_variables(handler), **(environment or {})}
    trial = Trial(system, guard, folder, tuple(command), variables, timeout_s, quiet_s)
    try:
        return Conformance(tuple(command), tuple(_run(trial, on_case)))
    finally:
        trial.close()
        guard.close()
        shutil.rmtree(folder, ignore_errors=True)


def _run(trial: Trial, on_case: Callable[[Case], None]) -> list[Case]:
    cases = []
    for name, look in CASES:
        case = _case(name, look, trial)
        on_case(case)
        cases.append(case)
    return cases


def _case(name: str, look: Callable[[Trial], str], trial: Trial) -> Case:
    try:
        return Case(name, OK, look(trial))
    except Fault as fault:
        return Case(name, FAULT, str(fault))
    except NotTried as reason:
        return Case(name, NOT_TRIED, str(reason))


def _check_arguments(command: Sequence[str], timeout_s: float) -> None:
    is_list = isinstance(command, Sequence) and not isinstance(command, str)
    if not is_list or not command or not all(isinstance(word, str) for word in command):
        raise BadInput('Give the command as a list of words: ["./bootstrap"].')
    if not isinstance(timeout_s, int | float) or not 0 < timeout_s <= 900:
        given = f"{timeout_s:g}" if isinstance(timeout_s, float) else timeout_s
        raise BadInput(f"timeout_s={given} is not allowed. Choose more than 0, at most 900 s.")


def _variables(handler: str | None) -> dict[str, str]:
    """Return the caller's own variables, with what Lambda sets; no account and no real AWS within reach.

    Unlike AWS: the program sees the variables of its caller too, as a container's client may need them.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        "_HANDLER": handler or "handler",
        "LAMBDA_TASK_ROOT": str(Path.cwd()),
        "LANG": "C.UTF-8",
        **own,
        **({"_HANDLER": handler} if handler else {}),
        "AWS_LAMBDA_FUNCTION_NAME": "runtime-check",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/runtime-check",
        "AWS_LAMBDA_LOG_STREAM_NAME": "runtime-check",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_ENDPOINT_URL": NO_ENDPOINT,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
