"""Run a task in a process of its own, which writes a ledger or goes on with it: `python -m scripts.chaos.writing JOB`.

It prints the number of known outcomes after each chunk, on a line of its own. `killing.py` kills it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from scripts.chaos.facades import http_client, patient_facade
from scripts.chaos.tasks import tasks
from scripts.mock.served import Served


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the process does.

    Attributes:
        way, api: of the facade.
        skus: number of SKUs of each of the API's tasks.
        operation: that of the task.
        speed: factor of the vendor's time.
        served: the vendor.
        ledger: path of the ledger; if it exists, the run goes on with it.
    """

    way: str
    api: str
    skus: int
    operation: str
    speed: float
    served: dict[str, Any]
    ledger: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a job from the command line."""
        return cls(**json.loads(text))

    def written(self) -> str:
        """Write it for the command line."""
        return json.dumps(asdict(self))


def perform(job: Job) -> None:
    """Run the task, with the ledger of an earlier process if there is one."""
    task = next(each for each in tasks(job.api, job.skus) if each.operation == job.operation)
    resume = job.ledger if Path(job.ledger).exists() else None
    given = {"resume": resume, "progress": lambda now: print(now.counts.total, flush=True)}

    def connect(http: Any) -> Any:
        return patient_facade(job.way, job.api, Served(**job.served), job.speed, http)

    async def run() -> None:
        async with http_client(job.way) as http, connect(http) as facade:
            await task.begin(facade, **given).awrite(job.ledger)

    if job.way == "async":
        asyncio.run(run())
        return
    with http_client(job.way) as http, connect(http) as facade:
        task.begin(facade, **given).write(job.ledger)


if __name__ == "__main__":
    perform(Job.read(sys.argv[1]))
