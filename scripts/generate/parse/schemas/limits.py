"""Limits of values that the generated code can check: within 64 bits, whole numbers where they count, patterns of Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, isfinite
from operator import ge, le

from scripts.generate.parse.api import Schema
from scripts.generate.parse.schemas.keywords import without
from scripts.generate.parse.schemas.patterns import python_pattern
from scripts.runtime.formats import PATTERNS
from scripts.spec.document import Json

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_RANGES = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"))
_LENGTHS = {"uuid": 36, "date": 10}
_ROUNDED: dict[str, Callable[[float], int]] = {
    "minimum": ceil,
    "exclusiveMinimum": floor,
    "maximum": floor,
    "exclusiveMaximum": ceil,
}

Note = Callable[[str, str], None]
"""Notes what is not checked: keyword and advice."""


def checkable(schema: Schema, kind: str | None, note: Note) -> Schema:
    """Return a schema without the limits that cannot be checked, each of which is noted."""
    for key in (*_COUNTS, *_ROUNDED, "multipleOf"):
        if key not in schema:
            continue
        limit = _limit(schema[key], key, kind)
        if limit is None:
            note(key, f"{str(schema[key])[:40]} cannot be checked; it is ignored")
            schema = without(schema, key)
        else:
            schema = {**schema, key: limit}
    for low, high in _RANGES:
        if low in schema and schema[low] > schema.get(high, schema[low]):
            note(low, f"{low} is above {high}, so that no value is allowed; both are ignored")
            schema = without(schema, low, high)
    schema = _with_the_narrower_bounds(schema)
    length = _LENGTHS.get(str(schema.get("format")))
    if length is not None and not schema.get("minLength", 0) <= length <= schema.get("maxLength", length):
        note("format", f"its values have {length} characters, which minLength and maxLength do not allow; it is not checked")
        schema = without(schema, "format")
    if "pattern" in schema:
        try:
            re.compile(python_pattern(str(schema["pattern"])))
        except (ValueError, re.error, OverflowError, RecursionError) as error:
            note("pattern", f"Python has no such pattern ({error}); it is not checked")
            schema = without(schema, "pattern")
    return schema


def example_of_another_format(schema: Schema) -> str | None:
    """Return an example in a schema that is not in its format, such as a time without an offset, which the vendor takes."""
    pattern = PATTERNS.get(str(schema.get("format")), "")
    examples = schema.get("examples")
    shown = [schema.get("example"), *(examples if isinstance(examples, list) else ())]
    return next((each for each in shown if isinstance(each, str) and not re.search(pattern, each)), None)


def _with_the_narrower_bounds(schema: Schema) -> Schema:
    """Return a schema without the one of two bounds of the same side that says nothing beside the other."""
    for bound, exclusive, is_wider in (("minimum", "exclusiveMinimum", le), ("maximum", "exclusiveMaximum", ge)):
        if bound in schema and exclusive in schema:
            schema = without(schema, bound if is_wider(schema[bound], schema[exclusive]) else exclusive)
    return schema


def _limit(value: Json, key: str, kind: str | None) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    if key in _COUNTS:
        return int(value) if value == int(value) and 0 <= value <= _HIGHEST else None
    if key == "multipleOf" and value <= 0:
        return None
    if kind == "integer":
        if isinstance(value, float):
            # An integer that is a multiple of 1.5, which is 3/2, is one of 3.
            value = _ROUNDED[key](value) if key in _ROUNDED else Fraction(str(value)).numerator
        return value if _LOWEST <= value <= _HIGHEST else None
    return float(value) if not _LOWEST <= value <= _HIGHEST else value
