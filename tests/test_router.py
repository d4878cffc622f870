"""What a client and the notebook are told of a request that fails inside."""

from __future__ import annotations

import json

import pytest

from lambda_study.cloud.exchange import Request, Response
from lambda_study.cloud.router import Router
from lambda_study.cloud.usage import Usage

SIGNED = "AWS4-HMAC-SHA256 Credential=testing/20261123/us-east-1/sqs/aws4_request, Signature=0"
CREATE = Request("POST", "/", headers={"authorization": SIGNED, "x-amz-target": "AmazonSQS.CreateQueue"})


def answer_after(raise_error):
    """The answer to a request that ends as RAISE_ERROR does."""

    def moto(request):
        raise_error()
        return Response(200)

    router = Router(moto, moto, moto, Usage())
    response = router.answer(CREATE)
    return response.status, json.loads(response.body)


def test_a_value_that_cannot_be_is_the_client_s_fault_and_prints_nothing(capsys):
    status, told = answer_after(lambda: int("abc"))
    assert (status, told["__type"]) == (400, "InvalidRequest")
    assert told["message"].startswith("sqs CreateQueue takes no such value: invalid literal for int()")
    assert capsys.readouterr().err == ""


def test_another_fault_is_told_in_one_line_and_not_as_something_left_out(capsys):
    status, told = answer_after(lambda: {}["Name"])
    assert (status, told["__type"]) == (501, "InternalFailure")
    assert told["message"] == "sqs CreateQueue has failed here by a KeyError: 'Name'"
    assert capsys.readouterr().err == "KeyError: 'Name' (LAMBDA_STUDY_DEBUG=1 shows where)\n"


def test_the_debug_switch_shows_where(monkeypatch, capsys):
    monkeypatch.setenv("LAMBDA_STUDY_DEBUG", "1")
    answer_after(lambda: {}["Name"])
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_stays_one_when_something_stumbles_over_it():
    def stumble():
        try:
            raise KeyboardInterrupt
        finally:
            [].pop()

    with pytest.raises(KeyboardInterrupt):
        answer_after(stumble)
