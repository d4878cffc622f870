"""The command `lambda-study price`: one file in, one bill out, one line when the file is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_study.cli import main

ORDERS = {"requests": 3_000_000, "duration_ms": 120, "memory_mb": 1536}


@pytest.fixture
def usage(tmp_path: Path):
    path = tmp_path / "usage.json"

    def write(value: object) -> str:
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return str(path)

    return write


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["price", *arguments])
    return end.value.code  # type: ignore[return-value]


def test_json_is_one_object_with_the_total_and_the_lines(usage, capsys) -> None:
    assert run(usage(ORDERS), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["total_usd", "lines"]
    assert printed["total_usd"] == "2.73"
    assert printed["lines"][3] == {
        "item": "Duration x86_64",
        "quantity": "140000",
        "unit": "GB-s",
        "rate_usd": "0.0000166667",
        "amount_usd": "2.333338",
        "source": "https://aws.amazon.com/lambda/pricing/ (read 2026-09-28)",
    }


def test_without_json_the_bill_is_a_table(usage, capsys) -> None:
    assert run(usage(ORDERS)) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["Total", "2.73"]


def test_every_key_of_the_contract_is_read(usage, capsys) -> None:
    given = {
        **ORDERS,
        "architecture": "arm64",
        "ephemeral_mb": 1024,
        "region": "us-east-1",
        "free_tier": False,
    }
    assert run(usage(given), "--json") == 0
    items = [line["item"] for line in json.loads(capsys.readouterr().out)["lines"]]
    assert items == ["Requests", "Duration arm64", "Ephemeral storage"]


def test_a_fraction_stays_what_is_written(usage, capsys) -> None:
    assert run(usage('{"requests": 3e6, "duration_ms": 119.0000000000000000000001, "memory_mb": 1536}')) == 0
    assert "2.73" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {**ORDERS, "memory": 128},
            '"memory" is not a key of a usage. Do you mean "memory_mb"? Allowed: requests',
        ),
        ({"requests": 1}, "The usage has no duration_ms and no memory_mb. Needed: requests, duration_ms"),
        ({**ORDERS, "requests": "3"}, 'requests="3" is not a number. Write one, without quotes.'),
        ({**ORDERS, "memory_mb": 64}, "memory_mb=64 is below the minimum of 128 MB. Choose 128 to 10,240."),
        ({**ORDERS, "requests": None}, "requests=None is not a number."),
        (
            {**ORDERS, "architecture": ["arm64"]},
            "architecture=['arm64'] is not known. Choose x86_64 or arm64.",
        ),
        ('{"requests": 1, "duration_ms": NaN, "memory_mb": 128}', "duration_ms=nan is not a finite number."),
        ('{"requests": 1e999999999, "duration_ms": 1, "memory_mb": 128}', "is above the maximum of"),
        ("[1, 2]", "usage.json holds no JSON object."),
        ("{", "usage.json is not JSON: Expecting property name"),
        ("", "usage.json is not JSON: Expecting value"),
        ("[" * 100_000, "usage.json is not JSON: "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_file_is_told_in_one_line(usage, capsys, given, told: str) -> None:
    assert run(usage(given)) == 2
    out, err = capsys.readouterr()
    assert told in err and err.count("\n") == 1 and not out


def test_a_file_that_is_not_there_is_told_in_one_line(capsys) -> None:
    assert run("nowhere.json") == 2
    assert capsys.readouterr().err.startswith("nowhere.json: No such file or directory.")


def test_a_dash_reads_standard_input_and_nothing_heavy_is_imported() -> None:
    program = (
        "import sys\nfrom lambda_study.cli import cli\ncli.main(['price', '-'], standalone_mode=False)\n"
        "print([name for name in ('numpy', 'matplotlib', 'moto', 'boto3') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(ORDERS), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-2].split() == ["Total", "2.73"]
    assert done.stdout.splitlines()[-1] == "[]"
