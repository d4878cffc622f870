"""A lesson on paper: lines where the student writes, nothing that answers, and the teacher's copy."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_study.cli import cli
from lambda_study.errors import BadInput
from lambda_study.handouts import write_worksheet
from lambda_study.handouts.html import html_page
from lambda_study.handouts.pdf import pdf_page
from lambda_study.handouts.typst_page import TypstPage
from lambda_study.handouts.typst_text import string
from lambda_study.handouts.worksheet import read_notebook, worksheet
from lambda_study.quiz import load_bank
from lambda_study.show.markup import block_html

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.stem != "99-how-we-know"]
FIRST = next(path for path in NOTEBOOKS if path.stem == "11-first-function")
BANK = load_bank()


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def hidden(notebook):
    """The lines that stand in hidden cells alone."""
    open_text = "\n".join("".join(c["source"]) for c in notebook["cells"] if not c["metadata"].get("jupyter"))
    for cell in code_cells(notebook):
        lines = "".join(cell["source"]).splitlines() if cell["metadata"].get("jupyter") else []
        yield from (line for line in lines if line.strip("#) ") and line.strip() not in open_text)


def printed(notebook):
    """What the recorded outputs say: reveals, reports and what figures show."""
    for output in (output for cell in code_cells(notebook) for output in cell["outputs"]):
        told = "".join(output.get("data", {}).get("text/plain", ""))
        yield from re.findall(r"You made no guess this time\. (.*)", told)
        yield from (line for line in told.splitlines() if line.startswith(("REPORT", "Figure: ")))


def folded(notebook):
    """The long lines of folded answers."""
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    for told in re.findall(r"<summary>(?:Why\?|Solutions)</summary>(.*?)</details>", text, re.DOTALL):
        yield from (line.strip() for line in told.splitlines() if len(line) > 40)


def everything_told(document):
    """A document's HTML and the source of its PDF, with the marks of both taken off."""
    return re.sub(r"<[^>]+>", "", html_page(document)), TypstPage(document).source


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_students_worksheet_holds_no_answer(path):
    notebook = read_notebook(path)
    html, source = everything_told(worksheet(notebook, False, BANK))
    for answer in (*hidden(notebook), *printed(notebook), *folded(notebook)):
        if answer.startswith("# Run this cell"):
            continue
        assert answer not in html and escape(answer) not in html, answer
        assert answer not in source and string(answer).strip('"') not in source, answer


def test_the_teachers_copy_is_filled_in():
    html, _ = everything_told(worksheet(read_notebook(FIRST), True, BANK))
    for told in ("✓ It is 3.", "It was neither terminated nor running", "Billed Duration: ", "✓ Correct"):
        assert told in html
    recorded = FIRST.read_text("utf-8").count("<img alt=")
    assert html_page(worksheet(read_notebook(FIRST), True, BANK)).count("<img alt=") == recorded > 0


def test_a_worksheet_has_the_lessons_text_and_code_and_places_to_write():
    html = html_page(worksheet(read_notebook(FIRST), False, BANK))
    assert "<h1>11 · Your first function (30 minutes)</h1>" in html
    assert "global pictures" in html and "<p>Why?</p>" in html
    assert "<strong>Predict:</strong> What does Cleo" in html and 'class="box one">C</span>' in html
    assert "predict(" not in html.replace("import deploy, predict", "")


def test_the_quiz_of_a_lesson_stands_on_its_worksheet_and_its_key_in_the_teachers_copy():
    questions = BANK.topic("functions")[:5]
    student, teacher = (worksheet(read_notebook(FIRST), each, BANK) for each in (False, True))
    reasons = [option.reason for each in questions for option in each.options if "`" not in option.reason]
    for html, there in ((html_page(student), False), (html_page(teacher), True)):
        assert html.count('<section class="question"') == 5
        assert {block_html(each) in html for each in reasons} == {there}


def test_a_folder_gets_the_worksheet_and_the_teachers_copy(tmp_path):
    student = write_worksheet(FIRST, tmp_path, bank=BANK)
    teacher = write_worksheet(FIRST, tmp_path, True, bank=BANK)
    assert [path.name for path in (student, teacher)] == [
        "11-first-function.html",
        "11-first-function-teacher.html",
    ]


def test_the_command_knows_a_lesson_by_its_number(tmp_path):
    words = ["handout", "11", str(tmp_path / "first.pdf"), "--json"]
    told = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).output)
    assert (told["lesson"], told["teacher"]) == ("11-first-function", str(tmp_path / "first-teacher.pdf"))
    assert (tmp_path / "first.pdf").read_bytes().startswith(b"%PDF")


def test_a_lesson_has_no_forms(tmp_path):
    refused = CliRunner().invoke(cli, ["handout", "11", str(tmp_path), "--forms", "2"]).exception
    assert str(refused) == "A lesson and a cheat sheet are the same for all. Leave out --seed and --forms."


def test_a_file_that_is_no_notebook_is_bad_input(tmp_path):
    (tmp_path / "x.ipynb").write_text("{}")
    with pytest.raises(BadInput, match=r"x\.ipynb is no notebook: 'cells'"):
        write_worksheet(tmp_path / "x.ipynb", tmp_path)


@pytest.mark.more
@pytest.mark.parametrize("teacher", [False, True])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_lesson_is_an_accessible_pdf(path, teacher):
    page = worksheet(read_notebook(path), teacher, BANK)
    assert pdf_page(page) == pdf_page(page)
