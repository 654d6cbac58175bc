"""A run whose items are in memory and fit into one chunk needs no threads, and ends as any other run does."""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import CatalogError, Outcome
from catalog_clients._engine.items.inputs import is_short
from catalog_clients._engine.ledger.ledger import last_rows
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.ways import CONCURRENCY, OFFERS, Way, at_work, offers, take_one
from yandex_market_offers.auth import ApiKey

KEY = ApiKey("key")


class Vendor:
    """Confirms all offers, and notes in which thread each request arrives, and which threads a run has begun by then.

    Args:
        before: is called before each response.
    """

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.threads, self.begun = list[threading.Thread](), list[str]()
        self._before, self._known = before, set(threading.enumerate())

    def __call__(self, _: httpx2.Request) -> httpx2.Response:
        self.threads.append(threading.current_thread())
        self.begun += at_work(self._known)
        self._before()
        return httpx2.Response(200, json={"status": "OK"})


def archive(way: Way, vendor: Vendor, items: Any, **options: Any) -> Any:
    """Return the run that archives offers at a vendor that is played, with the limit of the spec."""
    return way.played(YANDEX, vendor, auth=KEY, **options).archive(items, business_id=BUSINESS)


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, also where it was ignored when this process began."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt() -> None:
    """Do what Ctrl-C does."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


@pytest.mark.parametrize("kind", [list, tuple])
@pytest.mark.parametrize("many", [0, 1, OFFERS])
def test_a_short_run_is_performed_in_the_thread_that_reads_it(kind: type[Any], many: int, way: Way) -> None:
    vendor = Vendor()
    outcomes = way.read(archive(way, vendor, kind(offers(1)[:many])))
    assert [(each.item, each.status) for each in outcomes] == [(item, "confirmed") for item in range(1, many + 1)]
    assert (vendor.threads, vendor.begun) == ([threading.main_thread()] * bool(many), [])


class Rows(list[str]):
    """A list that may read a database when it is iterated over."""


@pytest.mark.parametrize(
    "items",
    [iter(["A"]), {"A"}, dict.fromkeys("A").keys(), Rows(["A"]), offers(2)],
    ids=["iterator", "set", "keys", "rows", "long"],
)
def test_what_may_block_or_is_longer_is_not_performed_there(items: Any) -> None:
    assert not is_short(items, OFFERS)
    with closing(Way("sync")) as way:
        vendor = Vendor()
        way.read(archive(way, vendor, items))
    assert threading.main_thread() not in vendor.threads


def test_neither_are_many_items_of_one_chunk_which_would_hold_up_an_event_loop() -> None:
    assert is_short(["A"] * 1000, sys.maxsize)
    assert not is_short(["A"] * 1001, sys.maxsize)


def test_leaving_it_half_read_sends_nothing_more_and_counts_what_was_sent(way: Way) -> None:
    vendor = Vendor()
    take_one(way, result := archive(way, vendor, ["A", "B", "C"]))
    assert (len(vendor.threads), result.counts.confirmed) == (1, 3)
    with pytest.raises(RuntimeError, match="can be read only once"):
        way.read(result)


def test_one_that_is_stopped_before_it_is_read_sends_nothing_and_later_gives_what_is_known(way: Way) -> None:
    vendor = Vendor()
    result = archive(way, vendor, ["A"])
    result.stop()
    with pytest.raises(CatalogError, match="the run was stopped"):
        way.read(result)
    assert vendor.threads == []
    outcomes, runs = list[Outcome](), list[Any]()
    runs.append(archive(way, Vendor(lambda: [each.stop() for each in runs]), ["A"]))
    with pytest.raises(CatalogError, match="the run was stopped"):
        way.read(runs[0], outcomes.append)
    assert [each.status for each in outcomes] == ["confirmed"]


@pytest.mark.usefixtures("_ctrl_c")
def test_ctrl_c_leaves_it_at_once_and_its_place_at_the_limit_is_free_again(way: Way) -> None:
    actions = [interrupt] * (CONCURRENCY + 1)
    vendor = Vendor(lambda: actions.pop()() if actions else None)
    market = way.played(YANDEX, vendor, auth=KEY)
    while actions:
        with pytest.raises(KeyboardInterrupt):
            way.read(market.archive(["A"], business_id=BUSINESS))
    (outcome,) = way.read(market.archive(["A"], business_id=BUSINESS))
    assert (outcome.status, len(vendor.threads)) == ("confirmed", CONCURRENCY + 2)


@pytest.mark.usefixtures("_ctrl_c")
def test_ctrl_c_drains_it_when_it_is_written_to_a_ledger(way: Way, tmp_path: Path) -> None:
    vendor = Vendor(interrupt)
    result = archive(way, vendor, ["A"])
    with pytest.raises(KeyboardInterrupt):
        way.finish(result.write(tmp_path / "ledger.csv") if way.name == "sync" else result.awrite(tmp_path / "ledger.csv"))
    assert [row.status for row in last_rows(tmp_path / "ledger.csv")] == ["confirmed"]
    assert threading.main_thread() not in vendor.threads or way.name == "async", "which would have nobody who leaves it in time"


def _raise(_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("_ctrl_c")
@pytest.mark.parametrize("progress", [_raise, lambda _: signal.raise_signal(signal.SIGINT)], ids=["error", "signal"])
def test_an_interrupt_by_what_reports_progress_is_the_first_one_however_often_it_would_come(
    progress: Any, way: Way, tmp_path: Path
) -> None:
    vendor, path = Vendor(), tmp_path / "ledger.csv"
    market = way.played(YANDEX, vendor, auth=KEY, width=3)
    result = market.archive(offers(9), business_id=BUSINESS, progress=progress)
    with pytest.raises(KeyboardInterrupt, match="resume it with" if way.name == "sync" else None):
        way.finish(result.write(path) if way.name == "sync" else result.awrite(path))
    rows = Counter(row.status for row in last_rows(path))
    assert 0 < rows["confirmed"] == OFFERS * len(vendor.threads)
    assert {*rows} <= {"confirmed", "unknown"}
