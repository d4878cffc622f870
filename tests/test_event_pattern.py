"""Event patterns: which events match, and the reasons for which AWS refuses a pattern."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from pattern_oracle import draw_event, draw_pattern, matches

from lambda_study.errors import BadInput
from lambda_study.model.event_pattern import EventPattern, InvalidEventPattern, parse


def one(*values: object) -> EventPattern:
    """A pattern for the one field x."""
    return parse({"x": list(values)})


def decided(case: dict[str, object]) -> tuple[str, str | None]:
    """What we say to a recorded case, and AWS's error line."""
    try:
        pattern = parse(case["pattern"])  # type: ignore[arg-type]
    except InvalidEventPattern as error:
        return "error", str(error)
    as_text, as_object = pattern.matches(json.dumps(case["event"])), pattern.matches(case["event"])  # type: ignore[arg-type]
    assert as_text == as_object
    return "match" if as_text else "no match", None


# What AWS, and AWS's ruler, recorded


def test_aws_and_we_decide_alike_and_give_the_same_reason(vectors: Path) -> None:
    for case in json.loads((vectors / "event_patterns.json").read_text(encoding="utf-8"))["cases"]:
        assert decided(case) == (case["expected"], case["aws_error_first_line"]), case["name"]


def test_random_patterns_match_as_in_the_ruler_of_aws(vectors: Path) -> None:
    for case in json.loads((vectors / "event_patterns_random.json").read_text(encoding="utf-8"))["cases"]:
        assert decided(case)[0] == case["expected"], case["pattern"]


def test_random_patterns_match_where_trying_every_array_element_finds_a_way() -> None:
    draw, found = random.Random(7), {True: 0, False: 0}
    for _ in range(600):
        event = draw_event(draw)
        pattern = draw_pattern(draw, event)
        expected = matches(pattern, event)
        assert parse(pattern).matches(event) == expected, (pattern, event)
        found[expected] += 1
    assert min(found.values()) > 100


# Values


@pytest.mark.parametrize(
    ("operator", "taken", "left"),
    [
        ("cat", ["cat"], ["Cat", "cats", None]),
        (300, [300, 300.0, 3e2], ["300", 301]),
        (True, [True], ["true", 1, False]),
        (None, [None], ["null", 0]),
        ("", [""], [None, " "]),
        ("10.0.0.1", ["10.0.0.1", "010.0.0.1"], ["10.0.0.2", "10.0.0.257"]),
        ("2001:db8::1", ["2001:db8::1", "2001:0db8:0:0:0:0:0:1"], ["2001:db8::2"]),
        ({"exactly": "cat"}, ["cat"], ["Cat"]),
        ({"prefix": "ca"}, ["cat", "ca"], ["Cat", "a", 3]),
        ({"prefix": ""}, ["cat", ""], [3, None]),
        ({"suffix": ".png"}, ["a.png"], ["a.PNG", "png"]),
        ({"prefix": {"equals-ignore-case": "EventB"}}, ["eventbridge", "EVENTB"], ["event"]),
        ({"suffix": {"equals-ignore-case": ".png"}}, ["a.PNG"], ["a.jpg"]),
        ({"equals-ignore-case": "straße"}, ["Straße", "STRASSE"], ["strasse."]),
        ({"anything-but": "cat"}, ["dog", 3, None], ["cat"]),
        ({"anything-but": ["cat", "dog"]}, ["cow"], ["cat", "dog"]),
        ({"anything-but": 3}, [4, "3"], [3, 3.0]),
        ({"anything-but": {"prefix": "c"}}, ["dog", 3], ["cat"]),
        ({"anything-but": {"prefix": ["c", "d"]}}, ["fox"], ["cat", "dog"]),
        ({"anything-but": {"suffix": ".png"}}, ["a.jpg"], ["a.png"]),
        ({"anything-but": {"equals-ignore-case": ["CAT"]}}, ["dog"], ["cat"]),
        ({"anything-but": {"wildcard": "*/lib/*"}}, ["a/b", 3], ["a/lib/b"]),
        ({"numeric": ["=", 3.018e2]}, [301.8], ["301.8", 301]),
        ({"numeric": [">", 0, "<=", 5]}, [0.1, 5], [0, 5.1, "3", True]),
        ({"numeric": ["<", 10]}, [-1e300, 9.99], [10, None]),
        ({"numeric": [">=", 10, "<", 11]}, [10, 10.5], [9, 11]),
        ({"cidr": "10.0.0.0/24"}, ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "10.0.0", 10]),
        ({"cidr": "10.0.0.77/24"}, ["10.0.0.1", "::ffff:a00:1"], ["10.0.1.77", "2001:db8::1"]),
        ({"cidr": "2001:db8::/32"}, ["2001:db8:1::"], ["2001:db9::", "10.0.0.1"]),
        ({"wildcard": "*.png"}, ["a.png", ".png"], ["a.pngx", 3]),
        ({"wildcard": "a.png"}, ["a.png"], ["a.pngx", "aa.png", ""]),
        ({"wildcard": "a*b*a"}, ["abba", "aba", "a/b/b/a"], ["aa", "ab"]),
        ({"wildcard": "ab*ba"}, ["abba"], ["aba"]),
        ({"wildcard": r"5\*\\*"}, ["5*\\", "5*\\x"], ["5x\\"]),
        ({"exists": True}, ["cat", None, False], []),
    ],
    ids=json.dumps,
)
def test_an_operator_takes_and_leaves(operator: object, taken: list[object], left: list[object]) -> None:
    pattern = one(operator)
    assert [value for value in taken if not pattern.matches({"x": value})] == []
    assert [value for value in left if pattern.matches({"x": value})] == []


