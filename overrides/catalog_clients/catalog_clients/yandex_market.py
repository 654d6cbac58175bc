"""Yandex Market: any number of offers into the archive and back."""

from __future__ import annotations

from typing import Any, Unpack

import yandex_market_offers
from yandex_market_offers import models
from yandex_market_offers.api.offers import add_offers_to_archive, delete_offers_from_archive

from .chunks import judge_by_failures
from .drivers import AsyncDriver
from .facade import Facade, How
from .results import Items, Result


class YandexMarket(Facade):
    """Offers of a seller. Credentials of the environment: `YANDEX_MARKET_API_KEY`. See `Facade` for the arguments."""

    _module = yandex_market_offers

    def archive(self, offer_ids: Items[str], *, business_id: int, **how: Unpack[How]) -> Result:
        """Put offers into the archive. What was sent and is not listed as a failure is confirmed.

        Args:
            offer_ids: SKUs of the offers. White space at their ends does not count, and each is sent once.
            business_id: business that they belong to.
            how: `strict` and `progress`, see `How`.
        """
        return self._change(add_offers_to_archive, models.AddOffersToArchiveRequest, offer_ids, business_id, how)

    def unarchive(self, offer_ids: Items[str], *, business_id: int, **how: Unpack[How]) -> Result:
        """Take offers out of the archive; see `archive`."""
        return self._change(delete_offers_from_archive, models.DeleteOffersFromArchiveRequest, offer_ids, business_id, how)

    def _change(self, endpoint: Any, body: Any, offer_ids: Items[str], business_id: int, how: How) -> Result:
        def build(ids: list[str]) -> Any:
            return endpoint.request(business_id=business_id, body=body(offer_ids=ids))

        operation = endpoint.OPERATION.name
        return self._run(operation, build, judge_by_failures(self._driver.api.table(operation).chunking), offer_ids, how)


class AsyncYandexMarket(YandexMarket):
    """The same in an event loop: results are read with `async for`."""

    _driver_type = AsyncDriver
