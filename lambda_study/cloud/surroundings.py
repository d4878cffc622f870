"""The environment variables of the learner's own process: they lead boto3 to the cloud on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import boto3

from lambda_study.cloud.sessions import new_boto3_session
from lambda_study.engine.function import REGION
from lambda_study.engine.variables import NO_ENDPOINT

# boto3 reads each of them, and any of them could lead to a real account.
_REMOVED = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_CA_BUNDLE",
)
_ENDPOINT_OF_A_SERVICE = "AWS_ENDPOINT_URL_"
# boto3 sends what is for a proxy even to this machine, unless it is told not to.
_NO_PROXY = ("NO_PROXY", "no_proxy")
_LOOPBACK = "127.0.0.1,localhost"


def variables_for(endpoint_url: str) -> dict[str, str]:
    """Return the variables that lead an AWS client to ENDPOINT_URL, and nowhere else."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **{name: ",".join(filter(None, [os.environ.get(name), _LOOPBACK])) for name in _NO_PROXY},
    }


def cut_off(environment: Mapping[str, str]) -> dict[str, str]:
    """Return ENVIRONMENT without anything that could lead an AWS client to a real account.

    >>> safe = cut_off({"AWS_PROFILE": "work", "HOME": "/home/ada"})
    >>> "AWS_PROFILE" in safe, safe["HOME"], safe["AWS_ENDPOINT_URL"]
    (False, '/home/ada', 'http://127.0.0.1:9')
    """
    kept = {name: value for name, value in environment.items() if not _leads_to_an_account(name)}
    return kept | variables_for(NO_ENDPOINT)


@contextmanager
def led_to(endpoint_url: str) -> Iterator[None]:
    """Lead the AWS clients of this process to ENDPOINT_URL, until the block ends; then all is as before."""
    ours = variables_for(endpoint_url)
    removed = [name for name in os.environ if _leads_to_an_account(name)]
    earlier = {name: os.environ.get(name) for name in (*ours, *removed)}
    for name in removed:
        del os.environ[name]
    os.environ.update(ours)
    try:
        with _session_of_its_own():
            yield
    finally:
        for name, value in earlier.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _leads_to_an_account(name: str) -> bool:
    return name in _REMOVED or name.startswith(_ENDPOINT_OF_A_SERVICE)


@contextmanager
def _session_of_its_own() -> Iterator[None]:
    """Give boto3 a new default session: an earlier one has read profiles and keys already."""
    earlier, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, new_boto3_session()
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = earlier
