"""Resolve OpenAPI runtime expressions, such as `$response.body#/result/id`, against the schemas of an operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from scripts.spec.document import Document, Json, Pointer, join, split
from scripts.spec.objects import is_type

Message = Literal["request", "response"]
Part = Literal["body", "query", "path", "header"]

_FORM = re.compile(r"\$(?P<message>request|response)\.(?:body(?P<pointer>#(?:/.*)?)?|(?P<part>query|path|header)\.(?P<name>.+))")


class Unresolved(Exception):
    """An expression leads to nothing; the message says where it ends."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a resolved document, with the parameters that its path gives it."""

    document: Document
    pointer: Pointer
    value: dict[str, Json]

    @property
    def parameters(self) -> list[dict[str, Json]]:
        """Its parameters; one of the operation overrides one of its path."""
        path_item = self.document.data["paths"][self.pointer[1]]
        found = {(p["name"], p["in"]): p for p in (*path_item.get("parameters", ()), *self.value.get("parameters", ()))}
        return list(found.values())

    def parameter(self, name: str, where: str | None = None) -> dict[str, Json] | None:
        """Return the parameter of this name, wherever it is sent or in `where` only; names of headers have no case."""
        for parameter in self.parameters:
            same = parameter["name"].lower() == name.lower() if parameter["in"] == "header" else parameter["name"] == name
            if same and where in (None, parameter["in"]):
                return parameter
        return None

    @property
    def responses(self) -> dict[str, dict[str, Json]]:
        """Its responses by status code, range of codes or `default`."""
        return {code: response for code, response in self.value.get("responses", {}).items() if not code.startswith("x-")}

    @property
    def successes(self) -> list[dict[str, Json]]:
        """Its responses of the 200 class."""
        return [response for code, response in self.responses.items() if code.startswith("2")]

    def response(self, status: int) -> dict[str, Json] | None:
        """Return the response that is documented for a status, by itself or by its range."""
        return self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX")


def operations(document: Document) -> Iterator[Operation]:
    """Yield the operations of a document."""
    resolved = document.resolved
    for pointer, value in resolved.operations():
        yield Operation(resolved, pointer, value)


def find(document: Document, operation_id: str) -> Operation | None:
    """Return the operation of this id."""
    return next((op for op in operations(document) if op.value.get("operationId") == operation_id), None)


def parse(expression: str) -> tuple[Message, Part, tuple[str, ...]]:
    """Return the message and the part of it that an expression names, and where: the parts of a JSON pointer, or one name.

    Raises:
        ValueError: it is not a runtime expression.
    """
    match = _FORM.fullmatch(expression)
    if match is None:
        raise ValueError(f"{expression!r} is not a runtime expression such as $response.body#/id")
    message: Any = match["message"]
    part: Any = match["part"] or "body"
    return message, part, (match["name"],) if match["name"] else split(match["pointer"] or "#")


def bare(name: str) -> str:
    """Return the name of a parameter in a link without its location, which may be written in front of it."""
    where, dot, rest = name.partition(".")
    return rest if dot and where in ("path", "query", "header", "cookie") else name


def resolve(operation: Operation, expression: str, response: dict[str, Json] | None = None) -> list[Json]:
    """Return the schemas of what an expression names, without references and null; in `response`, or else in every success.

    Raises:
        Unresolved: it is not an expression, or leads to nothing.
    """
    try:
        message, part, path = parse(expression)
    except ValueError as error:
        raise Unresolved(str(error)) from error
    document = operation.document
    if part == "body":
        return [schema for body in _bodies(operation, message, response) for schema in below(document, body, join(*path)[1:])]
    name = path[0]
    if message == "request":
        parameter = operation.parameter(name, part)
        if parameter is None:
            known = [each["name"] for each in operation.parameters if each["in"] == part]
            raise Unresolved(f"the operation has no {part} parameter {name!r}, but {listed(known)}")
        return alternatives(document, _schema(parameter))
    if part != "header":
        raise Unresolved(f"{expression!r} is not in a response; only its body and its headers are")
    responses = [response] if response is not None else list(operation.responses.values())
    headers = [header for given in responses if (header := header_of(given, name)) is not None]
    if not headers:
        raise Unresolved(f"no header {name!r} is documented")
    return [schema for header in headers for schema in alternatives(document, _schema(header))]


