"""Whether what `x-client-matching` says of an operation exists in the spec, and fits; see `behaviour` for the form of problems."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

from scripts.lint.behaviour import Problem, Value, arrays, elements, in_items, schemas
from scripts.lint.messages import enumerated
from scripts.lint.values import Values
from scripts.spec.document import Document, Json, Pointer, join, split
from scripts.spec.expressions import Operation, Unresolved, alternatives, below, resolve
from scripts.spec.objects import is_type


def matching(operation: Operation, value: Value) -> Iterator[Problem]:
    """Items, key, identifiers, kinds and parameters exist, and go with the operation's chunks and pages."""
    if "x-client-chunking" not in operation.value:
        yield (), "the operation has no x-client-chunking, which says where the identifiers are that are requested; add it"
    items = yield from _items(operation, value)
    yield from in_items(operation, items, ("key",), value["key"])
    if "identifiers" in value:
        yield from _identifiers(operation, items, value["identifiers"])
    yield from _kinds(operation, value)
    for name, each in value.get("parameters", {}).items():
        yield from _parameter(operation, name, each)


def _items(operation: Operation, value: Value) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with where the items are, and return their schemas."""
    pages = operation.value.get("x-client-pagination")
    if pages is None and "items" in value:
        return elements((yield from arrays(operation, ("items",), value["items"])))
    if pages is None:
        yield (), "it is not said where a response has the items that it has found; add items"
        return []
    if "items" in value:
        yield ("items",), "x-client-pagination says where the items are; remove it here"
    try:
        return [each for each in elements(resolve(operation, pages["items"])) if each]
    except Unresolved:  # which is said of x-client-pagination
        return []


def _identifiers(operation: Operation, items: list[Json], value: Value) -> Iterator[Problem]:
    """The list exists, and its elements have what is named."""
    inner: list[Json] = []
    for item in items:
        try:
            inner += _through(operation.document, item, value["items"])
        except Unresolved as error:
            yield ("identifiers", "items"), f"in an item, {error}; name a list that it has"
    if not all(is_type(each, "array") for each in inner):
        yield ("identifiers", "items"), f"{value['items']!r} is not a list; name one"
        return
    for name in ("value", "kind"):
        if name in value:
            yield from in_items(operation, elements(inner), ("identifiers", name), value[name])


def _through(document: Document, schema: Json, pointer: str) -> list[Json]:
    """Return the schemas of what a JSON pointer names that leads through lists, in each element of these.

    Raises:
        Unresolved: it leads to nothing.
    """
    found = alternatives(document, schema)
    for part in split(pointer):
        while any(is_type(each, "array") for each in found):
            found = [inner for each in found for inner in alternatives(document, each.get("items", {}))]
        found = [inner for each in found for inner in below(document, each, join(part)[1:])]
    return found


def _kinds(operation: Operation, value: Value) -> Iterator[Problem]:
    """Kinds are named where there are some, and are values of their parameter."""
    if "kind" not in value:
        named = [name for name in ("keyKind", "spellings") if name in value]
        named += ["identifiers/kind"] if "kind" in value.get("identifiers", {}) else []
        if named:
            yield (), f"which parameter has the kind of the identifiers is not said; name it as kind, or remove {', '.join(named)}"
        return
    if "ignore" in value:
        yield ("ignore",), "identifiers have a kind here; say it for each kind, as spellings"
    if "keyKind" not in value and "identifiers" not in value:
        yield (), "the kind of the key is not known, and there are no identifiers with a kind; add keyKind or identifiers"
    known = yield from _values(operation, ("kind",), value["kind"])
    places: list[tuple[Pointer, str]] = [(("spellings", kind), kind) for kind in value.get("spellings", ())]
    places += [(("keyKind",), value["keyKind"])] if "keyKind" in value else []
    for field, kind in places:
        if known and kind not in known:
            yield field, f"{kind!r} is not a value of {value['kind']!r}; use one of {enumerated(known)}"


def _values(operation: Operation, field: Pointer, expression: str) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with an expression, and return the values of its enum: none if it has none."""
    found = yield from schemas(operation, field, expression)
    return [each for schema in found for each in schema.get("enum", ())]


def _parameter(operation: Operation, name: str, value: Json) -> Iterator[Problem]:
    """A parameter of the query exists and may have the value."""
    parameter = operation.parameter(name, "query")
    if parameter is None:
        yield ("parameters", name), f"the operation has no query parameter {name!r}; correct the name"
        return
    document = replace(operation.document, data={**operation.document.data, "parameter": parameter})
    for path, message in Values(document).errors(("parameter", "schema"), value):
        yield ("parameters", name, *path), f"{message}; correct it by the schema of {name!r}"
