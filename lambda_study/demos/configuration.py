"""Configuration and secrets, by running them: who sees a value, who misses a rotation, which layer wins.

Each demo works in an account of its own and returns a small value. Demos prove keys of the question bank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from lambda_study.demos.configuration_rotation import session_of, shared_layer, watch_rotation
from lambda_study.demos.small_account import SmallAccount
from lambda_study.engine import Function

_OLD, _NEW = "tulip", "dahlia"
_SECRET = "club/mail"


def what_get_function_configuration_shows() -> str:
    """What a caller reads of a variable who may do GetFunctionConfiguration alone, "ciphertext" for example.

    >>> what_get_function_configuration_shows()
    'plain text'
    """
    with SmallAccount(enforce_permissions=True) as account:
        account.function("mailer", environment={"PASSWORD": _OLD})
        auditor = session_of("auditor", "lambda:GetFunctionConfiguration").client("lambda")
        shown = auditor.get_function_configuration(FunctionName="mailer")["Environment"]["Variables"]
        return "plain text" if shown["PASSWORD"] == _OLD else "ciphertext"


def argument_that_opens_a_secure_string() -> str:
    """Which argument of GetParameter gives the text of a SecureString: a version, decryption or none.

    >>> argument_that_opens_a_secure_string()
    'WithDecryption'
    """
    tries: dict[str, dict[str, Any]] = {
        "none": {"Name": "/club/mail"},
        "version": {"Name": "/club/mail:1"},
        "WithDecryption": {"Name": "/club/mail", "WithDecryption": True},
    }
    with SmallAccount() as account:
        account.ssm.put_parameter(Name="/club/mail", Value=_OLD, Type="SecureString")
        read = {name: account.ssm.get_parameter(**given)["Parameter"] for name, given in tries.items()}
        [opened] = [name for name, found in read.items() if found["Value"] == _OLD]
        return opened


def stores_that_take_six_kilobytes() -> list[str]:
    """Which of four places takes a value of 6 KB: two tiers of parameters, a secret, an environment variable.

    >>> stores_that_take_six_kilobytes()
    ['advanced parameter', 'secret']
    """
    large = "x" * 6 * 1024
    with SmallAccount() as account:
        account.function("mailer")
        put = account.ssm.put_parameter
        tries = {
            "standard parameter": lambda: put(Name="/standard", Value=large, Type="String"),
            "advanced parameter": lambda: put(Name="/large", Value=large, Type="String", Tier="Advanced"),
            "secret": lambda: account.secretsmanager.create_secret(Name="large", SecretString=large),
            "environment variable": lambda: account.lambda_.update_function_configuration(
                FunctionName="mailer", Environment={"Variables": {"LARGE": large}}
            ),
        }
        return [name for name, attempt in tries.items() if not _refusal(attempt)]


def secret_that_a_warm_function_has_after_a_rotation() -> str:
    """The label of what a warm function uses that fetched its secret outside the handler.

    >>> secret_that_a_warm_function_has_after_a_rotation()
    'AWSPREVIOUS'
    """
    with SmallAccount() as account:
        function = _mailer(account, "keeps_secret")
        function.invoke()
        account.secretsmanager.put_secret_value(SecretId=_SECRET, SecretString=_NEW)
        return _label(account, str(function.invoke().payload))


def minute_that_sees_a_rotation_with_a_ttl_of_five_minutes() -> int:
    """In which minute a function that runs each minute uses the new secret, if it rotates after the third.

    It fetches the secret in its first run and keeps it for 300 s.

    >>> minute_that_sees_a_rotation_with_a_ttl_of_five_minutes()
    6
    """
    with SmallAccount() as account:
        function = _mailer(account, "keeps_secret_for_minutes", TTL_S="300")
        watched = watch_rotation(account.cloud, function, _OLD, _NEW)
        return int(watched.first_new.removeprefix("minute "))


def label_of_the_old_value_after_a_rotation() -> str:
    """The staging label by which the value from before a rotation can be had.

    >>> label_of_the_old_value_after_a_rotation()
    'AWSPREVIOUS'
    """
    with _rotated() as account:
        return _label(account, _OLD)


def change_that_lets_a_secret_rotate() -> str:
    """Which of three permissions lets Secrets Manager rotate a secret with a function that it may not invoke.

    >>> change_that_lets_a_secret_rotate()
    'policy of the function'
    """
    with SmallAccount(enforce_permissions=True) as account:
        account.secretsmanager.create_secret(Name=_SECRET, SecretString=_OLD)
        rotator = _deployed(account, "rotator", "rotates_secret", {})
        changes = {
            "policy of the role": lambda: account.role("rotator-role", secretsmanager="*"),
            "policy of the secret": lambda: account.secretsmanager.put_resource_policy(
                SecretId=_SECRET, ResourcePolicy="{}"
            ),
            "policy of the function": lambda: account.allow(rotator, "secretsmanager", _arn(account)),
        }
        for name, change in changes.items():
            change()
            if not _refusal(lambda: _rotate(account, rotator)):
                return name
        return "none"


def layer_whose_file_a_function_reads() -> str:
    """Which of two layers a function reads when both have a file of the same path: "first" or "last".

    >>> layer_whose_file_a_function_reads()
    'last'
    """
    with SmallAccount() as account:
        layers = [shared_layer(SENDER="first"), shared_layer(SENDER="last")]
        return str(account.function("mailer", "imports_shared", layers=layers).invoke().payload)


def value_in_a_version_after_the_function_has_changed() -> str:
    """Which value of a variable a published version has after the function got another: "old" or "new".

    >>> value_in_a_version_after_the_function_has_changed()
    'old'
    """
    with SmallAccount() as account:
        account.function("mailer", environment={"STAGE": "old"})
        account.lambda_.publish_version(FunctionName="mailer")
        account.lambda_.update_function_configuration(
            FunctionName="mailer", Environment={"Variables": {"STAGE": "new"}}
        )
        shown = account.lambda_.get_function_configuration(FunctionName="mailer", Qualifier="1")
        return str(shown["Environment"]["Variables"]["STAGE"])


@contextmanager
def _rotated() -> Iterator[SmallAccount]:
    """An account whose secret a function has rotated."""
    with SmallAccount() as account:
        account.secretsmanager.create_secret(Name=_SECRET, SecretString=_OLD)
        _rotate(account, _deployed(account, "rotator", "rotates_secret", {}))
        account.cloud.settle()
        yield account


def _rotate(account: SmallAccount, function: Function) -> None:
    arn = function.configuration.arn
    account.secretsmanager.rotate_secret(SecretId=_SECRET, RotationLambdaARN=arn)


def _mailer(account: SmallAccount, file: str, **variables: str) -> Function:
    account.secretsmanager.create_secret(Name=_SECRET, SecretString=_OLD)
    return _deployed(account, "mailer", file, variables)


def _deployed(account: SmallAccount, name: str, file: str, variables: dict[str, str]) -> Function:
    return account.function(name, file, environment=variables, timeout_s=20)


def _arn(account: SmallAccount) -> str:
    return str(account.secretsmanager.describe_secret(SecretId=_SECRET)["ARN"])


def _label(account: SmallAccount, value: str) -> str:
    """The staging label under which Secrets Manager has VALUE."""
    for label in ("AWSCURRENT", "AWSPREVIOUS"):
        found = account.secretsmanager.get_secret_value(SecretId=_SECRET, VersionStage=label)
        if found["SecretString"] == value:
            return label
    return "none"


def _refusal(attempt: Callable[[], object]) -> str:
    """The code of the error by which ATTEMPT is refused; "" if it is not."""
    try:
        attempt()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""
