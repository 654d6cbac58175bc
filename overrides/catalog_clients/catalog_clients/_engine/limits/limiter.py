"""What one process knows of a limit, and limiters of requests of this process only."""

from __future__ import annotations

import math
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Collection

import httpx2

from catalog_clients._engine.effects import Flow, Sleep
from catalog_clients._engine.forks import renewed_after_fork
from catalog_clients._engine.tables import RateLimit

from .usage import Most, Share, Stated, Usage
from .waiting import Longest, Ticket, Waiting

_HERE = ""  # the name of this process, where there is no other


class Limiter(ABC):
    """A limit of one credential, which facades of any threads and event loops can share.

    Args:
        limit: row of a generated client's tables.
        only_lower: whether responses may only lower the limit, as the caller has set it.
    """

    def __init__(self, limit: RateLimit, *, only_lower: bool) -> None:
        self._limit, self._only_lower = limit, only_lower
        self._own = Most(int(limit.burst), limit.burst / limit.rate * limit.period)

    @property
    def most_items(self) -> float:
        """Maximum number of items of one request."""
        most = self.most_units
        return math.inf if isinstance(self._limit.cost, int) else most

    @property
    def most_units(self) -> int:
        """Units of one window, as far as responses have stated them."""
        return self._known().units

    @property
    def window(self) -> float:
        """Seconds of a window, as far as responses have stated them."""
        return self._known().window

    def units(self, items: int) -> int:
        """Return what a request with some items costs."""
        return self._limit.cost if isinstance(self._limit.cost, int) else items

    @abstractmethod
    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; `leave` must be called when its response has come, or it was given up.

        Args:
            operation: its operationId.
            items: number of its items, which some vendors count.
            longest: how long it may wait and take.
            has_ended: returns whether the thread or event loop that sends it has ended.

        Raises:
            ValueError: it costs more than the limit ever allows.
            WaitTooLong: the limit requires a longer wait.
            LimitsError: the store of the limit cannot be used.
        """

    @abstractmethod
    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Note the end of a request; headers of the response can correct the limit.

        It takes no lock: the garbage collector may close a flow, and so call this, in a thread that has the lock.
        """

    @abstractmethod
    def _known(self) -> Most:
        """Return the limit, as far as responses have stated it."""

    def _most(self, usage: Usage) -> Most:
        """Return the limit that is kept: the documented one or the caller's, or what responses have stated."""
        stated = usage.stated
        if stated and (not self._only_lower or _rate(stated) < _rate(self._own)):
            return stated
        return self._own

    def _is_lowered(self, usage: Usage, now: float) -> bool:
        """Return whether responses of the vendor state a lower limit than the documented one."""
        return now < usage.until or _rate(self._most(usage)) < _rate(self._own)


def too_expensive(operation: str, units: int, most: Most) -> ValueError:
    """Return the error of a request that costs more than the limit."""
    return ValueError(f"{operation}: a request costs {units} units, and the limit is {most.units}")


def share_of(tickets: Collection[Ticket]) -> Share:
    """Return what requests of this process that are under way have of a limit."""
    since = min((each.sent for each in tickets), default=math.inf)
    return Share(len(tickets), sum(each.units for each in tickets), since)


def _rate(most: Most) -> float:
    return most.units / most.window


class RateLimiter(Limiter):
    """A limit that no other process uses.

    Args:
        limit: row of a generated client's tables.
        clock: seconds, never going back.
        only_lower: whether responses may only lower the limit, as the caller has set it.
    """

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic, *, only_lower: bool = False) -> None:
        super().__init__(limit, only_lower=only_lower)
        self._clock, self._lock, self._usage = clock, threading.Lock(), Usage()
        self._running = set[Ticket]()
        self._ended = deque[tuple[Ticket, float, httpx2.Response | None]]()  # requests whose end is not counted yet
        renewed_after_fork(self)

    def renew(self) -> None:
        """Go on in a forked process, where no thread will give the lock back, and no request is under way."""
        self._lock = threading.Lock()
        for ticket in list(self._running):
            self._count(ticket, self._clock())

    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; see `Limiter.enter`."""
        ticket, waiting, waited = Ticket(self.units(items), has_ended, longest.request), None, 0.0
        while wait := self._admit(ticket, operation):
            waiting, waited = waiting or Waiting(operation, longest, self._own.window), waited + wait
            waiting.check(wait, waited, is_lowered=self._is_lowered(self._usage, self._clock()))
            yield Sleep(wait)
        return ticket

    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Note the end of a request; see `Limiter.leave`."""
        self._ended.append((ticket, self._clock(), response))

    def _known(self) -> Most:
        with self._lock:
            self._count_ended(self._clock())
            return self._most(self._usage)

    def _admit(self, ticket: Ticket, operation: str) -> float:
        """Take the units and return 0, or return how long to wait before the next try."""
        with self._lock:
            now = self._clock()
            self._count_ended(now)
            most = self._most(self._usage)
            self._usage.shares = {_HERE: share_of(self._running)}
            wait = self._usage.wait(ticket.units, now, most, self._limit.concurrency)
            if ticket.units > most.units and not self._usage.is_used_up(ticket.units, now):
                raise too_expensive(operation, ticket.units, most)
            if not wait:
                ticket.sent = now
                self._running.add(ticket)
                self._usage.admit(_HERE, ticket.units, 0, now)
            return wait

    def _count_ended(self, now: float) -> None:
        """Count the requests that have ended, and those whose thread or event loop has."""
        while self._ended:
            ticket, moment, response = self._ended.popleft()
            if ticket in self._running:
                self._count(ticket, moment)
            if response is not None:
                self._learn(response, moment)
        for ticket in [each for each in self._running if each.is_over(now)]:
            self._count(ticket, now)

    def _count(self, ticket: Ticket, moment: float) -> None:
        self._running.discard(ticket)
        self._usage.count(moment, ticket.units)

    def _learn(self, response: httpx2.Response, now: float) -> None:
        self._usage.shares = {_HERE: share_of(self._running)}
        self._usage.learn(Stated.read(self._limit, response), self._limit, self._most(self._usage), now)
