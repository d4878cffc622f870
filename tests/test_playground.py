"""The playground: what its controls allow, what it answers, and what it says without a browser."""

from __future__ import annotations

import comm
import pytest
from comm.base_comm import BaseComm

from lambda_study.errors import BadInput
from lambda_study.show.controls import Choice, Slider, Switch, control
from lambda_study.show.cost_playground import cost_playground
from lambda_study.show.figure import Figure
from lambda_study.show.playground import playground


class Wire(BaseComm):
    """A comm to nowhere that keeps what was published."""

    def __init__(self, *arguments, **keywords):
        self.published = []
        super().__init__(*arguments, **keywords)

    def publish_msg(self, msg_type, data=None, **rest):
        self.published.append(data)


@pytest.fixture(autouse=True)
def wire(monkeypatch):
    monkeypatch.setattr(comm, "create_comm", Wire)


def double(memory_mb=512, arm=False):
    return f"{2 * memory_mb} {arm}"


def move(shown, serial="a:1", **positions):
    """What a browser sends, and what it gets back."""
    shown.comm.published.clear()
    content = {"kind": "move", "serial": serial, "positions": positions}
    shown.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
    return [data["state"] for data in shown.comm.published if data["method"] == "update"]


def test_a_move_is_answered_with_the_new_result_in_one_message():
    shown = playground(double, memory_mb=(128, 10240, 64), arm=False)
    (state,) = move(shown, memory_mb=1, arm=1)
    assert state["output"] == {"serial": "a:1", "text": "384 True", "image": None}
    assert state["positions"] == {"memory_mb": 1, "arm": 1}
    assert shown.values == {"memory_mb": 192, "arm": True}
    assert shown.result == "384 True"


@pytest.mark.parametrize(
    "positions", [{"memory_mb": 9_999}, {"memory_mb": -1}, {"memory_mb": "1"}, {"other": 1}]
)
def test_a_position_that_does_not_exist_moves_nothing_and_is_answered(positions):
    shown = playground(double, memory_mb=(128, 10240, 64))
    (state,) = move(shown, **positions)
    assert state["output"]["serial"] == "a:1"
    assert shown.values == {"memory_mb": 512}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (BadInput("Choose less."), "Choose less."),
        (KeyError("x"), "KeyError: 'x'"),
        (KeyboardInterrupt(), "KeyboardInterrupt: "),
    ],
)
def test_an_error_is_an_answer_too(error, text):
    def picky(n=1):
        if n > 1:
            raise error
        return "fine"

    shown = playground(picky, n=(1, 3))
    assert move(shown, n=1)[0]["output"]["text"] == text
    assert move(shown, n=0)[0]["output"]["text"] == "fine"


def test_an_error_at_the_start_is_the_error_of_the_cell():
    with pytest.raises(ZeroDivisionError):
        playground(lambda n: 1 / n, n=(0, 3))


def test_a_figure_comes_with_its_words():
    from matplotlib.figure import Figure as Drawing

    figure = Figure(Drawing(), alt="A box.", headline="Empty.")
    shown = playground(lambda n=1: ("text", figure), n=(1, 3))
    assert shown.output["text"] == "text"
    assert shown.output["image"]["alt"] == "A box."
    assert shown.output["image"]["src"].startswith("data:image/png;base64,")
    assert playground(lambda n=1: figure, n=(1, 3)).output["text"] == "Empty."


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (None, ""),
        ("a\nb", "a\nb"),
        (["a", "b"], "a\nb"),
        (("a", "b"), "a\nb"),
        (42, "42"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_what_a_function_returns_is_shown_as_text(result, text):
    assert playground(lambda n=1: result, n=(1, 3)).output["text"] == text


def test_without_a_browser_it_says_where_it_starts_and_what_comes_out():
    shown = playground(double, title="Twice", memory_mb=(128, 10240, 64), arm=Switch(label="on Graviton <2>"))
    assert repr(shown) == "Twice, at\n- memory: 512 MB\n- on Graviton <2>: off\n1024 False"
    bundle, _ = shown._repr_mimebundle_()
    assert bundle["text/plain"] == repr(shown)
    assert "on Graviton &lt;2&gt;: off" in bundle["text/html"]
    assert "1024 False" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_no_text_of_a_playground_is_taken_for_html():
    tag = "<img src=x onerror=alert(1)>"
    shown = playground(lambda kind: tag, title=tag, kind=Choice([tag, "b"], label=tag))
    html = shown._repr_mimebundle_()[0]["text/html"]
    assert "<img" not in html
    assert html.count("&lt;img src=x") == 4  # title, label, value and answer


def test_the_browser_learns_positions_and_texts_and_no_values():
    shown = playground(lambda kind: kind.upper(), kind=["x86_64", "arm64"])
    expected = {"kind": "choice", "name": "kind", "label": "kind", "texts": ["x86_64", "arm64"]}
    assert shown.controls == [expected]


def test_a_control_needs_a_parameter_of_its_name():
    with pytest.raises(BadInput, match="Give each control the name of a parameter"):
        playground(double, memory=(128, 256))
    with pytest.raises(BadInput, match="Give each control the name of a parameter"):
        playground(double)
    assert playground(lambda **given: str(given), anything=(1, 2)).result == "{'anything': 1}"


def test_the_unit_and_the_label_follow_from_the_name():
    texts = {
        name: control(name, (1, 2)).texts[0] for name in ("memory_mb", "timeout_s", "wait_ms", "requests")
    }
    assert texts == {"memory_mb": "1 MB", "timeout_s": "1 s", "wait_ms": "1 ms", "requests": "1"}
    assert control("average_wait_ms", (1, 2)).label == "average wait"
    assert control("n", Slider(1, 2, unit="a day", label="uploads")).texts == ("1 a day", "2 a day")


def test_a_slider_over_decades_has_stops_that_read_well():
    stops = Slider(1_000, 1_000_000, log=True).stops()
    assert stops[:7] == (1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000)
    assert all(isinstance(stop, int) for stop in stops)
    assert Slider(0.01, 0.03, log=True).stops() == (0.01, 0.015, 0.02, 0.03)


def test_steps_of_a_fraction_do_not_drift():
    assert Slider(0.0, 0.5, 0.1).stops() == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def test_a_slider_starts_at_the_stop_next_to_its_start():
    at = control("memory_mb", Slider(128, 10240, 64, start=1769))
    assert at.values[at.start] == 1792


@pytest.mark.parametrize(
    "given",
    [
        (5, 5),
        (1, 10, 0),
        (1, 10_000),
        (1,),
        Slider(0, 10, log=True),
        Slider(1, 3, start=9),
        ["one"],
        Choice([1, 2], 3),
        "x",
    ],
)
def test_a_control_that_cannot_move_is_refused_in_one_line(given):
    with pytest.raises(BadInput) as caught:
        control("n", given)
    assert "\n" not in str(caught.value)


def test_the_cost_playground_computes_at_both_ends_of_every_control():
    shown = cost_playground()
    low = {each["name"]: 0 for each in shown.controls}
    high = {each["name"]: len(each["texts"]) - 1 for each in shown.controls}
    for positions in (low, high):
        (state,) = move(shown, **positions)
        assert "Total" in state["output"]["text"]


def test_no_line_of_the_cost_playground_moves_sideways():
    shown = cost_playground()
    (state,) = move(shown, requests=30, duration_ms=12, memory_mb=20, free_tier=1)
    lines = state["output"]["text"].splitlines()
    assert len({len(line) for line in lines}) == 1
