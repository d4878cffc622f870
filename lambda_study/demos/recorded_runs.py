"""Runs that were recorded on a computer that can share out CPU time, in milliseconds by memory size.

Two processor cores, 2026-11-23, Python 3.11: the two functions of the lesson on power tuning, five warm runs
at each size.
"""

from __future__ import annotations

RECORDED_MARK = "Recorded on another computer: this system cannot share out CPU time."

RECORDED: dict[str, dict[int, tuple[float, ...]]] = {
    "thumbnail": {
        128: (450.77, 382.97, 403.18, 402.53, 403.21),
        256: (266.86, 241.76, 261.48, 260.97, 140.16),
        512: (145.76, 140.41, 141.24, 79.92, 100.42),
        1024: (65.12, 80.79, 59.81, 60.4, 59.66),
        1769: (43.37, 38.03, 38.37, 38.17, 38.54),
        3538: (44.13, 38.95, 38.66, 38.81, 38.85),
    },
    "price-check": {
        128: (100.61, 100.68, 100.69, 100.69, 100.68),
        256: (100.7, 100.65, 100.68, 100.68, 100.72),
        512: (100.74, 100.76, 100.75, 100.75, 100.57),
        1024: (100.74, 100.73, 100.67, 100.73, 100.73),
        1769: (100.71, 100.61, 100.67, 100.65, 100.68),
        3538: (103.85, 100.68, 100.72, 100.69, 100.76),
    },
}
