"""Bring schemas into the one form of `parse.api`: OpenAPI 3.1, `allOf` merged, every object and enum a named component."""

from __future__ import annotations

import re
from collections.abc import Callable

from scripts.generate.parse.all_of import Merger
from scripts.generate.parse.api import Schema
from scripts.generate.parse.inheritance import Hierarchy
from scripts.generate.parse.keywords import OF_SOME_TYPE, closed_values, constant, kind_of, modern, relevant
from scripts.generate.text.names import class_name, unique, words
from scripts.spec.document import SCHEMAS, Document, Json, Pointer, split

Refuse = Callable[[Pointer, str, str], None]

# Keywords that restrict values more than a Python type can. Responses are read without them; a request that needs one is refused.
_BEYOND_TYPES = [
    *("not", "if", "then", "else", "dependentSchemas", "dependentRequired", "dependencies", "patternProperties", "propertyNames"),
    *("contains", "minContains", "maxContains", "prefixItems", "unevaluatedItems", "$dynamicRef", "$recursiveRef"),
]
# All other keywords describe, or are unknown, which JSON Schema allows.
_MEANINGFUL = frozenset(
    [
        *("type", "description", "enum", "const", "format", "anyOf", "oneOf", "allOf", "discriminator", "x-client-enum"),
        *OF_SOME_TYPE,
        *_BEYOND_TYPES,
    ]
)
_DESCRIBING = frozenset(["description", "x-client-enum"])


