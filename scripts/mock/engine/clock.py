"""The vendors' time: faster than real time, or virtual and moved by a test."""

from __future__ import annotations

import asyncio
import threading
import time
from asyncio import AbstractEventLoop, Future
from dataclasses import dataclass


class Clock:
    """A clock that runs `speed` times as fast as real time, so that every documented limit and time shrinks by one factor.

    Args:
        speed: vendor seconds in one real second, above 0.
    """

    def __init__(self, speed: float = 1) -> None:
        self.speed = speed
        self._began = time.monotonic()
        self._began_at = time.time()

    def now(self) -> float:
        """Return the vendor seconds since the start."""
        return (time.monotonic() - self._began) * self.speed

    def wall(self, moment: float) -> float:
        """Return the real time, in seconds since 1970, at which the vendor's clock shows a moment."""
        return self._began_at + moment / self.speed

    def real(self, seconds: float) -> float:
        """Return how many real seconds the vendor seconds last."""
        return seconds / self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait for some vendor seconds."""
        await asyncio.sleep(self.real(seconds))


@dataclass(frozen=True, eq=False, slots=True)
class _Sleeper:
    until: float
    loop: AbstractEventLoop
    woken: Future[None]


class VirtualClock(Clock):
    """A clock that stands still until `advance` is called, so that no test depends on how fast the machine is.

    Vendors may run in another thread than the one that advances the clock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._sleepers: list[_Sleeper] = []
        self._lock = threading.Lock()

    @property
    def sleeping(self) -> int:
        """Number of calls of `sleep` that wait."""
        return len(self._sleepers)

    def now(self) -> float:
        """Return the seconds by which the clock was advanced."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was advanced by some seconds."""
        if seconds <= 0:
            return
        loop = asyncio.get_running_loop()
        sleeper = _Sleeper(self._now + seconds, loop, loop.create_future())
        with self._lock:
            self._sleepers.append(sleeper)
        try:
            await sleeper.woken
        finally:
            with self._lock:
                self._sleepers.remove(sleeper)

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake each sleeper at its moment; one that sleeps again within this time is woken again.

        To be called from another thread than those of the sleepers.
        """
        end = self._now + seconds
        while sleeper := self._next(end):
            self._now = max(self._now, sleeper.until)
            asyncio.run_coroutine_threadsafe(_wake(sleeper.woken), sleeper.loop).result()
        self._now = end

    def _next(self, end: float) -> _Sleeper | None:
        with self._lock:
            due = [each for each in self._sleepers if each.until <= end]
        return min(due, key=lambda each: each.until, default=None)


async def _wake(woken: Future[None]) -> None:
    """Let a sleeper go on until it waits again, or ends."""
    if not woken.done():
        woken.set_result(None)
    await asyncio.sleep(0)
