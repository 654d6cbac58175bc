"""The one way out: what may be sent at all, and how fast."""

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


class Pace:
    """Holds requests back, as a token bucket that is full at first.

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


def pace_of(operations: Iterable[Behaviour]) -> Pace | None:
    """Return a pace that keeps to the limits of all operations, however they share them; None if the spec has no limit.

    Where a request costs as much as an array is long, each is taken to cost as much as the longest one.
    """
    limits = []
    for each in operations:
        if (limit := each.rate_limit) is not None:
            longest = each.chunking.size if each.chunking else 1
            cost = limit.cost if isinstance(limit.cost, int) else longest
            limits.append((limit.rate / cost / limit.period, limit.burst / cost))
    if not limits:
        return None
    return Pace(rate=min(flow for flow, _ in limits), period=1, burst=min(burst for _, burst in limits))


Passed = Callable[[requests.PreparedRequest, Callable[[], requests.Response]], requests.Response]


@contextmanager
def gate(*, writes: bool, pace: Pace | None, passed: Passed = lambda _, send: send()) -> Iterator[None]:
    """Let every request of this process out at a pace and, unless it may write, only with a safe method; `passed` sends it.

    It stands around what `requests` puts on the wire, so that no phase, check or probe of Schemathesis can go past it.
    """
    original = HTTPAdapter.send

    def send(adapter: HTTPAdapter, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        if not writes and request.method not in SAFE:
            raise MethodRefused(f"{request.method} is not sent: it may change something, and WRITES=yes was not given")
        if pace is not None:
            pace.wait()
        return passed(request, lambda: original(adapter, request, *arguments, **options))

    with patch.object(HTTPAdapter, "send", send):
        yield
