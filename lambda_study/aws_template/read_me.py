"""The README of an application: what it makes, what it costs, and how to get it there and away again."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.aws_template.application import AppFunction, Application
from lambda_study.aws_template.expected import MEASURED_BY, init_there
from lambda_study.aws_template.month import month_bill
from lambda_study.aws_template.names import id_of
from lambda_study.aws_template.sam import LOG_DAYS, reserves
from lambda_study.demos.photo_club.functions import RUNTIME
from lambda_study.model.bill import Bill, rounded

_OFF_THE_BILL = {"distribution": "Amazon CloudFront", "user pool": "Amazon Cognito"}


def read_me(app: Application) -> str:
    """The text of the README of APP."""
    return _README.format(
        name=app.name,
        does=app.does,
        functions="\n".join(_rows_of_functions(app)),
        around=", ".join(f"{kind} `{name}`" for name, kind in app.resources.items()),
        days=LOG_DAYS,
        runtime=RUNTIME,
        notes="".join(_notes(app)),
        trial=_SIGN_IN * bool(app.of_kind("user pool")) + app.trial,
        report=_report(app),
        permissions="\n".join(_rows_of_permissions(app)),
        streams=_STREAMS * any(each.resource == "*" for one in app.functions for each in one.allowed),
        cost=_cost(app),
        clean_up=_clean_up(app),
    )


def _rows_of_functions(app: Application) -> Iterator[str]:
    for each in app.functions:
        trigger = f"{app.resources[each.trigger.resource]} `{each.trigger.resource}`"
        event = f", `{each.trigger.event}`" if {" ", ":"} & {*each.trigger.event} else ""
        size = f"{each.memory_mb:,} MB | {each.timeout_s} s"
        yield f"| `{each.name}` | {each.does} | {trigger}{event} | {size} |"


def _notes(app: Application) -> Iterator[str]:
    """What is to be known before this application is deployed."""
    if any("pillow" in each.requirements for each in app.functions):
        yield _PILLOW
    if reserves(app):
        yield _RESERVE
    if app.of_kind("user pool"):
        yield _DOMAIN


def _report(app: Application) -> str:
    middle, late = init_there(RUNTIME)
    memory_mb = max(each.memory_mb for each in app.functions)
    return _REPORT.format(memory_mb=memory_mb, middle=middle, late=late, by=MEASURED_BY)


def _rows_of_permissions(app: Application) -> Iterator[str]:
    for function in app.functions:
        yield from _rows_of_a_role(function)


def _rows_of_a_role(function: AppFunction) -> Iterator[str]:
    if not function.allowed:
        yield f"| `{function.name}` | nothing more | |"
    for each in function.allowed:
        actions = ", ".join(f"`{action}`" for action in each.actions)
        yield f"| `{function.name}` | {actions} | `{each.resource}{each.part}` |"


def _cost(app: Application) -> str:
    bills = month_bill(app), month_bill(app, free_tier=False), month_bill(app, idle=True)
    named = [name for kind, name in _OFF_THE_BILL.items() if app.of_kind(kind)]
    return _COST.format(
        month=f"{app.month[0].upper()}{app.month[1:]}",
        bill=bills[0],
        most=rounded(bills[1].total_usd),
        idle=rounded(bills[2].total_usd),
        left_out=", ".join([*named, "what leaves AWS for the internet"]),
        sources="\n".join(_sources(bills[1])),
    )


def _sources(bill: Bill) -> Iterator[str]:
    for each in sorted({line.source for line in bill.lines}):
        yield f"- {each}"


def _clean_up(app: Application) -> str:
    buckets = ", ".join(f"`{id_of(app, name)}`" for name in app.of_kind("bucket"))
    return (_EMPTY.format(buckets=buckets) if buckets else "") + _DELETE


_README = """\
# {name}: {does}

An AWS SAM application. The handlers in `src/` are those that ran on your own machine, unchanged.

| Function | Does | Invoked by | Memory | Timeout |
|---|---|---|---|---|
{functions}

Around them: {around}.
Logs are kept for {days} days. Alarms tell the topic `trouble`, which sends an email if you give an address.

## Before the first deployment

- MFA for the root user, and a user or a role of your own for daily work.
- A budget with an email at a few dollars (Billing, Budgets). It tells; it does not stop anything.
- The Region: `samconfig.toml` says `us-east-1`.
- The AWS CLI, the SAM CLI, and the Python of the runtime (`{runtime}`), or Docker instead of that Python.

## Deploy

```
sam validate --lint
sam build
sam deploy --guided
```

`sam build` copies the code of each function and installs what its `requirements.txt` names. `sam deploy`
uploads that. CloudFormation makes all of it or nothing: what fails is rolled back.
{notes}
## Try it

The deployment prints the names of what it made. With them:

```
{trial}
sam logs --tail
```

## The REPORT line to expect

{report}
## Permissions

Each function has a role of its own. It allows writing into the function's own log group, and this:

| Function | Actions | On |
|---|---|---|
{permissions}
{streams}
## What a month costs

{cost}
## Clean up

{clean_up}"""

_PILLOW = """
Pillow has compiled parts, and Lambda runs Linux, here on x86_64. On another system, or with another Python,
build in a container: `sam build --use-container`. For arm64, where a GB-second costs a fifth less, change
`Architectures` in the template and build again. A package for the other processor fails at its import.
"""

_RESERVE = """
`ReserveConcurrency=yes` keeps and caps concurrency where the template says so. Leave it at `no` in a new
account: it may have as few as 10 environments, and 100 have to stay unreserved.
"""

_DOMAIN = """
`DOMAIN` in the template says whose addresses may sign up. Write a domain whose mail you get.
"""

_SIGN_IN = """\
aws cognito-idp sign-up --client-id CLIENT-ID --username ada --password PASSWORD \\
    --user-attributes Name=email,Value=ada@DOMAIN
aws cognito-idp confirm-sign-up --client-id CLIENT-ID --username ada --confirmation-code CODE
aws cognito-idp initiate-auth --client-id CLIENT-ID --auth-flow USER_PASSWORD_AUTH \\
    --auth-parameters USERNAME=ada,PASSWORD=PASSWORD
"""

_REPORT = """\
```
REPORT RequestId: ...  Duration: D ms  Billed Duration: B ms  Memory Size: {memory_mb} MB
Max Memory Used: M MB  Init Duration: I ms
```

- **I** stands in cold starts alone. A function that says hello has {middle} ms at the median and {late} ms at
  the 99th percentile ({by}). What the handler imports comes on top.
- **B** is I and D together, rounded up once.
- **D** is what memory changes: a whole vCPU comes with 1,769 MB.
- **M** near the memory size means: give it more.
"""

_STREAMS = """
`ListStreams` is allowed on `*`, since it names no stream.
"""

_COST = """\
{month}; in us-east-1, before tax:

```
{bill}
```

Where others use the free tier up, it is {most} USD. A month without a visitor costs {idle} USD.
Not on the bill: {left_out}.

Prices from:

{sources}
"""

_EMPTY = """\
Empty the buckets first ({buckets}):

```
aws s3 rm s3://NAME --recursive
```

A bucket with objects is not deleted, and the deletion of the stack fails.

"""

_DELETE = """\
```
sam delete
```

The log groups belong to the stack and go with it, and tables and queues with all that is in them. What stays
is the bucket into which the SAM CLI put the code (stack `aws-sam-cli-managed-default`), for other
applications. A function without a log group in its template makes one itself, which stays for ever.
"""
