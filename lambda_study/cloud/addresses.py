"""Where the APIs and function URLs of a cloud are: paths of its one address."""

from __future__ import annotations

EXECUTE_API = "/_aws/execute-api/"
LAMBDA_URL = "/_aws/lambda-url/"
CLOUDFRONT = "/_aws/cloudfront/"


def api_url(endpoint_url: str, api_id: str, stage: str = "") -> str:
    """Return the address of a stage of an API; that of an HTTP API's $default stage names none.

    >>> api_url("http://127.0.0.1:4566", "abc123", "prod")
    'http://127.0.0.1:4566/_aws/execute-api/abc123/prod'

    Unlike AWS: there it is https://abc123.execute-api.us-east-1.amazonaws.com/prod.
    """
    address = f"{endpoint_url}{EXECUTE_API}{api_id}"
    return f"{address}/{stage}" if stage and stage != "$default" else address


def function_url(endpoint_url: str, url_id: str) -> str:
    """Return the address of a function URL.

    >>> function_url("http://127.0.0.1:4566", "xyz")
    'http://127.0.0.1:4566/_aws/lambda-url/xyz/'

    Unlike AWS: there it is https://xyz.lambda-url.us-east-1.on.aws/.
    """
    return f"{endpoint_url}{LAMBDA_URL}{url_id}/"


def distribution_url(endpoint_url: str, distribution_id: str) -> str:
    """Return the address of a distribution.

    >>> distribution_url("http://127.0.0.1:4566", "E2QWRUHAPOMQZL")
    'http://127.0.0.1:4566/_aws/cloudfront/E2QWRUHAPOMQZL'

    Unlike AWS: there it is https://d111111abcdef8.cloudfront.net.
    """
    return f"{endpoint_url}{CLOUDFRONT}{distribution_id}"
