"""Whether what the `x-client-*` extensions of an operation name exists in the spec, and fits.

Each function gets an operation of the resolved document and the value of one extension, which is valid against its JSON Schema,
and yields what is wrong: where below the extension, and what to do.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from scripts.lint.messages import enumerated
from scripts.spec.document import Json, Pointer, join
from scripts.spec.expressions import Operation, Unresolved, alternatives, below, operations, parse, resolve
from scripts.spec.objects import is_type

Problem = tuple[Pointer, str]
Value = Any
READING = ("get", "head", "options")
_SUCCESS = {"success", "succeeded", "successful", "ok"}
_DONE = {"accepted", "completed", "confirmed", "created", "saved", "stored", "updated"}
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def chunking(operation: Operation, value: Value) -> Iterator[Problem]:
    """The items exist, and their array has maxItems; what is said of them and of responses exists."""
    items = yield from (_array_of(operation, value) if "array" in value else _item_of(operation, value))
    apart = _apart(operation, value, items)
    for index, pointer in enumerate(value["key"]):
        if pointer not in apart:
            yield from in_items(operation, items, ("key", index), pointer)
    if "rejections" in value:
        yield from listing(operation, ("rejections",), value["rejections"])
        if "index" in value["rejections"] and "array" not in value:
            yield ("rejections", "index"), "a request has one item, which has no index; name its key"
        yield from second_part(operation, ("rejections", "store"), value["rejections"])
    yield from _open(operation, value)
    for name, pointer in value.get("parameters", {}).items():
        if not value.get("item", "").startswith("$request.body"):
            yield ("parameters", name), "the item is not in the body; remove it"
        elif operation.parameter(name, "path") is None:
            yield ("parameters", name), f"the path has no parameter {name!r}; name one of the path"
        elif pointer not in apart:
            yield from in_items(operation, items, ("parameters", name), pointer)
    for index, refusal in enumerate(value.get("refusals", ())):
        yield from in_items(operation, items, ("refusals", index, "by"), refusal["by"])
        yield from documented(operation, ("refusals", index, "status"), refusal["status"])


def _apart(operation: Operation, value: Value, items: list[Json]) -> set[str]:
    """Return what an item has for the path alone: a value with the name of a parameter, which the body does not have."""
    named = {pointer: name for name, pointer in value.get("parameters", {}).items() if pointer == f"/{name}"}
    return {each for each, name in named.items() if operation.parameter(name, "path") and not _inside(operation, items, each)}


def second_part(operation: Operation, at: Pointer, listed: Value) -> Iterator[Problem]:
    """What is listed has the second part of a key only where two parts identify an item."""
    if "store" in listed and len(operation.value.get("x-client-chunking", {"key": [""]})["key"]) == 1:
        yield at, "one part identifies an item; remove it, or name the second part in key of x-client-chunking"


def _open(operation: Operation, value: Value) -> Iterator[Problem]:
    """A success that does not say what was done is followed or read, or something says that it confirms all the same."""
    confirming = operation.value.get("x-client-confirmation", {})
    is_said = {"statuses", "conditions"} & confirming.keys() or "status" in value.get("rejections", {})
    if is_said or {"x-client-polling", "x-client-matching"} & operation.value.keys():
        return
    responses = operation.value.get("responses", {})
    if "202" in responses:
        advice = "by 202 the work only begins, so that it confirms nothing; add x-client-polling"
        yield (), f"{advice}, or statuses: [202] to x-client-confirmation where it does confirm"
    if "207" in responses and "rejections" not in value:
        advice = "with 207 each item has an outcome of its own, so that it confirms nothing; say in rejections how to read them"
        yield (), f"{advice}, or add statuses: [207] to x-client-confirmation where it does confirm"


def listing(operation: Operation, at: Pointer, value: Value, status: Operation | None = None) -> Iterator[Problem]:
    """The list exists, and what is said of its elements; the words are values of the status, and contradict each other nowhere.

    Args:
        operation: has the list in its response.
        at: where the extension says it.
        value: what it says.
        status: reports the status of the work whose items are listed, if it is another operation.
    """
    listed = yield from _listed(operation, at, value)
    yield from _beside(operation if status is None else status, operation, at, value)
    for field in ("key", "store", "index", "reason", "status"):
        if field in value:
            yield from in_items(operation, listed, (*at, field), value[field])
    if "index" in value and not all(map(_is_index, _inside(operation, listed, value["index"]))):
        yield (*at, "index"), f"{value['index']!r} is neither a whole number nor text; name the index of an item, or a path with it"
    if "status" not in value:
        yield from ((at, advice) for advice in _successes(operation, value, listed))
        return
    yield from words(at, _inside(operation, listed, value["status"]), value, ("success", "failures"), "the status")


def words(at: Pointer, known: list[Json], value: Value, fields: tuple[str, str], what: str) -> Iterator[Problem]:
    """The words that confirm and those that reject are values of what has them, and none is in both lists.

    Args:
        at: where the extension has the lists.
        known: the schemas of what has the words; without any, it is said elsewhere that it does not exist.
        value: has the lists.
        fields: the name of the one that confirms, and of the one that rejects.
        what: words for what has them.
    """
    for field in fields if known else ():
        for index, word in enumerate(value.get(field, ())):
            if not any(_allows(schema, word) for schema in known):
                known_words = [each for schema in known for each in schema.get("enum", ())]
                which = f", which has {enumerated(known_words)}" if known_words else ""
                yield (*at, field, index), f"{word!r} is not a value of {what}{which}; correct or remove it"
    confirming = [(type(word), word) for word in value[fields[0]]]
    for index, word in enumerate(value.get(fields[1], ())):
        if (type(word), word) in confirming:
            yield (*at, fields[1], index), f"{word!r} confirms an item, too; leave it in one list"


def _beside(first: Operation, second: Operation, at: Pointer, value: Value) -> Iterator[Problem]:
    """The number of refused items is a whole number; what is informational exists, and no table reads it."""
    if "refused" in value:
        counted = yield from schemas(first, (*at, "refused"), value["refused"])
        if not all(is_type(schema, "integer") for schema in counted):
            yield (*at, "refused"), f"{value['refused']!r} is not a whole number; name one, or correct its schema"
    for index, place in enumerate(value.get("informational", ())):
        field = (*at, "informational", index)
        if place in (value["items"], value.get("refused")):
            yield field, f"{place!r} says which items are refused, or how many; remove it here, or there"
        with suppress(Unresolved):
            resolve(second, place)
            continue
        yield from schemas(first, field, place)


def _listed(operation: Operation, at: Pointer, value: Value) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with a list, or a map of items by their keys, and return the schemas of its elements."""
    found = yield from schemas(operation, (*at, "items"), value["items"])
    named, maps = {"key", "index"} & value.keys(), [each for each in found if isinstance(each.get("additionalProperties"), dict)]
    if maps and len(maps) == len(found):
        for name in named:
            yield (*at, name), "the list is a map by the keys of the items, whose values need none; remove it"
        return [each["additionalProperties"] for each in maps]
    if not all(is_type(each, "array") for each in found):
        advice = "is neither an array nor a map by the keys of the items (additionalProperties); name something that is one"
        yield (*at, "items"), f"{value['items']!r} {advice}"
        return []
    if not named:
        yield at, "nothing says what item an element of the list is of; name its key or its index"
    return elements(found)


