"""Write bodies of HTML forms: application/x-www-form-urlencoded and multipart/form-data."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from .contents import Content
from .decoding import properties
from .extras import builtins
from .media_types import in_range, is_json
from .parameters import Parameter, scalar
from .uploads import ENCODERS, Encoding, FileContent, FilePart, Upload

_BINARY = "application/octet-stream"


class File(msgspec.Struct, gc=False):
    """A file of a multipart form.

    Attributes:
        content: its bytes, its path, or a file that was opened in binary mode; only of bytes is all in memory.
        name: its name, which some servers take the type from; default: that of the path or the open file, or `file`.
        media_type: its media type; default: the documented one, or that of the documented ones that the name says, or
            `application/octet-stream`.
    """

    content: FileContent
    name: str | None = None
    media_type: str | None = None

    @property
    def sent_name(self) -> str:
        """The name that is sent."""
        if self.name is not None:
            return self.name
        known = self.content if isinstance(self.content, Path) else getattr(self.content, "name", None)
        return Path(known).name if isinstance(known, str | Path) else "file"


class _Field(NamedTuple):
    """How a field of a multipart form is written."""

    media_type: str | None = None
    encoding: Encoding | None = None  # of its files
    is_document: bool = False  # its texts are JSON already

    @property
    def is_json(self) -> bool:
        """Whether a text in it is quoted, as JSON has it."""
        return self.media_type is not None and is_json(self.media_type) and not self.is_document


def form_field(name: str, *, style: str = "form", explode: bool = True, allow_reserved: bool = False) -> Parameter:
    """Return how a field of a form is written: as a parameter of a query."""
    return Parameter(
        name=name, argument=name, location="query", required=False, style=style, explode=explode, allow_reserved=allow_reserved
    )


def urlencoded(values: Mapping[str, Any], fields: Mapping[str, Parameter]) -> bytes:
    """Write a form; null is left out.

    Args:
        values: plain values by property.
        fields: how to write those that are not `name=value`, repeated for each element of an array.
    """
    pairs: list[str] = []
    for name, value in values.items():
        field = fields.get(name) or form_field(name)
        if value is not None:
            pairs += field.in_query(value)
    return "&".join(pairs).encode()


def lines(content: bytes, media_type: str) -> bytes:
    """Write JSON as JSON Lines, or as the sequence of RFC 7464: each element of an array, or any other value as the only one."""
    values = msgspec.json.decode(content, type=list[msgspec.Raw]) if content.startswith(b"[") else [content]
    start = b"\x1e" if "json-seq" in media_type.lower() else b""
    return b"".join(start + bytes(each) + b"\n" for each in values)


def file_as_text(value: Any) -> str:
    """Write the content of a file where a form is only checked.

    Raises:
        TypeError: it is no content of a file.
    """
    if isinstance(value, Path) or hasattr(value, "read"):
        return ""
    raise TypeError(f"{type(value).__name__} is neither JSON nor a file")


def multipart(body: Any, described: Content, fields: Mapping[str, Parameter]) -> tuple[str, bytes | Upload]:
    """Write a form with files, and return its content type and content.

    Args:
        body: a Struct or mapping; files are of the type `File`.
        described: what the document says of it.
        fields: how to write those that have a style.

    Raises:
        TypeError: the body is not an object, the content of a file is none, or its media type has to be given.
        OSError: there is no such file.
    """
    if not isinstance(body, msgspec.Struct | Mapping):
        raise TypeError("the body is an object, with the fields of the form")
    parts: list[list[bytes | FilePart]] = []
    for name, value in properties(body):
        if name in fields and value is not None:
            parts += _styled(fields[name], builtins(value))
        else:
            how = _Field(described.media_types.get(name), described.encoded.get(name), name in described.documents)
            parts += _parts(name, value, how)
    texts = [each for part in parts for each in part if isinstance(each, bytes)]
    is_whole = len(texts) == sum(map(len, parts))
    # The same form is the same request; what is not known yet must not be able to contain the boundary.
    boundary = sha256(b"".join(texts)).hexdigest()[:32] if is_whole else os.urandom(16).hex()
    content: list[bytes | FilePart] = []
    for part in parts:
        content += [f"--{boundary}\r\n".encode(), *part, b"\r\n"]
    content.append(f"--{boundary}--\r\n".encode())
    media_type = f"multipart/form-data; boundary={boundary}"
    return media_type, b"".join(each for each in content if isinstance(each, bytes)) if is_whole else Upload(content)


def _parts(name: str, value: Any, how: _Field) -> Iterator[list[bytes | FilePart]]:
    if value is None:
        return
    if isinstance(value, File):
        given = value.media_type or _type_of_file(name, value.sent_name, how.media_type or _BINARY)
        filename = value.name if how.encoding else value.sent_name  # a part with a name is read as a file, and not as encoded text
        yield [_head(name, given, filename), _content(value.content, how.encoding)]
    elif isinstance(value, list | tuple) and (any(map(_has_file, value)) or not how.is_json):
        for index, each in enumerate(value):
            if isinstance(each, list | tuple) and not _has_file(each):
                yield [_plain(name, builtins(each), how)]
            else:
                is_object = not isinstance(each, File) and _has_file(each)
                yield from _parts(f"{name}[{index}]" if is_object else name, each, how)
    elif isinstance(value, msgspec.Struct | Mapping) and _has_file(value):
        for key, each in properties(value):
            yield from _parts(f"{name}[{key}]", each, _Field(encoding=how.encoding))
    else:
        yield [_plain(name, builtins(value), how)]


def _type_of_file(field: str, name: str, documented: str) -> str:
    """Return the media type of a file of which the document says one, a range, or several."""
    if not _leaves_open(documented):
        return documented
    known, compression = _names_of_files().guess_type(name, strict=False)
    for each in (None if compression else known, _BINARY):
        if each is not None and any(in_range(each, allowed.strip()) for allowed in documented.split(",")):
            return each
    advice = f"{name!r} is not the name of such a file; give the media type as `File(..., media_type=...)`"
    raise TypeError(f"the field {field!r} takes files of {documented}: {advice}")


@cache
def _names_of_files() -> mimetypes.MimeTypes:
    """Return what Python knows, the same on every machine."""
    return mimetypes.MimeTypes()


def _leaves_open(media_type: str) -> bool:
    return "*" in media_type or "," in media_type


def _styled(field: Parameter, value: Any) -> Iterator[list[bytes | FilePart]]:
    """Yield a part for each pair that the value would be in a query."""
    for pair in field.in_query(value):
        name, _, text = pair.partition("=")
        yield [_plain(unquote(name), unquote(text), _Field())]


def _has_file(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_file, value))
    if isinstance(value, msgspec.Struct | Mapping):
        return isinstance(value, File) or any(_has_file(each) for _, each in properties(value))
    return False


def _plain(name: str, value: Any, how: _Field) -> bytes:
    media_type = None if how.media_type is None or _leaves_open(how.media_type) else how.media_type  # the latter is that of files
    if isinstance(value, list | tuple | Mapping) or (media_type is not None and how.is_json):
        return _head(name, media_type or "application/json") + msgspec.json.encode(value)
    return _head(name, media_type) + scalar(value).encode()


def _content(content: Any, encoding: Encoding | None) -> bytes | FilePart:
    if isinstance(content, bytes | bytearray | memoryview):
        return ENCODERS[encoding](content) if encoding else bytes(content)
    return FilePart(content, encoding=encoding)


def _head(name: str, media_type: str | None, filename: str | None = None) -> bytes:
    head = f'Content-Disposition: form-data; name="{_escaped(name)}"'
    if filename is not None:
        head += f'; filename="{_escaped(filename)}"'
    if media_type is not None:
        head += f"\r\nContent-Type: {_escaped(media_type)}"
    return head.encode() + b"\r\n\r\n"


def _escaped(text: str) -> str:
    """Write a name as the HTML standard says."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
