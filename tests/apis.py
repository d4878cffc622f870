"""APIs for tests: made as a learner makes them, and asked over HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3

from lambda_study.cloud.addresses import api_url

FUNCTIONS = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Ask URL; headers are written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def arn_of(name: str) -> str:
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def uri_of(name: str) -> str:
    return f"{FUNCTIONS}/{arn_of(name)}/invocations"


class Rest:
    """A REST API in the making."""

    def __init__(self, cloud: Any, **settings: Any) -> None:
        self.client = boto3.client("apigateway")
        self.id = self.client.create_rest_api(name="photos", **settings)["id"]
        self.endpoint_url = cloud.endpoint_url
        self._ids = {"/": self.client.get_resources(restApiId=self.id)["items"][0]["id"]}

    def method(self, path: str, function: str, method: str = "ANY", **settings: Any) -> Rest:
        """Let METHOD of PATH lead to a function; settings of the integration begin with i_."""
        of_integration = {key[2:]: value for key, value in settings.items() if key.startswith("i_")}
        of_method = {key: value for key, value in settings.items() if not key.startswith("i_")}
        where = {"restApiId": self.id, "resourceId": self._resource(path), "httpMethod": method}
        self.client.put_method(**where, **{"authorizationType": "NONE", **of_method})
        given = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri_of(function)}
        self.client.put_integration(**where, **{**given, **of_integration})
        return self

    def deploy(self, stage: str = "prod", **settings: Any) -> str:
        """Deploy to a stage, and return its address."""
        self.client.create_deployment(restApiId=self.id, stageName=stage, **settings)
        return api_url(self.endpoint_url, self.id, stage)

    def _resource(self, path: str) -> str:
        if path not in self._ids:
            before, _, last = path.rpartition("/")
            parent = self._resource(before or "/")
            made = self.client.create_resource(restApiId=self.id, parentId=parent, pathPart=last)
            self._ids[path] = made["id"]
        return self._ids[path]
