"""Run a task in a thread, so that it can be watched and ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from scripts.chaos.facades import http_client
from scripts.chaos.ledger import Entry
from scripts.chaos.task import Task


class Reading(threading.Thread):
    """Reads the results of a task to their end.

    Args:
        task: the task to run.
        way: `sync` or `async`.
        connect: makes the facade, which uses an HTTP client.

    Attributes:
        task: the task.
        ledger: the outcomes so far.
        error: the exception that ended the run early.
        killed: number of processes that were killed: none.
    """

    def __init__(self, task: Task, way: str, connect: Callable[[Any], Any]) -> None:
        super().__init__(daemon=True)
        self.task = task
        self.ledger: list[Entry] = []
        self.error: BaseException | None = None
        self._way, self._connect = way, connect
        self._cancel: Callable[[], object] = lambda: None
        self._ended = threading.Event()

    killed = 0

    @property
    def known(self) -> int:
        """Number of outcomes so far."""
        return len(self.ledger)

    def run(self) -> None:
        """Run the task."""
        try:
            if self._way == "sync":
                self._read()
            else:
                asyncio.run(self._read_async())
        except BaseException as error:  # noqa: BLE001 - the waiting thread reports it
            self.error = error

    def end(self) -> None:
        """End the run soon."""
        self._ended.set()
        self._cancel()

    def _read(self) -> None:
        with http_client(self._way) as http, self._connect(http) as facade:
            for each in self.task.begin(facade):
                self.ledger.append(self.task.entry(each))
                if self._ended.is_set():
                    return

    async def _read_async(self) -> None:
        loop, current = asyncio.get_running_loop(), asyncio.current_task()
        assert current is not None  # noqa: S101 - this is one
        async with http_client(self._way) as http, self._connect(http) as facade:
            self._cancel = lambda: loop.call_soon_threadsafe(current.cancel)
            async for each in self.task.begin(facade):
                self.ledger.append(self.task.entry(each))
                if self._ended.is_set():
                    return
