"""Keep to the vendors' rate limits: units in a window, by pyrate-limiter, and requests at the same time.

The specs state token buckets, and some vendors count in windows. At most `burst` units in any `burst / rate` periods keeps to both.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from operator import attrgetter
from typing import Any, cast

import httpx2
from pyrate_limiter import InMemoryBucket, Rate, RateItem

from .effects import Flow, Sleep

_LEAST_WAIT, _LONGEST_LOOK, _SHARE = 0.005, 0.1, 0.02  # seconds, and how much of a request's time may pass until its end is seen
_MOMENT = attrgetter("timestamp")
_LONGEST_WINDOW = 86_400  # a header that tells a lower rate than the burst in a day makes no sense


class Limiter:
    """One limit of one credential, which clients of any threads and event loops can share.

    The vendor counts a request when it arrives: after it was sent, and before it is answered. So it counts here for as long as it
    is under way, and for a window from its response on. That is certain, and costs the way there and back once in each window.

    Args:
        limit: `RateLimit` of a generated client's tables.
        clock: seconds, never going back.
        highest: whether responses may only lower it, as the caller has set it.
    """

    def __init__(self, limit: Any, clock: Callable[[], float] = time.monotonic, *, highest: bool = False) -> None:
        self._limit, self._clock, self._lock, self._highest = limit, clock, threading.Lock(), highest
        self._own = self._rate(limit.burst / limit.rate * limit.period)
        self._bucket = InMemoryBucket([self._own])
        self._running = dict[RateItem, float]()  # and when each was sent
        self._left, self._until = math.inf, -math.inf

    @property
    def most_items(self) -> float:
        """Most items that one request can have."""
        return math.inf if isinstance(self._limit.cost, int) else self._bucket.rates[0].limit

    def enter(self, operation: str, items: int) -> Flow[RateItem]:
        """Wait until a request may be sent; `leave` has to be called when it was answered or given up.

        Raises:
            ValueError: it costs more than the limit ever allows.
        """
        ticket = RateItem(operation, 0, self._limit.cost if isinstance(self._limit.cost, int) else items)
        while wait := self._reserve(ticket):
            yield Sleep(wait)
        return ticket

    def leave(self, ticket: RateItem, response: httpx2.Response | None) -> None:
        """Note that a request was answered, or given up; headers of the response may correct the limit."""
        with self._lock:
            ticket.timestamp = math.ceil(1000 * self._clock())
            self._running.pop(ticket, None)
            self._bucket.items.sort(key=_MOMENT)
            if response is not None:
                self._learn(response)

    def _reserve(self, ticket: RateItem) -> float:
        """Take the units, or return how long to wait before trying again."""
        with self._lock:
            now, (rate,) = self._clock(), self._bucket.rates
            if now < self._until and ticket.weight > self._left:
                return self._until - now
            if ticket.weight > rate.limit:
                raise ValueError(f"{ticket.name}: a request costs {ticket.weight} units, and the limit is {rate.limit}")
            lasting = now - min(self._running.values(), default=now)
            look = max(_LEAST_WAIT, min(_SHARE * lasting, _LONGEST_LOOK))  # until a request that it waits for may have ended
            if len(self._running) == self._limit.concurrency:
                return look
            ticket.timestamp = moment = math.floor(1000 * now)
            for each in self._running:
                each.timestamp = max(each.timestamp, moment - rate.interval)
            self._bucket.items.sort(key=_MOMENT)
            self._bucket.leak(moment)
            if not self._bucket.put(ticket):
                return max(cast("int", self._bucket.waiting(ticket)) / 1000, look)
            self._running[ticket], self._left = now, self._left - ticket.weight
            return 0

    def _learn(self, response: httpx2.Response) -> None:
        """Take over the limit that a response tells, and hold back where others have used it up."""
        limit, rate = self._limit, self._bucket.rates[0]
        if (told := _number(response, limit.rate_per_second)) and told * _LONGEST_WINDOW > limit.burst:
            rate = self._rate(limit.burst / told)
        if (told := _number(response, limit.limit)) and told >= 1:
            rate = Rate(int(told), rate.interval)
        if not self._highest or rate.limit / rate.interval < self._own.limit / self._own.interval:
            self._bucket.rates = [rate]
        left, until = _number(response, limit.remaining), limit.until and seconds_until(response, limit.until)
        if left is None or until is None:
            return
        now, units = self._clock(), self._bucket.items  # each of them stands there for itself
        if left < rate.limit - len(units) + bisect_right(units, 1000 * now - rate.interval, key=_MOMENT):
            self._left = min(left, self._left) if now < self._until else left
            self._until = now + until

    def _rate(self, seconds: float) -> Rate:
        return Rate(int(self._limit.burst), max(1, math.ceil(1000 * seconds)))


class Limits:
    """The limiters of one credential. Clients that use the same credential share them if they are given the same object.

    Args:
        overrides: by operationId, a limit in place of the spec's, such as `replace(OPERATIONS["searchCatalogItems"].rate_limit,
            rate=5)`; None for no limit.
    """

    def __init__(self, overrides: Mapping[str, Any] | None = None) -> None:
        self._overrides, self._lock = overrides or {}, threading.Lock()
        self._limiters: dict[tuple[str, ...], Limiter] = {}

    def check(self, operations: Collection[str]) -> None:
        """Refuse limits of operations that an API does not have: they would never hold."""
        if unknown := self._overrides.keys() - set(operations):
            raise ValueError(f"limits: there is no operation {min(unknown)}; there are {', '.join(operations)}")
        if wrong := [name for name, limit in self._overrides.items() if limit is not None and not hasattr(limit, "burst")]:
            raise TypeError(f"limits: {wrong[0]} takes a changed `rate_limit` of the spec's tables, or None")

    def of(self, api: str, operation: str, documented: Any) -> Limiter | None:
        """Return the limiter of an operation, if it has a limit."""
        limit = self._overrides.get(operation, documented)
        if limit is None:
            return None
        key = (api, operation) if "operation" in limit.scope else (api,)
        with self._lock:
            if key not in self._limiters:
                self._limiters[key] = Limiter(limit, highest=operation in self._overrides)
            return self._limiters[key]


def seconds_until(response: httpx2.Response, header: str) -> float | None:
    """Return the wait that a header tells in seconds or as an HTTP date, by the vendor's clock; None without one."""
    value = response.headers.get(header, "")
    if value.isascii() and value.isdecimal():
        return float(value)
    moment, now = moment_of(response, header), moment_of(response, "Date") or datetime.now(UTC)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def moment_of(response: httpx2.Response, header: str) -> datetime | None:
    """Return the moment that a header tells, if it tells one."""
    try:
        moment = parsedate_to_datetime(response.headers.get(header, ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(response: httpx2.Response, header: str | None) -> float | None:
    try:
        number = float(response.headers[header]) if header else math.nan
    except (KeyError, ValueError):
        return None
    return number if math.isfinite(number) else None
