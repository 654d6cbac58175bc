"""Files of multipart forms: the binary values in their schemas, in which no other body can have any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from scripts.generate.parse.api import Schema
from scripts.generate.parse.media_types import bare_media_type, is_binary, is_json, media_types_in
from scripts.generate.parse.schemas.keywords import without
from scripts.generate.parse.schemas.references import reachable
from scripts.generate.text.names import unique
from scripts.runtime.uploads import Encoding
from scripts.spec.document import SCHEMAS, Document, Json, references, split

MULTIPART = "multipart/form-data"
_UNIONS = ("anyOf", "oneOf")
_SAYING_NOTHING = frozenset(["title", "description", "deprecated", "example", "examples"])
_PARTS = ("properties", "additionalProperties", "items", "allOf", *_UNIONS)


class Files:
    """Marks the files of multipart forms: their type becomes `file`.

    A component that only such forms use is changed where it is; of any other with a file, a form has a copy of its own.

    Args:
        components: the schemas of the document, of which some are changed, and to which the copies are added.
        document: the document.

    Attributes:
        copies: names of the copies, by the component that they are of.
    """

    def __init__(self, components: dict[str, Json], document: Document) -> None:
        self._components = components
        users, elsewhere = _users(document, components)
        uses: dict[str, set[str]] = {name: set() for name in users}
        for name, by in users.items():
            for each in by:
                uses[each].add(name)
        in_forms: set[str] = reachable(uses[""], uses.__getitem__)
        others: set[str] = reachable(elsewhere, uses.__getitem__)
        own = in_forms - others
        holders = reachable((name for name in in_forms if _holds_file(components[name])), users.__getitem__)
        shared = [name for name in components if name in in_forms & others & holders and _file_kind(components[name]) is None]
        taken = {*components}
        self.copies = {name: unique(f"{name}Form", taken) for name in shared}
        for name, copy in self.copies.items():
            components[copy] = self.marked(components[name])
        for name in sorted(own):
            if _file_kind(components[name]) is None:
                components[name] = self.marked(components[name])

    def marked(self, schema: Json) -> Json:
        """Return a schema in a form with its files marked."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self._referred(schema)
        if _file_kind(schema) is not None:
            return _file(schema)
        changed = dict(schema)
        for key in _PARTS:
            if isinstance(schema.get(key), list):
                changed[key] = [self.marked(part) for part in schema[key]]
            elif key == "properties" and isinstance(schema.get(key), dict):
                changed[key] = {name: self.marked(part) for name, part in schema[key].items()}
            elif key in schema:
                changed[key] = self.marked(schema[key])
        discriminator = schema.get("discriminator")
        if isinstance(discriminator, dict) and isinstance(discriminator.get("mapping"), dict):
            mapping = {value: self._target(str(target)) for value, target in discriminator["mapping"].items()}
            changed["discriminator"] = {**discriminator, "mapping": mapping}
        return changed

    def encoded(self, schema: Json) -> dict[str, Encoding]:
        """Return the encodings of the files of a form, by property, where each has one."""
        found = ((name, _encoding(part)) for name, parts in self._properties(schema) for part in parts)
        return dict(sorted((name, encoding) for name, encoding in found if encoding is not None))

    def documents(self, schema: Json) -> set[str]:
        """Return the properties of a form whose texts are JSON already."""
        return {name for name, parts in self._properties(schema) if any(is_json(_media_type(part) or "") for part in parts)}

    def media_types(self, schema: Json) -> dict[str, str]:
        """Return the media types of the files of a form, by property, where each has one."""
        found = {name: {*filter(None, map(_media_type, parts))} for name, parts in self._properties(schema)}
        return {name: given.pop() for name, given in found.items() if len(given) == 1}

    def _properties(self, schema: Json) -> Iterator[tuple[str, list[Schema]]]:
        """Yield the properties of a form with all that each is made of."""
        for part in self._within(schema, set()):
            for name, each in part.get("properties", {}).items():
                yield name, [*self._within(each, set())]

    def _within(self, schema: Json, seen: set[str]) -> Iterator[Schema]:
        """Yield a schema and all that it is made of, but for its properties: parts, alternatives, elements."""
        if not isinstance(schema, dict):
            return
        name = split(str(schema["$ref"]))[-1] if "$ref" in schema else ""
        if name:
            if name not in seen:
                seen.add(name)
                yield from self._within(self._components.get(name), seen)
            return
        yield schema
        for part in (schema.get("items"), *(each for key in ("allOf", *_UNIONS) for each in schema.get(key, ()))):
            yield from self._within(part, seen)

    def _referred(self, schema: Schema) -> Json:
        target = self._components.get(split(str(schema["$ref"]))[-1], {})
        if _file_kind(target) is not None:
            return _file({**target, **without(schema, "$ref")})
        return {**schema, "$ref": self._target(str(schema["$ref"]))}

    def _target(self, target: str) -> str:
        """Return what replaces, in a form, the target of a reference, or for the name of a component."""
        prefix, _, name = target.rpartition("/")
        copy = self.copies.get(split(target)[-1] if prefix else name)
        return target if copy is None else f"{SCHEMAS}{copy}"


