"""The values of a spec that a row of a facts table can name: by OpenAPI pointers, and by short names for the long ones."""

from __future__ import annotations

from scripts.spec.document import Document, Json, join, split

JSON_TYPE = "application/json"


class DanglingError(LookupError):
    """A pointer leads to nothing."""


class AbsentError(DanglingError):
    """A pointer leads to nothing, but all of it exists except for its last part."""


def look(document: Document, scope: str, at: str) -> Json:
    """Return the value at a JSON pointer.

    References are followed; a pointer that ends in `$ref` gives the reference itself.

    Args:
        document: the spec.
        scope: what the pointer begins in: `operation ID`, `schema NAME`, or `document`.
        at: the pointer.

    Raises:
        AbsentError: only the last part of `at` does not exist.
        DanglingError: the scope, or something before the last part does not exist.
    """
    value: Json = document.data
    parts = split(at)
    way: tuple[str, ...] = ()
    kind, _, name = scope.partition(" ")
    if kind == "operation":
        value = _operation(document, name)
    elif kind == "schema":
        parts = ("components", "schemas", name, *parts)
    elif scope != "document":
        raise DanglingError(f"{scope!r} is neither an operation, nor a schema, nor the document")
    for part in parts:
        if part != "$ref":
            value = _follow(document, value)
        try:
            value = _child(value, part)
        except LookupError:
            error = AbsentError if len(way) == len(parts) - 1 else DanglingError
            raise error(f"there is no {part!r} at {join(*way)}, {_inventory(value)}") from None
        way = (*way, part)
    return value if parts[-1:] == ("$ref",) else _follow(document, value)


def _child(value: Json, part: str) -> Json:
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, list) and part.isdigit():
        return value[int(part)]
    raise LookupError(part)


def _inventory(value: Json) -> str:
    if isinstance(value, dict):
        return "only " + (", ".join(value) or "an empty object")
    return f"a list of {len(value)}" if isinstance(value, list) else f"the value {value!r}"


def _follow(document: Document, value: Json) -> Json:
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        reference = value["$ref"]
        beside = {key: child for key, child in value.items() if key != "$ref"}
        try:
            target = document.get(reference)
        except (LookupError, ValueError) as error:
            raise DanglingError(f"the reference {reference!r} leads to nothing") from error
        value = {**target, **beside} if beside and isinstance(target, dict) else target
    return value


def _operation(document: Document, operation_id: str) -> dict[str, Json]:
    found = [(pointer, operation) for pointer, operation in document.operations() if operation.get("operationId") == operation_id]
    if not found:
        raise DanglingError(f"there is no operation {operation_id!r}")
    (_, path, method), operation = found[0]
    shared = document.data["paths"][path].get("parameters", [])
    parameters = [_follow(document, parameter) for parameter in (*shared, *operation.get("parameters", []))]
    view = {
        **operation,
        "path": path,
        "method": str(method).upper(),
        "parameters": {parameter["name"]: parameter for parameter in parameters},
        "responses": {code: _with_short_names(document, response) for code, response in operation["responses"].items()},
    }
    if "requestBody" in operation:
        view["body"] = _with_short_names(document, operation["requestBody"]).get("schema", {})
    return view


def _with_short_names(document: Document, value: Json) -> dict[str, Json]:
    value = _follow(document, value)
    media = _follow(document, value.get("content", {}).get(JSON_TYPE, {}))
    return {**value, **{name: media[name] for name in ("schema", "examples") if name in media}}
