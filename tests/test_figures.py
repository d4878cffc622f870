"""Figures: no word is clipped or overlaps, colours are told apart, the words say what the picture shows."""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from lambda_study.demos.cold_starts import ColdStart
from lambda_study.demos.recorded_runs import RECORDED_MARK
from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.break_even import ec2, fargate
from lambda_study.model.fleet import exhibition_day, fixed_fleet, scaled_fleet
from lambda_study.model.power_tuning import PowerTuning
from lambda_study.model.pricing import Usage, bill, fixed_work, price
from lambda_study.model.report import Report
from lambda_study.model.simulation import simulate
from lambda_study.model.workload import Workload
from lambda_study.show import style
from lambda_study.show.architecture_figure import architecture_figure
from lambda_study.show.bill_figure import bill_figure
from lambda_study.show.break_even_figure import break_even_figure, provisioned_figure
from lambda_study.show.caller_map import caller_map
from lambda_study.show.club_map import club_map
from lambda_study.show.cold_share_figure import cold_share_figure
from lambda_study.show.cold_start_figure import cold_start_figure
from lambda_study.show.concurrency_figure import concurrency_figure
from lambda_study.show.figure import Figure
from lambda_study.show.fleet_figure import fleet_figure
from lambda_study.show.memory_figure import memory_against_time
from lambda_study.show.power_tuning_figure import power_tuning_figure
from lambda_study.show.share_figure import cpu_and_network
from lambda_study.show.timeline import timeline
from lambda_study.show.timeline_axis import TimeAxis
from lambda_study.show.timeline_rows import rows_of

START = datetime(2026, 11, 23, 10, tzinfo=UTC)


def call(environment=1, at_ms=0.0, duration_ms=1.5, init_ms=None, status=None, function="resize"):
    """A Report whose handler began `at_ms` after the start."""
    return Report.of(
        request_id="r",
        function_name=function,
        environment=f"environment {environment}",
        architecture="x86_64",
        started_at=START + timedelta(milliseconds=at_ms),
        duration_ms=duration_ms,
        memory_mb=128,
        max_memory_mb=36,
        init_ms=init_ms,
        status=status,
    )


def one_after_the_other(number, pause_ms=3000):
    return [call(at_ms=0, init_ms=90.2), *(call(at_ms=i * pause_ms) for i in range(1, number))]


def at_the_same_time(number):
    return [call(i, at_ms=90 + 3 * i, duration_ms=50, init_ms=90 + 2 * i) for i in range(1, number + 1)]


def words(figure: Figure) -> list[tuple[str, object]]:
    """Every visible text of the figure and the box it fills."""
    with style.styled():
        figure.fig.canvas.draw()
    found = [text for text in figure.fig.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in found]


def assert_readable(figure: Figure) -> None:
    page = figure.fig.bbox
    shown = words(figure)
    for text, box in shown:
        assert page.x0 <= box.x0 and box.x1 <= page.x1, f'"{text}" is clipped'
        assert page.y0 <= box.y0 and box.y1 <= page.y1, f'"{text}" is clipped'
    for (one, box), (other, its_box) in itertools.combinations(shown, 2):
        assert not box.padded(-1).overlaps(its_box.padded(-1)), f'"{one}" and "{other}" overlap'
    for text in figure.fig.findobj(Text):
        assert text.get_fontsize() >= 9 or not text.get_text().strip()


