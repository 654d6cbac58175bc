"""Compile the `x-client-*` extensions of an operation to the tables that the generated package carries."""

from __future__ import annotations

from msgspec import Struct, structs

from scripts.generate.parse.api import Api, ApiOperation, Schema
from scripts.runtime.behaviour import (
    Behaviour,
    Chunking,
    Expression,
    Pagination,
    Polling,
    RateLimit,
    Rejections,
    Report,
    Retry,
    RetryResponse,
)
from scripts.runtime.checks import Rule
from scripts.spec.document import Json, split
from scripts.spec.expressions import parse
from scripts.spec.finding import SpecError


def behaviour(api: Api, operation: ApiOperation) -> Behaviour:
    """Return what the spec says of how an operation is used.

    Raises:
        SpecError: an extension is not what its JSON Schema in `specs/extensions` says; lint says more.
    """
    try:
        return Behaviour(
            chunking=_chunking(api, operation),
            polling=_polling(operation),
            pagination=_pagination(operation),
            rate_limit=_rate_limit(operation),
            retry=_retry(operation),
            rules=tuple(rule.because for rule in rules(operation)),
        )
    except (KeyError, ValueError, TypeError, StopIteration) as error:
        advice = f"an x-client extension cannot be compiled ({type(error).__name__}: {error}); run lint on this spec"
        raise SpecError([api.document.finding(operation.pointer, "invalid-extension", advice)]) from error


def rules(operation: ApiOperation) -> tuple[Rule, ...]:
    """Return the rules between the parameters of an operation."""
    return tuple(
        Rule(
            kind=rule["rule"],
            parameter=rule["parameter"],
            others=tuple(rule["others"]),
            because=rule["because"],
            equals=rule.get("equals"),
        )
        for rule in operation.data.get("x-client-rules", ())
    )


def source(value: object) -> str:
    """Write a table as Python, without what equals its default."""
    if isinstance(value, Expression):
        return f"Expression({source(value.message)}, {source(value.part)}, {source(value.path)})"
    if isinstance(value, Struct):
        given = [(each.name, getattr(value, each.name), each.default) for each in structs.fields(value)]
        return f"{type(value).__name__}({', '.join(f'{name}={source(item)}' for name, item, default in given if item != default)})"
    if isinstance(value, tuple):
        return "(" + "".join(f"{source(item)}, " for item in value) + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{source(key)}: {source(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _expression(text: str) -> Expression:
    return Expression(*parse(text))


def _header(value: str | None) -> str | None:
    return None if value is None else _expression(value).path[0]


def _schema_at(api: Api, operation: ApiOperation, expression: Expression) -> Schema:
    if expression.part == "query":
        schema = next(each.schema for each in operation.parameters if (each.location, each.name) == ("query", expression.path[0]))
    else:
        schema = next(body.schema for body in operation.bodies if body.schema)
        for part in expression.path:
            schema = _target(api, schema)["properties"][part]
    return _target(api, schema)


def _target(api: Api, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = api.schemas[split(schema["$ref"])[-1]]
    return schema


def _chunking(api: Api, operation: ApiOperation) -> Chunking | None:
    data = operation.data.get("x-client-chunking")
    if data is None:
        return None
    array = _expression(data["array"])
    listed = data.get("rejections")
    return Chunking(
        array=array,
        size=_schema_at(api, operation, array)["maxItems"],
        key=tuple(split(each) for each in data["key"]),
        normalize=data["normalize"],
        keep=data["keep"],
        max_body_bytes=data.get("maxBodyBytes"),
        rejections=None
        if listed is None
        else Rejections(
            items=_expression(listed["items"]),
            key=split(listed["key"]),
            reason=split(listed["reason"]) if "reason" in listed else None,
        ),
    )


def _polling(operation: ApiOperation) -> Polling | None:
    data = operation.data.get("x-client-polling")
    if data is None:
        return None
    link = next(
        link
        for status, response in operation.data["responses"].items()
        if str(status).startswith("2")
        for link in response.get("links", {}).values()
        if link.get("operationId") == data["operation"]
    )
    report = data.get("report")
    return Polling(
        operation=data["operation"],
        body={name: _expression(text) for name, text in link.get("requestBody", {}).items()},
        arguments={name: _expression(text) for name, text in link.get("parameters", {}).items()},
        status=_expression(data["status"]),
        pending=tuple(data["pending"]),
        succeeded=tuple(data["succeeded"]),
        failed=tuple(data["failed"]),
        interval=data["interval"],
        max_interval=data["maxInterval"],
        deadline=data["deadline"],
        report=None
        if report is None
        else Report(
            link=_expression(report["link"]),
            lifetime=report["lifetime"],
            success=report["success"],
            origins=tuple(report["origins"]),
        ),
    )


def _pagination(operation: ApiOperation) -> Pagination | None:
    data = operation.data.get("x-client-pagination")
    if data is None:
        return None
    return Pagination(
        token=_expression(data["token"]),
        parameter=_expression(data["parameter"]),
        items=_expression(data["items"]),
        limit=data.get("limit"),
    )


def _rate_limit(operation: ApiOperation) -> RateLimit | None:
    data = operation.data.get("x-client-rate-limit")
    if data is None:
        return None
    corrections: dict[str, Json] = data.get("corrections", {})
    return RateLimit(
        rate=data["rate"],
        period=data["period"],
        burst=data["burst"],
        cost=_expression(data["cost"]) if isinstance(data["cost"], str) else data["cost"],
        scope=tuple(data["scope"]),
        concurrency=data.get("concurrency"),
        rate_per_second=_header(corrections.get("ratePerSecond")),
        limit=_header(corrections.get("limit")),
        remaining=_header(corrections.get("remaining")),
        until=_header(corrections.get("until")),
    )


def _retry(operation: ApiOperation) -> Retry | None:
    data = operation.data.get("x-client-retry")
    if data is None:
        return None
    return Retry(
        responses=tuple(
            RetryResponse(
                status=each["status"],
                wait=str(_header(each["wait"])) if isinstance(each["wait"], str) else each["wait"],
                text=each.get("text"),
            )
            for each in data["responses"]
        ),
        attempts=data["attempts"],
        max_wait=data["maxWait"],
        idempotent=data["idempotent"],
        done=data.get("done"),
    )
