"""Compare what a facade says of each SKU with what the vendor holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

CONFIRMED, REJECTED, UNKNOWN = "confirmed", "rejected", "unknown"
_WRONGLY_CONFIRMED, _WRONGLY_REJECTED = "wrongly confirmed", "wrongly rejected"


class Key(NamedTuple):
    """What a vendor knows an item by."""

    sku: str
    store: str = ""

    def __str__(self) -> str:
        return f"{self.sku} in {self.store}" if self.store else self.sku


class Entry(NamedTuple):
    """What the ledger says of an item.

    Attributes:
        key: which item.
        status: `confirmed`, `rejected` or `unknown`.
        reason: in the facade's words.
        open: whether it may stay unknown, as the vendor has refused it after a response to it was lost.
    """

    key: Key
    status: str
    reason: str = ""
    open: bool = False


class Difference(NamedTuple):
    """A place where the ledger is wrong, or says too little."""

    kind: str
    key: Key
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}: {self.text}"


@dataclass(slots=True, kw_only=True)
class Comparison:
    """How a ledger compares with the truth.

    Attributes:
        statuses: number of items by their status.
        open: how many of the unknown ones may stay so.
        differences: all of them.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    open: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def wrongly_confirmed(self) -> int:
        """Number of items that are said to be as was asked, and are not."""
        return sum(each.kind == _WRONGLY_CONFIRMED for each in self.differences)

    @property
    def wrongly_rejected(self) -> int:
        """Number of items that are as was asked by this run, and are said not to be."""
        return sum(each.kind == _WRONGLY_REJECTED for each in self.differences)


def compare(ledger: Iterable[Entry], before: Mapping[Key, bool], after: Mapping[Key, bool]) -> Comparison:
    """Compare a ledger with the truth: which items are as was asked, at the vendor's own word.

    Args:
        ledger: what the facade has said.
        before: whether each item that was sent was so before the run.
        after: whether it is so now.
    """
    found = Comparison()
    told: set[Key] = set()
    for entry in ledger:
        key, status, reason, may_be_open = entry
        kind, text = "", reason or "no reason is given"
        if key not in after:
            kind, text = "never sent", f"and yet it is {status}"
        elif key in told:
            kind, text = "told twice", f"now as {status}: {text}"
        elif status == CONFIRMED and not after[key]:
            kind, text = _WRONGLY_CONFIRMED, "the vendor does not hold it so"
        elif status == REJECTED and after[key] and not before[key]:
            kind = _WRONGLY_REJECTED
        elif status not in {CONFIRMED, REJECTED, UNKNOWN}:
            kind, text = "no status", status
        elif status == UNKNOWN and may_be_open and not after[key]:
            found.open += 1
        elif status == UNKNOWN:
            kind = UNKNOWN
        told.add(key)
        found.statuses[status] += 1
        if kind:
            found.differences.append(Difference(kind, key, text))
    found.differences += [Difference("not told", key, "nothing was said of it") for key in after if key not in told]
    return found
