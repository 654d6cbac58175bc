"""Which part of a list a request gets, by token, number, offset or link, and what the response says of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from scripts.mock.engine.call import Refused
from scripts.mock.engine.pages import Pages
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import Errors
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.responses import ABSENT, Change
from scripts.mock.generic.values import schema_of, text_of
from scripts.runtime.behaviour import Expression, Pagination
from scripts.spec.statuses import INVALID

_SIZES: Final = ("size", "limit", "count", "max")
_PAGE: Final = 20
_IN_LINK: Final = "mock-page"
_NONE: Final = (ABSENT, None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The part of a list that is on a page.

    Attributes:
        positions: those of its items in the list.
        changes: what the body of the response says of the pages.
        headers: what its headers say of them.
    """

    positions: range
    changes: tuple[Change, ...]
    headers: dict[str, str]


class Paging:
    """Divides the lists of an API into pages.

    Args:
        described: the API.
        errors: makes its errors.
        seed: from which tokens are derived.
    """

    def __init__(self, described: Described, *, errors: Errors, seed: int) -> None:
        self._described, self._errors, self._seed = described, errors, seed

    def section(self, operation: Operation, table: Pagination, sent: SentRequest, total: int) -> Section:
        """Return the part of a list with some items that a request gets; of a page after the last one, no items.

        Raises:
            Refused: the token was not issued for this list, or there is no page before the first one, or after the last one.
        """
        size, end = self._size(operation, table, sent), min(total, table.limit or total)
        try:
            positions, token = self._positions(operation, table, sent, size, end)
        except ValueError as error:
            status = self._errors.status(operation, INVALID)
            raise Refused(self._errors.response(operation, status, str(error))) from error
        is_last = token is None if table.first is None else positions.stop >= end
        said = [*self._next(table, sent, token)]
        said += [(table.more, (not is_last,)), (table.pages, (-(-end // size),)), (table.total, (end,))]
        places = [(place, values) for place, values in said if place is not None]
        return Section(
            positions=positions,
            changes=tuple(Change(path=place.path, values=values) for place, values in places if place.part == "body"),
            headers={
                place.path[0].lower(): text_of(values[0])
                for place, values in places
                if place.part == "header" and values[0] is not ABSENT
            },
        )

    def _positions(
        self, operation: Operation, table: Pagination, sent: SentRequest, size: int, end: int
    ) -> tuple[range, str | None]:
        """Return the positions of the items of a page, and what a token or a link has for the next one, if there is one.

        Raises:
            ValueError: there is no such page.
        """
        place = table.changing
        given = sent.at(place.part, place.path) if place is not None else dict(parse_qsl(urlsplit(sent.url).query)).get(_IN_LINK)
        if table.first is None:
            own = (place.part, place.path[0]) if place is not None else None
            others = sorted((key, repr(value)) for key, value in sent.parameters.items() if key != own)
            pages = Pages(query=repr((self._seed, operation.id, others)), size=size, end=end)
            try:
                page = pages.page(None if given is None else str(given))
            except ValueError as error:
                raise ValueError(f"{place.path[0] if place is not None else _IN_LINK}: {error}") from error
            return page.positions, page.next
        number = table.first if given is None else int(given)
        if number < table.first:
            raise ValueError(f"{place.path[-1] if place is not None else ''}: the first page is {table.first}")
        start = min(end, (number - table.first) * (size if table.page is not None else 1))
        if start >= end and number != table.first and table.beyond is not None:
            raise Refused(self._errors.response(operation, table.beyond, "There is no such page."))
        return range(start, min(start + size, end)), None

    def _next(self, table: Pagination, sent: SentRequest, token: str | None) -> Iterator[tuple[Expression | None, tuple[Any, ...]]]:
        """Yield where a response has the token or the link of the next page, and what it may be there, the best first."""
        yield table.token, (token,) if token else _NONE
        if table.link is None or not token:
            yield table.link, _NONE
            return
        url = urlsplit(sent.url)
        pairs = [each for each in url.query.split("&") if each and not each.startswith(f"{_IN_LINK}=")]
        link = urlunsplit(url._replace(query="&".join([*pairs, f"{_IN_LINK}={token}"])))
        is_linked = table.link.part == "header" and table.link.path[0].lower() == "link"
        yield table.link, (f'<{link}>; rel="next"' if is_linked else link,)

    def _size(self, operation: Operation, table: Pagination, sent: SentRequest) -> int:
        """Return the size of a page: that of the parameter of the table, or of one that looks like it."""
        size: Any
        if table.size is not None:
            size = sent.at(table.size.part, table.size.path)
            return max(1, int(size if size is not None else table.default or table.largest or _PAGE))
        for parameter in operation.spec.parameters:
            schema, name = self._described.schemas.follow(schema_of(parameter)), parameter["name"]
            is_size = schema.get("type") == "integer" and any(word in name.lower() for word in _SIZES)
            if parameter["in"] == "query" and is_size:
                size = sent.parameters.get(("query", name), schema.get("default", schema.get("maximum", _PAGE)))
                return max(1, int(size))
        return _PAGE
