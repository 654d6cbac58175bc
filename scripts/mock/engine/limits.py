"""The rate limits of a vendor, by the tables of its client. Times are seconds of the vendor's clock."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate

from scripts.mock.engine.call import Call
from scripts.mock.engine.clock import Clock
from scripts.runtime.behaviour import Epoch, RateLimit

Scope = tuple[str, ...]

FURTHER = " also/"
"""What stands before the place of a further limit in the names of the journal."""
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

    def has(self, units: float) -> bool:
        """Return whether there are enough units."""
        self._refill()
        return units <= self._units

    def take(self, units: float) -> bool:
        """Take some units, or return False if there are not enough."""
        enough = self.has(units)
        self._units -= units if enough else 0
        return enough

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

    def has(self, units: int) -> bool:
        """Return whether there are enough units."""
        self.renew()
        return units <= self.remaining

    def take(self, units: int) -> bool:
        """Take some units, or the rest of the current period and return False if that is not enough."""
        enough = self.has(units)
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


@dataclass(frozen=True, slots=True)
class Use:
    """What a call uses of one of the limits of its operation.

    Attributes:
        limit: the limit.
        place: which one it is of those of the operation; 0 is the first.
        scope: what has this limit, by name: a caller, an operation, or both.
    """

    limit: RateLimit
    place: int
    scope: Scope

    @property
    def key(self) -> tuple[object, ...]:
        """What has a count of its own; a limit with other numbers is new."""
        return (self.place, self.limit.rate, self.limit.period, self.limit.burst, *self.scope)

    @property
    def named(self) -> str:
        """What the journal calls a further limit, behind the name of the first one."""
        return f"{FURTHER}{self.place}" if self.place else ""


class Limits:
    """What has been used of a vendor's limits.

    A limit is a quota if a header reports the end of its period, and otherwise a token bucket.

    Args:
        clock: the vendor's time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used: dict[tuple[object, ...], Bucket | Quota] = {}
        self._running: Counter[tuple[object, ...]] = Counter()

    def begin(self, call: Call, uses: Sequence[Use]) -> RateLimit | None:
        """Count a call among those that run at the same time, and return a limit that allows no more of them, if there is one."""
        call.counted = {each.key for each in uses}
        self._running.update(call.counted)
        crowded = (each.limit for each in uses if self._running[each.key] > (each.limit.concurrency or math.inf))
        return next(crowded, None)

    def end(self, call: Call) -> None:
        """Count it no more."""
        self._running.subtract(call.counted)

    def take(self, uses: Sequence[tuple[Use, int]]) -> bool:
        """Take the units of a call from all of its limits; or none but those of a limit that has not enough, and return False."""
        short = [(use, units) for use, units in uses if not self._usage(use).has(units)]
        for use, units in short[:1] or uses:
            self._usage(use).take(units)
        return not short

    def wait(self, uses: Sequence[Use]) -> float:
        """Return the seconds until each limit has a unit again."""
        return max((self._usage(each).wait() for each in uses), default=0)

    def headers(self, use: Use, *, in_seconds: bool = False) -> dict[str, str]:
        """Return the headers, in lower case, that report a limit in real time; the end of a period is never too early.

        Parts of structured headers are by themselves; `whole` writes them together.

        Args:
            use: what is reported.
            in_seconds: whether an end whose form the table leaves open is the seconds until then; default: an HTTP date.
        """
        usage, limit = self._usage(use), use.limit
        values = {
            limit.rate_per_second: str(float(limit.rate / limit.period * self._clock.speed)),
            limit.limit: str(int(limit.rate)),
        }
        if isinstance(usage, Quota):
            usage.renew()
            wait = math.ceil(self._clock.real(usage.until - self._clock.now()))
            moment = math.ceil(self._clock.wall(usage.until))
            values[limit.until] = str(wait) if in_seconds and not limit.until_format else _written(moment, limit.until_format)
        values[limit.remaining] = str(usage.remaining)
        return {_lowered(name): value for name, value in values.items() if name}

    def _usage(self, use: Use) -> Bucket | Quota:
        if use.key not in self._used:
            limit = use.limit
            if limit.until:
                self._used[use.key] = Quota(self._clock, limit=int(limit.rate), period=limit.period)
            else:
                self._used[use.key] = Bucket(self._clock, rate=limit.rate, period=limit.period, burst=limit.burst)
        return self._used[use.key]


def _written(moment: int, form: Epoch | None) -> str:
    """Write a moment as a header has it."""
    if form is None:
        return formatdate(moment, usegmt=True)
    return str(moment if form == "epoch-seconds" else moment * 1000)


def _lowered(name: str) -> str:
    """Return the name of a header, or of a part of a structured one, in which only the name of the header has no case."""
    header, separator, part = name.partition(";")
    return f"{header.lower()}{separator}{part}"


def whole(parts: Mapping[str, str]) -> dict[str, str]:
    """Return headers, of which structured ones have all their parts: `ratelimit;"daily";r` is a parameter of the item `"daily"`."""
    found, members = dict[str, str](), dict[str, dict[str, list[str]]]()
    for name, value in parts.items():
        header, _, part = name.partition(";")
        item, _, key = part.rpartition(";")
        if part:
            members.setdefault(header, {}).setdefault(item, []).append(f"{key}={value}")
        else:
            found[header] = value
    for header, items in members.items():
        found[header] = ", ".join(";".join([item, *values]) if item else ", ".join(values) for item, values in items.items())
    return found