def with_binary_fields(form: Schema, encoding: Json) -> Schema:
    """Return a form in which fields of which only a binary media type is known are files, as OpenAPI 3.1 describes them."""
    fields: dict[str, Json] = form.get("properties", {})
    binary = dict[str, Json]()
    for name, field in fields.items():
        given = encoding.get(name, {}).get("contentType", "")
        if given and all(map(is_binary, media_types_in(given))):
            elements = field.get("items") if isinstance(field, dict) else None
            binary[name] = _of_anything(field) if elements is None else {**field, "items": _of_anything(elements)}
    return form if all(fields[name] == each for name, each in binary.items()) else {**form, "properties": {**fields, **binary}}


def _of_anything(schema: Json) -> Json:
    """Return the schema of a file instead of one that says nothing."""
    if schema is True or (isinstance(schema, dict) and schema.keys() <= _SAYING_NOTHING):
        return {**({} if schema is True else schema), "type": "string", "format": "binary"}
    return schema


def _users(document: Document, components: Mapping[str, Json]) -> tuple[dict[str, set[str]], set[str]]:
    """Return which components use each component, where "" is a form, and those that anything else uses."""
    users: dict[str, set[str]] = {name: set() for name in ("", *components)}
    elsewhere = set[str]()
    for pointer, target in references(document.data):
        name = split(target)[-1] if target.startswith(SCHEMAS) else ""
        if name not in components:
            continue
        if pointer[:2] == ("components", "schemas"):
            users[name].add(str(pointer[2]))
        elif any(bare_media_type(str(each)) == MULTIPART for each in pointer):
            users[name].add("")
        else:
            elsewhere.add(name)
    return users, elsewhere


def _holds_file(schema: Json) -> bool:
    """Return whether a file is in a schema, but for what it refers to."""
    if not isinstance(schema, dict) or "$ref" in schema:
        return False
    if _file_kind(schema) is not None:
        return True
    parts: list[Json] = []
    for key in _PARTS:
        found = schema.get(key)
        parts += (
            found if isinstance(found, list) else found.values() if key == "properties" and isinstance(found, dict) else [found]
        )
    return any(map(_holds_file, parts))


def _file_kind(schema: Json) -> Literal["binary"] | Encoding | None:
    """Return how a file is sent; None if a schema is none."""
    if not isinstance(schema, dict) or schema.get("type", "string") not in ("string", ["string", "null"], ["null", "string"]):
        return None
    if schema.get("format") == "binary":
        return "binary"
    given = schema.get("format"), schema.get("contentEncoding")
    if "base64url" in given:  # pydantic writes it as the format beside the encoding base64
        return "base64url"
    if "base64" in given or "byte" in given:
        return "base64"
    is_binary = "contentMediaType" in schema and "contentEncoding" not in schema and not is_json(str(schema["contentMediaType"]))
    return "binary" if is_binary else None


def _encoding(schema: Schema) -> Encoding | None:
    kind = schema.get("x-encoding", _file_kind(schema))
    return None if kind == "binary" else kind


def _media_type(schema: Schema) -> str | None:
    found = str(schema.get("x-media-type", schema.get("contentMediaType", "")))
    return None if found in ("", "application/octet-stream") else found


def _file(schema: Schema) -> Schema:
    """Return the schema of a file; one in Base64 may also be given as that text."""
    kind = _file_kind(schema)
    kept = {key: value for key, value in schema.items() if key in ("description", "writeOnly")}
    if "contentMediaType" in schema:
        kept["x-media-type"] = schema["contentMediaType"]
    is_nullable = schema.get("nullable") is True or isinstance(schema.get("type"), list)
    null = [{"type": "null"}] if is_nullable else []
    if kind != "binary":
        return {"anyOf": [{"type": "file"}, {"type": "string"}, *null], "x-encoding": kind, **kept}
    return {"anyOf": [{"type": "file"}, *null], **kept} if null else {"type": "file", **kept}
