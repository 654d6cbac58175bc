"""Limiters, which admit requests within their limits; and limits of this process only."""

from __future__ import annotations

import math
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

import httpx2

from catalog_clients._engine.flows.effects import Flow, Sleep
from catalog_clients._engine.flows.forks import renewed_after_fork

from .terms import Bound, Terms
from .usage import Most, Stated, Usage
from .waiting import Cause, Longest, Ticket, TurnOver, Waiting

_HERE = ""  # the name of this process, if there is only one


class Limiter(ABC):
    """The limits of requests with one credential, which facades of any threads and event loops can share."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[Bound, ...]:
        """What each of the limits allows, as far as responses have stated it."""

    @property
    def most_items(self) -> float:
        """Maximum number of items of one request."""
        return min((each.most_items for each in self.bounds if each.most_items is not None), default=math.inf)

    @abstractmethod
    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent. Call `leave` after its response, or when it was abandoned.

        Args:
            operation: its operationId.
            items: number of its items, which some vendors count.
            longest: how long it may wait and take.
            has_ended: returns whether the thread or event loop that sends it has ended.

        Raises:
            WaitTooLong: a limit requires a longer wait.
            TooExpensive: it costs more than a limit ever allows.
            LimitsError: the store of the limits cannot be used.
        """

    @abstractmethod
    def check(self, ticket: Ticket) -> None:
        """Make sure that a request that was admitted may still be sent.

        Raises:
            TurnOver: it may not, as that was long ago: this process was stopped, or waited for a disk or a database. Then call
                `leave`, and `enter` again.
        """

    @abstractmethod
    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Record the end of a request. Headers of the response can correct the limits.

        It takes no lock: the garbage collector may close a flow, and so call this, in a thread that has the lock.
        """


class Tally:
    """What this process has used of a limit, with requests of any operations that share it.

    Args:
        place: index of the limit among those that a request needs.
        clock: a monotonic clock, in seconds.

    Attributes:
        now: the clock.
        lock: must be held to use the other attributes, except to append to `ended`.
        usage: the usage.
        running: requests in progress.
        ended: requests whose end is not counted yet, with its time and the response.
    """

    def __init__(self, place: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._place, self.now, self.lock, self.usage = place, clock, threading.Lock(), Usage()
        self.running = set[Ticket]()
        self.ended = deque[tuple[Ticket, float, httpx2.Response | None]]()
        renewed_after_fork(self)

    def renew(self) -> None:
        """Start again in a forked process: no thread there would release the lock, and no request is in progress."""
        self.lock = threading.Lock()
        for ticket in list(self.running):
            self.count(ticket, self.now())

    def count(self, ticket: Ticket, moment: float) -> None:
        """Record that a request has ended at some time."""
        self.running.discard(ticket)
        self.usage.count(moment, ticket.units[self._place])


class RateLimiter(Limiter):
    """A limit that no other process uses.

    Args:
        terms: the limit, with what a request costs.
        tally: what is used of the limit. Operations whose requests cost different units share it.
    """

    def __init__(self, terms: Terms, tally: Tally) -> None:
        self._terms, self._tally, self._usage = terms, tally, tally.usage

    @property
    def lock(self) -> threading.Lock:
        """The lock that must be held to call `look` and `take`."""
        return self._tally.lock

    def now(self) -> float:
        """Return the time, in seconds."""
        return self._tally.now()

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """What the limit allows; see `Limiter.bounds`."""
        with self.lock:
            self._count_ended(self.now())
            return (self._terms.bound(self._most),)

    def units(self, items: int) -> int:
        """Return what a request with some items costs."""
        return self._terms.units(items)

    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; see `Limiter.enter`."""
        ticket, waiting, waited = Ticket((self.units(items),), has_ended, longest.request), None, 0.0
        while wait := self._admit(ticket, operation):
            waiting, waited = waiting or Waiting(operation, longest), waited + wait
            waiting.check(wait, waited, self.cause(self.now()))
            yield Sleep(wait)
        return ticket

    def check(self, ticket: Ticket) -> None:
        """Make sure that a request may still be sent; see `Limiter.check`."""
        if ticket.is_over(self.now()):
            raise TurnOver

    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Record the end of a request; see `Limiter.leave`."""
        self._tally.ended.append((ticket, self.now(), response))

    def look(self, ticket: Ticket, operation: str, now: float) -> float:
        """Return 0 if a request may be sent now; otherwise the seconds before the next try. The lock must be held.

        Raises:
            TooExpensive: it costs more than the limit ever allows.
        """
        self._count_ended(now)
        most, units = self._most, ticket.units[self._terms.place]
        self._usage.shares = {_HERE: self._terms.share(self._tally.running)}
        wait = self._usage.wait(units, now, most, self._terms.limit.concurrency)
        if units > most.units and not self._usage.is_used_up(units, now):
            raise self._terms.too_expensive(operation, units, most)
        return wait

    def cause(self, now: float) -> Cause:
        """Return the limit as the cause of a wait."""
        return self._terms.cause(self._usage, now)

    def take(self, ticket: Ticket, now: float) -> None:
        """Record that a request is sent now. The lock must be held."""
        ticket.sent = now
        self._tally.running.add(ticket)
        self._usage.admit(_HERE, ticket.units[self._terms.place], 0, now)

    @property
    def _most(self) -> Most:
        return self._terms.most(self._usage)

    def _admit(self, ticket: Ticket, operation: str) -> float:
        """Take the units and return 0; or return the seconds before the next try."""
        with self.lock:
            now = self.now()
            wait = self.look(ticket, operation, now)
            if not wait:
                self.take(ticket, now)
            return wait

    def _count_ended(self, now: float) -> None:
        """Count the requests that have ended, and those whose thread or event loop has."""
        while self._tally.ended:
            ticket, moment, response = self._tally.ended.popleft()
            if ticket in self._tally.running:
                self._tally.count(ticket, moment)
            if response is not None:
                self._learn(response, moment)
        for ticket in [each for each in self._tally.running if each.is_over(now)]:
            self._tally.count(ticket, now)

    def _learn(self, response: httpx2.Response, now: float) -> None:
        self._usage.shares = {_HERE: self._terms.share(self._tally.running)}
        self._usage.learn(Stated.read(self._terms.limit, response), self._terms.limit, self._most, now)