TIMELINES = {
    "one": one_after_the_other(1),
    "one warm": [call()],
    "twelve": one_after_the_other(12),
    "fifty": one_after_the_other(50),
    "two at the same time": at_the_same_time(2),
    "forty at the same time": at_the_same_time(40),
    "forty in eight": [call(1 + i % 8, (i // 8) * 400 + i, 50, 90 if i < 8 else None) for i in range(40)],
    "failures": [
        call(1, 0, 1.5, 90),
        call(1, 500, 3000, status="timeout"),
        call(2, 8000, 3, 88),
        call(2, 9000, 3, status="error"),
    ],
    "minutes": [call(1, 0, 900_000, 90), call(1, 1_000_000, 600_000)],
    "long names": [call(1, function="a-function-with-a-very-long-name"), call(2, at_ms=2)],
}
BILLS = {
    "free tier": price(Usage(requests=3_000_000, duration_ms=120, memory_mb=1536)),
    "nothing used up": price(Usage(requests=3, duration_ms=120, memory_mb=1536)),
    "no requests": price(Usage(requests=0, duration_ms=1, memory_mb=128, free_tier=False)),
    "tiers": price(Usage(requests=2 * 10**10, duration_ms=1200, memory_mb=1536, ephemeral_mb=2048)),
    "tiny": bill([call(init_ms=90.2)]),
    "several": [bill([call(init_ms=90.2)]), bill([call()])],
    "named": {"a function with a long name": bill([call()]), "arm": bill([call(init_ms=1)])},
}


@pytest.mark.parametrize("name", TIMELINES)
def test_no_word_of_a_timeline_is_clipped_or_overlaps(name):
    assert_readable(timeline(TIMELINES[name]))


@pytest.mark.parametrize("name", BILLS)
def test_no_word_of_a_bill_is_clipped_or_overlaps(name):
    assert_readable(bill_figure(BILLS[name]))


@pytest.mark.parametrize("cpu_ms", [1, 100, 60_000])
def test_no_word_of_cost_against_memory_is_clipped_or_overlaps(cpu_ms):
    assert_readable(memory_against_time(fixed_work(cpu_ms=cpu_ms, wait_ms=20)))


def test_cpu_and_network_are_readable_and_begin_at_the_same_point():
    figure = cpu_and_network()
    assert_readable(figure)
    cpu, network, approved = figure.fig.axes[0].lines
    assert cpu.get_ydata()[0] == network.get_ydata()[0] == network.get_ydata()[-1] == approved.get_ydata()[0]


def test_the_map_of_callers_is_readable_and_names_every_service_of_the_facts():
    assert_readable(caller_map(words=False))
    figure = caller_map()
    assert_readable(figure)
    assert figure.headline.count(",") + 3 == len(fact("model.of_service").value)


def test_the_map_of_the_club_is_readable():
    assert_readable(club_map())


def test_the_check_itself_finds_words_that_overlap_or_are_clipped():
    with style.styled():
        drawing = style.drawing(2)
        drawing.text(0.5, 0.5, "one")
        drawing.text(0.5, 0.5, "other")
    with pytest.raises(AssertionError, match="overlap"):
        assert_readable(Figure(drawing, alt="Two words."))
    drawing.texts[1].set_position((0.98, 0.1))
    with pytest.raises(AssertionError, match="clipped"):
        assert_readable(Figure(drawing, alt="Two words."))


def test_every_colour_reaches_three_to_one_and_every_ink_four_and_a_half():
    for colour in (style.INIT, style.INVOKE, style.BILLED, style.THROTTLED):
        assert contrast_on_white(colour) >= 3
    inks = (style.INIT_INK, style.INVOKE_INK, style.BILLED_INK, style.THROTTLED_INK, style.QUIET_INK)
    assert min(map(contrast_on_white, inks)) >= 4.5


def test_each_colour_has_one_meaning():
    assert len({style.INIT, style.INVOKE, style.BILLED, style.THROTTLED, style.INK, style.QUIET_INK}) == 6
    assert len({style.INIT_INK, style.INVOKE_INK, style.BILLED_INK, style.THROTTLED_INK, style.INK}) == 5


def contrast_on_white(colour):
    """The contrast ratio of a colour on white, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def test_the_colours_of_a_timeline_survive_the_palette():
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(timeline(one_after_the_other(2)).png())) as image:
        colours = {f"#{r:02X}{g:02X}{b:02X}" for _, (r, g, b) in image.convert("RGB").getcolors(1000)}
    assert {style.INIT, style.INVOKE, style.BILLED, "#FFFFFF"} <= colours


def test_equal_figures_are_equal_bytes(tmp_path):
    first, second = timeline(one_after_the_other(3)), timeline(one_after_the_other(3))
    assert first.png() == second.png()
    first.savefig(tmp_path / "a.svg")
    second.savefig(tmp_path / "b.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_figure_leaves_pyplot_and_the_settings_of_the_reader_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    timeline([call()]).png()
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_a_figure_speaks_without_its_picture():
    bundle = Figure(Drawing(), alt='A "box" & more.', headline="Nothing < something.")._repr_mimebundle_()
    assert bundle["text/plain"] == 'Figure: A "box" & more.\nNothing < something.'
    assert bundle["text/html"].startswith(
        '<img alt="A &quot;box&quot; &amp; more." width="640" src="data:image/png'
    )
    assert bundle["text/html"].endswith("<p>Nothing &lt; something.</p>")


def test_a_figure_without_alternative_text_is_refused():
    with pytest.raises(BadInput, match="alt is empty"):
        Figure(Drawing(), alt=" ")


def test_a_title_of_more_than_sixty_characters_is_refused():
    timeline([call()], title="x" * 60)
    with pytest.raises(BadInput, match="61 characters"):
        timeline([call()], title="x" * 61)


@pytest.mark.parametrize("number", [0, 51])
def test_a_timeline_of_none_or_too_many_is_refused(number):
    with pytest.raises(BadInput):
        timeline([call(at_ms=i) for i in range(number)])


def test_a_timeline_says_what_happened_in_each_environment():
    figure = timeline(TIMELINES["failures"])
    assert figure.alt == (
        "Timeline of 4 invocations in 2 execution environments. "
        "Environment 1: 1 cold, 1 warm, 1 timed out. Environment 2: 1 cold, 1 warm, 1 failed."
    )
    assert figure.headline == "Init ~178.00 ms, handlers ~3,007.50 ms, billed ~3,186 ms in all."


def test_a_handler_that_raised_is_marked_although_its_report_says_nothing():
    class Answer:
        report = call()
        function_error = "Unhandled"

    assert "1 failed" in timeline([Answer()]).alt


def test_init_comes_before_the_start_that_the_report_names():
    (row,) = rows_of([call(at_ms=90, init_ms=90), call(at_ms=200)])
    assert [(bar.begin, bar.handler_begin) for bar in row.bars] == [(0, 90), (200, 200)]


def test_invocations_of_a_clock_that_stands_still_follow_each_other():
    (row,) = rows_of([call(duration_ms=10), call(duration_ms=5)])
    assert [bar.begin for bar in row.bars] == [0, 10]


def test_rows_come_in_the_order_of_their_numbers_whoever_was_first():
    rows = rows_of([call(10, at_ms=0), call(2, at_ms=5), call(1, at_ms=9)])
    assert [row.name for row in rows] == ["environment 1", "environment 2", "environment 10"]


def test_environments_of_two_functions_are_two_rows():
    rows = rows_of([call(function="a"), call(function="b")])
    assert [row.name for row in rows] == ["a, environment 1", "b, environment 1"]


def test_short_pauses_keep_their_length_and_long_ones_are_cut():
    axis = TimeAxis([(0, 100), (105, 200), (9_200, 9_300)])
    assert axis.position(105) == 105
    assert [cut.pause_ms for cut in axis.cuts] == [9_000]
    assert axis.position(9_200) < 230


def test_the_ticks_of_an_axis_tell_time_worked():
    axis = TimeAxis([(0, 100), (5_100, 5_200)])
    assert axis.position_of_worked(150) == axis.position(5_150)


def test_measured_bills_are_marked_and_planned_ones_are_not():
    assert "~" in bill_figure(BILLS["tiny"]).headline
    assert bill_figure(BILLS["free tier"]).headline == "Total 2.73 USD."
    assert "~" not in repr(bill_figure(BILLS["free tier"]))


def test_a_free_tier_bar_is_as_long_as_what_it_saves():
    figure = bill_figure(BILLS["free tier"])
    widths = [Decimal(repr(float(bar.get_width()))) for bar in figure.fig.axes[0].patches]
    assert [round(width, 2) for width in widths] == [
        Decimal(text) for text in ("0.20", "0.40", "6.67", "2.33")
    ]
    assert figure.fig.axes[0].patches[0].get_hatch()


def test_bills_without_names_of_their_own_are_refused():
    with pytest.raises(BadInput, match="Give each bill a name"):
        bill_figure([BILLS["tiny"], BILLS["tiny"]], names=["a", "a"])
    with pytest.raises(BadInput, match="no bill"):
        bill_figure([])


def test_both_scales_of_cost_against_memory_begin_at_zero_and_its_sizes_have_equal_steps():
    figure = memory_against_time(fixed_work(cpu_ms=100))
    assert [axes.get_ylim()[0] for axes in figure.fig.axes] == [0, 0]
    assert list(figure.fig.axes[0].get_xticks()) == list(range(7))


def test_one_size_makes_no_comparison():
    with pytest.raises(BadInput, match="two or more"):
        memory_against_time(fixed_work(cpu_ms=100, memories_mb=[128]))


def test_cold_starts_of_every_size_are_readable_and_named_by_the_published_order():
    rows = [
        ColdStart("Go", "provided.al2023", 0.4, 51),
        ColdStart("A language with a long name", "java25", 12_345.6, 201),
    ]
    figure = cold_start_figure(rows)
    assert_readable(figure)
    assert figure.headline == "On AWS, A language with a long name takes 3.9 times as long as Go."


def test_cold_starts_of_nothing_are_refused():
    with pytest.raises(BadInput, match="no cold starts"):
        cold_start_figure([])


def test_no_word_of_the_figures_of_cost_and_scale_is_clipped_or_overlaps():
    day, server = simulate(exhibition_day()), ec2("m5.large")
    assert_readable(fleet_figure(scaled_fleet(day, server, 8), fixed_fleet(day, server, 8)))
    assert_readable(cold_share_figure())
    assert_readable(provisioned_figure())
    assert_readable(provisioned_figure("arm64"))
    for duration_ms, memory_mb in ((1, 128), (80, 1769), (600_000, 10_240)):
        assert_readable(architecture_figure(duration_ms, memory_mb))


def test_arm_meets_x86_at_the_same_price():
    x86, arm, meeting, _ = architecture_figure(80).fig.axes[0].lines
    prices = dict(zip(arm.get_xdata(), arm.get_ydata(), strict=True))
    assert prices[1.25] == pytest.approx(x86.get_ydata()[0], rel=1e-4)
    assert prices[1.0] < meeting.get_ydata()[0] == x86.get_ydata()[0] < prices[1.5]


@pytest.mark.parametrize(("memory_mb", "duration_ms"), [(128, 20), (1024, 100), (3008, 2000)])
def test_no_word_of_a_break_even_is_clipped_or_overlaps(memory_mb, duration_ms):
    assert_readable(break_even_figure([ec2("m5.large"), fargate(1, 2)], memory_mb, duration_ms))
    assert_readable(break_even_figure(ec2("t4g.micro"), memory_mb, duration_ms))


@pytest.mark.parametrize("wait_ms", [0, 20, 400, 9000])
def test_no_word_of_power_tuning_is_clipped_or_overlaps(wait_ms):
    assert_readable(power_tuning_figure(PowerTuning(fixed_work(cpu_ms=300, wait_ms=wait_ms))))


@pytest.mark.parametrize(
    "workload",
    [
        {"arrivals": [0, 0, 0, 5], "duration_ms": 2000, "reserved": 2},
        {"arrivals_per_s": 60, "seconds": 1200, "duration_ms": 1000, "reserved": 50},
        {"arrivals_per_s": 0.01, "seconds": 86_400, "duration_ms": 1000},
        {"arrivals": [0] * 3000, "duration_ms": 900_000},
    ],
)
def test_no_word_of_concurrency_over_time_is_clipped_or_overlaps(workload):
    assert_readable(concurrency_figure(simulate(Workload(**workload))))


def test_throttles_are_drawn_in_the_step_in_which_they_happen():
    figure = concurrency_figure(simulate(Workload(arrivals=[0, 0, 5], duration_ms=10, reserved=1)), step_s=1)
    assert list(figure.fig.axes[1].lines[0].get_ydata()) == [1, 0, 0, 0, 0, 0]


def test_recorded_runs_are_marked_in_the_picture():
    figure = power_tuning_figure(PowerTuning(fixed_work(cpu_ms=300), note=RECORDED_MARK))
    assert_readable(figure)
    assert RECORDED_MARK in [text for text, _ in words(figure)]
