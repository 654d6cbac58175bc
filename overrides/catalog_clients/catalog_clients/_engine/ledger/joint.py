"""The outcomes of all items of a request, in a form that takes less time and memory than single outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import TypeAlias, overload

from .records import Outcome, PendingItem, Status

Said: TypeAlias = tuple[Status, str]
"""The status and the reason of an item; the reason is shortened."""


class JointOutcomes(Sequence[Outcome]):
    """The outcomes of the items of one request. Each outcome is created when it is read.

    Attributes:
        items: at least one item; all have the same chunk, attempt and ingestion.
        said: status and reason of each item.
    """

    def __init__(self, items: Sequence[PendingItem], said: Sequence[Said]) -> None:
        self.items, self.said = items, said

    def in_common(self) -> Said | None:
        """Return the status and the reason that all items have, if they have the same."""
        first = next(iter(self.said), None)
        return first if first and self.said.count(first) == len(self.said) else None

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> Outcome: ...
    @overload
    def __getitem__(self, place: slice) -> list[Outcome]: ...
    def __getitem__(self, place: int | slice) -> Outcome | list[Outcome]:
        if isinstance(place, slice):
            return [*JointOutcomes(self.items[place], self.said[place])]
        return self.items[place].outcome(*self.said[place])

    def __iter__(self) -> Iterator[Outcome]:
        return (each.outcome(*said) for each, said in zip(self.items, self.said, strict=True))


def statuses_of(results: Sequence[object]) -> Counter[str]:
    """Return the numbers of results by status, without creating joint outcomes."""
    if isinstance(results, JointOutcomes):
        if first := results.in_common():
            return Counter({first[0]: len(results)})
        return Counter(map(itemgetter(0), results.said))
    return Counter(map(attrgetter("status"), results))
