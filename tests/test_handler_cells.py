"""A cell that deploys another cell's handler without meaning to is told so."""

from __future__ import annotations

from lambda_study.engine.handler_cells import HandlerCells


def test_the_last_handler_of_a_notebook_is_none_of_an_earlier_cell():
    cells = HandlerCells()
    cells.deploys("top", "finder", "its own")
    cells.deploys("bottom", "lander", "the last one")
    assert not cells.deploys("top", "finder", "the last one")


def test_it_is_told_each_time_until_its_own_handler_is_back():
    cells = HandlerCells()
    cells.deploys("top", "finder", "its own")
    cells.deploys("bottom", "lander", "the last one")
    told = [not cells.deploys("top", "finder", each) for each in ("the last one", "the last one", "its own")]
    assert told == [True, True, False]


def test_a_handler_that_was_edited_is_a_cells_own():
    cells = HandlerCells()
    cells.deploys("top", "finder", "as it was")
    assert cells.deploys("top", "finder", "edited")


def test_cells_that_deploy_the_same_handler_share_its_changes():
    cells = HandlerCells()
    for source in ("as it was", "edited"):
        assert cells.deploys("top", "finder", source)
        assert cells.deploys("below", "finder", source)
    assert cells.deploys("top", "finder", "as it was")


def test_one_cell_may_deploy_two_functions():
    cells = HandlerCells()
    cells.deploys("top", "finder", "one")
    cells.deploys("bottom", "lander", "another")
    assert cells.deploys("top", "second", "another")


def test_the_first_run_of_a_cell_may_take_any_handler():
    cells = HandlerCells()
    cells.deploys("top", "finder", "one")
    assert cells.deploys("bottom", "finder again", "one")
