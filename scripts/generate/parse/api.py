"""An OpenAPI document in the one form that the generators read: every object and enum named, every operation complete.

OpenAPI 3.0 and 3.1 say the same things in different words, and foreign documents leave objects anonymous. `normalize` brings all of
them into this form and refuses, with place and reason, what the generated code could not express.

A schema is one of: `{}` (any value), a `$ref` to a named one, `anyOf` (perhaps with `discriminator`, whose `mapping` leads to its
members), a `const` string or integer, an `enum` of strings or of integers (always named), or a `type`, which may be a list of one
type and null. An object has either `properties` (always named; `additionalProperties` beside them are typed) or, as a map, only
`additionalProperties`. A file of a multipart form has the type `file`. `x-values` are the values of any other enum or constant, and
`x-any-required` lists lists of properties, of which all of one are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scripts.spec.document import Document, Json, Pointer
from scripts.spec.finding import Finding

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
class ApiField:
    """How a property of a form is written; `style` is `json` where the spec gives it a JSON media type.

    For a part of a multipart form, `media_type` is its content type, or None where its value tells it.
    """

    name: str
    style: str = "form"
    explode: bool = True
    allow_reserved: bool = False
    media_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class ApiContent:
    """A body of one media type.

    Attributes:
        media_type: as it is sent; in a response perhaps a range such as `text/*`.
        schema: of JSON and forms; None means raw bytes or text.
        form: `urlencoded`, `multipart`, or None where the body is no form.
        fields: of a form, those that the spec says more of than their schema.
    """

    media_type: str
    schema: Schema | None
    form: str | None = None
    fields: tuple[ApiField, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApiResponse:
    """A documented response: `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    description: str
    contents: tuple[ApiContent, ...]
    headers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApiOperation:
    """An operation; `name` is that of its function, `data` its text in the resolved document, for the extensions."""

    id: str
    name: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[ApiParameter, ...]
    bodies: tuple[ApiContent, ...]
    body_required: bool
    body_description: str
    responses: tuple[ApiResponse, ...]
    place: Pointer
    data: Schema = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Api:
    """All that is generated from, in the order of the document.

    Attributes:
        document: the document itself.
        schemas: named schemas.
        places: where each of them comes from.
        operations: the operations.
        notes: what was left out because the document says the same in another way as well.
    """

    document: Document
    schemas: Mapping[str, Schema]
    places: Mapping[str, Pointer]
    operations: tuple[ApiOperation, ...]
    notes: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """Title of the API."""
        return str(self.document.data["info"]["title"])

    @cached_property
    def enums(self) -> frozenset[str]:
        """Names of the schemas that are enums."""
        return frozenset(name for name, schema in self.schemas.items() if "enum" in schema)

    @cached_property
    def string_enums(self) -> frozenset[str]:
        """Names of the schemas that are enums of strings."""
        return frozenset(name for name in self.enums if self.schemas[name].get("type") == "string")
