"""lambda-study simulate: what becomes of requests to a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lambda_study.model.simulation import Simulation
    from lambda_study.model.workload import Workload

SHOW_PROGRESS_FROM = 2_000_000


@click.command(name="simulate")
@click.argument("workload", metavar="WORKLOAD.json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(workload: str, as_json: bool) -> None:
    """Print how many requests start cold or are throttled, how many environments are busy, and the bill.

    WORKLOAD.json is a file, or - for standard input, with one JSON object (TOML, if its name ends in .toml):

    \b
    {"arrivals_per_s": 20, "duration_ms": 500, "seconds": 3600}

    \b
    arrivals_per_s     mean rate of requests, or a pattern, see below    one of
    arrivals           [0.5, 0.7, ...]: seconds at which they come       these two
    duration_ms        mean duration                                     one of
    durations_ms       [120, 95.5, ...]: one for each arrival            these two
    service            "exponential", "constant" or "lognormal"          see below
    sigma              spread of a lognormal duration                    1
    init_ms            what a cold start takes on top                    0
    seconds            how long; needed with arrivals_per_s
    memory_mb          128 to 10240                                      128
    architecture       "x86_64" or "arm64"                               "x86_64"
    concurrency_limit  of the account; null for none                     1000
    reserved           reserved concurrency of the function; null        null
    provisioned        provisioned concurrency                           0
    scaling_rate       environments that may start in 10 s; null         1000
    request_rate       requests a second for a unit of concurrency       null
    idle_expiry_s      how long idle environments are kept; null         600
    routing            "most_recently_used" or "newest_created"          the first
    seed               the same seed gives the same requests             0

    \b
    Patterns of arrivals_per_s:
    {"pattern": "daily_wave", "mean_per_s": 5, "swing": 0.8, "peak_hour": 14}
    {"pattern": "step", "before_per_s": 1, "after_per_s": 50, "at_s": 600}
    {"pattern": "bursts", "quiet_per_s": 1, "burst_per_s": 50,
     "quiet_s": 300, "burst_s": 30}

    Durations are exponential with a rate and constant with a list of arrivals, if service is left out. AWS
    publishes neither how long it keeps idle environments nor which one it reuses: both are choices here. The
    bill has no free tier.
    """
    from lambda_study.cli import print_json
    from lambda_study.cli.input_file import read_object
    from lambda_study.model.workload import Workload

    given = read_object(workload, '{"arrivals_per_s": 20, "duration_ms": 500, "seconds": 3600}')
    result = _simulate(Workload.from_json(given))
    if as_json:
        print_json(result.to_json())
    else:
        click.echo(f"{result!r}\n\n{result.bill!r}")


def _simulate(workload: Workload) -> Simulation:
    """The result, with a progress bar on a terminal if it takes its time."""
    import sys

    from tqdm import tqdm

    from lambda_study.model.simulation import simulate

    expected = workload.expected_requests
    quiet = expected < SHOW_PROGRESS_FROM or not sys.stderr.isatty()
    look = {"unit": " requests", "unit_scale": True, "ncols": 80, "nrows": 2}
    with tqdm(total=expected, file=sys.stderr, disable=quiet, **look) as bar:
        return simulate(workload, progress=bar.update)
