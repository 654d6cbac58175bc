"""Durable jobs, async; see `Jobs`."""

from __future__ import annotations

import asyncio
from builtins import list as List  # noqa: N812 - a method is called list
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

from .jobs import Jobs, Submission
from .records import BadRow, Duplicate, Job, Moment, Options, RowOutcome, State, Table

_BATCH = 1000  # rows that a thread reads at a time
T = TypeVar("T")


class AsyncJobs:
    """The jobs of a database, async: the methods of `Jobs`, which run in threads. See `Jobs` for arguments and errors."""

    def __init__(self, database: str | Path) -> None:
        self._jobs = Jobs(database)

    async def submit(
        self,
        api: str,
        operation: str,
        items: Iterable[object],
        *,
        table: Table | None = None,
        arguments: Mapping[str, object] | None = None,
        options: Options | None = None,
        start: bool = True,
        progress: Callable[[int], object] | None = None,
    ) -> Submission:
        """Read an input once, and store it in the database; see `Jobs.submit`. The input is read in a thread."""
        return await asyncio.to_thread(
            self._jobs.submit,
            api,
            operation,
            items,
            table=table,
            arguments=arguments,
            options=options,
            start=start,
            progress=progress,
        )

    async def start(self, job: str, *, options: Options | None = None) -> Job:
        """Let workers begin with a staged job; see `Jobs.start`."""
        return await asyncio.to_thread(self._jobs.start, job, options=options)

    async def status(self, job: str) -> Job:
        """Return the current state of a job; see `Jobs.status`."""
        return await asyncio.to_thread(self._jobs.status, job)

    async def list(self, states: Iterable[State] = ()) -> List[Job]:
        """Return all jobs, or the jobs in the given states; the newest first."""
        return await asyncio.to_thread(self._jobs.list, states)

    async def earlier(self, job: str) -> Job | None:
        """Return the last finished job with the same input and operation; see `Jobs.earlier`."""
        return await asyncio.to_thread(self._jobs.earlier, job)

    async def events(self, job: str, *, interval: float = 0.5) -> AsyncIterator[Job]:
        """Yield a job now and after each change, until it has ended; see `Jobs.events`."""
        before = None
        while True:
            found = await self.status(job)
            if found != before:
                yield found
                before = found
            if found.is_over:
                return
            await asyncio.sleep(interval)

    def outcomes(self, job: str) -> AsyncIterator[RowOutcome]:
        """Yield the outcome of each row; see `Jobs.outcomes`."""
        return _read(self._jobs.outcomes, job)

    def bad_rows(self, job: str) -> AsyncIterator[BadRow]:
        """Yield the rows that are not valid items; see `Jobs.bad_rows`."""
        return _read(self._jobs.bad_rows, job)

    def duplicates(self, job: str) -> AsyncIterator[Duplicate]:
        """Yield the rows that are not sent; see `Jobs.duplicates`."""
        return _read(self._jobs.duplicates, job)

    async def timeline(self, job: str) -> List[Moment]:
        """Return the numbers of outcomes over time; see `Jobs.timeline`."""
        return await asyncio.to_thread(self._jobs.timeline, job)

    async def resume(self, job: str, *, unknown: bool = True, resend_unknown: bool = False, options: Options | None = None) -> Job:
        """Continue a job; see `Jobs.resume`."""
        return await asyncio.to_thread(self._jobs.resume, job, unknown=unknown, resend_unknown=resend_unknown, options=options)

    async def cancel(self, job: str) -> Job:
        """Cancel a job: nothing more is sent; see `Jobs.cancel`."""
        return await asyncio.to_thread(self._jobs.cancel, job)

    async def delete(self, job: str) -> None:
        """Delete a job that is not running; see `Jobs.delete`."""
        await asyncio.to_thread(self._jobs.delete, job)

    async def delete_older(self, seconds: float) -> int:
        """Delete the jobs that were finished or cancelled more than `seconds` ago, and return their number."""
        return await asyncio.to_thread(self._jobs.delete_older, seconds)

    async def aclose(self) -> None:
        """Close the connections to the database."""
        await asyncio.to_thread(self._jobs.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def _read(read: Callable[[str], Iterator[T]], job: str) -> AsyncIterator[T]:
    """Yield the rows of a job, which a thread reads in batches."""
    rows = await asyncio.to_thread(read, job)
    while batch := await asyncio.to_thread(lambda: [*islice(rows, _BATCH)]):
        for each in batch:
            yield each
