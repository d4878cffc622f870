"""The files for other programs, read by those programs' own importers."""

from __future__ import annotations

import json
import subprocess
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as XML

import pytest
from exported_bank import TOPIC, small_bank
from own_environment import own_environment

from lambda_study.handouts.export import export
from lambda_study.quiz import load_bank

pytestmark = pytest.mark.more
NOW = datetime(2026, 11, 23, tzinfo=UTC)

ANKI = """
import json, os, sys, tempfile
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(os.path.join(tempfile.mkdtemp(), "collection.anki2"))
counts = []
for package in sys.argv[2:]:
    request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    counts.append([len(log.new), len(log.updated), len(log.duplicate)])
(found,) = collection.find_cards(f'"Id:{sys.argv[1]}"')
card = collection.get_card(found)
told = dict(counts=counts, notes=collection.note_count(), front=card.question(), back=card.answer())
print(json.dumps(told))
"""
GIFT = """
const { parse } = require(process.argv[1]);
process.stdout.write(JSON.stringify(parse(require("fs").readFileSync(process.argv[2], "utf8"))));
"""


@pytest.fixture(scope="module")
def anki(tmp_path_factory):
    """Anki's own backend: imports packages one after the other and shows a card."""
    python = own_environment(tmp_path_factory.mktemp("anki"), "anki==26.9.3") / "python"

    def imported(card: str, *packages: Path) -> dict:
        words = [python, "-c", ANKI, card, *packages]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return imported


@pytest.fixture(scope="module")
def gift(tmp_path_factory):
    """The parser of gift-pegjs from npm."""
    folder = tmp_path_factory.mktemp("gift")
    try:
        done = subprocess.run(
            ["npm", "pack", "gift-pegjs@1.0.2"], cwd=folder, capture_output=True, text=True, timeout=120
        )
    except FileNotFoundError:
        pytest.skip("npm is not installed here, which brings gift-pegjs")
    if done.returncode != 0:
        pytest.skip(f"npm cannot bring gift-pegjs: {done.stderr.strip().splitlines()[-1:]}")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")

    def parsed(file: Path) -> list[dict]:
        words = ["node", "-e", GIFT, str(folder / "package" / "pegjs-gift.js"), str(file)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [each for each in json.loads(done.stdout) if each["type"] != "Category"]

    return parsed


def exported(format, folder, bank, now=NOW):
    folder.mkdir()
    return export(format, folder, bank, now=now).file


def test_anki_takes_the_whole_bank_once(anki, tmp_path):
    bank = load_bank()
    package = exported("anki", tmp_path / "out", bank)
    told = anki("one-dollar", package, package)
    count = len(bank.questions)
    assert (told["counts"], told["notes"]) == ([[count, 0, 0], [0, 0, count]], count)


def test_anki_updates_a_question_that_was_mended_and_adds_none(anki, tmp_path):
    first = exported("anki", tmp_path / "first", small_bank(tmp_path))
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "retries.md").write_text(TOPIC.replace("Half a dollar.", "Fifty cents."), "utf-8")
    second = exported("anki", tmp_path / "second", load_bank(tmp_path / "later"), NOW + timedelta(days=1))
    told = anki("month", first, second)
    assert (told["counts"][0], told["counts"][1][0], told["notes"]) == ([3, 0, 0], 0, 3)
    assert "Fifty cents." in told["back"] and "Half a dollar." not in told["back"]


def test_a_card_asks_without_its_key_and_answers_with_every_reason(anki, tmp_path):
    told = anki("who-tries-again", exported("anki", tmp_path / "out", small_bank(tmp_path)))
    assert "How many times does it run?" in told["front"] and "One run and two" not in told["front"]
    assert "<b>B</b>" in told["back"] and "<b>Correct.</b> One run and two retries." in told["back"]


def test_gift_pegjs_reads_the_whole_bank(gift, tmp_path):
    bank = load_bank()
    questions = {each["id"]: each for each in gift(exported("gift", tmp_path / "out", bank))}
    assert set(questions) == {question.id for question in bank.questions}
    for question in bank.questions:
        if question.kind == "single":
            right = [choice["isCorrect"] for choice in questions[question.id]["choices"]]
            assert right == [option.correct for option in question.options]


def test_gift_pegjs_reads_code_shares_and_numbers_as_they_are_meant(gift, tmp_path):
    code, several, number = gift(exported("gift", tmp_path / "out", small_bank(tmp_path)))
    shown = "raise ValueError({&quot;n&quot;: 1})  # ~ = # { } : &lt;b&gt;<br><br>print(&quot;never&quot;)"
    assert shown in code["stem"]["text"]
    assert code["tags"] == ["retries", "recall", "DVA-C03::1", "SAA-C03::3"]
    assert [choice["weight"] for choice in several["choices"]] == [33.33333] * 3 + [-100] * 3
    assert number["choices"][0]["text"] == {"type": "range", "number": 0.5, "range": 0.01}


TEXT = """Quiz title: Retries
1. How many times does it run?
... note
a) Once
... no
*b) Three times
... yes

2. Which services are polled?
... note
[*] SQS
... yes
[*] Kinesis
... yes
[*] Streams
... yes
[ ] S3
... no
[ ] SNS
... no
[ ] API
... no

3. What does it cost?
... note
+ right
= 0.5 +- 0.01
"""


def test_the_layout_for_canvas_is_the_one_of_text2qti(tmp_path):
    tool = own_environment(tmp_path, "text2qti==0.8.0") / "text2qti"
    (tmp_path / "peer.txt").write_text(TEXT)
    subprocess.run([tool, "peer.txt"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    (tmp_path / "bank").mkdir()
    ours = assessment(exported("canvas", tmp_path / "out", small_bank(tmp_path / "bank")))
    assert len(ours) == 3
    assert list(map(skeleton, ours)) == list(map(skeleton, assessment(tmp_path / "peer.zip")))


def assessment(package: Path) -> list[XML.Element]:
    """The items of the one assessment that the manifest of PACKAGE names."""
    with zipfile.ZipFile(package) as archive:
        manifest = XML.fromstring(archive.read("imsmanifest.xml"))
        (file,) = manifest.findall(".//{*}resource[@type='imsqti_xmlv1p2']/{*}file")
        return XML.fromstring(archive.read(file.get("href"))).findall(".//{*}item")


def skeleton(element: XML.Element) -> list:
    """Tags and attributes of ELEMENT and all below it, with the values that are not names of ours."""
    own = ("ident", "title", "linkrefid")
    attributes = {name: "" if name in own else value for name, value in element.items()}
    return [element.tag, attributes, [skeleton(child) for child in element]]
