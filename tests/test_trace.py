"""The trace: what is in it after which kind of happening, how it prints, and how it is drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import clouds
import pytest
from matplotlib.text import Text

from lambda_study.cloud import Trace, TraceEvent
from lambda_study.engine import ManualClock, ServiceError
from lambda_study.errors import BadInput
from lambda_study.show.trace_figure import trace_figure
from lambda_study.show.trace_rows import rows_of

BASICS = Path(__file__).parent / "handlers" / "basics.py"
DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"
START = datetime(2026, 11, 23, 10, tzinfo=UTC)
cloud = clouds.cloud


def event(kind, source="s3:photos", target="thumbnail", minutes=0.0, error=""):
    return TraceEvent(START + timedelta(minutes=minutes), kind, source, target, error=error)


def told(cloud):
    """The events as the words that matter."""
    return [(each.kind, each.source, each.target) for each in cloud.trace]


def test_a_failing_event_is_traced_from_its_trigger_to_its_dead_letter(cloud):
    boto3.client("sqs").create_queue(QueueName="dead")
    cloud.deploy(f"{BASICS}:fail", name="fail", dead_letter=DEAD).invoke_async(1)
    cloud.clock.advance(minutes=3)
    assert [each.kind for each in cloud.trace] == [
        "trigger",
        *("invocation", "retry"),
        *("invocation", "retry"),
        *("invocation", "failure", "delivery"),
    ]
    assert {each.request_id for each in cloud.trace} == {cloud.trace[0].request_id}
    assert cloud.trace.of("invocation")[0].error == "ValueError: no 1"
    assert [each.detail for each in cloud.trace.of("retry")] == ["in 60 s", "in 120 s"]


def test_an_invocation_that_somebody_waits_for_is_in_it(cloud):
    cloud.deploy(f"{BASICS}:echo", name="echo").invoke(1)
    assert told(cloud) == [("invocation", "invoke", "echo")]
    assert cloud.trace[0].detail == "environment 1, cold"


def test_a_throttle_is_in_it(cloud):
    function = cloud.deploy(f"{BASICS}:echo", name="echo", reserved_concurrency=0)
    with pytest.raises(ServiceError):
        function.invoke(1)
    assert told(cloud) == [("throttle", "invoke", "echo")]
    assert "ReservedFunctionConcurrentInvocationLimitExceeded" in cloud.trace[0].error


def test_what_a_poller_reads_has_the_queue_as_its_source(cloud):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    cloud.deploy(f"{BASICS}:echo", name="echo")
    boto3.client("lambda").create_event_source_mapping(
        FunctionName="echo", EventSourceArn="arn:aws:sqs:us-east-1:123456789012:jobs"
    )
    sqs.send_message(QueueUrl=url, MessageBody="1")
    cloud.settle()
    assert told(cloud) == [("trigger", "sqs:jobs", "echo"), ("invocation", "sqs:jobs", "echo")]


def test_a_trace_prints_as_a_table_with_as_much_of_the_time_as_it_needs():
    clock = ManualClock(START)
    trace = Trace(clock)
    trace.add("trigger", source="arn:aws:s3:::photos", target="arn:aws:lambda:r:1:function:f", detail="a.jpg")
    assert repr(trace).splitlines() == [
        "time      kind     source     target  detail",
        "10:00:00  trigger  s3:photos  f       a.jpg",
    ]
    clock.advance(days=1, seconds=0.25)
    trace.add("failure", source="f", target="sqs:dead", error="NotFound: x" + "x" * 100)
    assert [line[:18] for line in repr(trace).splitlines()[1:]] == [
        "11-23 10:00:00.000",
        "11-24 10:00:00.250",
    ]
    assert repr(trace).endswith("xxx...")


def test_a_part_of_a_trace_prints_as_a_table_too(cloud):
    assert repr(cloud.trace) == "Nothing has happened yet."
    cloud.deploy(f"{BASICS}:echo", name="echo").invoke_all([1, 2, 3])
    assert len(repr(cloud.trace[-2:]).splitlines()) == 3
    assert cloud.trace.of("invocation", "retry")._repr_html_().count("<tr>") == 4


def test_a_long_trace_prints_its_beginning_and_its_end():
    trace = Trace(ManualClock(), [event("trigger", minutes=n) for n in range(1000)])
    lines = repr(trace).splitlines()
    assert len(lines) == 1 + 60 + 1 + 20
    assert lines[61].startswith("... 920 more")
    assert (lines[60].split()[1], lines[62].split()[1]) == ("10:59:00", "02:20:00")
    assert trace._repr_html_().count("<tr>") == 82


def test_html_shows_a_key_as_text():
    trace = Trace(ManualClock())
    trace.add("trigger", source="s3:photos", target="f", detail="<b>.jpg")
    assert '<td style="text-align: left">&lt;b&gt;.jpg</td>' in trace._repr_html_()


def test_a_figure_has_a_row_for_each_source_and_function():
    rows, links = rows_of([event("trigger"), event("invocation", error="ValueError"), event("retry")])
    assert [(row.name, row.summary) for row in rows] == [
        ("s3:photos", "1 trigger"),
        ("thumbnail", "1 run (1 failed), 1 retry"),
    ]
    assert [(link.source, link.target) for link in links] == [(0, 1)]


def test_events_of_one_time_are_one_mark_with_their_number():
    rows, _links = rows_of([event("trigger") for _ in range(40)])
    assert [mark.count for mark in rows[0].marks] == [40]


@pytest.mark.parametrize(
    ("kinds", "title"),
    [
        (["trigger", "invocation"], "1 trigger, 1 run"),
        (["trigger", "invocation", "throttle"], "1 run, 1 throttle"),
    ],
)
def test_a_figure_states_its_finding_as_its_title(kinds, title):
    texts = trace_figure([event(kind) for kind in kinds]).fig.findobj(Text)
    assert title in [text.get_text() for text in texts]


def test_a_long_trace_counts_its_time_in_days():
    figure = trace_figure([event("trigger", minutes=1440 * day) for day in range(30)])
    (axes,) = figure.fig.axes
    assert axes.get_xlabel() == "time since the first event (days)"
    assert repr(figure).startswith("Figure: Trace of 30 events in 2 rows.")


def test_no_word_of_a_figure_lies_outside_of_it():
    events = [event("trigger", source=f"s3:a-bucket-with-quite-a-long-name-{n}") for n in range(12)]
    figure = trace_figure([*events, event("failure", error="x"), event("throttle"), event("delivery")]).fig
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    for text in figure.findobj(Text):
        box = text.get_window_extent(renderer)
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside or not text.get_text(), text.get_text()


@pytest.mark.parametrize(
    "events",
    [[], [event("trigger", target=f"f{n}") for n in range(20)], [event("trigger")] * 5001],
    ids=["none", "too many rows", "too many events"],
)
def test_what_cannot_be_drawn_is_told_in_one_line(events):
    with pytest.raises(BadInput, match=r"^trace_figure\(\) "):
        trace_figure(events)
