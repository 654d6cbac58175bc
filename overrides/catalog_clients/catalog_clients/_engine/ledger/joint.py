"""The outcomes of all items of a request, in a form that takes less time and memory than single outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import Protocol, TypeAlias, overload

from .records import Outcome, Status

Said: TypeAlias = tuple[Status, str]
"""The status and the reason of an item; the reason is shortened."""


class Sent(Protocol):
    """An item that is sent: what identifies it, its position in the input, and the number of its chunk.

    `was_sent` says whether an earlier run may have sent it, and `attempt` is the number of the last attempt, 0 before a response.
    """

    @property
    def sku(self) -> str: ...
    @property
    def store(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def chunk(self) -> int: ...
    @property
    def was_sent(self) -> bool: ...
    @property
    def attempt(self) -> int: ...


class Ended(Sent, Protocol):
    """An item of a request that has ended."""

    @property
    def ingestion_id(self) -> str: ...


class JointOutcomes(Sequence[Outcome]):
    """The outcomes of the items of one request. Each outcome is created when it is read.

    Attributes:
        items: at least one item; all have the same chunk, attempt and ingestion.
        said: status and reason of each item.
    """

    def __init__(self, items: Sequence[Ended], said: Sequence[Said]) -> None:
        self.items, self.said = items, said

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> Outcome: ...
    @overload
    def __getitem__(self, place: slice) -> list[Outcome]: ...
    def __getitem__(self, place: int | slice) -> Outcome | list[Outcome]:
        if isinstance(place, slice):
            return [*self._outcomes(self.items[place], self.said[place])]
        return next(self._outcomes([self.items[place]], [self.said[place]]))

    def __iter__(self) -> Iterator[Outcome]:
        return self._outcomes(self.items, self.said)

    def _outcomes(self, items: Sequence[Ended], said: Sequence[Said]) -> Iterator[Outcome]:
        chunk, ingestion_id, attempt = self.items[0].chunk, self.items[0].ingestion_id, self.items[0].attempt
        return (
            Outcome(
                sku=each.sku,
                status=status,
                store=each.store,
                reason=reason,
                item=each.position,
                chunk=chunk,
                ingestion_id=ingestion_id,
                attempt=attempt,
            )
            for each, (status, reason) in zip(items, said, strict=True)
        )


def statuses_of(results: Sequence[object]) -> Counter[str]:
    """Return the numbers of results by status, without creating joint outcomes."""
    if isinstance(results, JointOutcomes):
        return Counter(map(itemgetter(0), results.said))
    return Counter(map(attrgetter("status"), results))
