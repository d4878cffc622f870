"""Settings of functions by Lambda's own API: concurrency, retries, layers, tags, the account."""

from __future__ import annotations

import boto3
import pytest
from botocore.client import Config
from clouds import counting_ids
from lambda_functions import ARN, ROLE, created, refusal, zipped

from lambda_study.cloud import Cloud
from lambda_study.engine import deploy

MISSING, WRONG, INVALID = "ResourceNotFoundException", "InvalidParameterValueException", "ValidationException"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:failed"
LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:"
USES_LAYER = """
    import stamp
    def handler(event, context):
        return stamp.TEXT
"""


@pytest.fixture(scope="module")
def cloud():
    with Cloud(clock="manual", ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud):
    return boto3.client("lambda")


@pytest.fixture(scope="module")
def unchecked(cloud):
    return boto3.client("lambda", config=Config(parameter_validation=False))


# Concurrency


def test_reserved_concurrency_is_put_shown_and_taken_back(cloud, client):
    name = created(client)
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName=name)
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=7)
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 7
    shown = client.get_function(FunctionName=name)["Concurrency"]
    assert shown == {"ReservedConcurrentExecutions": 7}
    assert cloud.service.configuration(name).reserved_concurrency == 7
    limits = client.get_account_settings()["AccountLimit"]
    assert (limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]) == (1000, 993)
    client.delete_function_concurrency(FunctionName=name)
    assert client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000


def test_a_reservation_that_leaves_too_little_is_refused(client):
    name = created(client)
    assert refusal(client.put_function_concurrency, FunctionName=name, ReservedConcurrentExecutions=901) == (
        WRONG,
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100].",
    )
    told = refusal(client.put_function_concurrency, FunctionName="no", ReservedConcurrentExecutions=1)
    assert told == (MISSING, f"Function not found: {ARN}no:$LATEST")


def test_provisioned_concurrency_is_ready_and_used(client):
    name = created(client, Publish=True)
    put = client.put_provisioned_concurrency_config
    answer = put(FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    shown = client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    assert (shown["Status"], shown["AvailableProvisionedConcurrentExecutions"]) == ("READY", 1)
    listed = client.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"]
    assert [each["FunctionArn"] for each in listed] == [f"{ARN}{name}:1"]
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    told = refusal(put, FunctionName=name, Qualifier="live", ProvisionedConcurrentExecutions=1)
    assert told[0] == "ResourceConflictException" and told[1].startswith("Alias can't be used")
    client.delete_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    assert refusal(client.get_provisioned_concurrency_config, FunctionName=name, Qualifier="1") == (
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
    )


def test_a_version_of_a_provisioned_alias_is_not_provisioned_again(client):
    name = created(client, Publish=True)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    put = client.put_provisioned_concurrency_config
    put(FunctionName=name, Qualifier="live", ProvisionedConcurrentExecutions=1)
    told = refusal(put, FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1)
    assert told == ("ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias")
    told = refusal(client.put_function_concurrency, FunctionName=name, ReservedConcurrentExecutions=0)
    assert told[1].endswith("0 should not be lower than function's total provisioned concurrency [1].")
    client.delete_alias(FunctionName=name, Name="live")
    assert (
        client.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"] == []
    )


def test_provisioned_concurrency_of_what_cannot_have_it_is_refused(unchecked):
    name = created(unchecked)
    put = unchecked.put_provisioned_concurrency_config
    told = refusal(put, FunctionName=name, Qualifier="$LATEST", ProvisionedConcurrentExecutions=1)
    assert told[1] == "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
    told = refusal(put, FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=0)
    assert told[0] == INVALID and "at 'provisionedConcurrentExecutions' failed" in told[1]
    unchecked.publish_version(FunctionName=name)
    told = refusal(put, FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=901)
    assert told[1].endswith("UnreservedConcurrentExecution below its minimum value of [100].")
    told = refusal(put, FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1001)
    assert told[1].endswith("is greater than account's unreserved concurrency [1000].")
    get = unchecked.get_provisioned_concurrency_config
    assert refusal(get, FunctionName=name, Qualifier="no")[1] == f"Cannot find alias arn: {ARN}{name}:no"
    assert refusal(get, FunctionName=name, Qualifier="10")[1] == f"Function not found: {ARN}{name}:10"
    assert refusal(get, FunctionName=name, Qualifier="$LATEST")[1].startswith(
        "The function resource provided"
    )


# Asynchronous invocation


def test_retries_and_destinations_are_put_updated_and_taken_back(cloud, client):
    name = created(client)
    put = client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    assert put["FunctionArn"] == f"{ARN}{name}:$LATEST" and "MaximumEventAgeInSeconds" not in put
    assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}
    destination = {"OnFailure": {"Destination": QUEUE}}
    client.update_function_event_invoke_config(FunctionName=name, DestinationConfig=destination)
    config = cloud.service.async_config(name)
    assert (config.maximum_retry_attempts, config.maximum_event_age_s, config.on_failure) == (0, 21600, QUEUE)
    client.put_function_event_invoke_config(FunctionName=name, MaximumEventAgeInSeconds=60)
    config = cloud.service.async_config(name)
    assert (config.maximum_retry_attempts, config.maximum_event_age_s, config.on_failure) == (2, 60, "")
    listed = client.list_function_event_invoke_configs(FunctionName=name)["FunctionEventInvokeConfigs"]
    assert [each["MaximumEventAgeInSeconds"] for each in listed] == [60]
    client.delete_function_event_invoke_config(FunctionName=name)
    assert refusal(client.get_function_event_invoke_config, FunctionName=name) == (
        MISSING, f"The function {ARN}{name}:$LATEST doesn't have an EventInvokeConfig",
    )  # fmt: skip


