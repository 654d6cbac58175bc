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
        flow: requests that become possible in a second.
        burst: most requests at once.
    """

    def __init__(self, *, flow: float, burst: float = 1) -> None:
        self._flow = flow
        self._burst = max(1.0, burst)
        self._units = self._burst
        self._seen = time.monotonic()

    def wait(self) -> None:
        """Wait until one more request is within the limit."""
        now = time.monotonic()
        self._units = min(self._burst, self._units + (now - self._seen) * self._flow) - 1
        self._seen = now
        if self._units < 0:
            time.sleep(-self._units / self._flow)


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
    return RateLimiter(flow=min(flow for flow, _ in limits), burst=min(burst for _, burst in limits))


Passed = Callable[[requests.PreparedRequest, Callable[[], requests.Response]], requests.Response]


@contextmanager
def guarded(*, writes: bool, limiter: RateLimiter | None = None, passed: Passed = lambda _, send: send()) -> Iterator[None]:
    """Delay every request of this process meanwhile and, unless writes are allowed, refuse those whose method is not safe.

    This wraps what `requests` sends with, so that no phase, check or probe of Schemathesis can bypass it.

    Args:
        writes: whether requests may change something.
        limiter: delays them; None if there is no limit.
        passed: sends a request that may be sent.
    """
    original = HTTPAdapter.send

    def send(adapter: HTTPAdapter, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        if not writes and request.method not in SAFE:
            raise MethodRefused(f"{request.method} is not sent: it may change something, and WRITES=yes was not given")
        if limiter is not None:
            limiter.wait()
        return passed(request, lambda: original(adapter, request, *arguments, **options))

    with patch.object(HTTPAdapter, "send", send):
        yield
