"""Amazon Selling Partner API, Catalog Items: searches over all pages, and items for any number of identifiers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import httpx2
import msgspec

import amazon_catalog_items
from amazon_catalog_items import errors, models
from amazon_catalog_items.api.items import search_catalog_items

from .auth import LoginWithAmazon, from_environment
from .chunks import Chunk, Chunker
from .drivers import AsyncDriver, Driver
from .effects import Answer, Call, Flow
from .errors import WaitTooLong
from .facade import Facade
from .outcomes import Done
from .results import Items, Run, Stream
from .runs import UNREACHED, told

_WIDTH = 8
_TABLE: Any = amazon_catalog_items.behaviour.OPERATIONS["searchCatalogItems"]
_SIZE, _MOST_PAGES = _TABLE.chunking.size, _TABLE.pagination.limit  # no page needs to have more than one of the items
_IDENTIFIERS = "$.identifiers["  # where a request has them
_ENVIRONMENT = {name: f"SP_API_{name.upper()}" for name in ("client_id", "client_secret", "refresh_token")}


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for an identifier.

    Attributes:
        status: `missing`: the vendor has no item for it; `rejected`: the vendor or the spec refuses it; `unknown`: nobody has said.
        items: all items that have it, as several can share a UPC or an EAN.
        reason: why it was not found.
    """

    identifier: str
    status: Literal["found", "missing", "rejected", "unknown"]
    items: tuple[models.Item, ...] = ()
    reason: str = ""


class Search:
    """The items of a search: iterate over it or over its `pages()`, with `async for` where it comes from an asynchronous client.

    Each iteration asks anew. It ends after `limit` items, if one is set, or with the last page, or where a page leads back.

    Raises:
        ResponseError: while iterating: a page could not be had.
    """

    def __init__(self, driver: Driver | AsyncDriver, parameters: dict[str, Any], limit: int | None) -> None:
        self._driver, self._parameters, self._limit = driver, parameters, limit

    def pages(self) -> Pages:
        """Return the pages, as they are answered; some may be empty."""
        return Pages(self._driver, self._parameters)

    def __iter__(self) -> Iterator[models.Item]:
        return islice((item for page in self.pages() for item in page.items), self._limit)

    async def __aiter__(self) -> AsyncIterator[models.Item]:
        left = self._limit
        if left == 0:
            return
        async for page in self.pages():
            for item in page.items[:left]:
                yield item
            if left is not None and (left := left - len(page.items)) <= 0:
                return


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

    def all(self) -> Flow[tuple[list[models.Item], int]]:
        """Return the items of all pages, and how many there should be."""
        items, total = [], 0
        while self.more:
            page = yield from self.next()
            items += page.items
            total = page.number_of_results
        return items, total


class CatalogItems(Facade):
    """The catalog of Amazon. See `Facade` for the arguments.

    Credentials of the environment: `SP_API_CLIENT_ID`, `SP_API_CLIENT_SECRET` and `SP_API_REFRESH_TOKEN`, and `SP_API_TOKEN_URL`
    for another than Amazon's; see `LoginWithAmazon`.
    """

    _module = amazon_catalog_items

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
        lookup = _Lookup(
            str(identifiers_type),
            {"included_data": data, "marketplace_ids": marketplace_ids, "seller_id": seller_id, "locale": locale},
        )
        run = Run(Chunker(_SIZE, _TABLE.chunking))
        return Stream(run.batches(self._driver, identifiers, lookup.batch, self._width or _WIDTH), run)

    def _credentials(self) -> httpx2.Auth:
        return from_environment(LoginWithAmazon, _ENVIRONMENT, url="SP_API_TOKEN_URL")


class AsyncCatalogItems(CatalogItems):
    """The same in an event loop: searches, pages and lookups are read with `async for`."""

    _driver_type = AsyncDriver


