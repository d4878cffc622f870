"""Metric math of CloudWatch: sums, differences, products and quotients of metrics."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import datetime

Series = Mapping[datetime, float]

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(expression: str, series: Mapping[str, Series]) -> dict[datetime, float]:
    """Return EXPRESSION for each time at which all the SERIES that it names have a value.

    A quotient by zero has no value.

    >>> at = datetime(2026, 11, 23)
    >>> list(evaluate("100 * errors / runs", {"errors": {at: 1.0}, "runs": {at: 4.0}}).values())
    [25.0]

    Unlike AWS: its functions, such as FILL and RATE, are not modelled: NotImplementedError.
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise NotImplementedError(f"The expression {expression} is not modelled.") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            raise NotImplementedError(f"{ast.unparse(node)} is not modelled in metric math.")
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    if not names or not set(names) <= set(series):
        raise NotImplementedError(f"The expression {expression} names no metric of this request.")
    times = set.intersection(*(set(series[name]) for name in names))
    found = {at: _value(tree, {name: series[name][at] for name in names}) for at in sorted(times)}
    return {at: value for at, value in found.items() if value is not None}


def _value(node: ast.expr, values: Mapping[str, float]) -> float | None:
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left, values), _value(node.right, values)
        if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
            return None
        return _OPERATORS[type(node.op)](left, right)
    raise NotImplementedError(f"{ast.unparse(node)} is not modelled in metric math.")
