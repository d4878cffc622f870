"""How a notebook shows the result of an invocation."""

from __future__ import annotations

import re
from html import unescape

from lambda_study.engine.invocation import Invocation
from lambda_study.model.report import Report

START = "START RequestId: 1 Version: $LATEST\n"
TIMES = "RequestId: 1\tDuration: 1.50 ms\tBilled Duration: 2 ms"
REPORT = f"REPORT {TIMES}\tMemory Size: 128 MB\tMax Memory Used: 15 MB"


def result(*logs: str, payload: object = None) -> Invocation:
    return Invocation(payload, None, logs, Report.parse(REPORT))


def test_the_html_of_a_result_says_what_its_text_says():
    shown = result(START, "a <b> & c\n", REPORT, payload={"ok": True})
    assert unescape(re.sub(r"<[^>]+>", "", shown._repr_html_())) == repr(shown)


def test_what_a_handler_prints_cannot_become_html():
    assert "<script>" not in result("<script>alert(1)</script>")._repr_html_()


def test_a_figure_of_a_report_line_stays_with_its_name():
    html = result("my own line", REPORT)._repr_html_()
    assert '<span style="white-space: pre">Duration: ' in html
    assert '<span style="white-space: pre">my own' not in html


def test_lines_that_every_invocation_has_step_back():
    html = result(START, "my own line\n")._repr_html_()
    assert re.findall(r"<span[^>]*>(.*?)</span>", html) == [START.rstrip()]
