"""Read multipart forms: their fields as values of JSON, and files as texts, of which schemas know no more."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from typing import Any, Final

from scripts.mock.generic.described import JSON_TYPE, Schemas
from scripts.mock.generic.parameters import InvalidError
from scripts.spec.document import Json

MULTIPART: Final = "multipart/form-data"


def fields(schemas: Schemas, media: Mapping[str, Json], content_type: str, body: bytes) -> dict[str, Any] | None:
    """Return the fields of a form; None where their names are paths, or the document gives them styles, which are not read.

    Args:
        schemas: those of the API.
        media: what the document says of the form.
        content_type: header of the request, with the boundary.
        body: the form.

    Raises:
        InvalidError: a field is given several times, or is not the JSON that it says it is.
    """
    found, schema = _parts(content_type, body), media.get("schema", True)
    named = {name for each in schemas.alternatives(schema) for name in each.get("properties", {})}
    paths = [name for name in found if name not in named and "[" in name and name.partition("[")[0] in named]
    if paths or any("style" in each for each in media.get("encoding", {}).values()):
        return None
    return {name: _value(schemas, schemas.child(schema, name), name, given) for name, given in found.items()}


def _parts(content_type: str, body: bytes) -> dict[str, list[Message]]:
    form = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode("latin-1") + body)
    found = defaultdict[str, list[Message]](list)
    for part in form.get_payload() if form.is_multipart() else ():
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if isinstance(part, Message) and isinstance(name, str):
            found[name].append(part)
    return found


def _value(schemas: Schemas, schema: Json, name: str, parts: Sequence[Message]) -> Any:
    """Return the value of a field; that of an array has a part for each element, or is one of JSON.

    What may be anything, such as a field that the document does not name, is an array where it has several parts.
    """
    kinds = schemas.kinds(schema)
    if (not kinds and len(parts) > 1) or ("array" in kinds and (len(parts) > 1 or "string" not in kinds)):
        values = [_read(schemas, schemas.child(schema, "0"), name, each) for each in parts]
        return values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if len(parts) > 1:
        raise InvalidError(f"body.{name}: is given {len(parts)} times")
    return _read(schemas, schema, name, parts[0])


def _read(schemas: Schemas, schema: Json, name: str, part: Message) -> Any:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    if part.get_filename() is not None:
        return content.decode("latin-1")
    text = content.decode(errors="replace")
    kind = part.get_content_type()
    if kind != JSON_TYPE and not kind.endswith("+json"):
        return schemas.read(schema, text)
    if any("contentMediaType" in each for each in schemas.alternatives(schema)) and schemas.valid(schema, text):
        return text  # the schema is that of a text, which is JSON itself
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidError(f"body.{name}: is not JSON: {error}") from error
