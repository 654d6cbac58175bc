"""Run workers in processes that can be killed: `python -m scripts.torture.working` forks one for each line that it reads.

What a worker imports takes seconds, and is imported once. A worker ends with this process, and leaves its work to others then.
"""

from __future__ import annotations

from scripts.command import collect_seldom

if __name__ == "__main__":  # the imports below take a second
    collect_seldom()

import logging
import os
import signal
import sys
import threading
from functools import partial

import msgspec

import scripts.torture  # noqa: F401 - it makes the folders of the distributions importable
from catalog_clients import Limits, Retries
from catalog_clients._engine.durable import DurableBulk
from catalog_jobs import worker
from catalog_jobs._store import workers
from catalog_jobs._work import planning, queues
from scripts.apis import client
from scripts.chaos.limits import scaled_limits

_ATTEMPTS, _BUDGET = 30, 300
_LOOK = 0.2  # seconds between two looks whether this process has an end
_PRELOADED = queues.__name__  # a worker imports it when it begins


class WorkerTask(msgspec.Struct, kw_only=True, frozen=True):
    """What a worker does.

    Attributes:
        database: of the jobs.
        api: of the jobs; the limits and waits of its vendor are scaled.
        credentials: of the vendor, by the names of environment variables.
        speed: factor of the vendor's time.
        max_wait: longest wait between two attempts, in real seconds.
        width: maximum number of groups of chunks at the same time.
        patience: seconds without a sign of life after which it takes over the work of another worker.
    """

    database: str
    api: str
    credentials: dict[str, str]
    speed: float
    max_wait: float
    width: int = 4
    patience: float = workers.PATIENCE


def work(given: WorkerTask) -> None:
    """Work until SIGTERM, or until the process that has forked this one has ended."""
    parent, ended = os.getppid(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    logging.basicConfig(level=logging.WARNING, format=f"{os.getpid()} %(name)s %(levelname)s: %(message)s", force=True)
    os.environ.update(given.credentials)
    retries = Retries(attempts=_ATTEMPTS, max_wait=given.max_wait, budget=_BUDGET)
    scaled = partial(Limits, scaled_limits(given.api, given.speed))
    vars(workers).update(PATIENCE=given.patience, _MOST_GAP=given.patience / 3)
    vars(worker).update(_BEAT=given.patience / 5)
    vars(planning).update(Limits=scaled, DurableBulk=partial(DurableBulk, retries=retries))
    with worker.Worker(given.database, width=given.width) as working:
        while os.getppid() == parent and not ended.wait(_LOOK):
            pass
        working.leave()


def main() -> None:
    """Fork a worker for each line, and print the number of its process."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a process that was killed is gone at once
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that reads the lines below
    for line in sys.stdin:
        given = msgspec.json.decode(line, type=WorkerTask)
        client(given.api)
        number = os.fork()
        if not number:
            _fork(given)
        print(number, flush=True)


def _fork(given: WorkerTask) -> None:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        work(given)
        code = 0
    except Exception:
        logging.getLogger(__name__).exception("a worker has failed")
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
