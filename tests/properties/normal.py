"""Write the schemas of a spec in the one form that the properties read, and list what they cannot try.

All parts of an `allOf` become one schema. Of a union only the first alternative other than null is tried: the schema has `NARROWED`
then, and nothing is said of what else is valid or invalid there. What no property tries is left out, and listed by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scripts.spec.document import SCHEMAS, Json

Schema = dict[str, Json]
Change = Callable[[Schema], Schema]

NARROWED = "x-narrowed"
"""Marks a schema that allows less than that of the spec."""

CONSTANT = "x-constant"
"""Marks an enum that the spec has as a constant."""

SENT = "-sent"
"""Ends the name of a component as it is sent."""

_DESCRIBING = {"description", "title", "default", "example", "examples", "deprecated", "externalDocs", "xml", "$comment"}
# A schema is read without all others, which no property tries.
_KNOWN = _DESCRIBING | {
    "type", "enum", "properties", "required", "items", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "additionalProperties",
    "minProperties", "maxProperties", "readOnly", "writeOnly", "discriminator", "unevaluatedProperties",
}  # fmt: skip
_KIND_BY_KEYWORD = {
    **dict.fromkeys(("properties", "additionalProperties", "required", "minProperties", "maxProperties"), "object"),
    **dict.fromkeys(("items", "minItems", "maxItems", "uniqueItems"), "array"),
}
_DEPTH = 40


def _common_types(one: Json, other: Json) -> Json:
    ours, theirs = ([each] if isinstance(each, str) else each for each in (one, other))
    both = [each for each in ours if each in theirs] or (["integer"] if {*ours, *theirs} == {"integer", "number"} else ours)
    return both[0] if len(both) == 1 else both


_MERGED: Mapping[str, Callable[[Any, Any], Json]] = {
    "type": _common_types,
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "properties": lambda one, other: {
        name: {"allOf": [each[name] for each in (one, other) if name in each]} for name in {**one, **other}
    },
    "items": lambda one, other: {"allOf": [one, other]},
    "enum": lambda one, other: [each for each in one if each in other],
    "additionalProperties": lambda one, other: False if False in (one, other) else {"allOf": [one, other]},
    **dict.fromkeys(("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties"), max),
    **dict.fromkeys(("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties"), min),
    **dict.fromkeys(("readOnly", "writeOnly", "uniqueItems"), lambda one, other: one or other),
}  # fmt: skip


class Normalizer:
    """Normalizes the schemas of one document.

    Attributes:
        left_out: what no property tries, and where it is.
    """

    def __init__(self, components: Mapping[str, Json], *, old: bool) -> None:
        self.left_out: dict[str, None] = {}
        self._components = components
        self._old = old
        self._both = {name: self.schema(each, name) for name, each in components.items()}
        self._has_sides = bool({"readOnly", "writeOnly"} & {key for each in self._both.values() for key in _keywords(each)})

    def components(self) -> dict[str, Schema]:
        """Return the normalized components as they are received and, if that differs, with the suffix `SENT` as they are sent."""
        sent = {f"{name}{SENT}": self._side(each, "readOnly") for name, each in self._both.items() if self._has_sides}
        return {name: self._side(each, "writeOnly") for name, each in self._both.items()} | sent

    def sent(self, given: Json, where: str) -> Schema:
        """Return the normalized schema of a body that is sent: without what is only received."""
        return self._side(self.schema(given, where), "readOnly")

    def _side(self, given: Schema, other: str) -> Schema:
        """Return a schema without the properties of the other side, or if it is received, with those as optional ones."""
        schema = dict(given)
        if other == "readOnly" and "$ref" in schema and self._has_sides:
            schema["$ref"] += SENT
        properties = schema.get("properties", {})
        hidden = {
            name for name, each in properties.items() if {**self._both.get(_name(each.get("$ref", "")), {}), **each}.get(other)
        }
        if hidden:
            schema["required"] = [name for name in schema.get("required", []) if name not in hidden]
        if hidden and other == "readOnly":
            schema["properties"] = {name: each for name, each in properties.items() if name not in hidden}
        return change_subschemas(schema, lambda each: self._side(each, other))

    def schema(self, given: Json, where: str, depth: int = 0) -> Schema:
        """Return a schema in the one form; `where` names it in `left_out`."""
        if not isinstance(given, dict) or depth > _DEPTH:
            if given is not True:
                self._leave_out("a schema without an end" if given else "`false`", where)
            return {}
        schema = self._modern(given)
        if "$ref" in schema:
            beside = {key: each for key, each in schema.items() if key not in _DESCRIBING | {"$ref"} and not key.startswith("x-")}
            beside = {key: each for key, each in beside.items() if key not in ("readOnly", "writeOnly")}
            if not beside:
                return schema
            schema = {"allOf": [{"$ref": schema["$ref"]}, beside]}
        if "allOf" in schema:
            schema = self._merge([{key: each for key, each in schema.items() if key != "allOf"}, *schema["allOf"]], where)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                return self._union(schema, keyword, where, depth)
        return self._single(schema, where, depth)

    def parameter(self, given: Json, where: str) -> Schema:
        """Return the normalized schema of a parameter, which is not a reference."""
        schema = self.schema(given, where)
        while "$ref" in schema:
            schema = self._both[_name(schema["$ref"])] | ({NARROWED: True} if NARROWED in schema else {})
        return schema

    def _leave_out(self, what: str, where: str) -> None:
        self.left_out[f"{what} of {where}"] = None

    def _modern(self, given: Schema) -> Schema:
        """Write a schema of OpenAPI 3.0 as one of 3.1, and a constant as an enum."""
        schema = dict(given)
        if self._old:
            if "$ref" in schema:
                return {"$ref": schema["$ref"]}
            nullable = schema.pop("nullable", False)
            for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
                if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
                    schema[exclusive] = schema.pop(limit)
            if nullable:
                kind = schema.get("type")
                schema = {**schema, "type": [kind, "null"]} if isinstance(kind, str) else {"anyOf": [schema, {"type": "null"}]}
        if "const" in schema:
            schema |= {"enum": [schema.pop("const")], CONSTANT: True}
        return schema

    def _merge(self, parts: Iterable[Json], where: str, seen: tuple[str, ...] = ()) -> Schema:
        merged: Schema = {}
        for given in parts:
            if not isinstance(given, dict):
                continue
            part = self._modern(given)
            if "$ref" in part:
                name = _name(part.pop("$ref"))
                if name in seen:
                    self._leave_out("an `allOf` without an end", where)
                    continue
                base = {key: each for key, each in self._components[name].items() if key not in ("description", "title")}
                part = self._merge([base, part], where, (*seen, name))
            if "allOf" in part:
                part = self._merge([*part.pop("allOf"), part], where, seen)
            for key, each in part.items():
                if key in merged and key in _MERGED:
                    merged[key] = _MERGED[key](merged[key], each)
                elif key in merged and merged[key] != each and key not in _DESCRIBING and not key.startswith("x-"):
                    self._leave_out(f"the second `{key}` of an `allOf`", where)
                    merged[NARROWED] = True
                else:
                    merged[key] = each
        return merged

    def _union(self, schema: Schema, keyword: str, where: str, depth: int) -> Schema:
        """Return the first alternative of a union, which may be null where one of the others is."""
        some = [self._modern(each) if isinstance(each, dict) else each for each in schema[keyword]]
        rest = [each for each in some if not (isinstance(each, dict) and each.get("type") == "null")]
        beside = {key: each for key, each in schema.items() if key not in {keyword, "discriminator", *_DESCRIBING}}
        beside = {} if beside.keys() <= {"x-client-enum", "x-client-note"} else beside
        tag = schema.get("discriminator", {}).get("propertyName")
        first = rest[0] if rest else {"type": "null"}
        if tag is not None and "$ref" in first:
            named = {reference: value for value, reference in schema["discriminator"].get("mapping", {}).items()}
            value = named.get(first["$ref"], named.get(_name(first["$ref"]), _name(first["$ref"])))
            beside = {**beside, "allOf": [{"properties": {tag: {"type": "string", "enum": [value]}}, "required": [tag]}]}
        chosen = self.schema({"allOf": [first, beside]} if beside else first, where, depth + 1)
        if len(rest) > 1:
            self._leave_out(f"all but the first of `{keyword}`", where)
            chosen = {**chosen, NARROWED: True}
        if len(rest) == len(some):
            return chosen
        described = {key: each for key, each in schema.items() if key in _DESCRIBING or key.startswith("x-")}
        return {**described, "anyOf": [chosen, {"type": "null"}]} if rest else chosen

    def _single(self, given: Schema, where: str, depth: int) -> Schema:
        schema = {key: each for key, each in given.items() if key in _KNOWN or key.startswith("x-")}
        for key in given.keys() - schema.keys() | given.keys() & {"minProperties", "maxProperties"}:
            self._leave_out(f"`{key}`", where)
        schema.pop("unevaluatedProperties", None)
        if schema.pop("discriminator", None):
            self._leave_out("`discriminator`", where)
            schema[NARROWED] = True
        kinds = schema.get("type")
        if kinds is None:
            found = next((_KIND_BY_KEYWORD[key] for key in schema if key in _KIND_BY_KEYWORD), None)
            schema |= {"type": found} if found else {}
        elif isinstance(kinds, list) and len({*kinds} - {"null"}) > 1 and "enum" not in schema:
            self._leave_out("all but the first `type`", where)
            first = next(each for each in kinds if each != "null")
            schema |= {"type": [first, "null"] if "null" in kinds else first, NARROWED: True}
        if "properties" in schema:
            others = schema.get("additionalProperties")
            if others not in (None, False):
                del schema["additionalProperties"]
            if isinstance(others, dict) and others:
                self._leave_out("`additionalProperties` beside `properties`", where)
                schema[NARROWED] = True
            schema["properties"] = {
                name: self.schema(each, f"{where}.{name}", depth + 1) for name, each in schema["properties"].items()
            }
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict) or (key == "items" and key in schema):
                schema[key] = self.schema(schema[key], f"{where}[]", depth + 1)
        return schema


def subschemas(schema: Schema) -> list[Schema]:
    """Return the schemas directly inside a normalized one."""
    found = [*schema.get("anyOf", []), *schema.get("properties", {}).values()]
    return found + [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]


def change_subschemas(schema: Schema, change: Change) -> Schema:
    """Return a normalized schema with a change made to each schema directly inside."""
    changed = dict(schema)
    if "properties" in changed:
        changed["properties"] = {name: change(each) for name, each in changed["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(changed.get(key), dict):
            changed[key] = change(changed[key])
    if "anyOf" in changed:
        changed["anyOf"] = [change(each) for each in changed["anyOf"]]
    return changed


def _keywords(schema: Schema) -> set[str]:
    return {*schema}.union(*map(_keywords, subschemas(schema)))


def _name(reference: str) -> str:
    return reference.removeprefix(SCHEMAS)
