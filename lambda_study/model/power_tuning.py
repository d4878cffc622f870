"""Power tuning: the same work at several memory sizes, and which of them to choose.

Each size is invoked several times. What is compared is the middle of its runs: the fastest and the slowest
fifth are left out. `demos.power_tuning` makes the runs, `show.power_tuning_figure` draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from math import ceil
from typing import Protocol

from lambda_study.errors import BadInput
from lambda_study.facts import fact
from lambda_study.model.measured import measured
from lambda_study.model.price_lines import MB_MS, MILLION, duration_tiers, request_rate
from lambda_study.model.usage import HOME, Number, as_number, check_architecture, check_number, check_region

TRIM = Fraction(1, 5)


class Size(Protocol):
    """What power tuning compares: a memory size with its duration and its cost."""

    @property
    def memory_mb(self) -> int: ...
    @property
    def duration_ms(self) -> Number: ...
    @property
    def usd_per_million(self) -> Number: ...


def trimmed_mean(values: Iterable[Number], trim: Number | Fraction = TRIM) -> Fraction:
    """Return the mean of VALUES without the smallest and the largest, a share of TRIM at each end.

    How many are left out is rounded down, so few values are all kept.

    >>> trimmed_mean([40, 41, 42, 43, 900])
    Fraction(42, 1)
    >>> trimmed_mean([40, 44])
    Fraction(42, 1)

    Errors: `BadInput` for no values, for one that is no finite number, and for a TRIM that leaves none.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise BadInput(f"values={values!r} are no durations. Give a list of numbers.")
    ordered = sorted(Fraction(as_number("values", value)) for value in values)
    if not ordered:
        raise BadInput("trimmed_mean() got no values. Give it one or more.")
    share = trim if isinstance(trim, Fraction) else Fraction(as_number("trim", trim))
    if not 0 <= share < Fraction(1, 2):
        raise BadInput(f"trim={trim} leaves no value over. Choose 0 up to, but not including, 0.5.")
    left_out = int(len(ordered) * share)
    middle = ordered[left_out : len(ordered) - left_out]
    return sum(middle, Fraction(0)) / len(middle)


@dataclass(frozen=True, slots=True, repr=False)
class TimedRuns:
    """The warm runs of one memory size: `durations_ms` as the REPORT lines show them.

    Each run is billed by itself, rounded up to a millisecond; a request costs its price on top.

    >>> runs = TimedRuns(memory_mb=1024, durations_ms=(99.2, 100.4, 99.8))
    >>> float(runs.duration_ms), runs.usd_per_million
    (99.8, Decimal('1.87'))

    Errors: `BadInput` for a memory size that cannot be, and for no runs.
    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """

    memory_mb: int
    durations_ms: tuple[float, ...]
    architecture: str = "x86_64"

    def __post_init__(self) -> None:
        least, most = fact("memory.min").value, fact("memory.max").value
        check_number("memory_mb", self.memory_mb, least, most, " MB", whole=True)
        check_architecture(self.architecture)
        if not self.durations_ms:
            raise BadInput(f"memory_mb={self.memory_mb} has no runs. Invoke it at least once.")
        for duration in self.durations_ms:
            check_number("duration_ms", duration, Decimal("0.001"), 1000 * fact("timeout.max").value, " ms")

    @property
    def duration_ms(self) -> float:
        """The trimmed mean of the durations."""
        return float(trimmed_mean(self.durations_ms))

    @property
    def usd_per_million(self) -> Decimal:
        """What a million of these runs cost, without the free tier, to the cent."""
        billed = trimmed_mean([ceil(duration) for duration in self.durations_ms])
        gb_s = self.memory_mb * billed * MILLION / MB_MS
        rate = duration_tiers(self.architecture, HOME)[0].usd
        usd = Decimal(gb_s.numerator) / gb_s.denominator * rate + request_rate(HOME)[0] * MILLION
        return usd.quantize(Decimal("0.01"))

    def __repr__(self) -> str:
        return _row(self, marked=True)


