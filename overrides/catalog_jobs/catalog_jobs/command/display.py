"""How a job is shown."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from catalog_jobs.records import BadRow, Job

from . import texts
from .errors import say
from .meter import View

if TYPE_CHECKING:
    from catalog_jobs.results import Exported


class Display:
    """Shows nothing but what went wrong, for cron; the others show more. It is shown from `__enter__` to `__exit__`."""

    def staging(self, rows: int) -> None:
        """Show how many rows were read."""

    def summary(self, job: Job, breaches: Sequence[BadRow], url: str) -> None:
        """Show what would be sent, and the first rows that are not items."""

    def note(self, text: str) -> None:
        """Show a line that is no error."""

    def progress(self, view: View) -> None:
        """Show how far a job is."""

    def end(self, job: Job, exported: Exported | None = None) -> None:
        """Show what a job has come to, where its result files are, and the most frequent reasons of what is not confirmed."""
        if job.state != "finished" or job.counts.rejected or job.counts.unknown:
            for line in texts.ended(job, exported):
                say(line)

    def leave(self, text: str) -> None:
        """Print a line as the process ends at once; called in a signal handler, where no buffer may be used."""
        os.write(2, f"\ncatalog: stopped; {text}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Notes(logging.Handler):
    """Shows warnings of the log as notes, so that they do not mix with what is shown."""

    def __init__(self, display: Display) -> None:
        super().__init__(logging.WARNING)
        self._display = display

    def emit(self, record: logging.LogRecord) -> None:
        self._display.note(record.getMessage())


@contextmanager
def logging_to(display: Display) -> Iterator[None]:
    """Show the warnings of the log on a display."""
    notes = _Notes(display)
    logging.getLogger().addHandler(notes)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(notes)
