"""ShipSidekick: archive any number of products."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Unpack

import shipsidekick_products
from shipsidekick_products.api.products import archive_product

from .chunks import Sent
from .drivers import AsyncDriver
from .effects import CallResult
from .facade import Facade, How
from .limits import moment_of
from .results import Done, Items, Outcome, Result


class ShipSidekick(Facade):
    """Products of an organization. Credentials of the environment: `SHIPSIDEKICK_API_KEY`. See `Facade` for the arguments."""

    _module = shipsidekick_products

    def archive(self, product_ids: Items[str], *, client: str | None = None, **how: Unpack[How]) -> Result:
        """Archive products, one request each, several at a time.

        A product that was archived before is confirmed, with that as the reason; one that the vendor does not know is rejected.

        Args:
            product_ids: UUIDs of the products.
            client: slug for the header `X-SSK-Client`.
            how: `strict` and `progress`, see `How`.
        """

        def build(ids: list[str]) -> Any:
            return archive_product.request(product_id=ids[0], x_ssk_client=client)

        return self._run("archiveProduct", build, _judge, product_ids, how)


class AsyncShipSidekick(ShipSidekick):
    """The same in an event loop: results are read with `async for`."""

    _driver_type = AsyncDriver


def _judge(sent: Sequence[Sent], result: CallResult[Any]) -> Done[Outcome]:
    """Confirm a product that the response shows as archived; say so if it was already before the request, by the vendor's clock."""
    (one,), product, response = sent, result.get().data, result.response
    if not product.archived_at or (product.id and product.id.casefold() != one.sku.casefold()):
        return Done(results=[one.outcome("unknown", "the response does not show the product as archived")])
    earlier = False
    if response is not None and not result.lost and (date := moment_of(response, "Date")):
        with suppress(ValueError, TypeError, RuntimeError):  # no moment, one without a time zone, or no time was taken
            earlier = datetime.fromisoformat(product.archived_at) < date - response.elapsed - timedelta(seconds=1)  # whole seconds
    return Done(results=[one.outcome("confirmed", f"already archived at {product.archived_at}" if earlier else "")])