class _Lookup:
    """Finds the items of one batch of identifiers after the other."""

    def __init__(self, kind: str, parameters: dict[str, Any]) -> None:
        self._kind = kind
        self._parameters = {**parameters, "identifiers_type": kind, "page_size": _SIZE}  # a page may be as large as a batch

    def batch(self, chunk: Chunk, ended: Exception | None = None) -> Flow[Done[Match]]:
        """Find the items of a batch, unless the lookup has ended."""
        failures: list[Exception] = []
        if ended:
            return Done(results=[_match(each.sku, "unknown", ended) for each in chunk.sent], fatal=ended)
        asked = [each.item for each in chunk.sent if not each.fault and each.sku]
        try:
            matches = {each.identifier: each for each in ((yield from self._ask(asked, failures)) if asked else ())}
        except Exception as error:  # noqa: BLE001 - it ends the lookup, after what is known was told
            return Done(results=[_match(each.sku, "unknown", error) for each in chunk.sent], fatal=error)
        results = [
            matches[each.sku]
            if each.sku in matches and not each.fault
            else Match(identifier=each.sku, status="rejected", reason=f"not sent: {each.fault or 'it is empty'}")
            for each in chunk.sent
        ]
        refusals = [each for each in failures if isinstance(each, errors.BadRequest)]
        unreached = next((each for each in failures if isinstance(each, UNREACHED)), None)
        return Done(results=results, fatal=refusals[0] if len(refusals) == _SIZE else None, unreached=unreached)

    def _ask(self, identifiers: list[str], failures: list[Exception]) -> Flow[list[Match]]:
        """Ask for some identifiers; where they are refused, for each half of them, until it is clear which is the cause."""
        pages = Pages(None, {**self._parameters, "identifiers": identifiers})
        try:
            items, total = yield from pages.all()
        except (errors.InvalidRequest, errors.BadRequest) as error:
            if not getattr(error, "path", _IDENTIFIERS).startswith(_IDENTIFIERS):
                raise
            if len(identifiers) > 1:
                return (yield from self._halve(identifiers, failures))
            if pages.begun:
                return [_match(identifiers[0], "unknown", error)]
            failures.append(error)
            return [_match(identifiers[0], "rejected", error)]
        except (errors.ResponseError, httpx2.TransportError, WaitTooLong) as error:
            failures.append(error)
            return [_match(each, "unknown", error) for each in identifiers]
        return (yield from self._sort(identifiers, items, total, failures))

    def _sort(self, identifiers: list[str], items: list[models.Item], total: int, failures: list[Exception]) -> Flow[list[Match]]:
        """Give each identifier its items, and ask again for fewer where the answers leave open whose an item is, or lack some."""
        if len(identifiers) == 1 and len(items) < total:
            reason = f"the pages end after {len(items)} of {total} items"
            return [Match(identifier=identifiers[0], status="unknown", items=tuple(items), reason=reason)]
        owned: dict[str, list[models.Item]] = {each: [] for each in identifiers}
        unclear = len(items) < total
        for item in items:
            owners = owned.keys() & self._identifiers(item) if len(identifiers) > 1 else owned.keys()
            unclear |= not owners
            for each in owners:
                owned[each].append(item)
        if unclear:
            return (yield from self._halve(identifiers, failures))
        return [Match(identifier=each, status="found" if its else "missing", items=tuple(its)) for each, its in owned.items()]

    def _halve(self, identifiers: list[str], failures: list[Exception]) -> Flow[list[Match]]:
        half = len(identifiers) // 2
        first = yield from self._ask(identifiers[:half], failures)
        return first + (yield from self._ask(identifiers[half:], failures))

    def _identifiers(self, item: models.Item) -> set[str]:
        if self._kind == models.IdentifiersType.ASIN:
            return {item.asin}
        return {
            each.identifier for all_ in item.identifiers or () for each in all_.identifiers if each.identifier_type == self._kind
        }


def _match(identifier: object, status: Literal["rejected", "unknown"], error: Exception) -> Match:
    return Match(identifier=str(identifier), status=status, reason=told(error))
