"""A simulated time, in which events happen when they are due, and what arrives at a vendor is counted."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

SOON = 1e-6
_MOST_EVENTS = 3_000_000


@dataclass(kw_only=True)
class Simulation:
    """A time with events.

    Attributes:
        now: the time.
        arrivals: when how many units have arrived.
        running, most_running: how many requests are under way, and the most that ever were.
    """

    now: float = 1e9
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    _events: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def at(self, moment: float, what: Callable[[], object]) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._events, (moment, next(self._numbers), what))

    def happen(self, until: float = float("inf")) -> None:
        """Let happen what does until a moment."""
        while self._events and self._events[0][0] <= until:
            self.now, _, what = heapq.heappop(self._events)
            what()
            assert next(self._numbers) < _MOST_EVENTS, "it does not come to an end"

    def begins(self) -> None:
        """Count a request that begins."""
        self.running += 1
        self.most_running = max(self.most_running, self.running)

    def most_in(self, seconds: float, since: float = 0) -> int:
        """Return the most units that have arrived in any window of some seconds, of those that came since a moment."""
        came = sorted(each for each in self.arrivals if each[0] >= since)
        first = within = most = 0
        for moment, units in came:
            within += units
            while came[first][0] <= moment - seconds + SOON:
                within -= came[first][1]
                first += 1
            most = max(most, within)
        return most