def test_one_of_several_values_is_enough_on_both_sides() -> None:
    assert one("a", {"prefix": "b"}).matches({"x": ["z", "by"]})
    assert not one("a", {"prefix": "b"}).matches({"x": ["z", "y"]})


def test_a_number_that_no_double_holds_is_compared_as_it_is_written() -> None:
    account = parse('{"x": [12345678901234567890]}')
    assert account.matches('{"x": 12345678901234567890}')
    assert not account.matches('{"x": 12345678901234567891}')
    assert not account.matches('{"x": 1.2345678901234567890e19}')


# Fields


def test_every_field_must_match_and_a_missing_field_does_not() -> None:
    pattern = parse({"source": ["app"], "detail": {"state": [{"anything-but": "off"}]}})
    assert pattern.matches({"source": "app", "detail": {"state": "on"}, "more": 1})
    assert not pattern.matches({"source": "app", "detail": {}})
    assert not pattern.matches({"detail": {"state": "on"}})


def test_exists_looks_at_values_and_not_at_objects_or_empty_arrays() -> None:
    assert one({"exists": False}).matches({"y": 1})
    assert one({"exists": False}).matches({"x": {"y": 1}})
    assert one({"exists": False}).matches({"x": []})
    assert not one({"exists": False}).matches({"x": None})
    assert not one({"exists": True}).matches({"x": {"y": 1}})


def test_missing_or_a_value_may_be_asked_for_together() -> None:
    pattern = one({"exists": False}, "a")
    assert pattern.matches({}) and pattern.matches({"x": "a"})
    assert not pattern.matches({"x": "b"})


def test_fields_of_objects_in_an_array_match_in_the_same_element() -> None:
    pattern = parse({"photos": {"name": ["cat"], "size": [{"numeric": [">", 9]}]}})
    assert pattern.matches({"photos": [{"name": "dog", "size": 1}, {"name": "cat", "size": 10}]})
    assert not pattern.matches({"photos": [{"name": "cat", "size": 1}, {"name": "dog", "size": 10}]})


def test_a_field_is_missing_when_the_chosen_element_has_none() -> None:
    pattern = parse({"photos": {"name": ["cat"], "size": [{"exists": False}]}})
    assert pattern.matches({"photos": [{"name": "cat"}, {"name": "dog", "size": 10}]})
    assert not pattern.matches({"photos": [{"name": "cat", "size": 1}, {"name": "dog"}]})


def test_elements_of_different_arrays_are_chosen_apart() -> None:
    pattern = parse({"a": {"x": [1]}, "b": {"x": [2]}})
    assert pattern.matches({"a": [{"x": 0}, {"x": 1}], "b": [{"x": 2}, {"x": 0}]})


def test_a_key_with_a_dot_is_a_path() -> None:
    assert parse({"a": {"b": ["x"]}}).matches({"a.b": "x"})
    assert parse({"a.b": ["x"]}).matches({"a": {"b": "x"}})


def test_or_takes_any_of_its_branches_beside_the_other_fields() -> None:
    pattern = parse({"source": ["app"], "$or": [{"a": [1]}, {"b": [2], "c": [3]}]})
    assert pattern.matches({"source": "app", "a": 1})
    assert pattern.matches({"source": "app", "b": 2, "c": 3})
    assert not pattern.matches({"source": "app", "b": 2})
    assert not pattern.matches({"a": 1})


