"""Lambda's own API, from request to answer: operations by file, checked by botocore's service model."""

from __future__ import annotations

from lambda_study.cloud.lambda_api.api import OPERATIONS, LambdaApi

__all__ = ["OPERATIONS", "LambdaApi"]
