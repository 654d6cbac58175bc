"""The tasks of `scripts/chaos` as durable jobs: which operation each is, and its outcomes as the entries of a ledger."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

from catalog_clients import Outcome
from catalog_jobs import Jobs, RowOutcome
from catalog_jobs._work.planning import Plan
from catalog_jobs.records import Job, Options
from scripts.chaos import JWO, SHIPSIDEKICK, YANDEX
from scripts.chaos.ledger import UNKNOWN, Entry
from scripts.chaos.task import Task
from scripts.chaos.tasks import tasks
from scripts.mock.served import Served

_OPERATIONS = {
    (JWO, "upload"): "uploadCatalog",
    (JWO, "archive"): "archiveCatalog",
    (YANDEX, "archive"): "addOffersToArchive",
    (YANDEX, "unarchive"): "deleteOffersFromArchive",
    (SHIPSIDEKICK, "archive"): "archiveProduct",
}
_ARGUMENTS = {"stores": "all_applicable_stores"}
_CHUNKS = 40  # of a job, at least: so that a few items are enough for many kills
_TOGETHER = 10  # chunks of a group
_LISTED = "listed as a failure"  # the reason for an item that is refused without one
_INTERVAL = 0.02  # seconds until the first status of an ingestion


@dataclasses.dataclass(frozen=True, slots=True)
class _SmallPlan(Plan):
    most: int

    def group_size(self, _: int) -> int:
        return self.most


class SmallJobs(Jobs):
    """Jobs of many chunks and groups, though they have few items.

    Args:
        database: path or URL of the database.
        size: maximum number of items of a chunk; default: the limit of the API.
        group: maximum number of chunks of a group; default: 10. None: as many as in other jobs.
    """

    def __init__(self, database: str | Path, *, size: int = sys.maxsize, group: int | None = _TOGETHER) -> None:
        super().__init__(database)
        self.size, self._group = size, group

    def _plan(self, api: str, operation: str, arguments: Mapping[str, object], options: Options) -> Plan:
        found = super()._plan(api, operation, arguments, options)
        table: Any = found.operation.table
        chunking = structs.replace(table.chunking, size=min(self.size, table.chunking.size))
        smaller = dataclasses.replace(found.operation, table=structs.replace(table, chunking=chunking))
        return Plan(found.bulk, smaller) if self._group is None else _SmallPlan(found.bulk, smaller, self._group)


class Planned(NamedTuple):
    """A task as a job: operationId and arguments, as `Jobs.submit` takes them."""

    task: Task
    operation: str
    arguments: dict[str, Any]


def planned(api: str, number: int) -> list[Planned]:
    """Return the tasks of an API that write, with a number of items each."""
    found = [each for each in tasks(api, number) if each.has_ledger]
    return [
        Planned(
            each,
            _OPERATIONS.get((api, each.operation), each.operation),
            {_ARGUMENTS.get(name, name): msgspec.to_builtins(value) for name, value in each.options.items()},
        )
        for each in found
    ]


def submit(jobs: SmallJobs, api: str, plan: Planned, served: Served) -> Job:
    """Stage a job in chunks that are small enough, and let workers begin."""
    jobs.size = max(1, len(plan.task.items) // _CHUNKS)
    options = Options(base_url=served.urls[api], origins=["http://127.0.0.1:*"], interval=_INTERVAL)
    return jobs.submit(api, plan.operation, plan.task.items, arguments=plan.arguments, options=options).job


def entries(task: Task, outcomes: Iterator[RowOutcome], *, repeated: bool) -> Iterator[Entry]:
    """Yield the outcomes of a job as entries of a ledger.

    Args:
        task: the task.
        outcomes: what the job says.
        repeated: whether requests were sent again after a crash, so that what the vendor refuses may have been done before.
    """
    for each in outcomes:
        attempt = each.attempt + repeated if each.status == UNKNOWN and each.attempt else each.attempt
        found = Outcome(
            sku=each.sku, status="unknown", store=each.store, reason=each.reason, item=each.line, chunk=0, attempt=attempt
        )
        entry = task.entry(found)
        is_open = entry.open or bool(repeated and each.attempt and each.reason == _LISTED)
        yield entry._replace(status=each.status, open=is_open and each.status == UNKNOWN)
