"""Versions on their way into use: metrics by alias and version, traffic shifts, deployments on the clock."""

from __future__ import annotations

import itertools
import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import clouds
import pytest
from botocore.exceptions import ClientError

from lambda_study.cloud import Cloud
from lambda_study.cloud.sources.app_spec import read_app_spec
from lambda_study.demos.releases import run_by_weight, watch_release
from lambda_study.engine import ServiceError
from lambda_study.errors import BadInput
from lambda_study.model.traffic_seen import WeightedRuns, fewest_runs_to_see
from lambda_study.model.traffic_shift import PREDEFINED, TrafficShift, traffic_shift
from lambda_study.show.release_figure import release_figure

cloud, strict_cloud = clouds.cloud, clouds.strict_cloud
ASKS = Path(__file__).parent / "handlers" / "asks_for_a_price.py"
CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
ON_ALARM = {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_FAILURE"]}
QUARTER = {"canaryPercentage": 25, "canaryInterval": 2}
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
    assert len({after - before for before, after in itertools.pairwise(minutes)}) <= 1
    assert name == "AllAtOnce" or percents[0] == 10


def test_a_linear_shift_that_does_not_divide_ends_with_what_is_left():
    assert TrafficShift("Linear", 30, 2).steps == ((0, 30), (2, 60), (4, 90), (6, 100))


def test_a_shift_of_nothing_is_told_in_one_line():
    with pytest.raises(BadInput, match=r"A shift of 0 % in 5 minutes is none\."):
        TrafficShift("Canary", 0, 5)


# Deployments


def release(config=CANARY, hooks=(), alarms=(), rollback=ON_ALARM, spec=None, **more):
    """Begin to deploy version 2 of the prices in the group live; the deployment's id."""
    client = boto3.client("codedeploy")
    if not boto3.client("codedeploy").list_deployments()["deployments"]:
        client.create_application(applicationName="club", computePlatform="Lambda")
        client.create_deployment_group(
            applicationName="club",
            deploymentGroupName="live",
            serviceRoleArn="arn:aws:iam::123456789012:role/codedeploy",
            deploymentConfigName=config,
            alarmConfiguration={"enabled": bool(alarms), "alarms": [{"name": name} for name in alarms]},
            autoRollbackConfiguration=rollback,
        )
    versions = {"Name": "prices", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}
    resource = {"Type": "AWS::Lambda::Function", "Properties": {**versions, **(spec or {})}}
    content = json.dumps(
        {"version": 0.0, "Resources": [{"prices": resource}], "Hooks": [dict(hooks)] if hooks else []}
    )
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
    given = {"applicationName": "club", "deploymentGroupName": "live", "revision": revision}
    return client.create_deployment(**given, **more)["deploymentId"]


def release_from(**place):
    revision = {"revisionType": "S3", "s3Location": place}
    group = {"applicationName": "club", "deploymentGroupName": "live"}
    boto3.client("codedeploy").create_deployment(**group, revision=revision)


def own_shift(**routing):
    """Make the configuration Quarter, which shifts by ROUTING."""
    boto3.client("codedeploy").create_deployment_config(
        deploymentConfigName="Quarter", computePlatform="Lambda", trafficRoutingConfig=routing
    )


def shown(deployment_id):
    return boto3.client("codedeploy").get_deployment(deploymentId=deployment_id)["deploymentInfo"]


def alarm(cloud, tmp_path):
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName="prices-fail",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[
            {"Name": "FunctionName", "Value": "prices"},
            {"Name": "Resource", "Value": "prices:live"},
        ],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )


