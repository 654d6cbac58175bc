"""What has become of the items of an operation, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from scripts.chaos.ledger import WRONGLY_CONFIRMED, Comparison, Key
from scripts.chaos.vendor import held

_SHOWN = 5


@dataclass(slots=True, kw_only=True)
class Result:
    """What has become of the items of an operation.

    Attributes:
        api, operation: the operation.
        skus: number of its items.
        found: how their outcomes compare with the truth.
        seconds: duration.
        problems: further findings, in one line each: exceeded limits, and the cause of an early end.
    """

    api: str
    operation: str
    skus: int = 0
    found: Comparison = field(default_factory=Comparison)
    seconds: float = 0
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The operation for a reader."""
        return f"{self.api} {self.operation}"

    @property
    def wrong(self) -> list[str]:
        """All findings, the worst first."""
        return [*self.problems, *map(str, sorted(self.found.differences, key=lambda each: each.kind != WRONGLY_CONFIRMED))]


def findings(results: Sequence[Result]) -> Iterator[str]:
    """Yield the first findings of each operation and the number of the others, and then the unknown outcomes that are none."""
    for result in results:
        for wrong in result.wrong[:_SHOWN]:
            yield f"{result.name}: {wrong}"
        if len(result.wrong) > _SHOWN:
            yield f"{result.name}: and {len(result.wrong) - _SHOWN} more"
    for result in results:
        if result.found.open:
            text = "refused after a lost response, so that their state before that attempt is unknown"
            yield f"{result.name}: {result.found.open} of the unknown SKUs were {text}"
        if result.found.final:
            why = "nothing says what was done, their requests may not be sent again, or they remove what is refused from then on"
            text = f"rightly unknown: {why}"
            yield f"{result.name}: {result.found.final} of the unknown SKUs are {text}"


def truth(keys: Sequence[Key], holds: Callable[[Key, dict[str, Any]], bool], vendor: httpx2.Client) -> dict[Key, bool]:
    """Return of which items something holds, by the state of their SKUs at the vendor's admin endpoint."""
    skus = list(dict.fromkeys(each.sku for each in keys))
    states = dict(zip(skus, held(vendor, skus), strict=True))
    return {key: holds(key, states[key.sku]) for key in keys}
