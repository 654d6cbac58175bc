"""The measurements of the facades; no test depends on durations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import pytest

from scripts.apis import tables
from scripts.bench import connections, facade, limits
from scripts.bench.environment import BenchError
from scripts.bench.measure import Contender, Figures, Plan
from scripts.chaos import ITEMS, YANDEX
from scripts.chaos.facades import WAYS
from scripts.mock.served import Served
from scripts.mock.serving import running
from scripts.mock.settings import Settings

SPEED = 1e4
LOOKUP = partial(limits.Run, ITEMS, "searchCatalogItems", limits.look_up, windows=1)
ARCHIVING = partial(limits.Run, YANDEX, "addOffersToArchive", limits.archive, windows=1)


@pytest.mark.parametrize("make", [LOOKUP, ARCHIVING])
def test_a_bound_is_what_the_limit_of_the_spec_says(make: partial[limits.Run]) -> None:
    made = make(speed=SPEED)
    _, operation, _ = make.args
    table = tables(made.api)[operation]
    assert table.rate_limit is not None
    assert table.chunking is not None
    assert made.burst == table.rate_limit.burst * (table.chunking.size if table.rate_limit.cost == 1 else 1)
    assert made.window * SPEED == pytest.approx(table.rate_limit.burst / table.rate_limit.rate * table.rate_limit.period)


def test_no_limit_is_left() -> None:
    for name, table in tables(YANDEX).items():
        assert table.rate_limit is not None
        assert connections.unlimited(YANDEX).limiter(YANDEX, name, table.rate_limit) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_run_reads_all_outcomes_and_is_timed_from_the_burst_on(way: str) -> None:
    with running(Settings(speed=SPEED)) as mocks, asyncio.Runner() as runner, connections.http_clients(runner) as http:
        assert LOOKUP(speed=SPEED).go(way, mocks.served, http[way], runner) >= 0


@pytest.mark.usefixtures("in_thread")
def test_every_contender_does_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(contenders: Mapping[str, Contender], _: Plan) -> dict[str, Figures]:
        for contender in contenders.values():
            contender(1)
        return dict.fromkeys(contenders, (1.0,))

    monkeypatch.setattr(facade, "interleave", once)
    found = facade.measure()
    assert len(found.timings) == 10
    assert [outcome.ratio for outcome in found.outcomes()] == [1, 1, 1, 1]


def test_what_is_not_archived_is_not_measured() -> None:
    class Lost:
        sku, status, reason = "SKU-1", "unknown", "no response"

    with pytest.raises(BenchError, match=r"^facade: SKU-1 is not archived: no response$"):
        facade._check([Lost()])


def test_mocks_that_do_not_start_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Sequence[str]) -> Served:
        raise ValueError("no such option")

    monkeypatch.setattr(connections, "spawned", start)
    with pytest.raises(BenchError, match=r"^no such option$"), connections.mocks():
        pass
