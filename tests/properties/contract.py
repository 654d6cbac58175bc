"""What a spec says of its operations, read independently: nothing here is shared with the generator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from scripts.apis import apis
from scripts.spec.document import METHODS, Json, read
from tests.properties.normal import Normalizer

# Phrases of RFC 9110 that Python knows since version 3.13 only.
_RENAMED = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}

# OpenAPI: such a definition of a parameter is ignored.
_NOT_PARAMETERS = ("accept", "content-type", "authorization")

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


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a parameter excludes, or needs, where it is given.

    Attributes:
        equals: the only value of the parameter that the rule is about; None if it is about all.
        because: the rule in words.
    """

    subject: Parameter
    others: tuple[Parameter, ...]
    excludes: bool
    equals: Json
    because: str

    def broken_by(self, values: Mapping[str, Json]) -> list[Parameter]:
        """Return the parameters of a request that are excluded or missing."""
        if not self.applies(values):
            return []
        if self.excludes:
            return [self.subject] if any(each.key in values for each in self.others) else []
        return [each for each in self.others if each.key not in values]

    def applies(self, values: Mapping[str, Json]) -> bool:
        """Return whether a request has what the rule is about."""
        return self.subject.key in values and self.equals in (None, values[self.subject.key])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DocumentedResponse(Named):
    """A documented response.

    Attributes:
        documented: status in the spec; it may be a range or `default`.
        status: that status, or one that the range or `default` is the response to.
        error: name of its error class.
        headers: whether each is required, by their names in lower case.
    """

    api: Api
    documented: str
    status: int
    error: str
    schema: Schema | None
    media_types: tuple[str, ...]
    headers: Mapping[str, bool]
    examples: Mapping[str, Json]

    def __repr__(self) -> str:
        return f"{self.api}-{self.documented}"

    @property
    def success(self) -> bool:
        return self.documented.startswith("2")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Operation(Named):
    """An operation of a spec; its responses are found by `status`, those to any status by `response`."""

    api: Api
    id: str
    method: str
    path: str
    tag: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    body_required: bool
    responses: Mapping[int, DocumentedResponse]
    rules: tuple[Rule, ...]
    behaviour: Mapping[str, Json]
    links: Mapping[str, Json]

    def __repr__(self) -> str:
        return f"{self.api.package}-{self.id}"

    def parameter(self, key: str) -> Parameter:
        """Return the parameter that a case calls so."""
        return next(each for each in self.parameters if each.key == key)

    @property
    def key(self) -> str:
        """What a case calls the parameter that gets a new UUID in each request for which none is given; empty if there is none.

        Every case gives it, so that all ways of calling send the same.
        """
        return _key(self.behaviour)

    def response(self, status: int) -> DocumentedResponse | None:
        """Return what is documented of a status, by a range or `default` as well."""
        found = {each.documented: each for each in self.responses.values()}
        return found.get(str(status)) or found.get(f"{status // 100}XX") or found.get("default")

    @property
    def success(self) -> DocumentedResponse:
        """The response that every operation has."""
        return next(response for response in self.responses.values() if response.success)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Api(Named):
    """A spec.

    Attributes:
        left_out: what no property tries, such as an operation with a parameter of an unusual style.
        errors: names of the classes of all documented errors.
    """

    package: str
    distribution: str
    version: str
    text: str
    schemas: Mapping[str, Schema]
    servers: Mapping[str, str]
    security: Mapping[str, Schema]
    request_id: str | None
    operations: list[Operation] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    errors: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return self.package


class LeftOutError(Exception):
    """No property tries an operation with this."""


