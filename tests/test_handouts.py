"""Hand-outs: a sheet that keeps the key to itself, and a key that tells all."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import date
from html import escape
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from quiz_questions import MULTIPLE, QUESTIONS, SECRETS, SINGLE, with_another_key

from lambda_study.cli import cli
from lambda_study.errors import BadInput
from lambda_study.handouts import render, write_handout
from lambda_study.quiz import load_bank
from lambda_study.show.markup import block_html

TOPIC = """# Retries & limits

## async-retry-default
level: recall · domain: DVA-C03/1, SAA-C03/3 · proof: fact async.retries
source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (read 2026-11-23)

An asynchronous invocation raises an exception every time. How many times does the handler run?

- [ ] Once {1}
  A synchronous caller sees one run.
- [x] Three times {3}
  One run and two retries.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "retries.md").write_text(TOPIC, encoding="utf-8")
    return tmp_path / "bank"


def forms(secret):
    """A secret as it could stand in a page: plain, escaped, rendered, in JSON, in base64 at any offset."""
    plain = [secret, escape(secret), block_html(secret), json.dumps(secret)[1:-1]]
    shifted = [base64.b64encode(b"x" * offset + secret.encode()).decode() for offset in range(3)]
    return plain + [text[4:-4] for text in shifted]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_key_and_no_reason_stands_on_the_sheet_in_any_form(secret):
    sheet = render(QUESTIONS)
    assert [form for form in forms(secret) if form in sheet] == []


def test_the_sheet_has_the_same_bytes_whatever_the_key_is():
    others = [with_another_key(question) for question in QUESTIONS]
    assert render(others) == render(QUESTIONS)
    assert render(others, key=True) != render(QUESTIONS, key=True)


@pytest.mark.parametrize("topic", load_bank().names)
def test_a_sheet_of_the_bank_does_not_depend_on_its_key(topic):
    questions = load_bank().topic(topic)
    assert render([with_another_key(question) for question in questions]) == render(questions)


def test_the_sheet_has_every_question_and_option_and_a_place_to_mark_each():
    sheet = render(QUESTIONS)
    for question in QUESTIONS:
        assert block_html(question.stem) in sheet
    assert sheet.count('class="box one"') == 2 * len(SINGLE.options)
    assert sheet.count('class="box"') == 2 * len(MULTIPLE.options)
    assert "Name" in sheet and "Date" in sheet and "of 3" in sheet


def test_the_key_tells_right_options_reasons_notes_and_sources():
    key = render(QUESTIONS, key=True)
    for option in SINGLE.options + MULTIPLE.options:
        assert block_html(option.reason) in key
    assert "<strong>A, B</strong>" in key
    assert "<strong>✓ 10 environments</strong>" in key
    assert f'<a href="{SINGLE.sources[0].url}">' in key and "(read 2026-11-23)" in key
    assert block_html(SINGLE.note) in key


class Page(HTMLParser):
    """What a browser would fetch, and which tags are open at the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.fetched += [value for name, value in attributes if name in ("src", "srcset", "data", "poster")]
        if tag in ("link", "script", "img", "iframe"):
            self.fetched.append(tag)
        if tag not in ("meta", "br", "link", "img", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("key", [False, True])
def test_a_page_asks_for_no_other_file_and_closes_every_tag(key):
    html = render(QUESTIONS, key)
    page = Page(html)
    assert (page.fetched, page.open) == ([], [])
    assert not re.search(r"url\(|@import", html)


def test_the_same_questions_give_the_same_bytes():
    assert render(QUESTIONS, True, title="T", digest="d") == render(QUESTIONS, True, title="T", digest="d")


def test_a_title_is_escaped_and_the_edition_of_the_bank_named():
    html = render(QUESTIONS, title="Retries <b> & $limits", digest="0123456789abcdef")
    assert "<h1>Retries &lt;b&gt; &amp; $limits</h1>" in html
    assert "Bank 0123456789ab</p>" in html


def test_the_key_says_when_its_sources_were_read_and_the_sheet_does_not():
    assert "Not affiliated with AWS. Sources read 2026-11-23. Bank d" in render(
        QUESTIONS, key=True, digest="d"
    )
    older = replace(SINGLE, sources=(replace(SINGLE.sources[0], date=date(2026, 9, 28)),))
    assert "Sources read 2026-09-28 to 2026-11-23." in render([older, MULTIPLE], key=True)
    assert "Sources read" not in render(QUESTIONS)


@pytest.mark.parametrize("key", [False, True])
def test_what_holds_for_all_questions_stands_below_the_title(folder, tmp_path, key):
    file = folder / "retries.md"
    file.write_text(TOPIC.replace("limits\n", "limits\n\nFor `us-east-1`.\n", 1), encoding="utf-8")
    handout = write_handout("retries", tmp_path, load_bank(folder))
    html = (handout.key if key else handout.sheet).read_text("utf-8")
    assert "<p>For <code>us-east-1</code>.</p></div>\n</header>" in html


def test_large_print_changes_the_size_alone():
    assert render(QUESTIONS, large=True).replace('class="large"', 'class="normal"') == render(QUESTIONS)


def test_a_folder_gets_the_sheet_and_the_key(folder, tmp_path):
    handout = write_handout("retries", tmp_path / "new" / "out", load_bank(folder))
    assert [path.name for path in (handout.sheet, handout.key)] == ["retries.html", "retries-key.html"]
    assert "One run and two retries." in handout.key.read_text("utf-8")
    assert "One run and two retries." not in handout.sheet.read_text("utf-8")


def test_a_named_file_is_the_sheet_and_its_key_stands_beside_it(folder, tmp_path):
    handout = write_handout("retries", tmp_path / "monday.html", load_bank(folder))
    assert (handout.sheet, handout.key) == (tmp_path / "monday.html", tmp_path / "monday-key.html")


def test_another_kind_of_file_is_bad_input(folder, tmp_path):
    with pytest.raises(BadInput, match="give a folder or a name that ends"):
        write_handout("retries", tmp_path / "monday.docx", load_bank(folder))


def test_a_place_that_cannot_be_written_is_one_line(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"cannot be written: .* Choose another place"):
        write_handout("retries", tmp_path / "file" / "out", load_bank(folder))


def test_the_command_tells_where_the_files_are(folder, tmp_path):
    words = ["handout", "retries", str(tmp_path / "out"), "--bank", str(folder)]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.output == (f"Sheet: {tmp_path}/out/retries.html\nKey:   {tmp_path}/out/retries-key.html\n")


def test_the_command_prints_one_json_object(folder, tmp_path):
    words = ["handout", "retries", str(tmp_path), "--bank", str(folder), "--json", "--large"]
    told = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).output)
    assert (told["questions"], told["bank_digest"]) == (1, load_bank(folder).digest)
    assert 'class="large"' in (tmp_path / "retries.html").read_text("utf-8")


def test_an_unknown_topic_is_bad_input(folder, tmp_path):
    with pytest.raises(BadInput, match='No topic, exam or lesson "pricing"'):
        write_handout("pricing", tmp_path, load_bank(folder))
