"""Yandex Market: any number of offers into the archive and back."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any

import httpx2

import yandex_market_offers
from yandex_market_offers import auth, models
from yandex_market_offers.api.offers import add_offers_to_archive, delete_offers_from_archive

from .auth import from_environment
from .facade import Facade, OnProgress
from .outcomes import Result
from .runs import judge_by_failures


class YandexMarket(Facade):
    """Offers of a seller. Credentials of the environment: `YANDEX_MARKET_API_KEY`. See `Facade` for the arguments."""

    _module = yandex_market_offers

    def archive(
        self, offer_ids: Iterable[str] | AsyncIterable[str], *, business_id: int, strict: bool = False, progress: OnProgress = None
    ) -> Result:
        """Put offers into the archive. What was sent and is not listed as a failure is confirmed.

        Args:
            offer_ids: SKUs of the offers. White space at their ends does not count, and each is sent once.
            business_id: business that they belong to.
            strict: whether an invalid one ends the run with `InvalidItem`, instead of being rejected alone.
            progress: is called after each chunk.
        """

        def build(ids: list[str]) -> Any:
            body = models.AddOffersToArchiveRequest(offer_ids=ids)
            return add_offers_to_archive.request(business_id=business_id, body=body)

        return self._move("addOffersToArchive", offer_ids, build, strict=strict, progress=progress)

    def unarchive(
        self, offer_ids: Iterable[str] | AsyncIterable[str], *, business_id: int, strict: bool = False, progress: OnProgress = None
    ) -> Result:
        """Take offers out of the archive; see `archive`."""

        def build(ids: list[str]) -> Any:
            body = models.DeleteOffersFromArchiveRequest(offer_ids=ids)
            return delete_offers_from_archive.request(business_id=business_id, body=body)

        return self._move("deleteOffersFromArchive", offer_ids, build, strict=strict, progress=progress)

    def _move(
        self, operation: str, offer_ids: Any, build: Callable[[list[str]], Any], *, strict: bool, progress: OnProgress
    ) -> Result:
        table = yandex_market_offers.behaviour.OPERATIONS[operation]
        width = (table.rate_limit and table.rate_limit.concurrency) or 1
        return self._run(
            operation, offer_ids, build, judge_by_failures(table.chunking), strict=strict, progress=progress, width=width
        )

    def _credentials(self) -> httpx2.Auth:
        return from_environment(auth.ApiKey, {"key": "YANDEX_MARKET_API_KEY"})


class AsyncYandexMarket(YandexMarket):
    """The same in an event loop: results are read with `async for`."""

    _asynchronous = True
