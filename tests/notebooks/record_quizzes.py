"""The cells of quizzes.ipynb: a right and a wrong answer to every question of the bank, graded and printed.

`make notebooks` writes and runs them; alone it is `python3 bootstrap.py notebooks quizzes`. Do it after a
question was added or changed on purpose, and read the difference before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lambda_study.quiz import Question, load_bank

NOTEBOOK = Path(__file__).with_name("quizzes.ipynb")

INTRODUCTION = """\
# Recorded answers to every quiz

For each question one answer that is right and one that is wrong, with the verdicts. `record_quizzes.py`
beside this notebook writes it; nbval holds the bank to it."""

SET_UP = """\
from lambda_study.quiz import grade, load_bank

bank = load_bank()
print("topics:", *bank.names)
print("problems:", *bank.problems)


def show(topic, recorded):
    for question in bank.topic(topic):
        for chosen in recorded[question.id]:
            result = grade(question, chosen)
            verdict = "right" if result.correct else f"wrong, the key is {', '.join(result.key)}"
            print(f"{question.id}: {chosen}: {verdict}")"""


def right_answer(question: Question) -> str:
    """The key as a learner would type it."""
    return str(question.answer.value) if question.answer else " ".join(question.key)


def wrong_answer(question: Question) -> str:
    """A complete answer that is wrong: a distractor in the place of the first key, or another number."""
    if question.answer:
        return str(2 * question.answer.value + 1)
    distractor = next(option.letter for option in question.options if not option.correct)
    return " ".join(sorted([distractor, *question.key[1:]]))


def topic_cell(topic: str, questions: tuple[Question, ...]) -> str:
    """The source of the cell that grades TOPIC."""
    rows = [f'    "{each.id}": ("{right_answer(each)}", "{wrong_answer(each)}"),' for each in questions]
    return "\n".join(["recorded = {", *rows, "}", f'show("{topic}", recorded)'])


def notebook() -> nbformat.NotebookNode:
    """The notebook of the whole bank, not yet run."""
    bank = load_bank()
    cells = [new_markdown_cell(INTRODUCTION, id="title"), new_code_cell(SET_UP, id="set-up")]
    for topic in bank.topics:
        cells.append(new_markdown_cell(f"## {topic.title}", id=f"{topic.name}-title"))
        cells.append(new_code_cell(topic_cell(topic.name, topic.questions), id=f"{topic.name}-answers"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


if __name__ == "__main__":
    raise SystemExit("This module only says what to write. Run: python tests/notebooks/execute.py quizzes")
