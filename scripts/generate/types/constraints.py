"""What a schema becomes where it is received, which is read tolerantly, and where it is sent, which is checked strictly."""

from __future__ import annotations

from scripts.generate.parse.api import Schema
from scripts.generate.parse.schemas.all_of import both_patterns
from scripts.generate.parse.schemas.keywords import described, distinct, json_type, with_null, without
from scripts.generate.parse.schemas.normalize import beyond_types
from scripts.generate.parse.schemas.patterns import python_pattern
from scripts.generate.parse.schemas.references import map_children
from scripts.runtime import formats

NUMBER_LIMITS = "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"
LIMITS = [
    *("minLength", "maxLength", "pattern", *NUMBER_LIMITS),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "format", "x-values", "x-any-required"),
]
_ANY_OBJECT: Schema = {"type": "object", "additionalProperties": {}}
_INTEGER_RANGE: dict[str, tuple[int, int | None]] = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32)},
    "uint64": (0, None),  # msgspec compares with 63 bits
    "double-int": (1 - 2**53, 2**53 - 1),
}


def is_tuple(schema: Schema) -> bool:
    """Return whether a schema is that of an array whose elements are known by their places, and not any values."""
    return "prefixItems" in schema and not schema["items"].keys() <= {"description"}


def tolerant(schema: Schema, *, constants: bool = False) -> Schema:
    """Return what a response is read as.

    Args:
        schema: a normalized schema.
        constants: whether constants of its properties are kept, because they distinguish it from others in a union.
    """
    kept = without(schema, *LIMITS, "x-client-enum", "x-tag", *beyond_types(schema))
    if is_tuple(schema):
        kept["x-tuple"] = True
    if "const" in kept and not constants:
        kept["type"] = json_type(kept.pop("const"))
    if "properties" in kept:
        required = [name for name in kept.get("required", []) if not kept["properties"][name].get("x-tag")]
        kept["required"] = required
        children = {name: tolerant(child, constants=constants) for name, child in kept["properties"].items()}
        kept["properties"] = {name: child if name in required else with_null(child) for name, child in children.items()}
    kept = map_children(kept, tolerant, properties=False)
    if "anyOf" in kept:
        kept["anyOf"] = distinct(kept["anyOf"])
        if "discriminator" in kept and "otherwise" not in kept["discriminator"]:
            kept["anyOf"].append(_ANY_OBJECT)  # of a kind that the spec does not have
        if len(kept["anyOf"]) == 1 and "x-custom" not in kept:
            kept = described(kept["anyOf"][0], kept)
    return kept


def strict(schema: Schema) -> Schema:
    """Return what a request is checked against."""
    kept = without(schema, "x-client-enum", "x-tag", "format", *beyond_types(schema))
    form = schema.get("format", "")
    if form in _INTEGER_RANGE and kept.get("type") in ("integer", ["integer", "null"]):
        low, high = _INTEGER_RANGE[form]
        if "exclusiveMinimum" not in kept and kept.get("minimum", low - 1) < low:
            kept["minimum"] = low
        if high is not None and "exclusiveMaximum" not in kept and kept.get("maximum", high + 1) > high:
            kept["maximum"] = high
    if "pattern" in kept:
        kept["pattern"] = python_pattern(kept["pattern"])
    if form in formats.PATTERNS and kept.get("type") in ("string", ["string", "null"]) and not kept.keys() & {"enum", "const"}:
        pattern = formats.PATTERNS[form]
        if "pattern" in kept:
            kept["pattern"] = both_patterns(pattern, kept["pattern"])
        elif kept.keys() & {"minLength", "maxLength"}:  # beside these, datamodel-code-generator would make a class of it
            kept["pattern"] = pattern
        else:
            kept["format"] = form
    return map_children(kept, strict)
