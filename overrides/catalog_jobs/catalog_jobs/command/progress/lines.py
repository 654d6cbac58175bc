"""Show a job in plain lines, or as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from catalog_jobs.records import BadRow, Job

from . import texts
from .display import Display
from .meter import View

if TYPE_CHECKING:
    from catalog_jobs.results import Exported

EVERY = 10.0
"""Seconds between two plain lines, if only numbers change."""
_REASONS = 20  # maximum number of breaches in an event
_STEPS = 1.0  # seconds between two events for programs


class Lines(Display):
    """Shows plain lines: one at each change of state, otherwise one every few seconds."""

    def __init__(self) -> None:
        self._last = monotonic()
        self._shown: tuple[object, ...] = ()

    def staging(self, rows: int) -> None:
        """Show how many rows were read."""
        if monotonic() - self._last >= EVERY:
            self._line(f"reading: {texts.count(rows, 'row')}")

    def summary(self, job: Job, breaches: Sequence[BadRow], url: str) -> None:
        """Show what would be sent."""
        for line in texts.summary(job, breaches, url):
            self._line(line)

    def note(self, text: str) -> None:
        """Show a line."""
        self._line(text)

    def progress(self, view: View) -> None:
        """Show the progress of a job, if enough time has passed or more than numbers has changed."""
        changed = (view.state, view.waits_for)
        if changed != self._shown or monotonic() - self._last >= EVERY:
            self._shown = changed
            self._line(texts.progress(view))

    def end(self, job: Job, exported: Exported | None = None) -> None:
        """Show the final counts of a job."""
        for line in texts.ended(job, exported):
            self._line(line)

    def _line(self, text: str) -> None:
        self._last = monotonic()
        print(text, flush=True)


class JsonLines(Display):
    """Prints events: JSON objects with the name of the event, one in a line."""

    def __init__(self) -> None:
        self._last = 0.0
        self._shown: View | None = None

    def staging(self, rows: int) -> None:
        """Print how many rows were read."""
        if monotonic() - self._last >= _STEPS:
            self._event("staging", rows=rows)

    def summary(self, job: Job, breaches: Sequence[BadRow], url: str) -> None:
        """Print what would be sent."""
        self._event("summary", job=texts.fields(job), url=url, breaches=breaches)

    def note(self, text: str) -> None:
        """Print a line for people."""
        self._event("note", text=text)

    def progress(self, view: View) -> None:
        """Print the progress of a job, if it has changed."""
        if self._shown is None or msgspec.structs.replace(view, rate=0, left=None) != msgspec.structs.replace(
            self._shown, rate=0, left=None
        ):
            self._shown = view
            self._event("progress", **msgspec.to_builtins(view))

    def end(self, job: Job, exported: Exported | None = None) -> None:
        """Print the final counts of a job."""
        folder, reasons = (str(exported.folder), exported.reasons[:_REASONS]) if exported else (None, ())
        self._event("end", job=texts.fields(job), folder=folder, reasons=reasons)

    def _event(self, event: str, **more: object) -> None:
        self._last = monotonic()
        print(msgspec.json.encode({"event": event, **more}).decode(), flush=True)
