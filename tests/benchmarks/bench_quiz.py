"""What a quiz of 50 questions costs: kernel time, outputs, bytes, beside a plain widget of the same text."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path

import ipywidgets
import nbclient
import nbformat
from row import Row

from lambda_study.quiz import Question, load_bank
from lambda_study.show.quiz_text import quiz_text
from lambda_study.show.quiz_view import QuizView

QUESTIONS = 50
RUNS = 21
KIB = 1024
PEER = "ipywidgets HTML, text only"


def run() -> list[Row]:
    questions = fifty_questions()
    text = f"<pre>{escape(quiz_text('Quiz', questions))}</pre>"
    quiz_ms, plain_ms = median_ms(lambda: QuizView(questions)), median_ms(lambda: ipywidgets.HTML(text))
    state, plain_state = state_kib(QuizView(questions)), state_kib(ipywidgets.HTML(text))
    outputs = outputs_of_a_cell()
    return [
        Row("quiz of 50: kernel time", quiz_ms, "ms", bar=50, peer=plain_ms, peer_name=PEER),
        Row("quiz of 50: outputs", len(outputs), "outputs", bar=1),
        Row("quiz of 50: saved output", kib(outputs), "KiB", bar=60),
        Row("quiz of 50: widget state", state, "KiB", bar=60, peer=plain_state, peer_name=PEER),
    ]


def fifty_questions() -> list[Question]:
    """The questions of the bank, over again under other ids until there are enough."""
    bank = load_bank().questions
    rounds = range(-(-QUESTIONS // len(bank)))
    again = [replace(question, id=f"{question.id}-{turn}") for turn in rounds for question in bank]
    return again[:QUESTIONS]


def median_ms(make: Callable[[], ipywidgets.Widget]) -> float:
    """The median time to make a widget and what a notebook stores of it."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        widget = make()
        widget._repr_mimebundle_()
        times.append(1000 * (time.perf_counter() - began))
        widget.close()
    return statistics.median(times)


def outputs_of_a_cell() -> list[nbformat.NotebookNode]:
    """What a notebook stores under a cell that shows the quiz, run by a real kernel in this folder."""
    code = "from bench_quiz import QuizView, fifty_questions\nQuizView(fifty_questions())"
    cells = [nbformat.v4.new_code_cell(code)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": str(Path(__file__).parent)}}
    nbclient.NotebookClient(notebook, kernel_name="python3", resources=resources).execute()
    outputs: list[nbformat.NotebookNode] = notebook.cells[0].outputs
    return outputs


def state_kib(widget: ipywidgets.Widget) -> float:
    return kib(widget.get_state())


def kib(value: object) -> float:
    return len(json.dumps(value, default=str)) / KIB
