"""Merge the parts of an `allOf` into one schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from scripts.generate.parse.api import Refuse, Schema
from scripts.generate.parse.schemas.keywords import as_json, is_nothing, without
from scripts.spec.document import Json, Pointer, split

# Of these the last one is taken: they describe, or a derived schema overrides them.
_LAST = frozenset(
    ["description", "title", "format", "example", "examples", "default", "deprecated", "externalDocs", "xml", "x-client-enum"]
)

_MOST_COMBINATIONS = 32

Resolve = Callable[[Json], Json]
"""Returns the schema that a reference leads to, or the schema itself."""


class Merger:
    """Merges schemas of one document.

    Args:
        components: schemas of the document by their name there.
        modern: writes a schema of OpenAPI 3.0 as one of 3.1.
        refuse: notes what has no Python type.
        note: notes what is ignored.
        resolved: follows references.
    """

    def __init__(
        self,
        components: Mapping[str, Schema],
        modern: Callable[[Schema], Schema],
        refuse: Refuse,
        note: Refuse,
        resolved: Resolve,
    ) -> None:
        self.components = components
        self.resolved = resolved
        self.modern = modern
        self.refuse = refuse
        self.note = note

    def merge(self, parts: list[Json], pointer: Pointer, owner: str | None) -> Schema:
        """Return one schema with the keywords of all parts; `owner` is the component that they make."""
        merged: Schema = {}
        added: set[str] = set()
        for index, part in enumerate(parts):
            self._add(merged, part, (*pointer, "allOf", index), () if owner is None else (owner,), added)
        return {key: merged[key] for key in ("description",) if key in merged} if merged.get("type") == [] else merged

    def _add(self, target: Schema, part: Json, pointer: Pointer, seen: tuple[str, ...], added: set[str]) -> None:
        """Add a part; `seen` are the components around it, `added` those that the schema has already."""
        if is_nothing(part):
            self.note(pointer, "unsupported-false-schema", "no value is valid here; it is read as any value")
            target["type"] = []
            return
        if not isinstance(part, dict):
            return
        part = self.modern(without(part, "nullable") if "$ref" in part else part)
        if "$ref" in part:
            name = split(part["$ref"])[-1]
            if name not in self.components:
                self.refuse(pointer, "unsupported-all-of", "an allOf that contains itself has no Python type; break the circle")
                return
            if name in seen:
                self.note(pointer, "unsupported-all-of", f"{name!r} contains itself here, which says nothing")
                return
            base = self.components[name]
            if isinstance(base, dict):
                base = without(base, "description", "title")  # they are the base's own
                if _leads_to(base, seen):  # it lists those that derive from it, this one among them
                    base = without(base, "anyOf", "oneOf", "discriminator")
            if name not in added:
                added.add(name)
                self._add(target, base, ("components", "schemas", name), (*seen, name), added)
            part = without(part, "$ref")
        for index, child in enumerate(part.get("allOf", [])):
            self._add(target, child, (*pointer, "allOf", index), seen, added)
        if "discriminator" in part and "oneOf" not in part and "anyOf" not in part:
            part = without(part, "discriminator")  # of a base type
        for key, value in without(part, "allOf").items():
            self._keyword(target, key, value, pointer)

    def _keyword(self, target: Schema, key: str, value: Json, pointer: Pointer) -> None:
        same = key in target and key != "enum" and target[key] == value  # to Python, [1] is [True]
        if key not in target or same or key in _LAST or key.startswith(("x-", "$")):  # names, and dialects
            target[key] = deepcopy(value) if isinstance(value, dict | list) else value
        elif key in _COMBINED:
            target[key] = _COMBINED[key](target[key], value)
        elif key == "type":
            self._types(target, value, pointer)
        elif key in ("anyOf", "oneOf"):
            combined = combinations(target[key], value, self.resolved)
            if combined is None:
                self.note(pointer, "unsupported-all-of", UNCOMBINED)
                target["type"], combined = [], []
            target[key] = combined
            target.pop("discriminator", None)
        else:
            self.note(pointer, "unsupported-all-of", f"two parts have different values of {key!r}; the last one is taken")
            target[key] = deepcopy(value)

    def _types(self, target: Schema, value: Json, pointer: Pointer) -> None:
        left = target["type"] if isinstance(target["type"], list) else [target["type"]]
        right = value if isinstance(value, list) else [value]
        both = [each for each in left if each in right] or (["integer"] if {*left, *right} >= {"integer", "number"} else [])
        if not both:  # nothing is valid, so that whatever comes is not what was meant
            if left:
                self.note(pointer, "unsupported-all-of", f"no value is both {target['type']} and {value}; it is read as any value")
            target["type"] = []
            return
        target["type"] = both[0] if len(both) == 1 else both


UNCOMBINED = "the combinations of two unions are too many, or none, so that it is read as any value; write them as one union"


def both_patterns(first: str, second: str) -> str:
    """Return a pattern that is found where both are found."""
    return f"^(?=[\\s\\S]*?(?:{first}))(?=[\\s\\S]*?(?:{second}))"


def _both(first: Json, second: Json) -> Json:
    if False in (first, second):
        return False
    parts = [each for each in (first, second) if each not in (True, {})]
    return {"allOf": parts} if len(parts) == 2 else parts[0] if parts else True


def _shared_values(first: list[Json], second: list[Json]) -> list[Json]:
    known = {*map(as_json, second)}
    return [each for each in first if as_json(each) in known]


def _common_multiple(first: float, second: float) -> float:
    """Return the least number that is a multiple of two decimal numbers."""
    one, other = Fraction(str(first)), Fraction(str(second))
    if not one > 0 < other:
        return second  # which the check of limits notes
    found = Fraction(lcm(one.numerator, other.numerator), gcd(one.denominator, other.denominator))
    return found.numerator if found.denominator == 1 else float(found)


def _properties(first: Schema, second: Schema) -> Schema:
    shared = {name: {"allOf": [first[name], second[name]]} for name in first if name in second and first[name] != second[name]}
    return {**first, **second, **shared}


def combinations(first: list[Json], second: list[Json], resolved: Resolve) -> list[Json] | None:
    """Return the alternatives of a value that has one of each of two unions; None if they are very many, or there is none."""
    if len(first) * len(second) > _MOST_COMBINATIONS:
        return None
    pairs = [(one, other) for one in first for other in second if not _exclude(resolved(one), resolved(other), resolved)]
    return [one if one == other else {"allOf": [one, other]} for one, other in pairs] or None


def _exclude(first: Json, second: Json, resolved: Resolve) -> bool:
    """Return whether it is plain that no value has both schemas, by types and constants, also of a property that is required."""
    if not isinstance(first, dict) or not isinstance(second, dict):
        return False
    properties, others = (each.get("properties", {}) for each in (first, second))
    required = {*first.get("required", ()), *second.get("required", ())} & properties.keys() & others.keys()
    pairs = [(first, second), *((resolved(properties[name]), resolved(others[name])) for name in required)]
    return any(_differ(*pair) for pair in pairs)


def _differ(first: Json, second: Json) -> bool:
    both = [each if isinstance(each, dict) else {} for each in (first, second)]
    types = [each.get("type") for each in both]
    if all(isinstance(each, str) for each in types) and types[0] != types[1] and {*types} != {"integer", "number"}:
        return True
    values = [each["enum"] if "enum" in each else [each["const"]] for each in both if each.keys() & {"enum", "const"}]
    return len(values) == len(both) and not _shared_values(*values)


_COMBINED: Mapping[str, Callable[[Any, Any], Json]] = {
    "properties": _properties,
    "patternProperties": _properties,
    "items": _both,
    "additionalProperties": _both,
    "unevaluatedProperties": _both,
    "required": lambda first, second: list(dict.fromkeys([*first, *second])),
    "enum": _shared_values,
    "pattern": both_patterns,
    "multipleOf": _common_multiple,
    "nullable": lambda first, second: first and second,
    # Of conditions only the properties matter that an object has under them: those of all.
    **dict.fromkeys(("if", "then", "else"), lambda first, second: {"allOf": [first, second]}),
    "dependentSchemas": _properties,
    "dependentRequired": lambda first, second: {**first, **second},
    **dict.fromkeys(("readOnly", "writeOnly", "uniqueItems"), lambda first, second: first or second),
    **dict.fromkeys(("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties"), max),
    **dict.fromkeys(("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties"), min),
}


def _leads_to(base: Schema, names: tuple[str, ...]) -> bool:
    options = [*base.get("anyOf", []), *base.get("oneOf", [])]
    return any(isinstance(each, dict) and split(each.get("$ref", ""))[-1:] == (name,) for each in options for name in names)
