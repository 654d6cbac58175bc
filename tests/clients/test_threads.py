"""The first requests of a program, sent by many threads at once: msgspec crashes where two threads examine a type at once."""

from __future__ import annotations

import subprocess
import sys

from scripts.apis import apis

PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-6)
sys.path.insert(0, sys.argv[1])
from amazon_jwo_catalog.api.catalog import archive_catalog, upload_catalog

item = {"item_sku": "A", "external_product_id": "012345678905", "item_name": "Water", "store_id": "S"}
start = threading.Barrier(16)

def work(number):
    from amazon_jwo_catalog.models import CatalogItem
    start.wait()
    if number % 2:
        archive_catalog.request(item_skus=[str(each) for each in range(300)], all_applicable_stores=["S"])
    else:
        upload_catalog.request(catalog_items=[CatalogItem(**item) for _ in range(150)])

threads = [threading.Thread(target=work, args=[number]) for number in range(16)]
for each in threads:
    each.start()
for each in threads:
    each.join()
"""


def test_many_threads_can_send_their_first_request_at_once() -> None:
    folder = apis()["amazon_jwo_catalog"].folder
    for _ in range(6):  # nearly half of them ended with a segmentation fault
        done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
