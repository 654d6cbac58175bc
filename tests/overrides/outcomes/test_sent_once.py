"""A refusal without a reason, which an earlier request may explain, after a crash."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import httpx2
import pytest

from catalog_clients._engine.ledger.ledger import last_rows
from tests.generate.packages import Package
from tests.overrides.outcomes.test_results_by_index import WARES, Vendor, played
from tests.overrides.wares import DOCUMENT  # noqa: F401 - `generated` takes it
from tests.overrides.ways import Way


@pytest.mark.parametrize(
    ("is_lost", "is_old", "status"), [(False, False, "rejected"), (True, False, "unknown"), (False, True, "unknown")]
)
def test_what_was_sent_once_is_refused_without_a_reason_also_after_a_crash(
    is_lost: bool, is_old: bool, status: str, way: Way, generated: Package, tmp_path: Path
) -> None:
    """A refusal is in doubt only if an earlier request may have arrived, or if the ledger is of a version that does not say it."""
    listed = [{"number": place, "outcome": "refused"} for place in range(5)]
    vendor, ledger, lost = Vendor("/shops/EAST/jobs/17", listed), tmp_path / "ledger.csv", [is_lost]

    def play(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST" and lost.pop():
            lost.append(False)
            raise httpx2.ReadTimeout("lost")
        return vendor(request) if request.method == "POST" or is_there else httpx2.Response(404, json={"title": "not yet"})

    is_there = False
    write, bulk = attrgetter("write" if way.name == "sync" else "awrite"), played(way, generated, play, interval=0)
    assert way.finish(write(bulk.run("uploadWares", WARES, shop="EAST"))(ledger)).unknown == 5
    is_there = True
    if is_old:
        ledger.write_bytes(ledger.read_bytes().replace(b"sent once", b""))
    way.finish(write(bulk.run("uploadWares", WARES, shop="EAST", resume=ledger))(ledger))
    found = [*last_rows(ledger)]
    assert {(row.status, row.reason, row.attempt) for row in found} == {(status, 'listed as a failure: "refused"', 1 + is_lost)}
