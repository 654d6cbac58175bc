"""Set what was measured side by side, against the targets, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.bench.measure import Timing


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the ratio of two medians has to be.

    Attributes:
        subject: whose figure is on top of the fraction.
        baseline: whose figure is below.
        limit: what the ratio may be at most, or has to be at least.
        at_least: whether `limit` is a lower bound.
    """

    subject: str
    baseline: str
    limit: float
    at_least: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A target, and what was found."""

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
        title: what every contender did.
        timings: what each contender took; the first is the one that the others are set in relation to.
        targets: what has to hold.
        per_second: what the table also shows, as one through the median, such as `calls/s`; nothing if empty.
        unit: what the figures are; the table shows seconds as `ms` or `µs` where they are few.
    """

    name: str
    title: str
    timings: Mapping[str, Timing]
    targets: tuple[Target, ...]
    per_second: str = ""
    unit: str = "s"

    def verdicts(self) -> list[Verdict]:
        """Hold the medians against the targets."""
        return [
            Verdict(target=each, ratio=self.timings[each.subject].median / self.timings[each.baseline].median)
            for each in self.targets
        ]

    def table(self) -> Iterator[str]:
        """Write a line for each contender, also in multiples of the first one's median, and then the verdicts."""
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
        yield from (f"  {verdict}" for verdict in self.verdicts())

    def data(self) -> dict[str, Any]:
        """Write the measurement as JSON; times are in seconds, whatever the table shows."""
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
                    "subject": verdict.target.subject,
                    "baseline": verdict.target.baseline,
                    "ratio": verdict.ratio,
                    "at_least" if verdict.target.at_least else "at_most": verdict.target.limit,
                    "met": verdict.met,
                }
                for verdict in self.verdicts()
            ],
        }


def _shown(seconds: float) -> tuple[str, float]:
    if seconds < 1e-3:
        return "µs", 1e6
    return ("ms", 1e3) if seconds < 1 else ("s", 1.0)
