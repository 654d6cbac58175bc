"""Amazon Selling Partner API, Catalog Items: searches over all pages, and items for any number of identifiers."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any, Literal

import msgspec

import amazon_catalog_items
from amazon_catalog_items import errors, models
from amazon_catalog_items.api.items import search_catalog_items

from .chunks import Chunk, Sent, Work, failed
from .drivers import AsyncDriver
from .effects import Call, CallResult, Flow, Request
from .facade import Facade
from .results import Done, Items, Outcome, Stream

_TABLE: Any = amazon_catalog_items.behaviour.OPERATIONS["searchCatalogItems"]
_SIZE, _MOST_PAGES = _TABLE.chunking.size, _TABLE.pagination.limit  # no page needs to have more than one of the items
_Status = Literal["found", "missing", "rejected", "unknown"]


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
        return self.take((yield Call(self.request())))

    def request(self) -> Request:
        """Return the request for the next page."""
        return search_catalog_items.request(**self._parameters, page_token=self._token)

    def take(self, response: CallResult[models.ItemSearchResults]) -> models.ItemSearchResults:
        """Return the page of a response, and know the next one by it."""
        page = response.get()
        self._tokens.add(self._token)
        self._token = (page.pagination.next_token or None) if page.pagination else None
        return page


class CatalogItems(Facade):
    """The catalog of Amazon. See `Facade` for the arguments.

    Credentials of the environment: `SP_API_CLIENT_ID`, `SP_API_CLIENT_SECRET` and `SP_API_REFRESH_TOKEN`, and `SP_API_TOKEN_URL`
    for another place than Amazon's; see `LoginWithAmazon`.
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
        given = {"included_data": data, "marketplace_ids": marketplace_ids, "seller_id": seller_id, "locale": locale}
        return self._stream(Stream[Match], "searchCatalogItems", identifiers, _Lookup(str(identifiers_type), given).carry_out)


class AsyncCatalogItems(CatalogItems):
    """The same in an event loop: searches, pages and lookups are read with `async for`."""

    _driver_type = AsyncDriver


class _Lookup:
    """Finds the items of one batch of identifiers after the other."""

    def __init__(self, kind: str, parameters: dict[str, Any]) -> None:
        self._kind = kind
        self._parameters = {**parameters, "identifiers_type": kind, "page_size": _SIZE}  # a page may be as large as a batch

    def carry_out(self, chunk: Chunk, ended: Sequence[Exception] = ()) -> Flow[Done[Match]]:
        """Find the items of a batch, unless the lookup has ended."""
        found: dict[str, tuple[models.Item, ...]] = {}
        work = Work(chunking=_TABLE.chunking, build=self._build, judge=partial(self._judge, found), refused=_refused)
        done = yield from work.carry_out(chunk, ended)
        matches = [
            Match(
                identifier=each.sku,
                status=each.status if each.status != "confirmed" else "found" if found[each.sku] else "missing",
                items=found.get(each.sku, ()) if each.attempt else (),
                reason=each.reason,
            )
            for each in sorted(done.results, key=attrgetter("item"))
        ]
        refusals = sum(each.attempt > 0 and each.status == "rejected" for each in done.results)
        return Done(results=matches, fatal=done.failure if refusals == _SIZE else done.fatal, failure=done.failure)

    def _build(self, identifiers: list[str]) -> Request:
        if "" in identifiers:
            raise ValueError("it is empty")
        return Pages(None, {**self._parameters, "identifiers": identifiers}).request()

    def _judge(self, found: dict[str, Any], sent: Sequence[Sent], response: CallResult[Any]) -> Flow[Done[Outcome] | None]:
        """Give each identifier its items, unless the pages leave open whose an item is, or lack some."""
        pages = Pages(None, {**self._parameters, "identifiers": [each.sku for each in sent]})
        page, owned = pages.take(response), {each.sku: list[models.Item]() for each in sent}
        items = [*page.items]
        while pages.more:
            response = yield Call(pages.request())
            if response.error:
                return _refused(sent, response, after=True)
            page = pages.take(response)
            items += page.items
        is_unclear = len(items) < page.number_of_results
        for item in items:
            owners = owned.keys() & self._identifiers(item) if len(sent) > 1 else owned.keys()
            is_unclear |= not owners
            for each in owners:
                owned[each].append(item)
        if is_unclear and len(sent) > 1:
            return None
        found |= {each: tuple(its) for each, its in owned.items()}
        reason = f"the pages end after {len(items)} of {page.number_of_results} items" if is_unclear else ""
        return Done(results=[one.outcome("unknown" if is_unclear else "confirmed", reason) for one in sent])

    def _identifiers(self, item: models.Item) -> set[str]:
        if self._kind == models.IdentifiersType.ASIN:
            return {item.asin}
        return {each.identifier for its in item.identifiers or () for each in its.identifiers if each.identifier_type == self._kind}


def _refused(sent: Sequence[Sent], response: CallResult[Any], *, after: bool = False) -> Done[Outcome] | None:
    """Find the identifier that is refused; `after` a page was given it is none, but something else."""
    is_refused = isinstance(response.error, errors.BadRequest)
    if is_refused and len(sent) > 1:
        return None
    return failed(sent, response.error, "rejected" if is_refused and not after else "unknown")
