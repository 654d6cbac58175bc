"""Whether what `x-client-pagination` says of an operation exists in the spec and fits; see `behaviour` for the form of problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scripts.lint.behaviour import Problem, Value, arrays, documented, retryable, schemas
from scripts.spec.document import Json
from scripts.spec.expressions import Operation, Unresolved, resolve
from scripts.spec.objects import is_type

_WAYS: Final = ("token", "page", "offset", "link")
_COUNTED: Final = ("page", "offset")
_IN_REQUEST: Final = ("parameter", "page", "offset", "size")
_IN_RESPONSE: Final = ("token", "link", "more", "pages", "total")
_TYPES: Final = {
    **dict.fromkeys(("page", "offset"), ("integer", "is not a whole number; write `type: integer` in its schema, or name one")),
    **dict.fromkeys(("size", "pages", "total"), ("integer", "is not a whole number; name one")),
    "more": ("boolean", "is neither true nor false; name something that is `type: boolean`"),
    "link": ("string", "is not text, and so no URL; name a text"),
}


def pagination(operation: Operation, value: Value) -> Iterator[Problem]:
    """There is one way to the next page; what it names exists, each in a place of its own, and has the right type."""
    yield from _way(value)
    yield from arrays(operation, ("items",), value["items"])
    for fields in (_IN_REQUEST, _IN_RESPONSE):
        yield from _places(operation, value, [field for field in fields if field in value])
    yield from _token(operation, value)
    yield from _first_page(operation, value)
    yield from _last_page(operation, value)
    yield from _beyond(operation, value)


def _way(value: Value) -> Iterator[Problem]:
    """Exactly one of the ways is said, and nothing that belongs to another one."""
    ways = [field for field in _WAYS if field in value]
    if not ways and "parameter" not in value:
        yield (), "it is not said how the next page is requested; add token and parameter, page, offset or link"
    for field in ways[1:]:
        yield (field,), f"{ways[0]} says how the next page is requested; keep one of them"
    if "parameter" in value and "token" not in value:
        yield ("parameter",), "it takes a token, and it is not said where a response has one; add token, or remove it"
    if "token" in value and "parameter" not in value:
        yield ("token",), "no parameter takes the token; add parameter"
    if not ways or ways[0] in _COUNTED:
        if "pages" in value and "page" not in value:
            yield ("pages",), "pages have no number here, and so none is the last by their number; remove it"
        return
    for field in ("first", "lastPage", "beyond", "pages"):
        if field in value:
            yield (field,), f"pages are not counted here: the last one is that without {ways[0]}; remove it"


def _places(operation: Operation, value: Value, fields: list[str]) -> Iterator[Problem]:
    """The places exist, none is named twice, and each has the right type."""
    named: dict[str, str] = {}
    for field in fields:
        expression = value[field]
        other = named.setdefault(expression, field)
        found = yield from schemas(operation, (field,), expression)
        if other != field:
            whose = "the token" if other in ("token", "parameter") else other
            yield (field,), f"{expression!r} is for {whose}; name another place, or remove this"
        elif field in _TYPES:
            kind, advice = _TYPES[field]
            if not all(is_type(schema, kind) for schema in found):
                yield (field,), f"{expression!r} {advice}"
        elif any(is_type(schema, "array") or is_type(schema, "object") for schema in found):
            yield (field,), f"{expression!r} is an array or an object, and so no token; name a text or a number"


def _token(operation: Operation, value: Value) -> Iterator[Problem]:
    """A token of a header is text, and so its parameter takes text."""
    is_in_header = value.get("token", "").startswith("$response.header.")
    if is_in_header and any(
        is_type(each, "integer") or is_type(each, "number") for each in _of(operation, value.get("parameter", ""))
    ):
        advice = "say how pages are counted, or correct the type of the parameter"
        yield ("token",), f"it is in a header, which is text, and {value['parameter']!r} is a number; {advice}"


def _first_page(operation: Operation, value: Value) -> Iterator[Problem]:
    """The first page can be requested: its number is allowed, and it needs neither a token nor the place of the items."""
    for field in _COUNTED:
        if field in value:
            yield from _first_number(operation, value, field)
    name = value.get("parameter", "").removeprefix("$request.query.")
    if (operation.parameter(name, "query") or {}).get("required"):
        yield ("parameter",), f"{value['parameter']!r} is required, so that the first page has no request; make it optional"
    chunking = operation.value.get("x-client-chunking", {})
    for field in _IN_REQUEST:
        if value.get(field) and value[field] in (chunking.get("array"), chunking.get("item")):
            yield (field,), f"{value[field]!r} has the items of a request by x-client-chunking; name another parameter"


def _first_number(operation: Operation, value: Value, field: str) -> Iterator[Problem]:
    """The number of the first page, or its offset, is one that the parameter may have, and its default."""
    first = value.get("first", 1 if field == "page" else 0)
    place = ("first",) if "first" in value else (field,)
    for schema in _of(operation, value[field]):
        if first < schema.get("minimum", first):
            yield place, f"the first page is {first}, and {first} is less than the minimum of {schema['minimum']}; correct first"
        elif first > schema.get("maximum", first):
            yield place, f"the first page is {first}, and {first} is more than the maximum of {schema['maximum']}; correct first"
        elif schema.get("default", first) != first:
            yield place, f"the first page is {first}, and the default is {schema['default']}; correct first, or the default"


def _last_page(operation: Operation, value: Value) -> Iterator[Problem]:
    """A page that is short by the size that is requested is not short because that is more than the vendor gives."""
    if value.get("lastPage") != "short" or "size" not in value:
        return
    if not all("maximum" in each for each in _of(operation, value["size"])):
        yield ("lastPage",), f"{value['size']!r} has no maximum, so that a page may be short without being the last; add a maximum"


def _beyond(operation: Operation, value: Value) -> Iterator[Problem]:
    """The response to the request for a page after the last one is documented, and final."""
    if "beyond" not in value:
        return
    yield from documented(operation, ("beyond",), value["beyond"])
    if value["beyond"] in retryable(operation):
        yield ("beyond",), f"{value['beyond']} is retryable, and so ends nothing; remove it here or from x-client-retry"


def _of(operation: Operation, expression: str) -> list[Json]:
    """Return the schemas of what an expression names; none if it names nothing, which is said elsewhere."""
    try:
        return resolve(operation, expression)
    except Unresolved:
        return []
