"""Files of multipart forms: the binary values in their schemas, in which no other body can have any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

from scripts.generate.parse.api import Schema
from scripts.generate.parse.keywords import without
from scripts.generate.parse.media_types import bare_media_type, is_json
from scripts.spec.document import SCHEMAS, Document, Json, references, split

MULTIPART = "multipart/form-data"
_UNIONS = ("anyOf", "oneOf")
_PARTS = ("properties", "additionalProperties", "items", "allOf", *_UNIONS)


class Files:
    """Marks the files of multipart forms: their type becomes `file`.

    A component that only such forms use is changed where it is; of any other, a form has a copy.

    Args:
        components: the schemas of the document, some of which are changed.
        document: the document.
    """

    def __init__(self, components: dict[str, Json], document: Document) -> None:
        self._components = components
        self._own = _only_in_forms(document, components)
        for name in sorted(self._own):
            if _file_kind(components[name]) is None:
                components[name] = self.marked(components[name])

    def marked(self, schema: Json, inside: tuple[str, ...] = ()) -> Json:
        """Return a schema in a form with its files marked.

        Args:
            schema: the schema.
            inside: components whose copies it is in.
        """
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return self._referred(schema, inside)
        if _file_kind(schema) is not None:
            return _file(schema)
        changed = dict(schema)
        for key in _PARTS:
            if isinstance(schema.get(key), list):
                changed[key] = [self.marked(part, inside) for part in schema[key]]
            elif key == "properties" and isinstance(schema.get(key), dict):
                changed[key] = {name: self.marked(part, inside) for name, part in schema[key].items()}
            elif key in schema:
                changed[key] = self.marked(schema[key], inside)
        return changed

    def encoded(self, schema: Json, inside: tuple[str, ...] = ()) -> set[str]:
        """Return the properties of a form whose files are sent in Base64."""
        if not isinstance(schema, dict):
            return set()
        if "$ref" in schema:
            name = split(str(schema["$ref"]))[-1]
            return set() if name in inside else self.encoded(self._components.get(name), (*inside, name))
        found = {name for name, part in schema.get("properties", {}).items() if self._is_base64(part)}
        return found.union(*(self.encoded(part, inside) for key in ("allOf", *_UNIONS) for part in schema.get(key, ())))

    def _is_base64(self, schema: Json, inside: tuple[str, ...] = ()) -> bool:
        if not isinstance(schema, dict):
            return False
        if "$ref" in schema:
            name = split(str(schema["$ref"]))[-1]
            return name not in inside and self._is_base64(self._components.get(name), (*inside, name))
        parts = [schema.get("items"), *(part for key in ("allOf", *_UNIONS) for part in schema.get(key, ()))]
        return (
            _file_kind(schema) == "base64" or bool(schema.get("x-base64")) or any(self._is_base64(each, inside) for each in parts)
        )

    def _referred(self, schema: Schema, inside: tuple[str, ...]) -> Json:
        name = split(str(schema["$ref"]))[-1]
        target = self._components.get(name)
        if name in inside or not isinstance(target, dict):
            return schema
        if _file_kind(target) is not None:
            return _file({**target, **without(schema, "$ref")})
        if name in self._own:
            return schema
        copied = self.marked(target, (*inside, name))
        if copied == target:
            return schema
        return copied if schema.keys() == {"$ref"} else {"allOf": [copied, without(schema, "$ref")]}


def _only_in_forms(document: Document, components: Mapping[str, Json]) -> set[str]:
    """Return the components that are used in forms, by themselves or as a part of another one, and nowhere else."""
    users: dict[str, set[str]] = defaultdict(set)
    elsewhere = set[str]()
    for pointer, target in references(document.data):
        name = split(target)[-1]
        if not target.startswith(SCHEMAS) or name not in components:
            continue
        if pointer[:2] == ("components", "schemas"):
            users[name].add(str(pointer[2]))
        elif any(bare_media_type(str(each)) == MULTIPART for each in pointer):
            users[name].add("")
        else:
            elsewhere.add(name)
    found = {*users} - elsewhere
    while lost := {name for name in found if not users[name] - {name} <= {*found, ""}}:
        found -= lost
    return {name for name in found if _reaches_form(name, users)}


def _reaches_form(name: str, users: Mapping[str, set[str]]) -> bool:
    seen, left = set[str](), [name]
    while left:
        each = left.pop()
        if each == "":
            return True
        if each not in seen:
            seen.add(each)
            left += users.get(each, ())
    return False


def _file_kind(schema: Json) -> Literal["binary", "base64"] | None:
    """Return how a file is sent; None if a schema is none."""
    if not isinstance(schema, dict) or schema.get("type", "string") not in ("string", ["string", "null"], ["null", "string"]):
        return None
    if schema.get("format") == "binary":
        return "binary"
    if schema.get("format") in ("byte", "base64") or schema.get("contentEncoding") in ("base64", "base64url"):
        return "base64"
    is_binary = "contentMediaType" in schema and "contentEncoding" not in schema and not is_json(str(schema["contentMediaType"]))
    return "binary" if is_binary else None


def _file(schema: Schema) -> Schema:
    """Return the schema of a file; one in Base64 may also be given as that text."""
    kind = _file_kind(schema)
    kept = {key: value for key, value in schema.items() if key in ("description", "writeOnly")}
    is_nullable = schema.get("nullable") is True or isinstance(schema.get("type"), list)
    null = [{"type": "null"}] if is_nullable else []
    if kind == "base64":
        return {"anyOf": [{"type": "file"}, {"type": "string"}, *null], "x-base64": True, **kept}
    return {"anyOf": [{"type": "file"}, *null], **kept} if null else {"type": "file", **kept}
