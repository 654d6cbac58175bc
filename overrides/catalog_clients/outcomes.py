"""What became of each SKU: outcomes, and how many there are of each kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal

import msgspec

from .effects import T

Status = Literal["confirmed", "rejected", "unknown"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a SKU. Only `confirmed` says that the vendor has confirmed it, so that it may be deleted elsewhere.

    Attributes:
        sku: SKU, offer id or product id, as it was sent.
        status: `rejected`: the vendor refuses it, or the spec, before anything was sent. `unknown`: nobody has said.
        store: store of an uploaded item.
        reason: why it is not confirmed, in the vendor's words where there are some.
        item: its position in the input, from 1.
        chunk: number of the chunk that it was part of, from 1.
        ingestion_id: the vendor's id of the work that the chunk became, where there is one.
        attempt: which attempt at the request was the last, from 1; 0 if nothing was sent.
    """

    sku: str
    status: Status
    store: str = ""
    reason: str = ""
    item: int = 0
    chunk: int = 0
    ingestion_id: str = ""
    attempt: int = 0


@dataclass(slots=True, kw_only=True)
class Counts:
    """How many outcomes there are. `duplicates`: items that another one stands for; `strangers`: reported SKUs that nobody sent."""

    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
    duplicates: int = 0
    strangers: int = 0

    @property
    def total(self) -> int:
        """Number of outcomes."""
        return self.confirmed + self.rejected + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: outcomes so far, chunks done, seconds since the start, outcomes per second."""

    counts: Counts
    chunks: int
    seconds: float
    rate: float


@dataclass(slots=True, kw_only=True)
class Done(Generic[T]):
    """What a chunk has given.

    Attributes:
        results: one for each of its items.
        strangers: number of SKUs that were reported and not sent.
        fatal: why the run ends, if it does.
        failure: what its last request has ended with, if that was not accepted.
    """

    results: list[T] = field(default_factory=list)
    strangers: int = 0
    fatal: Exception | None = None
    failure: Exception | None = None
