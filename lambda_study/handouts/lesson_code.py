"""The code of a lesson's cell, parted into what is read on paper and what belongs to the screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class LessonCode:
    """A cell's code without the lines that ask and answer, and the quiz that it asks for, if any.

    `shown` lacks predictions and, where a reveal would tell the answer, the reveal. `quiz` is the topic and
    how many of its questions.
    """

    shown: str
    quiz: tuple[str, int | None] | None = None


def lesson_code(source: str) -> LessonCode:
    """Return SOURCE, the code of a cell, as a worksheet shows it.

    >>> lesson_code('guess = predict("How many?", [1, 2])\\nguess').shown
    ''
    >>> lesson_code("crowd = upload.invoke_all([{}] * 4)\\nguess.reveal(4)").shown
    'crowd = upload.invoke_all([{}] * 4)'
    >>> lesson_code('quiz("limits", count=5)').quiz
    ('limits', 5)
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return LessonCode(source)
    quiz = next(filter(None, map(_quiz, statements)), None)
    asked = {name for each in statements for name in _predictions(each)}
    for_the_screen = [each for each in statements if _quiz(each) or _asks_or_tells(each, asked)]
    return LessonCode(_without(source, for_the_screen), quiz)


def _without(source: str, statements: list[ast.stmt]) -> str:
    left_out = {line for each in statements for line in range(each.lineno, (each.end_lineno or 0) + 1)}
    lines = [line for number, line in enumerate(source.splitlines(), 1) if number not in left_out]
    is_code = any(line.strip() and not line.startswith("#") for line in lines)
    return "\n".join(lines).strip("\n") if is_code else ""


def _asks_or_tells(statement: ast.stmt, asked: set[str]) -> bool:
    if _predictions(statement):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name):
        return statement.value.id in asked
    return any(isinstance(each, ast.Attribute) and each.attr == "reveal" for each in ast.walk(statement))


def _predictions(statement: ast.stmt) -> list[str]:
    """The names that STATEMENT gives to a prediction."""
    if not isinstance(statement, ast.Assign) or not _calls(statement.value, "predict"):
        return []
    return [target.id for target in statement.targets if isinstance(target, ast.Name)]


def _quiz(statement: ast.stmt) -> tuple[str, int | None] | None:
    for call in _calls_in(statement, "quiz"):
        count = next((each.value for each in call.keywords if each.arg == "count"), None)
        topic = call.args[0] if call.args else None
        if isinstance(topic, ast.Constant) and isinstance(topic.value, str):
            number = count.value if isinstance(count, ast.Constant) else None
            return topic.value, number if isinstance(number, int) else None
    return None


def _calls_in(statement: ast.stmt, function: str) -> Iterator[ast.Call]:
    return (each for each in ast.walk(statement) if isinstance(each, ast.Call) and _calls(each, function))


def _calls(node: ast.expr, function: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
