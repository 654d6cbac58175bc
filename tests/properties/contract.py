"""What a spec says of its operations, read independently: nothing here is shared with the generator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from scripts.apis import apis
from scripts.command import ROOT
from scripts.spec.document import METHODS, Json, read

# Phrases of RFC 9110 that Python knows since version 3.13 only.
_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}

BODY = "body"
"""What a case calls the body; the parameters are called by their keys."""

Schema = dict[str, Json]
JsonPath = tuple[str | int, ...]


class Named:
    """Shown by its name alone: Hypothesis would write all fields of a dataclass, which here are most of a spec."""

    def _repr_pretty_(self, printer: Any, _: object) -> None:
        printer.text(repr(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter, with the defaults of OpenAPI filled in."""

    name: str
    location: str
    required: bool
    style: str
    explode: bool
    schema: Schema

    @property
    def key(self) -> str:
        """What a case calls it; two parameters may have the same name in different locations."""
        return f"{self.location} {self.name}"

    @property
    def joined(self) -> bool:
        """Whether the elements of an array are joined by commas."""
        return not (self.location == "query" and self.explode)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DocumentedResponse(Named):
    """A documented response."""

    api: Api
    status: int
    schema: Schema | None
    media_types: tuple[str, ...]
    examples: Mapping[str, Json]

    def __repr__(self) -> str:
        return f"{self.api}-{self.status}"

    @property
    def success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Operation(Named):
    """An operation of a spec."""

    api: Api
    id: str
    method: str
    path: str
    tag: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    body_required: bool
    responses: Mapping[int, DocumentedResponse]
    rules: tuple[Mapping[str, Any], ...]
    behaviour: Mapping[str, Json]
    links: Mapping[str, Json]

    def __repr__(self) -> str:
        return f"{self.api.package}-{self.id}"

    def parameter(self, key: str) -> Parameter:
        """Return the parameter that a case calls so."""
        return next(each for each in self.parameters if each.key == key)

    @property
    def success(self) -> DocumentedResponse:
        """The response that every operation has."""
        return next(response for response in self.responses.values() if response.success)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Api(Named):
    """A spec."""

    package: str
    distribution: str
    version: str
    text: str
    schemas: Mapping[str, Schema]
    servers: Mapping[str, str]
    security: Mapping[str, Schema]
    request_id: str | None
    operations: list[Operation] = field(default_factory=list)

    def __repr__(self) -> str:
        return self.package


@cache
def load(package: str) -> Api:
    """Read the spec of a package."""
    document = read(apis()[package].spec)
    data = document.resolved.data
    info = data["info"]["x-client-package"]
    expression = data.get("x-client-request-id", "")
    api = Api(
        package=info["import"],
        distribution=info["distribution"],
        version=info["version"],
        text=document.text,
        schemas=data["components"]["schemas"],
        servers={each["x-client-server"]: each["url"] for each in data.get("servers", []) if "x-client-server" in each},
        security=data["components"].get("securitySchemes", {}),
        request_id=expression.removeprefix("$response.header.") or None,
    )
    for path, item in data["paths"].items():
        for method in METHODS:
            if method in item:
                api.operations.append(_operation(api, path, method, item))
    return api


def same_name(one: str, other: str) -> bool:
    """Return whether a Python name is that of a name of the spec: only case and separators of the words may differ."""
    return _bare(one) == _bare(other)


def error_class(status: int) -> str:
    """Return the name of the error class of a status: that of its phrase in RFC 9110, or that of the specs where it has none."""
    try:
        phrase = _RENAMED.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return _error_names().get(status, f"Status{status}")
    return "".join(word[0].upper() + word[1:] for word in phrase.split())


@cache
def _bare(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _operation(api: Api, path: str, method: str, item: Mapping[str, Json]) -> Operation:
    raw = item[method]
    body = raw.get("requestBody")
    responses = {int(status): _response(api, int(status), each) for status, each in raw["responses"].items()}
    return Operation(
        api=api,
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        tag=raw["tags"][0],
        parameters=tuple(_parameter(each) for each in [*item.get("parameters", []), *raw.get("parameters", [])]),
        body=body and body["content"]["application/json"]["schema"],
        body_required=bool(body and body.get("required")),
        responses=responses,
        rules=tuple(raw.get("x-client-rules", ())),
        behaviour={key: value for key, value in raw.items() if key.startswith("x-client-")},
        links={link["operationId"]: link for each in raw["responses"].values() for link in each.get("links", {}).values()},
    )


def _parameter(raw: Mapping[str, Json]) -> Parameter:
    location = raw["in"]
    style = raw.get("style", "simple" if location in ("path", "header") else "form")
    if (location, style) not in {("path", "simple"), ("header", "simple"), ("query", "form")} or "schema" not in raw:
        raise NotImplementedError(f"{raw['name']}: teach wire.py and refusals.py to read {location} parameters of style {style}")
    return Parameter(
        name=raw["name"],
        location=location,
        required=raw.get("required", False),
        style=style,
        explode=raw.get("explode", style == "form"),
        schema=raw["schema"],
    )


def _response(api: Api, status: int, raw: Mapping[str, Json]) -> DocumentedResponse:
    content = raw.get("content", {})
    media: Mapping[str, Json] = next(iter(content.values()), {})
    return DocumentedResponse(
        api=api,
        status=status,
        schema=media.get("schema"),
        media_types=tuple(content),
        examples={name: each["value"] for name, each in media.get("examples", {}).items()},
    )


@cache
def _error_names() -> dict[int, str]:
    found = {}
    for path in (ROOT / "specs").glob("*.yaml"):
        document = read(path)
        for _, operation in document.operations():
            for status, response in operation["responses"].items():
                named = document.resolved.get(response["$ref"]) if "$ref" in response else response
                if "x-client-error-name" in named:
                    found[int(status)] = str(named["x-client-error-name"])
    return found
