"""Which schemas derive from which by `allOf`, and which of several a discriminator names."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.generate.parse.api import Refuse, Schema
from scripts.generate.parse.schemas.keywords import described, kind_of
from scripts.generate.parse.schemas.references import reachable
from scripts.runtime.decoding import tag_text
from scripts.spec.document import SCHEMAS, Json, Pointer, split

_NO_OBJECTS = {"string", "integer", "number", "boolean", "array", "null"}


class Hierarchy:
    """The hierarchy of a document's schemas.

    Attributes:
        families: by the name of a base type with a discriminator, what a reference to it means: itself or what derives from it.
        tags: the properties by which base types name what derives from them, by the names of all of these.
    """

    def __init__(self, components: Mapping[str, Json], names: Mapping[str, str], note: Refuse) -> None:
        self.components = components
        self.names = names
        self.note = note
        self.parents = {name: [*_parents(schema)] for name, schema in components.items() if isinstance(schema, dict)}
        self.families: dict[str, Schema] = {}
        self.tags: dict[str | None, set[str]] = {}
        self._tags_found: dict[tuple[str, int], list[str]] = {}
        children: dict[str, list[str]] = {}
        for name, parents in self.parents.items():
            for parent in parents:
                children.setdefault(parent, []).append(name)
        for name in components:
            discriminator = self._discriminator_of_base(name)
            if discriminator is not None and name in children:
                below = {*reachable(children[name], lambda each: children.get(each, ()))} - {name}
                for each in (name, *below):
                    self.tags.setdefault(each, set()).add(discriminator["propertyName"])
                self.families[name] = self._family(name, discriminator, [each for each in components if each in below])

    def _discriminator_of_base(self, name: str) -> Schema | None:
        """Return the discriminator of a base type, or that which it inherits, as far as it names what derives from it."""
        schema = self.components[name]
        if _has_discriminator(schema):
            found: Schema = schema["discriminator"]
            return found
        bases = reachable(self.parents.get(name, ()), lambda each: self.parents.get(each, ()))
        named = [self.components[each] for each in (self.components if bases else ()) if each in bases]
        inherited = next((each for each in named if _has_discriminator(each)), None)
        if inherited is None:
            return None
        mapping = inherited["discriminator"].get("mapping", {}).items()
        below = {value: target for value, target in mapping if _component(target) == name or self.derives(_component(target), name)}
        return {**inherited["discriminator"], "mapping": below}

    def derives(self, name: str, base: str) -> bool:
        """Return whether a schema derives from another, directly or not."""
        return base in reachable(self.parents.get(name, ()), lambda each: self.parents.get(each, ()))

    def resolved(self, schema: Json) -> Json:
        """Return the schema that a reference leads to in the end, or the schema itself; None if it leads nowhere."""
        seen: set[str] = set()
        while isinstance(schema, dict) and str(schema.get("$ref", "")).startswith(SCHEMAS) and schema["$ref"] not in seen:
            seen.add(schema["$ref"])
            schema = self.components.get(split(schema["$ref"])[-1])
        return schema

    def discriminator(
        self,
        discriminator: Schema | None,
        targets: Mapping[str, str],
        anonymous: Mapping[str, Json],
        members: list[Schema],
        pointer: Pointer,
    ) -> Schema:
        """Return the discriminator of a union, or nothing where it does not name each member.

        Args:
            discriminator: as the document has it, if it does; otherwise it may be a property of which each member has other values.
            targets: references to the members by their names in the document.
            anonymous: members without a name, as the document has them, by references to them.
            members: the members.
            pointer: where the union is in the document.
        """
        if discriminator is None:
            return self._implied(targets, anonymous, members)
        mapping: dict[str, str] = {}
        for value, target in discriminator.get("mapping", {}).items():
            if (name := _component(target)) in targets:
                mapping[value] = targets[name]
            else:
                advice = f"{target!r} is not an alternative of this union; it is ignored"
                self.note((*pointer, "discriminator", "mapping", value), "unsupported-discriminator", advice)
        schemas = {reference: self.components.get(name) for name, reference in targets.items()} | {**anonymous}
        tag = discriminator["propertyName"]
        mapping = {**self._tags_of_families(tag, targets), **self._fixed_tags(tag, schemas), **mapping}
        for name, reference in targets.items():
            if reference not in mapping.values():
                mapping[name] = reference
        if any(each.get("$ref") not in mapping.values() for each in members):
            return {}
        otherwise = targets.get(_component(discriminator.get("defaultMapping", "")))  # of OpenAPI 3.2
        given = {} if otherwise is None else {"otherwise": otherwise}
        return {"discriminator": {"propertyName": tag, "mapping": mapping, **given}}

    def _implied(self, targets: Mapping[str, str], anonymous: Mapping[str, Json], members: list[Schema]) -> Schema:
        """Return the property of which each object among the members of a union allows other values, the fewest of several such."""
        known = {reference: self.components.get(name) for name, reference in targets.items()} | {**anonymous}
        objects: dict[str, Json] = {}
        for each in members:
            reference = each.get("$ref", "")
            schema = self.resolved(known.get(reference, each))
            if not isinstance(schema, dict) or (reference not in known and kind_of(schema) not in _NO_OBJECTS):
                return {}
            if kind_of(schema) not in _NO_OBJECTS:
                objects[reference] = schema
        if len(objects) < 2:
            return {}
        found: list[Schema] = []
        for tag in self._property_names(next(iter(objects.values()))):
            values = [self._tags(tag, schema) for schema in objects.values()]
            mapping = {value: reference for some, reference in zip(values, objects, strict=True) for value in some}
            if all(values) and len(mapping) == sum(map(len, values)):
                found.append({"propertyName": tag, "mapping": mapping})
        return {"discriminator": min(found, key=lambda each: len(each["mapping"]))} if found else {}

    def _family(self, base: str, discriminator: Schema, derived: list[str]) -> Schema:
        given = {value: _component(target) for value, target in discriminator.get("mapping", {}).items()}
        for value, name in given.items():
            if name not in self.names:
                pointer = ("components", "schemas", base, "discriminator", "mapping", value)
                self.note(pointer, "unsupported-discriminator", f"{name!r} is not a schema; it is ignored")
        others = [name for name in dict.fromkeys([*derived, *given.values()]) if name in self.names and name != base]
        named = {name: f"{SCHEMAS}{self.names[name]}" for name in [*others, base]}
        mapping = {value: named[name] for value, name in given.items() if name in named}
        schemas = {reference: self.components[name] for name, reference in named.items()}
        mapping = {**self._fixed_tags(discriminator["propertyName"], schemas), **mapping}
        mapping |= {name: reference for name, reference in named.items() if reference not in mapping.values()}
        schema: Schema = {
            "anyOf": [{"$ref": reference} for reference in named.values()],
            "discriminator": {"propertyName": discriminator["propertyName"], "mapping": mapping, "otherwise": named[base]},
        }
        return described(schema, self.components[base])

    def _tags_of_families(self, tag: str, targets: Mapping[str, str]) -> dict[str, str]:
        """Return references to base types by the values of the same tag that name what derives from them."""
        named = {reference: self.families[name]["discriminator"] for name, reference in targets.items() if name in self.families}
        return {value: reference for reference, each in named.items() if each["propertyName"] == tag for value in each["mapping"]}

    def _fixed_tags(self, tag: str, schemas: Mapping[str, Json]) -> dict[str, str]:
        """Return references by the values of a tag that one schema alone allows: by an extension, `const` or `enum`."""
        found: dict[str, list[str]] = {}
        for reference, schema in schemas.items():
            own = schema.get("x-ms-discriminator-value") if isinstance(schema, dict) else None
            for value in [own] if isinstance(own, str) else dict.fromkeys(self._tags(tag, schema)):
                found.setdefault(value, []).append(reference)
        return {value: references[0] for value, references in found.items() if len(references) == 1}

    def _tags(self, tag: str, schema: Json) -> list[str]:
        """Return the values of a property that a schema allows, by itself or else by what it derives from; none where any is."""
        if not isinstance(schema, dict):
            return []
        key = (tag, id(schema))
        if key not in self._tags_found:
            self._tags_found[key] = []  # for a schema that leads back to itself
            self._tags_found[key] = self._find_tags(tag, schema)
        return self._tags_found[key]

    def _find_tags(self, tag: str, schema: Schema) -> list[str]:
        properties = schema.get("properties")
        child = self.resolved(properties.get(tag)) if isinstance(properties, dict) else None
        if isinstance(child, dict) and ("const" in child or "enum" in child):
            values = [child["const"]] if "const" in child else child["enum"]
            return [tag_text(value) for value in values if isinstance(value, str | int)]
        options = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        if options:
            return [*dict.fromkeys(value for option in options for value in self._tags_of_option(tag, option, schema))]
        parts = [self.resolved(schema), *(self.resolved(part) for part in schema.get("allOf", ()))]
        return next((found for part in reversed(parts) if (found := self._tags(tag, part))), [])

    def _property_names(self, schema: Json) -> list[str]:
        """Return the names of the properties of a schema, and of what it derives from."""
        todo, names = [self.resolved(schema)], dict[str, None]()
        for each in todo:  # which grows
            if isinstance(each, dict):
                names |= dict.fromkeys(each.get("properties", ()))
                todo += [part for part in map(self.resolved, each.get("allOf", ())) if part not in todo]
        return [*names]

    def _tags_of_option(self, tag: str, option: Json, union: Schema) -> list[str]:
        """Return the values of a property with which a union within a union names one of its alternatives."""
        name = split(option["$ref"])[-1] if isinstance(option, dict) and "$ref" in option else None
        given = union.get("discriminator", {})
        mapping = given.get("mapping", {}) if given.get("propertyName") == tag else {}
        values = [value for value, target in mapping.items() if _component(target) == name]
        values += self._tags(tag, self.resolved(option))
        return values or ([] if name is None else [name])


def _has_discriminator(schema: Json) -> bool:
    return isinstance(schema, dict) and "discriminator" in schema and not schema.keys() & {"oneOf", "anyOf"}


def _component(target: str) -> str:
    """Return the name of a schema from a mapping, which has a reference or the name itself."""
    return split(target)[-1] if target.startswith("#") else target


def _parents(schema: Json) -> list[str]:
    parts = schema.get("allOf", [])
    return [split(part["$ref"])[-1] for part in parts if isinstance(part, dict) and str(part.get("$ref", "")).startswith(SCHEMAS)]
