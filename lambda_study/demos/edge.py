"""What functions at the edge of a distribution do, shown by a bucket and a distribution on this machine."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambda_study.demos.edge_site import Site, configuration
from lambda_study.demos.small_account import HANDLERS, SmallAccount
from lambda_study.engine import Function
from lambda_study.facts import fact

_VISITS = 10
_HIDDEN = 404
_RESPONSES = ("origin-response", "viewer-response")


def runs_of_an_origin_request_for_ten_visits() -> int:
    """How often an origin request function runs when ten visitors ask for one page within its time to live.

    >>> runs_of_an_origin_request_for_ten_visits()
    1
    """
    return _runs_for_ten_visits()["origin-request"]


def events_that_see_every_visit() -> list[str]:
    """At which events a function runs for each of ten visits of one page.

    >>> events_that_see_every_visit()
    ['viewer-request', 'viewer-response']
    """
    return [event for event, runs in _runs_for_ten_visits().items() if runs == _VISITS]


def event_that_adds_a_header_to_all_visits_with_fewest_runs() -> str:
    """At which event a function adds a header to what all visitors get, with the fewest invocations.

    >>> event_that_adds_a_header_to_all_visits_with_fewest_runs()
    'origin-response'
    """
    runs = {}
    for event in _RESPONSES:
        with SmallAccount() as account:
            site = _site(account, **{event.replace("-", "_"): _at_the_edge(account)})
            if all(site.get("/page").headers.get("X-Club") for _ in range(_VISITS)):
                runs[event] = len(account.cloud.invocations("edge"))
    return min(runs, key=lambda event: runs[event])


def setting_that_the_edge_refuses() -> str:
    """Which of four settings of a function keeps it from a viewer request.

    >>> setting_that_the_edge_refuses()
    'environment'
    """
    tried: dict[str, Any] = {
        "environment": {"STAGE": "prod"},
        "timeout_s": 5,
        "memory_mb": 128,
        "ephemeral_mb": 512,
    }
    refused = []
    for name, value in tried.items():
        with SmallAccount() as account:
            function = _at_the_edge(account, **{name: value})
            if _refusal(account, function, function.publish_version()):
                refused.append(name)
    return ", ".join(refused)


def reference_that_can_stand_at_the_edge() -> str:
    """Which of four references to a function CloudFront takes.

    >>> reference_that_can_stand_at_the_edge()
    'version'
    """
    taken = []
    with SmallAccount() as account:
        function = _at_the_edge(account)
        version = function.publish_version()
        account.cloud.service.put_alias("edge", "live", version)
        names = {"version": version, "alias": "live", "latest": "$LATEST", "function": ""}
        for name, qualifier in names.items():
            if not _refusal(account, function, qualifier):
                taken.append(name)
    return ", ".join(taken)


def region_of_a_function_at_the_edge() -> str:
    """In which of three Regions a function has to be made for a distribution.

    >>> region_of_a_function_at_the_edge()
    'us-east-1'
    """
    with SmallAccount() as account:
        function = _at_the_edge(account)
        version = function.publish_version()
        regions = ("eu-central-1", "us-east-1", "us-west-2")
        return ", ".join(each for each in regions if not _refusal(account, function, version, each))


def event_at_which_a_function_changes_the_status() -> str:
    """At which event visitors get the status that a function sets in the response it was shown.

    >>> event_at_which_a_function_changes_the_status()
    'origin-response'
    """
    changed = []
    for event in fact("edge.trigger_points").value:
        with SmallAccount() as account:
            function = _at_the_edge(account, "changes_the_status")
            if _site(account, **{event.replace("-", "_"): function}).get("/page").status == _HIDDEN:
                changed.append(event)
    return ", ".join(changed)


def way_to_show_a_new_page_at_once() -> str:
    """Which of three ways makes a new page visible before the old one's time to live is over.

    >>> way_to_show_a_new_page_at_once()
    'invalidation'
    """
    shown = []
    for way in ("put", "new version", "invalidation"):
        with SmallAccount() as account:
            function = _at_the_edge(account)
            site = _site(account, viewer_request=function)
            site.get("/page")
            account.put("photos", "page", b"new")
            if way == "new version":
                function.publish_version()
            elif way == "invalidation":
                site.invalidate("/page")
            if site.get("/page").body == "new":
                shown.append(way)
    return ", ".join(shown)


def _runs_for_ten_visits() -> dict[str, int]:
    runs = {}
    for event in fact("edge.trigger_points").value:
        with SmallAccount() as account:
            site = _site(account, **{event.replace("-", "_"): _at_the_edge(account)})
            for _ in range(_VISITS):
                site.get("/page")
            runs[event] = len(account.cloud.invocations("edge"))
    return runs


def _site(account: SmallAccount, **functions: Any) -> Site:
    account.bucket("photos")
    account.put("photos", "page", b"old")
    return Site("photos", **functions)


def _at_the_edge(account: SmallAccount, file: str = "stands_at_the_edge", **settings: Any) -> Function:
    return account.cloud.deploy(f"{HANDLERS / file}.py:handler", name="edge", **settings)


def _refusal(account: SmallAccount, function: Function, qualifier: str, region: str = "us-east-1") -> str:
    """Return the error with which CloudFront refuses the function at a viewer request; "" if it takes it."""
    arn = f"{function.configuration.arn}:{qualifier}".rstrip(":").replace("us-east-1", region)
    item = {"LambdaFunctionARN": arn, "EventType": "viewer-request"}
    configured = configuration("photos", 0, [item])
    try:
        boto3.client("cloudfront").create_distribution(DistributionConfig=configured)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
