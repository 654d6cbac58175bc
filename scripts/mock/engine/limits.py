"""The rate limits of a vendor, by the tables of its client. Times are seconds of the vendor's clock."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate

from scripts.mock.engine.clock import Clock
from scripts.runtime.behaviour import RateLimit

Scope = tuple[str, ...]

_ROUNDING = 1e-9  # of units that were refilled


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

    def take(self, units: float) -> bool:
        """Take some units, or return False if there are not enough."""
        self._refill()
        if units > self._units:
            return False
        self._units -= units
        return True

    @property
    def remaining(self) -> int:
        """Whole units that it holds."""
        self._refill()
        return int(self._units + _ROUNDING)

    def wait(self) -> float:
        """Return the seconds until there is a unit."""
        self._refill()
        return max(0, (1 - self._units) / self._flow)

    def _refill(self) -> None:
        now = self._clock.now()
        self._units = min(self._burst, self._units + (now - self._seen) * self._flow)
        self._seen = now


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
        """Take some units, or the rest of the current period and return False if that is not enough."""
        self.renew()
        enough = units <= self.remaining
        self.remaining = self.remaining - units if enough else 0
        return enough

    def wait(self) -> float:
        """Return the seconds until there is a unit."""
        self.renew()
        return 0 if self.remaining else self.until - self._clock.now()

    def renew(self) -> None:
        """Begin a new period if the current one is over."""
        now = self._clock.now()
        if now >= self.until:
            self.remaining = self.limit
            self.until = now + self._period


class Limits:
    """What has been used of a vendor's limits. Each scope has its own: a caller, an operation, or both, by name.

    A limit is a quota if a header reports the end of its period, and otherwise a token bucket. One with other numbers is new.

    Args:
        clock: the vendor's time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used: dict[tuple[object, ...], Bucket | Quota] = {}
        self._running: Counter[Scope] = Counter()

    @contextmanager
    def running(self, scope: Scope) -> Iterator[None]:
        """Count a call among those that run at the same time."""
        self._running[scope] += 1
        try:
            yield
        finally:
            self._running[scope] -= 1

    def parallel(self, scope: Scope) -> int:
        """Return how many calls run at the same time."""
        return self._running[scope]

    def take(self, limit: RateLimit, scope: Scope, units: int) -> bool:
        """Take the units of a call, or return False if there are not enough."""
        return self._usage(limit, scope).take(units)

    def wait(self, limit: RateLimit, scope: Scope) -> float:
        """Return the seconds until there is a unit again."""
        return self._usage(limit, scope).wait()

    def headers(self, limit: RateLimit, scope: Scope) -> dict[str, str]:
        """Return the headers, in lower case, that report a limit in real time; a date is never too early."""
        usage = self._usage(limit, scope)
        values = {
            limit.rate_per_second: str(float(limit.rate / limit.period * self._clock.speed)),
            limit.limit: str(int(limit.rate)),
        }
        if isinstance(usage, Quota):
            usage.renew()
            values[limit.until] = formatdate(math.ceil(self._clock.wall(usage.until)), usegmt=True)
        values[limit.remaining] = str(usage.remaining)
        return {name.lower(): value for name, value in values.items() if name}

    def _usage(self, limit: RateLimit, scope: Scope) -> Bucket | Quota:
        key = (limit.rate, limit.period, limit.burst, *scope)
        if key not in self._used:
            if limit.until:
                self._used[key] = Quota(self._clock, limit=int(limit.rate), period=limit.period)
            else:
                self._used[key] = Bucket(self._clock, rate=limit.rate, period=limit.period, burst=limit.burst)
        return self._used[key]
