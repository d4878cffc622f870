"""The photo club's pages: a bucket behind a distribution, with functions at its edge."""

from __future__ import annotations

import http.client
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3

from lambda_study.cloud.addresses import distribution_url
from lambda_study.demos.web import CLOSED
from lambda_study.engine import Function
from lambda_study.errors import BadInput
from lambda_study.facts import fact

# A caller reference is taken once, and a cell that makes a site or an invalidation may run twice.
_REFERENCES = itertools.count(1)


@dataclass(frozen=True)
class Page:
    """What a viewer got: `seen` is what X-Cache says, "Hit" or "Miss" for example."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def seen(self) -> str:
        """How CloudFront came by it."""
        return self.headers.get("X-Cache", "").removesuffix(" from cloudfront")

    def __repr__(self) -> str:
        return f"{self.status} {self.seen}: {self.body.strip()}"


class Site:
    """A distribution in front of BUCKET. FUNCTIONS stand at events: Site("photos", viewer_request=function).

    Each function has its newest version published, and that version is what stands at the edge. Pages are
    kept for TTL_S seconds where they do not say otherwise.

    BadInput for an event that there is not; AWS's error for a function that may not stand at the edge.
    """

    def __init__(self, bucket: str, ttl_s: int = 86_400, **functions: Function) -> None:
        self._cloudfront = boto3.client("cloudfront")
        points = {name.replace("_", "-"): function for name, function in functions.items()}
        for event in points:
            if event not in fact("edge.trigger_points").value:
                raise BadInput(f"{event} is no event of the edge. Choose viewer_request, origin_request, ...")
        items = [_association(event, function) for event, function in points.items()]
        configured = configuration(bucket, ttl_s, items)
        configured["CallerReference"] += f" {next(_REFERENCES)}"
        made = self._cloudfront.create_distribution(DistributionConfig=configured)
        self.id = str(made["Distribution"]["Id"])
        self.url = distribution_url(self._cloudfront.meta.endpoint_url, self.id)

    def get(self, path: str = "/", **headers: str) -> Page:
        """Ask for PATH as a browser does, with HEADERS such as user_agent="Phone".

        BadInput if nobody listens there, as after the cloud was closed.
        """
        url = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(url.hostname), url.port)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", f"{url.path}{path}", headers=named)
            answer = connection.getresponse()
            return Page(answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace"))
        except ConnectionRefusedError:
            raise BadInput(CLOSED) from None
        finally:
            connection.close()

    def invalidate(self, *paths: str) -> None:
        """Let the distribution forget what it keeps under PATHS."""
        listed = {"Quantity": len(paths), "Items": [*paths]}
        self._cloudfront.create_invalidation(
            DistributionId=self.id,
            InvalidationBatch={"Paths": listed, "CallerReference": f"{self.id} {next(_REFERENCES)}"},
        )

    def __repr__(self) -> str:
        return f"Site {self.id}"


def _association(event: str, function: Function) -> dict[str, Any]:
    arn = f"{function.configuration.arn}:{function.publish_version()}"
    return {"LambdaFunctionARN": arn, "EventType": event}


def configuration(bucket: str, ttl_s: int, associations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what CreateDistribution takes, for a bucket and the ASSOCIATIONS of functions."""
    origin = {
        "Id": bucket,
        "DomainName": f"{bucket}.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behavior = {
        "TargetOriginId": bucket,
        "ViewerProtocolPolicy": "allow-all",
        "DefaultTTL": ttl_s,
        "LambdaFunctionAssociations": {"Quantity": len(associations), "Items": associations},
    }
    functions = sorted(f"{each['EventType']} {each['LambdaFunctionARN']}" for each in associations)
    return {
        "CallerReference": " ".join([bucket, str(ttl_s), *functions]),
        "Comment": "the photo club",
        "Enabled": True,
        "DefaultRootObject": "index.html",
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
    }
