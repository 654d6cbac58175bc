"""ShipSidekick: archive any number of products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Unpack

import httpx2

import shipsidekick_products
from shipsidekick_products import auth
from shipsidekick_products.api.products import archive_product

from .auth import from_environment
from .chunks import Sent
from .drivers import AsyncDriver
from .effects import Answer
from .facade import Facade, How
from .outcomes import Done, Outcome
from .results import Items, Result
from .runs import Work

_WIDTH = 8


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

        work = Work(operation="archiveProduct", chunking=None, build=build, judge=_judge, width=_WIDTH)
        return self._run(work, product_ids, how)

    def _credentials(self) -> httpx2.Auth:
        return from_environment(auth.BearerKey, {"token": "SHIPSIDEKICK_API_KEY"})


class AsyncShipSidekick(ShipSidekick):
    """The same in an event loop: results are read with `async for`."""

    _driver_type = AsyncDriver


def _judge(sent: Sequence[Sent], answer: Answer[Any]) -> Done[Outcome]:
    """Confirm a product that the answer shows as archived."""
    (one,), product = sent, answer.get().data
    if not product.archived_at or (product.id and product.id.casefold() != one.sku.casefold()):
        return Done(results=[one.outcome("unknown", "the answer does not show the product as archived")])
    earlier = not answer.lost and answer.response is not None and _is_before(product.archived_at, answer.response)
    return Done(results=[one.outcome("confirmed", f"already archived at {product.archived_at}" if earlier else "")])


def _is_before(moment: str, response: httpx2.Response) -> bool:
    """Tell whether something happened before the request was sent, by the vendor's clock, which tells whole seconds."""
    try:
        sent = parsedate_to_datetime(response.headers["Date"]) - response.elapsed - timedelta(seconds=1)
        return datetime.fromisoformat(moment) < sent
    except (KeyError, ValueError, TypeError):
        return False
