"""The display of a job."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from catalog_jobs.command.errors import say
from catalog_jobs.records import BadRow, Job

from . import texts
from .meter import View

if TYPE_CHECKING:
    from catalog_jobs.results import Exported


class Display:
    """Shows only what went wrong, for cron; subclasses show more. Use it as a context manager."""

    def staging(self, rows: int) -> None:
        """Show how many rows were read."""

    def summary(self, job: Job, breaches: Sequence[BadRow], url: str) -> None:
        """Show what would be sent, and the first rows that are not items."""

    def note(self, text: str) -> None:
        """Show a line that is not an error."""

    def progress(self, view: View) -> None:
        """Show the progress of a job."""

    def end(self, job: Job, exported: Exported | None = None) -> None:
        """Show the final counts of a job, its result folder, and the most frequent reasons of rows that are not confirmed."""
        if job.state != "finished" or job.counts.rejected or job.counts.unknown:
            for line in texts.ended(job, exported):
                say(line)

    def leave(self, text: str) -> None:
        """Print a line when the process ends at once. Called in a signal handler, where buffers must not be used."""
        os.write(2, f"\ncatalog: stopped; {text}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Notes(logging.Handler):
    """Shows log warnings as notes, so that they do not disturb the display."""

    def __init__(self, display: Display) -> None:
        super().__init__(logging.WARNING)
        self._display = display

    def emit(self, record: logging.LogRecord) -> None:
        self._display.note(record.getMessage())


@contextmanager
def logging_to(display: Display) -> Iterator[None]:
    """Show log warnings on a display."""
    notes = _Notes(display)
    logging.getLogger().addHandler(notes)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(notes)
