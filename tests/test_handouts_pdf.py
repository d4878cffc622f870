"""The PDF: tagged, the same on every run, silent about the key, and never broken by what a text holds."""

from __future__ import annotations

import json
import sys
from io import BytesIO
from itertools import chain

import pytest
from PIL import Image
from quiz_questions import QUESTIONS, SECRETS, with_another_key

from lambda_study.errors import BadInput
from lambda_study.handouts import write_handout
from lambda_study.handouts.document import (
    Choice,
    Choices,
    Code,
    Document,
    Heading,
    Note,
    Picture,
    Question,
    Text,
)
from lambda_study.handouts.forms import paper_forms
from lambda_study.handouts.page import paper_of
from lambda_study.handouts.pdf import page_pictures, pdf_page
from lambda_study.handouts.typst_page import TypstPage
from lambda_study.handouts.typst_text import string
from lambda_study.quiz import load_bank

BANK = load_bank()
NASTY = [
    'a "b" \\ #c $d$ [e] *f* _g_ <h> @i ~j `k` = l - m + n / o // p /* q */',
    '"); #panic("out"); ("',
    "]#panic()[",
    "a\\",
    "\x00\x07\x1b[31m\x85 \ud800",
    "\u202eright to left\u202c, e\u0301, \U0001f600, 你好, \ue000, \u200b",
    "https://docs.aws.amazon.com/" + "a-very-long-path/" * 20 + "x" * 200,
    '#import "@preview/x:0.1.0"',
]


def sheet(questions, key=False, **named):
    return paper_of(questions, key, title="T", digest="0123456789abcdef", **named)


@pytest.mark.parametrize("key", [False, True])
def test_a_pdf_has_the_same_bytes_on_every_run(key):
    pdf = pdf_page(sheet(QUESTIONS, key))
    assert pdf == pdf_page(sheet(QUESTIONS, key))
    assert b"CreationDate" not in pdf


def test_a_pdf_is_tagged_and_says_that_it_is_accessible():
    pdf = pdf_page(sheet(QUESTIONS))
    assert b"<pdfuaid:part>1<" in pdf
    assert b"/StructTreeRoot" in pdf and b"/Lang" in pdf


def test_a_picture_without_a_text_in_its_place_does_not_compile():
    content = page_pictures(sheet(QUESTIONS), 20)[0]
    told, silent = (Document("T", (), (Picture(content, "png", alt),)) for alt in ("A sheet.", ""))
    assert pdf_page(told).startswith(b"%PDF")
    with pytest.raises(Exception, match="PDF/UA-1 error: missing alt text"):
        pdf_page(silent)


def test_the_pdf_of_a_sheet_does_not_depend_on_its_key():
    others = [with_another_key(question) for question in QUESTIONS]
    assert pdf_page(sheet(others)) == pdf_page(sheet(QUESTIONS))
    assert pdf_page(sheet(others, True)) != pdf_page(sheet(QUESTIONS, True))


@pytest.mark.parametrize("secret", SECRETS)
def test_no_key_and_no_reason_stands_in_the_source_of_a_students_pdf(secret):
    written = TypstPage(sheet(QUESTIONS))
    assert secret not in written.source and not written.pictures


@pytest.mark.parametrize("text", NASTY)
def test_no_text_breaks_out_of_its_place(text):
    option = Choice("A", text, True, text)
    blocks = (Text(text), Heading(text), Code(text, text), Code(text, ""), Choices((option,)), Note(text))
    listed = Text(f"- {text}\n- two\n\n| a | b |\n|---|---|\n| {text.replace('|', '')} | c |\n\n> {text}")
    pages = Document(text, (), (*blocks, listed), introduction=text, digest="d", remark=text)
    assert pdf_page(pages).startswith(b"%PDF")


@pytest.mark.parametrize("text", [text for text in NASTY if text.isprintable()])
def test_a_text_reads_in_typst_as_it_was_written(text):
    import typst

    assert json.loads(typst.eval(b"", string(text))) == text


def test_a_question_stays_on_one_page():
    long = Text("One line.\n\n" * 28)
    questions = tuple(Question(number, (long,)) for number in range(1, 4))
    assert len(page_pictures(Document("T", (), questions), 20)) == 3
    assert len(page_pictures(Document("T", (), (long,) * 3), 20)) == 2


def test_a_question_longer_than_a_page_is_not_cut_off():
    question = Question(1, (Text("One line.\n\n" * 120),))
    assert len(page_pictures(Document("T", (), (question,)), 20)) == 3


@pytest.mark.parametrize("key", [False, True])
def test_nothing_is_said_by_colour(key):
    pages = (Image.open(BytesIO(page)).convert("RGB") for page in page_pictures(sheet(QUESTIONS, key), 30))
    assert {max(abs(r - g), abs(g - b)) for page in pages for _, (r, g, b) in page.getcolors(1 << 20)} == {0}


def test_large_print_is_large_and_stays_on_as_many_pages_as_it_needs():
    normal, large = (len(page_pictures(sheet(QUESTIONS, True, large=large), 20)) for large in (False, True))
    assert normal < large
    assert "size: 18pt" in TypstPage(sheet(QUESTIONS, large=True)).source


def test_a_missing_typst_is_one_line_with_the_command_that_installs_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(BadInput, match=r'Install it: python -m pip install "typst>=0\.15,<0\.16"\. HTML'):
        write_handout("limits", tmp_path, BANK, format="pdf")
    assert write_handout("limits", tmp_path, BANK).sheet.exists()


def test_a_pdf_asks_for_nothing_from_outside():
    source = TypstPage(sheet(QUESTIONS, True)).source
    assert "@preview" not in source and "import" not in source


@pytest.mark.more
@pytest.mark.parametrize("topic", BANK.names)
@pytest.mark.parametrize("key", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_every_topic_is_an_accessible_pdf(topic, key, large):
    form = paper_forms(topic, BANK)[0]
    page = sheet(form.questions, key, large=large, introduction=form.introduction)
    assert pdf_page(page) == pdf_page(page)


@pytest.mark.more
def test_the_pdf_of_every_topic_does_not_depend_on_its_key():
    for topic in BANK.names:
        questions = BANK.topic(topic)
        others = [with_another_key(question) for question in questions]
        assert pdf_page(sheet(others)) == pdf_page(sheet(questions)), topic


@pytest.mark.more
def test_every_text_of_the_bank_compiles_by_itself():
    for question in BANK.questions:
        reasons = [each.reason for each in question.options] + [question.note]
        texts = chain([question.stem], (each.text for each in question.options), filter(None, reasons))
        assert pdf_page(Document("T", (), tuple(map(Text, texts))))
