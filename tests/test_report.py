from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lambda_study.errors import BadInput
from lambda_study.model.report import Report, billed_duration_ms

# Lines as real functions logged them, with other request ids.
COLD = (
    "REPORT RequestId: 4f1d\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 36 MB\tInit Duration: 110.10 ms\t"
)
TIMEOUT = (
    "REPORT RequestId: 4f1d\tDuration: 5000.00 ms\tBilled Duration: 5579 ms\tMemory Size: 3008 MB\t"
    "Max Memory Used: 113 MB\tInit Duration: 578.07 ms\tStatus: timeout"
)
OUT_OF_MEMORY = (
    "REPORT RequestId: 4f1d\tDuration: 10935.70 ms\tBilled Duration: 10936 ms\tMemory Size: 1024 MB\t"
    "Max Memory Used: 1024 MB\tStatus: error\tError Type: Runtime.OutOfMemory"
)


@pytest.mark.parametrize("line", [COLD, TIMEOUT, OUT_OF_MEMORY])
def test_a_line_that_was_parsed_is_written_the_same_again(line):
    assert Report.parse(line).line().rstrip("\t") == line.rstrip("\t")


def test_a_parsed_line_has_its_figures():
    report = Report.parse(OUT_OF_MEMORY)
    assert (report.duration_ms, report.billed_ms, report.memory_mb) == (10935.7, 10936, 1024)
    assert (report.status, report.error_type, report.cold) == ("error", "Runtime.OutOfMemory", False)


def test_a_line_copied_from_a_terminal_with_spaces_for_tabs_parses():
    assert Report.parse(COLD.replace("\t", "    ")) == Report.parse(COLD)


def test_init_is_billed_and_the_sum_is_rounded_up_once():
    assert billed_duration_ms(0.4, 0.4) == 1
    assert billed_duration_ms(5000.00, 578.07) == 5579


def test_a_whole_number_of_milliseconds_is_not_rounded_up():
    assert billed_duration_ms(3000.0) == 3000
    assert billed_duration_ms(0.1 + 0.2, 0.7) == 1  # 1.0000000000000002 in binary


def test_json_has_the_figures_and_no_init_when_warm():
    report = Report.of(
        request_id="a",
        function_name="f",
        environment="environment 1",
        architecture="x86_64",
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        duration_ms=1.2345,
        memory_mb=128,
        max_memory_mb=15,
    )
    assert report.to_json() == {
        "request_id": "a",
        "duration_ms": 1.23,
        "billed_ms": 2,
        "memory_mb": 128,
        "max_memory_mb": 15,
        "init_ms": None,
    }


@pytest.mark.parametrize(
    "line", ["", "START RequestId: 4f1d Version: $LATEST", COLD.replace("3.01", "three")]
)
def test_what_is_no_report_line_is_bad_input(line):
    with pytest.raises(BadInput, match="is not a REPORT line"):
        Report.parse(line)
