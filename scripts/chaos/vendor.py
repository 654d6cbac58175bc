"""A mock vendor's state and usage, from its admin endpoint, which chaos does not affect."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2

from scripts.apis import tables
from scripts.mock.engine.limits import FURTHER
from scripts.mock.served import Served
from scripts.runtime.behaviour import RateLimit

_BATCH = 5_000
_SECONDS = 60
_PRODUCTS = 1_000_000
_THROTTLED = ("429", "420")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How a vendor was used since its start, by its own counts.

    Attributes:
        calls: requests.
        faults: responses that chaos has broken.
        throttled: responses that refuse a request for a limit, without those of chaos.
        most: maximum of units within a limit's period, by limit.
        parallel: maximum of requests at the same time.
    """

    calls: int = 0
    faults: int = 0
    throttled: int = 0
    most: dict[str, float] = field(default_factory=dict)
    parallel: int = 0

    @classmethod
    def of(cls, counts: dict[str, Any]) -> Usage:
        """Read the response of the admin endpoint."""
        refused = sum(many for name, many in counts["responses"].items() if name.endswith(_THROTTLED))
        return cls(
            calls=sum(counts["responses"].values()),
            faults=sum(counts["faults"].values()),
            throttled=refused - counts["faults"].get("throttled", 0),
            most={name: spent["most"] for name, spent in counts["units"].items()},
            parallel=counts["parallel"]["most"],
        )

    def since(self, before: Usage) -> Usage:
        """Return the counts since an earlier usage; maxima are those since the start."""
        calls, faults, throttled = self.calls - before.calls, self.faults - before.faults, self.throttled - before.throttled
        return replace(self, calls=calls, faults=faults, throttled=throttled)


def products(number: int) -> int:
    """Return how many products a mock holds, for a number of SKUs of each task."""
    return max(_PRODUCTS, 2 * number)


def admin(served: Served, api: str) -> httpx2.Client:
    """Return a client of a vendor's admin endpoint."""
    return httpx2.Client(base_url=f"{served.admin}/{api}", timeout=_SECONDS, trust_env=False)


def held(vendor: httpx2.Client, identifiers: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the vendor's state of each identifier, in their order."""
    for first in range(0, len(identifiers), _BATCH):
        yield from vendor.post("/held", json=identifiers[first : first + _BATCH]).raise_for_status().json()


def usage(vendor: httpx2.Client) -> Usage:
    """Return how the vendor was used."""
    return Usage.of(vendor.get("/usage").raise_for_status().json())


def allowed(api: str, place: int = 0) -> float | None:
    """Return the units within a period that an API's limits allow, which are all alike at the same place; None without a limit.

    A burst is allowed in the time that it takes to be available again, which is less than a period if the rate is higher.
    """
    limits = [limit.all[place] for limit in _limits(api) if place < len(limit.all)]
    return max((each.burst * max(1, math.ceil(each.rate / each.burst)) for each in limits), default=None)


def peaks(api: str, used: Usage) -> Iterator[tuple[str, float, float]]:
    """Yield the name of each limit that was used, the maximum of units within its period, and how many are allowed."""
    for name, most in used.most.items():
        _, further, place = name.partition(FURTHER)
        limit = allowed(api, int(place) if further else 0)
        if limit is not None:
            yield name, most, limit


def exceeded(api: str, used: Usage) -> list[str]:
    """Say which documented limits were exceeded."""
    parallel = max((each.concurrency or 0 for each in _limits(api)), default=0)
    if not all(each.concurrency for each in _limits(api)):
        parallel = 0  # the vendor counts the requests of all operations, of which some are not limited
    found = []
    for name, most, limit in peaks(api, used):
        if most > limit:
            found.append(f"limit exceeded: {name}: {most:g} units within a period, and the limit is {limit:g}")
    if parallel and used.parallel > parallel:
        found.append(f"limit exceeded: {used.parallel} requests at the same time, and the limit is {parallel}")
    if used.throttled > 0:
        found.append(f"limit exceeded: the vendor has refused {used.throttled} requests")
    return found


def _limits(api: str) -> list[RateLimit]:
    return [table.rate_limit for table in tables(api).values() if table.rate_limit]
