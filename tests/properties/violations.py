"""Break each constraint of a schema alone, in a value that is otherwise valid; go to the edge of each without breaking it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scripts.spec.document import Json
from tests.properties.contract import Api, JsonPath, Schema
from tests.properties.schemas import CHECKED_FORMATS, INTEGER_RANGES, kinds, narrowed, non_null, target

MISSING: Any = type("Missing", (), {"__repr__": lambda _: "MISSING"})()

_OF_EACH_TYPE: dict[str, list[Json]] = {
    "null": [None],
    "boolean": [True, False],
    "integer": [7, 0, -1],
    "number": [1.5],
    "string": ["text", "7", "true", ""],
    "array": [[], ["text"]],
    "object": [{}, {"text": "text"}],
}
# Each breaks some pattern in a way that is easily overlooked.
_UNUSUAL_TEXTS = ["", " ", "\t", "a\n", "\n", "a\x7f", "\x00", "\u00a0", "-", "a b", "\u0661", "aA1", "\u00e4", "!" * 40]
_NO_SUCH = {
    "uuid": [
        "text",
        "12345678-90ab-cdef-1234-567890abcde",
        "1234567890abcdef1234567890abcdef",
        "12345678-90ab-cdef-1234-567890abcdeg",
    ],
    "date": ["text", "2024-02-30", "2024-1-1", "2024-01-01T00:00:00Z"],
    "date-time": ["text", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T25:00:00Z"],
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """Another value at one path.

    Attributes:
        path: where the schema is broken, or touched.
        keyword: by which keyword of the schema.
        value: the value at `replaced`; MISSING removes it.
        replaced: the path that is replaced, if it is not `path`.
        says: what the rule that an error names has to contain.
    """

    path: JsonPath
    keyword: str
    value: Json
    says: str = ""
    replaced: JsonPath | None = None

    def applied(self, whole: Json) -> Json:
        """Return the value with this change."""
        return put(whole, self.path if self.replaced is None else self.replaced, self.value)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A value inside another one, or all of it.

    Attributes:
        path: where it is.
        value: the value.
        schema: its schema, without the alternative null.
        kinds: the JSON types that its schema allows; empty for all.
    """

    path: JsonPath
    value: Json
    schema: Schema
    kinds: set[str]


def parts(api: Api, schema: Schema, value: Json, path: JsonPath = ()) -> Iterator[Part]:
    """Yield a value and all that is inside it, with the schema of each; of a list or a map only the last element.

    Nothing is said of a value of which the spec allows more than the schema, nor of what is inside it.
    """
    if narrowed(api, schema):
        yield Part(path=path, value=value, schema={}, kinds=set())
        return
    bare = non_null(api, schema)
    yield Part(path=path, value=value, schema=bare, kinds=kinds(target(api, schema)))
    if isinstance(value, dict):
        for name, each in bare.get("properties", {}).items():
            if name in value:
                yield from parts(api, each, value[name], (*path, name))
        if bare.get("additionalProperties") and value:
            key = [*value][-1]
            yield from parts(api, bare["additionalProperties"], value[key], (*path, key))
    elif isinstance(value, list) and value and isinstance(bare.get("items"), dict):
        yield from parts(api, bare["items"], value[-1], (*path, len(value) - 1))


def violations(api: Api, schema: Schema, value: Json) -> Iterator[Change]:
    """Yield a change for every way to break each constraint of a schema in a complete value."""
    for part in parts(api, schema, value):
        if part.kinds:
            wrong = [each for kind, values in _OF_EACH_TYPE.items() for each in values if not _is(kind, part.kinds)]
            yield from (Change(path=part.path, keyword="type", value=each, says="xpected") for each in wrong)
        if isinstance(part.value, str):
            yield from _text_violations(part.schema, part.value, part.path)
        elif isinstance(part.value, int | float) and not isinstance(part.value, bool):
            for keyword, (limit, beyond, says) in _numeric_limits(part.schema).items():
                yield Change(path=part.path, keyword=keyword, value=_on_grid(part.schema, limit, beyond), says=f"{says} {limit}")
            yield from _other_numbers(part.schema, part.value, part.path)
        elif isinstance(part.value, list):
            yield from _list_violations(part.schema, part.value, part.path)
        elif isinstance(part.value, dict):
            for name in part.schema.get("required", []):
                yield Change(path=(*part.path, name), keyword="required", value=MISSING, says="required")


