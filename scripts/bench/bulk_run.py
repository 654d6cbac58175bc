"""Upload or archive from a generator: `python -m scripts.bench.bulk_run URL CREDENTIALS RUN COUNT`.

It prints what the run took in its process, as JSON. The tools of this project are not imported, as they take as much memory as the
run.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from amazon_jwo_catalog import behaviour
from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import JustWalkOut, Limits, Reports
from catalog_clients.results import Result

_STATUS = Path("/proc/self/status")
STORES = ("STORE-1", "STORE-2", "STORE-3")  # all that the mock has


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a run took in its process.

    Attributes:
        cpu: seconds of all its threads, those of the system for it included.
        seconds: from its start to its end.
        peak: most memory that the process has had, in MB.
    """

    cpu: float
    seconds: float
    peak: float


def main(url: str, run: str, count: int) -> int:
    """Perform a run, and print its cost; return 2 where not every item is confirmed."""
    operation, way = run.split("-")
    reports = Reports(origins=["http://127.0.0.1:*"])
    limits = None if way == "limited" else Limits(dict.fromkeys(behaviour.OPERATIONS))
    with JustWalkOut(base_url=url, limits=limits, interval=0.1, reports=reports) as client:
        began, cpu = time.perf_counter(), time.process_time()
        result = client.upload(items(count)) if operation == "upload" else client.archive(skus(count), stores=STORES)
        confirmed = _READ[way](result)
        cost = Cost(cpu=time.process_time() - cpu, seconds=time.perf_counter() - began, peak=peak())
    if confirmed != count:
        print(f"bulk: {confirmed} of {count} items are confirmed", file=sys.stderr)
        return 2
    print(msgspec.json.encode(cost).decode())
    return 0


def items(count: int) -> Iterator[CatalogItem]:
    """Yield items of ten fields for one of the mock's stores, with barcodes that it accepts."""
    for number in range(1, count + 1):
        yield CatalogItem(
            item_sku=f"SKU-{number:07}",
            external_product_id="4011",
            external_product_id_type="PLU",
            item_name=f"Sparkling water with lime, 6 x 330 ml, {number}",
            store_id=STORES[0],
            standard_price="1.99",
            brand_name="Northlake",
            product_tax_code="A_FOOD_GEN",
            product_category="Beverages",
            product_subcategory="Water",
        )


def skus(count: int) -> Iterator[str]:
    """Yield SKUs that the mock holds from its start."""
    return (f"SKU-{number:07}" for number in range(1, count + 1))


def peak() -> float:
    """Return the most memory that this process has had, in MB.

    On Linux, `ru_maxrss` also counts memory of the parent process, so that /proc is read instead, where it exists.
    """
    if _STATUS.exists() and (found := re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _written(result: Result) -> int:
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        return result.write(Path(folder) / "ledger.csv").confirmed


def _iterated(result: Result) -> int:
    return sum(each.status == "confirmed" for each in result)


_READ: dict[str, Callable[[Result], int]] = {"written": _written, "iterated": _iterated, "limited": _written}

if __name__ == "__main__":
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], sys.argv[3], int(sys.argv[4])))
