"""All operations that AWS has for Lambda: which are answered, and that no other is answered in silence."""

from __future__ import annotations

import json
import threading

import boto3
import pytest
from botocore import xform_name
from botocore.client import Config
from clouds import counting_ids
from lambda_functions import ROLE, created, refusal, zipped

from lambda_study.cloud import Cloud
from lambda_study.cloud.exchange import Request
from lambda_study.cloud.lambda_api import OPERATIONS, operations

OTHER_FEATURES = (
    "CapacityProvider",
    "CodeSigning",
    "Durable",
    "FunctionScaling",
    "ResourcePolicy",
    "LayerVersionP",  # the policy of a layer, for other accounts
    "PutRuntimeManagement",
)
VALUES = {"string": "x", "integer": 1, "long": 1, "boolean": True, "list": [], "map": {}, "structure": {}}
NOT_MODELLED = "NotModelledException"


@pytest.fixture(scope="module")
def cloud():
    with Cloud(clock="manual", ids=counting_ids()) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def client(cloud):
    return boto3.client("lambda", config=Config(parameter_validation=False))


def every_operation():
    return tuple(operations.service_model().operation_names)


def test_what_is_answered_is_all_but_a_few_features():
    assert set(OPERATIONS) <= set(every_operation())
    left_out = set(every_operation()) - set(OPERATIONS)
    assert {name for name in left_out if not any(feature in name for feature in OTHER_FEATURES)} == set()
    assert len(OPERATIONS) == 55


@pytest.mark.parametrize("name", sorted(set(every_operation()) - set(OPERATIONS)))
def test_an_operation_that_is_not_modelled_says_so(client, name):
    shape = operations.service_model().operation_model(name).input_shape
    given = {member: VALUES[shape.members[member].type_name] for member in shape.required_members}
    code, text = refusal(getattr(client, xform_name(name)), **given)
    assert (code, text) == (NOT_MODELLED, f"{name} is not modelled here. AWS has it.")


def test_every_path_leads_to_its_operation():
    model = operations.service_model()
    for name in every_operation():
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        filled = "/".join("some" if part.startswith("{") else part for part in path.split("/"))
        assert operations.find(Request(http["method"], filled, query)).operation.name == name


def test_a_path_of_no_operation_is_refused(cloud):
    answer = cloud._api.answer(Request("GET", "/2015-03-31/nothing"))
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"FunctionName": 5}', b'{"Code": {"ZipFile": "%"}}'])
def test_a_body_that_cannot_be_read_is_refused(cloud, body):
    answer = cloud._api.answer(Request("POST", "/2015-03-31/functions", body=body))
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "/2015-03-31/functions/no",
            {"Type": "User", "Message": "Function not found: arn:aws:lambda:us-east-1:"},
        ),
        (
            "/2015-03-31/functions/no?Qualifier=!",
            {"message": "1 validation error detected: Value '!' at 'qual"},
        ),
    ],
)
def test_an_error_has_the_members_that_aws_gives_it(cloud, path, told):
    path, _, query = path.partition("?")
    found = json.loads(cloud._api.answer(Request("GET", path, query)).body)
    assert found.keys() == told.keys()
    assert all(found[name].startswith(text) for name, text in told.items())


def test_of_eight_clients_one_creates_and_seven_are_told(cloud):
    barrier, told = threading.Barrier(8), []

    def create():
        client = boto3.session.Session().client("lambda")
        settings = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE}
        barrier.wait()
        try:
            client.create_function(
                FunctionName="one", Code={"ZipFile": zipped("handler = print")}, **settings
            )
            told.append("created")
        except client.exceptions.ResourceConflictException as error:
            told.append(error.response["Error"]["Message"])

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["Function already exist: one"] * 7 + ["created"]


def test_a_handler_may_use_the_api_that_runs_it(client):
    source = """
        import boto3
        def handler(event, context):
            client = boto3.client("lambda")
            client.tag_resource(Resource=context.invoked_function_arn, Tags={"seen": "yes"})
            return client.list_tags(Resource=context.invoked_function_arn)["Tags"]
    """
    name = created(client, source, Timeout=30)
    answer = client.invoke(FunctionName=name)
    assert json.loads(answer["Payload"].read()) == {"seen": "yes"}
