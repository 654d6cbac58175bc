"""An OpenAPI document in the one form that the generators read: every object and enum named, every operation complete.

OpenAPI 3.0 and 3.1 say the same things in different words, and foreign documents leave objects anonymous. `normalize` brings all of
them into this form and refuses, with place and reason, what the generated code could not express.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.document import Document, Json, Pointer

Schema = dict[str, Json]


@dataclass(frozen=True, kw_only=True)
class ApiParameter:
    """A parameter; `schema` has no anonymous object or enum, `default` is what the vendor takes without it, or None."""

    name: str
    location: str
    required: bool
    style: str
    explode: bool
    allow_reserved: bool
    description: str
    schema: Schema
    default: Json
    place: Pointer


@dataclass(frozen=True, kw_only=True)
class ApiContent:
    """A body of one media type; no schema means raw bytes or text."""

    media_type: str
    schema: Schema | None


@dataclass(frozen=True, kw_only=True)
class ApiAnswer:
    """A documented answer: `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    description: str
    contents: tuple[ApiContent, ...]
    headers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApiOperation:
    """An operation; `data` is its text in the resolved document, for the extensions."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[ApiParameter, ...]
    bodies: tuple[ApiContent, ...]
    body_required: bool
    body_description: str
    answers: tuple[ApiAnswer, ...]
    place: Pointer
    data: Schema = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Api:
    """All that is generated from: named schemas and operations, in the order of the document."""

    document: Document
    schemas: Mapping[str, Schema]
    operations: tuple[ApiOperation, ...]

    @property
    def title(self) -> str:
        """Title of the API."""
        return str(self.document.data["info"]["title"])