def boundaries(api: Api, schema: Schema, value: Json) -> Iterator[Change]:
    """Yield a change for every limit of a schema that goes exactly as far as the limit allows, and for every value of an enum."""
    for part in parts(api, schema, value):
        if "null" in part.kinds:
            yield Change(path=part.path, keyword="null", value=None)
        for each in part.schema.get("enum", []):
            yield Change(path=part.path, keyword="enum", value=each)
        if isinstance(part.value, str):
            for keyword in ("minLength", "maxLength"):
                if keyword in part.schema:
                    texts = _of_length(part.value, part.schema[keyword])
                    yield from (Change(path=part.path, keyword=keyword, value=each) for each in texts)
        elif isinstance(part.value, int | float) and not isinstance(part.value, bool):
            for keyword, (limit, beyond, _) in _numeric_limits(part.schema).items():
                inner = [limit - beyond, *([limit - beyond / 128] if "integer" not in part.kinds else [])]
                touching = inner if keyword.startswith("exclusive") else [limit]
                on_grid = [_on_grid(part.schema, each, -beyond, at_it=True) for each in touching]
                yield from (Change(path=part.path, keyword=keyword, value=each) for each in on_grid)
        elif isinstance(part.value, list):
            for keyword in ("minItems", "maxItems"):
                if keyword in part.schema:
                    items = _of_size(part.value, part.schema[keyword], part.schema)
                    yield Change(path=part.path, keyword=keyword, value=items)


def known(api: Api, schema: Schema, value: Json) -> Json:
    """Return what is left of a value when every field is gone that the schema does not name."""
    bare = non_null(api, schema)
    if isinstance(value, dict) and "properties" in bare:
        return {name: known(api, bare["properties"][name], each) for name, each in value.items() if name in bare["properties"]}
    if isinstance(value, dict) and bare.get("additionalProperties"):
        return {name: known(api, bare["additionalProperties"], each) for name, each in value.items()}
    if isinstance(value, list) and bare.get("items"):
        return [known(api, bare["items"], each) for each in value]
    return value


def put(whole: Json, path: JsonPath, value: Json) -> Json:
    """Return a copy of a JSON value with something else at one path, or with nothing there."""
    if not path:
        return value
    changed = copy(whole)
    if value is MISSING and len(path) == 1:
        if isinstance(changed, dict):
            changed.pop(path[0], None)
        else:
            del changed[path[0]]
    else:
        changed[path[0]] = put(whole[path[0]], path[1:], value) if len(path) > 1 else value
    return changed


def branch(api: Api, schema: Schema, value: Json, path: JsonPath) -> Json:
    """Return what a value needs to reach a path: of objects, the required fields and the one on the path; the least beside it."""
    if not path:
        return value
    bare, (step, *rest) = non_null(api, schema), path

    def part(name: str | int, each: Json, inner: Json) -> Json:
        if not isinstance(inner, dict):
            return each
        return branch(api, inner, each, tuple(rest)) if name == step else _least(api, inner, each)

    if isinstance(value, list):
        return [part(index, each, bare["items"]) for index, each in enumerate(value)]
    others, needed = bare.get("additionalProperties"), {step, *(value if "minProperties" in bare else bare.get("required", ()))}
    inside = bare.get("properties", {})
    return {name: part(name, each, inside.get(name, others)) for name, each in value.items() if name in needed}


def _least(api: Api, schema: Schema, value: Json) -> Json:
    """Return a valid value with the required fields only, and lists that are as short as they may be but not empty."""
    bare = non_null(api, schema)
    if isinstance(value, list) and isinstance(bare.get("items"), dict):
        return [_least(api, bare["items"], each) for each in value[: max(1, bare.get("minItems", 1))]]
    if isinstance(value, dict) and "properties" in bare and "minProperties" not in bare:
        return {name: _least(api, bare["properties"].get(name, {}), value[name]) for name in bare.get("required", ())}
    return value