def test_a_canary_waits_and_then_moves_the_alias(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    deployment = release()
    assert shown(deployment)["status"] == "Created"
    cloud.settle()
    assert function.alias("live").shares == {"1": 0.9, "2": 0.1}
    cloud.clock.advance(minutes=4, seconds=59)
    assert shown(deployment)["status"] == "InProgress"
    cloud.clock.advance(seconds=1)
    assert function.alias("live").shares == {"2": 1.0}
    assert shown(deployment)["status"] == "Succeeded"


def test_a_linear_deployment_adds_its_share_every_interval(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    deployment = release("CodeDeployDefault.LambdaLinear10PercentEvery1Minute")
    cloud.clock.advance(minutes=3, seconds=30)
    assert function.alias("live").weights["2"] == pytest.approx(0.4)
    cloud.clock.advance(minutes=6)
    assert (function.alias("live").version, shown(deployment)["status"]) == ("2", "InProgress")
    cloud.clock.advance(minutes=1)
    assert shown(deployment)["status"] == "Succeeded"


def test_an_alarm_stops_the_deployment_and_leads_the_alias_back(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    alarm(cloud, tmp_path)
    deployment = release(alarms=["prices-fail"])
    cloud.settle()
    for _ in range(50):
        function.invoke(qualifier="live")
    cloud.clock.advance(minutes=2)
    info = shown(deployment)
    assert function.alias("live").shares == {"1": 1.0}
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    undone = shown(info["rollbackInfo"]["rollbackDeploymentId"])
    assert (undone["status"], undone["creator"]) == ("Succeeded", "codeDeployRollback")
    assert undone["rollbackInfo"]["rollbackTriggeringDeploymentId"] == deployment
    cloud.clock.advance(minutes=30)
    assert function.alias("live").shares == {"1": 1.0}


def test_an_alarm_that_is_on_lets_no_traffic_over(cloud, tmp_path):
    function = prices(cloud, tmp_path, bad_version=False)
    alarm(cloud, tmp_path)
    boto3.client("cloudwatch").set_alarm_state(
        AlarmName="prices-fail", StateValue="ALARM", StateReason="test"
    )
    deployment = release(alarms=["prices-fail"])
    cloud.settle()
    assert (shown(deployment)["status"], function.alias("live").shares) == ("Stopped", {"1": 1.0})


def test_a_hook_that_finds_the_new_version_broken_lets_no_traffic_over(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    name = "CodeDeployHook_asks_for_a_price"
    hook = cloud.deploy(f"{ASKS}:handler", name=name, environment={"NEW_VERSION": "prices:2"}, timeout_s=60)
    deployment = release(hooks={"BeforeAllowTraffic": name})
    cloud.settle()
    assert [run.payload for run in cloud.invocations(name)] == ["Failed"]
    assert shown(deployment)["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert function.alias("live").shares == {"1": 1.0} and hook.reports


def test_a_hook_that_does_not_exist_fails_the_deployment_at_once(cloud, tmp_path):
    prices(cloud, tmp_path)
    deployment = release(hooks={"BeforeAllowTraffic": "nobody"})
    cloud.settle()
    assert "Function not found" in shown(deployment)["errorInformation"]["message"]


def test_the_app_spec_may_lie_in_a_bucket_as_yaml(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    release(deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")
    cloud.settle()
    text = """
    version: 0.0
    Resources:
      - prices:
          Type: AWS::Lambda::Function
          Properties: {Name: prices, Alias: live, CurrentVersion: 2, TargetVersion: 1}
    """
    boto3.client("s3").create_bucket(Bucket="specs")
    boto3.client("s3").put_object(Bucket="specs", Key="appspec.yaml", Body=text)
    place = {"bucket": "specs", "key": "appspec.yaml", "bundleType": "YAML"}
    group = {"applicationName": "club", "deploymentGroupName": "live"}
    revision = {"revisionType": "S3", "s3Location": place}
    boto3.client("codedeploy").create_deployment(
        **group, revision=revision, deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce"
    )
    cloud.settle()
    assert function.alias("live").version == "1"


def silent_hook(cloud, tmp_path):
    path = tmp_path / "hook.py"
    path.write_text("def handler(event, context):\n    return event\n")
    cloud.deploy(f"{path}:handler", name="CodeDeployHook_silent")
    return {"BeforeAllowTraffic": "CodeDeployHook_silent"}


def told(cloud, status, index=-1):
    """Tell CodeDeploy in the place of the hook that ran last."""
    asked = cloud.invocations("CodeDeployHook_silent")[index].payload
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=asked["DeploymentId"],
        lifecycleEventHookExecutionId=asked["LifecycleEventHookExecutionId"],
        status=status,
    )
    cloud.settle()


def test_traffic_waits_for_the_report_of_the_hook(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    release(hooks=silent_hook(cloud, tmp_path))
    cloud.clock.advance(minutes=59)
    assert function.alias("live").weights == {}
    told(cloud, "Succeeded")
    assert function.alias("live").weights == {"2": 0.1}
    with pytest.raises(ClientError, match="LifecycleEventAlreadyCompletedException"):
        told(cloud, "Failed")


@pytest.mark.more  # a demo holds it too
def test_a_hook_that_has_told_is_not_missed_in_a_deployment_of_hours(cloud, tmp_path):
    prices(cloud, tmp_path)
    deployment = release(
        "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", silent_hook(cloud, tmp_path)
    )
    cloud.settle()
    told(cloud, "Succeeded")
    cloud.clock.advance(hours=2)
    assert shown(deployment)["status"] == "Succeeded"


def test_a_deployment_may_watch_alarms_of_its_own_and_the_latest_is_listed_first(cloud, tmp_path):
    prices(cloud, tmp_path)
    first = release("CodeDeployDefault.LambdaAllAtOnce", rollback={})
    cloud.settle()
    alarm(cloud, tmp_path)
    boto3.client("cloudwatch").set_alarm_state(AlarmName="prices-fail", StateValue="ALARM", StateReason="-")
    watched = {"enabled": True, "alarms": [{"name": "prices-fail"}]}
    back = {"CurrentVersion": "2", "TargetVersion": "1"}
    second = release(spec=back, overrideAlarmConfiguration=watched)
    cloud.settle()
    assert boto3.client("codedeploy").list_deployments()["deployments"] == [second, first]
    assert shown(second)["errorInformation"]["code"] == "ALARM_ACTIVE"


def test_a_hook_that_tells_nothing_within_an_hour_has_failed(cloud, tmp_path):
    prices(cloud, tmp_path)
    deployment = release(hooks=silent_hook(cloud, tmp_path))
    cloud.clock.advance(hours=1)
    assert shown(deployment)["status"] == "Failed"


def test_a_check_after_the_shift_undoes_it_all(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    hooks = {"AfterAllowTraffic": silent_hook(cloud, tmp_path)["BeforeAllowTraffic"]}
    deployment = release("CodeDeployDefault.LambdaAllAtOnce", hooks)
    cloud.settle()
    assert function.alias("live").version == "2"
    told(cloud, "Failed")
    assert (shown(deployment)["status"], function.alias("live").version) == ("Failed", "1")


@pytest.mark.more  # a demo holds it too
def test_a_deployment_that_is_stopped_without_a_rollback_blocks_the_next(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    deployment = release()
    cloud.settle()
    boto3.client("codedeploy").stop_deployment(deploymentId=deployment)
    cloud.clock.advance(minutes=10)
    assert function.alias("live").weights == {"2": 0.1}
    second = release()
    cloud.settle()
    assert "leads to two versions already" in shown(second)["errorInformation"]["message"]


def test_a_deployment_that_is_stopped_before_it_begins_never_begins(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    deployment = release()
    boto3.client("codedeploy").stop_deployment(deploymentId=deployment)
    cloud.clock.advance(minutes=10)
    assert (shown(deployment)["status"], function.alias("live").weights) == ("Stopped", {})


def test_two_deployments_of_a_group_do_not_run_at_once(cloud, tmp_path):
    prices(cloud, tmp_path)
    release()
    cloud.settle()
    with pytest.raises(ClientError, match="already has an active Deployment"):
        release()


def test_what_cannot_be_deployed_fails_before_any_traffic(cloud, tmp_path):
    prices(cloud, tmp_path)
    tried = {
        "There is no function nobody.": {"Name": "nobody"},
        "There is no alias dead.": {"Alias": "dead"},
        "The alias live leads to version 1, not 2.": {"CurrentVersion": "2"},
        "Version 7 is not published.": {"TargetVersion": "7"},
    }
    deployments = []
    for spec in tried.values():
        deployments.append(release(spec=spec, rollback={}))
        cloud.settle()
    assert [shown(each)["errorInformation"]["message"] for each in deployments] == [*tried]


def test_what_cannot_be_deployed_is_not_rolled_back_to_what_never_was(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    failed = release(spec={"CurrentVersion": "2", "TargetVersion": "1"})
    cloud.settle()
    assert (shown(failed)["status"], function.alias("live").version) == ("Failed", "1")
    assert "rollbackInfo" not in shown(failed)


def test_a_rollback_that_finds_no_alias_has_failed_and_says_so(cloud, tmp_path):
    prices(cloud, tmp_path)
    deployment = release()
    cloud.settle()
    boto3.client("lambda").delete_alias(FunctionName="prices", Name="live")
    boto3.client("codedeploy").stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    undoing = shown(deployment)["rollbackInfo"]["rollbackDeploymentId"]
    target = boto3.client("codedeploy").get_deployment_target(deploymentId=undoing, targetId="prices:live")[
        "deploymentTarget"
    ]["lambdaTarget"]
    steps = {each["lifecycleEventName"]: each["status"] for each in target["lifecycleEvents"]}
    assert (shown(undoing)["status"], steps["AllowTraffic"], steps["End"]) == ("Failed", "Failed", "Skipped")


@pytest.mark.parametrize(
    "content",
    ["[", "Resources: 5", "Resources: [{}]", "Resources: [{a: {}, b: {}}]", "Resources: [{a: 5}]",
     "{Resources: [{a: {Properties: {Name: a, Alias: b, CurrentVersion: 1, TargetVersion: 2}}}], Hooks: 5}"],
)  # fmt: skip
def test_an_app_spec_that_is_not_whole_is_an_invalid_revision(content):
    with pytest.raises(ServiceError) as refused:
        read_app_spec(content)
    assert refused.value.code == "InvalidRevisionException"


def test_what_codedeploy_refuses_has_its_code(cloud, tmp_path):
    prices(cloud, tmp_path)
    release()
    cloud.clock.advance(minutes=5)
    client = boto3.client("codedeploy")
    group = {"applicationName": "club", "deploymentGroupName": "next", "serviceRoleArn": "arn"}
    on_mondays = {"enabled": True, "events": ["ON_MONDAYS"]}
    eleven = {"enabled": True, "alarms": [{"name": "a"}] * 11}
    tried = {
        "DeploymentConfigDoesNotExist": lambda: release(deploymentConfigName="Canary20Percent5Minutes"),
        "InvalidRevision": lambda: release(hooks={"BeforeInstall": "x"}),
        "InvalidAutoRollbackConfig": lambda: client.create_deployment_group(
            **group, autoRollbackConfiguration=on_mondays
        ),
        "AlarmsLimitExceeded": lambda: client.create_deployment_group(**group, alarmConfiguration=eleven),
        "DeploymentDoesNotExist": lambda: shown("d-000000000"),
        "InvalidTrafficRoutingConfiguration": lambda: own_shift(timeBasedLinear={}),
        "DeploymentConfigAlreadyExists": lambda: [own_shift(timeBasedCanary=QUARTER) for _ in range(2)],
        "ApplicationAlreadyExists": lambda: client.create_application(
            applicationName="club", computePlatform="Lambda"
        ),
    }
    for code, call in tried.items():
        with pytest.raises(ClientError, match=f"{code}Exception"):
            call()
    with pytest.raises(ClientError, match=r"InvalidRevisionException.*has a bucket and a key"):
        release_from(bucket="club")


def test_a_shift_of_ones_own_is_a_configuration(cloud, tmp_path):
    function = prices(cloud, tmp_path)
    own_shift(timeBasedCanary=QUARTER)
    release(deploymentConfigName="Quarter")
    cloud.settle()
    assert function.alias("live").weights == {"2": 0.25}


def test_the_target_of_a_deployment_shows_its_steps(cloud, tmp_path):
    prices(cloud, tmp_path)
    client, deployment = boto3.client("codedeploy"), release()
    cloud.settle()
    [target] = client.list_deployment_targets(deploymentId=deployment)["targetIds"]
    shown_target = client.get_deployment_target(deploymentId=deployment, targetId=target)["deploymentTarget"]
    steps = {
        each["lifecycleEventName"]: each["status"] for each in shown_target["lambdaTarget"]["lifecycleEvents"]
    }
    assert steps == {
        "Start": "Succeeded",
        "BeforeAllowTraffic": "Skipped",
        "AllowTraffic": "InProgress",
        "AfterAllowTraffic": "Pending",
        "End": "Pending",
    }
    assert shown_target["lambdaTarget"]["lambdaFunctionInfo"]["targetVersionWeight"] == 0.1


def test_the_revision_id_of_the_alias_tells_of_each_step(cloud, tmp_path):
    prices(cloud, tmp_path)
    client = boto3.client("lambda")
    before = client.get_alias(FunctionName="prices", Name="live")["RevisionId"]
    release()
    cloud.settle()
    assert client.get_alias(FunctionName="prices", Name="live")["RevisionId"] != before


def test_the_role_of_the_group_has_to_move_the_alias_where_permissions_count(strict_cloud, tmp_path):
    function, iam = prices(strict_cloud, tmp_path), boto3.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "codedeploy.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [trust]}
    iam.create_role(RoleName="codedeploy", AssumeRolePolicyDocument=json.dumps(policy))
    refused = release("CodeDeployDefault.LambdaAllAtOnce", rollback={})
    strict_cloud.settle()
    assert shown(refused)["errorInformation"]["code"] == "IAM_ROLE_PERMISSIONS"
    may = {"Effect": "Allow", "Action": "lambda:UpdateAlias", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    iam.put_role_policy(RoleName="codedeploy", PolicyName="move", PolicyDocument=policy)
    release()
    strict_cloud.settle()
    assert function.alias("live").version == "2"


@pytest.mark.more
def test_a_deployment_goes_on_with_a_clock_that_runs_by_itself(tmp_path):
    with Cloud(clock="x600") as running:
        function = prices(running, tmp_path)
        deployment = release()
        clouds.wait_for(lambda: shown(deployment)["status"] == "Succeeded")
        assert function.alias("live").shares == {"2": 1.0}


# What callers see


def test_a_release_that_the_alarm_undoes_fails_a_few_callers(cloud, tmp_path):
    prices(cloud, tmp_path)
    alarm(cloud, tmp_path)
    seen = watch_release(cloud, release(alarms=["prices-fail"]), minutes=3)
    assert (seen.alarmed_at_s, seen.undone_at_s, seen.reason) == (60, 60, "ALARM_ACTIVE")
    assert seen.calls == 180 and 0 < seen.failed < 20
    assert "The alarm is on from 1:00." in release_figure(seen).alt
    assert release_figure(seen).png().startswith(b"\x89PNG")


@pytest.mark.more  # a demo holds it too
def test_all_at_once_is_over_before_an_alarm_can_stop_it(cloud, tmp_path):
    prices(cloud, tmp_path)
    alarm(cloud, tmp_path)
    seen = watch_release(
        cloud, release("CodeDeployDefault.LambdaAllAtOnce", alarms=["prices-fail"]), minutes=2
    )
    assert (seen.status, seen.failed, seen.undone_at_s) == ("Succeeded", 120, None)
    assert "<td>100 %</td>" in seen.html()
    assert "The alarm is on from 1:00." in release_figure(seen).alt


def test_a_release_that_goes_well_is_drawn_step_by_step(cloud, tmp_path):
    prices(cloud, tmp_path, bad_version=False)
    seen = watch_release(cloud, release("CodeDeployDefault.LambdaLinear10PercentEvery1Minute"), minutes=2)
    assert (seen.status, seen.failed, seen.alarmed_at_s) == ("InProgress", 0, None)
    assert "10 % from 0:00, 20 % from 1:00. The alarm stays off." in release_figure(seen).alt


def test_a_release_is_watched_by_hand_alone():
    with Cloud(clock="real") as running, pytest.raises(BadInput, match=r"watch_release\(\) moves the clock"):
        watch_release(running, "d-000000000")


def test_runs_and_calls_that_cannot_be_are_told(cloud):
    with pytest.raises(BadInput, match="runs=0 is below the minimum of 1"):
        run_by_weight(None, "live", 0)
    with pytest.raises(BadInput, match="a_minute=10 is no multiple of 6"):
        watch_release(cloud, "d-000000000", a_minute=10)


def test_the_count_by_weight_lies_where_chance_puts_it(cloud, tmp_path):
    function = prices(cloud, tmp_path, bad_version=False)
    function.alias("live", "1", {"2": 0.1})
    counted = run_by_weight(function, "live", 200)
    low, high = counted.range
    assert low <= counted.hits <= high and counted.hits == sum(
        run.report.version == "2" for run in cloud.invocations("prices")
    )


@pytest.mark.parametrize(("runs", "weight"), [(20, 0.1), (40, 0.5), (300, 0.01), (7, 0.9)])
def test_the_range_leaves_out_a_fortieth_at_each_end(runs, weight):
    chances = [
        math.comb(runs, hits) * weight**hits * (1 - weight) ** (runs - hits) for hits in range(runs + 1)
    ]
    low, high = WeightedRuns(runs, 0, "2", weight).range
    assert sum(chances[:low]) <= 0.025 < sum(chances[: low + 1])
    assert sum(chances[high + 1 :]) <= 0.025 < sum(chances[high:])


def test_nothing_is_counted_of_no_runs_and_seen_of_no_weight():
    assert WeightedRuns(10, 10, "2", 1.0).range == (10, 10)
    with pytest.raises(BadInput, match="choose 1 or more"):
        WeightedRuns(0, 0, "2", 0.1)
    with pytest.raises(BadInput, match="choose shares between 0 and 1"):
        fewest_runs_to_see(0)
