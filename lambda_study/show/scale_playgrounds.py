"""Playgrounds of cost and scale: a server or a function, memory sizes, a function under load."""

from __future__ import annotations

from decimal import Decimal

from lambda_study.model.break_even import MONTH_S, ec2
from lambda_study.model.power_tuning import PowerTuning
from lambda_study.model.pricing import Usage, fixed_work, price
from lambda_study.model.simulation import simulate
from lambda_study.model.workload import Workload
from lambda_study.show.playground import Choice, Playground, Slider, playground

_SERVER = "m5.large"
_HOUR_S = 3600


def server_playground() -> Playground:
    """A playground with one slider: the requests of a month, on a function and on a server.

    >>> server_playground()
    A function or a server, at
    - requests a month: 10,000,000
    function, 1,024 MB, 100 ms            11.80 USD
    server m5.large, day and night        70.08 USD
    the function works 38.1 % of the time, the server is paid for 100 %
    """
    requests = Slider(1_000, 1_000_000_000, start=10_000_000, log=True, label="requests a month")
    return playground(function_or_server, title="A function or a server", requests=requests)


def function_or_server(requests: int) -> str:
    """The month's price of both, for requests of 100 ms.

    >>> print(function_or_server(100_000_000))
    function, 1,024 MB, 100 ms           179.80 USD
    server m5.large, day and night        70.08 USD
    the function works 380.5 % of the time, the server is paid for 100 %
    """
    function = price(Usage(requests, 100, 1024)).total_usd
    busy = requests * Decimal("0.1") / MONTH_S
    rows = {
        "function, 1,024 MB, 100 ms": function,
        f"server {_SERVER}, day and night": ec2(_SERVER).usd_per_month,
    }
    lines = [f"{name:<32}{usd:>11,.2f} USD" for name, usd in rows.items()]
    return "\n".join(
        [*lines, f"the function works {100 * busy:,.1f} % of the time, the server is paid for 100 %"]
    )


def tuning_playground() -> Playground:
    """A playground of power tuning: work on the CPU, waiting, vCPUs that the code uses, architecture.

    >>> tuning_playground()  # doctest: +ELLIPSIS
    What each memory size takes and costs, at
    - CPU time on one vCPU: 300 ms
    - waiting: 400 ms
    - threads at work: 1
    - architecture: x86_64
       128 MB     4,547 ms      9.67 USD per million
    ...
    cheapest 128 MB, fastest 1,769 MB, balanced 1,769 MB
    """
    return playground(
        tuned_work,
        title="What each memory size takes and costs",
        cpu_ms=Slider(0, 10_000, step=50, start=300, label="CPU time on one vCPU"),
        wait_ms=Slider(0, 10_000, step=50, start=400, label="waiting"),
        threads=Slider(1, 6, start=1, label="threads at work"),
        architecture=Choice(["x86_64", "arm64"]),
    )


def tuned_work(cpu_ms: int, wait_ms: int, threads: int, architecture: str) -> str:
    """The same work at seven memory sizes, by proportion: nothing is measured."""
    if not cpu_ms and not wait_ms:
        return "No work, nothing to tune."
    return repr(PowerTuning(fixed_work(cpu_ms, wait_ms, architecture=architecture, threads=threads)))


def load_playground() -> Playground:
    """A playground of an hour under load: it is simulated anew after each move.

    >>> load_playground()  # doctest: +ELLIPSIS
    An hour of uploads, simulated, at
    - uploads a second: 2
    - duration: 500 ms
    - init: 300 ms
    - reserved: none
    - provisioned: 0
    - idle environments are kept for: 500 s
    requests        7,263
    ...
    cold starts         0.12 % of what ran
    """
    return playground(
        hour_under_load,
        title="An hour of uploads, simulated",
        per_s=Slider(0.01, 20, log=True, start=2, label="uploads a second", unit=""),
        duration_ms=Slider(10, 3000, step=10, start=500),
        init_ms=Slider(0, 3000, step=50, start=300),
        reserved=Choice(["none", 1, 2, 5, 10, 50]),
        provisioned=Slider(0, 20, start=0),
        kept_s=Slider(1, 3600, log=True, start=500, label="idle environments are kept for"),
    )


def hour_under_load(
    per_s: float, duration_ms: int, init_ms: int, reserved: str | int, provisioned: int, kept_s: int
) -> str:
    """What becomes of an hour of requests that come by chance."""
    limit = None if isinstance(reserved, str) else reserved
    ready = provisioned if limit is None else min(provisioned, limit)
    result = simulate(
        Workload(
            arrivals_per_s=per_s,
            duration_ms=duration_ms,
            init_ms=init_ms,
            seconds=_HOUR_S,
            memory_mb=512,
            reserved=limit,
            provisioned=ready,
            idle_expiry_s=kept_s,
        )
    )
    share = f"{100 * result.cold / len(result):.2f} % of what ran" if len(result) else "nothing ran"
    return f"{result!r}\ncold starts         {share}"
