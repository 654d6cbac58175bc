"""The pages of an operation, one after the other, by its table."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Generic, TypeVar, cast

import httpx2
import msgspec

from catalog_clients._engine.calls.drivers import AsyncDriver, Driver
from catalog_clients._engine.calls.retries import is_unexplained
from catalog_clients._engine.flows.effects import Call, CallResult, Flow, find
from catalog_clients._engine.items.places import keyword_of
from catalog_clients._engine.items.requests import Arguments
from catalog_clients._engine.limits import LOG
from catalog_clients._engine.tables.behaviour import Behaviour, Matching, Request
from catalog_clients._engine.tables.expressions import Expression
from catalog_clients._engine.tables.operations import GeneratedOperation
from catalog_clients.errors import PagingError, describe, shortened

from .next_pages import NextPage, whole

PageT = TypeVar("PageT")
ItemT = TypeVar("ItemT")
_MOST_WITHOUT_ITEMS = 20  # pages in a row


def check_paginated(operation: str, table: Behaviour) -> None:
    """Refuse an operation of which the spec does not say how further pages are requested.

    Raises:
        ValueError: it is refused.
    """
    if table.pagination is None:
        raise ValueError(f"{operation} has no pages: its spec does not say how to request further ones; add x-client-pagination")


def first_page(operation: GeneratedOperation[object], table: Behaviour, given: Mapping[str, object]) -> dict[str, object]:
    """Return the argument that requests the first page, if pages are counted and the caller names none."""
    pages = table.pagination
    return {} if pages is None else _unless_given(operation, given, pages.changing, pages.first)


def largest_page(operation: GeneratedOperation[object], table: Behaviour, given: Mapping[str, object]) -> dict[str, object]:
    """Return the argument that requests the largest page, if the spec says how large that is and the caller gives no size."""
    pages = table.pagination
    return {} if pages is None else _unless_given(operation, given, pages.size, pages.largest)


def _unless_given(
    operation: GeneratedOperation[object], given: Mapping[str, object], place: Expression | None, value: int | None
) -> dict[str, object]:
    name = keyword_of(operation, place) if place is not None else None
    if place is None or name is None or value is None:
        return {}
    is_given = given.get(name) is not None or (place.part == "body" and given.get("body") is not None)  # a whole body may have it
    return {} if is_given else {name: value}


def matching_of(operation: str, table: Behaviour) -> Matching:
    """Return how the items of a response are matched to identifiers.

    Raises:
        ValueError: the spec does not say it.
    """
    if table.matching is None or table.chunking is None:
        raise ValueError(
            f"{operation} looks nothing up: its spec does not say which items of a response belong to which identifier; "
            f"add {'x-client-matching' if table.chunking else 'x-client-chunking and x-client-matching'} to it"
        )
    return table.matching


class PageReader:
    """Reads pages. Each request has all arguments, and what the table takes from the page before.

    Attributes:
        items: those of the last page.
        total: number of items on all pages, if the last page says it.
        lost: number of items that cannot be read.
        repeated: number of items that are on more than one page.
        breach: how a page breaks the spec in its items or their number; empty if none does.
    """

    def __init__(
        self, operation: GeneratedOperation[object], table: Behaviour, arguments: Arguments, items: Expression | None = None
    ) -> None:
        """Begin with the first page, or with that whose token or number is among the arguments.

        Args:
            operation: the operation.
            table: what the spec says of its use; where it has no pagination, there is one page.
            arguments: those of each request.
            items: where a page has its items; default: as the table says.
        """
        self._operation, self._table, self._arguments = operation, table.pagination, arguments
        self._items = (items or (table.pagination or matching_of(operation.name, table)).items).path
        self._key = table.matching.key if table.matching else None
        self._following = None
        if table.pagination is not None:
            begin, size = (arguments.at(operation, each) for each in (table.pagination.changing, table.pagination.size))
            self._following = NextPage(table.pagination, begin, size)
        self._read, self._found, self._without_items = set[object](), set[object](), 0
        self.items: list[object] = []
        self.total: int | None = None
        self.lost, self.repeated, self.breach = 0, 0, ""
        self._response: httpx2.Response | None = None

    @property
    def raw(self) -> object:
        """The last page as the vendor has sent it, as decoded JSON; None if it is not JSON as a whole."""
        with suppress(ValueError):
            return cast("object", self._response.json()) if self._response is not None else None
        return None

    @property
    def more(self) -> bool:
        """Whether there is another page, or it is not known whether there is one."""
        following = self._following
        return not self._read or (following is not None and (following.value is not None or bool(following.unknown)))

    def next(self) -> Flow[object | None]:
        """Request the next page, and return it; None if the vendor says that there is none.

        Raises:
            PagingError: there is no response, after all attempts; or see `request` and `take`.
            ResponseError: the vendor refuses it, after all attempts; a note says how to continue.
        """
        result: CallResult[object] = yield Call(self.request())
        if isinstance(result.error, httpx2.TransportError):
            raise PagingError(f"{self._failed(result)}: {describe(result.error)}{self._how_to_go_on()}") from result.error
        if result.error is not None and self._read and not self.is_beyond(result):
            result.error.add_note(f"{self._failed(result)}{self._how_to_go_on()}")
        return self.take(result)

    def _failed(self, result: CallResult[object]) -> str:
        """Return which page is missing, for a message."""
        attempts = f"{result.attempts} attempt{'s' if result.attempts != 1 else ''}"
        return f"{self._operation.name}: page {len(self._read) + 1} is not available after {attempts}"

    def _how_to_go_on(self) -> str:
        """Return with which arguments reading can continue at the next page; empty if no page was read before it."""
        table, value = self._table, self._following.value if self._following is not None else None
        if not self._read:
            return ""
        if table is None or table.changing is None:
            return "; start again, as no argument selects this page"
        size = self._arguments.at(self._operation, table.size)
        found = [(table.changing, value), *([(table.size, size)] if table.size is not None and size is not None else [])]
        given = [f"{keyword_of(self._operation, place) or '.'.join(place.path)}={each!r}" for place, each in found]
        return f"; continue with the argument{'s' if len(given) > 1 else ''} {' and '.join(given)}"

    def request(self) -> Request[object]:
        """Return the request for the next page.

        Raises:
            PagingError: there is none, as the last page leads back to an earlier one, or does not say what follows.
        """
        if self._following is not None and self._following.unknown:
            raise PagingError(f"page {len(self._read)} does not say whether another page follows: {self._following.unknown}")
        value = self._following.value if self._following is not None else None
        if value is not None and value in self._read:
            raise PagingError(f"page {len(self._read)} leads back to an earlier page")
        try:
            return self._request_for(value)
        except ValueError as error:
            if not self._read:
                raise
            raise PagingError(f"the page after page {len(self._read)} cannot be requested: {error}") from error

    def _request_for(self, value: object) -> Request[object]:
        """Return the request for the page of a token, a number or a link; for the first one, if there is no value."""
        changing = self._table.changing if self._table is not None else None
        given = self._arguments
        if changing is not None and value is not None:
            given = given.having(self._operation, changing, value)
        request = self._operation.request(given.parameters, given.body)
        if changing is None and isinstance(value, str):
            linked = msgspec.structs.replace(cast("msgspec.Struct", request), target=value)
            return cast("Request[object]", linked)
        return request

    def is_beyond(self, result: CallResult[object]) -> bool:
        """Return whether the vendor says of a page, which is not the first one that is read, that it is after the last one."""
        response = result.response
        if self._table is None or not self._read or response is None or not result.refused:
            return False
        return response.status_code == self._table.beyond and not is_unexplained(result.error)

    def take(self, result: CallResult[object]) -> object | None:
        """Return the page of a response, and note its items and what requests the next one.

        Where the response says that there is no such page, the pages have ended, and None is returned.

        Raises:
            PagingError: it has no new items, or has the list of its items twice.
        """
        if self._following is not None and self.is_beyond(result):
            self._read.add(self._following.value)
            self._following.end()
            self.items = []
            self._warn()
            return None
        page, self._response = result.get(), result.response
        if result.is_doubled(self._items):
            raise PagingError(f"page {len(self._read) + 1} has no certain items: {shortened(result.twice(self._items))}")
        listed = find(page, self._items)
        self.items = listed if isinstance(listed, list) else []
        lost = result.unreadable(self._items)
        self.lost += lost
        place = self._table.total if self._table else None
        self.breach = self.breach or result.breach(self._items) or (result.breach(place.path) if place else "")
        self.total = whole(result, place)
        self._follow(result, len(self.items) + lost)
        found = {self.identity(each) for each in self.items}
        self._without_items = 0 if found else self._without_items + 1
        if (found and found <= self._found) or (self.more and self._without_items == _MOST_WITHOUT_ITEMS):
            raise PagingError(f"page {len(self._read)} has no new items, like the pages before it")
        self.repeated += len(found & self._found)
        self._found |= found
        self._warn()
        return page

    def _follow(self, result: CallResult[object], items: int) -> None:
        """Note what follows a page with some items."""
        value = self._following.value if self._following is not None else None
        self._read.add(value)
        if self._following is not None:
            target = self._request_for(value).target if self._table and self._table.link else ""
            self._following.take(result, items, self.total, target, self._operation.secret_parameters)

    def identity(self, item: object) -> object:
        """Return what identifies an item: its key or, if the spec names no key, the whole item."""
        key = find(item, self._key) if self._key is not None else None
        return key if isinstance(key, str | int) else msgspec.json.encode(item, order="sorted")

    @property
    def is_cut_short(self) -> bool:
        """Whether the pages have ended before all items were found that the vendor has counted."""
        if self.total is None or self.more or self._following is None or not self._following.is_from_first:
            return False
        return min(self.total, (self._table and self._table.limit) or sys.maxsize) > len(self._found) + self.lost

    def _warn(self) -> None:
        """Log a warning if the pages end before all items were found."""
        if self.is_cut_short:
            LOG.warning("the pages end after %d of %s items", len(self._found), self.total)


class Pages(Generic[PageT, ItemT]):
    """The items of all pages of an operation: iterate over it, or over its `pages()`.

    Each iteration sends the requests again. It ends after the maximum number of items, if one is given, or with the last page. A
    warning is logged if the pages have fewer items than the vendor has counted.

    Raises:
        ResponseError: during iteration: the vendor refuses a page, after all attempts. A note of the error says how to continue.
        PagingError: during iteration: a page has no response after all attempts, and the message says how to continue; or a page
            leads back to an earlier one, or has no new items.
    """

    def __init__(self, driver: Driver, begin: Callable[[], PageReader], most: int | None) -> None:
        self._driver, self._begin, self._most = driver, begin, most

    def pages(self) -> Iterator[PageT]:
        """Yield the pages. A page can have no items."""
        reader = self._begin()
        while reader.more:
            if (page := self._driver.run(reader.next())) is not None:
                yield cast("PageT", page)

    def raw_pages(self) -> Iterator[object]:
        """Yield the pages as decoded JSON, as the vendor has sent them, including fields that the spec does not have."""
        reader = self._begin()
        while reader.more:
            if self._driver.run(reader.next()) is not None:
                yield reader.raw

    def __iter__(self) -> Iterator[ItemT]:
        return islice(self._items(), self._most)

    def _items(self) -> Iterator[ItemT]:
        reader = self._begin()
        while reader.more:
            self._driver.run(reader.next())
            yield from cast("list[ItemT]", reader.items)


class AsyncPages(Generic[PageT, ItemT]):
    """The items of all pages of an operation: iterate over it, or over its `pages()`, with `async for`; see `Pages`."""

    def __init__(self, driver: AsyncDriver, begin: Callable[[], PageReader], most: int | None) -> None:
        self._driver, self._begin, self._most = driver, begin, most

    async def pages(self) -> AsyncIterator[PageT]:
        """Yield the pages. A page can have no items."""
        reader = self._begin()
        while reader.more:
            if (page := await self._driver.run(reader.next())) is not None:
                yield cast("PageT", page)

    async def raw_pages(self) -> AsyncIterator[object]:
        """Yield the pages as the vendor has sent them; see `Pages.raw_pages`."""
        reader = self._begin()
        while reader.more:
            if await self._driver.run(reader.next()) is not None:
                yield reader.raw

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        reader, left = self._begin(), sys.maxsize if self._most is None else self._most
        while left > 0 and reader.more:
            await self._driver.run(reader.next())
            for item in cast("list[ItemT]", reader.items[:left]):
                yield item
            left -= len(reader.items)
