"""A limit in the table of an operation, and the limit that is kept."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from catalog_clients._engine.tables.behaviour import RateLimit

from .usage import Most, Share, Usage
from .waiting import Cause, Ticket, TooExpensive

_ONLY = "the limit"  # its name in messages if it is the only one


class Bound(NamedTuple):
    """The number of units that a limit allows in a window, as stated by responses.

    Attributes:
        cost: units of a request; None for one unit for each item.
        units: units in a window.
        window: seconds of the window.
    """

    cost: int | None
    units: int
    window: float

    @property
    def most_items(self) -> int | None:
        """Maximum number of items of a request; None if its cost does not depend on them."""
        return self.units if self.cost is None else None

    def units_of(self, items: int) -> int:
        """Return what a request with some items costs."""
        return items if self.cost is None else self.cost


@dataclass(frozen=True, slots=True)
class Terms:
    """A limit in a table.

    Attributes:
        limit: row of a generated client's tables.
        only_lower: whether responses may only lower the limit, as the caller has set it.
        place: index of the limit among those that a request needs.
        name: its name in messages.
        cost: units of a request; None for one unit for each item.
        own: the limit of the table or the caller, as units in a window.
    """

    limit: RateLimit
    only_lower: bool
    place: int
    name: str
    cost: int | None
    own: Most

    @classmethod
    def of(cls, limit: RateLimit, *, only_lower: bool) -> tuple[Terms, ...]:
        """Return the limits of a table; a request needs all of them."""
        rows = limit.all
        names = [_name(each) for each in rows] if len(rows) > 1 else [_ONLY]
        return tuple(
            cls(each, only_lower, place, name, _cost(each), Most(int(each.burst), each.burst / each.rate * each.period))
            for place, (each, name) in enumerate(zip(rows, names, strict=True))
        )

    def shared_by(self, other: Terms) -> Terms:
        """Return this limit for the requests of another operation, of which only their cost and the name of the limit are used."""
        return replace(self, name=other.name, cost=other.cost)

    def units(self, items: int) -> int:
        """Return what a request with some items costs."""
        return items if self.cost is None else self.cost

    def bound(self, most: Most) -> Bound:
        """Return what the limit allows, as stated by responses."""
        return Bound(self.cost, most.units, most.window)

    def most(self, usage: Usage) -> Most:
        """Return the limit that is kept: the documented one or the caller's, or what responses have stated."""
        stated = usage.stated
        if stated and (not self.only_lower or _rate(stated) < _rate(self.own)):
            return stated
        return self.own

    def cause(self, usage: Usage, now: float) -> Cause:
        """Return this limit as the cause of a wait."""
        is_lowered = now < usage.until or _rate(self.most(usage)) < _rate(self.own)
        return Cause(self.name, self.own.window, is_lowered)

    def too_expensive(self, operation: str, units: int, most: Most) -> TooExpensive:
        """Return the error of a request that costs more than the limit."""
        what = f"{operation}: a request costs {units} units, and {self.name} is {most.units}"
        advice = "resume the run when the vendor allows more, or ask the vendor for a higher limit"
        return TooExpensive(f"{what}, so that it would wait for ever: {advice}", self.bound(most).most_items)

    def share(self, tickets: Collection[Ticket]) -> Share:
        """Return the share of the limit that this process has for requests in progress."""
        since = min((each.sent for each in tickets), default=math.inf)
        return Share(len(tickets), sum(each.units[self.place] for each in tickets), since)


def check_limit(operation: str, limit: RateLimit) -> None:
    """Refuse a limit of the caller that is invalid, or admits no request.

    Raises:
        ValueError: it is refused.
    """
    for each in limit.all:
        for name, least in (("rate", None), ("period", None), ("burst", 1), ("concurrency", 1)):
            value = getattr(each, name)
            is_number = isinstance(value, int | float) and math.isfinite(value)
            is_absent = value is None and name == "concurrency"
            if not is_absent and not (is_number and (value > 0 if least is None else value >= least)):
                what = "above 0" if least is None else f"of at least {least}"
                raise ValueError(f"limits: {operation}: {name} of its rate_limit must be a number {what}, and not {value!r}")
        if isinstance(each.cost, int) and not 0 <= each.cost <= each.burst:
            raise ValueError(
                f"limits: {operation}: cost of its rate_limit must be from 0 to its burst of {each.burst:g}, and not {each.cost}: "
                f"{_name(each)} would admit no request"
            )


def _cost(limit: RateLimit) -> int | None:
    return limit.cost if isinstance(limit.cost, int) else None


def _name(limit: RateLimit) -> str:
    unit = ("requests" if limit.cost == 1 else "units") if isinstance(limit.cost, int) else "items"
    return f"the limit of {limit.rate:g} {unit if limit.rate != 1 else unit[:-1]} in {limit.period:g} s"


def _rate(most: Most) -> float:
    return most.units / most.window
