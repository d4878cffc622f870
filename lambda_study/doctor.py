"""Checks of this machine: what works here, and the fix for what does not."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

LANGUAGES = ("node", "ruby", "java", "csharp", "go", "bash")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is fine, what was found, and the fix if it is not."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The checks of one machine. `ok` is True if every one of them is."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """`{ok, checks: [{name, ok, detail, fix}]}`."""
        return {"ok": self.ok, "checks": [asdict(check) for check in self.checks]}

    @property
    def verdict(self) -> str:
        failed = sum(not check.ok for check in self.checks)
        return "This machine is ready." if self.ok else f"{failed} of {len(self.checks)} checks failed."

    def __repr__(self) -> str:
        lines = []
        for check in self.checks:
            lines.append(f"{'ok' if check.ok else 'NO':<3} {check.name:<10} {check.detail}")
            lines += [f"{'':<14} Fix: {check.fix}"] if check.fix else []
        return "\n".join([*lines, self.verdict])

    def _repr_html_(self) -> str:
        left = ' style="text-align: left"'  # JupyterLab sets the cells of a table to the right
        rows = "".join(
            f"<tr><td{left}>{'ok' if check.ok else 'NO'}</td><td{left}>{escape(check.name)}</td>"
            f"<td{left}>{escape(check.detail)} <b>{escape(check.fix)}</b></td></tr>"
            for check in self.checks
        )
        head = f"<tr><th{left}>ok</th><th{left}>check</th><th{left}>found</th></tr>"
        caption = f'<caption style="text-align: left; color: inherit">{escape(self.verdict)}</caption>'
        return f"<table>{caption}{head}{rows}</table>"


def doctor() -> Diagnosis:
    """What works on this machine and what does not; a function is really deployed and invoked.

    >>> from lambda_study.doctor import Check, Diagnosis
    >>> Diagnosis((Check("disk", False, "20 MB are free", "Free 500 MB."),))
    NO  disk       20 MB are free
                   Fix: Free 500 MB.
    1 of 1 checks failed.
    """
    return Diagnosis(tuple(check() for check in CHECKS))


def check_python() -> Check:
    """The Python that runs, which is also the one that handlers in Python run on."""
    version = platform.python_version()
    fine = (3, 11) <= sys.version_info[:2] <= (3, 14)
    fix = "" if fine else "Install Python 3.11 to 3.14 and run bootstrap.py by it."
    return Check(
        "python",
        fine,
        f"Python {version}; handlers in Python run on it, whichever version they name",
        fix,
    )


def check_system() -> Check:
    """The operating system, and how far Lambda Study is tested on it."""
    support = {
        "Linux": "tested here",
        "Darwin": "written for, not tested: please report what fails",
        "Windows": "the core only, not tested: WSL gives all of it",
    }
    system = platform.system() or sys.platform
    detail = f"{system} {platform.machine()}: {support.get(system, 'unknown to us')}"
    return Check("system", True, detail)


def check_client() -> Check:
    """AWS's runtime client, which calls the handler."""
    try:
        version = metadata.version("awslambdaric")
    except metadata.PackageNotFoundError:
        return Check("client", False, "AWS's runtime client is missing", "pip install awslambdaric")
    return Check("client", True, f"AWS's runtime client awslambdaric {version} on our Python transport")


def check_invoke() -> Check:
    """A function that is deployed and invoked for real."""
    try:
        detail = _invoke_twice()
    except Exception as error:  # whatever is broken, this check tells it in one line
        reason = str(error).strip().splitlines() or [type(error).__name__]
        fix = "Run `make test` and report its output; security software may forbid child processes."
        return Check("invoke", False, f"a function could not be invoked: {reason[0]}", fix)
    return Check("invoke", True, detail)


def _invoke_twice() -> str:
    from lambda_study.engine import deploy
    from lambda_study.model.measured import measured

    with tempfile.TemporaryDirectory(prefix="lambda-study-doctor-") as folder:
        path = Path(folder, "double.py")
        path.write_text("def handler(event, context):\n    return 2 * event\n", encoding="utf-8")
        function = deploy(f"{path}:handler", name="lambda-study-doctor")
        try:
            cold, warm = function.invoke(21), function.invoke(21)
        finally:
            function.close()
    if (cold.payload, warm.payload) != (42, 42):
        raise RuntimeError(f"2 * 21 came back as {cold.payload!r}")
    init_ms = cold.report.init_ms or 0.0
    return f"init {measured(init_ms, 'ms')}, then a warm invocation {measured(warm.report.duration_ms, 'ms')}"


def check_disk() -> Check:
    """Free space where functions keep their files."""
    from lambda_study.model.measured import measured

    free_mb = shutil.disk_usage(tempfile.gettempdir()).free // 1_000_000
    fine = free_mb >= 500
    detail = f"{measured(free_mb, 'MB')} are free in {tempfile.gettempdir()}"
    return Check("disk", fine, detail, "" if fine else "Free 500 MB there.")


def check_network() -> Check:
    """A port of this machine, over which a function gets its events."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError as error:
        fix = "Allow connections to 127.0.0.1 in the firewall."
        return Check("loopback", False, f"this machine cannot reach itself ({error})", fix)
    return Check("loopback", True, "127.0.0.1 answers; nothing else is needed, no internet")


def check_cores() -> Check:
    """The processor cores that functions share."""
    count = os.cpu_count() or 1
    note = "" if count > 1 else "; functions that run at the same time share it"
    return Check("cores", True, f"{count} processor core{'s' if count > 1 else ''}{note}")


def check_browser() -> Check:
    """Chromium or Chrome, which only the tests of the pages need."""
    found = find_chromium()
    return Check(
        "browser",
        True,
        f"{found or 'no Chromium'}; needed for the page tests only, lessons open in any browser",
    )


def check_language(language: str) -> Check:
    """One of the languages besides Python. None is needed: lessons show recorded outputs instead."""
    from lambda_study.engine.runtimes.languages import missing, version

    absent, _, fix = missing(language).partition(". ")
    if absent:
        return Check(language, True, f"{absent}: its tests are left out, lessons show recorded outputs", fix)
    return Check(language, True, f"{version(language)} runs functions")


def check_containers() -> Check:
    """What runs container images. It is not needed: the lesson shows recorded outputs instead."""
    from lambda_study.engine.containers.container import fix, working

    names = [container.name for container in working()]
    if not names:
        return Check(
            "containers", True, "nothing runs container images: the lesson shows recorded outputs", fix()
        )
    others = f"; {', '.join(names[1:])} as well" if names[1:] else ""
    return Check("containers", True, f"{names[0]} runs container images{others}")


def check_busybox() -> Check:
    """The static busybox of the smallest image. It is not needed either."""
    from lambda_study.engine.smallest_image import find_busybox
    from lambda_study.errors import BadInput

    try:
        path, _ = find_busybox()
    except BadInput as error:
        detail, _, fix = str(error).partition(". ")
        return Check("busybox", True, f"{detail}: the smallest image cannot be built", fix)
    return Check("busybox", True, f"{path} makes the smallest image")


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine, or None."""
    named = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return named or next((str(place) for place in CHROMIUM_PLACES if place.exists()), None)


CHECKS: tuple[Callable[[], Check], ...] = (
    check_python,
    check_system,
    check_client,
    check_invoke,
    check_disk,
    check_network,
    check_cores,
    check_browser,
    check_containers,
    check_busybox,
    *(partial(check_language, language) for language in LANGUAGES),
)
