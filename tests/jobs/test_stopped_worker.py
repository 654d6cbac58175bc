"""Three workers: one is stopped and comes back when its work was taken over, one is killed, and one joins late."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from catalog_jobs import Options
from scripts.chaos.vendor import admin, exceeded, held, usage
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.torture.planned import SmallJobs
from scripts.torture.workers import Workers, forking
from scripts.torture.working import WorkerTask
from tests.clients.access import YANDEX
from tests.clients.causes import ADD, BUSINESS

SPEED = 20.0
SKUS = [f"SKU-{number:07}" for number in range(1, 201)]
SLOW = Settings(speed=SPEED, chaos=1, faults=("slow",), slow=4)


def waited_for(holds: Callable[[], bool]) -> bool:
    """Return whether something holds within a minute or two."""
    until = time.monotonic() + 100
    while not (found := holds()) and time.monotonic() < until:
        time.sleep(0.3)
    return found


def test_each_sku_has_its_outcome_whatever_becomes_of_a_worker(
    postgresql: str, tmp_path: Path, mocks_with: Callable[[Settings], Mocks]
) -> None:
    def is_known(process: int) -> bool:
        with psycopg.connect(postgresql) as connection:
            return bool(connection.execute("SELECT 1 FROM catalog_workers WHERE process = %s", [process]).fetchone())

    served = mocks_with(SLOW).served
    with SmallJobs(postgresql, size=2) as jobs, forking(tmp_path / "workers.log") as fork:
        work = WorkerTask(
            database=postgresql, api=YANDEX, credentials=served.credentials[YANDEX], speed=SPEED, max_wait=1, width=2, patience=3
        )
        options = Options(base_url=served.urls[YANDEX])
        job = jobs.submit(YANDEX, ADD, SKUS, arguments={"business_id": BUSINESS}, options=options).job.id
        with Workers(fork, work) as workers:
            stopped, killed, _ = (workers.start() for _ in range(3))
            assert waited_for(lambda: is_known(stopped) and is_known(killed) and jobs.status(job).counts.total > 20)
            os.kill(stopped, signal.SIGSTOP)
            workers.kill(killed)
            workers.start()
            assert waited_for(lambda: not is_known(stopped)), "its work is taken over"
            os.kill(stopped, signal.SIGCONT)
            assert waited_for(lambda: is_known(stopped)), "it works again"
            assert waited_for(lambda: jobs.status(job).is_over)
        outcomes = [*jobs.outcomes(job)]
        assert [each.sku for each in outcomes] == SKUS
        with admin(served, YANDEX) as vendor:
            assert exceeded(YANDEX, usage(vendor)) == []
            for each, state in zip(outcomes, held(vendor, SKUS), strict=True):
                assert each.status == ("confirmed" if state["archived"] else "rejected"), each
