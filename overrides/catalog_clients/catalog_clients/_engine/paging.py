"""The pages of an operation, one after the other, by its table."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, Generic, TypeVar, cast

import httpx2
import msgspec

from catalog_clients.errors import PagingError

from .drivers import AsyncDriver, Driver
from .effects import Call, CallResult, Flow, find
from .generated import GeneratedOperation
from .limits import LOG
from .requests import Arguments, argument_of
from .tables import Behaviour, Matching, Request

PageT = TypeVar("PageT")
ItemT = TypeVar("ItemT")
_MOST_WITHOUT_ITEMS = 20  # pages in a row


def check_paginated(operation: str, table: Behaviour) -> None:
    """Refuse an operation of which the spec does not say how further pages are requested.

    Raises:
        ValueError: it is refused.
    """
    if table.pagination is None:
        raise ValueError(f"{operation} has no pages: its spec does not say how they are requested; add x-client-pagination to it")


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


class PageReader(Generic[PageT, ItemT]):
    """Reads pages, each requested with all arguments and the token of the one before.

    Attributes:
        items: those of the last page.
        total: number of items on all pages, if the last page says it.
        lost: number of items that cannot be read.
        breach: how a page breaks the spec in its items; empty if none does.
    """

    def __init__(self, operation: GeneratedOperation[PageT], table: Behaviour, arguments: Arguments) -> None:
        """Begin with the first page, or with that of the token which is among the arguments.

        Args:
            operation: the operation.
            table: what the spec says of its use; where it has no pagination, there is one page.
            arguments: those of each request.
        """
        self._operation, self._table = operation, table.pagination
        self._parameters, self._body = dict(arguments.parameters), arguments.body
        self._items = (table.pagination or matching_of(operation.name, table)).items.path
        self._key = table.matching.key if table.matching else None
        self._argument = argument_of(operation, table.pagination.parameter) if table.pagination else ""
        self._tokens, self._found, self._without_items = set[object](), set[object](), 0
        self.items: list[ItemT] = []
        self.total: int | None = None
        self.lost, self.breach, self._unreadable = 0, "", ""
        self._response: httpx2.Response | None = None
        self._first = self._token = self._parameters.get(self._argument)

    @property
    def raw(self) -> object:
        """The last page as the vendor has sent it, as decoded JSON; None if it is not JSON as a whole."""
        with suppress(ValueError):
            return cast("object", self._response.json()) if self._response is not None else None
        return None

    @property
    def more(self) -> bool:
        """Whether there is another page."""
        return self._token is not None or not self._tokens or bool(self._unreadable)

    def next(self) -> Flow[PageT]:
        """Request the next page."""
        return self.take((yield Call(self.request())))

    def request(self) -> Request[PageT]:
        """Return the request for the next page.

        Raises:
            PagingError: there is none, as the last page leads back to an earlier one, or its token cannot be read.
        """
        if self._unreadable:
            raise PagingError(f"page {len(self._tokens)} does not say what follows: {self._unreadable}")
        if self._token is not None and self._token in self._tokens:
            raise PagingError(f"page {len(self._tokens)} leads back to an earlier page")
        token = {self._argument: self._token} if self._table else {}
        return self._operation.request({**self._parameters, **token}, self._body)

    def take(self, result: CallResult[PageT]) -> PageT:
        """Return the page of a response, and note its items and the token of the next one.

        Raises:
            PagingError: it brings nothing new.
        """
        page, self._response = result.get(), result.response
        listed = find(page, self._items)
        self.items = listed if isinstance(listed, list) else []
        self.lost += result.unreadable(self._items)
        self.breach = self.breach or result.breach(self._items)
        self._tokens.add(self._token)
        self._token = (result.find(self._table.token.path) or None) if self._table else None
        self._unreadable = result.breach(self._table.token.path) if self._table and self._token is None else ""
        total = result.find(self._table.total.path) if self._table and self._table.total else None
        self.total = total if isinstance(total, int) else None
        found = {self.identity(each) for each in self.items}
        self._without_items = 0 if found else self._without_items + 1
        if (found and found <= self._found) or (self._token and self._without_items == _MOST_WITHOUT_ITEMS):
            raise PagingError(f"page {len(self._tokens)} brings nothing new, as others before it")
        self._found |= found
        self._warn()
        return page

    def identity(self, item: object) -> object:
        """Return what no other item has: its key or, where the spec does not say which that is, all of it."""
        key = find(item, self._key) if self._key is not None else None
        return key if isinstance(key, str | int) else msgspec.json.encode(item, order="sorted")

    def _warn(self) -> None:
        """Log where the pages end before all items were found."""
        if self.total is None or self._token is not None or self._first is not None:
            return
        missing = min(self.total, (self._table and self._table.limit) or sys.maxsize) - len(self._found) - self.lost
        if missing > 0:
            LOG.warning("the pages end after %d of %d items", len(self._found), self.total)


class Pages(Generic[PageT, ItemT]):
    """The items of all pages of an operation: iterate over it, or over its `pages()`.

    Each iteration sends the requests again. It ends after the most items that are wanted, or with the last page. A warning in the
    log says so if the pages have fewer items than the vendor has counted.

    Raises:
        ResponseError: while iterating: a page is not available.
        PagingError: while iterating: a page leads back to an earlier one, or brings nothing new.
    """

    def __init__(self, driver: Driver, begin: Callable[[], PageReader[PageT, ItemT]], most: int | None) -> None:
        self._driver, self._begin, self._most = driver, begin, most

    def pages(self) -> Iterator[PageT]:
        """Yield the pages; some can be empty."""
        reader = self._begin()
        while reader.more:
            yield self._driver.run(reader.next())

    # Any: decoded JSON.
    def raw_pages(self) -> Iterator[Any]:
        """Yield the pages as the vendor has sent them, as decoded JSON: with fields that the spec does not have."""
        reader = self._begin()
        while reader.more:
            self._driver.run(reader.next())
            yield reader.raw

    def __iter__(self) -> Iterator[ItemT]:
        return islice(self._items(), self._most)

    def _items(self) -> Iterator[ItemT]:
        reader = self._begin()
        while reader.more:
            self._driver.run(reader.next())
            yield from reader.items


class AsyncPages(Generic[PageT, ItemT]):
    """The items of all pages of an operation: iterate over it, or over its `pages()`, with `async for`; see `Pages`."""

    def __init__(self, driver: AsyncDriver, begin: Callable[[], PageReader[PageT, ItemT]], most: int | None) -> None:
        self._driver, self._begin, self._most = driver, begin, most

    async def pages(self) -> AsyncIterator[PageT]:
        """Yield the pages; some can be empty."""
        reader = self._begin()
        while reader.more:
            yield await self._driver.run(reader.next())

    # Any: decoded JSON.
    async def raw_pages(self) -> AsyncIterator[Any]:
        """Yield the pages as the vendor has sent them; see `Pages.raw_pages`."""
        reader = self._begin()
        while reader.more:
            await self._driver.run(reader.next())
            yield reader.raw

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        reader, left = self._begin(), sys.maxsize if self._most is None else self._most
        while left > 0 and reader.more:
            await self._driver.run(reader.next())
            for item in reader.items[:left]:
                yield item
            left -= len(reader.items)
