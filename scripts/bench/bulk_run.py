"""Upload or archive from a generator: `python -m scripts.bench.bulk_run URL CREDENTIALS RUN COUNT`.

It prints what the run took in its process, as JSON. The tools of this project are not imported, as they take as much memory as the
run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from amazon_jwo_catalog import behaviour
from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import JustWalkOut, Limits, Reports
from catalog_clients.results import Result
from scripts.bench.memory import peak
from scripts.bench.work import STORES, Cost, items, skus


def main(url: str, run: str, count: int) -> int:
    """Perform a run, and print its cost; return 2 where not every item is confirmed."""
    operation, way = run.split("-")
    reports = Reports(origins=["http://127.0.0.1:*"])
    limits = None if way == "limited" else Limits(dict.fromkeys(behaviour.OPERATIONS))
    with JustWalkOut(base_url=url, limits=limits, interval=0.1, reports=reports) as client:
        began, cpu = time.perf_counter(), time.process_time()
        result = client.upload(items(CatalogItem, count)) if operation == "upload" else client.archive(skus(count), stores=STORES)
        confirmed = _READ[way](result)
        cost = Cost(cpu=time.process_time() - cpu, seconds=time.perf_counter() - began, peak=peak())
    if confirmed != count:
        print(f"bulk: {confirmed} of {count} items are confirmed", file=sys.stderr)
        return 2
    print(msgspec.json.encode(cost).decode())
    return 0


def _written(result: Result) -> int:
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        return result.write(Path(folder) / "ledger.csv").confirmed


def _iterated(result: Result) -> int:
    return sum(each.status == "confirmed" for each in result)


_READ: dict[str, Callable[[Result], int]] = {"written": _written, "iterated": _iterated, "limited": _written}

if __name__ == "__main__":
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], sys.argv[3], int(sys.argv[4])))
