"""Observe the vendors' rate limits: units in a time window, and requests at the same time.

The specs state token buckets, and some vendors count in windows. At most `burst` units in any `burst / rate` periods respects both.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import httpx2

from catalog_clients.errors import WaitTooLong

from .effects import Flow, Sleep
from .forks import renewed_after_fork
from .headers import number_of, seconds_until
from .tables import RateLimit

LOG = logging.getLogger("catalog_clients")

# Seconds between two looks at requests under way, and the share of their time that may pass before their end is noticed.
_LEAST_WAIT, _LONGEST_WAIT, _SHARE = 0.005, 0.1, 0.02
_LONGEST_WINDOW = 86_400  # a header with a lower rate than the burst in a day is not plausible
_LOGGED = 5.0  # seconds of a wait that is mentioned in the log


@dataclass(eq=False, slots=True)
class Ticket:
    """A request that was admitted.

    Attributes:
        units: what it costs.
        has_ended: whether the thread or event loop that sends it has ended, so that nobody will give it back.
        lasting: seconds after which it has ended in any case.
        sent: when it was sent.
    """

    units: int
    has_ended: Callable[[], bool]
    lasting: float = math.inf
    sent: float = 0

    def is_over(self, now: float) -> bool:
        """Return whether it has ended for certain."""
        return now > self.sent + self.lasting or self.has_ended()


class Longest(NamedTuple):
    """How long a request may wait for its limit, and take, in seconds.

    Attributes:
        once: one wait, where it is longer than that of the documented limit.
        lowered: all waits together, while responses of the vendor state a lower limit than the documented one.
        in_all: all waits together.
        request: the request after them, with its whole response.
    """

    once: float = math.inf
    lowered: float = math.inf
    in_all: float = math.inf
    request: float = math.inf


class RateLimiter:
    """One limit of one credential, which facades of any threads and event loops can share.

    The vendor counts a request when it arrives: after it was sent, and before its response comes. So it counts here as long as it
    is under way, and for a window from its response on. That is certain, and costs one round trip in each window.

    Args:
        limit: row of a generated client's tables.
        clock: seconds, never going back.
        only_lower: whether responses may only lower the limit, as the caller has set it.
    """

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic, *, only_lower: bool = False) -> None:
        self._limit, self._clock, self._lock, self._only_lower = limit, clock, threading.Lock(), only_lower
        self.most_units, self.window = int(limit.burst), limit.burst / limit.rate * limit.period
        self._own_rate, self._own_window = self.most_units / self.window, self.window
        self._running = set[Ticket]()
        self._ended = deque[tuple[Ticket, float, httpx2.Response | None]]()  # requests whose end is not counted yet
        renewed_after_fork(self)
        self._received = deque[tuple[float, int]]()  # when responses came, in their order, and the units of their requests
        self._units = 0  # of all of them
        self._left, self._until = math.inf, -math.inf  # units that others have left, until when

    @property
    def most_items(self) -> float:
        """Maximum number of items of one request."""
        with self._lock:
            self._count_ended(self._clock())
        return math.inf if isinstance(self._limit.cost, int) else self.most_units

    def units(self, items: int) -> int:
        """Return what a request with some items costs."""
        return self._limit.cost if isinstance(self._limit.cost, int) else items

    def renew(self) -> None:
        """Go on in a forked process, where no thread will give the lock back, and no request is under way."""
        self._lock = threading.Lock()
        for ticket in list(self._running):
            self._count(ticket, self._clock())

    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; `leave` must be called when its response has come, or it was given up.

        Args:
            operation: its operationId.
            items: number of its items, which some vendors count.
            longest: how long it may wait and take.
            has_ended: tells whether the thread or event loop that sends it has ended.

        Raises:
            ValueError: it costs more than the limit ever allows.
            WaitTooLong: the limit requires a longer wait.
        """
        ticket = Ticket(self.units(items), has_ended, longest.request)
        waited, logged = 0.0, 0.0
        while wait := self._admit(ticket, operation):
            waited += wait
            is_lowered = self._is_lowered()
            for seconds, most in ((wait, longest.once), (waited if is_lowered else 0, longest.lowered)):
                if seconds > max(most, self._own_window):
                    raise WaitTooLong(f"{operation}: the limit requires a wait of {seconds:.0f} s; the maximum is {most:g} s")
            if waited > longest.in_all:
                raise WaitTooLong(f"{operation}: the limit requires a wait of {waited:.0f} s; {longest.in_all:.0f} s are left")
            if waited - logged > _LOGGED:
                reason = "the vendor's responses require" if is_lowered else "the limit requires"
                LOG.log(logging.WARNING if is_lowered else logging.INFO, "%s: %s a wait of %.0f s", operation, reason, waited)
                logged = 2 * waited
            yield Sleep(wait)
        return ticket

    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Note the end of a request; headers of the response can correct the limit.

        It takes no lock: the garbage collector may close a flow, and so call this, in a thread that has the lock.
        """
        self._ended.append((ticket, self._clock(), response))

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
        self._received.append((moment, ticket.units))
        self._units += ticket.units

    def _admit(self, ticket: Ticket, operation: str) -> float:
        """Take the units and return 0, or return how long to wait before the next try."""
        with self._lock:
            now = self._clock()
            self._count_ended(now)
            if now < self._until and ticket.units > self._left:
                return self._until - now
            if ticket.units > self.most_units:
                raise ValueError(f"{operation}: a request costs {ticket.units} units, and the limit is {self.most_units}")
            longest = now - min((each.sent for each in self._running), default=now)
            look = max(_LEAST_WAIT, min(_SHARE * longest, _LONGEST_WAIT))
            if len(self._running) == self._limit.concurrency:
                return look
            if (excess := self._used(now) + ticket.units - self.most_units) > 0:
                return max(self._freed(excess) - now, look)
            ticket.sent = now
            self._running.add(ticket)
            self._left -= ticket.units
            return 0

    def _is_lowered(self) -> bool:
        """Return whether responses of the vendor state a lower limit than the documented one."""
        return self._clock() < self._until or self.most_units / self.window < self._own_rate

    def _used(self, now: float) -> int:
        """Forget what is older than the window, and return the units that are in it."""
        while self._received and self._received[0][0] + self.window <= now:
            self._units -= self._received.popleft()[1]
        return self._units + sum(each.units for each in self._running)

    def _freed(self, units: int) -> float:
        """Return when that many of the units in the window will have left it, as far as responses have come."""
        for moment, each in self._received:
            units -= each
            if units <= 0:
                return moment + self.window
        return -math.inf

    def _learn(self, response: httpx2.Response, now: float) -> None:
        """Apply the limit that a response states, and hold back where others have used it up."""
        limit, units, window = self._limit, self.most_units, self.window
        if (rate := number_of(response, limit.rate_per_second)) and rate * _LONGEST_WINDOW > limit.burst:
            units, window = int(limit.burst), limit.burst / rate
        if (most := number_of(response, limit.limit)) and most >= 1:
            units = int(most)
        if not self._only_lower or units / window < self._own_rate:
            self.most_units, self.window = units, window
        left, until = number_of(response, limit.remaining), limit.until and seconds_until(response, limit.until)
        if left is not None and isinstance(until, float) and left < units - self._used(now):
            self._left = min(left, self._left) if now < self._until else left
            self._until = now + until