def test_a_key_that_comes_twice_counts_twice_when_it_holds_objects() -> None:
    pattern = parse('{"detail": {"a": [1]}, "detail": {"b": [2]}}')
    assert pattern.matches({"detail": {"a": 1, "b": 2}})
    assert not pattern.matches({"detail": {"b": 2}})


# Refused


NOTHING_BUT = "Value of anything-but must be an array or single string/number value."


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[]", "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        ('{"x": {}}', "Empty objects are not allowed"),
        ('{"x": []}', "Empty arrays are not allowed"),
        ('{"x": "a"}', '"x" must be an object or an array'),
        ('{"x": [["a"]]}', "Match value must be String, number, true, false, or null"),
        ('{"x": [{}]}', "Match expression name not found"),
        ('{"x": [{"like": "a"}]}', "Unrecognized match type like"),
        ('{"x": [{"prefix": "a", "suffix": "b"}]}', "Only one key allowed in match expression"),
        ('{"x": [{"prefix": 1}]}', "prefix match pattern must be a string"),
        ('{"x": [{"prefix": {}}]}', "Prefix expression name not found"),
        ('{"x": [{"suffix": {"prefix": "a"}}]}', "Unsupported suffix pattern: prefix"),
        ('{"x": [{"equals-ignore-case": 1}]}', "equals-ignore-case match pattern must be a string"),
        ('{"x": [{"exists": "true"}]}', "exists match pattern must be either true or false."),
        ('{"x": [{"exactly": 1}]}', "exact match pattern must be a string"),
        ('{"x": [{"wildcard": "a**"}]}', "Consecutive wildcard characters at pos 2"),
        ('{"x": [{"wildcard": "é**"}]}', "Consecutive wildcard characters at pos 3"),
        (r'{"x": [{"wildcard": "a\\b"}]}', "Invalid escape character at pos 2"),
        ('{"x": [{"numeric": 5}]}', "Value of numeric must be an array."),
        ('{"x": [{"numeric": []}]}', "Invalid member in numeric match: ]"),
        ('{"x": [{"numeric": [5]}]}', "Invalid member in numeric match: 5"),
        ('{"x": [{"numeric": ["!=", 5]}]}', "Unrecognized numeric range operator: !="),
        ('{"x": [{"numeric": ["="]}]}', "Value of equals must be numeric"),
        ('{"x": [{"numeric": ["<", "5"]}]}', "Value of < must be numeric"),
        ('{"x": [{"numeric": ["=", 5, 6]}]}', "Too many elements in numeric expression"),
        ('{"x": [{"numeric": [">", 5, 6]}]}', "Bad value in numeric range: 6"),
        ('{"x": [{"numeric": [">", 5, ">", 6]}]}', "Bad numeric range operator: >"),
        ('{"x": [{"numeric": [">", 5, "<"]}]}', "Value of < must be numeric"),
        ('{"x": [{"numeric": [">", 5, "<", 6, 7]}]}', "Too many terms in numeric range expression"),
        ('{"x": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"),
        ('{"x": [{"numeric": ["=", 12345678901234567890]}]}', "Cannot compare number : 12345678901234567890"),
        ('{"x": [{"cidr": 1}]}', "prefix match pattern must be a string"),
        ('{"x": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
        ('{"x": [{"cidr": "10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"),
        ('{"x": [{"cidr": "10.0.0.0/-1"}]}', "Malformed CIDR, mask bits must not be negative"),
        ('{"x": [{"cidr": "10.0.0/8"}]}', "Nonstandard IP address: 10.0.0"),
        ('{"x": [{"cidr": "10.0.0.256/8"}]}', "Invalid IP address: 10.0.0.256"),
        ('{"x": [{"cidr": "10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"),
        ('{"x": [{"cidr": "::/128"}]}', "IPv6 mask bits must be < 128"),
        (
            '{"x": [{"anything-but": null}]}',
            "Value of anything-but must be an array or single string/number value.",
        ),
        ('{"x": [{"anything-but": {}}]}', "Anything-But expression name not found"),
        ('{"x": [{"anything-but": {"cidr": "::/1"}}]}', "Unsupported anything-but pattern: cidr"),
        (
            '{"x": [{"anything-but": [true]}]}',
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        (
            '{"x": [{"anything-but": ["a", 1]}]}',
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        ('{"x": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed"),
        ('{"x": [{"anything-but": {"prefix": []}}]}', "Empty arrays are not allowed"),
        ('{"x": [{"anything-but": {"suffix": [1]}}]}', "prefix/suffix match pattern must be a string"),
        ('{"x": [{"anything-but": {"wildcard": 1}}]}', "wildcard match pattern must be a string"),
        ('{"x": [{"anything-but": true}]}', NOTHING_BUT),
        ('{"x": [{"numeric": [[1], 2]}]}', "Invalid member in numeric match: ["),
        ('{"x": [{"numeric": [{"a": 1}, 2]}]}', "Invalid member in numeric match: {"),
        (
            '{"x": [{"anything-but": {"equals-ignore-case": 1}}]}',
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        ),
        ('{"$or": {"a": [1]}}', "It must be an Array followed with $or."),
        ('{"$or": [{"a": [1]}]}', "There must have at least 2 Objects in $or relationship."),
        ('{"$or": [{"a": [1]}, 2]}', "Only JSON object is allowed in array of $or relationship."),
        (
            '{"$or": [{"prefix": [1]}, {"a": [1]}]}',
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        ),
    ],
)  # fmt: skip
def test_a_pattern_is_refused_for_the_reason_of_aws(pattern: str, reason: str) -> None:
    with pytest.raises(InvalidEventPattern) as error:
        parse(pattern)
    assert str(error.value) == f"Event pattern is not valid. Reason: {reason}"
    assert (error.value.code, error.value.reason) == ("InvalidEventPatternException", reason)


@pytest.mark.parametrize(
    ("wildcards", "too_complex"),
    [
        (["*a*a*a*a*a"], False),
        (["*a*a*a*a*a*a"], True),
        (["*aaaaaaaaa"], False),
        (["*aaaaaaaaaaa"], True),
        (["*.bif", "*.tiff", "*.tif", "*.svs"], False),
        (["*/sync/*.bif", "*/sync/*.tif", "*/sync/*.tiff", "*/sync/*.svs"], True),
    ],
)
def test_wildcards_that_match_in_too_many_ways_are_refused(wildcards: list[str], too_complex: bool) -> None:
    operators = [{"wildcard": text} for text in wildcards]
    if not too_complex:
        assert one(*operators)
        return
    with pytest.raises(
        InvalidEventPattern, match="Rule is too complex - try using fewer wildcard characters"
    ):
        one(*operators)


def test_the_wildcards_of_one_anything_but_share_how_they_begin() -> None:
    texts = [f"*.{letter}" for letter in "abcdefgh"]
    assert one({"anything-but": {"wildcard": texts}})
    with pytest.raises(InvalidEventPattern, match="Rule is too complex"):
        one(*({"wildcard": text} for text in texts))


def test_wildcards_of_or_branches_count_together_where_the_fields_before_agree() -> None:
    first, second = (
        [{"wildcard": text} for text in texts] for texts in (["*.a", "*.b", "*.c"], ["*.d", "*.e", "*.f"])
    )
    assert parse({"$or": [{"a": [1], "x": first}, {"a": [2], "x": second}]})
    with pytest.raises(InvalidEventPattern, match="Rule is too complex"):
        parse({"a": [1], "$or": [{"x": first}, {"x": second}]})
    with pytest.raises(InvalidEventPattern, match="Rule is too complex"):
        parse({"$or": [{"a": [1], "x": first}, {"a": [1], "x": second}]})


def test_the_error_knows_its_field() -> None:
    with pytest.raises(InvalidEventPattern) as error:
        parse({"source": ["a"], "detail": {"state": [{"prefix": 1}]}})
    assert error.value.field == "detail.state"


@pytest.mark.parametrize("text", ["", "{", '{"x": [NaN]}', "[" * 100_000])
def test_text_that_is_no_json_is_no_pattern_and_no_event(text: str) -> None:
    with pytest.raises(InvalidEventPattern, match="It is not JSON: ") as error:
        parse(text)
    assert "\n" not in str(error.value)
    with pytest.raises(BadInput, match="The event is not JSON: "):
        one(1).matches(text)


def test_an_event_is_an_object() -> None:
    with pytest.raises(BadInput, match="The event is not a JSON object"):
        one(1).matches("[]")


def test_more_than_a_thousand_combinations_of_or_are_refused() -> None:
    choice = [{"a": [1]}, {"b": [1]}]
    pattern = {letter: {"$or": choice} for letter in "abcdefghijk"}
    with pytest.raises(InvalidEventPattern, match=r"more than 1,000 combinations of \$or"):
        parse(pattern)
