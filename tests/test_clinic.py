"""Each case of the clinic: broken as it is given, well with the reference repair, and with nothing less.

The reference repairs are those that stand folded in the lesson. Cases whose handlers load boto3 are slower.
"""

from __future__ import annotations

import json
import linecache
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import boto3
import pytest
from clinic_repairs import RIGHT, WRONG

from lambda_study.demos.clinic import CASES, Case, clinic, close_clinic, ward
from lambda_study.demos.clinic.case import GIVEN
from lambda_study.errors import BadInput

QUICK = ("no-captions", "closed-shop", "mixed-baskets", "broken-panorama", "loud-log")
LESSON = Path(__file__).parents[1] / "notebooks" / "70-clinic.ipynb"
SLOWER = [pytest.param(name, marks=() if name in QUICK else pytest.mark.more, id=name) for name in CASES]
WRONG_ONES = [
    pytest.param(name, repair, told, marks=() if name in QUICK else pytest.mark.more, id=f"{name}-{number}")
    for number, (name, repair, told) in enumerate(WRONG)
]


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    """Close the case that a test has opened."""
    yield
    close_clinic()


def lesson_cells() -> dict[str, str]:
    """The sources of the lesson's cells, by their id."""
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def reference(name: str) -> list[str]:
    """The cells of the reference repair of a case, as they stand folded in the lesson."""
    return re.findall(r"```python\n(.*?)```", lesson_cells()[f"{name}-reference"], re.S)


def run_as_cell(case: Case, source: str) -> None:
    """Run SOURCE as a cell of the notebook would be run; a handler that it defines is put on the function."""
    file = f"<cell {hash(source)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    cell: dict[str, Any] = {"case": case, "boto3": boto3, "json": json, "__name__": "__main__"}
    exec(compile(source, file, "exec"), cell)
    if "handler" in cell:
        case.deploy(cell["handler"])


@pytest.mark.parametrize("name", SLOWER)
def test_a_case_is_broken_as_given_and_well_with_the_reference_repair(name):
    case = clinic(name)
    assert not case.check().well
    for source in reference(name):
        run_as_cell(case, source)
    assert case.check().well, case.check()
    assert case.check().well, "and it stays so"


@pytest.mark.parametrize(("name", "repair", "told"), WRONG_ONES)
def test_a_wrong_repair_is_told_what_is_still_wrong(name, repair, told):
    case = clinic(name)
    repair(case)
    checkup = case.check()
    assert not checkup.well
    assert told in repr(checkup)


@pytest.mark.more
@pytest.mark.parametrize(("name", "repair"), RIGHT)
def test_another_repair_is_as_good_as_the_reference(name, repair):
    case = clinic(name)
    repair(case)
    checkup = case.check()
    assert checkup.well, checkup


@pytest.mark.more
@pytest.mark.parametrize("name", CASES)
def test_the_evidence_names_what_is_asked_for_and_prints_in_both_ways(name):
    evidence = clinic(name).evidence()
    assert all(title in unescape(evidence._repr_html_()) for title in evidence.parts)
    assert len(repr(evidence).splitlines()) > 5


def test_every_case_has_a_wrong_repair_that_stays_red():
    assert {name for name, *_ in WRONG} == {*CASES}


@pytest.mark.parametrize("name", CASES)
def test_a_case_offers_causes_hints_and_a_reference(name):
    case = CASES[name]
    assert case.cause in case.causes
    assert len(set(case.causes)) == len(case.hints) == 3
    assert reference(name)


def test_the_handlers_to_edit_are_those_that_are_broken():
    given = {path.read_text(encoding="utf-8").strip() for path in GIVEN.glob("*.py")}
    shown = [
        source for id, source in lesson_cells().items() if id.endswith("-repair") and "def handler" in source
    ]
    assert len(shown) == 5
    assert {*shown} <= given


def test_a_function_that_is_deleted_is_not_well():
    case = clinic("closed-shop")
    case.function().close()
    assert "is gone, and a repair keeps it" in repr(case.check())


def test_hints_come_one_by_one_and_the_last_one_stays():
    case = clinic("mixed-baskets")
    assert [repr(case.hint())[:11] for _ in range(4)] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
    ]


def test_a_cell_keeps_the_settings_of_the_function():
    case = clinic("loud-log")
    case.deploy(f"{GIVEN / 'order_desk.py'}:handler")
    assert case.function().configuration.environment == {"PRINTER_KEY": "brass-owl-4711"}


def test_a_case_shows_its_handler_as_it_was_given():
    assert repr(clinic("mixed-baskets").code()) == (GIVEN / "baskets.py").read_text(encoding="utf-8").rstrip()


def test_a_new_case_closes_the_one_before():
    first = clinic("closed-shop")
    clinic("mixed-baskets")
    assert first.cloud.service.closed
    assert [row[3] for row in ward().rows if row[1] == "closed-shop"] == ["under treatment"]


@pytest.mark.parametrize("ask", [Case.check, lambda case: case.evidence(), Case.function])
def test_a_case_that_is_closed_says_how_to_begin_anew(ask):
    case = clinic("closed-shop")
    close_clinic()
    with pytest.raises(BadInput) as refused:
        ask(case)
    assert str(refused.value) == 'This case is closed. Begin it anew: case = clinic("closed-shop").'


def test_the_ward_tells_who_is_well_again():
    case = clinic("closed-shop")
    run_as_cell(case, reference("closed-shop")[0])
    case.check()
    assert "closed-shop         The shop is closed                 well again" in repr(ward())
    assert "well again" in ward()._repr_html_()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda: clinic("closed-shpo"), 'There is no case "closed-shpo". The nearest is "closed-shop".'),
        (
            lambda: clinic("closed-shop").function("album"),
            '"album" is not part of this case. There is: prices.',
        ),
        (lambda: clinic("closed-shop").code("album"), '"album" is not part of this case. There is: prices.'),
        (lambda: clinic("closed-shop").runs("album"), '"album" is not part of this case. There is: prices.'),
    ],
)
def test_a_name_that_is_not_there_is_told_in_one_line(asked, told):
    with pytest.raises(BadInput) as refused:
        asked()
    assert str(refused.value) == told


def test_a_checkup_prints_its_marks_in_both_ways():
    checkup = clinic("closed-shop").check()
    assert repr(checkup).splitlines()[0] == "The shop is closed: 2 of 2 checks are not well yet."
    assert "✗ A buyer gets a price" in checkup._repr_html_()
