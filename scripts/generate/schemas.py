"""Bring schemas into the form that the generators read: OpenAPI 3.1, `allOf` merged, every object and enum a named component."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy

from scripts.document import SCHEMAS, Document, Json, Pointer, split
from scripts.generate.api import Schema
from scripts.generate.names import class_name, unique

Refuse = Callable[[Pointer, str, str], None]

# Keywords that say what is valid beyond what a Python type can say. An answer is read without them, a request cannot be checked.
_BEYOND_TYPES = (
    "not if then else dependentSchemas dependentRequired dependencies patternProperties propertyNames contains minContains "
    "maxContains prefixItems unevaluatedItems $dynamicRef $recursiveRef"
).split()
_ANNOTATIONS = "title example examples default deprecated readOnly writeOnly xml externalDocs $comment $id $schema $anchor".split()


class SchemaNormalizer:
    """Normalizes the schemas of one document; `named` has the results."""

    def __init__(self, document: Document, refuse: Refuse) -> None:
        self.source: Mapping[str, Schema] = document.data.get("components", {}).get("schemas", {})
        self.named: dict[str, Schema] = {}
        self.refuse = refuse
        self.is_3_0 = str(document.data.get("openapi", "")).startswith("3.0")
        taken: set[str] = set()
        self.names = {name: unique(class_name(name), taken) for name in self.source}
        self.taken = taken

    def normalize_components(self) -> None:
        """Normalize the components in their order; their anonymous parts become components behind them."""
        for source, name in self.names.items():
            self.named[name] = {}  # holds its place in the order
            schema = self.normalize(self.source[source], ("components", "schemas", source), name, named=True)
            self.named[name] = schema

    def normalize(self, schema: Json, place: Pointer, hint: str, *, named: bool = False) -> Schema:
        """Return the schema in the one form; an anonymous object or enum is named after `hint` and referred to.

        Args:
            schema: as the document has it; a boolean is allowed in OpenAPI 3.1.
            place: where it stands.
            hint: name for it if it needs one.
            named: it is a component already.
        """
        if isinstance(schema, bool) or schema == {}:
            return {}
        schema = self._modern(schema)
        if "$ref" in schema:
            return self._reference(schema)
        if "allOf" in schema:
            return self._all_of(schema, place, hint, named=named)
        schema = {key: value for key, value in schema.items() if key not in _ANNOTATIONS and not key.startswith("x-") or key == "x-client-enum"}
        if isinstance(schema.get("type"), list) and len([each for each in schema["type"] if each != "null"]) > 1:
            schema = self._split_types(schema)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._union(schema, keyword, place, hint, named=named)
        nullable = isinstance(schema.get("type"), list) and "null" in schema["type"] or None in schema.get("enum", [])
        kind = self._kind(schema)
        if kind == "array":
            schema["items"] = self.normalize(schema.get("items", {}), (*place, "items"), f"{hint}Item")
        elif kind == "object":
            self._object(schema, place, hint)
        if "enum" in schema:
            schema["enum"] = [each for each in schema["enum"] if each is not None]
            if not schema["enum"]:
                return {"type": "null"}
        needs_name = "enum" in schema or (kind == "object" and "properties" in schema)
        if nullable and needs_name:
            bare = {**schema, "type": kind} if kind else {k: v for k, v in schema.items() if k != "type"}
            own = f"{hint}Value" if named else hint
            return self._maybe_described({"anyOf": [self._hoist(bare, own), {"type": "null"}]}, schema)
        if needs_name and not named:
            return self._maybe_described(self._hoist(schema, hint), schema)
        return schema

    def _reference(self, schema: Schema) -> Schema:
        name = split(schema["$ref"])[-1]
        reference: Schema = {"$ref": f"{SCHEMAS}{self.names.get(name, name)}"}
        if "description" in schema and not self.is_3_0:
            reference["description"] = schema["description"]
        return reference

    def _modern(self, schema: Schema) -> Schema:
        """Say in OpenAPI 3.1 what 3.0 says in its own words."""
        schema = dict(schema)
        if not self.is_3_0:
            return schema
        if "$ref" in schema:
            return {"$ref": schema["$ref"]}  # 3.0 ignores what stands beside
        nullable = schema.pop("nullable", False)
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if isinstance(schema.get(exclusive), bool):
                if schema.pop(exclusive) and bound in schema:
                    schema[exclusive] = schema.pop(bound)
        if nullable:
            if isinstance(schema.get("type"), str):
                schema["type"] = [schema["type"], "null"]
            elif "allOf" in schema or "anyOf" in schema or "oneOf" in schema:
                return {"anyOf": [schema, {"type": "null"}]}
        return schema

    def _kind(self, schema: Schema) -> str | None:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        if kind is None:
            if "properties" in schema or "additionalProperties" in schema or "required" in schema:
                schema["type"] = kind = "object"
            elif "items" in schema:
                schema["type"] = kind = "array"
            elif "enum" in schema:
                types = {_type_of(each) for each in schema["enum"] if each is not None}
                if len(types) == 1:
                    schema["type"] = kind = types.pop()
        return kind

    def _object(self, schema: Schema, place: Pointer, hint: str) -> None:
        schema.pop("discriminator", None)  # of a base type; a union says it again
        extra = schema.get("additionalProperties")
        if "patternProperties" in schema:
            values = [*schema.pop("patternProperties").values(), *([extra] if extra else [])]
            schema.pop("properties", None)
            schema["additionalProperties"] = extra = {"anyOf": values} if len(values) > 1 else values[0]
        if not schema.get("properties"):
            schema.pop("properties", None)
            if extra is False:
                schema["properties"] = {}
                return
            schema["additionalProperties"] = self.normalize(
                {} if extra in (None, True) else extra, (*place, "additionalProperties"), f"{hint}Value"
            )
            return
        if isinstance(extra, dict) and extra:
            advice = "named properties beside typed additional ones have no Python type; describe one of the two"
            self.refuse((*place, "additionalProperties"), "unsupported-additional-properties", advice)
        schema.pop("additionalProperties", None)
        schema["properties"] = {
            name: self.normalize(child, (*place, "properties", name), f"{hint}{class_name(name)}")
            for name, child in schema["properties"].items()
        }
        for name in schema.get("required", []):
            schema["properties"].setdefault(name, {})

    def _hoist(self, schema: Schema, hint: str) -> Schema:
        name = hint if self.named.get(hint) == schema else unique(hint, self.taken)
        self.named[name] = schema
        return {"$ref": f"{SCHEMAS}{name}"}

    @staticmethod
    def _maybe_described(reference: Schema, schema: Schema) -> Schema:
        return {**reference, "description": schema["description"]} if "description" in schema else reference

    def _split_types(self, schema: Schema) -> Schema:
        common = {key: value for key, value in schema.items() if key in ("description", "x-client-enum")}
        rest = {key: value for key, value in schema.items() if key not in ("type", "description")}
        return {**common, "anyOf": [{"type": "null"} if kind == "null" else {**rest, "type": kind} for kind in schema["type"]]}

    def _union(self, schema: Schema, keyword: str, place: Pointer, hint: str, *, named: bool) -> Schema:
        beside = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "discriminator", "description", "x-client-enum")}
        if not beside.keys() - {"type"} and schema.get("type") != "array":
            beside = {}
        options = schema[keyword]
        if beside:  # what stands beside a union holds for each of its members
            options = [{"allOf": [beside, option]} for option in options]
        members: list[Schema] = []
        for index, option in enumerate(options):
            label = class_name(str(option.get("title", f"Option{index + 1}"))) if isinstance(option, dict) else ""
            null = isinstance(option, dict) and option.get("type") == "null"
            alone = len([each for each in options if not (isinstance(each, dict) and each.get("type") == "null")]) == 1
            name = (f"{hint}Value" if named else hint) if alone else f"{hint}{label}"
            member = {"type": "null"} if null else self.normalize(option, (*place, keyword, index), name)
            if member not in members:
                members.append(member)
        if {} in members:
            members = [{}]
        result: Schema = members[0] if len(members) == 1 else {"anyOf": members}
        if "discriminator" in schema and len(members) > 1:
            result = {"oneOf": members, "discriminator": self._discriminator(schema["discriminator"])}
        return self._maybe_described(dict(result), schema)

    def _discriminator(self, discriminator: Schema) -> Schema:
        mapping = {
            value: f"{SCHEMAS}{self.names.get(target.split('/')[-1], target.split('/')[-1])}"
            for value, target in discriminator.get("mapping", {}).items()
        }
        return {"propertyName": discriminator["propertyName"], **({"mapping": mapping} if mapping else {})}

    def _all_of(self, schema: Schema, place: Pointer, hint: str, *, named: bool) -> Schema:
        parts = [*schema["allOf"], {key: value for key, value in schema.items() if key != "allOf"}]
        meaningful = [part for part in parts if isinstance(part, dict) and part.keys() - {*_ANNOTATIONS, "description", "nullable"}]
        if len(meaningful) == 1:  # the usual way to describe a reference in OpenAPI 3.0
            nullable = any(part.get("nullable") for part in parts if isinstance(part, dict))
            result = self.normalize(meaningful[0], (*place, "allOf", 0), hint, named=named)
            if nullable and self.is_3_0:
                result = {"anyOf": [result, {"type": "null"}]}
            description = schema.get("description")
            return {**result, "description": description} if description else result
        merged: Schema = {}
        for index, part in enumerate(parts):
            self._merge(merged, part, (*place, "allOf", index), ())
        return self.normalize(merged, place, hint, named=named)

    def _merge(self, target: Schema, part: Json, place: Pointer, seen: tuple[str, ...]) -> None:
        if not isinstance(part, dict):
            return
        part = self._modern(part)
        if "$ref" in part:
            name = split(part["$ref"])[-1]
            if name in seen or name not in self.source:
                self.refuse(place, "unsupported-all-of", "an allOf that contains itself has no Python type; break the circle")
                return
            self._merge(target, self.source[name], ("components", "schemas", name), (*seen, name))
            rest = {key: value for key, value in part.items() if key != "$ref"}
            self._merge(target, rest, place, seen)
            return
        for index, child in enumerate(part.get("allOf", [])):
            self._merge(target, child, (*place, "allOf", index), seen)
        for key, value in part.items():
            if key == "allOf":
                continue
            if key == "discriminator" and "oneOf" not in part and "anyOf" not in part:
                continue  # of a base type: each type that derives from it names its own value
            if key == "properties":
                known = target.setdefault("properties", {})
                for name, child in value.items():
                    known[name] = child if known.get(name, child) == child else {"allOf": [known[name], child]}
            elif key == "required":
                target["required"] = [*target.get("required", []), *(each for each in value if each not in target.get("required", []))]
            elif key in ("anyOf", "oneOf") and key in target:
                advice = "two unions in one allOf have no Python type; write the combinations as one union"
                self.refuse(place, "unsupported-all-of", advice)
            elif key in ("minLength", "minItems", "minimum", "exclusiveMinimum", "minProperties") and key in target:
                target[key] = max(target[key], value)
            elif key in ("maxLength", "maxItems", "maximum", "exclusiveMaximum", "maxProperties") and key in target:
                target[key] = min(target[key], value)
            elif key == "enum" and key in target:
                target[key] = [each for each in target[key] if each in value]
            elif key == "type" and target.get("type", value) != value:
                self._merge_types(target, value, place)
            elif key == "pattern" and target.get("pattern", value) != value:
                target[key] = f"(?=[\\s\\S]*?(?:{value}))(?=[\\s\\S]*?(?:{target[key]}))"
            else:
                target[key] = deepcopy(value) if isinstance(value, dict | list) else value

    def _merge_types(self, target: Schema, value: Json, place: Pointer) -> None:
        left = target["type"] if isinstance(target["type"], list) else [target["type"]]
        right = value if isinstance(value, list) else [value]
        both = [each for each in left if each in right] or (["integer"] if {*left, *right} >= {"integer", "number"} else [])
        if not both:
            self.refuse(place, "unsupported-all-of", f"no value is both {target['type']} and {value}; correct one of them")
            return
        target["type"] = both[0] if len(both) == 1 else both


def _type_of(value: object) -> str:
    return {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}.get(type(value), "null")


def beyond_types(schema: Json) -> list[str]:
    """Return the keywords of a schema that a request cannot be checked against."""
    return [key for key in _BEYOND_TYPES if isinstance(schema, dict) and key in schema]
