"""The two kinds of rate limit that the vendors document. Times are seconds of the vendor's clock."""

from __future__ import annotations

from scripts.mock.engine.clock import Clock


class Bucket:
    """A token bucket: full at first, refilled evenly.

    Args:
        clock: the vendor's time.
        rate: units that are added during one period.
        period: length of a period.
        burst: maximum number of units that it holds.
    """

    def __init__(self, clock: Clock, *, rate: float, period: float, burst: float) -> None:
        self._clock = clock
        self._flow = rate / period
        self._burst = burst
        self._units = burst
        self._seen = clock.now()

    def take(self, units: float = 1) -> bool:
        """Take some units, or return False if there are not enough."""
        now = self._clock.now()
        self._units = min(self._burst, self._units + (now - self._seen) * self._flow)
        self._seen = now
        if units > self._units:
            return False
        self._units -= units
        return True


class Quota:
    """A number of units for each period; the periods follow each other from the first use on.

    Args:
        clock: the vendor's time.
        limit: units of one period.
        period: length of a period.
    """

    def __init__(self, clock: Clock, *, limit: int, period: float) -> None:
        self._clock = clock
        self._period = period
        self.limit = limit
        self.remaining = limit
        self.until = clock.now() + period

    def take(self, units: int) -> bool:
        """Take some units, or return False if the current period has not enough left."""
        self.renew()
        if units > self.remaining:
            return False
        self.remaining -= units
        return True

    def renew(self) -> None:
        """Begin a new period if the current one is over."""
        now = self._clock.now()
        if now >= self.until:
            self.remaining = self.limit
            self.until = now + self._period
