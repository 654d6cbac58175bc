"""Amazon Selling Partner API, Catalog Items: searches over all pages, and items for any number of identifiers."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any, Literal, TypeAlias, Unpack

import httpx2
import msgspec

import amazon_catalog_items
from amazon_catalog_items import behaviour, models
from amazon_catalog_items.api.items import search_catalog_items
from amazon_catalog_items.parameters import SearchCatalogItemsParameters

from ._engine.chunking import Chunk, Items, PendingItem
from ._engine.drivers import AsyncDriver, Driver
from ._engine.effects import Call, CallResult, Flow, find
from ._engine.facades import AsyncFacade, Facade
from ._engine.limits import LOG
from ._engine.outcomes import BulkOperation, failed
from ._engine.records import ChunkResult
from ._engine.run_state import RunState
from ._engine.spelling import loose_form, normal_form
from ._engine.tables import Request
from .errors import PagingError
from .results import AsyncStream, Outcome, Stream

_SEARCH = search_catalog_items.OPERATION.name
_TABLE = behaviour.OPERATIONS[_SEARCH]
_SIZE = _TABLE.chunking.size if _TABLE.chunking else 1
_ALONE = _TABLE.chunking.alone if _TABLE.chunking else None
_SPELLINGS = _TABLE.matching.spellings if _TABLE.matching else {}
_MOST_FOUND = (_TABLE.pagination and _TABLE.pagination.limit) or sys.maxsize
_MOST_WITHOUT_ITEMS = 20  # pages in a row
_ITEMS = _TABLE.pagination.items.path if _TABLE.pagination else ()
_Found: TypeAlias = dict[str, tuple[models.Item, ...]]
_Raw: TypeAlias = dict[str, Mapping[str, Any]]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The items of an identifier.

    Attributes:
        identifier: the identifier, as it was sent.
        status: `missing`: the vendor has no item for it; `rejected`: the vendor or the spec refuses it; `unknown`: none of these.
        items: all items that have it, as several can share a UPC or an EAN.
        reason: why it was not found.
        raw: the items as the vendor has sent them, with fields that the spec does not have, if the lookup was asked for them.
    """

    identifier: str
    status: Literal["found", "missing", "rejected", "unknown"]
    items: tuple[models.Item, ...] = ()
    reason: str = ""
    raw: tuple[Mapping[str, Any], ...] = ()


class Search:
    """The items of a search: iterate over it, or over its `pages()`.

    Each iteration sends the requests again. It ends after `limit` items, if there is a limit, or with the last page. A warning in
    the log says so if the pages have fewer items than the vendor has counted.

    Raises:
        ResponseError: while iterating: a page is not available.
        PagingError: while iterating: a page leads back to an earlier one, or brings nothing new.
    """

    def __init__(self, driver: Driver, parameters: SearchCatalogItemsParameters, limit: int | None) -> None:
        self._driver, self._parameters, self._limit = driver, parameters, limit

    def pages(self) -> Iterator[models.ItemSearchResults]:
        """Yield the pages; some can be empty."""
        pages = Pages(self._parameters)
        while pages.more:
            yield self._driver.run(pages.next())

    def raw_pages(self) -> Iterator[Any]:
        """Yield the pages as the vendor has sent them, as decoded JSON: with fields that the spec does not have."""
        pages = Pages(self._parameters)
        while pages.more:
            self._driver.run(pages.next())
            yield pages.raw

    def __iter__(self) -> Iterator[models.Item]:
        return islice((item for page in self.pages() for item in page.items), self._limit)


class AsyncSearch:
    """The items of a search: iterate over it, or over its `pages()`, with `async for`; see `Search`."""

    def __init__(self, driver: AsyncDriver, parameters: SearchCatalogItemsParameters, limit: int | None) -> None:
        self._driver, self._parameters, self._limit = driver, parameters, limit

    async def pages(self) -> AsyncIterator[models.ItemSearchResults]:
        """Yield the pages; some can be empty."""
        pages = Pages(self._parameters)
        while pages.more:
            yield await self._driver.run(pages.next())

    async def raw_pages(self) -> AsyncIterator[Any]:
        """Yield the pages as the vendor has sent them; see `Search.raw_pages`."""
        pages = Pages(self._parameters)
        while pages.more:
            await self._driver.run(pages.next())
            yield pages.raw

    async def __aiter__(self) -> AsyncIterator[models.Item]:
        pages, left = Pages(self._parameters), sys.maxsize if self._limit is None else self._limit
        while left > 0 and pages.more:
            page = await self._driver.run(pages.next())
            for item in page.items[:left]:
                yield item
            left -= len(page.items)


