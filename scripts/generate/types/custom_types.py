"""Give names to the schemas that need a type of their own, because msgspec or datamodel-code-generator cannot write them in place.

`x-custom` marks a schema whose class derives from one of `scripts.runtime.decoding`:

- `AnyOf`: a union that msgspec cannot read by itself, or an alias that contains itself;
- `Checked`: the schema `value`, and rules that msgspec cannot check;
- `Extended`: an object with the named properties of the schema `named` and others, of the schema `others`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.schemas.keywords import described, is_nullable, kind_of, without, without_null
from scripts.generate.parse.schemas.references import alternatives, map_children, reachable, referenced
from scripts.generate.text.names import class_name, unique, words
from scripts.generate.types.constraints import LIMITS, NUMBER_LIMITS, is_tuple, tolerant
from scripts.runtime.formats import PATTERNS
from scripts.spec.document import SCHEMAS, Pointer, split

_RULES = {
    "multipleOf": "multiple_of",
    "x-values": "values",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
    "x-any-required": "any_required",
    "uniqueItems": "unique_items",
    "x-tuple": "is_tuple",
}


def name_unions(api: Api) -> Api:
    """Return the API with a name for every union that needs a class."""
    pointers = dict(api.pointers)
    shaper = _Shaper(api.schemas, pointers, strict=False)
    shaper.run()
    operations = []
    for op in api.operations:
        suggestion = class_name(op.id)
        sent = partial(shaper.shape_at, op.pointer, f"{suggestion}Request")
        received = partial(shaper.received_at, op.pointer, f"{suggestion}Response")
        parameters = tuple(
            replace(each, schema=shaper.shape_at(each.pointer, f"{suggestion}{words(each.name)}", each.schema))
            for each in op.parameters
        )
        bodies = tuple(body.with_schema(sent) for body in op.bodies)
        responses = tuple(
            replace(each, contents=tuple(body.with_schema(received) for body in each.contents)) for each in op.responses
        )
        operations.append(replace(op, parameters=parameters, bodies=bodies, responses=responses))
    return replace(api, schemas=shaper.schemas, operations=tuple(operations), pointers=pointers)


def name_checks(
    schemas: Mapping[str, Schema], pointers: dict[str, Pointer], taken: set[str], *, extended: bool
) -> dict[str, Schema]:
    """Return strict schemas with all that needs a class or an alias named.

    Args:
        schemas: the schemas.
        pointers: where each comes from, to which those with new names are added.
        taken: names that are used.
        extended: whether the other properties of objects are checked, too.
    """
    shaper = _Shaper(schemas, pointers, strict=True, taken=taken, extended=extended)
    shaper.run()
    return shaper.schemas


class _Shaper:
    def __init__(
        self,
        schemas: Mapping[str, Schema],
        pointers: dict[str, Pointer],
        *,
        strict: bool,
        taken: set[str] | None = None,
        extended: bool = False,
    ) -> None:
        self.schemas = dict(schemas)
        self.pointers = pointers
        self.strict = strict
        self.extended = extended
        self.taken = {*schemas} if taken is None else taken
        self.pointer: Pointer = ()
        self.unions: dict[str, Schema] = {}
        self.custom: dict[str, bool] = {}

    def run(self) -> None:
        for name in _recursive_aliases(self.schemas):
            self._break_circle(name)
        for name, schema in list(self.schemas.items()):
            self.pointer = self.pointers[name]
            self.schemas[name] = self.shape(schema, name, top=True)

    def shape_at(self, pointer: Pointer, suggestion: str, schema: Schema) -> Schema:
        """Return an anonymous schema with all below it named that needs it."""
        self.pointer = pointer
        return self.shape(schema, suggestion, top=False)

    def received_at(self, pointer: Pointer, suggestion: str, schema: Schema) -> Schema:
        """Return an anonymous schema of a response as above, and with all tuples in it named, which need a class."""
        return self._with_named_tuples(self.shape_at(pointer, suggestion, schema), suggestion)

    def _with_named_tuples(self, schema: Schema, suggestion: str) -> Schema:
        if is_tuple(schema):
            return self._hoist(schema, suggestion)
        return map_children(schema, lambda child: self._with_named_tuples(child, f"{suggestion}Item"))

    def shape(self, schema: Schema, suggestion: str, *, top: bool) -> Schema:
        """Return the schema with all below it named that needs it; `top` means that it already has a name, `suggestion`."""
        if schema.get("x-custom") in ("Checked", "Extended"):
            return schema
        schema = dict(schema)
        if "properties" in schema:
            schema["properties"] = {
                name: self.shape(child, f"{suggestion}{words(name)}", top=False) for name, child in schema["properties"].items()
            }
        for key, label in (("items", "Item"), ("additionalProperties", "Value")):
            if isinstance(schema.get(key), dict):
                schema[key] = self._alias(self.shape(schema[key], f"{suggestion}{label}", top=False), f"{suggestion}{label}")
        if "anyOf" in schema:
            schema = self._union(schema, suggestion, top=top)
        if self.extended and "properties" in schema and "additionalProperties" in schema:
            schema = self._extended(schema, suggestion)
        if not self.strict:
            return schema
        checked = self._checked(schema, suggestion, top=top)
        return self._alias(checked, f"{suggestion}Value") if top and _is_map_or_null(checked) else checked

    def _union(self, schema: Schema, suggestion: str, *, top: bool) -> Schema:
        single = len([each for each in schema["anyOf"] if each != {"type": "null"}]) == 1
        members = []
        for index, member in enumerate(schema["anyOf"]):
            name = f"{suggestion}Value" if single and top else suggestion if single else f"{suggestion}Option{index + 1}"
            shaped = self.shape(member, name, top=False)
            members.append(shaped if single and not top else self._alias(shaped, name))
        schema["anyOf"] = members
        if "x-custom" in schema or (self._is_native(members) and "discriminator" not in schema):
            return schema
        if top:
            return {**schema, "x-custom": "AnyOf"}
        rest = [each for each in members if each != {"type": "null"}]
        same = json.dumps([rest, schema.get("discriminator")], sort_keys=True)
        reference = self.unions.get(same) or self._hoist({**schema, "anyOf": rest, "x-custom": "AnyOf"}, suggestion)
        self.unions[same] = reference
        return described({"anyOf": [reference, {"type": "null"}]} if len(rest) < len(members) else reference, schema)

    def _extended(self, schema: Schema, suggestion: str) -> Schema:
        """Make an object with named properties and typed others a map, of which both parts are checked."""
        others = schema.pop("additionalProperties")
        if others.keys() <= {"description"}:  # any value
            return schema
        extended: Schema = {
            "x-custom": "Extended",
            "type": "object",
            "additionalProperties": {},
            "named": self._hoist(self._checked(schema, f"{suggestion}Named", top=False), f"{suggestion}Named"),
            "others": self._alias(others, f"{suggestion}Others"),
        }
        return described(extended, schema)

    def _checked(self, schema: Schema, suggestion: str, *, top: bool) -> Schema:
        rules = {_RULES[key]: schema[key] for key in _RULES if key in schema and _is_beyond_msgspec(key, schema)}
        if not rules:
            return schema
        inner = without(schema, "description", *(key for key in _RULES if _RULES[key] in rules))
        null = is_nullable(inner) and "values" not in rules
        if null:
            inner = without_null(inner)
        value = self._hoist(inner, f"{suggestion}Fields") if "properties" in inner else self._alias(inner, f"{suggestion}Value")
        checked = {"x-custom": "Checked", "value": value, **rules}
        if top and not null:
            return described(checked, schema)
        reference = self._hoist(checked, f"{suggestion}Value" if top else suggestion)
        return described({"anyOf": [reference, {"type": "null"}]} if null else reference, schema)

    def _alias(self, schema: Schema, suggestion: str) -> Schema:
        """Name a schema with limits: below an array, a map or a union, they need an alias."""
        if not self.strict or "$ref" in schema or not schema.keys() & set(LIMITS):
            return schema
        if _is_map_or_null(schema):  # datamodel-code-generator writes a union without the limits of a map
            return described({"anyOf": [self._hoist(without_null(schema), suggestion), {"type": "null"}]}, schema)
        return self._hoist(schema, suggestion)

    def _hoist(self, schema: Schema, suggestion: str) -> Schema:
        if "$ref" in schema:
            return schema
        name = unique(suggestion, self.taken)
        self.schemas[name] = schema
        self.pointers.setdefault(name, self.pointer)
        return {"$ref": f"{SCHEMAS}{name}"}

    def _break_circle(self, name: str) -> None:
        schema = self.schemas[name]
        union = schema if "anyOf" in schema else described({"anyOf": [without(schema, "description")]}, schema)
        self.schemas[name] = {**union, "x-custom": "AnyOf"}

    def _is_native(self, members: list[Schema]) -> bool:
        kinds: list[str] = []
        distinct: list[Schema] = []
        for member in members:
            bare = without(member if self.strict else tolerant(member), "description")
            if bare not in distinct:
                distinct.append(bare)
                kinds += self._kinds(bare, ())
        some = [kind for kind in kinds if kind != "null"]
        if "custom" in some:
            return len(some) == 1
        texts = [kind for kind in some if kind in ("text", "literal")]
        if "literal" in texts and "text" not in texts:
            texts = texts[:1]
        rest = [kind for kind in some if kind not in ("text", "literal")]
        is_distinct = len(texts) <= 1 and len(rest) == len(set(rest))
        if not is_distinct or not self.strict:
            return is_distinct
        options = [option for member in members for option in alternatives(member, self.schemas)]
        return not _has_narrower_integer(options) and not _has_pattern_beside_parts(options)

    def _kinds(self, schema: Schema, seen: tuple[str, ...]) -> list[str]:
        """Return the kinds that msgspec distinguishes: a union holds at most one of each."""
        if "x-custom" in schema:
            return ["custom"]
        if "$ref" in schema:
            name = split(schema["$ref"])[-1]
            return ["custom"] if self._is_custom(name, seen) else self._kinds(self.schemas[name], (*seen, name))
        if "anyOf" in schema:
            return [kind for member in schema["anyOf"] for kind in self._kinds(member, seen)]
        if isinstance(schema.get("const"), str):
            return ["literal"]
        kinds = {"string": "text", "number": "float", "file": "object"}
        given = schema.get("type", "any")
        found: list[str] = given if isinstance(given, list) else [given]
        return [kinds.get(each, each) for each in found]

    def _is_custom(self, name: str, seen: tuple[str, ...]) -> bool:
        """Return whether a named schema is, or will be, a custom class."""
        target = self.schemas[name]
        if "anyOf" in target:
            if name not in self.custom:
                self.custom[name] = "discriminator" in target or name in seen or not self._is_native(target["anyOf"])
            return self.custom[name]
        extended = self.extended and "properties" in target and bool(target.get("additionalProperties"))
        return self.strict and (extended or any(_is_beyond_msgspec(key, target) for key in _RULES if key in target))


def _is_map_or_null(schema: Schema) -> bool:
    return schema.get("type") == ["object", "null"] and "properties" not in schema


def _has_narrower_integer(options: Sequence[Schema]) -> bool:
    """Return whether an integer has limits that a number beside it does not have.

    msgspec reads each whole number as the integer, and would refuse what only the number allows.
    """
    limits: dict[str | None, list[set[tuple[str, float]]]] = {"integer": [], "number": []}
    for each in options:
        limits.get(kind_of(each), []).append({(key, each[key]) for key in NUMBER_LIMITS if key in each})
    return any(not integer <= number for integer in limits["integer"] for number in limits["number"])


def _has_pattern_beside_parts(options: Sequence[Schema]) -> bool:
    """Return whether a text has a pattern, and an array or a map is beside it.

    msgspec 0.22 frees the pattern as if it were the type of the elements, and Python crashes.
    """
    has_pattern = any("pattern" in each or each.get("format") in PATTERNS for each in options)
    return has_pattern and any(kind_of(each) in ("array", "object") and "properties" not in each for each in options)


def _is_beyond_msgspec(key: str, schema: Schema) -> bool:
    if key == "multipleOf":
        factor = schema[key]
        return schema["type"] not in ("integer", ["integer", "null"]) and Fraction(str(factor)) != Fraction(float(factor))
    return key in ("x-values", "x-any-required", "uniqueItems", "x-tuple") or "properties" in schema


def _recursive_aliases(schemas: Mapping[str, Schema]) -> list[str]:
    """Return aliases, one in each circle of aliases, that contain themselves without a class in between."""
    graph = {name: () if "properties" in schema else tuple(referenced(schema)) for name, schema in schemas.items()}
    found = []
    for name in schemas:
        if name in reachable(graph[name], graph.__getitem__):
            found.append(name)
            graph[name] = ()
    return found
