"""Functions by Lambda's own API: create, read, update, delete, list; versions and aliases."""

from __future__ import annotations

import base64
import hashlib
import io
import urllib.request
import zipfile

import boto3
import pytest
from botocore.client import Config
from botocore.session import Session
from clouds import counting_ids
from lambda_functions import ARN, ECHO, ROLE, created, refusal, zipped

from lambda_study.cloud import Cloud
from lambda_study.engine import deploy

STAGE = """
    import os
    def handler(event, context):
        return [os.environ.get("STAGE"), context.function_version, context.memory_limit_in_mb]
"""
NOT_FOUND, CONFLICT = "ResourceNotFoundException", "ResourceConflictException"
WRONG, INVALID = "InvalidParameterValueException", "ValidationException"
NOT_HERE = "NotModelledException"
LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:no-such:1"


@pytest.fixture(scope="module")
def cloud():
    with Cloud(clock="manual", ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud):
    return boto3.client("lambda")


@pytest.fixture(scope="module")
def unchecked(cloud):
    """A client that sends whatever it is given, so that the API has to refuse it."""
    return boto3.client("lambda", config=Config(parameter_validation=False))


def payload(client, name, **options):
    return client.invoke(FunctionName=name, **options)["Payload"].read()


def test_a_function_that_is_created_runs_and_is_shown_with_aws_defaults(client):
    code = zipped(ECHO)
    answer = client.create_function(
        FunctionName="echo", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": code}
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201 and answer["State"] == "Pending"
    assert answer["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert (answer["CodeSize"], answer["MemorySize"], answer["Timeout"]) == (len(code), 128, 3)
    assert payload(client, "echo", Payload=b'{"n": 1}') == b'{"n": 1}'
    shown = client.get_function(FunctionName="echo")["Configuration"]
    assert (shown["State"], shown["LastUpdateStatus"]) == ("Active", "Successful")
    assert shown["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/echo"}
    assert shown["LastModified"] == "2026-11-23T00:00:00.000+0000" and shown["Version"] == "$LATEST"


def test_the_code_of_a_function_can_be_downloaded(client, tmp_path):
    name = created(client, Publish=True)
    client.update_function_code(FunctionName=name, ZipFile=zipped(STAGE))
    for qualifier, code in (("1", zipped(ECHO)), ("$LATEST", zipped(STAGE))):
        where = client.get_function(FunctionName=name, Qualifier=qualifier)["Code"]
        with urllib.request.urlopen(where["Location"]) as answer:
            assert answer.read() == code
    (tmp_path / "app.py").write_text("def handler(event, context): ...")
    deploy(f"{tmp_path}/app.py:handler", name="zipped-here")
    with urllib.request.urlopen(
        client.get_function(FunctionName="zipped-here")["Code"]["Location"]
    ) as answer:
        assert zipfile.ZipFile(io.BytesIO(answer.read())).namelist() == ["app.py"]


def test_waiters_end_at_once(client):
    name = created(client)
    for waiter in ("function_active_v2", "function_updated_v2", "function_exists", "function_active"):
        client.get_waiter(waiter).wait(FunctionName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 1})


def test_deploy_and_the_api_share_one_registry(client, tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): return 'deployed'")
    function = deploy(f"{tmp_path}/app.py:handler", name="by-deploy", memory_mb=256)
    shown = client.get_function_configuration(FunctionName="by-deploy")
    assert (shown["MemorySize"], shown["Handler"], shown["Description"]) == (256, "app.handler", "")
    assert shown["Role"].startswith("arn:aws:iam::123456789012:role/") and shown["CodeSize"] > 0
    assert "by-deploy" in [each["FunctionName"] for each in client.list_functions()["Functions"]]
    client.update_function_configuration(FunctionName="by-deploy", MemorySize=512)
    assert function.configuration.memory_mb == 512
    function.update(timeout_s=9)
    after = client.get_function_configuration(FunctionName="by-deploy")
    assert after["Timeout"] == 9 and after["RevisionId"] != shown["RevisionId"]
    client.delete_function(FunctionName="by-deploy")
    assert refusal(client.get_function, FunctionName="by-deploy")[0] == NOT_FOUND


def test_what_has_no_effect_here_is_given_back(client):
    kept = {
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "TracingConfig": {"Mode": "Active"},
        "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
        "SnapStart": {"ApplyOn": "PublishedVersions"},
    }
    name = created(client, Description="Resizes photos", **kept)
    shown = client.get_function_configuration(FunctionName=name)
    assert shown["Description"] == "Resizes photos" and shown["TracingConfig"] == {"Mode": "Active"}
    assert shown["VpcConfig"] == kept["VpcConfig"] and shown["KMSKeyArn"] == kept["KMSKeyArn"]
    assert shown["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}


def test_code_and_configuration_can_be_updated(client):
    name = created(client, STAGE, Environment={"Variables": {"STAGE": "test"}})
    assert payload(client, name) == b'["test", "$LATEST", "128"]'
    answer = client.update_function_configuration(
        FunctionName=name, MemorySize=256, Environment={"Variables": {"STAGE": "live"}}
    )
    assert (answer["State"], answer["LastUpdateStatus"]) == ("Active", "InProgress")
    assert payload(client, name) == b'["live", "$LATEST", "256"]'
    before = client.get_function_configuration(FunctionName=name)
    client.update_function_code(FunctionName=name, ZipFile=zipped(ECHO))
    client.update_function_configuration(FunctionName=name, Handler="app.handler", Description="new")
    after = client.get_function_configuration(FunctionName=name)
    assert payload(client, name, Payload=b"5") == b"5" and after["Description"] == "new"
    assert after["CodeSha256"] != before["CodeSha256"] and after["MemorySize"] == 256


def test_a_dry_run_changes_no_code(client):
    name = created(client)
    client.update_function_code(FunctionName=name, ZipFile=zipped(STAGE), DryRun=True)
    assert payload(client, name, Payload=b"7") == b"7"


def test_code_may_come_from_s3(client):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="echo.zip", Body=zipped(ECHO))
    source = {"S3Bucket": "code", "S3Key": "echo.zip"}
    client.create_function(
        FunctionName="from-s3", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code=source
    )
    assert payload(client, "from-s3", Payload=b"1") == b"1"
    told = (
        "Error occurred while GetObject. S3 Error Code: {}. S3 Error Message: The specified {} does not exist"
    )
    update = client.update_function_code
    assert refusal(update, FunctionName="from-s3", S3Bucket="no-such-bucket", S3Key="k") == (
        WRONG, told.format("NoSuchBucket", "bucket"),
    )  # fmt: skip
    assert (
        refusal(update, FunctionName="from-s3", S3Bucket="code", S3Key="no")[1]
        == told.format("NoSuchKey", "key") + "."
    )


def test_a_change_of_another_revision_is_refused(client):
    name = created(client)
    code, text = refusal(
        client.update_function_configuration, FunctionName=name, RevisionId="another", Timeout=5
    )
    assert code == "PreconditionFailedException" and "does not match the latest Revision Id" in text
    revision = client.get_function_configuration(FunctionName=name)["RevisionId"]
    client.update_function_configuration(FunctionName=name, RevisionId=revision, Timeout=5)


@pytest.mark.parametrize(
    "text",
    ["{}", "function:{}", "123456789012:function:{}", "us-east-1:123456789012:function:{}", ARN + "{}"],
)
def test_a_function_is_known_by_its_name_and_by_parts_of_its_arn(client, text):
    name = created(client)
    client.publish_version(FunctionName=name)
    assert client.get_function_configuration(FunctionName=text.format(name))["FunctionArn"] == ARN + name
    shown = client.get_function_configuration(FunctionName=text.format(name) + ":1")
    assert shown["FunctionArn"] == f"{ARN}{name}:1" and shown["Version"] == "1"


@pytest.mark.parametrize(
    ("function", "code", "text"),
    [
        ("nobody", NOT_FOUND, f"Function not found: {ARN}nobody"),
        ("nobody:7", NOT_FOUND, f"Function not found: {ARN}nobody:7"),
        ("function", NOT_FOUND, f"Function not found: {ARN}function"),
        (
            "arn:aws:lambda:eu-central-1:123456789012:function:f",
            NOT_FOUND,
            "Functions from 'eu-central-1' are not reachable in this region ('us-east-1')",
        ),
        (ARN.replace("123", "999") + "f", "AccessDeniedException", "not authorized"),
        (
            "*",
            INVALID,
            "1 validation error detected: Value '*' at 'functionName' failed to satisfy ",
        ),
        (
            f"{ARN}f:1:2",
            INVALID,
            "Member must satisfy regular expression pattern: (arn:",
        ),
        ("x" * 300, INVALID, "Member must have length less than or equal to 256"),
    ],
)
def test_a_name_of_no_function_is_refused(client, function, code, text):
    told = refusal(client.get_function, FunctionName=function)
    assert told[0] == code and text in told[1]


def test_a_qualifier_is_given_once(client):
    name = created(client)
    told = refusal(client.get_function, FunctionName=f"{name}:1", Qualifier="2")
    assert told == (
        WRONG, "The derived qualifier from the function name does not match the specified qualifier.",
    )  # fmt: skip
    assert refusal(client.put_function_concurrency, FunctionName=f"{name}:1", ReservedConcurrentExecutions=1)[
        1
    ].startswith("This operation is permitted on Lambda functions only.")


@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        ({"MemorySize": 64}, INVALID, "'64' at 'memorySize'{}value greater than or equal to 128"),
        ({"MemorySize": 10241}, INVALID, "'10241' at 'memorySize'{}value less than or equal to 10240"),
        ({"Timeout": 901}, INVALID, "'901' at 'timeout'{}value less than or equal to 900"),
        ({"EphemeralStorage": {"Size": 1}}, INVALID, "'1' at 'ephemeralStorage.size'{}value greater"),
        ({"Role": "r1"}, INVALID, "Value 'r1' at 'role' failed to satisfy constraint"),
        ({"PackageType": "Jar"}, INVALID, "Member must satisfy enum value set: [Zip, Image]"),
        ({"Architectures": ["x86_64", "arm64"]}, INVALID, "'[x86_64, arm64]' at 'architectures'{}length"),
        (
            {"Architectures": ["X86_64"]},
            INVALID,
            "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy "
            "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
        ),
        ({"Description": "x" * 257}, INVALID, "at 'description'{}length less than or equal to 256"),
        ({"Runtime": "python9.9"}, WRONG, "Value python9.9 at 'runtime' failed to satisfy constraint"),
        ({"Runtime": "nodejs12.x"}, WRONG, "The runtime parameter of nodejs12.x is no longer supported"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, WRONG, "used in this request: AWS_REGION"),
        ({"Environment": {"Variables": {"BIG": "x" * 4100}}}, WRONG, "exceeded the 4KB limit. String"),
        ({"Tags": {f"t{n}": "" for n in range(51)}}, WRONG, "Number of tags exceeds"),
        ({"Code": {"ZipFile": b"no zip"}}, WRONG, "Could not unzip uploaded file. Please"),
        ({"Code": {}}, WRONG, "Please provide a source for function code."),
        ({"Handler": None}, WRONG, "Runtime and Handler are mandatory parameters"),
        ({"Layers": [LAYER]}, WRONG, f"Layer version {LAYER} does not exist."),
        ({"Code": {"ImageUri": "1.dkr.ecr.us-east-1.amazonaws.com/x"}}, NOT_HERE, "not modelled here"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_in_the_words_of_aws(unchecked, settings, code, text):
    base = {
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Role": ROLE,
        "Code": {"ZipFile": zipped(ECHO)},
    }
    given = {key: value for key, value in {**base, **settings}.items() if value is not None}
    told = refusal(unchecked.create_function, FunctionName="refused", **given)
    expected = text.format(" failed to satisfy constraint: Member must have ")
    assert told[0] == code and expected in told[1]
    assert refusal(unchecked.get_function, FunctionName="refused")[0] == NOT_FOUND


def test_several_mistakes_are_told_together(unchecked):
    told = refusal(unchecked.create_function, FunctionName="*", Role="r1", Code={"ZipFile": b""})
    assert told[1].startswith("2 validation errors detected: Value '*' at 'functionName' failed")
    assert "; Value 'r1' at 'role' failed to satisfy" in told[1]
    told = refusal(unchecked.create_function, FunctionName="f")
    assert "Value null at 'role' failed to satisfy constraint: Member must not be null" in told[1]


def test_a_name_is_taken_once_and_has_64_characters(client):
    name = created(client)
    again = {"Runtime": "python3.12", "Handler": "a.b", "Role": ROLE, "Code": {"ZipFile": zipped(ECHO)}}
    assert refusal(client.create_function, FunctionName=name, **again) == (
        CONFLICT, f"Function already exist: {name}",
    )  # fmt: skip
    assert refusal(client.create_function, FunctionName="x" * 65, **again) == (
        WRONG,
        f"1 validation error detected: Value '{'x' * 65}' at 'functionName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64",
    )


def test_functions_are_listed_a_page_at_a_time(client):
    made = {created(client) for _ in range(3)}
    pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    listed = [each["FunctionName"] for page in pages for each in page["Functions"]]
    assert made <= set(listed) and len(listed) == len(set(listed))
    assert "State" not in client.list_functions()["Functions"][0]
    name = made.pop()
    client.publish_version(FunctionName=name)
    every = client.list_functions(FunctionVersion="ALL")["Functions"]
    assert {f"{ARN}{name}:$LATEST", f"{ARN}{name}:1"} <= {each["FunctionArn"] for each in every}


def test_a_version_keeps_code_settings_and_description(client):
    name = created(client, STAGE, Environment={"Variables": {"STAGE": "first"}})
    first = client.publish_version(FunctionName=name, Description="the first")
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"STAGE": "second"}})
    second = client.publish_version(FunctionName=name)
    assert [first["Version"], second["Version"], first["Description"]] == ["1", "2", "the first"]
    assert payload(client, name, Qualifier="1") == b'["first", "1", "128"]'
    versions = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [each["Version"] for each in versions] == ["$LATEST", "1", "2"]
    assert versions[0]["FunctionArn"] == f"{ARN}{name}:$LATEST"
    assert client.publish_version(FunctionName=name)["Version"] == "2"