class Pages:
    """The pages of a search, each requested with all parameters and the token of the one before.

    Attributes:
        lost: number of items that cannot be read.
        breach: how a page breaks the spec in its items; empty if none does.
        raw_items: items as the vendor has sent them, by ASIN, if they are kept.
    """

    def __init__(self, parameters: SearchCatalogItemsParameters, *, keeps_raw: bool = False) -> None:
        self._parameters, self._keeps_raw = parameters, keeps_raw
        self.raw_items: _Raw = {}
        self._tokens, self._found, self._without_items = set[str | None](), set[str](), 0
        self.lost, self.breach = 0, ""
        self._response: httpx2.Response | None = None
        self._token = parameters.get("page_token")

    @property
    def raw(self) -> Any:
        """The last page as the vendor has sent it, as decoded JSON; None if it is not JSON as a whole."""
        with suppress(ValueError):
            return self._response.json() if self._response is not None else None
        return None

    @property
    def more(self) -> bool:
        """Whether there is another page."""
        return self._token is not None or not self._tokens

    def next(self) -> Flow[models.ItemSearchResults]:
        """Request the next page."""
        return self.take((yield Call(self.request())))

    def request(self) -> Request[models.ItemSearchResults]:
        """Return the request for the next page.

        Raises:
            PagingError: there is none, as the last page leads back to an earlier one.
        """
        if self._token is not None and self._token in self._tokens:
            raise PagingError(f"page {len(self._tokens)} leads back to an earlier page")
        parameters = self._parameters.copy()
        parameters["page_token"] = self._token
        return search_catalog_items.request(**parameters)

    def take(self, result: CallResult[models.ItemSearchResults]) -> models.ItemSearchResults:
        """Return the page of a response, and note the token of the next one.

        Raises:
            PagingError: it brings nothing new.
        """
        page, self._response = result.get(), result.response
        if self._keeps_raw and isinstance(sent := find(self.raw, _ITEMS), list):
            self.raw_items |= {each["asin"]: each for each in sent if isinstance(each, dict) and isinstance(each.get("asin"), str)}
        self.lost += result.unreadable(_ITEMS)
        self.breach = self.breach or result.breach(_ITEMS)
        self._tokens.add(self._token)
        self._token = (page.pagination.next_token or None) if page.pagination else None
        found = {item.asin for item in page.items}
        self._without_items = 0 if found else self._without_items + 1
        if (found and found <= self._found) or (self._token and self._without_items == _MOST_WITHOUT_ITEMS):
            raise PagingError(f"page {len(self._tokens)} brings nothing new, as others before it")
        self._found |= found
        missing = min(page.number_of_results, _MOST_FOUND) - len(self._found) - self.lost
        if self._token is None and missing > 0 and "page_token" not in self._parameters:
            LOG.warning("the pages end after %d of %d items", len(self._found), page.number_of_results)
        return page


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
        return Search(self._driver, parameters, limit)

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
        lookup = _Lookup(str(identifiers_type), marketplace_ids, included_data, seller_id, locale, raw=raw)
        state = RunState()
        return Stream(self._chunks(_SEARCH, identifiers, lookup.run, state), state)


class AsyncCatalogItems(AsyncFacade):
    """The catalog of Amazon, async; see `CatalogItems`."""

    _package = amazon_catalog_items

    def search(self, *, limit: int | None = None, **parameters: Unpack[SearchCatalogItemsParameters]) -> AsyncSearch:
        """Search by keywords or identifiers; see `CatalogItems.search`."""
        return AsyncSearch(self._driver, parameters, limit)

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
        lookup = _Lookup(str(identifiers_type), marketplace_ids, included_data, seller_id, locale, raw=raw)
        state = RunState()
        return AsyncStream(self._chunks(_SEARCH, identifiers, lookup.run, state), state)


