"""Archive as a durable job in a SQLite file: `python -m scripts.bench.durable_run URL CREDENTIALS RUN COUNT`.

It prints what that took in its process, as JSON, from the first row that is staged to the last outcome. The worker is ready before,
as the client of a run without durability is, which has also imported what signs its requests; and idle while the input is read.
The run `workers` is a job in PostgreSQL, with two more workers in processes of their own: `... durable_run worker DATABASE`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import msgspec

from amazon_jwo_catalog import auth, behaviour
from catalog_clients import Limits
from catalog_jobs import Jobs, Options, Worker
from catalog_jobs._work import planning
from scripts.bench.memory import peak
from scripts.bench.work import STORES, Cost, skus

_OTHERS = 2  # workers in other processes


def main(url: str, run: str, count: int) -> int:
    """Stage and work on a job, and print its cost; return 2 where not every item is confirmed."""
    if run == "unlimited":
        vars(planning)["Limits"] = lambda **_: Limits(dict.fromkeys(behaviour.OPERATIONS))  # a job has limits otherwise
    auth.from_environment()
    options = Options(base_url=url, origins=("http://127.0.0.1:*",), interval=0.1)
    with _database(run) as database, Jobs(database) as jobs, Worker(database):
        began, cpu = time.perf_counter(), time.process_time()
        arguments = {"all_applicable_stores": list(STORES)}
        job, _ = jobs.submit("amazon_jwo_catalog", "archiveCatalog", skus(count), arguments=arguments, options=options)
        reading = time.perf_counter() - began
        for found in jobs.events(job.id, interval=0.1):
            job = found
        cost = Cost(cpu=time.process_time() - cpu, seconds=time.perf_counter() - began, peak=peak(), reading=reading)
    if job.counts.confirmed != count:
        print(
            f"durable: {job.counts.confirmed} of {count} items are confirmed; the job is {job.state} {job.reason}", file=sys.stderr
        )
        return 2
    print(msgspec.json.encode(cost).decode())
    return 0


@contextmanager
def _database(run: str) -> Iterator[str | Path]:
    """Give a new database: for the run `workers` in PostgreSQL, which other workers share."""
    with ExitStack() as stack:
        if run != "workers":
            yield Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jobs-"))) / "jobs.db"
            return
        from scripts.tools import postgresql  # noqa: PLC0415 - its memory is not that of another run

        url = stack.enter_context(postgresql.serving())
        command = [sys.executable, "-m", "scripts.bench.durable_run", "worker", url]
        others = [stack.enter_context(Popen(command, stdin=PIPE, stdout=PIPE)) for _ in range(_OTHERS)]
        for each in others:
            if not (each.stdout and each.stdout.readline()):
                raise RuntimeError("a worker did not start")
        yield url


def work(database: str) -> None:
    """Work on all jobs of a database until nothing more comes from standard input, which is then closed."""
    with Worker(database):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        work(sys.argv[2])
        sys.exit(0)
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], sys.argv[3], int(sys.argv[4])))
