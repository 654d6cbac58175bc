"""Compile the `x-client-*` extensions of an operation to the tables that the generated package carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from scripts.generate.parse.api import Api, ApiOperation
from scripts.generate.text.escapes import literal
from scripts.runtime.behaviour import (
    Behaviour,
    Check,
    Chunking,
    Confirmation,
    Expression,
    Matching,
    Pagination,
    Polling,
    RateLimit,
    Rejections,
    Retry,
    RetryResponse,
)
from scripts.runtime.checks import Rule
from scripts.spec.document import Json, split
from scripts.spec.expressions import Operation, Unresolved, bare, never_null, parse, resolve
from scripts.spec.finding import SpecError

Table = TypeVar("Table", bound=Struct)


def behaviour(api: Api, operation: ApiOperation) -> Behaviour:
    """Return what the spec says of how an operation is used.

    Raises:
        SpecError: an extension is not what its JSON Schema in `specs/extensions` says; lint says more.
    """
    given = {name.removeprefix("x-client-"): data for name, data in operation.data.items()}
    try:
        return Behaviour(
            chunking=_chunking(api, operation, given["chunking"]) if "chunking" in given else None,
            matching=_matching(given["matching"], given.get("pagination")) if "matching" in given else None,
            polling=_polling(api, operation, given["polling"]) if "polling" in given else None,
            confirmation=_confirmation(given["confirmation"]) if "confirmation" in given else None,
            pagination=_pagination(api, operation, given["pagination"]) if "pagination" in given else None,
            rate_limit=_rate_limit(given["rate-limit"]) if "rate-limit" in given else None,
            retry=_retry(operation, given["retry"]) if "retry" in given else None,
            rules=tuple(rule.because for rule in rules(operation)),
            check=_check(given["check"]) if "check" in given else None,
        )
    except (KeyError, ValueError, TypeError, StopIteration, Unresolved) as error:
        advice = f"an x-client extension cannot be compiled ({type(error).__name__}: {error}); run lint on this spec"
        raise SpecError([api.document.finding(operation.pointer, "invalid-extension", advice)]) from error


def rules(operation: ApiOperation) -> tuple[Rule, ...]:
    """Return the rules between the parameters of an operation."""
    return tuple(_table(Rule, rule, kind=rule["rule"]) for rule in operation.data.get("x-client-rules", ()))


def idempotency_key(operation: ApiOperation) -> Expression | None:
    """Return what takes a key of each request, if anything does; a header by its name as a parameter."""
    named = operation.data.get("x-client-retry", {}).get("idempotencyKey")
    if named is None:
        return None
    message, part, path = parse(named)
    known = {each.name.lower(): each.name for each in operation.parameters if each.location == part == "header"}
    return Expression(message, part, (known.get(path[0].lower(), path[0]),))


def source(value: object) -> str:
    """Write a table as Python, without what equals its default."""
    if isinstance(value, Expression):
        return f"Expression({source(value.message)}, {source(value.part)}, {source(value.path)})"
    if isinstance(value, Struct):
        given = [(name, getattr(value, name), default) for name, default in _defaults(type(value))]
        return f"{type(value).__name__}({', '.join(f'{name}={source(item)}' for name, item, default in given if item != default)})"
    if isinstance(value, tuple):
        return "(" + "".join(f"{source(item)}, " for item in value) + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{source(key)}: {source(item)}" for key, item in value.items()) + "}"
    return literal(int(value) if isinstance(value, float) and value.is_integer() else value)


@cache
def _defaults(table: type[Struct]) -> list[tuple[str, object]]:
    """Return the fields of a table with their defaults."""
    return [
        (each.name, each.default if each.default_factory is msgspec.NODEFAULT else each.default_factory())
        for each in structs.fields(table)
    ]


def _table(table: type[Table], data: Mapping[str, Json], **more: Json) -> Table:
    """Return a table from an extension, which has the same fields in camel case, and runtime expressions as text; and from more."""
    return msgspec.convert({**_plain(data), **more}, table)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {re.sub("(?=[A-Z])", "_", name).lower(): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return parse(value) if isinstance(value, str) and value.startswith(("$request.", "$response.")) else value


def _header(expression: str) -> str:
    return parse(expression)[2][0]


def _check(data: Mapping[str, Json]) -> Check:
    return _table(Check, data, **{name: data[name] for name in ("parameters", "body") if name in data})


def _chunking(api: Api, operation: ApiOperation, data: Mapping[str, Json]) -> Chunking:
    listed = _listed(api, operation, data["rejections"]) if "rejections" in data else None
    size = _limit(api, operation, data["array"], "maxItems") if "array" in data else 1
    if size is None:
        raise ValueError(f"{data['array']} has no maxItems")
    more = {"size": size, "key": tuple(map(split, data["key"])), "rejections": listed}
    if "parameters" in data:
        more["parameters"] = {name: split(pointer) for name, pointer in data["parameters"].items()}
    if "refusals" in data:
        more["refusals"] = [{**each, "by": split(each["by"])} for each in data["refusals"]]
    return _table(Chunking, data, **more)


def _listed(api: Api, operation: ApiOperation, data: Mapping[str, Json]) -> Rejections:
    """Return where the responses of an operation list items."""
    paths = {name: split(data[name]) for name in ("key", "store", "index", "reason", "status") if name in data}
    return _table(Rejections, {**data, **paths, "never_null": never_null(_in_document(api, operation), data["items"])})


def _limit(api: Api, operation: ApiOperation, expression: str, keyword: str) -> int | None:
    """Return a limit of what an expression names; None if its schema does not have it."""
    schemas = resolve(_in_document(api, operation), expression)
    return next((schema[keyword] for schema in schemas if keyword in schema), None)


def _in_document(api: Api, operation: ApiOperation) -> Operation:
    return Operation(api.document.resolved, operation.pointer, operation.data)


def _matching(data: Mapping[str, Json], pagination: Mapping[str, Json] | None) -> Matching:
    more = {name: data[name] for name in ("parameters", "spellings") if name in data}  # with the names that the vendor gives
    if pagination is not None:
        more["items"] = parse(pagination["items"])
    if "identifiers" in data:
        more["identifiers"] = {name: split(pointer) for name, pointer in data["identifiers"].items()}
    return _table(Matching, data, key=split(data["key"]), **more)


def _confirmation(data: Mapping[str, Json]) -> Confirmation:
    conditions = [{**each, "item": split(each["item"])} if "item" in each else each for each in data.get("conditions", ())]
    return _table(Confirmation, {**data, "conditions": conditions})


def _pagination(api: Api, operation: ApiOperation, data: Mapping[str, Json]) -> Pagination:
    first = 1 if "page" in data else 0 if "offset" in data else None
    size = {"largest": "maximum", "default": "default"} if "size" in data else {}
    limits = {name: _limit(api, operation, data["size"], keyword) for name, keyword in size.items()}
    return _table(Pagination, {"first": first, **data}, **limits)


def _polling(api: Api, operation: ApiOperation, data: Mapping[str, Json]) -> Polling:
    body, arguments, more = dict[str, Expression](), dict[str, Expression](), dict[str, Any]()
    status = _operation(api, data["operation"])
    if "location" in data:
        more["path"], place = str(status.pointer[1]), parse(data["location"])
        own = {each.name for each in operation.parameters if each.location == "path"}
        for name in (each.name for each in status.parameters if each.location == "path"):
            arguments[name] = Expression("request", "path", (name,)) if name in own else Expression(*place)
    else:
        body, given = (_linked(operation, data["operation"], key) for key in ("requestBody", "parameters"))
        arguments = {name: place for name, place in given.items() if isinstance(place, Expression)}
        more["constants"] = {name: value for name, value in given.items() if name not in arguments}
    listing = status
    if "resultsOperation" in data:
        listing = _operation(api, data["resultsOperation"])
        more["results_arguments"] = _linked(status, listing.id, "parameters")
    elif "results" in data and status.data.get("x-client-pagination", {}).get("items") == data["results"]["items"]:
        more["results_operation"] = status.id  # its pages are requested as the status is
        more["results_arguments"] = {name: _again(name) for name in arguments}
    if "results" in data:
        more["results"] = _listed(api, listing, data["results"])
    if "wait" in data:
        more["wait"] = _header(data["wait"])
    return _table(Polling, data, body=body, arguments=arguments, **more)


def _again(name: str) -> Expression:
    """Return where a request has the parameter that a link names; one without its location is as good as one of the path."""
    return Expression(*parse(f"$request.{name if bare(name) != name else f'path.{name}'}"))


def _operation(api: Api, name: str) -> ApiOperation:
    return next(each for each in api.operations if each.id == name)


def _linked(operation: ApiOperation, target: str, key: str) -> dict[str, Any]:
    """Return what the success response of an operation gives another one: its `parameters`, or the fields of its `requestBody`.

    Each is an expression, or a constant.
    """
    link = next(
        link
        for code, response in operation.data["responses"].items()
        if str(code).startswith("2")
        for link in response.get("links", {}).values()
        if link.get("operationId") == target
    )
    return {
        name: Expression(*parse(value)) if isinstance(value, str) and value.startswith("$") else value
        for name, value in link.get(key, {}).items()
    }


def _rate_limit(data: Mapping[str, Json]) -> RateLimit:
    headers = {name: _header(text) for name, text in data.get("corrections", {}).items()}
    return _table(RateLimit, {**data, **headers}, also=[_rate_limit(each) for each in data.get("also", ())])


def _retry(operation: ApiOperation, data: Mapping[str, Json]) -> Retry:
    responses = [
        _table(RetryResponse, {**each, "wait": _header(each["wait"]) if isinstance(each["wait"], str) else each["wait"]})
        for each in data["responses"]
    ]
    return _table(Retry, data, responses=responses, idempotency_key=idempotency_key(operation))