def test_what_deploy_configures_is_shown_by_the_api(client, tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): ...")
    function = deploy(f"{tmp_path}/app.py:handler", name="configured")
    function.configure_async(maximum_retry_attempts=1)
    shown = client.get_function_event_invoke_config(FunctionName="configured")
    assert (shown["MaximumRetryAttempts"], shown["MaximumEventAgeInSeconds"]) == (1, 21600)


@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        ({}, WRONG, "You must specify at least one of error handling or destination setting."),
        ({"MaximumRetryAttempts": 3}, INVALID, "'3' at 'maximumRetryAttempts' failed to satisfy constraint"),
        (
            {"DestinationConfig": {"OnSuccess": {"Destination": "arn:aws:s3:::b"}}},
            WRONG,
            "onSuccess=OnSuccess(",
        ),
        ({"DestinationConfig": {"OnSuccess": {"Destination": ARN + "no"}}}, WRONG, f"{ARN}no is invalid."),
        ({"Qualifier": "7", "MaximumRetryAttempts": 1}, MISSING, "The function doesn't exist."),
    ],
)
def test_settings_of_asynchronous_invocation_that_cannot_be_are_refused(unchecked, settings, code, text):
    name = created(unchecked)
    told = refusal(unchecked.put_function_event_invoke_config, FunctionName=name, **settings)
    assert told[0] == code and text in told[1]


def test_a_function_is_no_destination_of_its_own(client):
    name = created(client)
    itself = {"OnFailure": {"Destination": ARN + name}}
    told = refusal(client.put_function_event_invoke_config, FunctionName=name, DestinationConfig=itself)
    assert told == (WRONG, "You can't specify the function as a destination for itself.")


# Layers


def layer(client, name, text, **described):
    content = {"ZipFile": zipped(f"TEXT = {text!r}", "python/stamp.py")}
    return client.publish_layer_version(LayerName=name, Content=content, **described)


def test_a_function_finds_what_its_layer_brings(client):
    first = layer(client, "stamp", "one", Description="a stamp", CompatibleRuntimes=["python3.12"])
    second = layer(client, "stamp", "two")
    assert (first["Version"], second["LayerVersionArn"]) == (1, f"{LAYER}stamp:2")
    name = created(client, USES_LAYER, Layers=[first["LayerVersionArn"]])
    shown = client.get_function_configuration(FunctionName=name)["Layers"]
    assert [each["Arn"] for each in shown] == [f"{LAYER}stamp:1"]
    assert client.invoke(FunctionName=name)["Payload"].read() == b'"one"'
    client.update_function_configuration(FunctionName=name, Layers=[second["LayerVersionArn"]])
    assert client.invoke(FunctionName=name)["Payload"].read() == b'"two"'
    client.delete_layer_version(LayerName="stamp", VersionNumber=2)
    assert client.invoke(FunctionName=name)["Payload"].read() == b'"two"'


