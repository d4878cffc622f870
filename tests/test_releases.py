"""Versions on their way into use: metrics by alias and version, traffic shifts, deployments on the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import clouds
import pytest

from lambda_study.errors import BadInput
from lambda_study.model.traffic_shift import PREDEFINED, TrafficShift, traffic_shift

cloud = clouds.cloud
START = datetime(2026, 11, 23, tzinfo=UTC)


def prices(cloud, tmp_path, bad_version=True):
    """A function whose version 1 works and whose version 2 fails if BAD_VERSION; alias live leads to 1."""
    path = tmp_path / "prices.py"
    path.write_text("import os\ndef handler(event, context):\n    return 6 / int(os.environ['SIDES'])\n")
    function = cloud.deploy(f"{path}:handler", name="prices", environment={"SIDES": "2"})
    function.publish_version()
    function.update(environment={"SIDES": "0" if bad_version else "3"})
    function.publish_version()
    function.alias("live", "1")
    return function


def total(metric, **dimensions):
    answer = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=START,
        EndTime=START + timedelta(hours=24),
        Period=86400,
        Statistics=["Sum"],
    )
    return [point["Sum"] for point in answer["Datapoints"]]


def test_errors_are_counted_by_the_alias_and_by_the_version_that_ran(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    function.alias("live", "1", {"2": 0.5})
    for _ in range(20):
        function.invoke(qualifier="live")
    of_alias = {"FunctionName": "prices", "Resource": "prices:live"}
    failed = sum(not run.ok for run in cloud.invocations("prices"))
    assert total("Errors", **of_alias) == total("Errors", FunctionName="prices") == [failed]
    assert total("Errors", **of_alias, ExecutedVersion="1") == [0]
    assert total("Errors", **of_alias, ExecutedVersion="2") == [failed] and failed > 0


def test_a_run_of_latest_counts_for_no_alias(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    function.invoke()
    function.invoke(qualifier="1")
    assert total("Invocations", FunctionName="prices", Resource="prices:1") == [1]
    assert total("Invocations", FunctionName="prices", Resource="prices:live") == []


@pytest.mark.parametrize("name", PREDEFINED)
def test_a_predefined_shift_grows_to_all_traffic_in_equal_waits(name):
    steps = traffic_shift(name).steps
    minutes, percents = zip(*steps, strict=True)
    assert minutes[0] == 0 and percents[-1] == 100 and [*percents] == sorted({*percents})
    assert len({after - before for before, after in zip(minutes, minutes[1:], strict=False)}) <= 1
    assert name == "AllAtOnce" or percents[0] == 10


def test_a_linear_shift_that_does_not_divide_ends_with_what_is_left():
    assert TrafficShift("Linear", 30, 2).steps == ((0, 30), (2, 60), (4, 90), (6, 100))


def test_a_shift_of_nothing_is_told_in_one_line():
    with pytest.raises(BadInput, match="A shift of 0 % in 5 minutes is none."):
        TrafficShift("Canary", 0, 5)
