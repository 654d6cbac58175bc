"""Amazon Selling Partner API, Catalog Items: searches over all pages, and items for any number of identifiers.

Names and types for what `Bulk` does by the tables of the spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Unpack

import amazon_catalog_items
from amazon_catalog_items import models
from amazon_catalog_items.api.items import search_catalog_items
from amazon_catalog_items.parameters import SearchCatalogItemsParameters

from ._engine import matching
from ._engine.chunking import Items
from ._engine.facades import AsyncFacade, Facade
from ._engine.paging import AsyncPages, Pages
from ._engine.plans import LookupPlan, Plans
from .results import AsyncStream, Stream, Validation

_SEARCH = search_catalog_items.OPERATION.name


class Match(matching.Match[models.Item], frozen=True, kw_only=True):
    """The items of an identifier.

    Attributes:
        identifier: the identifier, as it was sent.
        status: `missing`: the vendor has no item for it; `rejected`: the vendor or the spec refuses it; `unknown`: none of these.
        items: all items that have it, as several can share a UPC or an EAN.
        reason: why it was not found.
        raw: the items as the vendor has sent them, with fields that the spec does not have, if the lookup was asked for them.
    """


class Search(Pages[models.ItemSearchResults, models.Item]):
    """The items of a search: iterate over it, or over its `pages()`.

    Each iteration sends the requests again. It ends after `limit` items, if there is a limit, or with the last page. A warning in
    the log says so if the pages have fewer items than the vendor has counted.

    Raises:
        ResponseError: while iterating: the vendor refuses a page, after all attempts; a note says how to go on.
        PagingError: while iterating: a page has no response after all attempts, and the message says how to go on; or it leads back
            to an earlier one, or brings nothing new.
    """


class AsyncSearch(AsyncPages[models.ItemSearchResults, models.Item]):
    """The items of a search: iterate over it, or over its `pages()`, with `async for`; see `Search`."""


class CatalogItems(Facade):
    """The catalog of Amazon.

    Credentials in the environment: `SP_API_CLIENT_ID`, `SP_API_CLIENT_SECRET` and `SP_API_REFRESH_TOKEN`; and `SP_API_TOKEN_URL`
    for another token endpoint URL than Amazon's, see `LoginWithAmazon`.
    """

    _package = amazon_catalog_items

    def search(self, *, limit: int | None = None, **parameters: Unpack[SearchCatalogItemsParameters]) -> Search:
        """Search by keywords or identifiers.

        Args:
            limit: maximum number of items.
            parameters: those of `Client.search_catalog_items`; with `page_token`, the search begins with that page.
        """
        return Search(self._driver, self._plans.pages(_SEARCH, parameters), limit)

    def lookup(
        self,
        identifiers: Iterable[str],
        *,
        identifiers_type: models.IdentifiersType | str,
        marketplace_ids: Sequence[str],
        included_data: Sequence[models.IncludedData | str] = ("summaries",),
        seller_id: str | None = None,
        locale: str | None = None,
        raw: bool = False,
    ) -> Stream[Match]:
        """Find the items of any number of identifiers: a `Match` for each of them, in the order in which they become known.

        Where the vendor refuses a batch, it is halved until the refused identifiers are found. If it refuses each one of a whole
        batch, something else is wrong, and its error ends the lookup. An identifier with a comma is asked for alone. Two spellings
        of one identifier, such as an ISBN with hyphens and without, both get its items.

        Args:
            identifiers: the identifiers; each is sent once.
            identifiers_type: their kind; the kind `SKU` needs `seller_id`.
            marketplace_ids: the marketplace that is searched.
            included_data: data sets that the items have, besides `identifiers`.
            seller_id: seller or vendor whose SKUs they are.
            locale: of localized summaries; default: that of the marketplace.
            raw: whether each `Match` also has its items as the vendor has sent them, as `raw`.
        """
        plan = _looking_up(
            self._plans,
            identifiers_type=identifiers_type,
            marketplace_ids=marketplace_ids,
            included_data=included_data,
            seller_id=seller_id,
            locale=locale,
            raw=raw,
        )
        return self._matched(plan, identifiers)

    def validate(
        self,
        identifiers: Iterable[str],
        *,
        identifiers_type: models.IdentifiersType | str,
        marketplace_ids: Sequence[str],
        seller_id: str | None = None,
    ) -> Validation:
        """Find all breaches of the spec in identifiers to look up, and what `lookup` would take. Nothing is sent.

        Args:
            identifiers: the identifiers.
            identifiers_type: their kind; the kind `SKU` needs `seller_id`.
            marketplace_ids: the marketplace that would be searched.
            seller_id: seller or vendor whose SKUs they are.
        """
        plan = _looking_up(self._plans, identifiers_type=identifiers_type, marketplace_ids=marketplace_ids, seller_id=seller_id)
        return self._validated(plan.operation, identifiers)


class AsyncCatalogItems(AsyncFacade):
    """The catalog of Amazon, async; see `CatalogItems`."""

    _package = amazon_catalog_items

    def search(self, *, limit: int | None = None, **parameters: Unpack[SearchCatalogItemsParameters]) -> AsyncSearch:
        """Search by keywords or identifiers; see `CatalogItems.search`."""
        return AsyncSearch(self._driver, self._plans.pages(_SEARCH, parameters), limit)

    def lookup(
        self,
        identifiers: Items[str],
        *,
        identifiers_type: models.IdentifiersType | str,
        marketplace_ids: Sequence[str],
        included_data: Sequence[models.IncludedData | str] = ("summaries",),
        seller_id: str | None = None,
        locale: str | None = None,
        raw: bool = False,
    ) -> AsyncStream[Match]:
        """Find the items of any number of identifiers; see `CatalogItems.lookup`."""
        plan = _looking_up(
            self._plans,
            identifiers_type=identifiers_type,
            marketplace_ids=marketplace_ids,
            included_data=included_data,
            seller_id=seller_id,
            locale=locale,
            raw=raw,
        )
        return self._matched(plan, identifiers)

    async def validate(
        self,
        identifiers: Items[str],
        *,
        identifiers_type: models.IdentifiersType | str,
        marketplace_ids: Sequence[str],
        seller_id: str | None = None,
    ) -> Validation:
        """Find all breaches of the spec in identifiers; see `CatalogItems.validate`."""
        plan = _looking_up(self._plans, identifiers_type=identifiers_type, marketplace_ids=marketplace_ids, seller_id=seller_id)
        return await self._validated(plan.operation, identifiers)


def _looking_up(
    plans: Plans,
    *,
    identifiers_type: models.IdentifiersType | str,
    marketplace_ids: Sequence[str],
    included_data: Sequence[models.IncludedData | str] = (),
    seller_id: str | None = None,
    locale: str | None = None,
    raw: bool = False,
) -> LookupPlan[Match]:
    """Return what finds the items of identifiers."""
    arguments = {
        "identifiers_type": identifiers_type,
        "marketplace_ids": marketplace_ids,
        "included_data": included_data,
        "seller_id": seller_id,
        "locale": locale,
    }
    return plans.lookup(_SEARCH, arguments, Match, raw=raw)
