"""The measurement of processes that share a limit; no test depends on durations."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scripts.apis import tables
from scripts.bench import sharing
from scripts.bench.environment import BenchError
from scripts.chaos.vendor import Usage
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings

CASES = sharing.cases()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_bound_is_what_the_limit_says(case: sharing.Case) -> None:
    table: Any = tables(case.api)[case.operation]
    limit = replace(table.rate_limit, **case.changes)
    assert case.items == table.chunking.size
    if case.most[0] < 1e9:
        assert case.at_once == limit.burst / (limit.cost if isinstance(limit.cost, int) else case.items)
        assert case.seconds == pytest.approx(limit.burst / limit.rate * limit.period)
        assert case.most[0] == limit.burst
    else:
        assert case.at_once == limit.concurrency


def test_what_is_beyond_the_limit_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES["4 requests at the same time"]
    with running(Settings(speed=1000)) as mocks:
        _check(case, mocks)
        vendor = mocks.vendors[case.api]
        for _ in range(5):
            vendor.journal.begin()
        with pytest.raises(BenchError, match=r"sharing: name: the limit is .*, and the vendor has counted .*parallel=5"):
            _check(case, mocks)
    monkeypatch.setattr(sharing, "usage", lambda _: Usage(throttled=1, most={"a": 1}))
    with running(Settings(speed=1000)) as mocks, pytest.raises(BenchError):
        _check(case, mocks)


def _check(case: sharing.Case, mocks: Mocks) -> None:
    sharing._check("name", case, mocks.served)
