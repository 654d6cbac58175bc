"""Yandex Market: archive and unarchive any number of offers. Like `Bulk` with the tables of the spec, but with names and types."""

from __future__ import annotations

from collections.abc import Iterable

import yandex_market_offers
from yandex_market_offers.api.offers import add_offers_to_archive, delete_offers_from_archive

from ._engine.beginning import Resume
from ._engine.chunks.chunking import Items
from ._engine.facades import AsyncFacade, Facade
from .results import AsyncResult, OnProgress, Result, Validation

_ARCHIVE, _UNARCHIVE = add_offers_to_archive.OPERATION.name, delete_offers_from_archive.OPERATION.name
_ANY_BUSINESS = {"business_id": 1}  # which the validity of an offer does not depend on


class YandexMarket(Facade):
    """Offers of a seller. Credentials in the environment: `YANDEX_MARKET_API_KEY`."""

    _package = yandex_market_offers

    def archive(
        self,
        offer_ids: Iterable[str],
        *,
        business_id: int,
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> Result:
        """Archive offers. A success response confirms all offers of its request, except those that it lists as failures.

        Args:
            offer_ids: SKUs of the offers. Leading and trailing white space is ignored, and each SKU is sent once.
            business_id: id of the business that owns the offers; at least 1.
            strict: an invalid offer id ends the run with `InvalidItem`; default: only that item is rejected.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. Items that are confirmed or rejected in it are not sent again; all
                others are. One that may have been sent before, and is refused now, is not `rejected` if an earlier success can be
                the reason.
        """
        return self._run(self._plans.run(_ARCHIVE, {"business_id": business_id}, strict=strict), offer_ids, progress, resume)

    def unarchive(
        self,
        offer_ids: Iterable[str],
        *,
        business_id: int,
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> Result:
        """Unarchive offers; see `archive`."""
        return self._run(self._plans.run(_UNARCHIVE, {"business_id": business_id}, strict=strict), offer_ids, progress, resume)

    def validate(self, offer_ids: Iterable[str]) -> Validation:
        """Find all breaches of the spec in offers to archive or unarchive. Nothing is sent."""
        return self._validated(self._plans.run(_ARCHIVE, _ANY_BUSINESS), offer_ids)


class AsyncYandexMarket(AsyncFacade):
    """Offers of a seller, async. Credentials in the environment: `YANDEX_MARKET_API_KEY`."""

    _package = yandex_market_offers

    def archive(
        self,
        offer_ids: Items[str],
        *,
        business_id: int,
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> AsyncResult:
        """Archive offers; see `YandexMarket.archive`."""
        return self._run(self._plans.run(_ARCHIVE, {"business_id": business_id}, strict=strict), offer_ids, progress, resume)

    def unarchive(
        self,
        offer_ids: Items[str],
        *,
        business_id: int,
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> AsyncResult:
        """Unarchive offers; see `YandexMarket.archive`."""
        return self._run(self._plans.run(_UNARCHIVE, {"business_id": business_id}, strict=strict), offer_ids, progress, resume)

    async def validate(self, offer_ids: Items[str]) -> Validation:
        """Find all breaches of the spec in offers; see `YandexMarket.validate`."""
        return await self._validated(self._plans.run(_ARCHIVE, _ANY_BUSINESS), offer_ids)
