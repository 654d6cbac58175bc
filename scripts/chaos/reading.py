"""Run a task in a thread, so that it can be watched and ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from scripts.chaos.facades import facade, http_client
from scripts.chaos.ledger import Entry
from scripts.chaos.tasks import Task
from scripts.mock.serving import Served


class Reading(threading.Thread):
    """Reads the results of a task to their end.

    Args:
        task: the task to run.
        way: `sync` or `async`.
        api, served, speed: the vendor, and the factor of its time.

    Attributes:
        operation: name of the task.
        ledger: the outcomes so far.
        error: the exception that ended the run early.
    """

    def __init__(self, task: Task, *, way: str, api: str, served: Served, speed: float) -> None:
        super().__init__(name=f"{api} {task.operation}", daemon=True)
        self.operation = task.operation
        self._task, self._way, self._api, self._served, self._speed = task, way, api, served, speed
        self._end: Callable[[], object] = lambda: None
        self._ended = threading.Event()
        self.ledger: list[Entry] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        """Run the task."""
        try:
            if self._way == "sync":
                self._read()
            else:
                asyncio.run(self._aread())
        except BaseException as error:  # noqa: BLE001 - the waiting thread reports it
            self.error = error

    def end(self) -> None:
        """End the run soon."""
        self._ended.set()
        self._end()

    def _begin(self, http: Any) -> tuple[Any, Any]:
        made = facade(self._way, self._api, self._served, speed=self._speed, http=http)
        return made, self._task.begin(made, self._task.items)

    def _read(self) -> None:
        with http_client(self._way) as http:
            made, stream = self._begin(http)
            with made:
                for each in stream:
                    self.ledger.append(self._task.entry(each))
                    if self._ended.is_set():
                        return

    async def _aread(self) -> None:
        loop, current = asyncio.get_running_loop(), asyncio.current_task()
        assert current is not None  # noqa: S101 - this is one
        async with http_client(self._way) as http:
            made, stream = self._begin(http)
            async with made:
                self._end = lambda: loop.call_soon_threadsafe(current.cancel)
                async for each in stream:
                    self.ledger.append(self._task.entry(each))
                    if self._ended.is_set():
                        return
