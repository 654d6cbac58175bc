"""The first requests of a program, sent by many threads at once: msgspec crashes where two threads examine a type at once."""

from __future__ import annotations

import subprocess
import sys

from scripts.apis import apis

PROGRAM = """
import os, sys, threading
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

def first():
    threads = [threading.Thread(target=work, args=[number]) for number in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

for _ in range(6):  # nearly half of these processes ended with a segmentation fault
    child = os.fork()
    if not child:
        first()
        break
    if status := os.waitpid(child, 0)[1]:
        sys.exit(f"ended with {os.waitstatus_to_exitcode(status)}")
"""


def test_many_threads_can_send_their_first_request_at_once() -> None:
    folder = apis()["amazon_jwo_catalog"].folder
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
