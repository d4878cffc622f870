"""What `make bench` runs: the rows of every `bench_*.py` here, as one table; 1 where a bar is missed.

`run.py engine quiz` runs those two alone. A module has one function `run()` that returns Rows.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

from row import Row  # noqa: E402

HEAD = ("figure", "value", "unit", "peer", "ratio", "bar", "ok")


def main(wanted: list[str]) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # measured as a user has it: packages stay compiled
    names = sorted(path.stem for path in HERE.glob("bench_*.py"))
    chosen = [name for name in names if not wanted or name.removeprefix("bench_") in wanted]
    if not chosen:
        known = ", ".join(name.removeprefix("bench_") for name in names)
        print(f"No benchmark of that name. There are: {known}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in chosen:
        began = time.monotonic()
        rows += importlib.import_module(name).run()
        print(f"{name} took {time.monotonic() - began:.1f} s", file=sys.stderr)
    print(table(rows))
    missed = [row.name for row in rows if not row.ok]
    print(f"{len(rows) - len(missed)} of {len(rows)} figures hold their bars. {os.cpu_count()} cores.")
    return 1 if missed else 0


def table(rows: list[Row]) -> str:
    """ROWS as aligned text."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def cells(row: Row) -> tuple[str, ...]:
    """The texts of one line."""
    sign = ">=" if row.higher_is_better else "<="
    bars = [f"{sign} {row.bar:,g}"] if row.bar is not None else []
    bars += [f"{sign} {row.max_ratio:g}x"] if row.max_ratio is not None else []
    peer = f"{short(row.peer)} {row.peer_name}".strip() if row.peer is not None else "-"
    ratio = f"{row.ratio:.2f}x" if row.ratio is not None else "-"
    return (
        row.name,
        short(row.value),
        row.unit,
        peer,
        ratio,
        " and ".join(bars) or "-",
        "ok" if row.ok else "MISSED",
    )


def short(value: float) -> str:
    """VALUE with three digits that count: 0.183, 12,300."""
    return f"{float(f'{value:.3g}'):,g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
