"""A calculation as a question writes it: an expression over the model and the facts, and nothing else.

The expression is parsed as Python and evaluated here node by node. There are no variables, methods,
comprehensions, powers or private names, so that a bank from elsewhere can be proven without running its code.
"""

from __future__ import annotations

import ast
import importlib
import math
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean

LONGEST_EXPRESSION = 500
LARGEST_NUMBER = 10**30
MODEL = {
    "price": "lambda_study.model.pricing",
    "Usage": "lambda_study.model.pricing",
    "bill": "lambda_study.model.pricing",
    "gb_seconds": "lambda_study.model.pricing",
    "Report": "lambda_study.model.report",
    "billed_duration_ms": "lambda_study.model.report",
    "firings": "lambda_study.model.one_line",
    "matches": "lambda_study.model.one_line",
    "asynchronous_runs": "lambda_study.model.one_line",
    "Provisioned": "lambda_study.model.price_features",
    "SnapStart": "lambda_study.model.price_features",
    "fixed_work": "lambda_study.model.pricing",
    "PowerTuning": "lambda_study.model.power_tuning",
    "trimmed_mean": "lambda_study.model.power_tuning",
    "slowdown_that_arm_makes_up_for": "lambda_study.model.power_tuning",
    "ec2": "lambda_study.model.break_even",
    "fargate": "lambda_study.model.break_even",
    "crossing": "lambda_study.model.break_even",
    "per_second": "lambda_study.model.break_even",
    "free_requests": "lambda_study.model.break_even",
    "provisioned_pays_above": "lambda_study.model.break_even",
    "percent_after": "lambda_study.model.traffic_shift",
    "Workload": "lambda_study.model.workload",
    "simulate": "lambda_study.model.simulation",
    "Network": "lambda_study.model.network",
    "reached": "lambda_study.model.network",
    "missing": "lambda_study.model.network",
    "network_bill": "lambda_study.model.network_bill",
    "decide": "lambda_study.model.drill",
    "fitting": "lambda_study.model.drill",
}


