"""An OpenAPI document in the one form that the generator reads: every object and enum named, every operation complete.

OpenAPI 3.0 and 3.1 write the same things differently, and foreign documents leave objects anonymous. `normalize` brings all of them
into this form and refuses, with pointer and reason, what the generated code could not express.

A schema is one of: `{}` (any value), a `$ref` to a named one, `anyOf` (perhaps with `discriminator`, whose `mapping` leads to its
members), a `const` string or integer, an `enum` of strings or of integers (always named), or a `type`, which may be a list of one
type and null. An object has either `properties` (always named; with `additionalProperties` beside them where the document allows
others) or, as a map, only `additionalProperties`. A file of a multipart form has the type `file`.

All keywords that OpenAPI does not have:

- `x-values`: the values of an enum or a constant that is neither a string nor an integer;
- `x-enum-varnames` and `x-enum-descriptions`, beside `enum`: names and descriptions of its values;
- `x-any-required`: lists of properties, of which all of one list are required;
- `x-tag`: whether a property has the text by which a base type names what derives from it; responses may lack it;
- `otherwise`, in a discriminator: the schema of a value that `mapping` does not have, such as a base type;
- `x-custom`, with `value`, `named` and `others`: the class of `scripts.runtime.decoding` that a schema becomes, and its parts
  (see `types.custom_types`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from scripts.generate.parse.media_types import Stream
from scripts.runtime.parameters import Parameter
from scripts.runtime.uploads import Encoding
from scripts.spec.document import Document, Json, Pointer, split
from scripts.spec.finding import Finding

STYLES = {  # of parameters by location, of which the first is the default
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}

Schema = dict[str, Json]
Refuse = Callable[[Pointer, str, str], None]
"""Notes what cannot be generated: pointer, rule and advice."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An operation that is not generated, or a path of which no operation is known, and why."""

    pointer: Pointer
    operation_id: str
    reason: Finding

    @property
    def name(self) -> str:
        """How messages name it."""
        what = " ".join((self.method or "all of", str(self.pointer[1])))
        return what + (f" ({self.operation_id})" if self.operation_id else "")

    @property
    def method(self) -> str | None:
        """The HTTP method; None if it is a whole path."""
        return str(self.pointer[2]).upper() if len(self.pointer) > 2 else None


@dataclass(frozen=True, kw_only=True)
class ApiParameter:
    """A parameter, as `scripts.runtime.parameters.Parameter` describes it.

    Attributes:
        argument: the keyword of the Python function; empty until openapi-python-client has named it.
        schema: has no anonymous object or enum.
        default: the documented default, or None.
    """

    name: str
    argument: str = ""
    location: str
    required: bool
    style: str
    explode: bool
    allow_reserved: bool
    description: str
    schema: Schema
    default: Json
    pointer: Pointer


@dataclass(frozen=True, kw_only=True)
class ApiContent:
    """A body of one media type.

    Attributes:
        media_type: as it is sent; in a response perhaps a range such as `text/*`.
        schema: of JSON and forms, and of one value of a stream; None means raw bytes or text, and events of text.
        is_text: whether it is text where it has no schema.
        stream: how values follow each other, in a response, or None if it is one value.
        form: `urlencoded`, `multipart`, `lines` (an array, each element as a line of JSON), or None where the body is not one.
        fields: those fields of an urlencoded form that are not written as `name=value`.
        media_types: content types of parts of a multipart form, where they do not depend on the value.
        encoded: of a multipart form, the encoding of files by the field that they are in.
        documents: fields of a multipart form whose texts are JSON already.
    """

    media_type: str
    schema: Schema | None
    is_text: bool = False
    stream: Stream | None = None
    form: str | None = None
    fields: tuple[Parameter, ...] = ()
    media_types: Mapping[str, str] = field(default_factory=dict)
    encoded: Mapping[str, Encoding] = field(default_factory=dict)
    documents: tuple[str, ...] = ()

    def with_schema(self, change: Callable[[Schema], Schema]) -> ApiContent:
        """Return the body with its schema changed, if it has one."""
        return self if self.schema is None else replace(self, schema=change(self.schema))


@dataclass(frozen=True, kw_only=True)
class ApiResponse:
    """A documented response: `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    description: str
    contents: tuple[ApiContent, ...]
    headers: tuple[str, ...]

    @property
    def is_success(self) -> bool:
        """Whether it is of the 200 class."""
        return self.status.startswith("2")


@dataclass(frozen=True, kw_only=True)
class ApiOperation:
    """An operation; `name` is that of its function, `data` the operation in the resolved document, for the extensions.

    `query` is what its query always has, as `name=value`; `servers` has base URLs by name where it has others than the document.
    """

    id: str
    name: str
    method: str
    path: str
    query: tuple[str, ...] = ()
    servers: Mapping[str, str] = field(default_factory=dict)
    tag: str
    summary: str
    description: str
    parameters: tuple[ApiParameter, ...]
    bodies: tuple[ApiContent, ...]
    body_required: bool
    body_description: str
    responses: tuple[ApiResponse, ...]
    pointer: Pointer
    data: Schema = field(repr=False)

    @property
    def successes(self) -> list[ApiResponse]:
        """Its responses of the 200 class."""
        return [response for response in self.responses if response.is_success]

    @property
    def is_open(self) -> bool:
        """Whether a success may have a body of which the document says nothing, as frameworks write downloads."""
        return self.method == "GET" and any(not each.contents and each.status not in ("204", "205") for each in self.successes)

    @property
    def body_name(self) -> str:
        """The name of the schema that its body has, of whatever media type; empty if it has several, or none with a name."""
        targets = {str((body.schema or {}).get("$ref", "")) for body in self.bodies}
        return split(targets.pop())[-1] if len(targets) == 1 and "" not in targets else ""


@dataclass(frozen=True, kw_only=True)
class Api:
    """All that is generated from, in the order of the document.

    Attributes:
        document: the document itself.
        schemas: named schemas.
        pointers: where each of them comes from.
        operations: the operations.
        notes: what was ignored, or left out because the document has an equivalent of it.
        left_out: operations that are not generated.
    """

    document: Document
    schemas: Mapping[str, Schema]
    pointers: Mapping[str, Pointer]
    operations: tuple[ApiOperation, ...]
    notes: tuple[Finding, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def title(self) -> str:
        """Title of the API."""
        return str(self.document.data["info"]["title"])

    @cached_property
    def string_enums(self) -> frozenset[str]:
        """Names of the schemas that are enums of strings."""
        return frozenset(name for name, schema in self.schemas.items() if "enum" in schema and schema.get("type") == "string")
