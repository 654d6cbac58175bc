from __future__ import annotations

import time
from contextlib import nullcontext

import pytest
import requests

from scripts.fuzz.worker.outgoing_guard import MethodRefused, RateLimiter, guarded, limiter_of
from scripts.runtime.behaviour import Behaviour, Chunking, Expression, RateLimit
from tests.fuzz.server import as_json, serving

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY")


@pytest.mark.parametrize(("writes", "sent"), [(False, METHODS[:3]), (True, METHODS)])
def test_only_safe_methods_are_sent_without_writes(writes: bool, sent: tuple[str, ...]) -> None:
    with serving(lambda _: as_json(200, {})) as served, guarded(writes=writes):
        for method in METHODS:
            expected = nullcontext() if method in sent else pytest.raises(MethodRefused, match="WRITES=yes was not given")
            with expected:
                requests.request(method, served.url, timeout=5)
    assert [request.method for request in served.seen] == list(sent)


def test_requests_are_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    limiter = RateLimiter(flow=2, burst=3)
    times = []
    for _ in range(6):
        limiter.wait()
        times.append(now[0])
    monkeypatch.undo()
    assert times == [0, 0, 0, 0.5, 1.0, 1.5]


def test_the_limiter_keeps_the_tightest_limit_and_counts_the_longest_list() -> None:
    array = Expression("request", "body", ("ids",))
    chunking = Chunking(array=array, size=200, key=((),), normalize="none", keep="first")
    by_length = RateLimit(rate=10000, period=60, burst=10000, cost=array, scope=("credential",))
    slow = RateLimit(rate=2, period=1, burst=2, cost=1, scope=("credential",))
    limiter = limiter_of([Behaviour(rate_limit=slow), Behaviour(), Behaviour(chunking=chunking, rate_limit=by_length)])
    assert limiter is not None
    assert (round(limiter._flow, 6), limiter._burst) == (round(50 / 60, 6), 2)
    assert limiter_of([Behaviour()]) is None
