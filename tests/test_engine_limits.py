"""What Lambda would refuse is told in one line before anything starts."""

from __future__ import annotations

import datetime

import pytest

from lambda_study.engine import LambdaService, ServiceError, deploy
from lambda_study.engine.event import decode, encode
from lambda_study.errors import BadInput


@pytest.fixture
def app(tmp_path):
    (tmp_path / "app.py").write_text("def handler(event, context): return event")
    return f"{tmp_path}/app.py:handler"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"memory_mb": 64}, "memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240."),
        ({"memory_mb": 10_241}, "memory_mb=10241 is above the maximum of 10,240 MB. Choose 128 to 10,240."),
        ({"memory_mb": 128.5}, "memory_mb=128.5 is not a whole number. Choose 128 to 10,240."),
        ({"memory_mb": True}, "memory_mb=True is not a whole number. Choose 128 to 10,240."),
        ({"timeout_s": 0}, "timeout_s=0 is below the minimum of 1 s. Choose 1 to 900."),
        ({"timeout_s": 901}, "timeout_s=901 is above the maximum of 900 s. Choose 1 to 900."),
        ({"name": "my function"}, 'name="my function" is not allowed. Use letters, digits, - and _.'),
        ({"name": ""}, 'name="" is not allowed. Use letters, digits, - and _.'),
        ({"name": "x" * 65}, "name has 65 characters. A function's name has at most 64."),
        ({"architecture": "riscv"}, "architecture='riscv' is unknown. Choose x86_64 or arm64."),
        ({"runtime": "perl5"}, 'runtime="perl5" is unknown. The nearest is'),
        ({"environment": {"1A": "x"}}, '"1A" is not allowed. Use two or more letters, digits and _'),
        ({"environment": {"AWS_REGION": "x"}}, '"AWS_REGION" is reserved: Lambda sets it.'),
        ({"environment": {"RATE": 3}}, 'the value of "RATE" is 3. Write it as text: "3".'),
        ({"environment": {"BIG": "x" * 4096}}, "all variables together take 4,106 bytes. At most 4,096."),
        ({"reserved_concurrency": 901}, "reserved_concurrency=901 is above the maximum of 900"),
    ],
)
def test_a_configuration_that_lambda_refuses_is_told_in_one_line(app, options, said):
    with pytest.raises(BadInput) as caught:
        deploy(app, **options)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_refused_update_leaves_the_function_as_it_was(app):
    with LambdaService() as service:
        function = deploy(app, service=service)
        before = function.invoke({"n": 1}).report.environment
        with pytest.raises(BadInput, match="below the minimum"):
            function.update(memory_mb=64)
        with pytest.raises(BadInput, match='"memory" cannot be updated'):
            function.update(memory=256)
        for name in ("image", "container"):
            with pytest.raises(BadInput, match=f'"{name}" cannot be updated. Choose from architecture, '):
                function.update(**{name: "app.other"})
        again = function.invoke({"n": 1})
        assert again.report.environment == before and not again.report.cold


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"photos": [1, {2}]}, 'event["photos"][1] is a set, {2}: JSON cannot hold it.'),
        ({"at": datetime.date(2026, 11, 23)}, 'event["at"] is a date, datetime.date(2026, 11, 23): JSON'),
        ({"x": float("nan")}, 'event["x"] is a float, nan: JSON cannot hold it.'),
        ({(1, 2): 3}, "a key of event is a tuple, (1, 2): JSON cannot hold it."),
        (b"text", "event is a bytes, b'text': JSON cannot hold it."),
    ],
)
def test_an_event_that_is_no_json_is_told_with_the_value_and_its_place(event, said):
    with pytest.raises(BadInput) as caught:
        encode(event)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_an_event_that_contains_itself_is_told():
    event = {"list": []}
    event["list"].append(event)
    with pytest.raises(BadInput, match=r'event\["list"\]\[0\] is a container that contains itself'):
        encode(event)


def test_a_payload_that_is_no_json_comes_back_as_text():
    assert decode(b"\x00binary") == "\x00binary"
    assert decode(b'{"a": NaN}')["a"] != decode(b'{"a": NaN}')["a"]


def test_a_function_that_was_deleted_is_not_found(app):
    with LambdaService() as service:
        function = deploy(app, service=service)
        function.close()
        with pytest.raises(ServiceError, match="ResourceNotFoundException: Function not found"):
            function.invoke()


def test_a_closed_service_deploys_nothing(app):
    service = LambdaService()
    service.close()
    service.close()
    with pytest.raises(BadInput, match="This Lambda service is closed"):
        deploy(app, service=service)


def test_errors_are_shown_without_a_traceback():
    error = ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", "CallerRateLimitExceeded")
    assert error._render_traceback_() == [
        "TooManyRequestsException: Rate Exceeded. (CallerRateLimitExceeded)"
    ]
    assert BadInput("no")._render_traceback_() == ["BadInput: no"]
