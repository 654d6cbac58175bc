"""Yandex Market: any number of offers into the archive and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

import httpx2

import yandex_market_offers
from yandex_market_offers import auth, models
from yandex_market_offers.api.offers import add_offers_to_archive, delete_offers_from_archive

from .auth import from_environment
from .drivers import AsyncDriver
from .facade import Facade, How
from .results import Items, Result
from .runs import Work, judge_by_failures


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

        def build(ids: list[str]) -> Any:
            body = models.AddOffersToArchiveRequest(offer_ids=ids)
            return add_offers_to_archive.request(business_id=business_id, body=body)

        return self._run(_work("addOffersToArchive", build), offer_ids, how)

    def unarchive(self, offer_ids: Items[str], *, business_id: int, **how: Unpack[How]) -> Result:
        """Take offers out of the archive; see `archive`."""

        def build(ids: list[str]) -> Any:
            body = models.DeleteOffersFromArchiveRequest(offer_ids=ids)
            return delete_offers_from_archive.request(business_id=business_id, body=body)

        return self._run(_work("deleteOffersFromArchive", build), offer_ids, how)

    def _credentials(self) -> httpx2.Auth:
        return from_environment(auth.ApiKey, {"key": "YANDEX_MARKET_API_KEY"})


class AsyncYandexMarket(YandexMarket):
    """The same in an event loop: results are read with `async for`."""

    _driver_type = AsyncDriver


def _work(operation: str, build: Callable[[list[str]], Any]) -> Work:
    table = yandex_market_offers.behaviour.OPERATIONS[operation]
    width = (table.rate_limit and table.rate_limit.concurrency) or 1
    return Work(operation=operation, chunking=table.chunking, build=build, judge=judge_by_failures(table.chunking), width=width)
