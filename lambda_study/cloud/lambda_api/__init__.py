"""Lambda's own API, from request to answer: operations by file, checked by botocore's service model.

`reading` makes the parameters of an operation out of a request, `validation` holds them against the model in
AWS's words, a function per operation returns the members of its answer by AWS's names, and `writing` makes a
response of them, or of an error. What the engine does not hold, `records` does.
"""

from __future__ import annotations

from lambda_study.cloud.lambda_api.api import OPERATIONS, LambdaApi

__all__ = ["OPERATIONS", "LambdaApi"]
