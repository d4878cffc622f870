"""What lessons show of files and images."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_study.engine import Link, write_image
from lambda_study.errors import BadInput
from lambda_study.show.image_table import image_table
from lambda_study.show.source_file import show_file


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("welcome.mjs", "javascript"),
        ("welcome.sh", "bash"),
        ("welcome.rb", "ruby"),
        ("Welcome.java", "java"),
        ("Welcome.cs", "csharp"),
        ("welcome.go", "go"),
        ("welcome.py", "python"),
    ],
)
def test_the_same_handler_is_there_in_every_language(name: str, language: str) -> None:
    shown = show_file(name)._repr_mimebundle_()
    assert "Welcome to the club, " in shown["text/plain"]
    assert shown["text/markdown"] == f"```{language}\n{shown['text/plain']}\n```"


def test_a_path_is_written_as_seen_from_the_lessons_folder(root: Path, monkeypatch) -> None:
    monkeypatch.chdir(root / "notebooks")
    assert show_file("welcome.go").path == "../lambda_study/demos/handlers/welcome.go"


def test_elsewhere_a_path_is_whole(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Path(show_file("welcome.go").path).is_absolute()


def test_a_file_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(BadInput, match=r'no file "welcome.pl".* welcome.go, welcome.mjs'):
        show_file("welcome.pl")


def test_no_other_file_of_this_machine_is_shown() -> None:
    with pytest.raises(BadInput, match="There is no file"):
        show_file("../../recorded.py")


def test_a_table_of_an_image_counts_links_and_finds_the_layers_it_knows(tmp_path: Path) -> None:
    tools = {"bin/box": "tools", "bin/sh": Link("box"), "bin/cat": Link("box")}
    before = write_image(tmp_path, [tools, {"app": "1"}], ["/bin/sh"], ["/app"])
    after = write_image(tmp_path, [tools, {"app": "2"}], ["/bin/sh"], ["/app"])
    rows = image_table(after, before=before).rows
    assert [(row[2], row[3]) for row in rows[1:]] == [("bin/box, 2 links to it", "as before"), ("app", "new")]


def test_a_table_escapes_what_an_image_brings(tmp_path: Path) -> None:
    image = write_image(tmp_path, {"<b>": "1"}, ["<i>"])
    html = image_table(image).html()
    assert "&lt;b&gt;" in html and "&lt;i&gt;" in html
    assert "<b>" not in html and "<i>" not in html