def test_a_change_of_the_description_alone_makes_a_version(client):
    name = created(client, Description="photos")
    published = [client.publish_version(FunctionName=name, Description="first")["Version"]]
    client.update_function_configuration(FunctionName=name, Description="photos of the club")
    for _ in range(2):
        published.append(client.publish_version(FunctionName=name)["Version"])
    assert published == ["1", "2", "2"]
    shown = client.list_versions_by_function(FunctionName=name)["Versions"]
    described = [each["Description"] for each in shown]
    assert described == ["photos of the club", "first", "photos of the club"]


def test_publishing_other_code_than_was_expected_is_refused(client):
    name = created(client)
    code, text = refusal(client.publish_version, FunctionName=name, CodeSha256="somethingelse")
    assert code == WRONG and text.startswith(
        "CodeSHA256 (somethingelse) is different from current CodeSHA256"
    )


def test_a_version_may_be_published_with_the_code(client):
    name = created(client, Publish=True)
    assert client.get_function_configuration(FunctionName=f"{name}:1")["Version"] == "1"
    answer = client.update_function_code(FunctionName=name, ZipFile=zipped(STAGE), Publish=True)
    assert (answer["Version"], answer["FunctionArn"]) == ("2", f"{ARN}{name}:2")


def test_one_version_can_be_deleted_but_none_that_an_alias_leads_to(client):
    name = created(client)
    for timeout in (4, 5):
        client.publish_version(FunctionName=name)
        client.update_function_configuration(FunctionName=name, Timeout=timeout)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert refusal(client.delete_function, FunctionName=name, Qualifier="1") == (
        CONFLICT, "Unable to delete version because the following aliases reference it: [live]",
    )  # fmt: skip
    for absent in ("2", "2", "99"):
        client.delete_function(FunctionName=name, Qualifier=absent)
    left = client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [each["Version"] for each in left] == ["$LATEST", "1"]
    assert refusal(client.delete_function, FunctionName=name, Qualifier="$LATEST")[1].startswith(
        "$LATEST version"
    )
    assert refusal(client.delete_function, FunctionName=name, Qualifier="live") == (
        WRONG, "Deletion of aliases is not currently supported.",
    )  # fmt: skip


