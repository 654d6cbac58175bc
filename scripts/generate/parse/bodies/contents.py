"""Bodies of requests and responses, by media type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scripts.generate.parse.api import ApiContent, Refuse, Schema
from scripts.generate.parse.bodies.files import MULTIPART, Files, with_binary_fields
from scripts.generate.parse.media_types import (
    Stream,
    bare_media_type,
    is_another_json,
    is_anything,
    is_json,
    is_text,
    is_xml,
    may_be_json,
    media_types_in,
    sent_as,
    stream_of,
)
from scripts.generate.parse.schemas.keywords import kind_of
from scripts.generate.parse.schemas.normalize import SchemaNormalizer
from scripts.generate.parse.schemas.references import alternatives, children, closure, referenced
from scripts.generate.text.names import class_name, unique, words
from scripts.runtime.forms import form_field
from scripts.runtime.parameters import Parameter
from scripts.spec.document import Document, Json, Pointer, split

_URLENCODED = "application/x-www-form-urlencoded"
_STYLING = frozenset(["style", "explode", "allowReserved"])
_ENCODING = {"urlencoded": _STYLING | {"contentType"}, "multipart": frozenset(["contentType"])}
# Fields of an event, also as `SseItem` of .NET calls them.
_OF_EVENTS = frozenset(["data", "event", "id", "retry", "comment", "eventType", "eventId", "reconnectionInterval"])
_SINGLE = ("boolean", "integer", "number", "string")
NESTING_STYLES = ("json", "nested", "deepObject")


class Contents:
    """Reads the `content` of requests and responses of one document."""

    def __init__(self, document: Document, schemas: SchemaNormalizer, refuse: Refuse, note: Refuse) -> None:
        self.schemas = schemas
        self.refuse = refuse
        self.note = note
        self.files = Files(schemas.components, document)
        for original, name in self.files.copies.items():
            schemas.names[name] = unique(class_name(name), schemas.taken)
            schemas.originals[name] = original

    @staticmethod
    def is_json(media_type: str) -> bool:
        """Return whether the content of a parameter is JSON."""
        return is_json(media_type) or is_anything(media_type)

    def is_single(self, schema: Json) -> bool:
        """Return whether every value is text, a number or a boolean."""
        return all(kind_of(each) in _SINGLE or each.keys() & {"const", "enum"} for each in self._leaves(schema))

    def sent(self, contents: Schema, pointer: Pointer, suggestion: str) -> tuple[ApiContent, ...]:
        """Return the bodies that a request can have, JSON first, and of this last what is called a JSON Patch but is an object."""
        first = dict(sorted(contents.items(), key=lambda item: (not is_json(item[0]), self._is_odd_patch(*item))))
        found: dict[str, ApiContent] = {}
        for media_type, content, name in self._usable(self._without_repeated(first, pointer), pointer, suggestion):
            body = self._sent(media_type, content, pointer, name)
            if found.setdefault(body.media_type, body) is not body:
                self.note((*pointer, media_type), "left-out-media-type", f"another body is sent as {body.media_type}, too")
        return tuple(found.values())

    def received(self, contents: Schema, pointer: Pointer, suggestion: str, *, is_success: bool = True) -> tuple[ApiContent, ...]:
        """Return the bodies that a response can have; those of an error are read as a whole."""
        found = []
        for media_type, content, name in self._usable(contents, pointer, suggestion):
            where = (*pointer, media_type, "schema")
            stream = stream_of(media_type) if is_success else None
            if stream is not None:
                element = self._element(content, stream, (*pointer, media_type))
                schema = None if element is None else self.schemas.normalize(element[0], element[1], name)
                found.append(ApiContent(media_type=media_type, schema=schema, stream=stream, is_text=True))
            elif self._is_read_as_json(media_type, content.get("schema")):
                schema = self.schemas.normalize(content.get("schema", {}), where, name)
                found.append(ApiContent(media_type=media_type, schema=schema))
            else:
                found.append(self._raw(media_type, media_type, content.get("schema"), where))
        return tuple(found)

    def is_nested(self, schema: Schema) -> bool:
        """Return whether a value is known to contain nested values."""
        inner = [child for each in self._alternatives(schema) for _, child in children(each)]
        return any(self._kinds(each) & {"array", "object"} for each in inner)

    def may_be_nested(self, schema: Schema) -> bool:
        """Return whether a value may contain nested values, since nothing is known of what is in it."""
        return any(None in self._kinds(child) for each in self._alternatives(schema) for _, child in children(each))

    def _sent(self, media_type: str, content: Schema, pointer: Pointer, name: str) -> ApiContent:
        where = (*pointer, media_type, "schema")
        bare = bare_media_type(media_type)
        schema = content.get("schema")
        if bare in (_URLENCODED, MULTIPART):
            return self._any_form(bare, media_type, content, pointer, name)
        if bare.startswith("multipart/"):
            self.note((*pointer, media_type), "unsupported-media-type", f"{bare} is sent as it is given, with its boundary")
            return ApiContent(media_type=media_type, schema=None)
        if self._is_odd_patch(media_type, content) and not any("properties" in each for each in self._leaves(schema)):
            self.note(where, "unsupported-media-type", "a JSON Patch is a list, not an object; the body is any value")
            schema = {}
        if stream_of(media_type) == "lines" and "itemSchema" in content:
            schema = {"type": "array", "items": content["itemSchema"]}
        if stream_of(media_type) == "lines" and "array" in {kind_of(each) for each in self._leaves(schema)}:
            return ApiContent(media_type=sent_as(media_type), schema=self._body(schema, where, name), form="lines")
        if self._is_read_as_json(media_type, schema):
            sent = "application/json" if is_anything(media_type) else sent_as(media_type)
            return ApiContent(media_type=sent, schema=self._body(schema, where, name))
        return self._raw(media_type, sent_as(media_type), schema, where)

    def _is_odd_patch(self, media_type: str, content: Schema) -> bool:
        is_patch = bare_media_type(media_type) == "application/json-patch+json"
        return is_patch and {kind_of(each) for each in self._leaves(content.get("schema"))} == {"object"}

    def _raw(self, given: str, media_type: str, schema: Json, pointer: Pointer) -> ApiContent:
        """Return a body of which only the media type is known."""
        if not self.may_be_text(schema) and not is_xml(given):
            kind = "text" if is_text(given) else "bytes"
            self.note(pointer, "unsupported-media-type", f"{given} is not read by a schema; the body is {kind}")
        return ApiContent(media_type=media_type, schema=None, is_text=is_text(given) and not self._is_binary(schema))

    def _usable(self, contents: Mapping[str, Json], pointer: Pointer, suggestion: str) -> Iterator[tuple[str, Schema, str]]:
        for media_type in [each for each in contents if not _is_of_a_header(each) or len(media_types_in(each)) > 1]:
            self.note((*pointer, media_type), "unsupported-media-type", f"{media_type!r} is not a media type; it is left out")
            contents = {each: content for each, content in contents.items() if each != media_type}
        xml = [each for each in contents if is_xml(each) and "schema" in contents[each]]
        others = [each for each in contents if each not in xml]
        for media_type in xml:
            if others:
                advice = f"XML is not generated; the client uses {', '.join(others)} instead"
                self.note((*pointer, media_type), "left-out-media-type", advice)
            elif not self.may_be_text(contents[media_type]["schema"]):
                self.note((*pointer, media_type), "unsupported-media-type", "XML is not generated; the body is bytes")
        for index, media_type in enumerate(others or xml):
            name = suggestion if index == 0 else f"{suggestion}{words(media_type.split('/')[-1])}"
            yield media_type, contents[media_type], name

    def _without_repeated(self, contents: Mapping[str, Json], pointer: Pointer) -> Mapping[str, Json]:
        """Return the bodies of a request without those that are only other names of its JSON."""
        own = next((each for each in contents if bare_media_type(each) == "application/json"), None)
        if own is None:
            return contents
        schema = contents[own].get("schema")
        same = [each for each in contents if is_another_json(each) and contents[each].get("schema") == schema]
        for each in same:
            self.note((*pointer, each), "left-out-media-type", f"it says the same as {own}, which is sent")
        return {each: content for each, content in contents.items() if each not in same}

    def _body(self, schema: Json, pointer: Pointer, suggestion: str) -> Schema:
        """Return the schema of a body that is sent, as a reference where it has anything to check."""
        found = self.schemas.normalize({} if schema is None else schema, pointer, suggestion)
        if "$ref" in found or found.keys() <= {"type", "description"}:
            return found
        return self.schemas.hoist(found, pointer, suggestion)

    def _element(self, content: Schema, stream: Stream, pointer: Pointer) -> tuple[Json, Pointer] | None:
        """Return the schema of one value of a stream, and where it is; None for an event that is text.

        It is described by itself, as an array of all, or as an event with its fields, of which `data` has the value.
        """
        key = "itemSchema" if "itemSchema" in content else "schema"
        schema, pointer = content.get(key), (*pointer, key)
        while kind_of(target := self._target(schema)) == "array":
            schema, pointer = target.get("items", {}), (*pointer, "items")
        if stream == "events":
            schema = self._data_of_event(schema)
        if all(_is_text(each) for each in self._leaves(schema)):
            return None if stream == "events" else ({}, pointer)
        return schema, pointer

    def _data_of_event(self, schema: Json) -> Json:
        """Return the schema of the data of an event, where a schema describes the event; a union of events becomes one of data."""
        target = self._target(schema)
        for key in ("oneOf", "anyOf"):
            data = [self._data_of_event(each) for each in target.get(key, ())]
            if data and data != target[key]:
                return {"anyOf": data}
        parts = [each for each in self._parts(target, set()) if "properties" in each]
        fields = {name: each for part in parts for name, each in part["properties"].items()}
        if "data" in fields and fields.keys() <= _OF_EVENTS:
            return self._target(fields["data"]).get("contentSchema", fields["data"])
        return schema

    def _parts(self, schema: Schema, seen: set[int]) -> Iterator[Schema]:
        """Yield the parts of the `allOf` of a schema, and the schema itself as the last one; none of them twice."""
        if id(schema) not in seen:
            seen.add(id(schema))
            for each in schema.get("allOf", ()):
                yield from self._parts(self._target(each), seen)
            yield schema

    def _target(self, schema: Json) -> Schema:
        """Return what a schema refers to, or the schema itself; of a boolean, and of one that leads to itself, nothing."""
        seen = set[str]()
        while isinstance(schema, dict) and "$ref" in schema:
            name = split(schema["$ref"])[-1]
            schema = None if name in seen else self.schemas.components.get(name)
            seen.add(name)
        return schema if isinstance(schema, dict) else {}

    def _any_form(self, bare: str, media_type: str, content: Schema, pointer: Pointer, name: str) -> ApiContent:
        where = (*pointer, media_type, "schema")
        schema = content.get("schema", {"type": "object"} if bare == MULTIPART else None)
        if schema is None or not {kind_of(each) for each in self._leaves(schema)} & {"object", None}:
            return self._without_names(bare, media_type, schema, where)
        if bare == _URLENCODED:
            return self._form(media_type, content, self.schemas.normalize(schema, where, name), pointer, "urlencoded")
        target = self._target(schema)
        with_files = with_binary_fields(target, content.get("encoding", {}))
        schema = schema if with_files is target else with_files
        marked = self.schemas.normalize(self.files.marked(schema), where, name)
        form = self._form(media_type, content, marked, pointer, "multipart")
        media_types = {**self.files.media_types(schema), **form.media_types}
        documents = tuple(sorted(self.files.documents(schema)))
        return replace(form, media_types=media_types, encoded=self.files.encoded(schema), documents=documents)

    def _without_names(self, bare: str, media_type: str, schema: Json, pointer: Pointer) -> ApiContent:
        """Return a form whose fields have no names in the document, which is sent as it is given."""
        if not all(_is_text(each) for each in self._leaves(schema)):
            self.note(pointer, "unsupported-media-type", f"fields of {bare} have names; the body is sent as it is given")
        elif bare == MULTIPART:
            self.note(pointer, "unsupported-media-type", f"{bare} is sent as it is given, with its boundary")
        return ApiContent(media_type=media_type, schema=None, is_text=bare == _URLENCODED)

    def _form(self, media_type: str, content: Schema, schema: Schema, pointer: Pointer, form: str) -> ApiContent:
        fields: list[Parameter] = []
        media_types: dict[str, str] = {}
        properties = [item for each in self._alternatives(schema) for item in each.get("properties", {}).items()]
        for name, child in dict(properties).items():
            where = (*pointer, media_type, "encoding", name)
            encoding = content.get("encoding", {}).get(name, {})
            is_styled = form == "urlencoded" or self._is_styled(child, encoding)
            for key in encoding.keys() - _ENCODING["urlencoded" if is_styled else form]:
                if not key.startswith("x-"):
                    self.note((*where, key), "unsupported-encoding", f"{key!r} means nothing for a {form} field; it is ignored")
            if is_styled:
                fields.append(self._field(name, child, encoding, where if encoding else (*pointer, media_type, "schema")))
            elif (given := encoding.get("contentType")) and is_xml(given) and self._is_written_as_json(child):
                self.note((*where, "contentType"), "unsupported-encoding", f"XML is not generated; {name!r} is sent as JSON")
            elif given and (self._has_file(child) or not {",", "*"} & {*given}):
                media_types[name] = given
            if form == "multipart" and any(
                kind_of(each) == "object" and self._has_file(each) for each in self._alternatives(child)
            ):
                advice = f"files in {name!r} are sent as fields with names such as {name}[...]"
                self.note((*pointer, media_type, "schema"), "unsupported-encoding", advice)
        special = tuple(field for field in fields if field != form_field(field.name))
        return ApiContent(media_type=bare_media_type(media_type), schema=schema, form=form, fields=special, media_types=media_types)

    def _is_written_as_json(self, schema: Schema) -> bool:
        return "object" in self._kinds(schema) or self.is_nested(schema)

    def _is_styled(self, schema: Schema, encoding: Schema) -> bool:
        """Return whether a field of a multipart form is not written as JSON, or as a part for each element."""
        is_other = encoding.get("style", "form") != "form" or encoding.get("explode") is False
        return is_other and not any(map(self._has_file, self._alternatives(schema)))

    def _field(self, name: str, schema: Schema, encoding: Schema, pointer: Pointer) -> Parameter:
        media_type = encoding.get("contentType")
        is_nested = self.is_nested(schema)
        is_json = media_type is not None and self.is_json(media_type)
        as_json = form_field(name, style="json", explode=False) if is_json else form_field(name, style="nested")
        if (is_json or is_nested or self._kinds(schema) & {"object", None}) and not encoding.keys() & _STYLING:
            return as_json
        style = encoding.get("style", "form")
        if is_nested and style not in NESTING_STYLES:
            advice = f"style {style!r} cannot write nested values; {name!r} is written as JSON"
            self.note(pointer, "unsupported-encoding", advice)
            return as_json
        if style not in NESTING_STYLES and self.may_be_nested(schema):
            self.note(pointer, "unsupported-encoding", f"nested values in {name!r} are written as JSON")
        return form_field(
            name,
            style=style,
            explode=bool(encoding.get("explode", style in ("form", "deepObject"))),
            allow_reserved=bool(encoding.get("allowReserved", False)),
        )

    def _alternatives(self, schema: Schema) -> Iterator[Schema]:
        return alternatives(schema, self.schemas.named)

    def _leaves(self, schema: Json, seen: set[str] | None = None) -> Iterator[Schema]:
        """Yield the schemas of the document, but for null, of which a value has one; of `allOf`, those that say a type."""
        seen = set() if seen is None else seen
        if not isinstance(schema, dict):
            yield {}
        elif "$ref" in schema:
            name = split(schema["$ref"])[-1]
            if name not in seen:
                seen.add(name)
                yield from self._leaves(self.schemas.components.get(name), seen)
        elif kind_of(schema) is not None or not schema.keys() & {"allOf", "anyOf", "oneOf"}:
            if kind_of(schema) != "null":
                yield schema
        else:
            for member in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
                yield from self._leaves(member, seen)
            parts = [each for part in schema.get("allOf", ()) for each in self._leaves(part, seen)]
            yield from [each for each in parts if kind_of(each) is not None] or parts[:1]

    def _kinds(self, schema: Schema) -> set[str | None]:
        return {kind_of(each) for each in self._alternatives(schema)}

    def _has_file(self, schema: Schema) -> bool:
        names = closure(referenced(schema), self.schemas.named)
        return any(_is_file(each) for each in (schema, *(self.schemas.named[name] for name in names)))

    def may_be_text(self, schema: Json) -> bool:
        """Return whether a value may be text; of a schema that says nothing, it may."""
        leaves = [*self._leaves(schema)]
        return not leaves or any(map(_is_text, leaves))

    def _is_binary(self, schema: Json) -> bool:
        leaves = [*self._leaves(schema)]
        return bool(leaves) and all(each.get("format") == "binary" for each in leaves)

    def _is_read_as_json(self, media_type: str, schema: Json) -> bool:
        if is_json(media_type):
            return not self._is_binary(schema)
        return may_be_json(media_type) and not self.may_be_text(schema)


def _is_of_a_header(media_type: str) -> bool:
    return media_type.isascii() and media_type.isprintable()


def _is_file(schema: Schema) -> bool:
    return kind_of(schema) == "file" or any(_is_file(child) for _, child in children(schema))


def _is_text(schema: Schema) -> bool:
    """Return whether a schema that is neither a reference nor a union allows text; one that says nothing does."""
    kinds = schema.get("type")
    if kinds is not None:
        return "string" in ([kinds] if isinstance(kinds, str) else kinds)
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return any(isinstance(each, str) for each in values) if values else kind_of(schema) in (None, "string")
