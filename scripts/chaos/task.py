"""What is done with many items of a vendor, and how the vendor's state shows success."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from catalog_clients import Outcome
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN, Entry, Key

# The reasons for a product that the vendor does not know, and for an item that it lists without saying why.
_NOT_CERTAIN = r"\b404: |^listed as a failure$"
BARE = r"\b4\d\d: .*empty body$"  # the reason for a refusal without the body that the document describes


def entry_of(outcome: Outcome, refusal: str = _NOT_CERTAIN, final: str | None = None) -> Entry:
    """Convert an outcome. If a refusal, by the pattern of its reason, follows a lost response, that may have been of a success.

    Args:
        outcome: the outcome.
        refusal: the pattern.
        final: one of the reasons for which an item stays unknown, as its request may not be sent again; default: there are none.
    """
    is_unknown, reason = outcome.status == UNKNOWN, outcome.reason
    may_be_open = is_unknown and outcome.attempt > 1 and re.search(refusal, reason) is not None
    is_final = is_unknown and final is not None and re.search(final, reason) is not None
    return Entry(Key(outcome.sku, outcome.store), outcome.status, reason, may_be_open, is_final)


def entry_of_match(match: Any, final: str | None = None) -> Entry:
    """Convert the match of a lookup: what is found is confirmed, and what is missing rejected. See `entry_of` for `final`."""
    status = {"found": CONFIRMED, "missing": REJECTED}.get(match.status, match.status)
    is_final = status == UNKNOWN and final is not None and re.search(final, match.reason) is not None
    return Entry(Key(str(match.identifier)), status, match.reason, final=is_final)


@dataclass(frozen=True, kw_only=True)
class Task:
    """An operation of a facade for many items.

    Attributes:
        operation: name of the facade's method.
        items: its input.
        held: whether an item has the wanted state, by the vendor's state of its SKU.
        refused: whether the vendor has rejected an item, likewise; None if its state does not say so.
        repeated: whether the vendor has executed an item more than once; None if that does no harm.
        options: further arguments of the method.
        key: the identity of an item at the vendor.
        entry: converts a result to an entry of the ledger.
        has_ledger: whether it can write a ledger itself, and go on with it.
    """

    operation: str
    items: Sequence[Any]
    held: Callable[[Key, dict[str, Any]], bool]
    refused: Callable[[Key, dict[str, Any]], bool] | None = None
    repeated: Callable[[Key, dict[str, Any]], bool] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    key: Callable[[Any], Key] = Key
    entry: Callable[[Any], Entry] = entry_of
    has_ledger: bool = True

    @cached_property
    def keys(self) -> Sequence[Key]:
        """The identity of each item."""
        return [self.key(each) for each in self.items]

    def begin(self, facade: Any, **options: Any) -> Any:
        """Return the stream of results of a facade."""
        return getattr(facade, self.operation)(self.items, **self.options, **options)
