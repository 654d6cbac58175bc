"""What the response by which work begins says of failures. They count for items that the end of the work does not name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem
from catalog_clients._engine.limits import LOG
from catalog_clients._engine.tables.behaviour import Behaviour
from catalog_clients.errors import shortened

from .unexpected import error_beside, named_elsewhere, unexplained


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a response says of failures in fields that its spec does not have.

    Attributes:
        of_all: why all items may fail; empty if it does not say so.
        of_items: the paths at which it names items, by their SKUs.
    """

    of_all: str
    of_items: Mapping[str, str]

    def log(self, ingestion: str) -> None:
        """Log them, as the end of the work may say nothing of them."""
        paths = {f"the response that has begun it names items in {path}" for path in self.of_items.values()}
        for each in filter(None, (self.of_all, *sorted(paths))):
            LOG.warning("ingestion %s: %s", ingestion, shortened(each))

    def left(self, table: Behaviour, found: ChunkResult[Outcome]) -> ChunkResult[Outcome]:
        """Return the outcomes of items at the end of the work. What does not name a confirmed item leaves it in doubt."""
        polling = table.polling
        names_each = polling is None or polling.report or (polling.results and polling.results.status is not None)
        if names_each or not (self.of_all or self.of_items):
            return found
        return replace(found, results=[self._doubted(each) if each.status == "confirmed" else each for each in found.results])

    def _doubted(self, outcome: Outcome) -> Outcome:
        place = self.of_items.get(outcome.sku)
        if not (place or self.of_all):
            return outcome
        status, reason = unexplained(place) if place else ("unknown", shortened(self.of_all))
        return msgspec.structs.replace(outcome, status=status, reason=reason)


def doubts_of(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> Doubts:
    """Return what the response to a request says of failures."""
    name = error_beside(table, items, result)
    of_all = result.hidden(f"the response that has begun it has {name}: {result.text()}") if name else ""
    return Doubts(of_all, named_elsewhere(result, items) if table.chunking and table.chunking.array else {})
