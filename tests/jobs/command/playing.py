"""A stand-in of jobs, workers, inputs and result files in memory, with a vendor that does what the SKUs say.

A SKU that begins with `bad` is rejected, with `lost` unknown; `slow` is never done, `refused` stops the job, and a worker that has
sent `stuck` does not end. A line of an input that begins with `!` is not an item.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Self
from unittest.mock import patch

from msgspec.structs import replace

from catalog_clients import Counts
from catalog_jobs.command import main, parts
from catalog_jobs.errors import InputError, NoSuchJob
from catalog_jobs.jobs import Submission
from catalog_jobs.records import BadRow, Job, Options, Row, State, Table
from catalog_jobs.results import Exported, Reason, Totals

PER_LOOK = 2
"""Number of items that have an outcome with each look at a job."""


@dataclass
class Kept:
    """What a database has of a job."""

    job: Job
    skus: list[str]
    bad: list[BadRow]
    purpose: object


@dataclass
class Database:
    """A database in memory.

    Attributes:
        jobs: its jobs by id.
        works: ids of the jobs that a worker works on; None for all of them.
        error: what looking at a job raises.
        calls: what was done, in words.
        width: number of chunks that the last worker sends at the same time.
        paths: what was opened.
    """

    jobs: dict[str, Kept] = field(default_factory=dict)
    works: tuple[str, ...] | None = ()
    error: Exception | None = None
    calls: list[str] = field(default_factory=list)
    width: int = 0
    paths: list[str] = field(default_factory=list)


class PlayedJobs:
    """Jobs of a database in memory."""

    def __init__(self, database: Database, path: str) -> None:
        self._database = database
        database.paths.append(path)

    def submit(
        self,
        api: str,
        operation: str,
        items: Iterable[object],
        *,
        table: Table,
        arguments: Mapping[str, object],
        options: Options,
        start: bool,
        progress: Callable[[int], object],
    ) -> Submission:
        rows = list(items)
        progress(len(rows))
        bad = [each for each in rows if isinstance(each, BadRow)]
        skus = list(dict.fromkeys(str(each.item) for each in rows if isinstance(each, Row)))
        purpose = (api, operation, dict(arguments), skus)
        for kept in self._database.jobs.values():
            if kept.purpose == purpose and kept.job.state != "finished":
                return Submission(kept.job, is_new=False)
        job = Job(
            id=f"{len(self._database.jobs) + 1:08x}",
            api=api,
            operation=operation,
            arguments=dict(arguments),
            options=options,
            input=table,
            state="running" if start else "staged",
            rows=len(rows),
            items=len(skus),
            requests=-(-len(skus) // 10),
            seconds=len(skus) / 100,
            bad_rows=len(bad),
            counts=Counts(rejected=len(bad), duplicates=len(rows) - len(skus) - len(bad)),
            created=1_700_000_000,
        )
        self._database.jobs[job.id] = Kept(job, skus, bad, purpose)
        self._database.calls.append("submit")
        return Submission(job, is_new=True)

    def start(self, job: str, *, options: Options | None = None) -> Job:
        return self._change(job, "start", state="running", options=options or self._kept(job).job.options)

    def status(self, job: str) -> Job:
        self._fail()
        kept = self._kept(job)
        works = self._database.works
        has_worker = kept.job.state in ("running", "staging") and (works is None or kept.job.id in works)
        is_sent = has_worker and kept.job.state == "running"
        kept.job = replace(_moved(kept) if is_sent else kept.job, has_worker=has_worker)
        return kept.job

    def _fail(self) -> None:
        error, self._database.error = self._database.error, None
        if error:
            raise error

    def list(self, states: Iterable[State] = ()) -> list[Job]:
        self._fail()
        wanted = tuple(states)
        return [kept.job for kept in reversed(self._database.jobs.values()) if not wanted or kept.job.state in wanted]

    def bad_rows(self, job: str) -> Iterator[BadRow]:
        return iter(self._kept(job).bad)

    def earlier(self, job: str) -> Job | None:
        kept = self._kept(job)
        same = (each.job for each in self._database.jobs.values() if each.purpose == kept.purpose and each is not kept)
        return next((each for each in same if each.state == "finished"), None)

    def reasons(self, job: str) -> Sequence[Reason]:
        """Return why SKUs are not confirmed: what they begin with, before a hyphen."""
        found = Counter(each.partition("-")[0] for each in self._kept(job).skus if each.startswith(("bad", "lost")))
        return [Reason("rejected" if each.startswith("bad") else "unknown", each, rows) for each, rows in found.most_common()]

    def resume(self, job: str, *, unknown: bool = True, resend_unknown: bool = False, options: Options | None = None) -> Job:
        given = f"{' resend_unknown' if resend_unknown else ''}{' with options' if options else ''}"
        found = options or self._kept(job).job.options
        return self._change(job, f"resume {unknown=}{given}", state="running", reason="", options=found)

    def cancel(self, job: str) -> Job:
        return self._change(job, "cancel", state="cancelled")

    def delete(self, job: str) -> None:
        del self._database.jobs[self._kept(job).job.id]
        self._database.calls.append("delete")

    def delete_older(self, seconds: float) -> int:
        self._database.calls.append(f"delete_older {seconds:g}")
        return 3

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def _kept(self, job: str) -> Kept:
        found = [kept for name, kept in self._database.jobs.items() if name.startswith(job)]
        if not found:
            raise NoSuchJob(f"there is no job {job!r}")
        return found[0]

    def _change(self, job: str, call: str, **changes: Any) -> Job:
        kept = self._kept(job)
        kept.job = replace(kept.job, **changes)
        self._database.calls.append(call)
        return kept.job


class PlayedWorker:
    """A worker, while whose context jobs go on."""

    def __init__(self, database: Database, width: int, jobs: tuple[str, ...]) -> None:
        self._database, self._jobs = database, jobs
        database.width = width

    def stop(self) -> None:
        self._database.calls.append("stop")

    def __enter__(self) -> Self:
        logging.getLogger("catalog_jobs").warning("worker %s has died", "w1")
        self._database.works = self._jobs or None
        self._database.calls.append("work")
        return self

    def __exit__(self, *_: object) -> None:
        works, self._database.works = self._database.works, ()
        if any("stuck" in kept.skus for name, kept in self._database.jobs.items() if works and name in works):
            Event().wait(60)
        self._database.calls.append("drained")


def _moved(kept: Kept) -> Job:
    """Return a job after some more of its items were sent."""
    job, counts = kept.job, kept.job.counts
    found = {"confirmed": counts.confirmed, "rejected": counts.rejected, "unknown": counts.unknown}
    for sku in kept.skus[counts.total - job.bad_rows :][:PER_LOOK]:
        if sku in ("slow", "stuck"):
            return replace(job, submitted=1, waits_for="the vendor")
        if sku == "refused":
            return replace(job, state="stopped", reason="403: the key is refused")
        found["rejected" if sku.startswith("bad") else "unknown" if sku.startswith("lost") else "confirmed"] += 1
    done = sum(found.values()) == job.items + job.bad_rows
    return replace(job, counts=Counts(**found, duplicates=counts.duplicates), state="finished" if done else "running")


class PlayedInput:
    """The lines of text files, whose columns are what options say of them."""

    def __init__(self, files: Sequence[str], reading: parts.Reading) -> None:
        for each in files:
            if not Path(each).is_file():
                raise InputError(f"{each}: there is no such file")
        self.table = Table(" ".join(files), ("sku",))
        self.fields = {each: field for each, field in reading.columns.items() if field}
        self.unused = [each for each, field in reading.columns.items() if not field]
        self.notes = [
            f"{name}: {value}" for name, value in reading._asdict().items() if name != "columns" and value not in (None, ".")
        ]
        self._lines = [pair for each in files for pair in enumerate(Path(each).read_text().splitlines(), 1)]

    def __iter__(self) -> Iterator[Row | BadRow]:
        for number, line in self._lines:
            bad = BadRow(number, "sku", "is longer than 10 characters", (line,))
            yield bad if line.startswith("!") else Row(line, number, (line,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


def export(jobs: PlayedJobs, job: Job, folder: Path) -> Exported:
    folder.mkdir(exist_ok=True)
    confirmed = folder / "confirmed.csv"
    confirmed.write_text(f"{job.counts.confirmed}\n")
    totals = Totals(confirmed=job.counts.confirmed, pending=job.left)
    return Exported(folder, confirmed, confirmed, confirmed, None, None, confirmed, confirmed, totals, jobs.reasons(job.id))


def parts_of(database: Database) -> Any:
    """Return what puts the stand-ins in place of the parts of the command."""
    return patch.multiple(
        parts,
        open_jobs=lambda path: PlayedJobs(database, path),
        make_worker=lambda _, *, width, jobs=(): PlayedWorker(database, width, jobs),
        open_input=lambda _api, _operation, files, reading, _extra_fields=(): PlayedInput(files, reading),
        export=export,
    )


if __name__ == "__main__":
    with parts_of(Database()), suppress(KeyboardInterrupt):
        sys.argv[0] = "catalog"
        main()
