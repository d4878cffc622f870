"""Demos: what they return is their doctest, which runs too; here is what holds for all of them."""

from __future__ import annotations

import ast
import doctest
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambda_study.demos import (
    buckets,
    cognito,
    concurrency,
    configuration,
    containers,
    data_streams,
    edge,
    exam_deployment,
    exam_security,
    expressions,
    failure_messages,
    functions,
    integrations,
    limits,
    messages,
    permissions,
    pricing,
    queues,
    rules,
    runtimes,
    scaling,
    table_streams,
    thumbnail,
    uploads,
)

MODULES = (
    *(buckets, concurrency, containers, expressions, functions, integrations, limits, messages, permissions),
    *(pricing, queues, rules, runtimes, scaling, thumbnail, uploads),
    *(data_streams, table_streams),
    *(cognito, configuration, edge, exam_deployment, exam_security, failure_messages),
)
DEMOS = [
    demo
    for module in MODULES
    for name, demo in inspect.getmembers(module, inspect.isfunction)
    if demo.__module__ == module.__name__ and not name.startswith("_")
]
HANDLERS = sorted(Path(functions.__file__).with_name("handlers").glob("*.py"))


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.__name__)
def test_a_demo_documents_the_value_it_returns_without_arguments(demo: Callable[[], Any]) -> None:
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(demo) or "")
    assert examples[0].source == f"{demo.__name__}()\n"
    assert examples[0].want.strip()


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.stem)
def test_a_handler_of_a_demo_is_an_ordinary_lambda_file(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.startswith("lambda_study")]
    [handler] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "handler"]
    assert [argument.arg for argument in handler.args.args] == ["event", "context"]


def test_every_handler_is_run_by_a_demo() -> None:
    demos = Path(functions.__file__).parent.glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in demos)
    assert not [path.stem for path in HANDLERS if path.stem not in code]


def test_opening_the_connection_in_the_handler_opens_one_each_time() -> None:
    assert functions.connections_opened_in_five_warm_invocations("connect_in_handler") == 5
