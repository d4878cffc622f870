"""The defaults of a function: one set, AWS's, wherever a function can be made."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from lambda_study.cli.invoke import command
from lambda_study.engine import deploy, deploy_image
from lambda_study.engine.function import FunctionConfiguration
from lambda_study.facts import fact
from lambda_study.model.usage import Usage

AWS = {
    "memory_mb": fact("memory.default").value,
    "timeout_s": fact("timeout.default").value,
    "ephemeral_mb": fact("tmp.min").value,  # the least is also the default
}


def of_a_function(made_by: object) -> dict[str, object]:
    return {name: each.default for name, each in inspect.signature(made_by).parameters.items()}


def of_a_dataclass(made_by: type) -> dict[str, object]:
    return {each.name: each.default for each in dataclasses.fields(made_by)}


PLACES = {
    "deploy": of_a_function(deploy),
    "deploy_image": of_a_function(deploy_image),
    "FunctionConfiguration": of_a_dataclass(FunctionConfiguration),
    "lambda-study invoke": {option.name: option.default for option in command.params},
    "Usage": of_a_dataclass(Usage),
}


@pytest.mark.parametrize("place", PLACES)
def test_the_defaults_are_those_that_aws_states(place: str) -> None:
    given = {name: value for name, value in PLACES[place].items() if name in AWS}
    given = {name: value for name, value in given.items() if value is not dataclasses.MISSING}
    assert given.items() <= AWS.items()
    assert given


def test_memory_and_timeout_have_a_default_wherever_a_function_is_made() -> None:
    makers = [place for place in PLACES if place != "Usage"]
    assert [place for place in makers if not {"memory_mb", "timeout_s"} <= set(PLACES[place])] == []
