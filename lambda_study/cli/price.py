"""lambda-study price: the bill of a planned month."""

from __future__ import annotations

import click


@click.command(name="price")
@click.argument("usage", metavar="USAGE.json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(usage: str, as_json: bool) -> None:
    """Print what a month of one function costs.

    USAGE.json is a file, or - for standard input, with one JSON object:

    \b
    {"requests": 3000000, "duration_ms": 120, "memory_mb": 1536}

    \b
    requests      invocations a month                              needed
    duration_ms   how long each runs; a fraction is rounded up     needed
    memory_mb     128 to 10240                                     needed
    architecture  "x86_64" or "arm64"                              "x86_64"
    ephemeral_mb  size of /tmp, 512 to 10240                       512
    region        an AWS Region                                    "us-east-1"
    free_tier     take off the monthly free tier                   true
    cold_starts   how many of the requests start cold              0
    init_ms       what each cold start is billed for on top        0
    """
    from lambda_study.cli import print_json
    from lambda_study.model.pricing import Usage, price

    bill = price(Usage.from_json(_read(usage)))
    if as_json:
        print_json(bill.to_json())
    else:
        click.echo(repr(bill))


def _read(name: str) -> dict[str, object]:
    """The JSON object in the file NAME, its fractions as Decimals."""
    import json
    from decimal import Decimal

    from lambda_study.errors import BadInput

    place = "standard input" if name == "-" else name
    try:
        with click.open_file(name, encoding="utf-8") as file:
            given = json.load(file, parse_float=Decimal)
    except OSError as error:
        raise BadInput(f"{place}: {error.strerror}. Give a file with one JSON object, or -.") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{place} is not JSON: {error}.") from error
    if not isinstance(given, dict):
        raise BadInput(f'{place} holds no JSON object. Write {{"requests": 1000, "duration_ms": 120, ...}}.')
    return given
