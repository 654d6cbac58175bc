"""Amazon Selling Partner API, Catalog Items: searches over all pages, and items for any number of identifiers.

Like `Bulk` with the tables of the spec, but with names and types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Unpack

import amazon_catalog_items
from amazon_catalog_items import models
from amazon_catalog_items.api.items import search_catalog_items
from amazon_catalog_items.parameters import SearchCatalogItemsParameters

from ._engine.chunks.chunking import Items
from ._engine.facades import AsyncFacade, Facade
from ._engine.lookups import matching
from ._engine.pages.paging import AsyncPages, Pages
from ._engine.plans import LookupPlan, Plans
from .results import AsyncStream, Stream, Validation

_SEARCH = search_catalog_items.OPERATION.name


class Match(matching.Match[models.Item], frozen=True, kw_only=True):
    """The items of an identifier.

    Attributes:
        identifier: the identifier, as it was sent.
        status: `found`, `missing` (the vendor has no item for it), `rejected` (by the vendor or the spec) or `unknown`.
        items: all items with this identifier; several items can share a UPC or an EAN.
        reason: why it was not found; empty if it was.
        raw: with `lookup(raw=True)`, the items as the vendor has sent them, including fields that the spec does not have.
    """


class Search(Pages[models.ItemSearchResults, models.Item]):
    """The items of a search: iterate over it, or over its `pages()`.

    Each iteration sends the requests again. It ends after `limit` items, if a limit is given, or with the last page. A warning is
    logged if the pages have fewer items than the vendor has counted.

    Raises:
        ResponseError: during iteration: the vendor refuses a page, after all attempts. A note of the error says how to continue.
        PagingError: during iteration: a page has no response after all attempts, and the message says how to continue; or a page
            leads back to an earlier one, or has no new items.
    """


class AsyncSearch(AsyncPages[models.ItemSearchResults, models.Item]):
    """The items of a search: iterate over it, or over its `pages()`, with `async for`; see `Search`."""


class CatalogItems(Facade):
    """The catalog of Amazon.

    Credentials in the environment: `SP_API_CLIENT_ID`, `SP_API_CLIENT_SECRET` and `SP_API_REFRESH_TOKEN`; and `SP_API_TOKEN_URL`
    for a token endpoint URL other than Amazon's, see `LoginWithAmazon`.
    """

    _package = amazon_catalog_items

    def search(self, *, limit: int | None = None, **parameters: Unpack[SearchCatalogItemsParameters]) -> Search:
        """Search by keywords or identifiers.

        Args:
            limit: maximum number of items.
            parameters: as for `Client.search_catalog_items`; with `page_token`, the search begins at that page.
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

        If the vendor refuses a batch, the batch is halved until the refused identifiers are found. If it refuses all identifiers of
        a batch, the cause is not an identifier: the error ends the lookup. An identifier that contains a comma has a request of its
        own. Two spellings of one identifier, such as an ISBN with and without hyphens, both get its items.

        Args:
            identifiers: the identifiers; each is sent once.
            identifiers_type: type of the identifiers; `SKU` needs `seller_id`.
            marketplace_ids: id of the marketplace to search.
            included_data: data sets to include in the items; `identifiers` is always included.
            seller_id: id of the seller or vendor of the SKUs.
            locale: locale of the summaries; default: that of the marketplace.
            raw: whether `Match.raw` has the items as the vendor has sent them.
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
        """Find all breaches of the spec in identifiers to look up, and the number of requests of a lookup. Nothing is sent.

        Args:
            identifiers: the identifiers.
            identifiers_type: type of the identifiers; `SKU` needs `seller_id`.
            marketplace_ids: id of the marketplace to search.
            seller_id: id of the seller or vendor of the SKUs.
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
    """Return the plan of a lookup."""
    arguments = {
        "identifiers_type": identifiers_type,
        "marketplace_ids": marketplace_ids,
        "included_data": included_data,
        "seller_id": seller_id,
        "locale": locale,
    }
    return plans.lookup(_SEARCH, arguments, Match, raw=raw)