@cache
def load(package: str) -> Api:
    """Read the spec of a package."""
    document = read(apis()[package].spec)
    data = document.resolved.data
    unnamed = {"distribution": f"{package.replace('_', '-')}-client", "version": "0.1.0"}
    info = data["info"].get("x-client-package", unnamed)
    expression = data.get("x-client-request-id", "")
    components = data.get("components", {})
    normalizer = Normalizer(components.get("schemas", {}), old=str(data["openapi"]).startswith("3.0"))
    api = Api(
        package=package,
        distribution=info["distribution"],
        version=info["version"],
        text=document.text,
        schemas=normalizer.components(),
        servers=_servers(data.get("servers", [])),
        security=components.get("securitySchemes", {}),
        request_id=expression.removeprefix("$response.header.") or None,
    )
    operations = [(path, method, item) for path, item in data["paths"].items() for method in METHODS if method in item]
    names = _error_names([item[method] for _, method, item in operations])
    for path, method, item in operations:
        statuses = [status if status == "default" else status.upper() for status in item[method]["responses"]]
        api.errors.update(names.get(each) or error_class(each) for each in statuses if not each.startswith("2"))
        try:
            api.operations.append(_operation(api, normalizer, names, path, method, item))
        except LeftOutError as error:
            api.left_out.append(f"{item[method].get('operationId')}: {error}")
    api.left_out.extend(normalizer.left_out)
    return api


def operations_of(packages: Iterable[str]) -> Iterator[Operation]:
    """Yield the operations of packages; a spec that cannot be read has none, and fails the tests that need no operation."""
    for package in packages:
        with suppress(Exception):
            yield from load(package).operations


def same_name(one: str, other: str) -> bool:
    """Return whether a Python name is that of a name of the spec: only case and separators of the words may differ."""
    return _bare(one) == _bare(other)


def error_class(status: int | str) -> str:
    """Return the name of the error class of a status, a range or `default` without `x-client-error-name`."""
    if not str(status).isdecimal():
        return "OtherStatus" if status == "default" else f"Status{status}"
    try:
        phrase = _RENAMED.get(int(status)) or HTTPStatus(int(status)).phrase
    except ValueError:
        return f"Status{status}"
    name = "".join(word[0].upper() + word[1:] for word in re.split("[^A-Za-z0-9]+", phrase.replace("'", "")))
    return name if int(status) >= 400 else f"{name}Status"


