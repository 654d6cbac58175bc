"""Upload a catalog from a generator, and write the outcomes to a file, in a process that prints its peak memory in MB."""

from __future__ import annotations

import os
import re
import resource
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import JustWalkOut, Reports
from scripts.apis import source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import mocks, unlimited
from scripts.bench.environment import run
from scripts.bench.measure import Plan, take_turns
from scripts.chaos import JWO
from scripts.command import ROOT
from scripts.mock.serving import Served

_COUNTS = (100_000, 1_000_000)
_LIMIT = 1.2
_PLAN = Plan(rounds=2, budget=60, least_rounds=1, warm_up=False)
# The links to reports last as long as they are needed, however slow the machine is.
_MOCK = ("--speed", "100", "--set", f"{JWO}.link_lifetime=1e9")
_STATUS = Path("/proc/self/status")


def measure() -> Comparison:
    """Upload catalogs of two sizes without limits, each in a separate process, to mock vendors in another one.

    Raises:
        BenchError: the mock vendors do not start, or an upload fails or takes too long.
    """
    less, more = (f"{count:,} items" for count in _COUNTS)
    with mocks(*_MOCK) as served:
        peaks = take_turns({f"{count:,} items": partial(_peak_of, count, served) for count in _COUNTS}, _PLAN)
    return Comparison(
        name="memory",
        title="peak memory of a process that uploads a catalog and reads the reports",
        timings=peaks,
        targets=(Target(subject=more, baseline=less, at_most=_LIMIT),),
        unit="MB",
    )


def items(count: int) -> Iterator[CatalogItem]:
    """Yield items of one of the mock's stores, with barcodes that it accepts."""
    for number in range(count):
        yield CatalogItem(
            item_sku=f"SKU-{number:08}",
            external_product_id="4011",
            external_product_id_type="PLU",
            item_name=f"Sparkling water with lime, 6 x 330 ml, {number}",
            store_id="STORE-1",
            standard_price="1.99",
        )


def peak() -> float:
    """Return the most memory that this process has had, in MB.

    On Linux, `ru_maxrss` also counts memory of the parent process, so that /proc is read instead, where it exists.
    """
    if _STATUS.exists() and (found := re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def main(url: str, count: int) -> int:
    """Upload and print the peak; return 2 where not every item is confirmed."""
    with (
        tempfile.TemporaryDirectory(prefix="ledger-") as folder,
        JustWalkOut(base_url=url, limits=unlimited(JWO), interval=0.1, reports=Reports(origins=["http://127.0.0.1:*"])) as client,
    ):
        counts = client.upload(items(count)).write(Path(folder) / "ledger.csv")
    if counts.confirmed != count:
        print(f"memory: {counts.confirmed} of {count} items are confirmed", file=sys.stderr)
        return 2
    print(peak())
    return 0


def _peak_of(count: int, served: Served) -> float:
    """Measure in a separate process, which writes only below its temporary folder in the cache."""
    credentials = msgspec.json.encode(served.credentials[JWO]).decode()
    command = (sys.executable, "-m", "scripts.bench.memory", served.urls[JWO], credentials, count)
    return float(run(*command, paths=[ROOT, *source_folders()]))


if __name__ == "__main__":
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], int(sys.argv[3])))
