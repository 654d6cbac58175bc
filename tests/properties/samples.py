"""One value of a schema that lacks nothing, the same in every run; no two of its texts or numbers are the same, where possible."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample, Unsatisfiable

from scripts.spec.document import Json
from tests.properties.contract import Api, LeftOutError, Schema
from tests.properties.schemas import Validator, kinds

_OF_FORMAT = {"uuid": "12345678-90ab-cdef-1234-567890abcdef", "date": "2024-02-29", "date-time": "2024-02-29T12:34:56Z"}
_SETTINGS = settings(
    max_examples=50, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
)

Valid = Callable[[Schema], st.SearchStrategy[Json]]


def sample(api: Api, schema: Schema, valid: Valid, path: str = "$") -> Json:
    """Return a value by a schema that `complete` has made.

    Args:
        api: what the schema is of.
        schema: the schema.
        valid: makes values of a schema, for limits that no value here keeps to.
        path: where the value will be.

    Raises:
        LeftOutError: no valid value was found.
    """
    kind = next(iter(kinds(schema)), "object")
    if "enum" not in schema and kind == "object" and schema.get("properties"):
        made = {name: sample(api, each, valid, f"{path}.{name}") for name, each in schema["properties"].items()}
        candidates: Iterator[Json] = iter([made])
    elif "enum" not in schema and kind == "object" and schema.get("additionalProperties"):
        sizes = range(schema.get("minProperties", 1))
        candidates = iter(
            [{f"key{index}": sample(api, schema["additionalProperties"], valid, f"{path}.{index}") for index in sizes}]
        )
    elif "enum" not in schema and kind == "array":
        size = min(schema.get("maxItems", 2), max(schema.get("minItems", 0), 2))
        items = schema.get("items")
        candidates = iter(
            [[sample(api, items, valid, f"{path}[{index}]") if items else f"{path}[{index}]" for index in range(size)]]
        )
    else:
        candidates = _candidates(schema, kind, path)
    validator = Validator(api, schema)
    found = next((each for each in candidates if validator.allows(each)), None)
    return _made(schema, valid, validator, path) if found is None and not validator.allows(None) else found


def _candidates(schema: Schema, kind: str, path: str) -> Iterator[Json]:
    if "enum" in schema:
        yield from reversed(schema["enum"])
    elif kind == "boolean":
        yield True
    elif kind == "string":
        least, most = schema.get("minLength", 0), schema.get("maxLength", len(path) + schema.get("minLength", 0))
        yield _OF_FORMAT.get(schema.get("format", ""), path[-most:].ljust(least, "-") if most else "")
    elif kind in ("integer", "number"):
        yield from _numbers(schema, kind, zlib.crc32(path.encode()) % 2**31)
    elif kind == "object":
        yield {} if "properties" in schema else {"text": path, "list": [1, None, {"a": 1.5}]}
        yield {}
    else:
        yield None


def _numbers(schema: Schema, kind: str, number: int) -> Iterator[float]:
    """Yield the number if it is within the limits, and otherwise some that are at a limit or near it."""
    highest = schema["maximum"] if "maximum" in schema else schema.get("exclusiveMaximum", 2**31)
    low = Fraction(str(schema.get("minimum", schema.get("exclusiveMinimum", min(0, highest)))))
    high = max(low, Fraction(str(highest)))
    half = Fraction(1, 2) if kind == "number" else 0
    step = Fraction(str(schema.get("multipleOf", 0)))
    inside = min(high, max(low, Fraction(number))) + half
    for each in (inside, inside - 1, high - half, high, low, low + 1, (low + high) / 2, low + (high - low) / 1024):
        below = math.floor(each / step) * step if step else each
        for found in (below, below + step):
            yield int(found) if kind == "integer" or found == int(found) else float(found)


def _made(schema: Schema, valid: Valid, validator: Validator, path: str) -> Json:
    chosen = random.Random(zlib.crc32(path.encode()))  # noqa: S311 - no secret
    try:
        return find(valid(schema), validator.allows, settings=_SETTINGS, random=chosen)
    except (NoSuchExample, Unsatisfiable) as error:
        raise LeftOutError(f"no value was found for {path}, {schema}") from error
