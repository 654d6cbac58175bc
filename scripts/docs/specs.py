"""The reference page of an API, from its spec: what operations take and return, limits in words, what is known of the vendor."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scripts.apis import Api
from scripts.docs.notes import known
from scripts.docs.schemas import Field, Schema, field_table, fields
from scripts.generate.identity import identify
from scripts.generate.parse.api import ApiOperation
from scripts.generate.parse.normalize import normalize
from scripts.generate.readme.limits_in_words import limits
from scripts.generate.render.behaviour import behaviour
from scripts.generate.render.endpoints import read_endpoints
from scripts.generate.render.operations import error_classes
from scripts.generate.text.markdown import cell, code, inline
from scripts.runtime.behaviour import Behaviour
from scripts.spec.document import Document, Json, read
from scripts.spec.expressions import find

_NOTHING = "The spec says nothing beyond OpenAPI."


def api_page(api: Api) -> str:
    """Return the page of an API, as Markdown."""
    document = read(api.spec)
    info = document.data["info"]
    _, parsed = read_endpoints(normalize(document), identify(document))
    operations = [_Operation(each, error_classes(parsed), document) for each in parsed.operations]
    names = {each.id: each.name for each in parsed.operations}
    uses = "see [how to install and use it](client.md) and [its classes](python.md)"
    lines = [
        f"# {inline(info['title'])}",
        *_paragraphs(info.get("summary"), info.get("description")),
        f"This page is made from `specs/{api.spec.name}`. The client that is generated from it is `{api.name}`; {uses}.",
        "## Servers",
        "\n".join(f"- {code(each['url'])}: {inline(each.get('description', ''))}" for each in document.data.get("servers", ())),
        "## Operations",
        "\n".join(f"- [{each.title}](#{each.anchor}): {code(each.request)}" for each in operations),
    ]
    for operation, given in zip(operations, parsed.operations, strict=True):
        found = find(document, given.id)
        lines += operation.section(found.parameters if found else [], behaviour(parsed, given), names)
    return "\n\n".join([*lines, *known(document.data)]) + "\n"


def api_title(api: Api) -> str:
    """Return the title of an API."""
    return str(read(api.spec).data["info"]["title"])


def _paragraphs(*texts: Json) -> list[str]:
    return [inline(each) for text in texts if text for each in re.split(r"\n\s*\n", str(text)) if each.strip()]


class _Operation:
    """An operation of a spec.

    Attributes:
        title, anchor, request: its summary, the name of its section, and its method and path.
    """

    def __init__(self, operation: ApiOperation, errors: Mapping[str, str], document: Document) -> None:
        self.title = inline(operation.summary or operation.id)
        self.anchor = operation.id.lower()
        self.request = f"{operation.method.upper()} {operation.path}"
        self._operation, self._errors, self._document = operation, errors, document

    def section(self, parameters: list[dict[str, Json]], table: Behaviour, names: Mapping[str, str]) -> list[str]:
        """Return all that the spec says of it.

        Args:
            parameters: those of its path, too.
            table: how it is used.
            names: the Python names of all operations, by operationId.
        """
        return [
            f"### {self.title} {{#{self.anchor}}}",
            f"{code(self.request)}, in Python {code(f'client.{self._operation.name}(...)')}",
            *_paragraphs(self._operation.description),
            *self._takes(parameters),
            *self._returns(),
            "#### Limits and behaviour",
            "\n".join(f"- {each}" for each in limits({self._operation.id: table}, names)) or _NOTHING,
        ]

    def _takes(self, parameters: list[dict[str, Json]]) -> list[str]:
        rows = [
            Field(each["name"], each.get("schema", {}), bool(each.get("required")), each.get("description", ""), each["in"])
            for each in parameters
        ]
        rows += self._body(self._operation.data.get("requestBody", {}))
        return ["#### Request", field_table(rows, self._followed)] if rows else []

    def _returns(self) -> list[str]:
        lines, rows = ["| status | error | meaning |", "|---|---|---|"], list[Field]()
        documented = self._operation.data["responses"]
        for each in self._operation.responses:
            error = "-" if each.is_success else code(self._errors[each.status])
            if each.is_success:
                found = documented.get(each.status) or documented.get("default", {})  # which is the success where it is alone
                rows += self._body(found)
            lines.append(f"| {each.status} | {error} | {cell(each.description)} |")
        return ["#### Responses", "\n".join(lines), *(["A success has:", field_table(rows, self._followed)] if rows else [])]

    def _body(self, holder: Mapping[str, Json]) -> list[Field]:
        """Return the fields of the body of a request or of a response."""
        schemas = [content.get("schema", {}) for content in holder.get("content", {}).values()]
        return [field for schema in schemas for field in fields(schema, self._followed)]

    def _followed(self, schema: Json) -> Schema:
        """Return what a schema refers to, with what stands beside the reference; nothing of one that is true or false."""
        if isinstance(schema, bool):
            return {}
        while "$ref" in schema:
            schema = {**self._document.get(schema["$ref"]), **{key: value for key, value in schema.items() if key != "$ref"}}
        found: Schema = schema
        return found
