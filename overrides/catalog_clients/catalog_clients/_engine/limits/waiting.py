"""Requests that wait for a limit, and their maximum waits."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from catalog_clients.errors import WaitTooLong

LOG = logging.getLogger("catalog_clients")

_LOGGED = 5.0  # seconds from which on a wait is logged


@dataclass(eq=False, slots=True)
class Ticket:
    """A request that was admitted.

    Attributes:
        units: its cost, for each limit.
        has_ended: returns whether the thread or event loop that sends it has ended without calling `leave`.
        lasting: seconds after which it has ended in any case.
        sent: time when it was admitted.
        until: time when its lease ends. A lease that has ended is not renewed, as others may have its place.
    """

    units: tuple[int, ...]
    has_ended: Callable[[], bool]
    lasting: float = math.inf
    sent: float = 0
    until: float = math.inf

    def is_over(self, now: float) -> bool:
        """Return whether it has certainly ended."""
        return now > self.sent + self.lasting or self.has_ended()


class TooExpensive(WaitTooLong):
    """A request costs more than a limit ever allows, as responses have lowered the limit since the request was built.

    Attributes:
        most: number of items of a request that the limit allows; None if the cost does not depend on the items.
    """

    def __init__(self, text: str, most: int | None = None) -> None:
        self.most = most
        super().__init__(text)


class TurnOver(Exception):
    """A request was admitted so long ago that others may have been admitted in its place."""


class Cause(NamedTuple):
    """The limit that a request waits for.

    Attributes:
        name: its name in messages.
        window: seconds that the documented limit may require.
        is_lowered: whether responses of the vendor state a lower limit than the documented one.
    """

    name: str
    window: float
    is_lowered: bool


class Longest(NamedTuple):
    """The maximum seconds that a request may wait for its limit, and take.

    Attributes:
        once: one wait, if it is longer than the documented limit requires.
        lowered: all waits together, while responses state a lower limit than the documented one.
        in_all: all waits together.
        request: the request itself, with its whole response.
    """

    once: float = math.inf
    lowered: float = math.inf
    in_all: float = math.inf
    request: float = math.inf


@dataclass(slots=True)
class Waiting:
    """A request that may have to wait.

    Args:
        operation: its operationId.
        longest: how long it may wait.
    """

    operation: str
    longest: Longest
    _logged: float = 0

    def check(self, wait: float, waited: float, cause: Cause) -> None:
        """Log a long wait.

        Args:
            wait: seconds until the next try.
            waited: these seconds, and those of earlier waits.
            cause: the limit that it waits for.

        Raises:
            WaitTooLong: the wait is too long.
        """
        what = f"{self.operation}: {cause.name} requires a wait of"
        for seconds, most in ((wait, self.longest.once), (waited if cause.is_lowered else 0, self.longest.lowered)):
            if seconds > max(most, cause.window):
                raise WaitTooLong(f"{what} {seconds:.0f} s; the maximum is {most:g} s")
        if waited > self.longest.in_all:
            raise WaitTooLong(f"{what} {waited:.0f} s; {self.longest.in_all:.0f} s are left")
        if waited - self._logged > _LOGGED:
            level, by = (logging.WARNING, ", by the vendor's responses") if cause.is_lowered else (logging.INFO, "")
            LOG.log(level, "%s %.0f s%s", what, waited, by)
            self._logged = 2 * waited
