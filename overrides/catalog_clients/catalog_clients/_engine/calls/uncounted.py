"""Read a page in which only the number of all items breaks the spec, as its items can still be used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import msgspec

from catalog_clients._engine.flows.effects import attributes, find
from catalog_clients._engine.tables.behaviour import Behaviour, Breach, Operation


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A page without its number of all items.

    Attributes:
        value: the page; its number of all items is UNSET.
        breaches: where the response breaks the spec, including that number.
    """

    value: object
    breaches: Sequence[Breach]


def uncounted(
    table: Behaviour, operation: Operation[object], response: httpx2.Response, breaches: Sequence[Breach]
) -> Uncounted | None:
    """Return the page of a success response that can be read only without its number of all items; otherwise None."""
    place = table.pagination.total if table.pagination else None
    if place is None or place.part != "body" or not place.path or not response.is_success or not breaches:
        return None
    *above, name = place.path
    try:
        body = response.json()
        holder = find(body, above)
        if not isinstance(holder, dict):
            return None
        holder[name] = 0
        page = operation.read(_with_body(response, body))
    except (ValueError, RecursionError):
        return None
    found = find(page.value, above)
    if not isinstance(found, msgspec.Struct):
        return None
    setattr(found, attributes(type(found))[name], msgspec.UNSET)
    return Uncounted(page.value, [*breaches, *page.breaches])


def _with_body(response: httpx2.Response, body: object) -> httpx2.Response:
    """Return a response with another body."""
    headers = {name: value for name, value in response.headers.items() if name == "content-type"}
    return httpx2.Response(response.status_code, headers=headers, content=json.dumps(body).encode(), request=response.request)
