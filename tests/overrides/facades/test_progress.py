"""Progress knows the total and the time left where the length of the input is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients import Progress
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.ways import OFFERS, Way, asynchronous, offers

Kind = Callable[[list[str]], Iterable[str]]
CHUNKS = 3


def confirm(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json={"status": "OK", "result": {}})


def archived(way: Way, items: Any, note: Callable[[Progress], object], path: Path, resume: Path | None = None) -> Any:
    market = way.played(YANDEX, confirm, auth=httpx2.Auth(), width=1)
    result = market.archive(items, business_id=BUSINESS, progress=note, resume=resume)
    return way.finish(result.write(path) if way.name == "sync" else result.awrite(path))


def assert_consistent(seen: list[Progress], total: int, before: int = 0) -> None:
    """Check that what is left is what is not known yet at the rate so far, and nothing at the end."""
    for each in seen:
        known = each.counts.total + each.counts.duplicates
        assert each.total == total
        assert each.left is not None
        assert each.rate == pytest.approx((each.counts.total - before) / each.seconds, rel=0.01)
        assert each.left * each.rate == pytest.approx(total - known, abs=0.01)
    assert seen[-1].left == 0
    assert [each.chunks for each in seen] == [*range(1, len(seen) + 1)]


@pytest.mark.parametrize("kind", [list, tuple, lambda items: dict.fromkeys(items).keys()], ids=["list", "tuple", "keys"])
def test_of_an_input_with_a_length_the_end_is_foreseen(kind: Kind, way: Way, tmp_path: Path) -> None:
    seen: list[Progress] = []
    items = kind(offers(CHUNKS))
    archived(way, items, seen.append, tmp_path / "ledger.csv")
    assert len(seen) == CHUNKS
    assert_consistent(seen, CHUNKS * OFFERS)
    assert seen[0].left


def test_duplicates_and_invalid_items_do_not_move_the_end(way: Way, tmp_path: Path) -> None:
    seen: list[Progress] = []
    items = [*offers(1), *offers(1)[:50], "", "x" * 300, *offers(2)]
    counts = archived(way, items, seen.append, tmp_path / "ledger.csv")
    assert (counts.duplicates, counts.rejected, counts.confirmed) == (50 + OFFERS, 2, 2 * OFFERS)
    assert_consistent(seen, len(items))


def test_of_an_input_without_a_length_neither_total_nor_end_is_known(way: Way, tmp_path: Path) -> None:
    seen: list[Progress] = []
    items = asynchronous(offers(CHUNKS)) if way.name == "async" else iter(offers(CHUNKS))
    archived(way, items, seen.append, tmp_path / "ledger.csv")
    assert [(each.total, each.left) for each in seen] == [(None, None)] * CHUNKS
    assert [each.counts.confirmed for each in seen] == [OFFERS, 2 * OFFERS, 3 * OFFERS]
    assert all(each.rate > 0 for each in seen)


def test_a_run_that_is_resumed_counts_what_was_known_and_has_the_rate_of_its_own(way: Way, tmp_path: Path) -> None:
    path, seen = tmp_path / "ledger.csv", list[Progress]()
    archived(way, offers(2), seen.append, path)
    seen.clear()
    archived(way, offers(2 + CHUNKS), seen.append, path, resume=path)
    assert len(seen) == CHUNKS
    assert seen[0].counts.confirmed == 3 * OFFERS
    assert_consistent(seen, (2 + CHUNKS) * OFFERS, before=2 * OFFERS)
