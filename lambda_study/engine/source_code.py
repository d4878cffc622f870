"""What can be told from the source of a handler before anything runs."""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from lambda_study.errors import BadInput
from lambda_study.nearest import did_you_mean

_OWN = "lambda_study"
_MODULE_NAMES = {"__name__", "__file__", "__doc__", "__builtins__", "__spec__", "__loader__", "__package__"}
_RULE = "The cell of the handler is the deployment package: keep imports and definitions there"


def check_handler(source: str, handler: str, file: str) -> None:
    """Raise BadInput if SOURCE does not define HANDLER, or defines it so that Lambda cannot call it.

    Source with a syntax error passes: it is Lambda that reports it, when the function is invoked.

    >>> check_handler("def handler(event, context): ...", "handlr", "app.py")
    Traceback (most recent call last):
    lambda_study.errors.BadInput: app.py defines no "handlr". Did you mean "handler"?
    """
    try:
        tree = ast.parse(source)
        names = _defined_names(source)
    except SyntaxError:
        return
    definitions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == handler]
    if definitions:
        _check_arguments(handler, *_argument_counts(definitions[-1].args))
    elif handler not in names and "*" not in names:
        advice = did_you_mean(handler, names) or f" Write def {handler}(event, context) there."
        raise BadInput(f'{file} defines no "{handler}".{advice}')


def check_signature(function: FunctionType) -> None:
    """Raise BadInput unless FUNCTION can be called with two arguments.

    >>> check_signature(lambda event: None)
    Traceback (most recent call last):
    lambda_study.errors.BadInput: <lambda> takes 1 argument, but Lambda calls it with two. Write def \
handler(event, context).
    """
    parameters = inspect.signature(function).parameters.values()
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in positional if p.default is p.empty]
    variable = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    keyword_only = any(p.kind is p.KEYWORD_ONLY and p.default is p.empty for p in parameters)
    _check_arguments(function.__name__, len(required), len(positional), variable, keyword_only)


def check_package(source: str, function: FunctionType) -> None:
    """Raise BadInput if the code around FUNCTION's definition would deploy or call when Lambda loads it.

    Code below `if __name__ == "__main__":` does not run on Lambda and is not looked at.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        raise BadInput(f"{_RULE}, as plain Python without magics or await.") from None
    for statement in tree.body:
        if not _is_main_block(statement):
            _check_statement(statement, function)


def foreign_names(source: str, function: FunctionType) -> tuple[str, ...]:
    """Return a hint for each name that the code uses and another cell defines: on Lambda it is not there."""
    defined = _defined_names(source)
    if "*" in defined:
        return ()
    known = defined | set(dir(builtins)) | _MODULE_NAMES
    used = sorted(_used_names(symtable.symtable(source, "<cell>", "exec")) - known)
    return tuple(
        f'"{name}" comes from another cell. {_RULE} all that {function.__name__} needs.'
        for name in used
        if name in function.__globals__
    )


def _check_statement(statement: ast.stmt, function: FunctionType) -> None:
    for node in _run_on_import(statement):
        where = f"line {getattr(node, 'lineno', statement.lineno)} of it"
        if isinstance(node, ast.Import | ast.ImportFrom) and _imports_own(node):
            raise BadInput(
                f"{_RULE}; {where} imports {_OWN}, which Lambda does not have. Do that in another cell."
            )
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        if node.id == "get_ipython":
            raise BadInput(f"{_RULE}; {where} is a magic or a shell command. Move it to another cell.")
        if _is_own(function.__globals__.get(node.id)):
            raise BadInput(f'{_RULE}; {where} uses "{node.id}". Deploy and invoke in the next cell.')
    if isinstance(statement, ast.Expr | ast.Assign) and _calls(statement.value, function.__name__):
        raise BadInput(
            f"{_RULE}; line {statement.lineno} of it calls {function.__name__}. Do that in the next cell."
        )


def _run_on_import(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run when the module is loaded: all but the bodies of functions."""
    yield statement
    for name, value in ast.iter_fields(statement):
        inside_function = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if inside_function and name in ("body", "returns"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.AST):
                yield from _run_on_import(node)


def _is_main_block(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and any(
        isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test)
    )


def _imports_own(node: ast.Import | ast.ImportFrom) -> bool:
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return any(module.split(".")[0] == _OWN for module in modules)


def _is_own(value: Any) -> bool:
    """True for what comes from this package: deploy, a deployed function, a result of it."""
    modules = (getattr(value, "__module__", None), type(value).__module__)
    return any(isinstance(module, str) and module.split(".")[0] == _OWN for module in modules)


def _calls(value: ast.expr, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in _run_on_import(value)
    )


def _defined_names(source: str) -> set[str]:
    """Return the names that the module itself binds; "*" stands for those of an `import *`."""
    table = symtable.symtable(source, "<package>", "exec")
    names = {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    names |= {child.get_name() for child in table.get_children()}
    stars = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    return names | {"*" for node in stars if node.names[0].name == "*"}


def _used_names(table: symtable.SymbolTable) -> set[str]:
    top = table.get_type() == "module"
    used = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
    return used.union(*(_used_names(child) for child in table.get_children()))


def _argument_counts(arguments: ast.arguments) -> tuple[int, int, bool, bool]:
    positional = len(arguments.posonlyargs) + len(arguments.args)
    keyword_only = any(default is None for default in arguments.kw_defaults)
    return positional - len(arguments.defaults), positional, arguments.vararg is not None, keyword_only


def _check_arguments(name: str, required: int, positional: int, variable: bool, keyword_only: bool) -> None:
    advice = "Write def handler(event, context)."
    if keyword_only:
        raise BadInput(
            f"{name} needs a keyword argument, but Lambda calls it with event and context only. {advice}"
        )
    if required > 2 or (positional < 2 and not variable):
        count = required if required > 2 else positional
        arguments = "argument" if count == 1 else "arguments"
        raise BadInput(f"{name} takes {count or 'no'} {arguments}, but Lambda calls it with two. {advice}")