def test_layers_are_listed_and_their_numbers_never_come_again(client):
    for text in ("one", "two"):
        layer(client, "listed", text, CompatibleRuntimes=["python3.12"])
    versions = client.list_layer_versions(LayerName="listed")["LayerVersions"]
    assert [each["Version"] for each in versions] == [2, 1]
    (shown,) = [each for each in client.list_layers()["Layers"] if each["LayerName"] == "listed"]
    assert shown["LatestMatchingVersion"]["LayerVersionArn"] == f"{LAYER}listed:2"
    assert client.list_layer_versions(LayerName="listed", CompatibleRuntime="ruby3.3")["LayerVersions"] == []
    by_arn = client.get_layer_version_by_arn(Arn=f"{LAYER}listed:1")
    assert by_arn["Version"] == client.get_layer_version(LayerName="listed", VersionNumber=1)["Version"] == 1
    for number in (1, 2):
        client.delete_layer_version(LayerName=f"{LAYER}listed", VersionNumber=number)
    assert layer(client, "listed", "three")["Version"] == 3


def test_layers_that_cannot_be_are_refused(client):
    assert refusal(client.get_layer_version, LayerName="no", VersionNumber=1)[0] == MISSING
    told = refusal(client.get_layer_version, LayerName="no", VersionNumber=0)
    assert told == (WRONG, "Layer Version Cannot be less than 1")
    arns = [layer(client, f"l{number}", "x")["LayerVersionArn"] for number in range(6)]
    name = created(client)
    update = client.update_function_configuration
    assert refusal(update, FunctionName=name, Layers=arns)[1] == "Cannot reference more than 5 layers."
    other = layer(client, "l0", "y")["LayerVersionArn"]
    assert refusal(update, FunctionName=name, Layers=[arns[0], other])[1].startswith("Two different versions")
    abroad = arns[0].replace("us-east-1", "eu-central-1")
    assert refusal(update, FunctionName=name, Layers=[abroad])[1].startswith(
        "Layers are not in the same region"
    )
    content = {"ZipFile": b"no zip"}
    told = refusal(client.publish_layer_version, LayerName="bad", Content=content)
    assert told[1].startswith("Could not unzip uploaded file.")


# Tags, recursion, the account


def test_tags_are_added_shown_and_removed(client):
    name = created(client, Tags={"club": "photo"})
    client.tag_resource(Resource=ARN + name, Tags={"stage": "test", "owner": "Ada"})
    client.untag_resource(Resource=ARN + name, TagKeys=["owner", "nobody"])
    assert client.list_tags(Resource=ARN + name)["Tags"] == {"club": "photo", "stage": "test"}
    assert client.get_function(FunctionName=name)["Tags"] == {"club": "photo", "stage": "test"}


def test_tags_that_cannot_be_are_refused(client):
    name = created(client)
    told = refusal(client.tag_resource, Resource=f"{ARN}{name}:1", Tags={"a": "b"})
    assert told[1].startswith("Tags on function aliases and versions are not supported.")
    assert refusal(client.list_tags, Resource=ARN + "no") == (MISSING, f"Function not found: {ARN}no")
    many = {f"t{number}": "" for number in range(51)}
    assert refusal(client.tag_resource, Resource=ARN + name, Tags=many)[1].startswith(
        "Number of tags exceeds"
    )
    assert refusal(client.list_tags, Resource=ARN.replace("function", "no") + name)[0] == INVALID


def test_recursive_loop_detection_can_be_turned_off(cloud, client):
    name = created(client)
    assert client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Terminate"
    client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")
    assert client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"] == "Allow"
    assert cloud.service.deployed(name).recursive_loop == "Allow"


def test_the_account_counts_functions_and_code(client):
    before = client.get_account_settings()["AccountUsage"]
    code = zipped("def handler(event, context): ...")
    client.create_function(
        FunctionName="counted", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": code}
    )
    after = client.get_account_settings()["AccountUsage"]
    assert after["FunctionCount"] - before["FunctionCount"] == 1
    assert after["TotalCodeSize"] - before["TotalCodeSize"] == len(code)