@cache
def _bare(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _servers(given: Iterable[Mapping[str, Json]]) -> dict[str, str]:
    """Return the base URLs by name; servers of a spec that names none are called `default`, `server-2` and so on.

    An unknown endpoint has a host below `.invalid`, and is no server; neither is a relative URL.
    """
    servers = list(given)
    named = any("x-client-server" in each for each in servers)
    found = {}
    for number, server in enumerate(servers, 1):
        name = server.get("x-client-server") if named else f"server-{number}" if number > 1 else "default"
        url = server["url"]
        for key, each in server.get("variables", {}).items():
            url = url.replace(f"{{{key}}}", str(each["default"]))
        if name and re.match("https?://", url) and not str(urlsplit(url).hostname).endswith(".invalid"):
            found[name] = url.rstrip("/")
    return found


def _operation(
    api: Api, normalizer: Normalizer, names: Mapping[str, str], path: str, method: str, item: Mapping[str, Json]
) -> Operation:
    raw = item[method]
    described = {(each["in"], each["name"]): each for each in [*item.get("parameters", []), *raw.get("parameters", [])]}
    parameters = [_parameter(each, normalizer) for each in described.values() if each["name"].lower() not in _NOT_PARAMETERS]
    parameters = [replace(each, required=True) if each.key == _key(raw) else each for each in parameters]
    body = raw.get("requestBody")
    if body and [*body["content"]] != ["application/json"]:
        raise LeftOutError(f"a body that is {' or '.join(body['content'])}")
    operation = Operation(
        api=api,
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        tag=(raw.get("tags") or ["default"])[0],
        parameters=tuple(parameters),
        body=body and normalizer.sent(body["content"]["application/json"].get("schema", {}), f"{raw['operationId']}.{BODY}"),
        body_required=bool(body and body.get("required")),
        responses=_responses(api, normalizer, names, raw),
        rules=tuple(_rule(each, {parameter.name: parameter for parameter in parameters}) for each in raw.get("x-client-rules", ())),
        behaviour={key: value for key, value in raw.items() if key.startswith("x-client-")},
        links={link["operationId"]: link for each in raw["responses"].values() for link in each.get("links", {}).values()},
    )
    if not any(each.success for each in operation.responses.values()):
        raise LeftOutError("no documented success")
    return operation


def _key(raw: Mapping[str, Json]) -> str:
    named: str = raw.get("x-client-retry", {}).get("idempotencyKey", "")
    return " ".join(named.removeprefix("$request.").split(".", 1))


def _parameter(raw: Mapping[str, Json], normalizer: Normalizer) -> Parameter:
    location = raw["in"]
    style = raw.get("style", "simple" if location in ("path", "header") else "form")
    if (location, style) not in {("path", "simple"), ("header", "simple"), ("query", "form")} or "schema" not in raw:
        raise LeftOutError(f"the {location} parameter {raw['name']} of style {style}, which wire.py cannot read")
    schema = normalizer.parameter(raw["schema"], f"the parameter {raw['name']}")
    kinds = schema.get("type", [])
    if "anyOf" in schema or "object" in kinds or isinstance(kinds, list) or raw.get("allowReserved"):
        raise LeftOutError(f"the {location} parameter {raw['name']} that is no single type, or written as it is")
    return Parameter(
        name=raw["name"],
        location=location,
        required=raw.get("required", False),
        style=style,
        explode=raw.get("explode", style == "form"),
        schema=schema,
    )


def _rule(raw: Mapping[str, Json], by_name: Mapping[str, Parameter]) -> Rule:
    return Rule(
        subject=by_name[raw["parameter"]],
        others=tuple(by_name[name] for name in raw["others"]),
        excludes=raw["rule"] == "excludes",
        equals=raw.get("equals"),
        because=raw["because"],
    )


def _responses(
    api: Api, normalizer: Normalizer, names: Mapping[str, str], raw: Mapping[str, Json]
) -> dict[int, DocumentedResponse]:
    documented = {status if status == "default" else status.upper(): each for status, each in raw["responses"].items()}
    if "default" in documented and not any(status.startswith("2") for status in documented):
        documented = {"2XX": documented["default"], **documented}
    taken = {int(status) for status in documented if status.isdecimal()}
    found = {}
    for key, each in documented.items():
        if key.isdecimal():
            status = int(key)
        elif key == "default":
            ranges = {int(other[0]) for other in documented if other.endswith("XX")}
            status = next(
                (one for one in (500, *range(400, 600), *range(300, 400)) if one not in taken and one // 100 not in ranges), 0
            )
        else:
            status = next((one for one in range(int(key[0]) * 100, int(key[0]) * 100 + 100) if one not in taken), 0)
        content = each.get("content", {})
        if any(not media_type.split(";")[0].endswith(("/json", "+json")) for media_type in content) or len(content) > 1:
            raise LeftOutError(f"a response that is {' or '.join(content)}")
        media: Mapping[str, Json] = next(iter(content.values()), {})
        if status:
            found[status] = DocumentedResponse(
                api=api,
                documented=key,
                status=status,
                error=names.get(key) or error_class(key),
                schema=normalizer.schema(media["schema"], f"the response {key} of {raw['operationId']}")
                if "schema" in media
                else None,
                media_types=tuple(content),
                headers={name.lower(): header.get("required", False) for name, header in each.get("headers", {}).items()},
                examples={name: one["value"] for name, one in media.get("examples", {}).items() if "value" in one},
            )
    return found


def _error_names(operations: Iterable[Mapping[str, Json]]) -> dict[str, str]:
    """Return the names of `x-client-error-name`, of which the first of a status is taken."""
    found: dict[str, str] = {}
    for operation in operations:
        for status, response in operation["responses"].items():
            if "x-client-error-name" in response:
                found.setdefault(status, response["x-client-error-name"])
    return found