def test_an_alias_leads_to_a_version_and_moves(client):
    name = created(client, STAGE)
    client.publish_version(FunctionName=name)
    client.update_function_configuration(FunctionName=name, MemorySize=256)
    client.publish_version(FunctionName=name)
    made = client.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="for all")
    assert made["AliasArn"] == f"{ARN}{name}:live" and "RoutingConfig" not in made
    assert payload(client, f"{name}:live") == b'[null, "1", "128"]'
    routing = {"AdditionalVersionWeights": {"2": 0.1}}
    moved = client.update_alias(FunctionName=name, Name="live", RoutingConfig=routing)
    assert moved["RoutingConfig"] == routing and moved["RevisionId"] != made["RevisionId"]
    assert moved["Description"] == "for all"
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="2", RoutingConfig={})
    invoked = client.invoke(FunctionName=name, Qualifier="live")
    assert invoked["ExecutedVersion"] == "2"
    shown = client.get_function_configuration(FunctionName=name, Qualifier="live")
    assert (shown["FunctionArn"], shown["Version"]) == (f"{ARN}{name}:live", "2")
    assert [each["Name"] for each in client.list_aliases(FunctionName=name)["Aliases"]] == ["live"]
    client.delete_alias(FunctionName=name, Name="live")
    assert client.list_aliases(FunctionName=name)["Aliases"] == []


