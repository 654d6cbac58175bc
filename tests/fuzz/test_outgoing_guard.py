from __future__ import annotations

import time
from contextlib import nullcontext

import pytest
import requests
from msgspec.structs import replace

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
                requests.request(method, served.url, timeout=60)
    assert [request.method for request in served.seen] == list(sent)


def test_requests_are_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))
    limiter = RateLimiter((2, 3), (0.125, 5))
    times = []
    for _ in range(7):
        limiter.wait()
        times.append(now[0])
    monkeypatch.undo()
    assert times == [0, 0, 0, 0.5, 1.0, 8, 16]


def test_the_limiter_keeps_the_tightest_limit_and_counts_the_longest_list() -> None:
    array = Expression("request", "body", ("ids",))
    chunking = Chunking(array=array, size=200, key=((),), normalize="none", keep="first")
    by_length = RateLimit(rate=10000, period=60, burst=10000, cost=array, scope=("credential",))
    slow = RateLimit(rate=2, period=1, burst=2, cost=1, scope=("credential",))
    limiter = limiter_of([Behaviour(rate_limit=slow), Behaviour(), Behaviour(chunking=chunking, rate_limit=by_length)])
    assert limiter is not None
    assert limiter.limits == [(50 / 60, 2)]
    daily = replace(slow, also=(replace(slow, rate=1000, period=86_400, burst=1000),))
    both = limiter_of([Behaviour(rate_limit=daily), Behaviour(rate_limit=by_length, chunking=chunking)])
    assert both is not None
    assert both.limits == [(50 / 60, 2), (1000 / 86_400, 1000)]
    assert limiter_of([Behaviour()]) is None
