"""The facts: each has a source and a day, and a malformed row is named."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from lambda_study.errors import BadInput
from lambda_study.facts import course_notes, fact, facts
from lambda_study.facts.reader import index, read_course_notes, read_facts, read_topics

ROW = {
    "id": '"memory.max"',
    "value": "10_240",
    "unit": '"MB"',
    "adjustable": "false",
    "source": '"https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"',
    "date": '"2026-08..2026-10"',
    "confidence": '"high"',
}


def row(**changes: str | None) -> str:
    values = {key: value for key, value in {**ROW, **changes}.items() if value is not None}
    return "\n[[fact]]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


@pytest.fixture
def quotas(tmp_path: Path) -> Path:
    return tmp_path / "facts" / "quotas.toml"


def refusal(path: Path, text: str) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_facts(path)
    return str(refused.value)


@pytest.mark.parametrize("row", facts(), ids=lambda row: row.id)
def test_every_fact_names_its_source_its_day_its_unit_and_how_sure_it_is(row) -> None:
    assert row.source.startswith("https://") or row.source.split()[0] in ("botocore", "awslambdaric")
    assert row.date[:2] == "20"
    assert row.unit and row.topic and row.confidence in ("high", "medium", "low")
    assert not isinstance(row.value, float) and row.value not in ("", (), {})


def test_no_fact_is_there_twice() -> None:
    ids = [row.id for row in facts()]
    assert len(ids) == len(set(ids)) > 200


def test_the_numbers_that_everybody_asks_for_are_there() -> None:
    asked = {
        "timeout.default": 3,
        "timeout.max": 900,
        "memory.min": 128,
        "memory.max": 10_240,
        "concurrency.account_default": 1000,
        "payload.sync_request": 6,
        "async.retries_default": 2,
        "request": Decimal("0.20"),
        "request.async_first_kb": 256,
        "request.async_step_kb": 64,
        "pc.unreserved_minimum": 100,
        "init.limit.pc_snapstart_lmi_min": 130,
        "init.limit.pc_snapstart_lmi_max": 900,
    }
    assert {name: fact(name).value for name in asked} == asked


def test_money_is_exact() -> None:
    first, *_, last = fact("duration.x86.tiers").value
    assert (first["usd"], first["up_to_gb_s"]) == (Decimal("0.0000166667"), 6_000_000_000)
    assert "up_to_gb_s" not in last


def test_each_value_of_a_table_is_a_fact_of_its_own() -> None:
    assert fact("pc.x86.provisioned").value == fact("pc.x86").value["provisioned"]
    assert fact("pc.x86.provisioned").source == fact("pc.x86").source


def test_each_runtime_is_a_table_of_its_own() -> None:
    assert fact("runtime.nodejs22.x.deprecation").value == "2027-04-30"
    assert fact("runtime.python3.10.status").value == "deprecated"


def test_adjustable_is_true_false_or_not_said() -> None:
    said = [fact(name).adjustable for name in ("concurrency.account_default", "timeout.max", "units.mb")]
    assert said == [True, False, None]


def test_a_number_that_changed_lately_says_what_older_courses_say() -> None:
    changed = ("payload.async", "storage.code_per_region", "concurrency.scaling_rate", "init_billing_since")
    assert all("Older courses say" in fact(name).note for name in changed)


def test_an_unknown_fact_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r'no fact "timeout.maximum"\. The nearest is "timeout.max"\.'):
        fact("timeout.maximum")


def test_an_unknown_topic_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r'no topic "quota"\. The nearest is "quotas"'):
        facts("quota")


def test_a_fact_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        fact("memory.max").value = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        fact("pc.x86").value["provisioned"] = 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"source": None}, 'facts/quotas.toml:2: "memory.max" has no source. Give the https address'),
        ({"source": '"somebody said so"'}, '"memory.max" has the source "somebody said so". Give the https'),
        ({"date": '"23.11.2026"'}, '"memory.max" has the date "23.11.2026". Write the day read'),
        ({"date": '"2026-13"'}, 'has the date "2026-13"'),
        ({"confidence": '"sure"'}, 'has the confidence "sure". Choose one of: high; medium; low.'),
        ({"unit": '""'}, "has an empty unit"),
        ({"value": None}, "has no value"),
        ({"adjustable": '"yes"'}, "has adjustable = 'yes'. Write true or false"),
        ({"id": None}, 'facts/quotas.toml:2: "a row" has no id'),
        ({"sorce": '"x"'}, 'has an unknown key "sorce". Allowed: id, value'),
        ({"note": "5"}, "has an empty note or one that is no text: 5"),
    ],
)
def test_a_malformed_row_is_named_with_its_file_and_line(quotas: Path, changes, told: str) -> None:
    assert told in refusal(quotas, row(**changes))


def test_the_second_malformed_row_has_the_second_line(quotas: Path) -> None:
    text = row() + row(id='"memory.min"', source=None)
    line = text.splitlines().index("[[fact]]", 3) + 1
    assert refusal(quotas, text).startswith(f'facts/quotas.toml:{line}: "memory.min" has no source.')


def test_a_file_that_is_no_toml_is_named(quotas: Path) -> None:
    assert refusal(quotas, "[[fact]\n").startswith("facts/quotas.toml is not valid TOML: ")


def test_an_id_that_is_there_twice_is_named_with_both_files(quotas: Path) -> None:
    quotas.parent.mkdir()
    quotas.write_text(row(), encoding="utf-8")
    quotas.with_name("runtimes.toml").write_text(row(), encoding="utf-8")
    with pytest.raises(BadInput, match=r'facts/runtimes.toml: the id "memory.max" is there twice, also in'):
        index(read_topics(quotas.parent))


def test_there_are_twenty_course_notes_each_with_a_verdict() -> None:
    notes = course_notes()
    assert [note.number for note in notes] == list(range(1, 21))
    assert all(note.claim and note.truth and note.source.startswith("https://") for note in notes)
    assert {
        note.number: note.verdict for note in notes if note.verdict not in ("true", "true, incomplete")
    } == {
        5: "disputed",
        8: "opinion",
        14: "outdated",
        20: "wrong",
    }


def test_every_course_note_rests_on_facts_that_exist() -> None:
    assert all(fact(fact_id) for note in course_notes() for fact_id in note.fact_ids)
    assert "duration.x86.tiers" in course_notes()[19].fact_ids


def test_a_course_note_that_names_no_fact_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "course_notes.toml"
    path.write_text(
        '[[note]]\nnumber = 1\nclaim = "x"\nverdict = "true"\ntruth = "x"\nsource = "https://aws.amazon.com/"\n'
        'date = "2026"\nfact_ids = ["memory.mx"]\n',
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match=r'course_notes.toml:1: "1" names the fact "memory.mx"'):
        read_course_notes(path, known_ids=["memory.max"])


def test_a_fact_prints_its_value_its_unit_and_its_source() -> None:
    text = repr(fact("memory.max"))
    assert text.startswith("memory.max = 10,240 MB, fixed\n")
    assert "(read 2026-08..2026-10, confidence high)" in text


def test_the_html_of_a_fact_says_what_its_text_says_and_leads_to_its_source() -> None:
    shown = fact("memory.max")
    html = shown._repr_html_()
    assert unescape(re.sub(r"<[^>]+>", "", html.replace("<br>", "\n  "))) == repr(shown)
    assert f'<a href="{shown.source}">' in html
