"""Demos of failures beyond their doctests: four ways, what members pay, their tables and the figure."""

from __future__ import annotations

import boto3
import clouds
import pytest

from lambda_study.cloud import Cloud
from lambda_study.demos.failure_fees import FeesPaid, fees_paid
from lambda_study.demos.failure_ways import failing_ways
from lambda_study.errors import BadInput
from lambda_study.model.failing_ways import GONE, FailingWay, FailingWays
from lambda_study.show.failing_figure import failing_figure

cloud = clouds.cloud
PUSHED = FailingWay("S3, SNS", "Lambda, twice", (0, 60, 180), GONE)
QUEUED = FailingWay("a queue", "the queue", (0, 30, 60), "still in the queue")


def test_after_an_hour_a_queue_and_a_stream_still_have_what_always_fails(cloud):
    called, pushed, queued, streamed = failing_ways(cloud).ways
    assert called.runs_s == (0,)
    assert (pushed.runs_s, pushed.end) == ((0, 60, 180), GONE)
    assert queued.runs_s == tuple(range(0, 3601, 30))
    assert streamed.runs_s[:4] == (0, 1, 3, 7)
    assert [queued.waits, streamed.waits] == [True, True]


def test_four_ways_leave_nothing_behind_and_can_be_gone_again(cloud):
    first, second = (failing_ways(cloud, hours=0.1, kept=True) for _ in range(2))
    assert repr(first) == repr(second)
    assert "QueueUrls" not in boto3.client("sqs").list_queues()
    assert boto3.client("kinesis").list_streams()["StreamNames"] == []
    assert boto3.client("lambda").list_functions()["Functions"] == []


def test_a_span_of_days_is_told_to_be_shorter(cloud):
    with pytest.raises(BadInput, match="Choose more than 0 and less than 24"):
        failing_ways(cloud, hours=48)


@pytest.mark.parametrize("demo", [failing_ways, fees_paid])
def test_a_clock_that_runs_cannot_fail_for_an_hour(demo):
    with Cloud(clock="real") as cloud, pytest.raises(BadInput, match="manual"):
        demo(cloud)


def test_the_tables_are_the_same_in_a_notebook():
    ways = FailingWays([PUSHED, QUEUED])._repr_mimebundle_()
    assert "a queue    the queue         3      60 s  still in the queue" in ways["text/plain"]
    assert ">still in the queue</td>" in ways["text/html"]
    paid = FeesPaid({"mark & charge": (0, 30)})._repr_mimebundle_()
    assert "0 EUR" in paid["text/plain"]
    assert ">mark &amp; charge</th><td>0 EUR</td><td>30 EUR</td>" in paid["text/html"]


def test_the_right_way_is_the_one_that_is_right_wherever_a_run_fails():
    assert FeesPaid({"never": (0, 30), "twice": (30, 60), "once": (30, 30)}).right == ("once",)


def test_the_figure_says_what_became_of_each_event():
    figure = failing_figure(FailingWays([PUSHED, QUEUED]))
    assert "a queue: 3 runs, the last after 60 s; tries again: the queue" in figure.alt
    assert figure.headline == "One failing handler: 1 of 2 events still wait, 1 is gone."
    assert figure.png().startswith(b"\x89PNG")


def test_a_figure_without_a_loss_says_so():
    assert failing_figure(FailingWays([QUEUED])).headline == "One failing handler: no event is gone."
