"""Where hand-outs go: a folder, or a named file with its key beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lambda_study.errors import BadInput
from lambda_study.handouts.cheat_sheet import cheat_sheet, exams_eve
from lambda_study.handouts.document import Document
from lambda_study.handouts.forms import PaperForm, paper_forms
from lambda_study.handouts.html import html_page
from lambda_study.handouts.page import paper_of
from lambda_study.handouts.pdf import pdf_page
from lambda_study.handouts.ticket import ticket, ticket_questions
from lambda_study.handouts.worksheet import read_notebook, worksheet
from lambda_study.quiz.bank import Bank, load_bank
from lambda_study.quiz.blueprint import blueprint

FORMATS = ("html", "pdf")
_SUFFIXES = {".html": "html", ".htm": "html", ".pdf": "pdf"}


@dataclass(frozen=True)
class FormFiles:
    """The two files of one form, and the seed that gives the same questions again."""

    form: str
    seed: int | None
    sheet: Path
    key: Path


@dataclass(frozen=True)
class Handout:
    """The files of a topic or an exam: sheet and key of its first form, and those of all its forms."""

    topic: str
    questions: int
    sheet: Path
    key: Path
    bank_digest: str
    forms: tuple[FormFiles, ...]


@dataclass(frozen=True)
class Place:
    """Where files go: a folder and a format, and the stem of their names if OUT was a file's name."""

    folder: Path
    format: str
    suffix: str
    stem: str = ""

    def path(self, name: str, *tags: str) -> Path:
        """Return the file for NAME and its TAGS, such as the form's letter and "key"."""
        return self.folder / ("-".join([self.stem or name, *filter(None, tags)]) + self.suffix)


def named(out: str | Path) -> Path:
    """Return OUT as a path; an empty text, which would mean the current folder, raises BadInput."""
    if not str(out):
        raise BadInput("OUT is empty. Give a folder, or . for the one you are in.")
    return Path(out)


def place(out: str | Path, format: str | None = None) -> Place:
    """Return the place OUT, with the format of its suffix, else FORMAT, else HTML.

    A suffix that is none of a hand-out, or another than FORMAT's, raises BadInput.
    """
    path = named(out)
    if format not in (None, *FORMATS):
        raise BadInput(f'The format "{format}". Choose one of: {", ".join(FORMATS)}.')
    if path.is_dir() or not path.suffix:
        return Place(path, format or "html", f".{format or 'html'}")
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise BadInput(
            f'OUT is "{path}". A hand-out is HTML or PDF: give a folder or a name that ends in .html or .pdf.'
        )
    if format not in (None, found):
        raise BadInput(f'OUT is "{path}" and the format {format}. Give a name that ends in .{format}.')
    return Place(path.parent, found, path.suffix, path.stem)


def write_handout(
    name: str,
    out: str | Path,
    bank: Bank,
    large: bool = False,
    *,
    format: str | None = None,
    seed: int | None = None,
    letters: Sequence[str] = (),
    folder: str | Path | None = None,
) -> Handout:
    """Write the sheet and the key of the topic or exam NAME, for each form, and return where they are.

    OUT is a folder, made on demand, that gets `NAME.html` and `NAME-key.html`; or a file's name that ends in
    .html or .pdf, which becomes the sheet, with its key beside it. A form's letter comes before "key":
    `NAME-A-key.html`. Files of these names are replaced. What SEED, LETTERS and FOLDER give, `paper_forms`
    says. A suffix of another kind raises BadInput, and so does a place that cannot be written to.
    """
    where = place(out, format)
    forms = paper_forms(name, bank, seed=seed, letters=letters, folder=folder)
    written = tuple(_write_form(each, where, bank, large) for each in forms)
    first = written[0]
    return Handout(forms[0].name, len(forms[0].questions), first.sheet, first.key, bank.digest, written)


def _write_form(form: PaperForm, where: Place, bank: Bank, large: bool) -> FormFiles:
    sheet, key = (
        paper_of(
            form.questions,
            with_key,
            title=form.heading,
            digest=bank.digest,
            large=large,
            introduction=form.introduction,
        )
        for with_key in (False, True)
    )
    return _write_pair(sheet, key, where, form.name, form.letter, form.seed)


def _write_pair(
    sheet: Document, key: Document, where: Place, name: str, form: str, seed: int | None
) -> FormFiles:
    paths = where.path(name, form), where.path(name, form, "key")
    for path in paths:
        demand_file(path)  # before the first is written: a sheet without its key is no hand-out
    for page, path in zip((sheet, key), paths, strict=True):
        write_page(page, path, where.format)
    return FormFiles(form, seed, *paths)


def write_ticket(
    topic: str,
    out: str | Path,
    bank: Bank,
    large: bool = False,
    *,
    format: str | None = None,
    seed: int | None = None,
) -> Handout:
    """Write the exit ticket of TOPIC, three short questions that SEED draws, and its key.

    A folder OUT gets `TOPIC-exit-ticket.html` and `TOPIC-exit-ticket-key.html`.
    """
    where = place(out, format)
    questions = ticket_questions(topic, bank, seed)
    sheet, key = (ticket(topic, bank, questions, with_key, large) for with_key in (False, True))
    written = _write_pair(sheet, key, where, f"{topic}-exit-ticket", "", seed)
    return Handout(topic, len(questions), written.sheet, written.key, bank.digest, (written,))


def write_cheat_sheet(
    name: str,
    out: str | Path,
    bank: Bank,
    large: bool = False,
    *,
    format: str | None = None,
    notebooks: Path | None = None,
    folder: str | Path | None = None,
) -> Path:
    """Write the cheat sheet of a topic, or of an exam the two pages for its eve, and return the file.

    A folder OUT gets `NAME-cheat-sheet.html`. Traps and recap come from the lessons in NOTEBOOKS, if given.
    """
    where = place(out, format)
    if name in bank.names:
        page = cheat_sheet(name, bank.title(name), notebooks, large)
    else:
        exam = blueprint(name, folder)
        name, titles = exam.exam, {each: bank.title(each) for each in bank.names}
        page = exams_eve(name, titles, large)
    return write_page(page, where.path(f"{name}-cheat-sheet"), where.format)


def write_page(page: Document, path: Path, format: str) -> Path:
    """Write PAGE to PATH as FORMAT and return PATH."""
    write_file(path, pdf_page(page) if format == "pdf" else html_page(page).encode())
    return path


def demand_file(path: Path) -> None:
    """Return nothing, or raise BadInput if PATH is a folder, which no file can replace."""
    if path.is_dir():
        raise BadInput(f"{path} cannot be written: it is a folder. Choose another place.")


def write_file(path: Path, content: bytes) -> None:
    """Write CONTENT to PATH and make the folder it is in; a place that refuses raises BadInput."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}. Choose another place.") from error


def write_worksheet(
    notebook: str | Path,
    out: str | Path,
    teacher: bool = False,
    *,
    bank: Bank | None = None,
    large: bool = False,
    format: str | None = None,
) -> Path:
    """Write the lesson in the file NOTEBOOK as a worksheet, or as the TEACHER's copy, and return the file.

    A folder OUT gets `LESSON.html` or `LESSON-teacher.html`; a name that ends in .html or .pdf is the file.
    The quiz has the questions of BANK, without one those of the bank that comes with Lambda Study.
    """
    where, path = place(out, format), Path(notebook)
    page = worksheet(read_notebook(path), teacher, bank or load_bank(), large)
    tags = ["teacher"] if teacher and not where.stem else []
    return write_page(page, where.path(path.stem, *tags), where.format)
