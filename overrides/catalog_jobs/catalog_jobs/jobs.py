"""Durable jobs: an input is staged in a database, any worker sends it, and nothing is lost whatever is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Self

from .records import BadRow, Job, Moment, Options, RowOutcome, State, Table


class Submission(NamedTuple):
    """A job, and whether it is new: where the same input is still being worked on, it is that job."""

    job: Job
    is_new: bool


class Jobs:
    """The jobs of a database.

    Args:
        database: path of a SQLite file, for one machine; or the URL of a PostgreSQL database, such as
            `postgresql://user@host/database`, for many.

    Raises:
        DatabaseError: it cannot be used, or is of a newer version.
    """

    def __init__(self, database: str | Path) -> None:
        raise NotImplementedError

    def submit(
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
        """Read an input once, check it, and keep it in the database, so that the job does not need it any more.

        Args:
            api: name of the module of a generated client, such as `amazon_jwo_catalog`.
            operation: operationId or method.
            items: items as `Bulk.run` takes them; or `Row` and `BadRow` objects, whose lines and cells outcomes then have.
            table: what the input is.
            arguments: arguments of the operation that all requests have in common.
            options: how requests are made.
            start: whether workers may begin at once; default. Otherwise `start` lets them.
            progress: called with the number of rows that were read, from time to time.

        Raises:
            ValueError: there is no such operation, or it cannot be run for items.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: an argument is unknown, or the items are not an iterable of items.
            InputError: the input cannot be read to its end, or has no rows; the job is not kept.
            DatabaseError: the database cannot be used.
        """
        raise NotImplementedError

    def start(self, job: str) -> Job:
        """Let workers begin with a job that was staged."""
        raise NotImplementedError

    def status(self, job: str) -> Job:
        """Return a job as it is now; it is known by its id, or by the beginning of it."""
        raise NotImplementedError

    def list(self, states: Iterable[State] = ()) -> list[Job]:
        """Return all jobs, or those in some states, the newest first."""
        raise NotImplementedError

    def events(self, job: str, *, interval: float = 0.5) -> Iterator[Job]:
        """Yield a job whenever it has changed, until it is over; the first time at once. `interval` is in seconds."""
        raise NotImplementedError

    def outcomes(self, job: str) -> Iterator[RowOutcome]:
        """Yield the outcome of each row, with the bad ones and those still pending, in the order of the input, duplicates left out."""
        raise NotImplementedError

    def bad_rows(self, job: str) -> Iterator[BadRow]:
        """Yield the rows that are not items."""
        raise NotImplementedError

    def timeline(self, job: str) -> list[Moment]:
        """Return what was done when, at most some hundred moments."""
        raise NotImplementedError

    def resume(self, job: str, *, unknown: bool = True) -> Job:
        """Go on with a job that was stopped or cancelled; or, with `unknown`, send again what is unknown of a finished one."""
        raise NotImplementedError

    def cancel(self, job: str) -> Job:
        """Send nothing more of a job. What is under way is followed to its end."""
        raise NotImplementedError

    def delete(self, job: str) -> None:
        """Delete a job that is over, with all that is known of its items."""
        raise NotImplementedError

    def delete_older(self, seconds: float) -> int:
        """Delete the jobs that are over for some time, and return their number."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
