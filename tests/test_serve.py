"""The cloud's own pages: its clock, trace and bill for programs in other processes."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import clouds
import pytest

from lambda_study.cloud import Cloud

BASICS = Path(__file__).parent / "handlers" / "basics.py"
cloud = clouds.cloud


def ask(cloud, page, method="GET"):
    """The status and the text of one of the cloud's own pages."""
    request = urllib.request.Request(f"{cloud.endpoint_url}/_lambda-study/{page}", method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode().rstrip()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode().rstrip()


def test_the_clock_is_moved_from_outside_and_what_is_due_is_done(cloud):
    function = cloud.deploy(f"{BASICS}:fail", name="fail")
    function.invoke_async(1)
    assert ask(cloud, "advance?minutes=2&seconds=60", "POST") == (200, "2026-11-23T00:03:00+00:00")
    assert len(function.reports) == 3
    assert ask(cloud, "clock") == (200, "2026-11-23T00:03:00+00:00")


def test_trace_and_bill_are_shown_as_they_print(cloud):
    cloud.deploy(f"{BASICS}:echo", name="echo").invoke(1)
    assert ask(cloud, "trace") == (200, repr(cloud.trace))
    assert ask(cloud, "bill") == (200, repr(cloud.bill()))


@pytest.mark.parametrize("query", ["", "?weeks=1", "?hours=many", "?hours=-1"])
def test_a_time_that_is_none_is_told_in_one_line(cloud, query):
    status, text = ask(cloud, f"advance{query}", "POST")
    assert (status, text.count("\n")) == (400, 0)


def test_a_clock_that_runs_is_not_moved():
    with Cloud(clock="real") as cloud:
        status, text = ask(cloud, "advance?hours=1", "POST")
    assert (status, text[:27]) == (400, "This clock runs by itself. ")


def test_other_pages_are_not_there(cloud):
    assert ask(cloud, "secrets")[0] == 404
    assert ask(cloud, "advance")[0] == 404