@pytest.mark.parametrize(
    ("version", "weights", "code", "text"),
    [
        ("1", {"1": 0.1}, WRONG, "Invalid function version 1. Function version 1 is already included"),
        ("1", {"2": 0.1, "3": 0.1}, WRONG, "Number of items in AdditionalVersionWeights cannot be greater"),
        ("1", {"9": 0.1}, NOT_FOUND, "Function not found: {}:9"),
        ("9", {}, NOT_FOUND, "Function not found: {}:9"),
        ("$LATEST", {"1": 0.1}, WRONG, "$LATEST is not supported for an alias pointing to more"),
        (
            "1",
            {"2": 2.0},
            INVALID,
            "Value '{{2=2.0}}' at 'routingConfig.additionalVersionWeights' failed "
            "to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or "
            "equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
        ),
        ("1", {"$LATEST": 0.5}, INVALID, "Map keys must satisfy constraint: [Member"),
    ],
)  # fmt: skip
def test_an_alias_that_cannot_be_is_refused(client, unchecked, version, weights, code, text):
    name = created(client, Publish=True)
    arguments = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": weights}}
    told = refusal(unchecked.create_alias, FunctionName=name, Name="live", **arguments)
    assert told[0] == code and text.format(ARN + name) in told[1]


def test_aliases_that_are_not_there_are_told_as_each_operation_tells_them(client):
    name = created(client, Publish=True)
    live = f"{ARN}{name}:live"
    assert refusal(client.get_alias, FunctionName=name, Name="live")[1] == f"Cannot find alias arn: {live}"
    assert refusal(client.update_alias, FunctionName=name, Name="live")[1] == f"Alias not found: {live}"
    assert (
        refusal(client.get_function, FunctionName=name, Qualifier="live")[1] == f"Function not found: {live}"
    )
    client.delete_alias(FunctionName=name, Name="live")
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    again = refusal(client.create_alias, FunctionName=name, Name="live", FunctionVersion="1")
    assert again == (CONFLICT, f"Alias already exists: {live}")


def test_a_client_of_the_plainest_kind_works(cloud):
    client = Session().create_client("lambda", region_name="us-east-1", endpoint_url=cloud.endpoint_url)
    name = created(client)
    assert client.invoke(FunctionName=name, Payload=io.BytesIO(b'"photo"'))["Payload"].read() == b'"photo"'