def header_of(response: dict[str, Json], name: str) -> dict[str, Json] | None:
    """Return a header of a response; its name has no case, and a part of a structured one may stand behind it."""
    headers: dict[str, dict[str, Json]] = response.get("headers", {})
    wanted = name.partition(";")[0].lower()
    return next((header for key, header in headers.items() if key.lower() == wanted), None)


def below(document: Document, schema: Json, pointer: str) -> list[Json]:
    """Return the schemas of what a JSON pointer names inside of a value of `schema`.

    Raises:
        Unresolved: none of the schema's alternatives has it.
    """
    found = alternatives(document, schema)
    try:
        parts = split(pointer)
    except ValueError as error:
        raise Unresolved(str(error)) from error
    for part in parts:
        known = dict.fromkeys(name for outer in found for name in outer.get("properties", ()))
        found = [inner for outer in found for child in _children(outer, part) for inner in alternatives(document, child)]
        if not found:
            raise Unresolved(f"{part!r} of {pointer!r} does not exist in the schema, which has {listed(known)}")
    return found


def never_null(operation: Operation, expression: str) -> list[tuple[str, ...]]:
    """Return the paths at which null is not allowed, among those from the body of a response to what an expression names."""
    path, schemas, found = parse(expression)[2], _bodies(operation, "response", None), list[tuple[str, ...]]()
    for end, part in enumerate(path, 1):
        outer = [each for schema in schemas for each in alternatives(operation.document, schema)]
        schemas = [child for each in outer for child in _children(each, part)]
        if not all(_allows_null(operation.document, each) for each in schemas):
            found.append(path[:end])
    return found


def alternatives(document: Document, schema: Json) -> list[Json]:
    """Follow references, and take apart anyOf, oneOf and allOf; the alternative null is left out."""
    todo, found, seen = [schema], [], set()
    while todo:
        item = todo.pop(0)
        if not isinstance(item, dict) or id(item) in seen:
            continue
        seen.add(id(item))
        if "$ref" in item:
            todo.append(document.get(item["$ref"]))
        parts = [part for keyword in ("anyOf", "oneOf", "allOf") for part in item.get(keyword, ())]
        todo.extend(parts)
        if item.get("type") != "null" and (not parts or "properties" in item) and "$ref" not in item:
            found.append(item)
    return found


def listed(names: Iterable[str]) -> str:
    """Return the names that there are, for a message about one that there is not."""
    return ", ".join(map(repr, names)) or "none"


def _allows_null(document: Document, schema: Json, seen: frozenset[int] = frozenset()) -> bool:
    """Return whether a schema allows null. One without a type, which other keywords imply then, or within itself does not."""
    if not isinstance(schema, dict) or id(schema) in seen:
        return schema is True
    allows = partial(_allows_null, document, seen=seen | {id(schema)})
    if schema.get("nullable") is True or schema == {}:
        return True
    if "$ref" in schema:
        return allows(document.get(schema["$ref"]))
    either = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if either or "allOf" in schema:
        return (not either or any(map(allows, either))) and all(map(allows, schema.get("allOf", ())))
    return is_type(schema, "null")


def _children(schema: dict[str, Json], part: str) -> Iterator[Json]:
    properties = schema.get("properties", {})
    if part in properties:
        yield properties[part]
    elif is_type(schema, "array") and part.isdigit():
        yield schema.get("items", {})
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]


def _schema(holder: dict[str, Any]) -> Json:
    """Return the schema of a parameter, a header or anything else that has `schema` or `content`; JSON before other content."""
    if "schema" in holder:
        return holder["schema"]
    content: dict[str, dict[str, Json]] = holder.get("content", {})
    kinds = sorted(content, key=lambda kind: "json" not in kind)
    return content[kinds[0]].get("schema", {}) if kinds else {}


def _bodies(operation: Operation, message: str, response: dict[str, Json] | None) -> list[Json]:
    if message == "request":
        holders = [operation.value["requestBody"]] if "requestBody" in operation.value else []
    else:
        holders = [response] if response is not None else operation.successes
    bodies = [_schema(holder) for holder in holders if holder.get("content")]
    if not bodies:
        raise Unresolved(f"the {'request' if message == 'request' else 'response'} has no body")
    return bodies
