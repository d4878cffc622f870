"""A case of the clinic: an application that really runs here, and is broken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from html import escape
from pathlib import Path
from textwrap import fill
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from lambda_study.cloud.trace import Trace
from lambda_study.demos.clinic.checkup import CheckUp, Finding
from lambda_study.demos.clinic.evidence import Evidence, Lines
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.engine import Function, Invocation, ServiceError, deploy
from lambda_study.errors import BadInput

GIVEN = HANDLERS / "clinic"
_PATIENT_S = 30  # so that a busy machine is no time-out
_WIDTH = 100
_LATER = "looked at when the rest is well"
_KEPT = (
    "memory_mb", "timeout_s", "environment", "architecture", "reserved_concurrency", "ephemeral_mb", "layers",
    "dead_letter",
)  # fmt: skip


class Case(ABC):
    """A broken application in an account of its own. `evidence`, `hint`, `deploy`, then `check`.

    A case says in COMPLAINT what the club noticed, in PARTS what there is, in CAUSES what it may be, and in
    CAUSE what it is. `admit` builds the application and lets the accident happen; `examine` uses it again,
    and tells for each of CHECKS what is still wrong, "" for nothing.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    complaint: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]
    causes: ClassVar[tuple[str, ...]]
    cause: ClassVar[str]
    hints: ClassVar[tuple[str, ...]]
    checks: ClassVar[tuple[str, ...]]
    functions: ClassVar[tuple[str, ...]]  # the first is the one that `deploy` means
    clock: ClassVar[str] = "manual"
    enforced: ClassVar[bool] = False

    def __init__(self) -> None:
        self._account = SmallAccount(enforce_permissions=self.enforced, clock=self.clock)
        self.cloud = self._account.cloud
        self._closed = False
        self.well = False
        self.looks = 0  # how often it was checked, so that each look uses new names
        self._given: dict[str, Path] = {}
        self._hints = iter(enumerate(self.hints, start=1))
        try:
            self.admit()
        except BaseException:
            self.close()
            raise

    @property
    def account(self) -> SmallAccount:
        """The account of the case, while the case is open."""
        if self._closed:
            raise BadInput(f'This case is closed. Begin it anew: case = clinic("{self.name}").')
        return self._account

    @abstractmethod
    def admit(self) -> None:
        """Build the application as it was given, and let happen what the club complains about."""

    @abstractmethod
    def evidence(self) -> Evidence:
        """The log, the trace, metrics and settings, as far as they tell something."""

    @abstractmethod
    def examine(self) -> Iterator[str]:
        """Use the application, and yield for each of CHECKS what is still wrong; it may end early."""

    def check(self) -> CheckUp:
        """Run the application again, and return what is well and what is not."""
        self.looks += 1
        checkup = CheckUp(self.title, tuple(self._findings()))
        self.well = checkup.well
        return checkup

    def hint(self) -> str:
        """Return the next hint; there are a few, and each says more."""
        number, text = next(self._hints, (len(self.hints), f"That was the last one. {self.hints[-1]}"))
        return _Text(f"Hint {number} of {len(self.hints)}: {text}")

    def code(self, name: str = "") -> Lines:
        """Return the handler of the function NAME as it was given, the first of the case without one."""
        name = name or self.functions[0]
        self._known(name)
        return Lines(self._given[name].read_text(encoding="utf-8").rstrip())

    def deploy(self, handler: Any, name: str = "") -> Function:
        """Put HANDLER on the function NAME, the first of the case without one; its settings stay."""
        name = name or self.functions[0]
        self._known(name)
        there = self.account.cloud.service.configuration(name)
        settings = {field: getattr(there, field) for field in _KEPT}
        return deploy(handler, name=name, service=self.cloud.service, **settings)

    def function(self, name: str = "") -> Function:
        """Return the function NAME, the first of the case without one."""
        name = name or self.functions[0]
        self._known(name)
        self.account.cloud.service.configuration(name)  # tells if it is gone
        return Function(name, self.cloud.service)

    @property
    def trace(self) -> Trace:
        """Everything that has happened in the account of the case so far."""
        return self.cloud.trace

    def runs(self, name: str = "") -> tuple[Invocation, ...]:
        """Return the invocations of the function so far, whoever asked for them."""
        name = name or self.functions[0]
        self._known(name)
        return self.cloud.invocations(name)

    def close(self) -> None:
        """Close the account; a second call changes nothing."""
        self._closed = True
        self._account.__exit__()

    def given(self, file: str, name: str = "", **settings: Any) -> Function:
        """Deploy the handler FILE as it was given under NAME."""
        chosen = {"timeout_s": _PATIENT_S, **settings}
        role = chosen.pop("role", "")
        path: Path = GIVEN / f"{file}.py"
        function = self.cloud.deploy(f"{path}:handler", name=name or self.functions[0], **chosen)
        self._given[function.name] = path
        if role:
            self.account.lambda_.update_function_configuration(FunctionName=function.name, Role=role)
        return function

    def _known(self, name: str) -> None:
        if name not in self.functions:
            raise BadInput(f'"{name}" is not part of this case. There is: {", ".join(self.functions)}.')

    def _findings(self) -> Iterator[Finding]:
        told = list(self._told())
        for number, checked in enumerate(self.checks):
            if number < len(told):
                yield Finding(checked, "ill" if told[number] else "well", told[number])
            else:
                yield Finding(checked, "open", _LATER)

    def _told(self) -> Iterator[str]:
        """What `examine` tells; an error of AWS ends it with its text."""
        try:
            for name in self.functions:
                self.account.cloud.service.configuration(name)
        except ServiceError:
            yield f'The function "{name}" is gone, and a repair keeps it. Begin anew: clinic("{self.name}").'
            return
        try:
            yield from self.examine()
        except (ClientError, ServiceError) as error:
            yield f'{error}. If it is gone, begin anew: clinic("{self.name}").'

    def __repr__(self) -> str:
        complaint = fill(f"“{self.complaint}”", _WIDTH, break_on_hyphens=False)
        return "\n".join([self.title, "", complaint, "", *(f"- {part}" for part in self.parts)])

    def _repr_html_(self) -> str:
        parts = "".join(f"<li>{escape(part)}</li>" for part in self.parts)
        return (
            f"<p><strong>{escape(self.title)}</strong></p>\n"
            f"<blockquote>“{escape(self.complaint)}”</blockquote>\n<ul>{parts}</ul>"
        )


class _Text(str):
    """A text that a notebook shows without quotes."""

    def __repr__(self) -> str:
        return str(self)
