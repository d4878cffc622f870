"""Runs that were recorded on a computer that can share out CPU time, in milliseconds by memory size.

Two processor cores, 2026-11-23, Python 3.11: the two functions of the lesson on power tuning, five warm runs
at each size.
"""

from __future__ import annotations

RECORDED_MARK = "Recorded on another computer: this system cannot share out CPU time."

RECORDED: dict[str, dict[int, tuple[float, ...]]] = {
    "thumbnail": {
        128: (1238.36, 885.49, 884.36, 906.03, 927.03),
        256: (615.07, 616.24, 571.94, 611.94, 587.47),
        512: (317.12, 341.35, 290.24, 295.69, 403.63),
        1024: (157.48, 154.17, 143.61, 143.2, 125.3),
        1769: (91.46, 79.94, 81.34, 80.32, 79.19),
        3538: (89.99, 86.89, 98.41, 80.04, 80.84),
    },
    "price-check": {
        128: (100.6, 100.52, 100.61, 100.61, 100.54),
        256: (100.56, 100.64, 100.62, 100.78, 100.53),
        512: (100.59, 100.59, 100.55, 100.71, 100.63),
        1024: (100.58, 100.6, 100.58, 101.91, 100.51),
        1769: (100.6, 100.83, 100.57, 100.57, 100.5),
        3538: (100.41, 100.42, 100.77, 104.04, 100.47),
    },
}
