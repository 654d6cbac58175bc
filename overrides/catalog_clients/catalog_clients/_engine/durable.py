"""What an engine of durable jobs needs: the chunks of an operation, and the outcomes of each chunk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future
from typing import Unpack

from catalog_clients.options import Reports

from .chunks.chunking import Chunk, Chunker
from .facades import Base, Settings
from .ledger.records import ChunkResult, Outcome
from .outcomes.following import following
from .outcomes.sending import BulkOperation
from .run.state import RunState
from .tables.behaviour import Package
from .validation import Survey


class DurableBulk(Base):
    """The operations of a generated client, for chunks that a durable engine stores.

    Args:
        package, interval, deadline, reports, settings: as those of `Bulk`.

    Raises:
        CredentialsError, ValueError, TypeError: as by `Bulk`.
    """

    def __init__(
        self,
        package: Package,
        *,
        interval: float | None = None,
        deadline: float | None = None,
        reports: Reports | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._open(package, following=following(interval, deadline, None, 0, reports), **settings)

    def plan(self, operation: str, arguments: Mapping[str, object], extra_fields: Collection[str] = ()) -> BulkOperation:
        """Return how an operation sends items; see `Bulk.run` for arguments and errors."""
        return self._plans.run(operation, arguments, extra_fields=extra_fields)

    def chunker(self, plan: BulkOperation, state: RunState) -> Chunker:
        """Return what splits items into chunks. Another object may send them. `state.input_error` has an error of the input."""
        return self._chunker(plan, (), state)

    def survey(self, plan: BulkOperation) -> Survey:
        """Return what checks chunks, and counts the requests that they need."""
        return Survey(plan, self._api.limiter(plan.name))

    def run_chunk(self, plan: BulkOperation, chunk: Chunk, state: RunState, stop: Future[None]) -> ChunkResult[Outcome]:
        """Send a chunk, and return the outcomes of its items, whatever happens.

        Args:
            plan: how to send it.
            chunk: the chunk; if it has the id of an ingestion, its outcomes are only collected.
            state: has the journal, which records items before they are sent.
            stop: done when the call must end without waiting any longer.
        """
        return self._driver.run(plan.run(chunk, state), stop)
