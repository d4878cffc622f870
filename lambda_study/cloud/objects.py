"""Objects of S3, read as any client of S3 reads them."""

from __future__ import annotations

from lambda_study.cloud.clients import Clients
from lambda_study.cloud.targets import aws_errors


class Objects:
    """Reads objects through CLIENTS."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def read(self, bucket: str, key: str, version: str | None = None) -> bytes:
        """Return the content of an object; ServiceError with S3's code and text if it is not there."""
        which = {} if version is None else {"VersionId": version}
        with aws_errors():
            answer = self._clients.of("s3").get_object(Bucket=bucket, Key=key, **which)
            content: bytes = answer["Body"].read()
            return content
