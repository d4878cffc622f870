"""Files for other programs: their form. That importers read them is in test_importers.py."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from xml.etree import ElementTree as XML

import pytest
from click.testing import CliRunner
from exported_bank import small_bank

from lambda_study.cli import cli
from lambda_study.errors import BadInput
from lambda_study.handouts.export import FORMATS, export
from lambda_study.quiz import load_bank

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def bank(tmp_path):
    folder = tmp_path / "bank"
    folder.mkdir()
    return small_bank(folder)


def written(bank, tmp_path, format):
    """The bytes of the file in FORMAT."""
    return export(format, tmp_path / "out", bank, now=NOW).file.read_bytes()


def canvas_items(bank, tmp_path):
    """The items of the one assessment in the zip for Canvas, by id."""
    with zipfile.ZipFile(io.BytesIO(written(bank, tmp_path, "canvas"))) as archive:
        manifest = XML.fromstring(archive.read("imsmanifest.xml"))
        name = manifest.find(".//{*}resource[@type='imsqti_xmlv1p2']/{*}file").get("href")
        root = XML.fromstring(archive.read(name))
    return {item.get("ident"): item for item in root.findall(".//{*}item")}


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_bank_gives_the_same_bytes(bank, tmp_path, format):
    assert written(bank, tmp_path, format) == written(bank, tmp_path, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_gets_a_file_with_the_suffix_of_its_format(bank, tmp_path, format):
    exported = export(format, tmp_path / "new" / "folder", bank, now=NOW)
    assert exported.file == tmp_path / "new" / "folder" / f"lambda-study{FORMATS[format].suffix}"
    assert (exported.questions, exported.bank_digest) == (3, bank.digest)


def test_what_a_format_cannot_hold_is_told_with_the_questions(bank, tmp_path):
    losses = export("moodle", tmp_path, bank, now=NOW).losses
    assert [(loss.questions, str(loss)[:41]) for loss in losses] == [
        (("three-of-six",), "1 question: the file gives a part of the "),
        (("month",), "1 question: the file asks for the number "),
    ]


def test_moodle_gets_shares_that_it_takes_and_a_wrong_option_takes_all_away(bank, tmp_path):
    quiz = XML.fromstring(written(bank, tmp_path, "moodle"))
    shares = [[answer.get("fraction") for answer in each.iter("answer")] for each in quiz]
    assert shares == [[], ["0", "100"], ["33.33333"] * 3 + ["-100"] * 3, ["100"]]


def test_moodle_gets_the_topic_as_a_category_whose_slash_parts_nothing(bank, tmp_path):
    quiz = XML.fromstring(written(bank, tmp_path, "moodle"))
    assert quiz.findtext("question/category/text") == "$course$/top/Lambda Study/Retries//limits: 50 % {more}"
    assert [each.findtext("idnumber") for each in quiz][1:] == ["who-tries-again", "three-of-six", "month"]


def test_moodle_gets_the_number_with_its_tolerance_and_the_unit_in_the_text(bank, tmp_path):
    month = XML.fromstring(written(bank, tmp_path, "moodle"))[3]
    assert (month.findtext("answer/text"), month.findtext("answer/tolerance")) == ("0.5", "0.01")
    assert "<p>Answer in USD, as a number alone.</p>" in month.findtext("questiontext/text")


def test_canvas_scores_all_keys_and_no_other_option(bank, tmp_path):
    scored = canvas_items(bank, tmp_path)["three-of-six"].find(".//{*}and")
    assert [each.text for each in scored.findall("{*}varequal")] == ["A", "B", "C"]
    assert [each.text for each in scored.findall("{*}not/{*}varequal")] == ["D", "E", "F"]


def test_canvas_takes_a_number_within_its_tolerance(bank, tmp_path):
    within = canvas_items(bank, tmp_path)["month"].find(".//{*}and")
    assert [(each.tag.rpartition("}")[2], each.text) for each in within] == [
        ("vargte", "0.49"),
        ("varlte", "0.51"),
    ]


def test_a_gift_question_has_no_empty_line_in_it(bank, tmp_path):
    text = written(bank, tmp_path, "gift").decode()
    assert [block.splitlines()[0][:10] for block in text.strip().split("\n\n")] == [
        "$CATEGORY:",
        *["// [id:" + id for id in ("who", "thr", "mon")],
    ]


def test_gift_escapes_its_own_signs_and_keeps_the_lines_of_code(bank, tmp_path):
    text = written(bank, tmp_path, "gift").decode()
    assert "<p>A handler does this each time\\:</p>" in text
    assert r"\# \~ \= \# \{ \} \: &lt;b&gt;<br><br>print(" in text


def test_gift_takes_all_away_for_a_wrong_option_beside_several_keys(bank, tmp_path):
    lines = written(bank, tmp_path, "gift").decode().splitlines()
    shares = [line.split("%")[1] for line in lines if line.startswith("~%")]
    assert shares == ["33.33333"] * 3 + ["-100"] * 3


def test_an_anki_package_has_the_time_of_the_change_and_the_deck_of_the_topics_name(tmp_path):
    bank = small_bank(tmp_path)
    renamed = (tmp_path / "retries.md").read_text("utf-8").replace("# Retries/limits", "# Again/limits", 1)
    first = note_and_deck(bank, tmp_path)
    (tmp_path / "retries.md").write_text(renamed, "utf-8")
    second = note_and_deck(load_bank(tmp_path), tmp_path)
    assert first == second and first[0] == int(NOW.timestamp())


def note_and_deck(bank, tmp_path):
    """When a note was changed, and the id of the deck of its card."""
    with zipfile.ZipFile(io.BytesIO(written(bank, tmp_path, "anki"))) as package:
        (tmp_path / "collection").write_bytes(package.read("collection.anki2"))
    with closing(sqlite3.connect(tmp_path / "collection")) as notes:
        return notes.execute("select notes.mod, did from notes join cards on nid = notes.id").fetchone()


def test_topics_may_be_chosen(tmp_path):
    exported = export("gift", tmp_path, small_bank(tmp_path), topics=["retries", "retries"], now=NOW)
    assert exported.questions == 3
    with pytest.raises(BadInput, match='No topic "retry"'):
        export("gift", tmp_path, small_bank(tmp_path), topics=["retry"], now=NOW)


def test_an_empty_name_is_not_the_current_folder(bank):
    with pytest.raises(BadInput, match="OUT is empty"):
        export("gift", "", bank, now=NOW)


def test_an_unknown_format_is_told_with_those_there_are(bank, tmp_path):
    with pytest.raises(BadInput, match=r'No format "moodel".*moodle.* Formats: anki, moodle, canvas, gift\.'):
        export("moodel", tmp_path, bank, now=NOW)


def test_a_name_with_another_suffix_is_refused_and_nothing_written(bank, tmp_path):
    with pytest.raises(BadInput, match=r"A file for anki ends in \.apkg"):
        export("anki", tmp_path / "cards.zip", bank, now=NOW)
    assert not (tmp_path / "cards.zip").exists()
    assert export("anki", tmp_path / "CARDS.APKG", bank, now=NOW).file == tmp_path / "CARDS.APKG"


def test_the_command_says_what_is_lost(bank, tmp_path):
    words = ["export", "gift", str(tmp_path / "q.gift"), "--bank", str(tmp_path / "bank")]
    told = CliRunner().invoke(cli, words, catch_exceptions=False).output
    assert told.splitlines()[0] == f"3 questions: {tmp_path}/q.gift"
    as_json = json.loads(CliRunner().invoke(cli, [*words, "--json"], catch_exceptions=False).output)
    assert [loss["questions"] for loss in as_json["losses"]] == [["three-of-six"], ["month"]]
