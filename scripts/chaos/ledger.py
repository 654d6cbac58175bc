"""Compare the outcomes that a facade returns with what the vendor holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

CONFIRMED, REJECTED, UNKNOWN = "confirmed", "rejected", "unknown"
# An item that is confirmed, but not changed at the vendor; one that is rejected, but was changed by this run, or never rejected.
WRONGLY_CONFIRMED, WRONGLY_REJECTED = "wrongly confirmed", "wrongly rejected"


class Key(NamedTuple):
    """The identity of an item at a vendor."""

    sku: str
    store: str = ""

    def __str__(self) -> str:
        return f"{self.sku} in {self.store}" if self.store else self.sku


class Entry(NamedTuple):
    """The outcome of an item in the ledger.

    Attributes:
        key: the item.
        status: `confirmed`, `rejected` or `unknown`.
        reason: in the facade's words.
        open: whether it may be unknown, as the vendor has refused it after the response to an earlier attempt was lost.
        final: whether it may be unknown, as its request may not be sent again, or removes what is refused from then on.
    """

    key: Key
    status: str
    reason: str = ""
    open: bool = False
    final: bool = False


class Difference(NamedTuple):
    """An item whose entry in the ledger is wrong or missing."""

    kind: str
    key: Key
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}: {self.text}"


@dataclass(slots=True, kw_only=True)
class Comparison:
    """The result of comparing a ledger with the truth.

    Attributes:
        statuses: number of items by their status.
        open, final: how many of the unknown ones may be unknown, and why; see `Entry`.
        differences: all of them.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    open: int = 0
    final: int = 0
    differences: list[Difference] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Return the number of differences of a kind."""
        return sum(each.kind == kind for each in self.differences)


def compare(
    ledger: Iterable[Entry],
    before: Mapping[Key, bool],
    after: Mapping[Key, bool],
    refused: Mapping[Key, bool] | None = None,
    repeated: Mapping[Key, bool] | None = None,
) -> Comparison:
    """Compare a ledger with the state of the vendor.

    Args:
        ledger: the facade's outcomes.
        before: whether each item that was sent had the wanted state before the run.
        after: whether it has that state now.
        refused: whether the vendor has rejected it, as far as that is known.
        repeated: whether the vendor has executed it more than once, if that may do harm.
    """
    found = Comparison()
    seen: set[Key] = set()
    for entry in ledger:
        key, status, reason = entry.key, entry.status, entry.reason
        kind, text = "", reason or "no reason is given"
        if key not in after:
            kind, text = "never sent", f"and yet it is {status}"
        elif key in seen:
            kind, text = "reported twice", f"now as {status}: {text}"
        elif status == CONFIRMED and not after[key]:
            kind, text = WRONGLY_CONFIRMED, "the vendor does not hold it so"
        elif status == REJECTED and after[key] and not before[key]:
            kind = WRONGLY_REJECTED
        elif status == REJECTED and not (refused or {}).get(key, True):
            kind, text = WRONGLY_REJECTED, f"the vendor has not rejected it: {text}"
        elif status not in {CONFIRMED, REJECTED, UNKNOWN}:
            kind, text = "no status", status
        elif status == UNKNOWN and entry.open and not after[key]:
            found.open += 1
        elif status == UNKNOWN and entry.final:
            found.final += 1
        elif status == UNKNOWN:
            kind = UNKNOWN
        seen.add(key)
        found.statuses[status] += 1
        if kind:
            found.differences.append(Difference(kind, key, text))
    found.differences += [Difference("not reported", key, "the ledger does not have it") for key in after if key not in seen]
    twice = "the vendor has executed it more than once, and its spec says `idempotent: false`"
    found.differences += [Difference("repeated", key, twice) for key in after if (repeated or {}).get(key)]
    return found
