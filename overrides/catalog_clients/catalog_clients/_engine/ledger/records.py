"""The items of a run, and values about them: outcomes, counts, progress and breaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

import msgspec

from catalog_clients.errors import shortened

Status: TypeAlias = Literal["confirmed", "rejected", "unknown"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The outcome of an item. Only a `confirmed` SKU may be deleted elsewhere.

    Attributes:
        sku: the SKU or other key of the item, as it was sent.
        status: `confirmed` by the vendor; `rejected` by the vendor, or by the spec before it was sent; or `unknown`.
        store: store of an uploaded item; otherwise empty.
        reason: why the item is not confirmed, in the vendor's words if it gave any; at most 300 characters.
        item: position of the item in the input, from 1.
        chunk: number of its chunk, from 1.
        ingestion_id: the vendor's id of the chunk's ingestion; empty if there is none.
        attempt: number of the last attempt at its request, from 1; 0 if nothing was sent, or if the item is unknown and the vendor
            has certainly executed nothing of it.
    """

    sku: str
    status: Status
    store: str = ""
    reason: str = ""
    item: int = 0
    chunk: int = 0
    ingestion_id: str = ""
    attempt: int = 0


class PendingItem(msgspec.Struct, gc=False):
    """An item that has no outcome yet.

    Attributes:
        item: the item; None after its request was built, to free memory while the vendor works.
        position: its position in the input, from 1.
        sku, store: its key for the vendor.
        chunk: number of its chunk, from 1.
        fault: what is wrong with its key; empty if nothing is.
        was_sent: whether an earlier run may have sent it, in another request than the one that has started its ingestion.
        is_held: whether it is not sent, as the vendor may have executed an earlier request, and must not execute another one.
        index: its index, from 0, in the request of an earlier run that has started the ingestion; None if it is not known.
        replaces: whether it replaces an item of an earlier chunk, or of an earlier run.
        attempt: number of the last attempt at its request, from 1; 0 before it has ended, and if nothing was executed.
        ingestion_id: the vendor's id of its ingestion; empty before one is polled.
    """

    item: object
    position: int
    sku: str
    store: str = ""
    chunk: int = 0
    fault: str = ""
    was_sent: bool = False
    is_held: bool = False
    replaces: bool = False
    attempt: int = 0
    ingestion_id: str = ""
    index: int | None = None

    def outcome(self, status: Status, reason: str = "") -> Outcome:
        """Return its outcome."""
        return Outcome(
            sku=self.sku,
            status=status,
            store=self.store,
            reason=shortened(reason) if reason else "",
            item=self.position,
            chunk=self.chunk,
            ingestion_id=self.ingestion_id,
            attempt=self.attempt or int(self.was_sent),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of outcomes.

    Attributes:
        confirmed, rejected, unknown: outcomes with that status.
        duplicates: items that were not sent, as another item has the same key.
        unexpected: SKUs that the vendor has reported and that were not sent.
    """

    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
    duplicates: int = 0
    unexpected: int = 0

    @property
    def total(self) -> int:
        """Number of outcomes."""
        return self.confirmed + self.rejected + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        counts: outcomes so far.
        chunks: number of chunks that have ended.
        seconds: since the start.
        rate: outcomes per second.
        total: number of items; None if the length of the input is not known.
        left: seconds until the end at this rate; None if the total is not known.
    """

    counts: Counts
    chunks: int
    seconds: float
    rate: float
    total: int | None = None
    left: float | None = None


class Breach(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A part of an item that the spec forbids.

    Attributes:
        item: position of the item in the input, from 1.
        sku: SKU of the item; empty if it has none that is text.
        field: JSON path of the part in the item, such as `$.item_name`; `$` for the item itself.
        rule: the rule of the spec that it breaks.
    """

    item: int
    sku: str
    field: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a run would do with some items. A valid item can still be rejected by the vendor.

    Attributes:
        breaches: all breaches of all items, in the order of the input; an item can have several.
        items: number of items, without duplicates.
        duplicates: number of items that would not be sent, as another item has the same key.
        requests: number of requests that would send the valid items, each once, without polling.
        seconds: least time, in seconds, to send these requests within the rate limit; 0 without a limit. Not included: polling of
            ingestions, which may use the same limit, and the vendor's processing time, which can be much longer.
    """

    breaches: list[Breach]
    items: int
    duplicates: int
    requests: int
    seconds: float

    @property
    def invalid(self) -> int:
        """Number of items with a breach, which would be rejected."""
        return len({each.item for each in self.breaches})

    @property
    def is_valid(self) -> bool:
        """Whether there is no breach."""
        return not self.breaches


OnProgress: TypeAlias = Callable[[Progress], object]


class _HasStatus(Protocol):
    @property
    def status(self) -> str: ...


T = TypeVar("T", bound=_HasStatus)


@dataclass(slots=True, kw_only=True)
class ChunkResult(Generic[T]):
    """The result of a chunk.

    Attributes:
        results: one for each of its items.
        text: the full reason, where outcomes have a shortened one.
        unexpected: number of SKUs that were reported and were not sent.
        fatal: why the run ends, if it does.
        failure: error of its last request, if that was not accepted.
        is_open: whether the vendor may still execute what was sent.
    """

    results: Sequence[T] = field(default_factory=list)
    text: str = ""
    unexpected: int = 0
    fatal: Exception | None = None
    failure: Exception | None = None
    is_open: bool = False

    def append(self, result: T) -> None:
        """Add the result of a further item."""
        if isinstance(self.results, list):
            self.results.append(result)
        else:
            self.results = [*self.results, result]

    def add(self, other: ChunkResult[T]) -> None:
        """Add the result of a further part of the chunk."""
        self.results = [*self.results, *other.results] if self.results else other.results
        self.text = self.text or other.text
        self.unexpected += other.unexpected
        self.is_open |= other.is_open
        self.fatal, self.failure = other.fatal, other.failure
