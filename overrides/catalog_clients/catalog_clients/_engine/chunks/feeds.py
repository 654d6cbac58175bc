"""Read chunks one ahead of the running ones, so that an input that blocks does not delay results."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing, suppress
from contextvars import copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeAlias

from .chunking import Chunk


@dataclass(frozen=True, slots=True)
class EndOfInput:
    """The end of an input, with the error that ended it, if any."""

    error: BaseException | None = None


Report: TypeAlias = Callable[[Chunk | EndOfInput], object]
"""Called with each chunk, and with the end of the input."""


def start_thread(name: str, work: Callable[[], object]) -> None:
    """Start work in a thread, with the caller's context variables."""
    threading.Thread(target=copy_context().run, args=[work], name=f"catalog-clients-{name}", daemon=True).start()


class ThreadFeed:
    """Reads chunks in a thread. It reports each chunk, and reads the next one after that chunk was started."""

    def __init__(self, chunks: Generator[Chunk], report: Report) -> None:
        self._chunks, self._report = chunks, report
        self._room, self._is_stopped = SimpleQueue[None](), False  # the garbage collector may use it in any thread
        start_thread("input", self._read)

    def started(self) -> None:
        """Read the next chunk, as the last one was started."""
        self._room.put(None)

    def stop(self) -> None:
        """Stop reading. An input that blocks is read until its next item."""
        self._is_stopped = True
        self._room.put(None)

    def _read(self) -> None:
        end = EndOfInput()
        try:
            with closing(self._chunks):
                for chunk in self._chunks:
                    self._report(chunk)
                    self._room.get()
                    if self._is_stopped:
                        return
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
            end = EndOfInput(error)
        with suppress(RuntimeError):  # the event loop was closed, so nothing waits any more
            self._report(end)


class TaskFeed:
    """Reads chunks in a task; see `ThreadFeed`."""

    def __init__(self, chunks: AsyncGenerator[Chunk], report: Report) -> None:
        self._chunks, self._report = chunks, report
        self._room = asyncio.Semaphore(0)
        self._task = asyncio.create_task(self._read())

    def started(self) -> None:
        """Read the next chunk, as the last one was started."""
        self._room.release()

    def stop(self) -> None:
        """Stop reading."""
        self._task.cancel()

    async def _read(self) -> None:
        end = EndOfInput()
        try:
            async with aclosing(self._chunks):
                async for chunk in self._chunks:
                    self._report(chunk)
                    await self._room.acquire()
        except asyncio.CancelledError as error:
            self._report(EndOfInput(error))  # the caller checks whether it comes from the input
            raise
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
            end = EndOfInput(error)
        self._report(end)
