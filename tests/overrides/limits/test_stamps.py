"""An API with several limits at once, from its document to the outcomes: tables, README, mock, runs, and shared stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog_clients import Limits
from scripts.fuzz.worker.outgoing_guard import limiter_of
from scripts.lint import extensions
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.spec.document import read
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.stores import ending, records
from tests.overrides.ways import Way

DOCUMENT = Path(__file__).parent.with_name("stamps.yaml")
DAY = 86_400


class Stamps(Caller):
    """A caller of the mock."""

    api = "stamps"
    kinds = (generic(of_file(DOCUMENT)),)


@pytest.fixture
def stamps() -> Iterator[Stamps]:
    with Stamps.served() as found:
        yield found


def items(number: int) -> list[dict[str, str]]:
    return [{"code": f"STAMP-{place:04}"} for place in range(number)]


def test_the_document_is_clean_and_its_tables_have_all_limits(generated: Package) -> None:
    assert extensions.check(read(DOCUMENT)) == []
    tables = generated.root.behaviour.OPERATIONS
    weighed, daily, parallel = tables["putStamps"].rate_limit.all
    assert (weighed.cost.path, daily.cost, parallel.concurrency) == ((), 1, 2)
    assert (daily.limit, daily.remaining, daily.until) == ("X-Day-Limit", "X-Day-Left", "X-Day-Ends")
    assert daily.until_format == "epoch-milliseconds"
    assert tables["listStamps"].rate_limit.also == (daily, parallel)
    guard = limiter_of(tables.values())
    assert guard is not None
    assert guard.limits == [(2, 2), (pytest.approx(5 / DAY), 5), (1000, 1000)]


def test_the_readme_says_all_limits(generated: Package) -> None:
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    assert "at most 8 elements of the body itself a second" in words
    assert "Also, at most 5 requests a day, with a burst of 5, for each credential and all operations together." in words
    assert "Also, at most 1,000 requests a second" in words
    assert "At most 2 requests at the same time." in words


def test_the_mock_counts_each_limit_and_reports_it(stamps: Stamps) -> None:
    first = stamps.http.post("/stamps", json=items(4))
    assert (first.headers["x-left"], first.headers["x-day-left"], first.headers["x-day-limit"]) == ("4", "4", "5")
    stamps.http.post("/stamps", json=items(4))
    refused = stamps.http.post("/stamps", json=items(4))
    assert refused.status_code == 429
    assert (refused.headers["retry-after"], refused.headers["x-left"], refused.headers["x-day-left"]) == ("1", "0", "3")
    assert [stamps.http.get("/stamps").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert stamps.http.post("/stamps", json=items(1)).headers["retry-after"] == str(DAY)
    stamps.clock.advance(DAY)
    assert stamps.http.get("/stamps").status_code == 200
    units = stamps.usage()["units"]
    assert sorted(name.rpartition(" ")[2] for name in units if "also/" in name) == ["also/1", "also/1", "also/2", "also/2"]


def test_a_dry_run_takes_the_time_of_the_limit_that_takes_longest(way: Way, generated: Package) -> None:
    bulk = way.bulk(generated.root, "https://api.stamps.example/v1", limits=Limits())
    found = [way.finish(bulk.validate("putStamps", items(number))) for number in (8, 16, 20, 24, 44)]
    assert [(each.requests, each.seconds) for each in found] == [(2, 0), (4, 1), (5, 2), (6, DAY), (11, 2 * DAY)]


def test_a_run_keeps_all_limits(way: Way, generated: Package, stamps: Stamps) -> None:
    bulk = way.bulk(generated.root, stamps.vendor.base_url, limits=Limits(), width=8)
    outcomes = way.read(bulk.run("putStamps", [*items(5), {"code": "STAMP-9999"}]))
    assert [each.status for each in outcomes] == ["confirmed"] * 6
    usage = stamps.usage()
    assert usage["parallel"]["most"] <= 2
    assert [each["total"] for each in usage["units"].values()] == [6, 2, 2]


def test_processes_share_each_limit_in_one_record(generated: Package, stamps: Stamps, store: str | Path) -> None:
    way = Way("sync")
    with ending(Limits(store=store, credential="me")) as limits:
        bulk = way.bulk(generated.root, stamps.vendor.base_url, limits=limits)
        assert {each.status for each in way.read(bulk.run("putStamps", items(8)))} == {"confirmed"}
        assert [each.units for each in bulk._api.limiter("putStamps").bounds] == [8, 5, 1000]
    way.close()
    names = [key.split("/") for key in records(store) if key]
    assert sorted((name, *place) for _, name, _, *place in names) == [("*", "1"), ("*", "2"), ("putStamps",)]
