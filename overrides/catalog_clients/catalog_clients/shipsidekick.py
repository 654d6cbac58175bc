"""ShipSidekick: archive any number of products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import shipsidekick_products
from shipsidekick_products import behaviour, models
from shipsidekick_products.api.products import archive_product

from ._engine.chunking import Items, PendingItem
from ._engine.effects import CallResult
from ._engine.facades import AsyncFacade, Facade, Resume
from ._engine.headers import moment_of
from ._engine.outcomes import BulkOperation
from ._engine.records import ChunkResult
from ._engine.tables import Request
from .errors import InvalidArgument
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

    if client == "":
        raise InvalidArgument("client: must not be empty; give none instead")
    name, sample = archive_product.OPERATION.name, str(UUID(int=0))
    table, arguments = behaviour.OPERATIONS[name], {"client": client}
    return BulkOperation(name, table, build, _classify, strict=strict, retires=True, arguments=arguments, sample=sample)


def _classify(items: Sequence[PendingItem], result: CallResult[models.ArchiveProductResponse]) -> ChunkResult[Outcome]:
    """Confirm a product that the response shows as archived; say so if it already was before the request, by the vendor's clock."""
    (one,), product, response = items, result.get().data, result.response
    if broken := result.breach(("data", "id")):
        return ChunkResult(results=[one.outcome("unknown", broken)])
    if not product.archived_at or (product.id and product.id.casefold() != one.sku.casefold()):
        return ChunkResult(results=[one.outcome("unknown", "the response does not show the product as archived")])
    earlier = False
    if response is not None and not result.lost and (date := moment_of(response, "Date")):
        with suppress(ValueError, TypeError, RuntimeError):  # not a date, one without a time zone, or a response without `elapsed`
            archived = datetime.fromisoformat(product.archived_at)
            earlier = archived < date - response.elapsed - timedelta(seconds=1)  # `Date` has whole seconds
    return ChunkResult(results=[one.outcome("confirmed", f"already archived at {product.archived_at}" if earlier else "")])
