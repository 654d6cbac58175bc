"""Amazon Selling Partner API, Catalog Items: searches over all pages, and items for any number of identifiers."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import httpx2
import msgspec

import amazon_catalog_items
from amazon_catalog_items import errors, models
from amazon_catalog_items.api.items import search_catalog_items

from .auth import LoginWithAmazon
from .chunks import Chunk
from .drivers import AsyncDriver
from .effects import Answer, Call, Flow
from .errors import WaitTooLong
from .facade import Facade
from .outcomes import Done
from .results import Items, Stream
from .runs import told

_TABLE: Any = amazon_catalog_items.behaviour.OPERATIONS["searchCatalogItems"]
_SIZE, _MOST_PAGES = _TABLE.chunking.size, _TABLE.pagination.limit  # no page needs to have more than one of the items
_IDENTIFIERS = "$.identifiers["  # where a request has them
_Status = Literal["found", "missing", "rejected", "unknown"]
_VARIABLES = {name: f"SP_API_{name.upper()}" for name in ("client_id", "client_secret", "refresh_token")}


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for an identifier.

    Attributes:
        status: `missing`: the vendor has no item for it; `rejected`: the vendor or the spec refuses it; `unknown`: nobody has said.
        items: all items that have it, as several can share a UPC or an EAN.
        reason: why it was not found.
    """

    identifier: str
    status: _Status
    items: tuple[models.Item, ...] = ()
    reason: str = ""


class Search:
    """The items of a search: iterate over it or over its `pages()`, with `async for` where it comes from an asynchronous client.

    Each iteration asks anew. It ends after `limit` items, if one is set, or with the last page, or where a page leads back.

    Raises:
        ResponseError: while iterating: a page could not be had.
    """

    def __init__(self, driver: Any, parameters: dict[str, Any], limit: int | None) -> None:
        self._driver, self._parameters, self._limit = driver, parameters, limit

    def pages(self) -> Pages:
        """Return the pages, as they are answered; some may be empty."""
        return Pages(self._driver, self._parameters)

    def __iter__(self) -> Iterator[models.Item]:
        return islice((item for page in self.pages() for item in page.items), self._limit)

    async def __aiter__(self) -> AsyncIterator[models.Item]:
        pages, left = self.pages(), sys.maxsize if self._limit is None else self._limit
        while left > 0 and pages.more:
            page = await self._driver.run(pages.next())
            for item in page.items[:left]:
                yield item
            left -= len(page.items)


class Pages:
    """The pages of a search, each asked for with all parameters and the token of the one before."""

    def __init__(self, driver: Any, parameters: dict[str, Any]) -> None:
        self._driver, self._parameters = driver, parameters
        self._tokens: set[str | None] = set()
        self._token: str | None = None
        self.begun = False

    @property
    def more(self) -> bool:
        """Whether there may be another page: a token that comes again, or one after more pages than there can be, is none."""
        return self._token not in self._tokens and len(self._tokens) < _MOST_PAGES

    def __iter__(self) -> Iterator[models.ItemSearchResults]:
        while self.more:
            yield self._driver.run(self.next())

    async def __aiter__(self) -> AsyncIterator[models.ItemSearchResults]:
        while self.more:
            yield await self._driver.run(self.next())

    def next(self) -> Flow[models.ItemSearchResults]:
        """Ask for the next page."""
        self._tokens.add(self._token)
        request = search_catalog_items.request(**self._parameters, page_token=self._token)
        answer: Answer[models.ItemSearchResults] = yield Call(request)
        page, self.begun = answer.get(), True
        self._token = (page.pagination.next_token or None) if page.pagination else None
        return page


class CatalogItems(Facade):
    """The catalog of Amazon. See `Facade` for the arguments.

    Credentials of the environment: `SP_API_CLIENT_ID`, `SP_API_CLIENT_SECRET` and `SP_API_REFRESH_TOKEN`, and `SP_API_TOKEN_URL`
    for another than Amazon's; see `LoginWithAmazon`.
    """

    _module = amazon_catalog_items
    _credentials = LoginWithAmazon, _VARIABLES, {"url": "SP_API_TOKEN_URL"}

    def search(self, *, marketplace_ids: Sequence[str], limit: int | None = None, **parameters: Any) -> Search:
        """Search by keywords or identifiers; all parameters but the page token are those of `Client.search_catalog_items`."""
        return Search(self._driver, {"marketplace_ids": marketplace_ids, **parameters}, limit)

    def lookup(
        self,
        identifiers: Items[str],
        *,
        identifiers_type: models.IdentifiersType | str,
        marketplace_ids: Sequence[str],
        included_data: Sequence[models.IncludedData | str] = ("summaries",),
        seller_id: str | None = None,
        locale: str | None = None,
    ) -> Stream[Match]:
        """Find the items of any number of identifiers: a `Match` for each of them, in the order in which they become known.

        Where the vendor refuses a batch, it is halved until the refused identifiers are found. If it refuses each one of a whole
        batch, something else is wrong, and its error ends the lookup.
        """
        data = list(dict.fromkeys([*included_data, "identifiers"]))
        given = {"included_data": data, "marketplace_ids": marketplace_ids, "seller_id": seller_id, "locale": locale}

        def flow(chunk: Chunk, ended: Exception | None) -> Flow[Done[Match]]:
            return _Batch(str(identifiers_type), given).carry_out(chunk, ended)

        return self._stream(Stream[Match], "searchCatalogItems", identifiers, flow)