def calculate(expression: str) -> Any:
    """The value of EXPRESSION. Literals with a point are exact (Decimal), `/` divides exactly to 28 digits.

    >>> calculate("0.1 + 0.2")
    Decimal('0.3')
    >>> calculate('fact("memory.max") / 1024')
    Decimal('10')
    >>> calculate("'key.txt'.upper()")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: A calculation calls functions by their name, not methods.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise BadInput(f"The calculation is longer than {LONGEST_EXPRESSION} characters. Write a demo.")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        return _Calculation(expression.strip()).value(tree.body)
    except BadInput:
        raise
    except SyntaxError as error:
        raise BadInput(f"The calculation is no expression: {error.msg}.") from error
    except (ArithmeticError, DecimalException, LookupError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"The calculation fails: {type(error).__name__}: {error}.") from error


def fact_value(id: str) -> Any:
    """The value of a fact that may be asked about: it exists and its confidence is high, else BadInput."""
    from lambda_study.facts import fact

    found = fact(id)
    if found.confidence != "high":
        raise BadInput(
            f'The fact "{id}" has {found.confidence} confidence. Ask about facts of high confidence.'
        )
    return found.value


def _divide(left: Any, right: Any) -> Decimal:
    return Decimal(left) / Decimal(right)


def _round(number: Any, places: int = 0) -> Any:
    if not 0 <= places <= 30:
        raise BadInput(f"round() to {places} places. Choose 0 to 30.")
    return round(number, places) if places else round(number)


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "fact": fact_value,
    "Decimal": Decimal,
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "len": len,
    "max": max,
    "min": min,
    "round": _round,
    "sum": sum,
}


class _Calculation:
    """The evaluation of one expression, a method a kind of node."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self._kinds: dict[type[ast.expr], Callable[[Any], Any]] = {
            ast.Constant: self._constant,
            ast.BinOp: self._arithmetic,
            ast.UnaryOp: self._unary,
            ast.Compare: self._comparison,
            ast.BoolOp: self._logic,
            ast.Call: self._call,
            ast.Attribute: self._attribute,
            ast.Subscript: self._item,
            ast.List: lambda node: [self.value(each) for each in node.elts],
            ast.Tuple: lambda node: tuple(self.value(each) for each in node.elts),
            ast.Set: lambda node: {self.value(each) for each in node.elts},
        }

    def value(self, node: ast.expr) -> Any:
        kind = self._kinds.get(type(node))
        if kind is None:
            written = ast.get_source_segment(self.expression, node) or type(node).__name__
            raise BadInput(f'"{written}" is not allowed in a calculation. Write it as a demo.')
        return _bounded(kind(node))

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, float):
            return Decimal((ast.get_source_segment(self.expression, node) or "").replace("_", ""))
        if node.value is None or isinstance(node.value, bool | int | str):
            return node.value
        raise BadInput(f"{node.value!r} is not allowed in a calculation.")

    def _arithmetic(self, node: ast.BinOp) -> Any:
        operation = _BINARY.get(type(node.op))
        if operation is None:
            raise BadInput("A calculation knows + - * / // % and no other operator.")
        return operation(self._number(node.left), self._number(node.right))

    def _number(self, node: ast.expr) -> Any:
        value = self.value(node)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise BadInput(f"{value!r} is no number.")
        return value

    def _unary(self, node: ast.UnaryOp) -> Any:
        operation = _UNARY.get(type(node.op))
        if operation is None:
            raise BadInput("A calculation knows - + and not before a value.")
        return operation(self.value(node.operand))

    def _comparison(self, node: ast.Compare) -> bool:
        values = [self.value(each) for each in (node.left, *node.comparators)]
        tests = [_COMPARE.get(type(op)) for op in node.ops]
        if None in tests:
            raise BadInput("A calculation compares with == != < <= > >= alone.")
        pairs = zip(tests, values, values[1:], strict=False)
        return all(test(left, right) for test, left, right in pairs if test)

    def _logic(self, node: ast.BoolOp) -> bool:
        values = [bool(self.value(each)) for each in node.values]
        return all(values) if isinstance(node.op, ast.And) else any(values)

    def _call(self, node: ast.Call) -> Any:
        if not isinstance(node.func, ast.Name):
            raise BadInput("A calculation calls functions by their name, not methods.")
        function = _function(node.func.id)
        named = {keyword.arg: self.value(keyword.value) for keyword in node.keywords if keyword.arg}
        if len(named) != len(node.keywords):
            raise BadInput("A calculation has no ** arguments. Write each by its name.")
        return function(*[self.value(each) for each in node.args], **named)

    def _attribute(self, node: ast.Attribute) -> Any:
        if node.attr.startswith("_"):
            raise BadInput(f'"{node.attr}" is private. A calculation reads public names.')
        value = getattr(self.value(node.value), node.attr)
        if callable(value):
            raise BadInput(f'"{node.attr}" is a method. A calculation reads values.')
        return value

    def _item(self, node: ast.Subscript) -> Any:
        container, index = self.value(node.value), self.value(node.slice)
        if not isinstance(container, list | tuple | Mapping):
            raise BadInput(f"{container!r} has no items.")
        return container[index]


def _function(name: str) -> Callable[..., Any]:
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    if name in MODEL:
        function: Callable[..., Any] = getattr(importlib.import_module(MODEL[name]), name)
        return function
    known = sorted([*_FUNCTIONS, *MODEL])
    near = did_you_mean(name, known)
    raise BadInput(f'"{name}" is no function of a calculation.{near} Known: {", ".join(known)}.')


def _bounded(value: Any) -> Any:
    """VALUE, a float as the Decimal it prints as; a number beyond all sense is refused before it grows."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal) and not -LARGEST_NUMBER < value < LARGEST_NUMBER:
        raise BadInput("The calculation has a number of more than 30 digits.")
    return value
