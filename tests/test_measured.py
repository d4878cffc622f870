"""What a measured figure looks like."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lambda_study.errors import BadInput
from lambda_study.model.measured import measured


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (42, "ms", "~42 ms"),
        (0, "ms", "~0 ms"),
        (0.0, "ms", "~0 ms"),
        (41.267, "ms", "~41.27 ms"),
        (41.2, "ms", "~41.20 ms"),
        (0.05, "s", "~0.05 s"),
        (1_234_567, "requests", "~1,234,567 requests"),
        (1234.5, "ms", "~1,234.50 ms"),
        (-3.5, "ms", "~-3.50 ms"),
        (Decimal("0.0000213334"), "USD", "~0.0000213 USD"),
        (Decimal("0.00002"), "USD", "~0.00002 USD"),
        (Decimal("0.0999999"), "USD", "~0.10 USD"),
        (Decimal("2.7334"), "USD", "~2.73 USD"),
        (1e-9, "USD", "~0.000000001 USD"),
    ],
)
def test_a_figure_is_marked_and_keeps_the_digits_that_matter(value, unit, text):
    assert measured(value, unit) == text


def test_half_a_step_rounds_up_as_a_bill_does():
    assert measured(Decimal("0.125"), "USD") == "~0.13 USD"
    assert measured(2.675, "ms") == "~2.68 ms"


def test_the_number_of_decimals_can_be_fixed():
    assert measured(3.14159, "x", digits=0) == "~3 x"
    assert measured(3, "x", digits=1) == "~3.0 x"


def test_a_numpy_number_is_a_number():
    numpy = pytest.importorskip("numpy")
    assert measured(numpy.float64(1.5), "ms") == "~1.50 ms"


@pytest.mark.parametrize(
    ("value", "unit"), [(float("nan"), "ms"), (float("inf"), "ms"), (1, " "), (None, "ms"), ("1", "ms")]
)
def test_no_number_or_no_unit_is_refused(value, unit):
    with pytest.raises(BadInput):
        measured(value, unit)