def _text_violations(schema: Schema, value: str, path: JsonPath) -> Iterator[Change]:
    if "enum" in schema:
        texts = [each for each in schema["enum"] if isinstance(each, str)]
        others = ["no such value", "", *(each.swapcase() for each in texts), *(f"{each} " for each in texts)]
        yield from (
            Change(path=path, keyword="enum", value=each, says="nvalid enum value") for each in others if each not in schema["enum"]
        )
    if "maxLength" in schema:
        for each in _of_length(value, schema["maxLength"] + 1):
            yield Change(path=path, keyword="maxLength", value=each, says=f"length <= {schema['maxLength']}")
    if schema.get("minLength"):
        yield Change(
            path=path, keyword="minLength", value=value[: schema["minLength"] - 1], says=f"length >= {schema['minLength']}"
        )
    if "pattern" in schema:
        unusual = [*_UNUSUAL_TEXTS, "!" * schema.get("minLength", 0)]
        fitting = [each for each in unusual if schema.get("minLength", 0) <= len(each) <= schema.get("maxLength", len(each))]
        yield from (Change(path=path, keyword="pattern", value=each, says="regex") for each in fitting)
    if schema.get("format") in CHECKED_FORMATS:
        yield from (Change(path=path, keyword="format", value=each) for each in _NO_SUCH[schema["format"]])


def _list_violations(schema: Schema, value: list[Json], path: JsonPath) -> Iterator[Change]:
    if "maxItems" in schema:
        many = _of_size(value, schema["maxItems"] + 1, schema)
        yield Change(path=path, keyword="maxItems", value=many, says=f"length <= {schema['maxItems']}")
    if schema.get("minItems"):
        few = value[: schema["minItems"] - 1]
        yield Change(path=path, keyword="minItems", value=few, says=f"length >= {schema['minItems']}")
    if value and schema.get("uniqueItems"):
        twice = [*value, value[0]][-schema.get("maxItems", len(value) + 1) :]
        repeated = max(index for index, each in enumerate(twice) if each in twice[:index])
        yield Change(path=(*path, repeated), keyword="uniqueItems", value=twice, says="unique", replaced=path)


def _numeric_limits(schema: Schema) -> dict[str, tuple[int | float, int, str]]:
    """Return for each limit of a number the limit, one step beyond it, and how a rule writes it."""
    low, high = INTEGER_RANGES.get(schema.get("format", ""), (None, None))
    signs = {"minimum": (-1, ">="), "maximum": (1, "<="), "exclusiveMinimum": (-1, ">"), "exclusiveMaximum": (1, "<")}
    limits = {"minimum": low, "maximum": high} | {keyword: schema[keyword] for keyword in signs if keyword in schema}
    return {keyword: (limit, *signs[keyword]) for keyword, limit in limits.items() if limit is not None}


def _on_grid(schema: Schema, number: float, direction: int, *, at_it: bool = False) -> int | float:
    """Return the next valid number for `multipleOf` behind a number, or where it is itself one and `at_it`, that."""
    if "multipleOf" not in schema:
        return number if at_it else number + direction
    step, start = Fraction(str(schema["multipleOf"])), Fraction(str(number))
    steps = start / step
    whole = math.floor(steps) if direction < 0 else math.ceil(steps)
    found = (whole + (direction if whole == steps and not at_it else 0)) * step
    return int(found) if found == int(found) else float(found)


def _other_numbers(schema: Schema, value: float, path: JsonPath) -> Iterator[Change]:
    if "multipleOf" in schema:
        step = schema["multipleOf"]
        limits = [(limit, sign) for limit, sign, _ in _numeric_limits(schema).values()]
        for each in (value + 1, value - 1, value + step / 2, value - step / 2):
            within = all((each - limit) * sign < 0 for limit, sign in limits)
            if within and (isinstance(each, int) or "integer" not in kinds(schema)):
                yield Change(path=path, keyword="multipleOf", value=each, says="multiple")
    for each in schema.get("enum", []):
        yield from (Change(path=path, keyword="enum", value=other) for other in (each + 1, each - 1) if other not in schema["enum"])


def _of_length(value: str, length: int) -> list[str]:
    padded = (value or "a") + "a" * length
    return [padded[:length], "a" * length, "\U0001f600" * length]


def _of_size(value: list[Json], size: int, schema: Schema) -> list[Json]:
    if schema.get("uniqueItems"):
        distinct = [each for index, each in enumerate(value) if each not in value[:index]]
        return [*distinct, *(f"item {index}" for index in range(size))][:size]
    return [value[index % len(value)] for index in range(size)]


def _is(kind: str, allowed: set[str]) -> bool:
    return kind in allowed or (kind == "integer" and "number" in allowed)
