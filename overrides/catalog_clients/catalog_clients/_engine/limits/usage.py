"""What is used of a limit, and how long a request has to wait for it: arithmetic without clocks, locks and stores.

The specs state token buckets, and some vendors count in windows. At most `burst` units in any `burst / rate` periods respects both.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

import httpx2
import msgspec

from catalog_clients._engine.headers import number_of, seconds_until
from catalog_clients._engine.tables import RateLimit

# Seconds between two looks at requests under way, and the share of their time that may pass before their end is noticed.
_LEAST_WAIT, _LONGEST_WAIT, _SHARE = 0.005, 0.1, 0.02
_LONGEST_WINDOW = 86_400  # a header with a lower rate than the burst in a day is not plausible
_MOST_UNITS = 1e15  # nor is one with more units in a period
_MOST_RECEIVED, _SLOTS = 500, 250  # responses that are counted one by one in a window; when there are more, parts of it that are


class Most(NamedTuple):
    """At most some units in any window of some seconds."""

    units: int
    window: float


class Stated(msgspec.Struct, frozen=True):
    """What the headers of a response say of the limit.

    Attributes:
        rate: units a second.
        units: units in a period.
        left: units that are left.
        seconds: until when no more are left, if a header says that.
    """

    rate: float | None = None
    units: int | None = None
    left: float | None = None
    seconds: float | None = None

    @classmethod
    def read(cls, limit: RateLimit, response: httpx2.Response) -> Stated:
        """Read the headers that the table of a limit names; what is not plausible is left out."""
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
    """The requests of one process that are under way.

    Attributes:
        requests, units: how many, and what they cost.
        since: when the first of them was sent.
        until: when they count as ended, if the process does not say before that they are still under way.
    """

    requests: int = 0
    units: int = 0
    since: float = math.inf
    until: float = math.inf


class Turn(msgspec.Struct, array_like=True):
    """A process that waits.

    Attributes:
        units: what its next request costs.
        spent: units that it has been given; the turn is that of the process with the least.
        until: when it counts as one that waits no more, if it does not ask again before.
    """

    units: int
    spent: int
    until: float


class Usage(msgspec.Struct, array_like=True):
    """What is used of one limit, by all processes that share it. Times are seconds of one clock.

    The vendor counts a request when it arrives: after it was sent, and before its response comes. So it counts here as long as it
    is under way, and for a window from its response on. That is certain, and costs one round trip in each window.

    Attributes:
        received: when responses came, in their order, and the units of their requests, as far as they are in the window.
        shares: what is under way, by process.
        turns: what waits, by process; a process is not admitted before those whose turn it is.
        stated: the limit that responses have stated, if any has.
        left, until: units that others have left, until when.
        least: units that the process has been given that has the least. One that comes, or was idle, begins with them.
    """

    received: list[tuple[float, int]] = []
    shares: dict[str, Share] = {}
    turns: dict[str, Turn] = {}
    stated: Most | None = None
    left: float = math.inf
    until: float = -math.inf
    least: int = 0

    def count(self, moment: float, units: int) -> None:
        """Note that a request has ended at some moment."""
        if self.received and moment < self.received[-1][0]:
            insort(self.received, (moment, units))
        else:
            self.received.append((moment, units))

    def used(self, now: float, window: float) -> int:
        """Forget what is older than the window, and return the units that are in it or under way."""
        old = 0
        while old < len(self.received) and self.received[old][0] + window <= now:
            old += 1
        del self.received[:old]
        if len(self.received) > _MOST_RECEIVED:
            self._merge(window)
        return sum(units for _, units in self.received) + sum(each.units for each in self.shares.values())

    def wait(self, units: int, now: float, most: Most, concurrency: int | None, ahead: Sequence[int] = ()) -> float:
        """Return how long a request has to wait until the next try; 0 if it may be sent now.

        Args:
            units: what it costs.
            now: the time.
            most: the limit.
            concurrency: maximum number of requests at the same time, if there is one.
            ahead: what requests of others cost whose turn it is before.
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
        """Note that a request of a process is sent, and return what that has been given then."""
        share = self.shares.get(process) or Share()
        self.shares[process] = Share(share.requests + 1, share.units + units, min(share.since, now), share.until)
        self.left -= units
        spent = max(spent, self.least)
        self.least = max(self.least, min([spent, *(turn.spent for turn in self.turns.values())]))
        return spent + units

    def ahead(self, process: str, spent: int, concurrency: int | None) -> list[int]:
        """Return what the next requests of other processes cost whose turn it is before that of a process.

        The turn is that of a process with fewer requests under way than its part of all that are allowed, and else of the one
        that has been given the least.

        Args:
            process: the one that wants to send a request.
            spent: what it has been given.
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
        """Return when that many of the units in the window will have left it, as far as responses have come."""
        for moment, each in self.received:
            units -= each
            if units <= 0:
                return moment + window
        return -math.inf

    def _merge(self, window: float) -> None:
        """Let responses of the same part of the window count at its end, so that their number does not grow with the limit."""
        merged, part = dict[float, int](), window / _SLOTS
        for moment, units in self.received:
            end = math.ceil(round(moment / part, 3)) * part
            merged[end] = merged.get(end, 0) + units
        self.received = list(merged.items())

    def expire(self, now: float) -> None:
        """Count the requests of processes that have not said for too long that they are under way, and forget who waits no more."""
        for process, share in list(self.shares.items()):
            if share.until <= now:
                del self.shares[process]
                self.count(share.until, share.units)
        self.turns = {process: turn for process, turn in self.turns.items() if turn.until > now}

    def learn(self, stated: Stated, limit: RateLimit, most: Most, now: float) -> None:
        """Apply the limit that a response states, and hold back where others have used it up.

        Args:
            stated: what the response states.
            limit: row of a generated client's tables.
            most: the limit that was kept until now.
            now: when the response came.
        """
        units, window = most
        if stated.units:
            units = max(1, int(limit.burst / limit.rate * stated.units))  # the burst becomes as much lower or higher as the limit
            window = units / stated.units * limit.period
        elif stated.rate:
            units, window = int(limit.burst), limit.burst / stated.rate
        if stated.rate or stated.units:
            self.stated = Most(units, window)
        if stated.left is None or (limit.until and stated.seconds is None):
            return
        is_used_by_others = stated.left < units - self.used(now, window)
        if stated.seconds is None:
            # Nothing says when the vendor's period ends: one period from now at the latest. What the last response says counts.
            self.left = stated.left - sum(each.units for each in self.shares.values())
            self.until = now + limit.period if is_used_by_others else -math.inf
        elif is_used_by_others:
            self.left = min(stated.left, self.left) if now < self.until else stated.left
            self.until = now + stated.seconds
