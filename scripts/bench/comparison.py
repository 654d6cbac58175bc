"""Compare what contenders took with each other and with targets, as a table or as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any, NamedTuple

import msgspec

from scripts import command
from scripts.bench.measure import Figures


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Bounds of the median of one contender, divided by that of another."""

    subject: str
    baseline: str
    at_most: float = math.inf
    at_least: float = 0


class Outcome(NamedTuple):
    """A target, and the measured ratio."""

    target: Target
    ratio: float

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.target.at_least <= self.ratio <= self.target.at_most

    def __str__(self) -> str:
        word = "met" if self.met else "MISSED"
        bound = f">= {self.target.at_least:g}" if self.target.at_least else f"<= {self.target.at_most:g}"
        return f"{word}: {self.target.subject} / {self.target.baseline} = {self.ratio:.2f} (target {bound})"


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement.

    Attributes:
        title: what every contender does.
        timings: of each contender; the table compares the others with the first.
        targets: bounds of ratios.
        per_second: unit of a further column with the inverse of the median, such as `calls/s`; no column if empty.
        unit: of the figures; the table shows short times as `ms` or `µs`.
    """

    title: str
    timings: Mapping[str, Figures]
    targets: tuple[Target, ...]
    per_second: str = ""
    unit: str = "s"

    def outcomes(self) -> list[Outcome]:
        """Compare the medians with the targets."""
        medians = {name: median(figures) for name, figures in self.timings.items()}
        return [Outcome(each, medians[each.subject] / medians[each.baseline]) for each in self.targets]

    def table(self, name: str) -> Iterator[str]:
        """Yield a title, a line for each contender, also in multiples of the first one's median, and then the outcomes."""
        medians = [median(figures) for figures in self.timings.values()]
        unit, factor = _shown(min(medians)) if self.unit == "s" else (self.unit, 1.0)
        rows = [["", f"median {unit}", "min", "max", "x first", self.per_second]]
        for (contender, figures), middle in zip(self.timings.items(), medians, strict=True):
            shown = [f"{each * factor:.2f}" for each in (middle, min(figures), max(figures))]
            rows.append([contender, *shown, f"{middle / medians[0]:.2f}", f"{1 / middle:,.0f}" if self.per_second else ""])
        yield f"{name}: {self.title} ({min(map(len, self.timings.values()))} rounds)"
        yield from (f"  {line}" for line in command.table(rows).splitlines())
        yield from (f"  {outcome}" for outcome in self.outcomes())

    def data(self) -> dict[str, Any]:
        """Return the measurement for JSON; times are in seconds, whatever the table shows."""
        return {
            "title": self.title,
            "unit": self.unit,
            "timings": {
                name: {"median": median(figures), "min": min(figures), "max": max(figures), "rounds": len(figures)}
                for name, figures in self.timings.items()
            },
            "targets": [{**msgspec.to_builtins(each.target), "ratio": each.ratio, "met": each.met} for each in self.outcomes()],
        }


def _shown(seconds: float) -> tuple[str, float]:
    if seconds < 1e-3:
        return "µs", 1e6
    return ("ms", 1e3) if seconds < 1 else ("s", 1.0)
