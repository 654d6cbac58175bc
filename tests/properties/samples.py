"""One value of a schema that lacks nothing, the same in every run; no two of its texts or numbers are the same, where possible."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample, Unsatisfiable

from scripts.spec.document import Json
from tests.properties.contract import LeftOutError, Schema
from tests.properties.schemas import Validator, kinds

_OF_FORMAT = {"uuid": "12345678-90ab-cdef-1234-567890abcdef", "date": "2024-02-29", "date-time": "2024-02-29T12:34:56Z"}
_SETTINGS = settings(
    max_examples=50, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
)

_NONE = object()

Valid = Callable[[Schema], st.SearchStrategy[Json]]


def sample(schema: Schema, valid: Valid, path: str = "$") -> Json:
    """Return a value by a schema that `complete` has made.

    Args:
        schema: the schema, without references.
        valid: makes values of a schema, for limits that no value here keeps to.
        path: where the value will be.

    Raises:
        LeftOutError: no valid value was found.
    """
    validator = Validator(None, schema)
    candidates = _candidates(schema, valid, path)
    found = next((each for each in candidates if validator.allows(each)), _NONE)
    return _made(schema, valid, validator, path) if found is _NONE else found


def _candidates(schema: Schema, valid: Valid, path: str) -> Iterator[Json]:
    kind = next(iter(kinds(schema)), "object")
    if "enum" in schema:
        yield from reversed(schema["enum"])
    elif kind == "object" and "properties" in schema:
        yield {name: sample(each, valid, f"{path}.{name}") for name, each in schema["properties"].items()}
    elif kind == "object" and schema.get("additionalProperties"):
        names = [f"key{index}" for index in range(schema.get("minProperties", 1))]
        yield {name: sample(schema["additionalProperties"], valid, f"{path}.{name}") for name in names}
    elif kind == "object":
        yield from ({"text": path, "list": [1, None, {"a": 1.5}]}, {})
    elif kind == "array":
        paths = [f"{path}[{index}]" for index in range(min(schema.get("maxItems", 2), max(schema.get("minItems", 0), 2)))]
        yield [sample(schema["items"], valid, each) if schema.get("items") else each for each in paths]
    elif kind == "string":
        least, most = schema.get("minLength", 0), schema.get("maxLength", len(path) + schema.get("minLength", 0))
        yield _OF_FORMAT.get(schema.get("format", ""), path[-most:].ljust(least, "-") if most else "")
    elif kind in ("integer", "number"):
        yield zlib.crc32(path.encode()) % 2**31 + (0.5 if kind == "number" else 0)
        yield from (schema[limit] for limit in ("maximum", "minimum") if limit in schema)
    else:
        yield True if kind == "boolean" else None


def _made(schema: Schema, valid: Valid, validator: Validator, path: str) -> Json:
    chosen = random.Random(zlib.crc32(path.encode()))  # noqa: S311 - no secret
    try:
        return find(valid(schema), validator.allows, settings=_SETTINGS, random=chosen)
    except (NoSuchExample, Unsatisfiable) as error:
        raise LeftOutError(f"no value was found for {path}, {schema}") from error
