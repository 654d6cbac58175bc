"""The vendors' time, which may pass faster than ours."""

from __future__ import annotations

import asyncio
import time


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
