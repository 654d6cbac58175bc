"""Whether what the `x-client-*` extensions of an operation name exists in the spec, and fits.

Each function gets an operation of the resolved document and the value of one extension, which is valid against its JSON Schema,
and yields what is wrong: where below the extension, and what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from scripts.lint.messages import short
from scripts.spec.document import Json, Pointer
from scripts.spec.expressions import Operation, Unresolved, alternatives, below, find, header_of, resolve
from scripts.spec.objects import is_type

Problem = tuple[Pointer, str]
Value = Any
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def chunking(operation: Operation, value: Value) -> Iterator[Problem]:
    """The array is one with maxItems; what is said of its items and of responses exists."""
    arrays = yield from _arrays(operation, ("array",), value["array"])
    if any("maxItems" not in array for array in arrays):
        yield ("array",), "the array has no maxItems, which is the size of a chunk; add it to the array's schema"
    for index, pointer in enumerate(value["key"]):
        yield from _item(operation, arrays, ("key", index), pointer)
    rejections = value.get("rejections")
    if rejections is not None:
        rejected = yield from _arrays(operation, ("rejections", "items"), rejections["items"])
        for field in ("key", "reason"):
            if field in rejections:
                yield from _item(operation, rejected, ("rejections", field), rejections[field])
    for index, refusal in enumerate(value.get("refusals", ())):
        yield from _item(operation, arrays, ("refusals", index, "by"), refusal["by"])
        if operation.response(refusal["status"]) is None:
            advice = f"no response {refusal['status']} is documented; document it on the operation, or remove it here"
            yield ("refusals", index, "status"), advice
    if arrays and "alone" in value and value["alone"] not in _separators(operation, value["array"]):
        yield ("alone",), f"{value['alone']!r} does not separate the items of {value['array']!r} in a request; correct or remove it"
    if "spellings" in value:
        yield from _spellings(operation, value["spellings"])


def _separators(operation: Operation, array: str) -> Iterable[str]:
    """Return what may separate the items of an array in the query: nothing where each has a name, or they are elsewhere."""
    parameter = operation.parameter(array.removeprefix("$request.query."), "query") or {"explode": True}
    if parameter.get("explode"):
        return ()
    return [_SEPARATORS[parameter["style"]]] if parameter.get("style") in _SEPARATORS else _SEPARATORS.values()


def _spellings(operation: Operation, value: Value) -> Iterator[Problem]:
    """The parameter exists, and has the kinds that are named."""
    for schema in (yield from _schemas(operation, ("spellings", "kind"), value["kind"])):
        for kind in value["forms"]:
            if kind not in schema.get("enum", [kind]):
                advice = f"{kind!r} is not a value of {value['kind']!r}; use one of {short(schema['enum'])}"
                yield ("spellings", "forms", kind), advice


def polling(operation: Operation, value: Value) -> Iterator[Problem]:
    """The status operation exists and is linked to; each of its states is in one list; the times grow."""
    if not value["interval"] <= value["maxInterval"] <= value["deadline"]:
        yield (), "the times have to grow from interval over maxInterval to deadline; correct them"
    target = find(operation.document, value["operation"])
    if target is None:
        yield ("operation",), f"there is no operation {value['operation']!r}; name the one that reports the status"
        return
    for response in operation.successes:
        if not any(link.get("operationId") == value["operation"] for link in response.get("links", {}).values()):
            yield ("operation",), f"the success response has no link to {value['operation']!r}; add it under links"
    yield from _states(target, value)
    if "report" in value:
        yield from _schemas(target, ("report", "link"), value["report"]["link"])


def _states(target: Operation, value: Value) -> Iterator[Problem]:
    schemas = yield from _schemas(target, ("status",), value["status"])
    if not schemas:
        return
    if not all("enum" in schema for schema in schemas):
        yield ("status",), "the status is not an enum, so its states are unknown; give its schema an enum"
        return
    known = [state for schema in schemas for state in schema["enum"] if state is not None]
    lists = [(name, state) for name in ("pending", "succeeded", "failed") for state in value[name]]
    times = Counter(state for _, state in lists)
    for name, state in lists:
        if state not in known:
            yield (name,), f"{state!r} is not a value of the status; remove it, or add it to the enum"
        elif times[state] > 1:
            yield (name,), f"{state!r} is in more than one list; leave it in one"
    for state in known:
        if state not in list(times):
            yield (), f"the status {short(state)} is in none of pending, succeeded and failed; add it to one"


def confirmation(operation: Operation, value: Value) -> Iterator[Problem]:
    """The values exist, are texts, and have the values that are named."""
    for index, condition in enumerate(value["conditions"]):
        pointer: Pointer = ("conditions", index, "value")
        for schema in (yield from _schemas(operation, pointer, condition["value"])):
            if not is_type(schema, "string"):
                yield pointer, f"{condition['value']!r} is not text; name a text"
            for text in condition.get("values", ()):
                if text not in schema.get("enum", [text]):
                    yield ("conditions", index, "values"), f"{text!r} is not a value of it; use one of {short(schema['enum'])}"


def pagination(operation: Operation, value: Value) -> Iterator[Problem]:
    """Token, parameter and items exist, and the items are a list."""
    for field in ("token", "parameter"):
        yield from _schemas(operation, (field,), value[field])
    yield from _arrays(operation, ("items",), value["items"])


def rate_limit(operation: Operation, value: Value) -> Iterator[Problem]:
    """A cost that is an expression is an array; the headers that correct the limit are documented."""
    if isinstance(value["cost"], str):
        yield from _arrays(operation, ("cost",), value["cost"])
    for name, header in value.get("corrections", {}).items():
        advice = "document it on a response of the operation, or remove the correction"
        yield from _schemas(operation, ("corrections", name), header, advice)


def retry(operation: Operation, value: Value) -> Iterator[Problem]:
    """The responses are documented, with the header that says how long to wait."""
    for index, item in enumerate(value["responses"]):
        response = operation.response(item["status"])
        if response is None:
            advice = f"no response {item['status']} is documented; document it on the operation, or remove it here"
            yield ("responses", index, "status"), advice
        elif isinstance(item["wait"], str) and header_of(response, name := item["wait"].removeprefix("$response.header.")) is None:
            advice = f"the response {item['status']} has no header {name!r}; document it there, or wait a number of seconds"
            yield ("responses", index, "wait"), advice


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
                listed = ", ".join(map(repr, allowed))
                yield (index, "equals"), f"{rule['equals']!r} is not a value of {rule['parameter']!r}; use one of {listed}"


def _values(operation: Operation, schema: Json) -> Iterator[Json]:
    """Yield the values that an enum allows to a parameter, or to the items of its list; nothing without an enum."""
    for found in alternatives(operation.document, schema):
        yield from found.get("enum", ())
        if is_type(found, "array"):
            yield from _values(operation, found.get("items", {}))


def _schemas(
    operation: Operation, field: Pointer, expression: str, advice: str = "name something that exists"
) -> Generator[Problem, None, list[Json]]:
    """Yield what is wrong with an expression, and return the schemas of what it names: none if it names nothing."""
    try:
        return resolve(operation, expression)
    except Unresolved as error:
        yield field, f"{error}; {advice}"
        return []


def _arrays(operation: Operation, field: Pointer, expression: str) -> Generator[Problem, None, list[Json]]:
    """Do the same for an expression that has to name an array."""
    schemas = yield from _schemas(operation, field, expression)
    if all(is_type(schema, "array") for schema in schemas):
        return schemas
    yield field, f"{expression!r} is not an array; name something that is one"
    return []


def _item(operation: Operation, arrays: list[Json], field: Pointer, pointer: str) -> Iterator[Problem]:
    for array in arrays:
        try:
            below(operation.document, array.get("items", {}), pointer)
        except Unresolved as error:
            yield field, f"in an item, {error}; name a field that it has"
