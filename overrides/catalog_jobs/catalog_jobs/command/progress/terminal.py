"""Show a job on a terminal: a progress bar, and numbers that change in place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Self

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from catalog_jobs.records import BadRow, Job

from . import texts
from .display import Display
from .meter import View

if TYPE_CHECKING:
    from catalog_jobs.results import Exported

_SHOW_CURSOR = b"\x1b[?25h"
_STYLES = {"confirmed": "green", "rejected": "red", "unknown": "yellow"}


class Terminal(Display):
    """Shows a progress bar and numbers in place. Notes are printed above them."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._live: Live | None = None
        self._last = 0.0

    def staging(self, rows: int) -> None:
        """Show how many rows were read."""
        self._show(Text(f"reading: {texts.count(rows, 'row')}"))

    def summary(self, job: Job, breaches: Sequence[BadRow], url: str) -> None:
        """Show what would be sent."""
        self._clear()
        for line in texts.summary(job, breaches, url):
            self._console.print(line, markup=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Show a line above the bar."""
        self._console.print(text, markup=False, soft_wrap=True)

    def progress(self, view: View) -> None:
        """Show the progress of a job."""
        numbers = {
            "staged": view.total,
            "submitted": view.submitted,
            "processing": view.processing,
            "confirmed": view.confirmed,
            "rejected": view.rejected,
            "unknown": view.unknown,
        }
        cells = Columns(  # in several rows, if the terminal is narrow
            [Text.assemble((name, "dim"), "\n", (f"{number:,}", _STYLES.get(name, ""))) for name, number in numbers.items()],
            padding=(0, 2),
        )
        done = view.confirmed + view.rejected + view.unknown
        bar = Table.grid(expand=True)  # a bar alone does not end its line
        bar.add_row(ProgressBar(total=max(1, view.total), completed=done, finished_style="green"))
        self._show(Group(Text(f"job {view.job} {view.state}"), bar, cells, Text(texts.speed(view))))

    def end(self, job: Job, exported: Exported | None = None) -> None:
        """Show the final counts of a job."""
        self._clear()
        for line in texts.ended(job, exported):
            self._console.print(line, markup=False, soft_wrap=True)

    def leave(self, text: str) -> None:
        """Restore the terminal, and print a line."""
        os.write(1, _SHOW_CURSOR)
        super().leave(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def _show(self, what: RenderableType) -> None:
        if self._live is None:
            self._live = Live(console=self._console, transient=True, auto_refresh=False)
            self._live.start()
        if monotonic() - self._last >= 0.1:
            self._last = monotonic()
            self._live.update(what, refresh=True)

    def _clear(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
