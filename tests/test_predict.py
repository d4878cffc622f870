"""A prediction is committed once, then compared with the truth."""

from __future__ import annotations

import pytest
from jupyter_client.manager import run_kernel

from lambda_study.errors import BadInput
from lambda_study.show.predict import Reveal, predict


def commit(prediction, option):
    content = {"method": "custom", "content": {"kind": "commit", "option": option}}
    prediction._handle_msg({"content": {"data": content}, "buffers": []})


@pytest.fixture
def environments():
    prediction = predict("How many environments start?", ["1", "2"])
    yield prediction
    prediction.close()


def test_without_a_guess_the_truth_is_told(environments):
    assert repr(environments.reveal(2)) == "You made no guess this time. It is 2."
    assert environments.reveal(2).right is None


def test_a_doubt_stands_before_the_truth(environments):
    assert (
        repr(environments.reveal(2, doubt="It rained.")) == "It rained. You made no guess this time. It is 2."
    )


def test_a_wrong_guess_is_told_beside_the_truth(environments):
    commit(environments, 0)
    assert repr(environments.reveal(2)) == "You guessed 1. It is 2."
    assert environments.reveal(2)._repr_html_().endswith(">✗ You guessed 1. It is 2.</p>")


def test_a_right_guess_is_told_so(environments):
    commit(environments, 1)
    assert repr(environments.reveal("2")) == "You guessed 2. You were right."
    assert environments.reveal("2").right is True


def test_a_guess_stays_once_committed(environments):
    commit(environments, 0)
    commit(environments, 1)
    assert (environments.guess, environments.committed) == ("1", 0)


@pytest.mark.parametrize("garbage", [None, "1", 5, -1, True, 0.0, [0], {"option": 0}])
def test_what_is_no_option_is_ignored(environments, garbage):
    commit(environments, garbage)
    assert environments.guess is None


def test_the_text_of_an_option_comes_before_its_position():
    assert predict("Which?", ["2", "1"]).reveal(1).truth == "1"
    assert predict("How often?", ["Once", "Three times"]).reveal(1).truth == "Three times"


@pytest.mark.parametrize("answer", [-1, "none", "2 s", None, True])
def test_an_answer_that_is_no_option_is_bad_input(environments, answer):
    with pytest.raises(BadInput, match=r"is not an option. Reveal one of: 1, 2\."):
        environments.reveal(answer)


AGAIN = (
    "which is none of the options: other cells have run since. "
    "Restart the kernel and run from the top to see it again."
)

ANOTHER = "This answers another question. Run the cell with its question again, then this one."
COLOURS = 'from lambda_study.lesson import predict\nguess = predict("Which?", ["red", "blue"])'
SIZES = 'guess = predict("How many?", ["1", "2"])'


@pytest.fixture(scope="module")
def notebook():
    """Runs a cell as JupyterLab does, which tells the cell's id, and returns what it shows."""
    with run_kernel() as client:

        def run(cell, source):
            content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
            message = client.session.msg("execute_request", content, metadata={"cellId": cell})
            client.shell_channel.send(message)
            shown = []
            while (said := client.get_iopub_msg(timeout=60))["content"].get("execution_state") != "idle":
                shown += [said["content"].get("data", said["content"]).get("text/plain")]
            return next(filter(None, reversed(shown)), "")

        yield run


def test_a_reveal_belongs_to_its_question(notebook):
    notebook("ask-colour", COLOURS)
    assert notebook("colour", 'guess.reveal("red")') == "You made no guess this time. It is red."
    notebook("ask-size", SIZES)
    assert notebook("colour", 'guess.reveal("red")') == ANOTHER
    assert notebook("size", "guess.reveal(2)") == "You made no guess this time. It is 2."
    notebook("ask-colour", COLOURS)
    assert notebook("colour", 'guess.reveal("blue")') == "You made no guess this time. It is blue."
    assert notebook("size", "guess.reveal(2)") == ANOTHER


def test_a_question_that_was_reworded_keeps_its_answer(notebook):
    notebook("ask-shape", COLOURS)
    notebook("shape", 'guess.reveal("red")')
    notebook("ask-shape", COLOURS.replace("Which?", "Which colour?"))
    assert notebook("shape", 'guess.reveal("red")') == "You made no guess this time. It is red."


def test_an_answer_to_another_question_is_neither_right_nor_wrong():
    told = Reveal(guess="1", truth="1", asked=False)
    assert (told.right, repr(told)) == (None, ANOTHER)


@pytest.mark.parametrize("guessed", [False, True])
def test_another_number_than_offered_comes_from_a_cell_that_was_run_again(environments, guessed):
    if guessed:
        commit(environments, 0)
    told = environments.reveal(5)
    assert repr(told) == f"It is 5 now, {AGAIN}"
    assert told.right is None
    assert repr(predict("How long?", ["0.5 s", "2 s"]).reveal("3.25 s")) == f"It is 3.25 s now, {AGAIN}"


def test_the_box_is_told_what_is_true_and_what_came_of_the_guess(environments):
    assert environments.outcome == {}
    commit(environments, 0)
    environments.reveal(2)
    assert environments.outcome == {"truth": 1, "text": "You guessed 1. It is 2."}
    environments.reveal(5)
    assert environments.outcome == {"truth": -1, "text": f"It is 5 now, {AGAIN}"}


def test_a_value_of_another_kind_is_compared_as_text():
    assert repr(predict("Warm?", [True, False]).reveal(False)) == "You made no guess this time. It is False."


def test_text_and_html_show_the_question_and_its_options(environments):
    bundle = environments._repr_mimebundle_()[0]
    assert bundle["text/plain"] == "Predict: How many environments start?\n- 1\n- 2"
    assert bundle["text/html"] == "<p>Predict: How many environments start?</p><ul><li>1</li><li>2</li></ul>"


def test_a_guess_does_not_change_what_the_notebook_stores(environments):
    before = environments._repr_mimebundle_()
    commit(environments, 1)
    environments.reveal(2)
    assert environments._repr_mimebundle_() == before


@pytest.mark.parametrize(("question", "options"), [("", ["1", "2"]), ("Which?", ["1"]), ("Which?", ["1", 1])])
def test_a_prediction_that_cannot_be_asked_is_bad_input(question, options):
    with pytest.raises(BadInput):
        predict(question, options)