class SchemaNormalizer:
    """Normalizes the schemas of one document; `named` has the results, `pointers` where they come from."""

    def __init__(self, document: Document, refuse: Refuse) -> None:
        self.components: dict[str, Json] = dict(document.data.get("components", {}).get("schemas", {}))
        self.named: dict[str, Schema] = {}
        self.pointers: dict[str, Pointer] = {}
        self.refuse = refuse
        self.is_3_0 = str(document.data.get("openapi", "")).startswith("3.0")
        self.taken: set[str] = set()
        self.names = {name: unique(class_name(name), self.taken) for name in self.components}
        self.hierarchy = Hierarchy(self.components, self.names)
        self.merger = Merger(self.components, self._modern, refuse)

    def replace(self, name: str, schema: Json) -> None:
        """Replace the schema of a component."""
        self.components[name] = schema

    def normalize_components(self) -> None:
        """Normalize the components in their order; their anonymous parts become components behind them."""
        for pointer, advice in self.hierarchy.problems:
            self.refuse(pointer, "unsupported-discriminator", advice)
        for component, name in self.names.items():
            self.named[name] = {}  # keeps the order of the components
            self.pointers[name] = ("components", "schemas", component)
            self.named[name] = self.normalize(self.components[component], self.pointers[name], name, owner=component)

    def normalize(self, schema: Json, pointer: Pointer, suggestion: str, *, owner: str | None = None) -> Schema:
        """Return the schema in the one form; an anonymous object or enum becomes a component, and is referred to.

        Args:
            schema: as the document has it; a boolean is allowed in OpenAPI 3.1.
            pointer: where it is in the document.
            suggestion: name for it if it needs one.
            owner: its name in the document, if it is a component.
        """
        if schema is False:
            self.refuse(pointer, "unsupported-false-schema", "no value is valid here; remove it")
        if isinstance(schema, bool) or schema == {}:
            return {}
        schema = self._modern(schema)
        if "$ref" in schema:
            return self._reference(schema, pointer, suggestion, owner)
        if "allOf" in schema:
            return self._all_of(schema, pointer, suggestion, owner)
        schema = {key: True if key in _BEYOND_TYPES else value for key, value in schema.items() if key in _MEANINGFUL}
        schema = _merge_required_parts(_split_types(schema))
        for keyword, read in (("anyOf", self._union), ("oneOf", self._union), ("const", self._constant), ("enum", self._enum)):
            if keyword in schema:
                return read(schema, pointer, suggestion, owner)
        return self._plain(schema, pointer, suggestion, owner)

    def _modern(self, schema: Schema) -> Schema:
        return modern(schema) if self.is_3_0 else dict(schema)

    def _plain(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        schema.pop("discriminator", None)  # of a base type; the union of its family has it
        kind = kind_of(schema)
        nullable = isinstance(schema.get("type"), list) and "null" in schema["type"]
        if kind is not None:
            schema = {**relevant(schema, kind), "type": [kind, "null"] if nullable and kind != "null" else kind}
        if schema.get("uniqueItems") is False:
            del schema["uniqueItems"]
        if kind == "array":
            schema["items"] = self.normalize(schema.get("items", {}), (*pointer, "items"), f"{suggestion}Item")
        elif kind == "object":
            self._object(schema, pointer, suggestion)
        if kind == "object" and "properties" in schema:
            if nullable:
                own = suggestion if owner is None else f"{suggestion}Value"
                return self._described({"anyOf": [self.hoist({**schema, "type": kind}, pointer, own), {"type": "null"}]}, schema)
            if owner is None:
                return self._described(self.hoist(schema, pointer, suggestion), schema)
        return schema

    def _reference(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        target = schema["$ref"]
        name = split(target)[-1]
        if not target.startswith(SCHEMAS) or name not in self.names:
            self.refuse(pointer, "unsupported-reference", f"{target!r} leads back to itself and has no name; make it a component")
            return {}
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if beside.keys() & (_MEANINGFUL - _DESCRIBING):
            return self._all_of({"allOf": [{"$ref": target}], **beside}, pointer, suggestion, owner)
        family = self.hierarchy.families.get(name)
        if family is not None and family.name not in self.named:
            family_name = family.name if family.name not in self.taken else unique(family.name, self.taken)
            self.taken.add(family_name)
            family.name = family_name
            self.named[family_name] = family.schema
            self.pointers[family_name] = ("components", "schemas", name)
        reference: Schema = {"$ref": f"{SCHEMAS}{family.name if family else self.names[name]}"}
        return self._described(reference, schema)

    def _object(self, schema: Schema, pointer: Pointer, suggestion: str) -> None:
        unevaluated = schema.pop("unevaluatedProperties", None)
        extra = schema.get("additionalProperties", unevaluated)
        if "patternProperties" in schema:
            extra = True
        properties: dict[str, Json] = schema.pop("properties", {})
        required = schema.pop("required", [])
        open_ended = "x-any-required" in schema or (required and not properties and extra is not False)
        if not properties and (open_ended or extra is not False):
            extra = {} if extra in (None, True, False) else extra
            schema["additionalProperties"] = self.normalize(extra, (*pointer, "additionalProperties"), f"{suggestion}Value")
            if required:
                schema["x-any-required"] = [[*required, *group] for group in schema.get("x-any-required", [[]])]
            return
        schema.pop("additionalProperties", None)
        if isinstance(extra, dict) and extra:
            schema["additionalProperties"] = self.normalize(extra, (*pointer, "additionalProperties"), f"{suggestion}Value")
        for name in properties:
            if re.search(r'[\x00-\x1f"\\]', name):
                advice = 'msgspec has no name with a control character, `"` or `\\` for a field; make the object a map'
                self.refuse((*pointer, "properties", name), "unsupported-property-name", advice)
        schema["properties"] = {
            name: {
                **_with_default(self.normalize(child, (*pointer, "properties", name), f"{suggestion}{words(name)}"), child),
                **{key: True for key in ("readOnly", "writeOnly") if self._is_marked(child, key)},
            }
            for name, child in properties.items()
        }
        for name in required:
            schema["properties"].setdefault(name, {})
        if required:
            schema["required"] = list(dict.fromkeys(required))

    def _is_marked(self, schema: Json, key: str) -> bool:
        if not isinstance(schema, dict):
            return False
        if schema.get(key):
            return True
        target = self.components.get(split(schema["$ref"])[-1]) if "$ref" in schema else None
        return isinstance(target, dict) and "$ref" not in target and bool(target.get(key))

    def _constant(self, schema: Schema, pointer: Pointer, _: str, __: str | None) -> Schema:
        return self._described(constant(schema, lambda advice: self.refuse(pointer, "contradiction", advice)), schema)

    def _enum(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        plain, null = closed_values(schema, lambda advice: self.refuse((*pointer, "enum"), "contradiction", advice))
        if "enum" not in plain:
            return self._described(plain, schema)
        if "x-client-enum" in schema:
            plain["x-client-enum"] = schema["x-client-enum"]
        if null:
            own = suggestion if owner is None else f"{suggestion}Value"
            return self._described({"anyOf": [self.hoist(plain, pointer, own), {"type": "null"}]}, schema)
        described = self._described(plain, schema)
        return described if owner is not None else self._described(self.hoist(described, pointer, suggestion), schema)

    def _union(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        keyword = "anyOf" if "anyOf" in schema else "oneOf"
        if {"anyOf", "oneOf"} <= schema.keys() or "x-any-required" in schema:
            advice = "two unions in one schema have no Python type; write the combinations as one union"
            self.refuse((*pointer, keyword), "unsupported-union", advice)
        beside = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "discriminator", "description", "x-client-enum")}
        if not beside.keys() - {"type"} and schema.get("type") != "array":
            beside = {}
        some = [option for option in schema[keyword] if not _is_null(option)]
        null = len(some) < len(schema[keyword]) or (isinstance(schema.get("type"), list) and "null" in schema["type"])
        members: list[Schema] = []
        targets: dict[str, str] = {}
        for index, option in enumerate(schema[keyword]):
            if option not in some:
                continue
            title = words(str(option.get("title", ""))) if isinstance(option, dict) else ""
            name = (
                f"{suggestion}{title or f'Option{index + 1}'}"
                if len(some) > 1
                else suggestion
                if owner is None
                else f"{suggestion}Value"
            )
            component = split(option["$ref"])[-1] if isinstance(option, dict) and "$ref" in option else None
            extends = component is not None and owner is not None and self.hierarchy.derives(component, owner)
            whole = (
                {"allOf": [beside, option]} if beside and not extends else option
            )  # what is beside the union holds for each member
            member = self.normalize(whole, (*pointer, keyword, index), name)
            if component is not None and "$ref" in member:
                targets[component] = member["$ref"]
            nested = member["anyOf"] if "anyOf" in member and "discriminator" not in {**schema, **member} else [member]
            null = null or any("null" in each.get("type", ()) for each in nested)
            members += [bare for each in nested if (bare := _without_null(each)) is not None and bare not in members]
        if any(member.keys() <= {"description"} for member in members):
            return self._described({}, schema)
        if not members:
            return self._described({"type": "null"}, schema)
        result: Schema = dict(members[0]) if len(members) == 1 else {"anyOf": members}
        if "discriminator" in schema and len(members) > 1:
            result |= self.hierarchy.discriminator(schema["discriminator"], targets, members, pointer, self.refuse)
        return self._described(_with_null(result) if null else result, schema)

    def _all_of(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        own = {key: value for key, value in schema.items() if key != "allOf"}
        parts = [*schema["allOf"], own]
        meaningful = [
            part
            for part in parts
            if part is False or (isinstance(part, dict) and ("$ref" in part or part.keys() & (_MEANINGFUL - _DESCRIBING)))
        ]
        alone = meaningful[0] if len(meaningful) == 1 else None
        derived = owner is not None and isinstance(alone, dict) and split(alone.get("$ref", "#/"))[-1] in self.hierarchy.families
        if alone is not None and not derived:  # the usual way to describe a reference in OpenAPI 3.0
            result = self.normalize(alone, (*pointer, "allOf", parts.index(alone)), suggestion, owner=owner)
            if self.is_3_0 and any(isinstance(part, dict) and part.get("nullable") for part in parts):
                result = _with_null(result)
            return self._described(result, schema)
        return self.normalize(self.merger.merge(parts, pointer, owner), pointer, suggestion, owner=owner)

    def hoist(self, schema: Schema, pointer: Pointer, suggestion: str) -> Schema:
        """Make a normalized schema a component and return a reference to it."""
        name = suggestion if self.named.get(suggestion) == schema else unique(suggestion, self.taken)
        self.named[name] = schema
        self.pointers.setdefault(name, pointer)
        return {"$ref": f"{SCHEMAS}{name}"}

    @staticmethod
    def _described(result: Schema, schema: Schema) -> Schema:
        return {**result, "description": schema["description"]} if "description" in schema else result


def beyond_types(schema: Json) -> list[str]:
    """Return the keywords of a schema that cannot be checked in a request."""
    return [key for key in _BEYOND_TYPES if isinstance(schema, dict) and key in schema]


def _with_null(schema: Schema) -> Schema:
    kind = schema.get("type")
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]} if kind != "null" else schema
    members = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return {"anyOf": [*members, {"type": "null"}]}


def _without_null(schema: Schema) -> Schema | None:
    """Return a member of a union without null, which becomes a member itself; None if it is only null."""
    if _is_null(schema):
        return None
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        return {**schema, "type": next(each for each in schema["type"] if each != "null")}
    return schema


def _with_default(schema: Schema, written: Json) -> Schema:
    """Document the default of a property; the client does not send it."""
    if not isinstance(written, dict) or "default" not in written:
        return schema
    text = f"Default: {written['default']!r}."
    return {**schema, "description": f"{schema['description'].rstrip()} {text}" if "description" in schema else text}


def _is_null(schema: Json) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _split_types(schema: Schema) -> Schema:
    """Write a schema of several types other than null as a union."""
    kinds = schema.get("type")
    if not isinstance(kinds, list) or len(kinds) - kinds.count("null") < 2 or "enum" in schema:
        return schema
    common = {key: value for key, value in schema.items() if key in ("description", "x-client-enum")}
    rest = {key: value for key, value in schema.items() if key not in ("type", "description")}
    return {**common, "anyOf": [{"type": "null"} if kind == "null" else {**rest, "type": kind} for kind in kinds]}


def _merge_required_parts(schema: Schema) -> Schema:
    """Write a union that only lists required properties as one keyword, by which all of one list are required."""
    for keyword in ("anyOf", "oneOf"):
        options = schema.get(keyword, [])
        if options and all(isinstance(each, dict) and each.keys() == {"required"} for each in options):
            rest = {key: value for key, value in schema.items() if key != keyword}
            return {"type": "object", **rest, "x-any-required": [each["required"] for each in options]}
    return schema