class _Lookup:
    """Finds the items of one batch of identifiers after the other."""

    def __init__(
        self,
        kind: str,
        marketplace_ids: Sequence[str],
        included_data: Sequence[models.IncludedData | str],
        seller_id: str | None,
        locale: str | None,
        *,
        raw: bool = False,
    ) -> None:
        self._keeps_raw = raw
        self._kind, self._ignored = kind, _SPELLINGS.get(kind, ())
        self._parameters: SearchCatalogItemsParameters = {
            "identifiers_type": kind,
            "marketplace_ids": marketplace_ids,
            "included_data": list(dict.fromkeys([*included_data, "identifiers"])),
            "seller_id": seller_id,
            "locale": locale,
            "page_size": _SIZE,  # a page can be as large as a batch
        }

    def run(self, chunk: Chunk, state: RunState) -> Flow[ChunkResult[Match]]:
        """Find the items of a batch, unless the lookup was stopped."""
        found: _Found = {}
        raw: _Raw = {}
        operation = BulkOperation(_SEARCH, _TABLE, self._build, partial(self._classify, found, raw))
        result = yield from operation.run(chunk, state)
        matches = [
            Match(
                identifier=each.sku,
                status=each.status if each.status != "confirmed" else "found" if found[each.sku] else "missing",
                items=found.get(each.sku, ()) if each.attempt else (),
                reason=each.reason,
                raw=tuple(raw[item.asin] for item in found.get(each.sku, ()) if each.attempt and item.asin in raw),
            )
            for each in sorted(result.results, key=attrgetter("item"))
        ]
        refusals = sum(each.attempt > 0 and each.status == "rejected" for each in result.results)
        fatal = result.failure if refusals == _SIZE else result.fatal
        return ChunkResult(results=matches, fatal=fatal, failure=result.failure)

    def _build(self, identifiers: list[str]) -> Request[models.ItemSearchResults]:
        return self._pages(identifiers).request()

    def _pages(self, identifiers: list[str]) -> Pages:
        """Return the pages for identifiers; one that contains the separator is written as the values that it would be read as."""
        values = [value for each in identifiers for value in each.split(_ALONE)] if _ALONE else identifiers
        if len(values) > _SIZE:
            raise ValueError(f"it has more than {_SIZE} parts between {_ALONE!r}, which separates the values of a request")
        return Pages({**self._parameters, "identifiers": values}, keeps_raw=self._keeps_raw)

    def _classify(
        self, found: _Found, raw: _Raw, items: Sequence[PendingItem], result: CallResult[models.ItemSearchResults]
    ) -> Flow[ChunkResult[Outcome] | None]:
        """Give each identifier its items, unless the pages leave open whose an item is, or lack some."""
        pages = self._pages([each.sku for each in items])
        page = pages.take(result)
        listed = [*page.items]
        while pages.more and len(listed) + pages.lost < page.number_of_results:
            try:
                result = yield Call(pages.request())
                if result.error:
                    return None if result.refused and len(items) > 1 else failed(items, result.error, "unknown")
                page = pages.take(result)
            except PagingError as error:
                return failed(items, error, "unknown", str(error))
            listed += [item for item in page.items if item not in listed]
        owned, unclear = self._owned([each.sku for each in items], listed)
        if len(listed) + pages.lost < page.number_of_results:
            unclear = f"the pages end after {len(listed)} of {page.number_of_results} items"
        if unclear and len(items) > 1:
            return None
        found |= owned
        raw |= pages.raw_items
        known = [not unclear and bool(owned[each.sku] or not pages.breach) for each in items]
        return ChunkResult(
            results=[
                each.outcome("confirmed") if is_known else each.outcome("unknown", unclear or pages.breach)
                for each, is_known in zip(items, known, strict=True)
            ]
        )

    def _owned(self, identifiers: list[str], listed: list[models.Item]) -> tuple[_Found, str]:
        """Return the items of each identifier, and why it is not certain whose an item is, if so.

        An identifier that was sent alone has all items that do not say that they have another one.
        """
        owned: dict[str, list[models.Item]] = {each: [] for each in identifiers}
        forms = {each: normal_form(each, self._ignored) for each in identifiers}
        reason = ""
        for item in listed:
            held = self._identifiers(item)
            held_forms = {normal_form(each, self._ignored) for each in held}
            owners = [each for each in identifiers if forms[each] in held_forms]
            if not (owners or held or len(identifiers) > 1 or (_ALONE and _ALONE in identifiers[0])):
                owners = identifiers
            alike = {loose_form(each) for each in held}
            if not owners or any(loose_form(each) in alike for each in identifiers if each not in owners):
                reason = f"the vendor has found {item.asin} for it, which has {', '.join(sorted(held)) or 'no such identifier'}"
            for each in owners:
                owned[each].append(item)
        return {each: tuple(items) for each, items in owned.items()}, reason

    def _identifiers(self, item: models.Item) -> set[str]:
        """Return the identifiers of an item that are of the kind which is searched for."""
        if self._kind == models.IdentifiersType.ASIN:
            return {item.asin}
        return {each.identifier for its in item.identifiers or () for each in its.identifiers if each.identifier_type == self._kind}
