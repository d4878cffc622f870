"""Container images as the code of functions, by Lambda's own API."""

from __future__ import annotations

import boto3
import pytest
from clouds import counting_ids
from lambda_functions import ROLE, created, refusal, zipped

from lambda_study.cloud import Cloud
from lambda_study.engine import smallest_image
from lambda_study.engine.containers.container import containers
from lambda_study.engine.smallest_image import find_busybox
from lambda_study.errors import BadInput

ANSWERS = "#!/bin/sh\ncat > /dev/null\necho '\"{}\"'\n"
WRONG = "InvalidParameterValueException"


@pytest.fixture(scope="module")
def client():
    try:
        find_busybox()
    except BadInput as missing:
        pytest.skip(str(missing))
    if not any(container.works() for container in containers()):
        pytest.skip("nothing here runs containers")
    with Cloud(clock="manual", ids=counting_ids()):
        yield boto3.client("lambda")


def test_a_function_may_be_an_image_from_a_folder(client, tmp_path):
    first = smallest_image(tmp_path / "first", handler=ANSWERS.format("one"))
    made = client.create_function(
        FunctionName="image",
        PackageType="Image",
        Role=ROLE,
        Code={"ImageUri": str(first.path)},
        Timeout=20,
    )
    assert made["PackageType"] == "Image" and "Runtime" not in made and "Handler" not in made
    assert client.invoke(FunctionName="image")["Payload"].read() == b'"one"\n'
    code = client.get_function(FunctionName="image")["Code"]
    assert code["ImageUri"] == str(first.path) and code["ResolvedImageUri"].endswith(made["CodeSha256"])
    second = smallest_image(tmp_path / "second", handler=ANSWERS.format("two"))
    client.update_function_code(FunctionName="image", ImageUri=str(second.path))
    assert client.invoke(FunctionName="image")["Payload"].read() == b'"two"\n'
    told = refusal(client.update_function_code, FunctionName="image", ZipFile=zipped(""))
    assert told == (WRONG, "Please provide ImageUri when updating a function with packageType Image.")


def test_the_command_of_an_image_can_be_replaced(client, tmp_path):
    image = smallest_image(tmp_path / "image", handler=ANSWERS.format("own"))
    config = {"Command": ["/bin/cat"]}
    client.create_function(
        FunctionName="command",
        PackageType="Image",
        Role=ROLE,
        Code={"ImageUri": str(image.path)},
        ImageConfig=config,
        Timeout=20,
    )
    assert client.invoke(FunctionName="command", Payload=b'"photo"')["Payload"].read() == b'"photo"'
    shown = client.get_function_configuration(FunctionName="command")
    assert shown["ImageConfigResponse"] == {"ImageConfig": config}
    client.update_function_configuration(FunctionName="command", ImageConfig={})
    assert client.invoke(FunctionName="command")["Payload"].read() == b'"own"\n'


def test_an_image_that_is_not_there_is_refused(client, tmp_path):
    code, text = refusal(
        client.create_function,
        FunctionName="absent",
        PackageType="Image",
        Role=ROLE,
        Code={"ImageUri": f"{tmp_path}/absent"},
    )
    assert code == WRONG and text.startswith(f"Source image {tmp_path}/absent does not exist.")
    name = created(client)
    told = refusal(client.update_function_code, FunctionName=name, ImageUri=f"{tmp_path}/absent")
    assert told == (WRONG, "Please don't provide ImageUri when updating a function with packageType Zip.")