def _inside(operation: Operation, listed: list[Json], pointer: str) -> list[Json]:
    """Return the schemas of what a JSON pointer names in elements of a list; those that do not have it are said elsewhere."""
    found: list[Json] = []
    for element in listed:
        with suppress(Unresolved):
            found += below(operation.document, element, pointer)
    return found


def _is_index(schema: Json) -> bool:
    """Return whether a value can be the index of an item, or a path with it."""
    return "type" not in schema or any(is_type(schema, each) for each in ("integer", "number", "string"))


def _successes(operation: Operation, value: Value, listed: list[Json]) -> Iterator[str]:
    """What is read as a list of refused items can say nothing of success, unless the successful ones have a list like it."""
    path = parse(value["items"])[2]
    around = resolve(operation, f"$response.body#{join(*path[:-1])[1:]}") if listed and path else []
    others = [other for outer in around for name, other in outer.get("properties", {}).items() if name != path[-1]]
    if any(is_type(each, "array") and each.get("items") in listed for other in others for each in _of(operation, other)):
        return
    read = {value.get(each) for each in ("key", "store", "index", "reason")}
    found = [
        (name, schema) for each in listed for row in _of(operation, each) for name, schema in row.get("properties", {}).items()
    ]
    for name, schema in found:
        if f"/{name}" not in read and any(map(partial(_is_success, name), _of(operation, schema))):
            advice = f"{name!r} can say that an item has succeeded, and each listed item is read as rejected; name it as status"
            yield f"{advice}, with the values of success and failures, or correct its schema"


