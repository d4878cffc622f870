"""The command `lambda-study simulate`: one file in, what becomes of the requests out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_study.cli import simulate
from lambda_study.cli.simulate import command
from lambda_study.errors import BadInput
from lambda_study.model.workload import Workload

STEADY = {"arrivals_per_s": 20, "duration_ms": 500, "seconds": 60}
TRACE = {"arrivals": [0, 0.5, 0.6], "duration_ms": 1000}


@pytest.fixture
def run(tmp_path: Path):
    path = tmp_path / "workload.json"

    def run(value: object, *arguments: str) -> str:
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return CliRunner().invoke(command, [str(path), *arguments], catch_exceptions=False).output

    return run


def test_json_is_one_object_of_the_contract(run) -> None:
    printed = json.loads(run(TRACE, "--json"))
    assert list(printed) == [
        *("requests", "warm", "cold", "throttled", "max_concurrency", "mean_busy", "mean_idle", "bill"),
    ]
    assert (printed["requests"], printed["cold"], printed["max_concurrency"]) == (3, 3, 3)
    assert printed["mean_busy"] == pytest.approx(3 / 1.6)
    assert [line["item"] for line in printed["bill"]["lines"]] == ["Requests", "Duration x86_64"]


def test_without_json_it_is_a_table_and_a_bill(run) -> None:
    lines = run(TRACE).splitlines()
    assert lines[0].split() == ["requests", "3"]
    assert lines[-1].split()[0] == "Total"


def test_every_key_of_the_contract_is_read(run) -> None:
    given = {
        **STEADY,
        "init_ms": 150,
        "memory_mb": 512,
        "architecture": "arm64",
        "concurrency_limit": 100,
        "reserved": 12,
        "provisioned": 5,
        "scaling_rate": 50,
        "idle_expiry_s": 300,
        "routing": "newest_created",
        "service": "constant",
        "seed": 3,
    }
    printed = json.loads(run(given, "--json"))
    assert printed["max_concurrency"] == 12 and printed["throttled"] > 0
    assert {line["item"] for line in printed["bill"]["lines"]} >= {"Provisioned concurrency arm64"}
    assert printed != json.loads(run({**given, "seed": 4}, "--json"))


def test_no_limit_and_no_expiry_are_null(run) -> None:
    none = {"concurrency_limit": None, "reserved": None, "scaling_rate": None, "idle_expiry_s": None}
    printed = json.loads(run({"arrivals": [0] * 3000, "duration_ms": 5, **none}, "--json"))
    assert printed["cold"] == printed["max_concurrency"] == 3000


def test_toml_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "workload.toml"
    path.write_text('arrivals = [0, 1]\nduration_ms = 100.5\nrouting = "newest_created"\n', encoding="utf-8")
    done = CliRunner().invoke(command, [str(path), "--json"], catch_exceptions=False)
    assert json.loads(done.output)["warm"] == 1


def test_every_pattern_that_the_help_shows_is_simulated(run) -> None:
    text = " ".join(command.help.replace("\b", "").split())
    decoder, at, shown = json.JSONDecoder(), text.find('{"pattern"'), []
    while at >= 0:
        pattern, end = decoder.raw_decode(text, at)
        shown.append(pattern["pattern"])
        assert (
            json.loads(run({**STEADY, "seconds": 900, "arrivals_per_s": pattern}, "--json"))["requests"] > 0
        )
        at = text.find('{"pattern"', end)
    assert shown == ["daily_wave", "step", "bursts"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({**STEADY, "arrival_per_s": 3}, 'not a key of a workload. Do you mean "arrivals_per_s"? Allowed: '),
        ({"duration_ms": 1}, "Give either arrivals_per_s, a rate, or arrivals, the times in seconds."),
        ({**STEADY, **TRACE}, "Give either arrivals_per_s, a rate, or arrivals, the times in seconds."),
        ({"arrivals": [0]}, "Give either duration_ms, the mean, or durations_ms, a list."),
        (
            {"arrivals_per_s": 3, "duration_ms": 1},
            "arrivals_per_s needs seconds: for how long requests arrive.",
        ),
        ({**STEADY, "arrivals_per_s": -1}, "arrivals_per_s=-1 is below the minimum of 0."),
        ({**STEADY, "arrivals_per_s": "3"}, 'arrivals_per_s="3" is not a number.'),
        ({**STEADY, "arrivals_per_s": 1e30}, "arrivals_per_s=1E+30 is above the maximum of"),
        (
            {**STEADY, "arrivals_per_s": 1e9},
            "are more than 100,000,000. Choose a lower rate or fewer seconds.",
        ),
        ({**STEADY, "arrivals_per_s": {"pattern": "wave"}}, "arrivals_per_s.pattern='wave' is not known."),
        ({**STEADY, "arrivals_per_s": {"pattern": "step"}}, '"arrivals_per_s" has no before_per_s and no'),
        (
            {**STEADY, "arrivals_per_s": {"pattern": "daily_wave", "mean_per_s": 1, "swing": 2}},
            "arrivals_per_s.swing=2 is above the maximum of 1.",
        ),
        ({**STEADY, "seconds": 0}, "seconds=0 is below the minimum of 0.001."),
        ({**STEADY, "duration_ms": 0}, "duration_ms=0 is below the minimum of 0.001."),
        ({**STEADY, "duration_ms": 1e9}, "is above the maximum of 900,000."),
        ({**STEADY, "memory_mb": 64}, "memory_mb=64 is below the minimum of 128."),
        ({**STEADY, "architecture": "arm"}, 'architecture="arm" is not known. Choose x86_64 or arm64.'),
        ({**STEADY, "routing": "random"}, "routing='random' is not known. Choose one of: most_recently_used"),
        (
            {**STEADY, "service": ["constant"]},
            "service=['constant'] is not known. Choose one of: exponential",
        ),
        ({**STEADY, "concurrency_limit": 1.5}, "concurrency_limit=1.5 is not a whole number."),
        ({**STEADY, "provisioned": None}, "provisioned=None is not a number."),
        ({**STEADY, "reserved": 1001}, "reserved=1001 is above concurrency_limit=1000. Choose at most 1000."),
        ({**STEADY, "reserved": 5, "provisioned": 6}, "provisioned=6 is above reserved=5. Choose at most 5."),
        ({**TRACE, "arrivals": "now"}, "arrivals is not a list. Write numbers in square brackets."),
        ({**TRACE, "arrivals": [0, "1"]}, "arrivals[1]='1' is not a number."),
        ({**TRACE, "arrivals": [0, -1]}, "arrivals[1]=-1 is not a number of 0 or more."),
        ({**TRACE, "arrivals": [1, 0]}, "arrivals[1]=0 is before arrivals[0]=1. Give them in order."),
        ({**TRACE, "seconds": 0.5}, "arrivals[2]=0.6 is after the end, seconds=0.5."),
        ({"arrivals": [0, 1], "durations_ms": [1]}, "durations_ms has 1 values for 2 arrivals."),
        (
            {"arrivals_per_s": 1, "seconds": 1, "durations_ms": []},
            "durations_ms is empty. Give at least one.",
        ),
        ('{"arrivals": [NaN], "duration_ms": 1}', "arrivals[0]=nan is not a number of 0 or more."),
        ("[1]", "workload.json holds no JSON object."),
        ("{", "workload.json is not JSON: "),
    ],
    ids=lambda value: str(value)[-50:],
)
def test_a_wrong_workload_is_told_in_one_line(run, given, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        run(given)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_a_long_simulation_shows_on_a_terminal_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
    ours, theirs = pty.openpty()
    monkeypatch.setattr(simulate, "SHOW_PROGRESS_FROM", 1)
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        simulate._simulate(Workload(**STEADY))
    assert b"requests" in os.read(ours, 4096)
    os.close(ours)


def test_a_short_simulation_shows_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    simulate._simulate(Workload(**STEADY))
    assert capsys.readouterr() == ("", "")
