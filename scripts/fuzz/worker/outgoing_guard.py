"""The outgoing guard: which requests may be sent at all, and how fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter

from scripts.runtime.behaviour import Behaviour

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class MethodRefused(requests.exceptions.InvalidSchema):
    """A request would have changed something on an endpoint that is only read."""


class RateLimiter:
    """Delays requests, as a token bucket that is full at first.

    Args:
        rate: requests that become possible in one period.
        period: length of a period in seconds.
        burst: most requests at once.
    """

    def __init__(
        self,
        *,
        rate: float,
        period: float,
        burst: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._flow = rate / period
        self._burst = max(1.0, burst)
        self._units = self._burst
        self._clock = clock
        self._sleep = sleep
        self._seen = clock()

    def wait(self) -> None:
        """Wait until one more request is within the limit."""
        now = self._clock()
        self._units = min(self._burst, self._units + (now - self._seen) * self._flow) - 1
        self._seen = now
        if self._units < 0:
            self._sleep(-self._units / self._flow)


def limiter_of(operations: Iterable[Behaviour]) -> RateLimiter | None:
    """Return a limiter that keeps the limits of all operations, however they share them; None if the spec has no limit.

    Where the cost of a request is the length of an array, each request costs as much as the longest one.
    """
    limits = []
    for each in operations:
        if (limit := each.rate_limit) is not None:
            longest = each.chunking.size if each.chunking else 1
            cost = limit.cost if isinstance(limit.cost, int) else longest
            limits.append((limit.rate / cost / limit.period, limit.burst / cost))
    if not limits:
        return None
    return RateLimiter(rate=min(flow for flow, _ in limits), period=1, burst=min(burst for _, burst in limits))


Passed = Callable[[requests.PreparedRequest, Callable[[], requests.Response]], requests.Response]


class OutgoingGuard:
    """Delays every request of this process and, unless writes are allowed, refuses those whose method is not safe.

    Args:
        writes: whether requests may change something.
        limiter: delays them; None if there is no limit.
        passed: sends a request that may be sent.
    """

    def __init__(self, *, writes: bool, limiter: RateLimiter | None, passed: Passed = lambda _, send: send()) -> None:
        self._writes = writes
        self._limiter = limiter
        self._passed = passed

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Wrap what `requests` sends with meanwhile, so that no phase, check or probe of Schemathesis can bypass the guard."""
        original = HTTPAdapter.send

        def send(adapter: HTTPAdapter, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
            if not self._writes and request.method not in SAFE:
                raise MethodRefused(f"{request.method} is not sent: it may change something, and WRITES=yes was not given")
            if self._limiter is not None:
                self._limiter.wait()
            return self._passed(request, lambda: original(adapter, request, *arguments, **options))

        with patch.object(HTTPAdapter, "send", send):
            yield
