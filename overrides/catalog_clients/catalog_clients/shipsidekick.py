"""ShipSidekick: archive any number of products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import shipsidekick_products
from shipsidekick_products import behaviour, models
from shipsidekick_products.api.products import archive_product

from ._engine.chunking import Items, PendingItem
from ._engine.confirming import said_before
from ._engine.effects import CallResult
from ._engine.facades import AsyncFacade, Facade, Resume
from ._engine.outcomes import BulkOperation
from ._engine.records import ChunkResult
from ._engine.tables import Request
from .results import AsyncResult, OnProgress, Outcome, Result, Validation


class ShipSidekick(Facade):
    """Products of an organization. Credentials in the environment: `SHIPSIDEKICK_API_KEY`."""

    _package = shipsidekick_products

    def archive(
        self,
        product_ids: Iterable[str],
        *,
        client: str | None = None,
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> Result:
        """Archive products, one request each, several at the same time.

        A product that was already archived is confirmed, with that as the reason; one that the vendor does not know is rejected.

        Args:
            product_ids: UUIDs of the products.
            client: slug for the header `X-SSK-Client`.
            strict: an invalid UUID ends the run with `InvalidItem`, instead of being rejected alone.
            progress: called after each product.
            resume: ledger of an earlier run with the same input, whose confirmed and rejected items are not sent again. What it may
                have sent is sent again, and not called rejected where the reason may be that it has succeeded.
        """
        return self._run(_archiving(client, strict=strict), product_ids, progress, resume)

    def validate(self, product_ids: Iterable[str]) -> Validation:
        """Find all breaches of the spec in products to archive. Nothing is sent."""
        return self._validated(_archiving(None, strict=False), product_ids)


class AsyncShipSidekick(AsyncFacade):
    """Products of an organization, async. Credentials in the environment: `SHIPSIDEKICK_API_KEY`."""

    _package = shipsidekick_products

    def archive(
        self,
        product_ids: Items[str],
        *,
        client: str | None = None,
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> AsyncResult:
        """Archive products; see `ShipSidekick.archive`."""
        return self._run(_archiving(client, strict=strict), product_ids, progress, resume)

    async def validate(self, product_ids: Items[str]) -> Validation:
        """Find all breaches of the spec in products; see `ShipSidekick.validate`."""
        return await self._validated(_archiving(None, strict=False), product_ids)


def _archiving(client: str | None, *, strict: bool) -> BulkOperation:
    def build(ids: list[str]) -> Request[object]:
        return archive_product.request(product_id=ids[0], x_ssk_client=client)

    name = archive_product.OPERATION.name
    return BulkOperation(name, behaviour.OPERATIONS[name], build, _classify, strict=strict, arguments={"client": client})


def _classify(items: Sequence[PendingItem], result: CallResult[models.ArchiveProductResponse]) -> ChunkResult[Outcome]:
    """Confirm a product, and say so if it was archived before the request."""
    reason = said_before(behaviour.OPERATIONS[archive_product.OPERATION.name], result)
    return ChunkResult(results=[each.outcome("confirmed", reason) for each in items])
