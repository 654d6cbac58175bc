"""Bring schemas into the one form of `parse.api`: OpenAPI 3.1, `allOf` merged, every object and enum a named component."""

from __future__ import annotations

import json
import re

from scripts.generate.parse.api import Refuse, Schema
from scripts.generate.parse.schemas import enum_names
from scripts.generate.parse.schemas.all_of import UNCOMBINED, Merger, combinations
from scripts.generate.parse.schemas.endless import without_endless_unions
from scripts.generate.parse.schemas.inheritance import Hierarchy
from scripts.generate.parse.schemas.keywords import (
    OF_SOME_TYPE,
    closed_values,
    constant,
    described,
    distinct,
    is_nothing,
    is_nullable,
    is_only_null,
    kind_of,
    modern,
    null_as_type,
    relevant,
    with_null,
    without,
    without_null,
)
from scripts.generate.parse.schemas.limits import checkable, example_of_another_format
from scripts.generate.parse.schemas.rewriting import (
    as_list,
    merge_required_parts,
    split_types,
    with_conditional_properties,
    with_default,
)
from scripts.generate.parse.schemas.tags import with_tags
from scripts.generate.text.names import class_name, module_name, unique, words
from scripts.spec.document import SCHEMAS, Document, Json, Pointer, split

# Keywords that restrict values more than a Python type can. Responses are read without them; a request that needs one is refused.
_BEYOND_TYPES = [
    *("not", "if", "then", "else", "dependentSchemas", "dependentRequired", "dependencies", "patternProperties", "propertyNames"),
    *("contains", "minContains", "maxContains", "prefixItems", "unevaluatedItems", "$dynamicRef", "$recursiveRef"),
]
# All other keywords describe, or are unknown, which JSON Schema allows.
_MEANINGFUL = frozenset(
    [
        *("type", "description", "enum", "const", "format", "anyOf", "oneOf", "allOf", "discriminator", "x-client-enum"),
        *enum_names.KEYWORDS,
        *OF_SOME_TYPE,
        *_BEYOND_TYPES,
    ]
)
_PATTERNS = "patternProperties"
_OTHERS = {"additionalProperties", "unevaluatedProperties", _PATTERNS}
_FLAGS = frozenset(_BEYOND_TYPES) - {_PATTERNS, "prefixItems"}  # of which only matters that they are there
_DESCRIBING = frozenset(["description", "x-client-enum", *enum_names.KEYWORDS])
_CONSTANT = ({"const"}, {"const", "type"})


