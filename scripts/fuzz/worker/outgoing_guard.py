"""The outgoing guard: which requests may be sent at all, and how fast."""

from __future__ import annotations

import time
from collections import defaultdict
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
    """Delays requests, as token buckets that are full at first.

    Args:
        limits: of each bucket, how many requests become possible in a second, and the most at once.
    """

    def __init__(self, *limits: tuple[float, float]) -> None:
        self.limits = [(flow, max(1.0, burst)) for flow, burst in limits]
        self._units = [burst for _, burst in self.limits]
        self._seen = time.monotonic()

    def wait(self) -> None:
        """Wait until one more request is within each limit."""
        now = time.monotonic()
        for place, (flow, burst) in enumerate(self.limits):
            self._units[place] = min(burst, self._units[place] + (now - self._seen) * flow) - 1
        self._seen = now
        longest = max(-units / flow for units, (flow, _) in zip(self._units, self.limits, strict=True))
        if longest > 0:
            time.sleep(longest)


def limiter_of(operations: Iterable[Behaviour]) -> RateLimiter | None:
    """Return a limiter that keeps the limits of all operations, however they share them; None if the spec has no limit.

    Where the cost of a request is the length of an array, each request costs as much as the longest one. Of the limits at the same
    place in their tables the tightest one counts.
    """
    found = defaultdict[int, list[tuple[float, float]]](list)
    for each in operations:
        longest = each.chunking.size if each.chunking else 1
        for place, limit in enumerate(each.rate_limit.all if each.rate_limit else ()):
            cost = limit.cost if isinstance(limit.cost, int) else longest
            found[place].append((limit.rate / cost / limit.period, limit.burst / cost))
    if not found:
        return None
    return RateLimiter(*((min(flow for flow, _ in limits), min(burst for _, burst in limits)) for limits in found.values()))


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