@dataclass(frozen=True, slots=True, repr=False)
class PowerTuning:
    """Several memory sizes of the same work, from the smallest to the largest, and the choice among them.

    `sizes` are TimedRuns, values of `fixed_work`, or anything with `memory_mb`, `duration_ms` and
    `usd_per_million`. `measured` marks every figure, and what follows from it, with `~`. `note` is a line
    that says where they come from.

    >>> from lambda_study.model.pricing import fixed_work
    >>> PowerTuning(fixed_work(cpu_ms=300, wait_ms=400, memories_mb=(128, 512, 1769)))
       128 MB     4,547 ms      9.67 USD per million
       512 MB     1,437 ms     12.18 USD per million
     1,769 MB       700 ms     20.35 USD per million
    cheapest 128 MB, fastest 1,769 MB, balanced 512 MB

    Errors: `BadInput` for fewer than two sizes, or a size given twice.
    """

    sizes: Sequence[Size]
    measured: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.sizes, Sequence) or not all(hasattr(size, "memory_mb") for size in self.sizes):
            raise BadInput(
                "Power tuning needs a list of sizes. Give what fixed_work() returns, or TimedRuns."
            )
        ordered = tuple(sorted(self.sizes, key=lambda size: size.memory_mb))
        memories = [size.memory_mb for size in ordered]
        if len(memories) < 2 or len(set(memories)) < len(memories):
            raise BadInput(f"Power tuning got the sizes {memories}. Give two or more different ones.")
        object.__setattr__(self, "sizes", ordered)

    @property
    def cheapest(self) -> Size:
        """The size at which a million runs cost the least; of equals the smallest."""
        return self._least(lambda size: as_number("usd_per_million", size.usd_per_million))

    @property
    def fastest(self) -> Size:
        """The size at which a run takes the shortest time; of equals the smallest."""
        return self._least(lambda size: as_number("duration_ms", size.duration_ms))

    def balanced(self, weight: Number = Decimal("0.5")) -> Size:
        """The size with the least of both, each as a share of its largest. WEIGHT is how much cost counts.

        At 1 it is the cheapest, at 0 the fastest.
        """
        share = check_number("weight", weight, 0, 1)
        most_usd = max(as_number("usd_per_million", size.usd_per_million) for size in self.sizes)
        most_ms = max(as_number("duration_ms", size.duration_ms) for size in self.sizes)

        def both(size: Size) -> Decimal:
            cost, time = Decimal(size.usd_per_million) / most_usd, Decimal(size.duration_ms) / most_ms
            return share * cost + (1 - share) * time

        return self._least(both)

    def _least(self, value: Callable[[Size], Decimal]) -> Size:
        return min(self.sizes, key=value)

    def __getitem__(self, memory_mb: int) -> Size:
        """The size of MEMORY_MB."""
        found = [size for size in self.sizes if size.memory_mb == memory_mb]
        if not found:
            known = ", ".join(f"{size.memory_mb}" for size in self.sizes)
            raise BadInput(f"{memory_mb} MB was not tried. There are {known}.")
        return found[0]

    def __repr__(self) -> str:
        rows = [_row(size, self.measured) for size in self.sizes]
        return "\n".join([*([self.note] if self.note else []), *rows, self._choice()])

    def _repr_html_(self) -> str:
        """The same as a table that takes the colours of the page around it."""
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        rows = "".join(_html_row(size, self.measured) for size in self.sizes)
        head = "<tr><th>memory</th><th>duration</th><th>per million</th></tr>"
        return f"{note}<table>{head}{rows}</table><p>{escape(self._choice())}</p>"

    def _choice(self) -> str:
        chosen = {"cheapest": self.cheapest, "fastest": self.fastest, "balanced": self.balanced()}
        return ", ".join(f"{name} {_memory(size, self.measured)}" for name, size in chosen.items())


def slowdown_that_arm_makes_up_for(region: str = HOME) -> Decimal:
    """Return how many times as long a run may take on arm64 for the same duration charge as on x86_64.

    >>> round(slowdown_that_arm_makes_up_for(), 2)
    Decimal('1.25')

    Errors: `BadInput` for a Region whose price is not known here.
    Source: https://aws.amazon.com/lambda/pricing/ (read 2026-11-23).
    """
    check_region(region)
    x86, arm = (duration_tiers(architecture, region)[0].usd for architecture in ("x86_64", "arm64"))
    return x86 / arm


def _memory(size: Size, marked: bool) -> str:
    return measured(size.memory_mb, "MB") if marked else f"{size.memory_mb:,} MB"


def _row(size: Size, marked: bool) -> str:
    memory = f"{size.memory_mb:>6,} MB"
    if marked:
        return f"{memory} {_text(size.duration_ms, 'ms')} {_text(size.usd_per_million, 'USD per million')}"
    duration = as_number("duration_ms", size.duration_ms)
    cost = as_number("usd_per_million", size.usd_per_million)
    return f"{memory}  {duration:>8,.0f} ms  {cost:>8,.2f} USD per million"


def _html_row(size: Size, marked: bool) -> str:
    duration = as_number("duration_ms", size.duration_ms)
    cost = as_number("usd_per_million", size.usd_per_million)
    figures = [f"{duration:,.0f} ms", f"{cost:,.2f} USD"]
    if marked:
        figures = [measured(duration, "ms", digits=2), measured(cost, "USD", digits=2)]
    return "".join(["<tr>", *(f"<td>{each}</td>" for each in (f"{size.memory_mb:,} MB", *figures)), "</tr>"])


def _text(value: Number, unit: str) -> str:
    return f"{measured(value, unit, digits=2):>{13 + len(unit)}}"
