"""Power tuning of a real handler: runs at several memory sizes, each with the CPU time that Lambda gives it.

What these functions return is measured, so no question is proven by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from lambda_study.demos.recorded_runs import RECORDED, RECORDED_MARK
from lambda_study.engine import Function, LambdaService, deploy
from lambda_study.engine.system import default_system
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.power_tuning import PowerTuning, TimedRuns
from lambda_study.model.usage import check_number

SIZES = (128, 256, 512, 1024, 1769, 3538)
_MOST_RUNS = 1000
_QUIET = 1.5
_NOT_QUIET = (
    "Other programs were at work: these figures are not yours. Run this cell again. "
    "The answer is that of a quiet computer."
)


def tune(
    handler: Callable[..., Any] | str | Path,
    memories_mb: Iterable[int] = SIZES,
    event: Any = None,
    runs: int = 5,
    name: str | None = None,
    architecture: str = "x86_64",
) -> PowerTuning:
    """Run HANDLER at each memory size, once cold and then RUNS times warm, and return what that took.

    CPU time is shared out by memory, one vCPU at 1,769 MB. HANDLER is what `deploy` takes. Where CPU time
    cannot be shared out, the functions named "thumbnail" and "price-check" have recorded runs, which are
    returned in their place and marked so.

    >>> waiting = Path(__file__).with_name("handlers") / "takes_time.py"
    >>> tune(f"{waiting}:handler", memories_mb=(128, 1769))  # doctest: +ELLIPSIS
       128 MB ... ms ... USD per million
     1,769 MB ... ms ... USD per million
    cheapest ~128 MB, fastest ...

    Unlike AWS: above 1,769 MB a handler gets no more than the cores of this computer; and the price of
    ARCHITECTURE is taken, but the code runs on this computer's processor.
    Errors: `BadInput` for fewer than two sizes, and where nothing was recorded.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html (read 2026-11-23).
    """
    sizes = _checked_sizes(memories_mb)
    check_number("runs", runs, 1, _MOST_RUNS, whole=True)
    if not default_system().can_freeze:
        return _recorded(sizes, name, architecture)
    with LambdaService(cpu_share=True) as service:
        function = deploy(
            handler,
            name=name,
            timeout_s=fact("timeout.max").value,
            architecture=architecture,
            service=service,
        )
        timed = [TimedRuns(size, _durations_ms(function, size, event, runs), architecture) for size in sizes]
    return PowerTuning(timed, measured=True)


def disturbed(tuning: PowerTuning) -> str:
    """Return a sentence to doubt TUNING by, if it is not that of one thread at work; "" if it is.

    Up to one vCPU such work takes as much less time as it has more memory, and no less above.

    >>> from lambda_study.model.pricing import fixed_work
    >>> disturbed(PowerTuning(fixed_work(cpu_ms=80, memories_mb=(256, 1769, 3538))))
    ''
    >>> disturbed(PowerTuning(fixed_work(cpu_ms=80, wait_ms=90, memories_mb=(256, 1769))))[:27]
    'Other programs were at work'
    """
    whole = fact("vcpu.full_at").value
    work = [float(size.duration_ms) * min(size.memory_mb, whole) for size in tuning.sizes]
    return _NOT_QUIET if max(work) > _QUIET * min(work) else ""


def _checked_sizes(memories_mb: object) -> list[int]:
    """The sizes, before anything runs: two or more different ones, each in MB."""
    if isinstance(memories_mb, str) or not isinstance(memories_mb, Iterable):
        raise BadInput(f"memories_mb={memories_mb!r} is no list of sizes. Give several, such as [128, 256].")
    least, most = fact("memory.min").value, fact("memory.max").value
    sizes = [int(check_number("memories_mb", size, least, most, " MB", whole=True)) for size in memories_mb]
    if len(sizes) < 2 or len(set(sizes)) < len(sizes):
        raise BadInput(f"tune() got the sizes {sizes}. Give two or more different ones.")
    return sizes


def _durations_ms(function: Function, memory_mb: int, event: Any, runs: int) -> tuple[float, ...]:
    """The warm durations at one size; a handler that fails is no measurement."""
    function.update(memory_mb=memory_mb)
    taken = []
    for _ in range(1 + runs):
        done = function.invoke(event)
        if done.function_error:
            raise BadInput(f"The handler failed at {memory_mb} MB: {done.payload}. Mend it, then tune it.")
        taken.append(done.report.duration_ms)
    return tuple(taken[1:])


def _recorded(memories_mb: Iterable[int], name: str | None, architecture: str) -> PowerTuning:
    runs: Mapping[int, tuple[float, ...]] = RECORDED.get(name or "", {})
    if not runs:
        raise BadInput(
            "This system cannot share out CPU time, and nothing was recorded for this function. "
            f"Name it one of: {', '.join(RECORDED)}."
        )
    for size in memories_mb:
        if size not in runs:
            raise BadInput(f"{size} MB was not recorded. Choose from {', '.join(map(str, runs))}.")
    timed = [TimedRuns(size, runs[size], architecture) for size in memories_mb]
    return PowerTuning(timed, measured=True, note=RECORDED_MARK)
