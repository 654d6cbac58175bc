"""Several limits of this process only. A request needs all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import httpx2

from catalog_clients._engine.flows.effects import Flow, Sleep

from .limiter import Limiter, RateLimiter
from .terms import Bound
from .waiting import Cause, Longest, Ticket, Waiting


class JointLimiter(Limiter):
    """Limits that admit a request together. If one of them does not, nothing is taken from the others.

    Args:
        limiters: the limits, in the order of the operation's table. Other operations can share what each of them counts.
    """

    def __init__(self, limiters: Sequence[RateLimiter]) -> None:
        self._limiters = limiters

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """What each of the limits allows; see `Limiter.bounds`."""
        return tuple(bound for each in self._limiters for bound in each.bounds)

    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; see `Limiter.enter`."""
        ticket = Ticket(tuple(each.units(items) for each in self._limiters), has_ended, longest.request)
        waiting, waited = Waiting(operation, longest), 0.0
        while admission := self._admit(ticket, operation):
            wait, cause = admission
            waited += wait
            waiting.check(wait, waited, cause)
            yield Sleep(wait)
        return ticket

    def check(self, ticket: Ticket) -> None:
        """Make sure that a request may still be sent; see `Limiter.check`."""
        self._limiters[0].check(ticket)

    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Record the end of a request; see `Limiter.leave`."""
        for each in self._limiters:
            each.leave(ticket, response)

    def _admit(self, ticket: Ticket, operation: str) -> tuple[float, Cause] | None:
        """Take the units of all limits; or return the longest wait before the next try, and its limit.

        Locks are taken in the order of places, and never two of the same place, so that no two threads wait for each other.
        """
        with ExitStack() as locks:
            for each in self._limiters:
                locks.enter_context(each.lock)
            now = self._limiters[0].now()
            waits = [each.look(ticket, operation, now) for each in self._limiters]
            wait = max(waits)
            if wait:
                return wait, self._limiters[waits.index(wait)].cause(now)
            for each in self._limiters:
                each.take(ticket, now)
            return None
