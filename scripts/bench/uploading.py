"""Upload a catalog from a generator, and write the outcomes to a file: `python -m scripts.bench.uploading URL CREDENTIALS COUNT`.

It prints the peak memory of its process in MB. The tools of this project are not imported, as they take as much as the upload.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from amazon_jwo_catalog import behaviour
from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import JustWalkOut, Limits, Reports

_STATUS = Path("/proc/self/status")


def main(url: str, count: int) -> int:
    """Upload without limits, and print the peak; return 2 where not every item is confirmed."""
    limits, reports = Limits(dict.fromkeys(behaviour.OPERATIONS)), Reports(origins=["http://127.0.0.1:*"])
    with (
        tempfile.TemporaryDirectory(prefix="ledger-") as folder,
        JustWalkOut(base_url=url, limits=limits, interval=0.1, reports=reports) as client,
    ):
        counts = client.upload(items(count)).write(Path(folder) / "ledger.csv")
    if counts.confirmed != count:
        print(f"memory: {counts.confirmed} of {count} items are confirmed", file=sys.stderr)
        return 2
    print(peak())
    return 0


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


if __name__ == "__main__":
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], int(sys.argv[3])))
