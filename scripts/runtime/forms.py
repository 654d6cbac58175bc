"""Write bodies of HTML forms: application/x-www-form-urlencoded and multipart/form-data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from .decoding import properties
from .extras import builtins
from .parameters import Parameter, scalar


class File(msgspec.Struct, gc=False):
    """A file of a multipart form.

    Attributes:
        content: its bytes.
        name: its name, which some servers take the type from.
        media_type: its media type.
    """

    content: bytes
    name: str = "file"
    media_type: str = "application/octet-stream"


def form_field(name: str, *, style: str = "form", explode: bool = True, allow_reserved: bool = False) -> Parameter:
    """Return how a field of a form is written: as a parameter of a query."""
    return Parameter(
        name=name, argument=name, location="query", required=False, style=style, explode=explode, allow_reserved=allow_reserved
    )


def urlencoded(values: Mapping[str, Any], fields: Mapping[str, Parameter]) -> bytes:
    """Write a form.

    Args:
        values: plain values by property.
        fields: how to write those that are not `name=value`, repeated for each element of an array.

    Raises:
        ValueError: a value has no text in its style.
    """
    pairs: list[str] = []
    for name, value in values.items():
        pairs += (fields.get(name) or form_field(name)).in_query(value)
    return "&".join(pairs).encode()


def multipart(body: Any, media_types: Mapping[str, str]) -> tuple[str, bytes]:
    """Write a form with files, and return its content type and content.

    Args:
        body: a Struct or mapping; files are of the type `File`.
        media_types: content types of fields, where it does not follow from the value.
    """
    parts = [part for name, value in properties(body) for part in _parts(name, value, media_types.get(name))]
    boundary = sha256(b"".join(parts)).hexdigest()[:32]  # the same form is the same request
    content = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return f"multipart/form-data; boundary={boundary}", content + f"--{boundary}--\r\n".encode()


def _parts(name: str, value: Any, media_type: str | None) -> Iterator[bytes]:
    if value is None:
        return
    if isinstance(value, File):
        yield _part(name, value.content, media_type or value.media_type, value.name)
        return
    plain = value if isinstance(value, list | tuple) else builtins(value)
    if isinstance(plain, list | tuple) and media_type is None:
        for each in plain:
            yield from _parts(name, each, None)
    elif isinstance(plain, list | tuple | Mapping):
        yield _part(name, msgspec.json.encode(plain), media_type or "application/json")
    else:
        yield _part(name, scalar(plain).encode(), media_type)


def _part(name: str, content: bytes, media_type: str | None, filename: str | None = None) -> bytes:
    head = f'Content-Disposition: form-data; name="{_escaped(name)}"'
    if filename is not None:
        head += f'; filename="{_escaped(filename)}"'
    if media_type is not None:
        head += f"\r\nContent-Type: {_escaped(media_type)}"
    return head.encode() + b"\r\n\r\n" + content


def _escaped(text: str) -> str:
    """Write a name as the HTML standard says."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
