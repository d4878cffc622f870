"""Filter patterns of CloudWatch Logs, by the examples of its documentation."""

from __future__ import annotations

import pytest

from lambda_study.model.log_pattern import InvalidLogPattern, parse

LINES = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[ERROR 420] INVALID ARGUMENTS",
    "[WARN 1] SLOW REQUEST",
]


@pytest.mark.parametrize(
    ("pattern", "lines"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("ERROR", [0, 1, 2, 3]),
        ("error", []),
        ("ERROR ARGUMENTS", [2, 3]),
        ("?WARN ?ARGUMENTS", [2, 3, 4]),
        ('"INVALID ARGUMENTS"', [3]),
        ("ERROR -ARGUMENTS", [0, 1]),
        ("-ERROR", [4]),
        ("REQUEST ?ERROR", [0, 1, 4]),
        ("%4[01][01]%", [0, 1]),
    ],
)
def test_terms(pattern, lines):
    assert [place for place, line in enumerate(LINES) if parse(pattern).matches(line)] == lines


EVENT = """{
    "eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": null, "ThisFlag": true, "took": 1.5
}"""


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.eventType = UpdateTrail }", True),
        ('{ $.eventType = "Update*" }', True),
        ('{ $.eventType != "UpdateTrail" }', False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress = %^111\\.% }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[1] = "value" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ('{ $.objectList[*].name = "b" }', True),
        ("{ $.took >= 1.5 && $.took < 2 }", True),
        ("{ $.took > 1.5 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.eventType NOT EXISTS }", False),
        ("{ ($.took = 9 || $.ThisFlag IS TRUE) && $.eventType = * }", True),
        ("{ $.took = 9 || $.ThisFlag IS TRUE && $.eventType = x }", False),
        ('{ $["eventType"] = "UpdateTrail" }', True),
        ("{ $.['eventType'] = UpdateTrail }", True),
        ("{ $.* = 1.5 }", True),
    ],
)
def test_fields_of_json(pattern, matches):
    assert parse(pattern).matches(EVENT) is matches


def test_a_pattern_for_json_takes_no_other_message():
    assert not parse("{ $.a NOT EXISTS }").matches("no JSON")


ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code]", False),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes > 1000]", True),
        ("[..., status_code = 404 || status_code = 410, bytes]", True),
        ("[..., request = *html*, status_code = 5*, bytes]", False),
        ("[ip = 127.*, ...]", True),
        ("[ip, user != Test && user != Dev, ...]", True),
        ("[ip = %10\\..%, ...]", False),
    ],
)
def test_fields_between_spaces(pattern, matches):
    assert parse(pattern).matches(ACCESS) is matches


@pytest.mark.parametrize(
    "pattern",
    [
        "user@example.com",
        '"open',
        "{ $.a = ",
        "{ a = 1 }",
        "{ $.a > b }",
        "[a, b",
        "[a ~ 1]",
        "%(a|b)%",
        "%[a%",
        "{ }",
        "a" * 1025,
    ],
)
def test_what_cloudwatch_logs_refuses(pattern):
    with pytest.raises(InvalidLogPattern, match=r"^Invalid filter pattern: "):
        parse(pattern)


@pytest.mark.parametrize("message", ['{"n": 1' + "0" * 400 + "}", "[" * 200_000 + "]" * 200_000])
def test_a_number_or_a_nesting_beyond_all_bounds_does_not_match(message):
    assert not parse("{ $.n > 100 }").matches(message)
