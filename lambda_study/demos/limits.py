"""What a function is not allowed, shown by trying it: events, responses, variables, packages, open files.

Each demo deploys handlers of `demos/handlers/` in a Lambda service of its own, breaks a limit and returns
what got through.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lambda_study.engine import Function, LambdaService, ServiceError, deploy
from lambda_study.errors import BadInput
from lambda_study.facts import fact

_HANDLERS = Path(__file__).parent / "handlers"
_MB = 1024 * 1024


@contextmanager
def _function(file: str, **configuration: Any) -> Iterator[Function]:
    """A function of `demos/handlers/FILE.py` in a service that ends with the block."""
    with LambdaService() as service:
        yield deploy(f"{_HANDLERS / file}.py:handler", service=service, **configuration)


def answer_to_a_response_of_seven_mb() -> str:
    """What the caller of a synchronous invocation gets when the handler returns 7 MB.

    >>> answer_to_a_response_of_seven_mb()
    '200 with Function.ResponseSizeTooLarge'
    """
    with _function("large_response") as function:
        invocation = function.invoke({"mb": 7})
    assert isinstance(invocation.payload, dict), "the response arrived"
    return f"{invocation.status} with {invocation.payload['errorType']}"


def way_that_a_photo_of_20_mb_reaches_a_function() -> str:
    """Which way brings 20 MB to a handler: in the event, with more memory, with more time, or by an address.

    >>> way_that_a_photo_of_20_mb_reaches_a_function()
    'address'
    """
    photo = {"photo": "x" * (20 * _MB)}
    with tempfile.TemporaryDirectory() as bucket, _function("photo_size") as function:
        stored = Path(bucket, "photo.jpg")
        stored.write_bytes(bytes(20 * _MB))
        ways = {"event": _arrives(function, photo)}
        ways["memory"] = _arrives(function.update(memory_mb=10_240), photo)
        ways["timeout"] = _arrives(function.update(timeout_s=900), photo)
        ways["address"] = _arrives(function, {"address": str(stored)})
    return _names(ways)


def change_that_makes_settings_of_6_kb_fit() -> str:
    """Where 6 KB of settings fit: in one variable, in six variables, with more memory, or in a file.

    >>> change_that_makes_settings_of_6_kb_fit()
    'file in the package'
    """
    with _function("setting") as function:
        one, six = {"RATES": "x" * 6144}, {f"RATES_{n}": "x" * 1024 for n in range(6)}
        changes = {
            "one variable": _accepted(function, environment=one),
            "six variables": _accepted(function, environment=six),
            "memory": _accepted(function, memory_mb=10_240, environment=one),
        }
    with tempfile.TemporaryDirectory() as folder, LambdaService() as service:
        package = Path(folder, "package.zip")
        with zipfile.ZipFile(package, "w") as archive:
            archive.write(_HANDLERS / "setting.py", "setting.py")
            archive.writestr("rates.txt", "x" * 6144)
        kept = deploy(f"{package}:setting.handler", service=service).invoke().payload
        changes["file in the package"] = kept == 6144
    return _names(changes)


def variable_that_a_developer_may_set() -> str:
    """Which of four environment variables Lambda lets a developer set.

    >>> variable_that_a_developer_may_set()
    'TZ'
    """
    names = ["AWS_REGION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "TZ", "_HANDLER"]
    with _function("setting") as function:
        return _names({each: _accepted(function, environment={each: "UTC"}) for each in names})


def what_is_said_of_a_package_of_251_mb() -> str:
    """What Lambda says of a small zip archive that holds 251 MB.

    >>> what_is_said_of_a_package_of_251_mb()
    'a zip of less than 2 MB, refused: 263,192,576 bytes unzipped. At most 262,144,000, layers included.'
    """
    with tempfile.TemporaryDirectory() as folder, LambdaService() as service:
        package = _archive(Path(folder, "package.zip"), mb=251)
        assert package.stat().st_size < 2 * _MB, "zeros take no room"
        try:
            deploy(f"{package}:app.handler", service=service)
        except BadInput as refusal:
            return f"a zip of less than 2 MB, refused: {str(refusal).split(' has ')[1]}"
    return "accepted"


def change_that_ends_too_many_open_files() -> str:
    """What helps a handler that leaves 300 files open each time: memory, /tmp, a retry, or closing them.

    >>> change_that_ends_too_many_open_files()
    'close'
    """
    with _function("open_files") as function:
        changes = {"close": _lasts(function, {"close": True})}
        changes["retry"] = _lasts(function)
        changes["memory"] = _lasts(function.update(memory_mb=10_240))
        changes["ephemeral storage"] = _lasts(function.update(ephemeral_mb=10_240))
    return _names(changes)


def package_that_holds_320_mb() -> str:
    """How 320 MB of code and libraries reach a function: by S3, in layers, with more /tmp, or as an image.

    >>> package_that_holds_320_mb()
    'container image'
    """
    unzipped_mb = fact("package.unzipped").value
    room_mb = {
        "zip through S3": unzipped_mb,
        "layers": unzipped_mb,  # code and layers together
        "more /tmp": unzipped_mb,  # the package is not unpacked there
        "container image": fact("package.image").value * 1024,
    }
    return _names({form: room >= 320 for form, room in room_mb.items()})


def quotas_that_aws_raises_on_request() -> list[str]:
    """Which of five quotas AWS can raise for an account.

    >>> quotas_that_aws_raises_on_request()
    ['concurrent executions', 'network interfaces per VPC']
    """
    quotas = {
        "timeout": "timeout.max",
        "concurrent executions": "concurrency.account_default",
        "synchronous payload": "payload.sync_request",
        "network interfaces per VPC": "eni.per_vpc",
        "unzipped package": "package.unzipped",
    }
    return [name for name, id in quotas.items() if fact(id).adjustable]


def _archive(path: Path, mb: int) -> Path:
    """A zip archive that holds a file of so many MB, all zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("model.bin", "w") as file,
    ):
        for _ in range(mb):
            file.write(bytes(_MB))
    return path


def _lasts(function: Function, event: dict[str, Any] | None = None) -> bool:
    """True if the last of five invocations in one environment succeeds."""
    return [function.invoke(event or {}).ok for _ in range(5)][-1]


def _arrives(function: Function, event: dict[str, Any]) -> bool:
    try:
        return bool(function.invoke(event).payload == 20 * _MB)
    except ServiceError as error:
        assert error.code == "RequestEntityTooLargeException"
        return False


def _accepted(function: Function, **changes: Any) -> bool:
    try:
        function.update(**changes)
    except BadInput:
        return False
    return True


def _names(found: dict[str, bool]) -> str:
    return " and ".join(name for name, there in found.items() if there) or "nothing"