def _is_success(name: str, schema: Json) -> bool:
    """Return whether a property of a listed item says that the item has succeeded, by one of its values or by its name."""
    if is_type(schema, "boolean"):
        return name.lower() in _SUCCESS and True in schema.get("enum", [True])
    return any(str(each).lower() in _SUCCESS | _DONE for each in schema.get("enum", ()))


def _of(operation: Operation, schema: Json) -> list[Json]:
    return alternatives(operation.document, schema)


def _allows(schema: Json, word: Json) -> bool:
    """Return whether a value that is text, a whole number or a boolean may be one of a schema, by its enum or its type."""
    if "const" in schema or "enum" in schema:
        return any(type(each) is type(word) and each == word for each in schema.get("enum", [schema.get("const")]))
    names = {str: ("string",), int: ("integer", "number"), bool: ("boolean",)}[type(word)]
    return "type" not in schema or any(is_type(schema, name) for name in names)


def _array_of(operation: Operation, value: Value) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with the array that is split, and return the schemas of its items."""
    named = yield from schemas(operation, ("array",), value["array"])
    found = [each for each in named if is_type(each, "array")]
    if len(found) < len(named):
        what = " (a map of items by their keys is none)" if any("additionalProperties" in each for each in named) else ""
        advice = f"{value['array']!r} is not an array{what}, so that it cannot be split; name an array, or remove this table"
        yield ("array",), f"{advice}, without which the whole body is one item"
    if any("maxItems" not in array for array in found):
        yield ("array",), "the array has no maxItems, which is the size of a chunk; add it to the array's schema"
    if found and "alone" in value and value["alone"] not in _separators(operation, value["array"]):
        yield ("alone",), f"{value['alone']!r} does not separate the items of {value['array']!r} in a request; correct or remove it"
    return elements(found)


def _item_of(operation: Operation, value: Value) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with the one item of a request, and return its schemas."""
    for name in ("alone", "refusals"):
        if name in value:
            yield (name,), "a request has one item, so that it cannot be divided; remove it, or name the array of items"
    found = yield from schemas(operation, ("item",), value["item"])
    if any(is_type(schema, "array") for schema in found):
        yield ("item",), f"{value['item']!r} is an array; name it as the array that is split, or name one item"
    return found


def _separators(operation: Operation, array: str) -> Iterable[str]:
    """Return what may separate the items of an array in the query: nothing where each has a name, or they are elsewhere."""
    parameter = operation.parameter(array.removeprefix("$request.query."), "query") or {"explode": True}
    if parameter.get("explode"):
        return ()
    return [_SEPARATORS[parameter["style"]]] if parameter.get("style") in _SEPARATORS else _SEPARATORS.values()


def confirmation(operation: Operation, value: Value) -> Iterator[Problem]:
    """The values exist and may be what is named, or count; errors that reject are documented and final."""
    for index, status in enumerate(value.get("statuses", ())):
        yield from documented(operation, ("statuses", index), status)
    for index, condition in enumerate(value.get("conditions", ())):
        at, named = ("conditions", index), "values" in condition
        known = yield from (schemas if named else _texts)(operation, (*at, "value"), condition["value"])
        yield from words(at, known, condition, ("values", "failures"), "it") if named else ()
        if "item" in condition:
            yield from _of_item(operation, ("conditions", index, "item"), condition["item"])
    yield from _count(operation, value)
    if "since" in value:
        yield from _texts(operation, ("since", "value"), value["since"]["value"])
    yield from _stores(operation, value)
    for index, status in enumerate(value.get("rejects", ())):
        yield from documented(operation, ("rejects", index), status)
        if status in retryable(operation):
            yield ("rejects", index), f"{status} is retryable, and so rejects nothing; remove it here or from x-client-retry"


def _count(operation: Operation, value: Value) -> Iterator[Problem]:
    """The count of accepted items is a whole number."""
    if "count" in value:
        counted = yield from schemas(operation, ("count",), value["count"])
        if not all(is_type(schema, "integer") for schema in counted):
            yield ("count",), f"{value['count']!r} is not a whole number; name one, or correct its schema"


def _stores(operation: Operation, value: Value) -> Iterator[Problem]:
    """The stores are an array, and a report names them, too."""
    if "stores" in value and "report" not in operation.value.get("x-client-polling", {}):
        yield ("stores",), "only a report names the stores of an item; add it to x-client-polling, or remove this"
    elif "stores" in value:
        yield from arrays(operation, ("stores",), value["stores"])


