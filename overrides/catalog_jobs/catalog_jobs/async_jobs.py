"""Durable jobs, async; see `Jobs`."""

from __future__ import annotations

import asyncio
from builtins import list as List  # noqa: N812 - a method is called list
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Self

from .jobs import Jobs, Submission
from .records import BadRow, Duplicate, Job, Moment, Options, RowOutcome, State, Table

_BATCH = 1000  # rows that are read in a thread at a time


class AsyncJobs:
    """The jobs of a database, async: the methods of `Jobs`, which run in threads. Make it with the arguments of `Jobs`."""

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
        """Read an input once, and keep it in the database; see `Jobs.submit`. The input is read in a thread."""
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
        """Let workers begin with a job that was staged; see `Jobs.start`."""
        return await asyncio.to_thread(self._jobs.start, job, options=options)

    async def status(self, job: str) -> Job:
        """Return a job as it is now."""
        return await asyncio.to_thread(self._jobs.status, job)

    async def list(self, states: Iterable[State] = ()) -> List[Job]:
        """Return all jobs, or those in some states, the newest first."""
        return await asyncio.to_thread(self._jobs.list, states)

    async def earlier(self, job: str) -> Job | None:
        """Return the last finished job that has done the same with the same input; see `Jobs.earlier`."""
        return await asyncio.to_thread(self._jobs.earlier, job)

    async def events(self, job: str, *, interval: float = 0.5) -> AsyncIterator[Job]:
        """Yield a job whenever it has changed, until it is over; see `Jobs.events`."""
        before = None
        while True:
            found = await self.status(job)
            if found != before:
                yield found
                before = found
            if found.is_over:
                return
            await asyncio.sleep(interval)

    async def outcomes(self, job: str) -> AsyncIterator[RowOutcome]:
        """Yield the outcome of each row; see `Jobs.outcomes`."""
        found = await asyncio.to_thread(self._jobs.outcomes, job)
        while some := await asyncio.to_thread(lambda: [*islice(found, _BATCH)]):
            for each in some:
                yield each

    async def bad_rows(self, job: str) -> AsyncIterator[BadRow]:
        """Yield the rows that are not items."""
        found = await asyncio.to_thread(self._jobs.bad_rows, job)
        while some := await asyncio.to_thread(lambda: [*islice(found, _BATCH)]):
            for each in some:
                yield each

    async def duplicates(self, job: str) -> AsyncIterator[Duplicate]:
        """Yield the rows that are not sent; see `Jobs.duplicates`."""
        found = await asyncio.to_thread(self._jobs.duplicates, job)
        while some := await asyncio.to_thread(lambda: [*islice(found, _BATCH)]):
            for each in some:
                yield each

    async def timeline(self, job: str) -> List[Moment]:
        """Return what was done when; see `Jobs.timeline`."""
        return await asyncio.to_thread(self._jobs.timeline, job)

    async def resume(self, job: str, *, unknown: bool = True, options: Options | None = None) -> Job:
        """Go on with a job; see `Jobs.resume`."""
        return await asyncio.to_thread(self._jobs.resume, job, unknown=unknown, options=options)

    async def cancel(self, job: str) -> Job:
        """Send nothing more of a job; see `Jobs.cancel`."""
        return await asyncio.to_thread(self._jobs.cancel, job)

    async def delete(self, job: str) -> None:
        """Delete a job that is over."""
        await asyncio.to_thread(self._jobs.delete, job)

    async def delete_older(self, seconds: float) -> int:
        """Delete the jobs that are over for some time, and return their number."""
        return await asyncio.to_thread(self._jobs.delete_older, seconds)

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._jobs.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
