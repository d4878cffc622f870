"""What EventBridge and Scheduler use of moto is there as they know it."""

from __future__ import annotations

import boto3
import pytest
from clouds import cloud  # noqa: F401

from lambda_study.cloud import Cloud
from lambda_study.cloud.seam import events, scheduler
from lambda_study.cloud.seam.patch import MotoHasChanged, Patch

PATCHES = [*events.patches(None), *scheduler.patches(None)]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_every_patched_function_is_in_moto_with_its_parameters(patch):
    patch.check()


def test_a_function_that_moto_does_not_have_any_more_is_told():
    with pytest.raises(MotoHasChanged, match="send_event"):
        Patch(events.models.Rule, "send_event", ("self",), lambda moto: moto).check()


def test_a_rule_is_read_with_its_targets_and_its_state(cloud):  # noqa: F811
    client = boto3.client("events")
    client.put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="DISABLED")
    client.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"}])
    (rule,) = events.rules("default")
    assert (rule.schedule, rule.pattern, rule.enabled) == ("rate(1 day)", None, False)
    assert rule.targets == ({"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"},)
    assert events.rules("no-such-bus") == ()


def test_a_schedule_is_deleted_once_and_then_gone(cloud):  # noqa: F811
    client = boto3.client("scheduler")
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/r"}
    client.create_schedule(
        Name="s", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    scheduler.delete("default", "s")
    scheduler.delete("default", "s")
    assert client.list_schedules()["Schedules"] == []


def functions():
    return [vars(patch.owner)[patch.name] for patch in PATCHES]


def test_a_closed_cloud_leaves_moto_as_it_was():
    before = functions()
    with Cloud(clock="manual"):
        assert all(now is not moto for now, moto in zip(functions(), before, strict=True))
    assert functions() == before
