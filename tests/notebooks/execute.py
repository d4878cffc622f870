"""Run the notebooks and write their outputs: `python tests/notebooks/execute.py [NAME ...] [--fresh]`.

An output that differs in measured figures alone stays as it was, so that a diff shows what changed. `--fresh`
writes every output anew, after a change of how figures look. The cells of `quizzes` and of
`99-how-we-know` follow from the bank.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbval.plugin import get_sanitize_patterns

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from notebook_form import KERNEL, LANGUAGE, WIDGET, committed, faults  # noqa: E402
from notebooks.record_proofs import NOTEBOOK as PROOFS  # noqa: E402
from notebooks.record_proofs import with_all_topics  # noqa: E402
from notebooks.record_quizzes import NOTEBOOK as QUIZZES  # noqa: E402
from notebooks.record_quizzes import notebook as quizzes  # noqa: E402

RULES = get_sanitize_patterns((TESTS / "nbval.cfg").read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """Run what is named, or everything; 1 if a cell failed."""
    parser = argparse.ArgumentParser(description="Run notebooks and write their outputs.")
    parser.add_argument("names", nargs="*", help="such as 50-pricing; all without a name")
    parser.add_argument("--fresh", action="store_true", help="write outputs anew even where nothing changed")
    given = parser.parse_args(arguments)
    # A lesson looks at what its reader has done. What is committed is what a newcomer sees.
    os.environ["LAMBDA_STUDY_STORE"] = str(Path(tempfile.gettempdir(), "nobody", "progress.sqlite3"))
    failed = False
    for path in chosen(given.names):
        line, fine = execute(path, given.fresh)
        print(f"{path.stem}: {line}", flush=True)
        failed |= not fine
    return int(failed)


def chosen(names: list[str]) -> list[Path]:
    """The notebooks of these names."""
    known = {path.stem: path for path in committed()}
    unknown = [name for name in names if Path(name).stem not in known]
    if unknown:
        sys.exit(f"no notebook {', '.join(unknown)}; there are {', '.join(known) or 'none'}")
    return [known[Path(name).stem] for name in names] or list(known.values())


def execute(path: Path, fresh: bool = False) -> tuple[str, bool]:
    """Run one notebook and write it, unless a cell fails; what to say, and whether all is well."""
    before = nbformat.read(path, as_version=4)
    after = cells_of(path, before)
    client = NotebookClient(
        after,
        kernel_name="python3",
        timeout=120,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=40"],
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return failure(after, f"{error.ename}: {error.evalue}"), False
    except (CellTimeoutError, DeadKernelError) as error:
        return failure(after, str(error).splitlines()[0]), False
    tidy(after)
    changed = settle(before, after, fresh)
    nbformat.write(after, path)
    left = faults(after)
    return "; ".join([f"{changed} outputs changed", *left]), not left


def cells_of(path: Path, before: NotebookNode) -> NotebookNode:
    """What is run: the notebook as it is, unless its cells follow from the bank."""
    if path == PROOFS:
        return with_all_topics(before)
    return quizzes() if path == QUIZZES else nbformat.from_dict(before)


def failure(notebook: NotebookNode, reason: str) -> str:
    """Which cell failed and why, with the beginning of its text."""
    reached = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]
    cell = reached[-1] if reached else next(cell for cell in notebook.cells if cell.cell_type == "code")
    source = "\n".join(f"    {line}" for line in cell.source.splitlines()[:12])
    return f"cell {cell.id} failed, nothing is written: {reason[:300]}\n{source}"


def tidy(notebook: NotebookNode) -> None:
    """Take out what belongs to this machine or this run."""
    notebook.metadata = nbformat.from_dict({"kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE)})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)


def settle(before: NotebookNode, after: NotebookNode, fresh: bool) -> int:
    """Keep each earlier output that is equal but for measured figures; how many are not."""
    earlier = {cell.get("id"): cell for cell in before.cells}
    changed = 0
    for cell in after.cells:
        outputs = earlier.get(cell.id, {}).get("outputs", [])
        if comparable(outputs) != comparable(cell.get("outputs", [])):
            changed += 1
        elif outputs and not fresh:
            cell.outputs = outputs
    return changed


def comparable(value: Any) -> Any:
    """Outputs as nbval compares them."""
    if isinstance(value, str):
        for rule, replacement in RULES:
            value = re.sub(rule, replacement, value)
        return value
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items() if key != "execution_count"}
    return [comparable(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    sys.exit(main(sys.argv[1:]))
