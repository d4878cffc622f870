"""lambda-study price: the bill of a planned month."""

from __future__ import annotations

import click


@click.command(name="price")
@click.argument("usage", metavar="USAGE.json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(usage: str, as_json: bool) -> None:
    """Print what a month of one function costs.

    USAGE.json is a file, or - for standard input, with one JSON object (TOML, if its name ends in .toml):

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

    One object for each further feature, beside these keys:

    \b
    "large_events":      {"events": 1000000, "kb_each": 300}
    "provisioned":       {"environments": 100, "hours": 8, "times": 1,
                          "requests": 500000, "duration_ms": 100}
    "snapstart":         {"versions": 1, "hours": 744, "restores": 74400}
    "streaming":         {"responses": 1000000, "mb_each": 7}
    "tenant_isolation":  {"environments": 200000}
    "pollers":           {"kafka_units": 1, "sqs_units": 2, "hours": 720}
    "durable":           {"operations": 4000000, "written_gb": 104,
                          "retained_gb_months": 72.8}
    "managed_instances": {"requests": 100000000, "instance": "m7g.xlarge",
                          "instances": 4, "hours": 500, "discount_pct": 72}
    "edge":              {"requests": 10000000, "duration_ms": 10,
                          "memory_mb": 128}

    And one for each service around the function:

    \b
    "api_gateway": {"rest_requests": 1000000, "http_requests": 1000000,
                    "http_kb_each": 1}
    "s3":          {"puts": 20000, "gets": 10000, "storage_gb": 50}
    "sqs":         {"standard_requests": 3000000, "fifo_requests": 0,
                    "fair_requests": 0, "kb_each": 1}
    "sns":         {"publishes": 3000000}
    "eventbridge": {"custom_events": 500000, "kb_each": 100}
    "scheduler":   {"invocations": 8700}
    "dynamodb":    {"write_units": 1000000, "read_units": 4000000,
                    "storage_gb": 30}
    "logs":        {"ingested_gb": 10, "stored_gb": 10}

    The function's requests are those on demand; what runs on provisioned concurrency is given there. An
    object with a free part may have "free_tier": false, if others use that part up. What each key means is
    in lambda_study.model: price_features, price_modes and price_neighbours.
    """
    from lambda_study.cli import print_json
    from lambda_study.cli.input_file import read_object
    from lambda_study.model.price_plan import price_plan

    bill = price_plan(read_object(usage, '{"requests": 1000, "duration_ms": 120, ...}'))
    if as_json:
        print_json(bill.to_json())
    else:
        click.echo(repr(bill))
