"""The folder of an application: all of it or nothing."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from lambda_study.aws_template.application import Application
from lambda_study.aws_template.applications import application
from lambda_study.aws_template.month import month_bill
from lambda_study.aws_template.read_me import read_me
from lambda_study.aws_template.sam import template
from lambda_study.aws_template.yaml_text import yaml_text
from lambda_study.errors import BadInput
from lambda_study.model.bill import rounded


@dataclass(frozen=True)
class Written:
    """An application that was written: where, which files, and what a month of it costs at most.

    `usd_month` is that of an account whose free tier others use up; `usd_idle` of a month without a visitor.
    """

    demo: str
    folder: Path
    files: tuple[str, ...]
    usd_month: str
    usd_idle: str

    def lines_of(self, file: str) -> int:
        """How many lines a file has."""
        return len((self.folder / file).read_text(encoding="utf-8").splitlines())

    def to_json(self) -> dict[str, object]:
        """The same as JSON; amounts are texts, so that no reader rounds them."""
        return {**asdict(self), "folder": str(self.folder)}

    def __repr__(self) -> str:
        lines = [f"{self.lines_of(file):>5}  {file}" for file in self.files]
        return "\n".join(["lines  file", *lines])


def write_template(demo: str, out: str | Path) -> Written:
    """Write the application DEMO into the folder OUT, which is made; one of `DEMOS`.

    The handlers are copied byte for byte. BadInput for an unknown DEMO, for an OUT that holds files already,
    and for a place that cannot be written to; then nothing has been written.
    """
    app, folder = application(demo), Path(out)
    _check(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".template-") as scratch:
            made = Path(scratch, "made")
            _write(app, made)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Choose another place.") from error
    return _written(app, folder)


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file. Give a folder that is new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        raise BadInput(f"{folder} holds files already. Give a folder that is new or empty.")


def _write(app: Application, folder: Path) -> None:
    for function in app.functions:
        source = folder / "src" / function.name
        source.mkdir(parents=True)
        shutil.copyfile(function.file, source / function.file.name)
        text = "".join(f"{each}\n" for each in function.requirements)
        (source / "requirements.txt").write_text(text, encoding="utf-8")
    for name, text in _texts(app).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _texts(app: Application) -> dict[str, str]:
    return {
        "README.md": read_me(app),
        "samconfig.toml": _CONFIGURATION.format(name=app.name.removeprefix("photo-")),
        "template.yaml": yaml_text(template(app)),
    }


def _written(app: Application, folder: Path) -> Written:
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    most, idle = month_bill(app, free_tier=False), month_bill(app, idle=True)
    return Written(app.name, folder, tuple(files), rounded(most.total_usd), rounded(idle.total_usd))


_CONFIGURATION = """\
# Read by `sam build` and `sam deploy`. Prices in the README are those of this Region.
version = 0.1

[default.global.parameters]
stack_name = "photo-{name}"
region = "us-east-1"

[default.deploy.parameters]
capabilities = "CAPABILITY_IAM"  # the template makes a role for each function
confirm_changeset = true         # shows what will change, and asks
resolve_s3 = true                # code goes into a bucket that the SAM CLI makes
"""
