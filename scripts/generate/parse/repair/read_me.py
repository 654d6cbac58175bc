"""Read what the editor of ReadMe writes as it is sent from there: bodies that are not objects, and any JSON."""

from __future__ import annotations

from scripts.generate.parse.api import Refuse
from scripts.spec.document import Document, Json, Pointer
from scripts.spec.objects import Object

_WHOLE = "RAW_BODY"
_BY_READ_ME = "x-readme-fauxas"


def as_whole_body(body: Json, pointer: Pointer, note: Refuse) -> None:
    """Let the only property of a body be the body itself, with a note, if it has the name that stands for one."""
    contents = body.get("content")
    for name, content in contents.items() if isinstance(contents, dict) else ():
        schema = content.get("schema") if isinstance(content, dict) else None
        properties = schema.get("properties") if isinstance(schema, dict) else None
        if isinstance(schema, dict) and isinstance(properties, dict) and [*properties] == [_WHOLE]:
            content["schema"] = properties[_WHOLE]
            body.setdefault("required", _WHOLE in schema.get("required", ()))
            note((*pointer, "content", name, "schema"), "structure", f"the property {_WHOLE!r} stands for the body; it is read so")


def as_any_json(document: Document, schema: Object, note: Refuse) -> None:
    """Let a text with the format JSON be any JSON, with a note, in a document of that editor."""
    value = schema.value
    if document.data.get(_BY_READ_ME) is True and value.get("type") == "string" and value.get("format") == "json":
        del value["type"], value["format"]
        note((*schema.pointer, "format"), "structure", "a string of the format 'json' is sent as JSON; it is read as any value")
