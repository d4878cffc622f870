"""Power tuning: the middle of the runs, what a million cost, and the size to choose."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from lambda_study.demos import recorded_runs
from lambda_study.demos.power_tuning import SIZES, tune
from lambda_study.engine.system import PortableSystem
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.mapping_tuning import MappingRun
from lambda_study.model.power_tuning import (
    PowerTuning,
    TimedRuns,
    slowdown_that_arm_makes_up_for,
    trimmed_mean,
)
from lambda_study.model.pricing import Usage, WorkCost, fixed_work, price
from lambda_study.recorded import MARK
from lambda_study.show.power_tuning_figure import power_tuning_figure

HANDLERS = Path(__file__).parents[1] / "lambda_study" / "demos" / "handlers"


@pytest.mark.parametrize(
    ("values", "trim", "mean"),
    [
        ([1], "0.2", 1),
        ([1, 2, 3, 4], "0.2", Fraction(5, 2)),  # a fifth of four is none
        ([1, 2, 3, 4, 100], "0.2", 3),
        ([100, 3, 1, 2, 4], "0.2", 3),
        ([0, 0, 5, 5, 5, 5, 5, 5, 90, 90], "0.2", 5),
        ([1, 2, 3, 4, 100], "0", 22),
        ([1, 2, 3, 4, 100], "0.4", 3),
    ],
)
def test_a_fifth_is_left_out_at_each_end(values, trim: str, mean) -> None:
    assert trimmed_mean(values, Decimal(trim)) == mean


def test_nothing_has_no_mean() -> None:
    with pytest.raises(BadInput, match="got no values"):
        trimmed_mean([])
    with pytest.raises(BadInput, match="leaves no value over"):
        trimmed_mean([1, 2], Decimal("0.5"))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: trimmed_mean([1, float("nan")]), "values=nan is not a finite number"),
        (lambda: trimmed_mean([1, "2"]), 'values="2" is not a number'),
        (lambda: trimmed_mean("12"), "values='12' are no durations"),
        (lambda: trimmed_mean(None), "values=None are no durations"),
        (lambda: trimmed_mean([1, 2], "x"), 'trim="x" is not a number'),
        (lambda: slowdown_that_arm_makes_up_for([]), "region=[] has no known price here"),
        (lambda: tune("app.py:handler", memories_mb=None), "memories_mb=None is no list of sizes"),
        (lambda: tune("app.py:handler", memories_mb=512), "memories_mb=512 is no list of sizes"),
        (lambda: tune("app.py:handler", memories_mb=[128, "x"]), 'memories_mb="x" is not a number'),
        (lambda: tune("app.py:handler", memories_mb=[128, 64]), "memories_mb=64 is below the minimum"),
        (lambda: tune("app.py:handler", memories_mb=[128, 128]), "Give two or more different ones"),
        (lambda: MappingRun(1, 0, 0, 1, 0.5, Decimal(0)), "messages=0 is below the minimum of 1"),
        (lambda: MappingRun(1, 0, 1, 1, None, Decimal(0)), "longest_wait_s=None is not a number"),
    ],
)
def test_what_cannot_be_tuned_is_told_in_one_line(make, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        make()
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_each_run_is_rounded_up_before_the_mean_is_taken() -> None:
    runs = TimedRuns(1024, (1.01, 1.01, 1.01))
    assert runs.usd_per_million == price(Usage(1_000_000, 2, 1024, free_tier=False)).total_usd.quantize(
        Decimal("0.01")
    )


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_the_price_of_a_millisecond_is_the_one_on_the_pricing_page(architecture: str) -> None:
    table = fact(f"duration.{'x86' if architecture == 'x86_64' else 'arm'}.per_ms").value
    for memory_mb, usd in table.items():
        runs = TimedRuns(int(memory_mb), (1000.0,), architecture)
        duration = runs.usd_per_million - Decimal("0.20")
        assert abs(duration / (usd * 10**9) - 1) < Decimal("0.025")  # AWS prints two or three digits


def test_cheapest_fastest_and_balanced_are_chosen_from_cost_and_time() -> None:
    sizes = [WorkCost(128, 1000, Decimal(2)), WorkCost(512, 300, Decimal(3)), WorkCost(1024, 200, Decimal(8))]
    tuning = PowerTuning(sizes)
    assert [size.memory_mb for size in (tuning.cheapest, tuning.fastest, tuning.balanced())] == [
        128,
        1024,
        512,
    ]
    assert tuning.balanced(1) is tuning.cheapest
    assert tuning.balanced(0) is tuning.fastest


def test_a_notebook_shows_the_sizes_as_a_table() -> None:
    tuning = PowerTuning(fixed_work(cpu_ms=80, memories_mb=(1769, 3538)), note="Recorded < today")
    shown = tuning._repr_html_()
    assert shown.startswith("<p>Recorded &lt; today</p><table><tr><th>memory</th>")
    assert "<tr><td>1,769 MB</td><td>80 ms</td><td>2.50 USD</td></tr>" in shown
    assert shown.endswith("<p>cheapest 1,769 MB, fastest 1,769 MB, balanced 1,769 MB</p>")


def test_of_equal_sizes_the_smallest_is_chosen() -> None:
    tuning = PowerTuning([WorkCost(512, 300, Decimal(3)), WorkCost(128, 300, Decimal(3))])
    assert {tuning.cheapest.memory_mb, tuning.fastest.memory_mb, tuning.balanced().memory_mb} == {128}


def test_above_one_vcpu_one_thread_pays_more_for_the_same_time_and_two_do_not() -> None:
    one, two = (fixed_work(200, memories_mb=(1769, 3538), threads=threads) for threads in (1, 2))
    assert one[0].duration_ms == one[1].duration_ms and one[1].usd_per_million > 1.9 * float(
        one[0].usd_per_million
    )
    assert two[0].duration_ms == 2 * two[1].duration_ms and two[0].usd_per_million == two[1].usd_per_million


def test_arm_may_take_a_quarter_longer_for_the_same_charge() -> None:
    ratio = slowdown_that_arm_makes_up_for()
    x86 = TimedRuns(1024, (80_000.0,)).usd_per_million
    arm = TimedRuns(1024, (float(80_000 * ratio),), "arm64").usd_per_million
    assert abs(x86 - arm) < Decimal("0.1") and round(ratio, 2) == Decimal("1.25")


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ([WorkCost(128, 1, Decimal(1))], "Give two or more different ones"),
        ([WorkCost(128, 1, Decimal(1)), WorkCost(128, 2, Decimal(1))], "Give two or more different ones"),
    ],
)
def test_one_size_is_no_tuning(sizes, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        PowerTuning(sizes)


def test_a_size_that_was_not_tried_is_told() -> None:
    with pytest.raises(BadInput, match=r"256 MB was not tried. There are 128, 512."):
        _ = PowerTuning(fixed_work(1, memories_mb=(128, 512)))[256]


def test_a_real_handler_gets_faster_with_memory_up_to_one_vcpu() -> None:
    handler = Path(__file__).with_name("handlers") / "thumbnail_of_a_gradient.py"
    tuning = tune(f"{handler}:handler", memories_mb=(256, 1769), runs=3)
    ratio = float(tuning[256].duration_ms) / float(tuning[1769].duration_ms)
    assert ratio > 1.5  # in proportion it would be 6.9; other work on this computer slows the fast size
    assert "~" in repr(tuning) and not tuning.note


def test_a_handler_that_fails_is_not_measured() -> None:
    with pytest.raises(BadInput, match=r"failed at 128 MB"):
        tune(f"{HANDLERS / 'raises.py'}:handler", memories_mb=(128, 256), runs=1)


def test_without_cpu_share_recorded_runs_are_shown_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_study.demos.power_tuning.default_system", PortableSystem)
    for name in recorded_runs.RECORDED:
        tuning = tune("app.py:handler", name=name)
        assert [size.memory_mb for size in tuning.sizes] == list(SIZES)
        assert repr(tuning).startswith(MARK)
    on_arm = tune("app.py:handler", name="thumbnail", architecture="arm64")
    assert on_arm.sizes[0].usd_per_million < tune("app.py:handler", name="thumbnail").sizes[0].usd_per_million
    with pytest.raises(BadInput, match=r"nothing was recorded for this function"):
        tune("app.py:handler", name="mine")
    with pytest.raises(BadInput, match=r"200 MB was not recorded"):
        tune("app.py:handler", name="thumbnail", memories_mb=(128, 200))


def test_the_figure_marks_every_measured_number_and_no_exact_one() -> None:
    exact = PowerTuning(fixed_work(300, 400))
    assert "~" not in repr(power_tuning_figure(exact))
    runs = recorded_runs.RECORDED["thumbnail"]
    measured = PowerTuning([TimedRuns(mb, times) for mb, times in runs.items()], measured=True)
    assert repr(power_tuning_figure(measured)).count("~") == 9


def test_both_scales_of_the_figure_begin_at_zero_and_no_line_is_bent() -> None:
    tuning = PowerTuning(fixed_work(300, 400))
    duration, cost = power_tuning_figure(tuning).fig.axes
    assert duration.get_ylim()[0] == cost.get_ylim()[0] == 0
    assert len(cost.lines[0].get_xdata()) == len(tuning.sizes)
    assert list(duration.lines[0].get_xdata()) == list(range(len(tuning.sizes)))
