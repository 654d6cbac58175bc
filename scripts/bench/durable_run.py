"""Archive as a durable job in a SQLite file: `python -m scripts.bench.durable_run URL CREDENTIALS RUN COUNT`.

It prints what that took in its process, as JSON, from the first row that is staged to the last outcome. The worker is ready before,
as the client of a run without durability is, which has also imported what signs its requests; and idle while the input is read.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from amazon_jwo_catalog import auth, behaviour
from catalog_clients import Limits
from catalog_jobs import Jobs, Options, Worker
from catalog_jobs._work import planning
from scripts.bench.memory import peak
from scripts.bench.work import STORES, Cost, skus


def main(url: str, run: str, count: int) -> int:
    """Stage and work on a job, and print its cost; return 2 where not every item is confirmed."""
    if run == "unlimited":
        vars(planning)["Limits"] = lambda **_: Limits(dict.fromkeys(behaviour.OPERATIONS))  # a job has limits otherwise
    auth.from_environment()
    options = Options(base_url=url, origins=("http://127.0.0.1:*",), interval=0.1)
    with tempfile.TemporaryDirectory(prefix="jobs-") as folder:
        database = Path(folder) / "jobs.db"
        with Jobs(database) as jobs, Worker(database):
            began, cpu = time.perf_counter(), time.process_time()
            arguments = {"all_applicable_stores": list(STORES)}
            job, _ = jobs.submit("amazon_jwo_catalog", "archiveCatalog", skus(count), arguments=arguments, options=options)
            for found in jobs.events(job.id, interval=0.1):
                job = found
            cost = Cost(cpu=time.process_time() - cpu, seconds=time.perf_counter() - began, peak=peak())
    if job.counts.confirmed != count:
        print(
            f"durable: {job.counts.confirmed} of {count} items are confirmed; the job is {job.state} {job.reason}", file=sys.stderr
        )
        return 2
    print(msgspec.json.encode(cost).decode())
    return 0


if __name__ == "__main__":
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], sys.argv[3], int(sys.argv[4])))
