"""What the spec says of the bodies of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from .errors import StatusError
from .media_types import in_range
from .parameters import Parameter
from .uploads import Encoding


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """One content type of a request body.

    Attributes:
        media_type: value of the header `Content-Type`, or a range such as `image/*`, in which the caller chooses one.
        strict: type that the body is checked against, for JSON and forms; `bytes` for raw bytes and text.
        unique: properties that are arrays whose elements have to be unique.
        extras: whether models in the body may have additional properties.
        form: `urlencoded`, `multipart`, `lines` (each element of an array as a line of JSON), or None if the body is neither.
        fields: how to write those fields of the form that are not `name=value`.
        media_types: content types of parts of a multipart form; of a file, also a range, or several with commas.
        encoded: of a multipart form, the encoding of files by the field that they are in.
        documents: fields of a multipart form whose texts are JSON already.
    """

    media_type: str
    strict: Any = bytes
    unique: tuple[str, ...] = ()
    extras: bool = False
    form: Literal["urlencoded", "multipart", "lines"] | None = None
    fields: tuple[Parameter, ...] = ()
    media_types: Mapping[str, str] = {}
    encoded: Mapping[str, Encoding] = {}
    documents: tuple[str, ...] = ()

    def named(self, content_type: str | None) -> str:
        """Return the header of a body of a media type, which is perhaps the default; empty if it is not of this content."""
        if self.media_type.endswith("/*"):
            return content_type if content_type is not None and in_range(content_type, self.media_type) else ""
        return self.media_type if content_type in (None, self.media_type) else ""


class DocumentedResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One documented response.

    Attributes:
        content: type of the body by media type; `bytes` and `Text` are not decoded, a `Stream` is read piece by piece, all else is
            JSON. Empty: no body.
        extras: whether models in the body may have additional properties.
        error: for an error status, the class to raise.
        description: what the status means.
    """

    content: Mapping[str, Any] = {}
    extras: bool = False
    error: type[StatusError[Any]] | None = None
    description: str = ""
