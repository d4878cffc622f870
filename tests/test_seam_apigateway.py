"""What is corrected of moto's API Gateway is as it was when it was corrected."""

from __future__ import annotations

import dataclasses

import boto3
import clouds
import pytest
from apis import Rest

from lambda_study.cloud.seam import apigateway, apigatewayv2
from lambda_study.cloud.seam.patch import MotoHasChanged

cloud = clouds.cloud
PATCHES = [*apigateway.PATCHES, *apigatewayv2.patches(str)]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: f"{patch.owner.__name__}.{patch.name}")
def test_what_is_patched_is_in_moto_as_it_was(patch):
    patch.check()
    with pytest.raises(MotoHasChanged):
        dataclasses.replace(patch, parameters=("self", "something_new")).check()


def test_what_is_read_of_moto_is_there(cloud):
    api = Rest(cloud).method("/photos", "echo")
    api.deploy()
    stage = apigateway.rest_stage(api.id, "prod")
    assert [each.path for each in stage.resources] == ["/", "/photos"]
    assert stage.resources[1].methods["ANY"].integration.kind == "AWS_PROXY"
    made = boto3.client("apigatewayv2").create_api(
        Name="photos", ProtocolType="HTTP", Target="arn:aws:lambda:x"
    )
    assert apigatewayv2.http_stage(made["ApiId"], "$default").routes[0].integration.uri == "arn:aws:lambda:x"


def test_moto_is_as_it_was_once_the_cloud_is_closed():
    before = vars(apigateway.RestAPI)["create_deployment"]
    with apigateway.corrected():
        assert vars(apigateway.RestAPI)["create_deployment"] is not before
    assert vars(apigateway.RestAPI)["create_deployment"] is before
