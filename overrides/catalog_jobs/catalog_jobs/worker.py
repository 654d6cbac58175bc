"""A process that sends the chunks of jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Self


class Worker:
    """Works on the jobs of a database from `__enter__` to `__exit__`, in threads; one in each process.

    It also takes over the work of workers that have died.

    Args:
        database: see `Jobs`.
        width: number of chunks at the same time; default: 8.
        jobs: ids of the jobs that it works on; default: all.

    Raises:
        DatabaseError: the database cannot be used.
    """

    def __init__(self, database: str | Path, *, width: int = 8, jobs: tuple[str, ...] = ()) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        """Begin nothing more; `__exit__` waits until what is under way has ended, at most 30 seconds. May be called in a signal handler."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        raise NotImplementedError
