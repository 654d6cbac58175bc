"""Put media types and schemas of bodies and parameters where OpenAPI 3 has them: in `content`, and in `schema`."""

from __future__ import annotations

import re

from scripts.generate.parse.api import Refuse
from scripts.spec.document import SCHEMAS, Document, Json, Pointer
from scripts.spec.objects import Object

_MEDIA_TYPE = re.compile(r"[\w.+*-]+/[\w.+*-]+(?:\s*;.*)?")
_OF_MEDIA_TYPES = frozenset(
    ["schema", "itemSchema", "example", "examples", "encoding", "itemEncoding", "prefixEncoding", "description"]
)
_MADE_OF = ("type", "properties", "items", "allOf", "anyOf", "oneOf", "enum", "additionalProperties")
_NO_BODY = ("void", "undefined", "null")  # as a type, in what Elysia writes
_LISTS = {"request-body": "consumes", "response": "produces"}  # of media types, in Swagger 2


def with_content(document: Document, thing: Object, note: Refuse) -> None:
    """Give a body its content, with a note, if it has the media types or the schema itself; and each media type its schema."""
    body, pointer = thing.value, thing.pointer
    named = [key for key in body if _MEDIA_TYPE.fullmatch(key) and isinstance(body[key], dict)]
    if "content" not in body and named:
        body["content"] = {key: body.pop(key) for key in named}
        note(pointer, "structure", f"media types are in the 'content' of a body; {', '.join(map(repr, named))}: read so")
    elif "$ref" not in body and "content" not in body and isinstance(body.get("schema"), dict):
        given = _media_types(document, thing)
        schema = body.pop("schema")
        body["content"] = {each: {"schema": schema} for each in given}
        note(
            (*pointer, "schema"), "structure", f"the schema of a {thing.kind} is in its 'content'; it is read as {', '.join(given)}"
        )
    contents = body.get("content")
    if not isinstance(contents, dict):
        return
    if _is_schema(contents):
        contents = body["content"] = _content_of(contents, (*pointer, "content"), note)
    if isinstance(contents.get("schema"), dict) and not contents["schema"].keys() & {"schema", "example", "examples"}:
        contents["application/json"] = {"schema": contents.pop("schema")}
        note(
            (*pointer, "content", "schema"), "structure", "a schema stands for a media type; it is read as that of application/json"
        )
    for name, content in contents.items():
        if isinstance(content, dict):
            _with_schema(content, (*pointer, "content", name), note)


def _is_schema(contents: Json) -> bool:
    """Return whether what should be media types has keywords of a schema instead."""
    return any(key in contents for key in (*_MADE_OF, "$ref")) and not any(map(_MEDIA_TYPE.fullmatch, contents))


def _content_of(schema: Json, pointer: Pointer, note: Refuse) -> Json:
    """Return the media types of a body of which only the schema is given, or none if its type says that there is no body."""
    if schema.get("type") in _NO_BODY:
        note(pointer, "structure", f"{schema['type']!r} says that there is no body; it is read so")
        return {}
    note(pointer, "structure", "a schema stands for the media types; it is read as that of application/json")
    return {"application/json": {"schema": schema}}


def one_content(parameter: Json, pointer: Pointer, note: Refuse) -> None:
    """Leave a parameter, with a note, the first of its media types that is JSON, or the first one."""
    contents = parameter.get("content")
    if not isinstance(contents, dict) or len(contents) < 2:
        return
    chosen = next((name for name in contents if name.lower().endswith("json")), next(iter(contents)))
    parameter["content"] = {chosen: contents[chosen]}
    note((*pointer, "content"), "unsupported-parameter-content", f"a parameter has one media type; it is sent as {chosen}")


def _with_schema(content: Json, pointer: Pointer, note: Refuse) -> None:
    """Let the keywords of a schema, or the reference to one, that a media type has itself be those of its schema."""
    is_reference = str(content.get("$ref")).startswith((SCHEMAS, "#/definitions/"))
    if "schema" in content or not (is_reference or any(key in content for key in _MADE_OF)):
        return
    content["schema"] = {key: content.pop(key) for key in [*content] if key not in _OF_MEDIA_TYPES and not key.startswith("x-")}
    note(pointer, "structure", "the schema of a media type is in its 'schema'; it is read so")


def _media_types(document: Document, thing: Object) -> list[str]:
    """Return the media types that the operation of a body, or the document, has for it as Swagger 2 writes them."""
    key, (section, *place) = _LISTS[thing.kind], thing.pointer
    operation = document.data["paths"][place[0]][place[1]] if section == "paths" and len(place) > 2 else {}
    given = next((each for each in (operation.get(key), document.data.get(key)) if isinstance(each, list) and each), [])
    return list(map(str, given)) or ["application/json"]
