"""Find the next page: by a token or a link in the last page, or by counting pages or items."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus

import httpx2

from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.tables.expressions import Expression
from catalog_clients._engine.tables.pages import Pagination


class NextPage:
    """Finds the argument for the next page from each page.

    Attributes:
        value: a token, a page number, an offset, or path and query of a link; None after the last page, and for the first page if
            pages are not counted.
        unknown: why it is not known whether a page follows; empty if it is known.
        is_from_first: whether reading began at the vendor's first page.
    """

    def __init__(self, table: Pagination, begin: object, size: object) -> None:
        """Begin with a page.

        Args:
            table: how pages are requested.
            begin: the token, number or offset of the page; None for the first one.
            size: requested number of items of a page; None if it is not known.
        """
        self._table = table
        self._size = size if isinstance(size, int) else table.default
        self.value = table.first if begin is None else begin
        self.unknown, self.is_from_first = "", self.value == table.first
        self._reached = self._items_before()
        self._longest = 0

    def _items_before(self) -> int:
        """Return how many items are before the first page to read, or fewer: this costs a request, but loses no item."""
        if not isinstance(self.value, int) or self._table.first is None:
            return 0
        return (self.value - self._table.first) * (1 if self._table.offset else self._size or 0)

    def take(self, result: CallResult[object], items: int, total: int | None, target: str, secrets: Sequence[str]) -> None:
        """Find what follows a page.

        Args:
            result: the page.
            items: number of its items.
            total: number of items on all pages, if the page says it.
            target: path and query of its request.
            secrets: names of parameters that a client adds to each query.
        """
        self.unknown = ""
        self._reached += items
        more = _flag(result, self._table.more)
        if self._table.first is not None:
            self.value = None if self._is_last(result, items, total, more=more) else self._counted_on(items)
        else:
            self.value = None if more is False else self._named(result, target, secrets)
            if more is not False and self.value is None and not self.unknown:
                self.unknown = self._why_unknown(result, more=more)
        self._longest = max(self._longest, items)

    def end(self) -> None:
        """Note that there is no further page."""
        self.value, self.unknown = None, ""

    def _is_last(self, result: CallResult[object], items: int, total: int | None, *, more: bool | None) -> bool:
        """Return whether a counted page is the last one. What the page itself says counts more than its number of items."""
        table, pages = self._table, whole(result, self._table.pages)
        if table.limit is not None and self._reached >= table.limit:
            return True
        if more is not None:
            return not more
        if pages is not None and isinstance(self.value, int) and table.first is not None:
            return self.value - table.first + 1 >= pages
        if not items:
            self.unknown = result.breach(table.items.path)
            return True
        if total is not None:
            return self._reached >= total
        return table.last_page == "short" and items < (self._size or self._longest)

    def _counted_on(self, items: int) -> object:
        """Return the number of the next page; or its offset, the number of items before it."""
        if not isinstance(self.value, int):
            return None
        return self.value + (1 if self._table.page else items or self._size or 0)

    def _named(self, result: CallResult[object], target: str, secrets: Sequence[str]) -> object:
        """Return the token in a page, or path and query of its link; None if it has none."""
        found = _value(result, self._table.token or self._table.link) or None
        if self._table.link is None or found is None or result.response is None:
            return found
        try:
            return _target_of(str(found), result.response, target, secrets)
        except ValueError as error:
            self.unknown = f"its link to the next page {error}"
            return None

    def _why_unknown(self, result: CallResult[object], *, more: bool | None) -> str:
        """Return why a page without a token or a link may not be the last one; empty if it is."""
        place = self._table.token or self._table.link
        if place is None:
            return ""
        breach = result.breach(place.path) if place.part == "body" else ""
        return breach or (f"it says that there is another page, and has no {'.'.join(place.path)}" if more else "")


def whole(result: CallResult[object], place: Expression | None) -> int | None:
    """Return the whole number at a place in a response; None if there is none."""
    found = _value(result, place)
    if isinstance(found, str):
        return int(found) if found.strip().isdecimal() else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _flag(result: CallResult[object], place: Expression | None) -> bool | None:
    """Return the boolean at a place in a response; None if there is none."""
    found = _value(result, place)
    if isinstance(found, str):
        return {"true": True, "false": False}.get(found.strip().lower())
    return found if isinstance(found, bool) else None


def _value(result: CallResult[object], place: Expression | None) -> object:
    """Return the value at a place in a response; for the header `Link`, the URL of the next page; None if there is none."""
    if place is None:
        return None
    if result.response is None or place.part != "header" or place.path[0].lower() != "link":
        return result.at(place)
    links = result.response.links.values()
    return next((each["url"] for each in links if "next" in each.get("rel", "").lower().split()), None)


def _target_of(link: str, response: httpx2.Response, target: str, secrets: Sequence[str]) -> str:
    """Return path and query of a link, below the base URL that a request was sent to.

    The result is appended to the base URL of the client, so that no link can send a request to another origin.

    Args:
        link: a URL, which may be relative to that of the request.
        response: has the link.
        target: path and query of the request.
        secrets: names of parameters that are left out, as the client adds them again.

    Raises:
        ValueError: it leads elsewhere, or is not a URL.
    """
    sent = response.request.url
    try:
        url = sent.join(link)
    except httpx2.InvalidURL:
        raise ValueError("is not a URL") from None
    if not url.is_absolute_url or url.origin != sent.origin:
        raise ValueError(f"leads to {_shown(url)}, and not to {_shown(sent)}")
    base = _path(sent).removesuffix(_path(httpx2.URL(target)))
    path = _path(url)
    if not path.startswith(f"{base}/"):
        raise ValueError(f"leads out of the base URL, whose path is {base}")
    pairs = [each for each in url.query.decode("ascii").split("&") if each and unquote_plus(each.partition("=")[0]) not in secrets]
    return path.removeprefix(base) + (f"?{'&'.join(pairs)}" if pairs else "")


def _path(url: httpx2.URL) -> str:
    return url.raw_path.partition(b"?")[0].decode("ascii")


def _shown(url: httpx2.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
