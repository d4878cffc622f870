"""What the folders of a class say about themselves."""

from __future__ import annotations

from lambda_study.quiz.bank import DEFAULT_FOLDER
from lambda_study.quiz.finding import shown_path

NBGRADER = """# Settings of nbgrader for this folder. Try: nbgrader generate_assignment NAME --create
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "lambda-study"
"""
STUDENT = """# For students

- `worksheets/`: the lessons on paper. Open the HTML file in a browser, or print the PDF.
- `notebooks/`: the lessons to run. Copy this folder into the folder of Lambda Study, then `lambda-study lab`.

A quiz here records and tells no verdict. Write your name between the quotes of `learner`, run the cell,
answer, hand in. Your answers are in `results/` beside the notebook. Give that file to your teacher. It holds
your name, your answers, and when you gave them.
"""
TEACHER = """# For the teacher

Nothing of this folder goes to students before the test is over.

- `worksheets/`: the lessons filled in, as the students have them empty.
- `quizzes/`: a sheet for each topic, and its key with reasons and sources.
- `nbgrader/source/`: each lesson and each topic as an assignment. In `nbgrader/`:
  `nbgrader generate_assignment NAME --create` writes what students get to `release/`.
- `../lms/`: the same questions for Anki, Moodle, Canvas, and programs that read GIFT. They hold the keys.

Give out `../student/`. Put what comes back into a folder and run `lambda-study collect FOLDER{bank}`.

{which}
"""
PUBLIC = """**The questions are those of the public bank.** Whoever has Lambda Study has their keys and
reasons on the same machine: this is practice. For a test that counts, write a bank of your own and give it
with `--bank FOLDER`; its questions are in no copy of Lambda Study."""
PRIVATE = """The questions are those of your own bank. Keep it, this folder and `../lms/` to yourself."""


def for_students() -> str:
    """Return what the students' folder says."""
    return STUDENT


def for_the_teacher(bank: str) -> str:
    """Return what the teacher's folder says, with questions of the bank in the folder BANK."""
    public = is_public(bank)
    return TEACHER.format(bank="" if public else f" --bank {bank}", which=PUBLIC if public else PRIVATE)


def is_public(bank: str) -> bool:
    """Return whether BANK, a bank's path, is the bank that everybody has."""
    return bank == shown_path(DEFAULT_FOLDER)