class AsyncCatalogItems(CatalogItems):
    """The same in an event loop: searches, pages and lookups are read with `async for`."""

    _driver_type = AsyncDriver


class _Batch:
    """A batch of identifiers whose items are looked up."""

    def __init__(self, kind: str, parameters: dict[str, Any]) -> None:
        self._kind = kind
        self._parameters = {**parameters, "identifiers_type": kind, "page_size": _SIZE}  # a page may be as large as a batch
        self._matches: dict[str, Match] = {}
        self._failures: list[Exception] = []

    def carry_out(self, chunk: Chunk, ended: Exception | None = None) -> Flow[Done[Match]]:
        """Find the items of each identifier, unless the lookup has ended."""
        asked = [each.sku for each in chunk.sent if not each.fault and each.sku]
        try:
            if asked and not ended:
                yield from self._ask(asked)
        except Exception as error:  # noqa: BLE001 - it ends the lookup, after what is known was told
            ended = error
        results = []
        for each in chunk.sent:
            known, fault = self._matches.get(each.sku), each.fault or ("" if each.sku else "it is empty")
            if fault:
                known = Match(identifier=each.sku, status="rejected", reason=f"not sent: {fault}")
            results.append(known or Match(identifier=each.sku, status="unknown", reason=told(ended)))
        refusals = [each for each in self._failures if isinstance(each, errors.BadRequest)]
        fatal = refusals[0] if len(refusals) == _SIZE else ended
        return Done(results=results, fatal=fatal, failure=next(iter(self._failures), None))

    def _ask(self, identifiers: list[str]) -> Flow[None]:
        """Ask for some identifiers; where they are refused, for each half of them, until it is clear which is the cause."""
        pages, items, total = Pages(None, {**self._parameters, "identifiers": identifiers}), list[models.Item](), 0
        try:
            while pages.more:
                page = yield from pages.next()
                items += page.items
                total = page.number_of_results
        except (errors.InvalidRequest, errors.ResponseError, httpx2.TransportError, WaitTooLong) as error:
            is_refused = isinstance(error, errors.InvalidRequest | errors.BadRequest)
            if is_refused and not getattr(error, "path", _IDENTIFIERS).startswith(_IDENTIFIERS):
                raise
            if is_refused and len(identifiers) > 1:
                yield from self._halve(identifiers)
                return
            self._failures.append(error)
            status: _Status = "rejected" if is_refused and not pages.begun else "unknown"
            reason = f"not sent: {error}" if isinstance(error, errors.InvalidRequest) else told(error)
            self._matches |= {each: Match(identifier=each, status=status, reason=reason) for each in identifiers}
        else:
            yield from self._sort(identifiers, items, total)

    def _sort(self, identifiers: list[str], items: list[models.Item], total: int) -> Flow[None]:
        """Give each identifier its items, and ask again for fewer where the answers leave open whose an item is, or lack some."""
        owned: dict[str, list[models.Item]] = {each: [] for each in identifiers}
        is_unclear = len(items) < total
        for item in items:
            owners = owned.keys() & self._identifiers(item) if len(identifiers) > 1 else owned.keys()
            is_unclear |= not owners
            for each in owners:
                owned[each].append(item)
        if is_unclear and len(identifiers) > 1:
            yield from self._halve(identifiers)
            return
        reason = f"the pages end after {len(items)} of {total} items" if is_unclear else ""
        for each, its in owned.items():
            status: _Status = "unknown" if is_unclear else "found" if its else "missing"
            self._matches[each] = Match(identifier=each, status=status, items=tuple(its), reason=reason)

    def _identifiers(self, item: models.Item) -> set[str]:
        if self._kind == models.IdentifiersType.ASIN:
            return {item.asin}
        return {each.identifier for its in item.identifiers or () for each in its.identifiers if each.identifier_type == self._kind}

    def _halve(self, identifiers: list[str]) -> Flow[None]:
        half = len(identifiers) // 2
        yield from self._ask(identifiers[:half])
        yield from self._ask(identifiers[half:])
