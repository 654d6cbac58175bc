"""The usage of a limit, and how long a request must wait: arithmetic without clocks, locks and stores.

The specs state token buckets, and some vendors count in windows. At most `burst` units in any `burst / rate` periods respects both.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

import httpx2
import msgspec

from catalog_clients._engine.responses.headers import number_of, seconds_until
from catalog_clients._engine.tables.behaviour import RateLimit

# Seconds between two checks of requests in progress, and the share of their time that may pass before their end is noticed.
_LEAST_WAIT, _LONGEST_WAIT, _SHARE = 0.005, 0.1, 0.02
_LONGEST_WINDOW = 86_400  # a header with a rate below the burst in a day is not plausible
_MOST_UNITS = 1e15  # neither is one with more units in a period
_MOST_RECEIVED, _SLOTS = 500, 250  # responses counted one by one in a window; more are counted by parts of it


class Most(NamedTuple):
    """At most some units in any window of some seconds."""

    units: int
    window: float


class Stated(msgspec.Struct, frozen=True):
    """The limit that headers of a response state.

    Attributes:
        rate: units a second.
        units: units in a period.
        left: remaining units.
        seconds: seconds until there are more; None if no header says it.
    """

    rate: float | None = None
    units: int | None = None
    left: float | None = None
    seconds: float | None = None

    @classmethod
    def read(cls, limit: RateLimit, response: httpx2.Response) -> Stated:
        """Read the headers that the table of a limit names. Implausible values are ignored."""
        rate, most = number_of(response, limit.rate_per_second), number_of(response, limit.limit)
        left = number_of(response, limit.remaining)
        seconds = seconds_until(response, limit.until, limit.until_format) if limit.until else None
        return cls(
            rate=rate if rate and rate * _LONGEST_WINDOW > limit.burst else None,
            units=int(most) if most and 1 <= most <= _MOST_UNITS else None,
            left=left,
            seconds=seconds,
        )


class Share(msgspec.Struct, array_like=True):
    """The requests of one process that are in progress.

    Attributes:
        requests, units: number of requests, and their cost.
        since: time when the first of them was sent.
        until: time when they count as ended, unless the process renews them.
    """

    requests: int = 0
    units: int = 0
    since: float = math.inf
    until: float = math.inf


class Turn(msgspec.Struct, array_like=True):
    """A process that waits.

    Attributes:
        units: cost of its next request.
        spent: units that it has been given; the process with the least is next.
        until: time when it no longer counts as waiting, unless it asks again.
    """

    units: int
    spent: int
    until: float


class Usage(msgspec.Struct, array_like=True):
    """The usage of one limit by all processes that share it. Times are seconds of one clock.

    The vendor counts a request when it arrives: after it was sent, and before its response. So it counts here while it is in
    progress, and for one window from its response on. This never exceeds the limit, and costs one round trip in each window.

    Attributes:
        received: times of responses in the window, in order, with the units of their requests.
        shares: requests in progress, by process.
        turns: waiting processes; a process waits for those whose turn is earlier.
        stated: the limit that responses have stated, if any.
        left, until: units that others have left, and until when this counts.
        least: the least units that a process has been given. A new or idle process starts with them.
    """

    received: list[tuple[float, int]] = []
    shares: dict[str, Share] = {}
    turns: dict[str, Turn] = {}
    stated: Most | None = None
    left: float = math.inf
    until: float = -math.inf
    least: int = 0

    def count(self, moment: float, units: int) -> None:
        """Record that a request has ended at some time."""
        if self.received and moment < self.received[-1][0]:
            insort(self.received, (moment, units))
        else:
            self.received.append((moment, units))

    def used(self, now: float, window: float) -> int:
        """Drop responses before the window, and return the units in the window or in progress."""
        old = 0
        while old < len(self.received) and self.received[old][0] + window <= now:
            old += 1
        del self.received[:old]
        if len(self.received) > _MOST_RECEIVED:
            self._merge(window)
        return sum(units for _, units in self.received) + sum(each.units for each in self.shares.values())

    def wait(self, units: int, now: float, most: Most, concurrency: int | None, ahead: Sequence[int] = ()) -> float:
        """Return the seconds that a request must wait before the next try; 0 if it may be sent now.

        Args:
            units: its cost.
            now: the time.
            most: the limit.
            concurrency: maximum number of requests at the same time, if there is one.
            ahead: cost of requests of others whose turn is earlier.
        """
        before = sum(ahead)
        if self.is_used_up(before + units, now):
            return self.until - now
        longest = now - min((each.since for each in self.shares.values()), default=now)
        look = max(_LEAST_WAIT, min(_SHARE * longest, _LONGEST_WAIT))
        if concurrency is not None and sum(each.requests for each in self.shares.values()) + len(ahead) >= concurrency:
            return look
        excess = self.used(now, most.window) + units - most.units
        if excess + before <= 0:
            return 0
        freed = max(excess, min(excess + before, sum(each for _, each in self.received)))
        return max(self._freed(freed, most.window) - now, look)

    def is_used_up(self, units: int, now: float) -> bool:
        """Return whether others have left fewer units, as a response has stated."""
        return now < self.until and units > self.left

    def admit(self, process: str, units: int, spent: int, now: float) -> int:
        """Record that a request of a process is sent, and return the units that the process has been given."""
        share = self.shares.get(process) or Share()
        self.shares[process] = Share(share.requests + 1, share.units + units, min(share.since, now), share.until)
        self.left -= units
        spent = max(spent, self.least)
        self.least = max(self.least, min([spent, *(turn.spent for turn in self.turns.values())]))
        return spent + units

    def ahead(self, process: str, spent: int, concurrency: int | None) -> list[int]:
        """Return the cost of the next requests of other processes whose turn is earlier.

        First come processes with fewer requests in progress than their equal part of all that are allowed; then the one that has
        been given the least.

        Args:
            process: the process that wants to send a request.
            spent: units that it has been given.
            concurrency: maximum number of requests at the same time, if there is one.
        """
        processes = {process, *self.shares, *self.turns}
        part = math.inf if concurrency is None else max(1, concurrency // len(processes))

        def order(name: str, given: int) -> tuple[bool, int, str]:
            share = self.shares.get(name)
            return share is not None and share.requests >= part, given, name

        own = order(process, spent)
        return [each.units for name, each in self.turns.items() if name != process and order(name, each.spent) < own]

    def _freed(self, units: int, window: float) -> float:
        """Return when so many units will have left the window; only requests with a response count."""
        for moment, each in self.received:
            units -= each
            if units <= 0:
                return moment + window
        return -math.inf

    def _merge(self, window: float) -> None:
        """Count responses in the same part of the window at its end, so that their number does not grow with the limit."""
        merged, part = dict[float, int](), window / _SLOTS
        for moment, units in self.received:
            end = math.ceil(round(moment / part, 3)) * part
            merged[end] = merged.get(end, 0) + units
        self.received = list(merged.items())

    def expire(self, now: float) -> None:
        """Count requests that their process has not renewed in time as ended, and drop processes that no longer wait."""
        for process, share in list(self.shares.items()):
            if share.until <= now:
                del self.shares[process]
                self.count(share.until, share.units)
        self.turns = {process: turn for process, turn in self.turns.items() if turn.until > now}

    def learn(self, stated: Stated, limit: RateLimit, most: Most, now: float) -> None:
        """Apply the limit that a response states, and wait if others have used it up.

        Args:
            stated: the stated limit.
            limit: row of a generated client's tables.
            most: the limit until now.
            now: time of the response.
        """
        units, window = most
        if stated.units:
            units = max(1, int(limit.burst / limit.rate * stated.units))  # the burst changes in proportion to the limit
            window = units / stated.units * limit.period
        elif stated.rate:
            units, window = int(limit.burst), limit.burst / stated.rate
        if stated.rate or stated.units:
            self.stated = Most(units, window)
        if stated.left is None or (limit.until and stated.seconds is None):
            return
        is_used_by_others = stated.left < units - self.used(now, window)
        if stated.seconds is None:
            # The end of the vendor's period is not known: one period from now at the latest. The last response counts.
            self.left = stated.left - sum(each.units for each in self.shares.values())
            self.until = now + limit.period if is_used_by_others else -math.inf
        elif is_used_by_others:
            self.left = min(stated.left, self.left) if now < self.until else stated.left
            self.until = now + stated.seconds
