"""What the request for the next page of a list has, by what its document says of the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from schemathesis import Case
from schemathesis.core.transport import Response

from scripts.fuzz.worker.editing import decoded, reached, texts_of
from scripts.runtime.behaviour import Expression, Pagination

_BEYOND = 1_000_000
_NEXT = re.compile(r'<([^>]*)>\s*;[^<]*\brel\s*=\s*"?next\b', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """A request for a page.

    Attributes:
        query: texts of its query, by parameter.
        body: its body; None if it has none.
        key: the token, number or link that is in it, which no other page has.
        items: number of items of the pages before it.
    """

    query: Mapping[str, str]
    body: Any
    key: object = None
    items: int = 0

    @classmethod
    def of(cls, case: Case[Any], pages: Pagination) -> Turn:
        """Return the turn that a case is."""
        body = case.body if isinstance(case.body, dict) else None
        turn = cls(texts_of(case), body)
        given = turn.at(pages.changing)
        return replace(turn, key=pages.first if given is None else given)

    def at(self, place: Expression | None) -> Any:
        """Return what it has at a place; None if it has nothing."""
        if place is None:
            return None
        return reached(place, self.body) if place.part == "body" else self.query.get(place.path[-1])

    def next(self, pages: Pagination, response: Response) -> Turn | None:
        """Return the turn after the page of a response; None after the last one.

        Raises:
            AssertionError: a response says that there is another page, and not how to request it; or its link leads elsewhere.
        """
        body = decoded(response)
        count = len(reached(pages.items, body) or ())
        more = _value(pages.more, body, response)
        items = self.items + count
        if pages.first is not None:
            if self._is_last(pages, body, response, count, more=more):
                return None
            return self._with(pages, self._number(pages) + (1 if pages.page is not None else count), items)
        found = _value(pages.token or pages.link, body, response)
        if more is False or not isinstance(found, str) or not found:
            if more is True:
                raise AssertionError("the response says that there is another page, and has nothing to request it by")
            return None
        return self._with(pages, found, items) if pages.link is None else self._linked(found, response, items)

    def beyond(self, pages: Pagination) -> Turn:
        """Return a turn for a page that is far after the last one."""
        return self._with(pages, _BEYOND, 0)

    def _is_last(self, pages: Pagination, body: Any, response: Response, count: int, *, more: object) -> bool:
        if isinstance(more, bool):
            return not more
        before = self._number(pages) - (pages.first or 0)
        last, total = _value(pages.pages, body, response), _value(pages.total, body, response)
        if isinstance(last, int):
            return before + 1 >= last
        if isinstance(total, int):
            return not count or (before if pages.offset is not None else self.items) + count >= total
        return not count

    def _number(self, pages: Pagination) -> int:
        text = str(self.key)
        return int(text) if text.isdecimal() else pages.first or 0

    def _with(self, pages: Pagination, key: object, items: int) -> Turn:
        place = pages.changing
        if place is None:
            return replace(self, key=key, items=items)
        if place.part != "body":
            return Turn({**self.query, place.path[-1]: str(key)}, self.body, key, items)
        body = deepcopy(self.body) or {}
        holder = body
        for part in place.path[:-1]:
            holder = holder.setdefault(part, {})
        holder[place.path[-1]] = key
        return Turn(self.query, body, key, items)

    def _linked(self, link: str, response: Response, items: int) -> Turn:
        sent = urlsplit(str(response.request.url))
        url = urlsplit(urljoin(sent.geturl(), link))
        if (url.scheme, url.netloc) != (sent.scheme, sent.netloc):
            raise AssertionError(f"the link to the next page leads to {url.scheme}://{url.netloc}")
        return Turn(dict(parse_qsl(url.query, keep_blank_values=True)), self.body, link, items)


def _value(place: Expression | None, body: Any, response: Response) -> Any:
    """Return what a response says at a place, of a header as JSON has it."""
    if place is None or place.part == "body":
        return reached(place, body) if place is not None else None
    text = ", ".join(response.headers.get(place.path[0].lower()) or [])
    if place.path[0].lower() == "link":
        found = _NEXT.search(text)
        return found[1] if found else None
    return int(text) if text.isdecimal() else {"true": True, "false": False}.get(text.lower(), text)
