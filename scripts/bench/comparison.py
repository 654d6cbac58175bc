"""Compare timings with each other and with targets, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.bench.measure import Timing


@dataclass(frozen=True, kw_only=True)
class Target:
    """A bound of the ratio of two medians.

    Attributes:
        subject: name of the timing that is divided.
        baseline: name of the timing that it is divided by.
        limit: maximum of the ratio, or its minimum.
        at_least: whether `limit` is the minimum.
    """

    subject: str
    baseline: str
    limit: float
    at_least: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A target, and the measured ratio."""

    target: Target
    ratio: float

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.ratio >= self.target.limit if self.target.at_least else self.ratio <= self.target.limit

    def __str__(self) -> str:
        sign = ">=" if self.target.at_least else "<="
        word = "met" if self.met else "MISSED"
        return f"{word}: {self.target.subject} / {self.target.baseline} = {self.ratio:.2f} (target {sign} {self.target.limit:g})"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One measurement.

    Attributes:
        name: its name on the command line.
        title: what every contender does.
        timings: of each contender; the table compares the others with the first.
        targets: bounds of ratios.
        per_second: unit of a further column with the inverse of the median, such as `calls/s`; no column if empty.
        unit: of the figures; the table shows short times as `ms` or `µs`.
    """

    name: str
    title: str
    timings: Mapping[str, Timing]
    targets: tuple[Target, ...]
    per_second: str = ""
    unit: str = "s"

    def outcomes(self) -> list[Outcome]:
        """Compare the medians with the targets."""
        return [
            Outcome(target=each, ratio=self.timings[each.subject].median / self.timings[each.baseline].median)
            for each in self.targets
        ]

    def table(self) -> Iterator[str]:
        """Yield a line for each contender, also in multiples of the first one's median, and then the outcomes."""
        unit, factor = _shown(min(timing.median for timing in self.timings.values())) if self.unit == "s" else (self.unit, 1.0)
        rounds = min(len(timing.figures) for timing in self.timings.values())
        width = max(map(len, self.timings))
        first = next(iter(self.timings.values()))
        yield f"{self.name}: {self.title} ({rounds} rounds)"
        yield f"  {'':{width}} {'median ' + unit:>12} {'min':>10} {'max':>10} {'x first':>8} {self.per_second:>10}".rstrip()
        for name, timing in self.timings.items():
            median, least, most = (figure * factor for figure in (timing.median, timing.least, timing.most))
            rate = f" {1 / timing.median:>10,.0f}" if self.per_second else ""
            yield f"  {name:{width}} {median:>12.2f} {least:>10.2f} {most:>10.2f} {timing.median / first.median:>8.2f}{rate}"
        yield from (f"  {outcome}" for outcome in self.outcomes())

    def data(self) -> dict[str, Any]:
        """Return the measurement for JSON; times are in seconds, whatever the table shows."""
        return {
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "timings": {
                name: {"median": timing.median, "min": timing.least, "max": timing.most, "rounds": len(timing.figures)}
                for name, timing in self.timings.items()
            },
            "targets": [
                {
                    "subject": outcome.target.subject,
                    "baseline": outcome.target.baseline,
                    "ratio": outcome.ratio,
                    "at_least" if outcome.target.at_least else "at_most": outcome.target.limit,
                    "met": outcome.met,
                }
                for outcome in self.outcomes()
            ],
        }


def _shown(seconds: float) -> tuple[str, float]:
    if seconds < 1e-3:
        return "µs", 1e6
    return ("ms", 1e3) if seconds < 1 else ("s", 1.0)
