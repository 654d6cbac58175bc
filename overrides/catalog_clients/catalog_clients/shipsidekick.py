"""ShipSidekick: archive any number of products. Like `Bulk` with the tables of the spec, but with names and types."""

from __future__ import annotations

from collections.abc import Iterable

import shipsidekick_products
from shipsidekick_products.api.products import archive_product

from ._engine.beginning import Resume
from ._engine.chunks.chunking import Items
from ._engine.facades import AsyncFacade, Facade
from ._engine.outcomes.sending import BulkOperation
from ._engine.plans import Plans
from .errors import InvalidArgument
from .results import AsyncResult, OnProgress, Result, Validation

_ARCHIVE = archive_product.OPERATION.name


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
        """Archive products. Each product takes one request; several requests run at the same time.

        A product that is archived already is confirmed, with this as the reason. One that the vendor does not know is rejected.

        Args:
            product_ids: UUIDs of the products.
            client: slug for the header `X-SSK-Client`; default: the header is not sent.
            strict: an invalid UUID ends the run with `InvalidItem`; default: only that item is rejected.
            progress: called after each product.
            resume: ledger of an earlier run with the same input. Items that are confirmed or rejected in it are not sent again; all
                others are. One that may have been sent before, and is refused now, is not `rejected` if an earlier success can be
                the reason.
        """
        return self._run(_archiving(self._plans, client, strict=strict), product_ids, progress, resume)

    def validate(self, product_ids: Iterable[str]) -> Validation:
        """Find all breaches of the spec in products to archive. Nothing is sent."""
        return self._validated(self._plans.run(_ARCHIVE, {}), product_ids)


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
        return self._run(_archiving(self._plans, client, strict=strict), product_ids, progress, resume)

    async def validate(self, product_ids: Items[str]) -> Validation:
        """Find all breaches of the spec in products; see `ShipSidekick.validate`."""
        return await self._validated(self._plans.run(_ARCHIVE, {}), product_ids)


def _archiving(plans: Plans, client: str | None, *, strict: bool) -> BulkOperation:
    if client == "":  # an empty header would be sent as one
        raise InvalidArgument("client: must not be empty; leave it out instead")
    return plans.run(_ARCHIVE, {"x_ssk_client": client}, strict=strict)
