"""Bodies of requests and responses, by media type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scripts.generate.parse.api import ApiContent, Refuse, Schema
from scripts.generate.parse.keywords import kind_of, without
from scripts.generate.parse.references import alternatives, children
from scripts.generate.parse.schemas import SchemaNormalizer
from scripts.generate.text.names import words
from scripts.runtime.forms import form_field
from scripts.runtime.parameters import Parameter
from scripts.spec.document import SCHEMAS, Document, Json, Pointer, references, split

_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_STYLING = frozenset(["style", "explode", "allowReserved"])
_ENCODING = {"urlencoded": _STYLING | {"contentType"}, "multipart": frozenset(["contentType"])}
NESTING_STYLES = ("json", "deepObject")


class Contents:
    """Reads the `content` of requests and responses of one document."""

    def __init__(self, document: Document, schemas: SchemaNormalizer, refuse: Refuse, note: Refuse) -> None:
        self.schemas = schemas
        self.refuse = refuse
        self.note = note
        users: dict[str, set[bool]] = defaultdict(set)
        for pointer, target in references(document.data):
            users[target].add(pointer[-3:-1] == (_MULTIPART, "schema"))
        for name, schema in schemas.components.items():
            if users.get(f"{SCHEMAS}{name}") == {True}:  # all that it is used for
                schemas.components[name] = _with_files(schema)

    @staticmethod
    def is_json(media_type: str) -> bool:
        """Return whether bodies of a media type are JSON."""
        bare = bare_media_type(media_type)
        return bare in ("application/json", "text/json", "*/*", "application/*") or bare.endswith("+json")

    def sent(self, contents: Schema, pointer: Pointer, suggestion: str) -> tuple[ApiContent, ...]:
        """Return the bodies that a request can have."""
        found = []
        for media_type, content, name in self._usable(contents, pointer, suggestion):
            where = (*pointer, media_type, "schema")
            bare = bare_media_type(media_type)
            schema = content.get("schema")
            if bare == _URLENCODED and schema is not None:
                found.append(self._form(bare, content, self.schemas.normalize(schema, where, name), pointer, "urlencoded"))
            elif bare == _MULTIPART:
                found.append(self._form(bare, content, self._multipart(schema, where, name), pointer, "multipart"))
            elif bare.startswith("multipart/"):
                advice = "of multipart bodies only multipart/form-data is generated; describe the body as bytes, without a schema"
                self.refuse((*pointer, media_type), "unsupported-media-type", advice)
            elif self._is_read_as_json(media_type, schema):
                sent_as = "application/json" if "*" in bare else media_type
                found.append(ApiContent(media_type=sent_as, schema=self._body(schema, where, name)))
            else:
                found.append(ApiContent(media_type=media_type.replace("*/*", "application/octet-stream"), schema=None))
        return tuple(found)

    def received(self, contents: Schema, pointer: Pointer, suggestion: str) -> tuple[ApiContent, ...]:
        """Return the bodies that a response can have."""
        found = []
        for media_type, content, name in self._usable(contents, pointer, suggestion):
            schema = None
            if self._is_read_as_json(media_type, content.get("schema")):
                schema = self.schemas.normalize(content.get("schema", {}), (*pointer, media_type, "schema"), name)
            found.append(ApiContent(media_type=media_type, schema=schema))
        return tuple(found)

    def is_nested(self, schema: Schema) -> bool:
        """Return whether a value is known to contain nested values."""
        inner = [child for each in self._alternatives(schema) for _, child in children(each)]
        return any(self._kinds(each) & {"array", "object"} for each in inner)

    def _usable(self, contents: Schema, pointer: Pointer, suggestion: str) -> Iterator[tuple[str, Schema, str]]:
        xml = [each for each in contents if bare_media_type(each).endswith(("/xml", "+xml")) and "schema" in contents[each]]
        others = [each for each in contents if each not in xml]
        for media_type in xml:
            if others:
                advice = f"XML is not generated; the client uses {', '.join(others)} instead"
                self.note((*pointer, media_type), "left-out-media-type", advice)
            else:
                advice = "XML is not generated; the body is what is given, as text or bytes"
                self.note((*pointer, media_type), "unsupported-media-type", advice)
        for index, media_type in enumerate(others or xml):
            name = suggestion if index == 0 else f"{suggestion}{words(media_type.split('/')[-1])}"
            yield media_type, contents[media_type] if others else without(contents[media_type], "schema"), name

    def _body(self, schema: Json, pointer: Pointer, suggestion: str) -> Schema:
        """Return the schema of a body that is sent, as a reference where it has anything to check."""
        found = self.schemas.normalize({} if schema is None else schema, pointer, suggestion)
        if "$ref" in found or found.keys() <= {"type", "description"}:
            return found
        return self.schemas.hoist(found, pointer, suggestion)

    def _multipart(self, schema: Json, pointer: Pointer, suggestion: str) -> Schema:
        if isinstance(schema, dict) and str(schema.get("$ref", "")).startswith(SCHEMAS):
            target = self.schemas.components.get(split(schema["$ref"])[-1], {})
            if _with_files(target) == target:
                return self.schemas.normalize(schema, pointer, suggestion)
            schema = target  # it is also used elsewhere, where its files are text
        return self.schemas.normalize(_with_files({"type": "object"} if schema is None else schema), pointer, suggestion)

    def _form(self, media_type: str, content: Schema, schema: Schema, pointer: Pointer, form: str) -> ApiContent:
        fields: list[Parameter] = []
        media_types: dict[str, str] = {}
        properties = [item for each in self._alternatives(schema) for item in each.get("properties", {}).items()]
        for name, child in dict(properties).items():
            where = (*pointer, media_type, "encoding", name)
            encoding = content.get("encoding", {}).get(name, {})
            for key in encoding.keys() - _ENCODING[form]:
                if key in _STYLING:
                    self.note((*where, key), "unsupported-encoding", f"{key!r} means nothing for a {form} field; it is ignored")
                elif not key.startswith("x-"):
                    self.refuse((*where, key), "unsupported-encoding", f"{key!r} of a {form} field is not generated; remove it")
            if form == "urlencoded":
                fields.append(self._field(name, child, encoding, where))
            elif (given := encoding.get("contentType")) and "," not in given and "*" not in given:
                media_types[name] = given
        special = tuple(field for field in fields if field != form_field(field.name))
        return ApiContent(media_type=media_type, schema=schema, form=form, fields=special, media_types=media_types)

    def _field(self, name: str, schema: Schema, encoding: Schema, pointer: Pointer) -> Parameter:
        media_type = encoding.get("contentType")
        is_nested = self.is_nested(schema)
        is_json = is_nested or "object" in self._kinds(schema) or (media_type is not None and self.is_json(media_type))
        if is_json and not encoding.keys() & _STYLING:
            return form_field(name, style="json", explode=media_type is None)
        style = encoding.get("style", "form")
        if is_nested and style not in NESTING_STYLES:
            advice = f"style {style!r} cannot write nested values; give {name!r} the style deepObject"
            self.refuse(pointer, "unsupported-encoding", advice)
        return form_field(
            name,
            style=style,
            explode=bool(encoding.get("explode", style in ("form", "deepObject"))),
            allow_reserved=bool(encoding.get("allowReserved", False)),
        )

    def _alternatives(self, schema: Schema) -> Iterator[Schema]:
        return alternatives(schema, self.schemas.named)

    def _kinds(self, schema: Schema) -> set[str | None]:
        return {kind_of(each) for each in self._alternatives(schema)}

    def _is_read_as_json(self, media_type: str, schema: Json) -> bool:
        return self.is_json(media_type) or (bare_media_type(media_type).startswith("text/") and self._is_structured(schema))

    def _is_structured(self, schema: Json) -> bool:
        """Return whether a body that is declared as text is in fact JSON: its schema is not a string."""
        if not isinstance(schema, dict):
            return False
        if "$ref" in schema:
            return self._is_structured(self.schemas.components.get(split(schema["$ref"])[-1]))
        composing = {"properties", "items", "additionalProperties", "allOf"}
        return bool(schema.keys() & composing) or schema.get("type") in ("object", "array")


def bare_media_type(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.split(";", maxsplit=1)[0].strip().lower()


def _with_files(schema: Json) -> Json:
    """Return the schema of a multipart form with its binary properties marked as files."""
    if not isinstance(schema, dict):
        return schema
    changed = dict(schema)
    if "properties" in schema:
        changed["properties"] = {name: _file(child) for name, child in schema["properties"].items()}
    if "allOf" in schema:
        changed["allOf"] = [_with_files(part) for part in schema["allOf"]]
    return changed


def _file(schema: Json) -> Json:
    if not isinstance(schema, dict):
        return schema
    if "items" in schema:
        return {**schema, "items": _file(schema["items"])}
    binary = schema.get("format") == "binary" or ("contentMediaType" in schema and "contentEncoding" not in schema)
    if not binary or schema.get("type", "string") not in ("string", ["string", "null"]):
        return schema
    return {"type": "file", **{key: value for key, value in schema.items() if key == "description"}}