class SchemaNormalizer:
    """Normalizes the schemas of one document; `named` has the results, `pointers` where they come from."""

    def __init__(self, document: Document, refuse: Refuse, note: Refuse) -> None:
        given = document.data.get("components", {}).get("schemas", {})
        components = without_endless_unions(given, lambda name, why: note(("components", "schemas", name), "endless-union", why))
        self.components = with_tags(document.data, components, note)
        self.named: dict[str, Schema] = {}
        self.pointers: dict[str, Pointer] = {}
        self.refuse = refuse
        self.note = note
        self.is_3_0 = str(document.data.get("openapi", "")).startswith("3.0")
        self.taken: set[str] = set()
        self.names = {name: unique(class_name(name), self.taken) for name in self.components}
        self.originals: dict[str, str] = {}  # of components that the document does not have
        self.hierarchy = Hierarchy(self.components, self.names, note)
        self.families: dict[str, str] = {}
        self.merging: dict[str, str] = {}
        self.merger = Merger(self.components, self._modern, refuse, note, self.hierarchy.resolved)

    def normalize_components(self) -> None:
        """Normalize the components in their order; their anonymous parts become components behind them."""
        for component, name in self.names.items():
            self.named[name] = {}  # keeps the order of the components
            self.pointers[name] = ("components", "schemas", self.originals.get(component, component))
            self.named[name] = self.normalize(self.components[component], self.pointers[name], name, owner=component)

    def normalize(self, schema: Json, pointer: Pointer, suggestion: str, *, owner: str | None = None) -> Schema:
        """Return the schema in the one form; an anonymous object or enum becomes a component, and is referred to.

        Args:
            schema: as the document has it; a boolean is allowed in OpenAPI 3.1.
            pointer: where it is in the document.
            suggestion: name for it if it needs one.
            owner: its name in the document, if it is a component.
        """
        if is_nothing(schema):
            self.note(pointer, "unsupported-false-schema", "no value is valid here, which is not checked; remove it")
            return described({}, schema) if isinstance(schema, dict) else {}
        if not isinstance(schema, dict) or not schema:
            return {}
        schema = self._modern(schema)
        if "$ref" in schema:
            return self._reference(schema, pointer, suggestion, owner)
        if "allOf" in schema:
            return self._all_of(schema, pointer, suggestion, owner)
        schema = self._with_format(with_conditional_properties(schema, self.components), pointer)
        schema = {key: value for key, value in schema.items() if key in _MEANINGFUL}
        schema = _merge_constants(merge_required_parts(split_types(schema)))
        for keyword, read in (("anyOf", self._union), ("oneOf", self._union), ("const", self._constant), ("enum", self._enum)):
            if keyword in schema:
                return read(schema, pointer, suggestion, owner)
        return self._plain(schema, pointer, suggestion, owner)

    def _modern(self, schema: Schema) -> Schema:
        return modern(schema) if self.is_3_0 else null_as_type(schema)

    def _with_format(self, schema: Schema, pointer: Pointer) -> Schema:
        example = example_of_another_format(schema)
        if example is None:
            return schema
        advice = f"the example {example[:40]!r} is not in the format {schema['format']!r}, which is not checked"
        self.note((*pointer, "format"), "unsupported-limit", advice)
        return without(schema, "format")

    def _plain(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        # A discriminator of a base type: the union of its family has it.
        schema = without(schema, "discriminator", *enum_names.KEYWORDS)
        schema = {key: True if key in _FLAGS else value for key, value in schema.items()}
        kind = kind_of(schema)
        nullable = is_nullable(schema)
        schema = checkable(schema, kind, lambda key, advice: self.note((*pointer, key), "unsupported-limit", advice))
        if kind is not None:
            schema = {**relevant(schema, kind), "type": [kind, "null"] if nullable and kind != "null" else kind}
        if schema.get("uniqueItems") is False:
            del schema["uniqueItems"]
        if kind == "array":
            as_list(schema)
            schema["items"] = self.normalize(schema.get("items", {}), (*pointer, "items"), f"{suggestion}Item")
        elif kind == "object":
            if owner in self.hierarchy.families and not schema.keys() & _OTHERS:
                schema["additionalProperties"] = True  # those of a type that the document does not have
            self._object(schema, pointer, suggestion)
            self._mark_tags(schema, owner)
        if kind == "object" and "properties" in schema:
            if nullable:
                value = self.hoist({**schema, "type": kind}, pointer, _value_name(suggestion, owner))
                return described({"anyOf": [value, {"type": "null"}]}, schema)
            if owner is None:
                return described(self.hoist(schema, pointer, suggestion), schema)
        return schema

    def _reference(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        target = schema["$ref"]
        name = split(target)[-1]
        if not target.startswith(SCHEMAS) or name not in self.names:
            self.refuse(pointer, "unsupported-reference", f"{target!r} leads back to itself and has no name; make it a component")
            return {}
        if is_only_null(self.hierarchy.resolved(schema)):
            return described({"type": "null"}, schema)
        beside = without(schema, "$ref")
        if beside.keys() & (_MEANINGFUL - _DESCRIBING):
            return self._all_of({"allOf": [{"$ref": target}], **beside}, pointer, suggestion, owner)
        meant = self._family(name) if name in self.hierarchy.families else self.names[name]
        return described({"$ref": f"{SCHEMAS}{meant}"}, schema)

    def _family(self, base: str) -> str:
        """Return the name of the union that a reference to a base type means."""
        if base not in self.families:
            name = self.families[base] = unique(f"Any{self.names[base]}", self.taken)
            self.named[name] = self.hierarchy.families[base]
            self.pointers[name] = ("components", "schemas", base)
        return self.families[base]

    def _object(self, schema: Schema, pointer: Pointer, suggestion: str) -> None:
        unevaluated = schema.pop("unevaluatedProperties", None)
        extra = schema.get("additionalProperties", unevaluated)
        extra = False if is_nothing(extra) else extra
        if _PATTERNS in schema:
            some = [each for each in schema[_PATTERNS].values() if not is_nothing(each)]
            extra = True if extra is not False or not some else some[0] if len(some) == 1 else {"anyOf": some}
            schema[_PATTERNS] = True
        properties: dict[str, Json] = schema.pop("properties", {})
        for name in [name for name, child in properties.items() if is_nothing(child) and name not in schema.get("required", ())]:
            self.note((*pointer, "properties", name), "unsupported-false-schema", "no value is valid here; it is left out")
            properties = without(properties, name)
        required = schema.pop("required", [])
        unwritable = self._unwritable(properties, required, pointer)
        if unwritable:
            extra = True
            properties = without(properties, *unwritable)
            required = [name for name in required if name not in unwritable] if properties else required
        open_ended = "x-any-required" in schema or (required and not properties and extra is not False)
        if not properties and (open_ended or extra is not False):
            extra = {} if extra in (None, True, False) else extra
            schema["additionalProperties"] = self.normalize(extra, (*pointer, "additionalProperties"), f"{suggestion}Value")
            if required:
                schema["x-any-required"] = [[*required, *group] for group in schema.get("x-any-required", [[]])]
            return
        schema.pop("additionalProperties", None)
        if (extra is True or isinstance(extra, dict)) and self._can_have_others(properties, pointer):
            extra = {} if extra is True else extra
            schema["additionalProperties"] = self.normalize(extra, (*pointer, "additionalProperties"), f"{suggestion}Value")
        schema["properties"] = {
            name: {
                **with_default(self.normalize(child, (*pointer, "properties", name), f"{suggestion}{words(name)}"), child),
                **{key: True for key in ("readOnly", "writeOnly") if self._is_marked(child, key)},
            }
            for name, child in properties.items()
        }
        for name in required:
            schema["properties"].setdefault(name, {})
        if required:
            schema["required"] = list(dict.fromkeys(required))

    def _mark_tags(self, schema: Schema, owner: str | None) -> None:
        """Mark the texts by which a base type names what derives from it."""
        properties = schema.get("properties", {})
        for tag in self.hierarchy.tags.get(owner, ()):
            if tag in properties and properties[tag].get("type") == "string" and not properties[tag].keys() & {"const", "enum"}:
                properties[tag]["x-tag"] = True

    def _unwritable(self, properties: Schema, required: list[str], pointer: Pointer) -> list[str]:
        """Return the names of properties that no field of a Struct can have."""
        found = [name for name in {**properties, **dict.fromkeys(required)} if re.search(r'[\x00-\x1f"\\]', name)]
        for name in found:
            advice = 'no field has a name with a control character, `"` or `\\`; it is any value among additional_properties'
            where = ("properties", name) if name in properties else ("required", required.index(name))
            self.note((*pointer, *where), "unsupported-property-name", advice)
        return found

    def _can_have_others(self, properties: Schema, pointer: Pointer) -> bool:
        hidden = next((name for name in properties if module_name(name) == "additional_properties"), None)
        if hidden is not None:
            advice = f"the property {hidden!r} has the name of the field for those that are not named, which are not kept"
            self.note((*pointer, "properties", hidden), "unsupported-property-name", advice)
        return hidden is None

    def _is_marked(self, schema: Json, key: str) -> bool:
        if not isinstance(schema, dict):
            return False
        if schema.get(key):
            return True
        target = self.components.get(split(schema["$ref"])[-1]) if "$ref" in schema else None
        return isinstance(target, dict) and "$ref" not in target and bool(target.get(key))

    def _constant(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        plain = constant(schema, lambda advice: self.note(pointer, "contradiction", advice))
        is_left_out = plain == without(schema, "const")
        return self.normalize(plain, pointer, suggestion, owner=owner) if is_left_out else described(plain, schema)

    def _enum(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        if not schema["enum"]:
            self.note((*pointer, "enum"), "contradiction", "no value is in the list; it is ignored")
            return self.normalize(without(schema, "enum"), pointer, suggestion, owner=owner)
        plain, null = closed_values(schema, lambda advice: self.note((*pointer, "enum"), "contradiction", advice))
        if "enum" not in plain:
            is_left_out = plain == without(schema, "enum")
            return self.normalize(plain, pointer, suggestion, owner=owner) if is_left_out else described(plain, schema)
        if "x-client-enum" in schema:
            plain["x-client-enum"] = schema["x-client-enum"]
        plain |= enum_names.value_names(schema, plain["enum"])
        suggestion = suggestion if owner is not None else class_name(enum_names.enum_name(schema) or suggestion)
        if null:
            return described({"anyOf": [self.hoist(plain, pointer, _value_name(suggestion, owner)), {"type": "null"}]}, schema)
        plain = described(plain, schema)
        return plain if owner is not None else described(self.hoist(plain, pointer, suggestion), schema)

    def _union(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        keyword = "anyOf" if "anyOf" in schema else "oneOf"
        if {"anyOf", "oneOf"} <= schema.keys():
            combined = combinations(schema["anyOf"], schema["oneOf"], self.hierarchy.resolved)
            if combined is None:
                self.note((*pointer, keyword), "unsupported-union", UNCOMBINED)
                return {}
            schema = {**without(schema, "oneOf", "discriminator"), "anyOf": combined}
        if "x-any-required" in schema:
            self.note((*pointer, keyword), "unsupported-union", "which properties are required together is not checked")
            schema = without(schema, "x-any-required")
        beside = without(schema, "anyOf", "oneOf", "discriminator", "description", "x-client-enum")
        if not beside.keys() - {"type"} and schema.get("type") != "array":
            beside = {}
        given = [{"type": "null"} if _is_null(self.hierarchy.resolved(each)) else each for each in schema[keyword]]
        some = [option for option in given if not _is_null(option) and not is_nothing(option)]
        null = any(map(_is_null, given)) or is_nullable(schema)
        members: list[Schema] = []
        targets: dict[str, str] = {}
        anonymous: dict[str, Json] = {}
        for index, option in enumerate(given):
            if _is_null(option) or is_nothing(option):
                continue
            title = words(str(option.get("title", ""))) if isinstance(option, dict) else ""
            name = f"{suggestion}{title or f'Option{index + 1}'}" if len(some) > 1 else _value_name(suggestion, owner)
            component = split(option["$ref"])[-1] if isinstance(option, dict) and "$ref" in option else None
            extends = component is not None and owner is not None and self.hierarchy.derives(component, owner)
            # What is beside the union holds for each member.
            whole = {"allOf": [beside, option]} if beside and not extends else option
            member = self.normalize(whole, (*pointer, keyword, index), name)
            if component is not None and "$ref" in member:
                targets[component] = member["$ref"]
            elif "$ref" in member:
                anonymous[member["$ref"]] = option
            nested = member["anyOf"] if "anyOf" in member and "discriminator" not in {**schema, **member} else [member]
            null = null or any("null" in each.get("type", ()) for each in nested)
            some_of_it = [without_null(each) for each in nested if not _is_null(each)]
            members += [each for each in some_of_it if each not in members]
        if any(member.keys() <= {"description"} for member in members):
            return described({}, schema)
        if not members:
            return described({"type": "null"} if null else {}, schema)
        result: Schema = dict(members[0]) if len(members) == 1 else {"anyOf": members}
        if len(members) > 1:
            result |= self.hierarchy.discriminator(schema.get("discriminator"), targets, anonymous, members, pointer)
        return described(with_null(result) if null else result, schema)

    def _all_of(self, schema: Schema, pointer: Pointer, suggestion: str, owner: str | None) -> Schema:
        parts = [*schema["allOf"], without(schema, "allOf")]
        meaningful = [
            part for part in parts if isinstance(part, dict) and ("$ref" in part or part.keys() & (_MEANINGFUL - _DESCRIBING))
        ]
        references = [part for part in meaningful if "$ref" in part]
        if len(references) == 1:
            meaningful = [each for each in meaningful if each is references[0] or not self._adds_nothing(each, references[0])]
        alone = meaningful[0] if len(meaningful) == 1 else None
        derived = owner is not None and alone is not None and split(alone.get("$ref", "#/"))[-1] in self.hierarchy.families
        if alone is not None and not derived:  # the usual way to describe a reference in OpenAPI 3.0
            result = self.normalize(alone, (*pointer, "allOf", parts.index(alone)), suggestion, owner=owner)
            if any(isinstance(part, dict) and (part.get("nullable") or is_nullable(part)) for part in parts):
                result = with_null(result)
            return described(result, schema)
        if owner is not None:
            return self.normalize(self.merger.merge(parts, pointer, owner), pointer, suggestion, owner=owner)
        return self._merged(parts, pointer, suggestion)

    def _merged(self, parts: list[Json], pointer: Pointer, suggestion: str) -> Schema:
        """Return the schema that anonymous parts make together; where it contains itself, it has a name."""
        key = json.dumps(parts, sort_keys=True)
        if key in self.merging:
            name = self.merging[key] or unique(suggestion, self.taken)
            self.merging[key] = name
            return {"$ref": f"{SCHEMAS}{name}"}
        self.merging[key] = ""
        found = self.normalize(self.merger.merge(parts, pointer, None), pointer, suggestion)
        name = self.merging.pop(key)
        if name:
            self.named[name] = found
            self.pointers[name] = pointer
        return found

    def _adds_nothing(self, part: Json, base: Json) -> bool:
        """Return whether a part only repeats the type of the schema that another one refers to."""
        if not isinstance(part, dict) or part.keys() & (_MEANINGFUL - _DESCRIBING) != {"type"}:
            return False
        base = self.hierarchy.resolved(base)
        return isinstance(base, dict) and (kind_of(part) == kind_of(base) or ("allOf" in base and "type" not in base))

    def hoist(self, schema: Schema, pointer: Pointer, suggestion: str) -> Schema:
        """Make a normalized schema a component and return a reference to it."""
        name = suggestion if self.named.get(suggestion) == schema else unique(suggestion, self.taken)
        self.named[name] = schema
        self.pointers.setdefault(name, pointer)
        return {"$ref": f"{SCHEMAS}{name}"}


def beyond_types(schema: Json) -> list[str]:
    """Return the keywords of a schema that cannot be checked in a request."""
    return [key for key in _BEYOND_TYPES if isinstance(schema, dict) and key in schema]


def _value_name(suggestion: str, owner: str | None) -> str:
    """Return the name of what is in a schema beside null; the schema itself needs the suggestion where it is a component."""
    return suggestion if owner is None else f"{suggestion}Value"


def _is_null(schema: Json) -> bool:
    """Return whether an alternative is null, which documents of OpenAPI 3.0 also write as `{nullable: true}`."""
    if not isinstance(schema, dict):
        return False
    return schema.get("type") == "null" or (schema.get("nullable") is True and not schema.keys() & (_MEANINGFUL - _DESCRIBING))


def _merge_constants(schema: Schema) -> Schema:
    """Write a union of constants as the enum that it is."""
    keyword = "anyOf" if "anyOf" in schema else "oneOf"
    some = [each for each in schema.get(keyword, ()) if not _is_null(each)]
    if {"anyOf", "oneOf"} <= schema.keys() or len(some) < 2:
        return schema
    if not all(isinstance(each, dict) and each.keys() & (_MEANINGFUL - _DESCRIBING) in _CONSTANT for each in some):
        return schema
    null = [None] if len(some) < len(schema[keyword]) or is_nullable(schema) else []
    names = enum_names.constant_names(some)
    types = distinct([each.get("type") for each in (schema, *some) if "type" in each])
    return {
        **without(schema, "anyOf", "oneOf", "discriminator", "type"),
        **({"type": types[0]} if len(types) == 1 else {}),
        **names,
        "enum": [*(each["const"] for each in some), *null],
    }