def _texts(operation: Operation, field: Pointer, expression: str) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with an expression that has to name a text, and return the schemas of what it names."""
    found = yield from schemas(operation, field, expression)
    if not all(is_type(schema, "string") for schema in found):
        yield field, f"{expression!r} is not text; name a text"
    return found


def _of_item(operation: Operation, field: Pointer, pointer: str) -> Iterator[Problem]:
    """Each request has one item, and its value identifies it."""
    chunking = operation.value.get("x-client-chunking", {})
    if "item" not in chunking:
        yield field, "x-client-chunking names no item of which each request has one; add it there, or remove this"
    elif pointer not in chunking["key"]:
        yield field, f"{pointer!r} does not identify an item; name one of {', '.join(map(repr, chunking['key']))}"


def rules(operation: Operation, value: Value) -> Iterator[Problem]:
    """The parameters exist, and `equals` is one of the parameter's values."""
    for index, rule in enumerate(value):
        named = [(("parameter",), rule["parameter"]), *((("others", n), name) for n, name in enumerate(rule["others"]))]
        for pointer, name in named:
            if operation.parameter(name) is None:
                yield (index, *pointer), f"the operation has no parameter {name!r}; correct the name"
        parameter = operation.parameter(rule["parameter"])
        if "equals" in rule and parameter is not None:
            allowed = list(_values(operation, parameter.get("schema", {})))
            if allowed and rule["equals"] not in allowed:
                advice = f"use one of {enumerated(allowed)}"
                yield (index, "equals"), f"{rule['equals']!r} is not a value of {rule['parameter']!r}; {advice}"


def check(operation: Operation, value: Value) -> Iterator[Problem]:
    """The operation reads; what is given exists, and what is required is given; the statuses are documented."""
    identifier = operation.value.get("operationId")
    others = (each.value.get("x-client-polling", {}).get("operation") for each in operations(operation.document))
    if operation.pointer[-1] not in READING and identifier not in others:
        yield (), "the operation may change something: it is not a GET, and reports no status by x-client-polling; remove it"
    given, fields = value.get("parameters", {}), value.get("body", {})
    for name in given:
        if operation.parameter(name) is None:
            yield ("parameters", name), f"the operation has no parameter {name!r}; correct the name"
    for name in fields:
        yield from schemas(operation, ("body", name), f"$request.body#/{name}")
    for parameter in operation.parameters:
        if parameter.get("required") and parameter["name"] not in given:
            yield ("parameters",), f"the parameter {parameter['name']!r} is required; give it a value"
    if operation.value.get("requestBody", {}).get("required") and not fields:
        yield ("body",), "a body is required; give its fields values"
    for index, status in enumerate(value.get("accepted", ())):
        yield from documented(operation, ("accepted", index), status)


def _values(operation: Operation, schema: Json) -> Iterator[Json]:
    """Yield the values that an enum allows to a parameter, or to the items of its list; nothing without an enum."""
    for found in alternatives(operation.document, schema):
        yield from found.get("enum", ())
        if is_type(found, "array"):
            yield from _values(operation, found.get("items", {}))


def retryable(operation: Operation) -> set[int]:
    """Return the statuses that are retryable, whatever the response has."""
    return {
        each["status"]
        for each in operation.value.get("x-client-retry", {}).get("responses", ())
        if not each.keys() & {"text", "value"}
    }


def documented(operation: Operation, field: Pointer, status: int) -> Iterator[Problem]:
    """A response with the status is documented."""
    if operation.response(status) is None:
        yield field, f"no response {status} is documented; document it on the operation, or remove it here"


def schemas(
    operation: Operation, field: Pointer, expression: str, advice: str = "name something that exists"
) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with an expression, and return the schemas of what it names: none if it names nothing."""
    try:
        return resolve(operation, expression)
    except Unresolved as error:
        yield field, f"{error}; {advice}"
        return []


def arrays(operation: Operation, field: Pointer, expression: str) -> Generator[Problem, None, list[Json]]:
    """Do the same for an expression that has to name an array."""
    found = yield from schemas(operation, field, expression)
    if all(is_type(schema, "array") for schema in found):
        return found
    yield field, f"{expression!r} is not an array; name something that is one"
    return []


def elements(found: list[Json]) -> list[Json]:
    """Return the schemas of the elements of arrays."""
    return [array.get("items", {}) for array in found]


def in_items(operation: Operation, items: list[Json], field: Pointer, pointer: str) -> Iterator[Problem]:
    """A JSON pointer leads to something in items of some schemas."""
    for item in items:
        try:
            below(operation.document, item, pointer)
        except Unresolved as error:
            yield field, f"in an item, {error}; name a field that it has"
