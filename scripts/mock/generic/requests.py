"""What a request has to be by the document: its parameters are read as their styles say, and all of it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scripts.mock.engine.call import Call
from scripts.mock.generic.described import JSON_TYPE, Operation, Schemas
from scripts.mock.generic.multipart import MULTIPART, fields
from scripts.mock.generic.parameters import InvalidError, Parameter, as_json, decoded
from scripts.spec.document import Json

_FORM: Final = "application/x-www-form-urlencoded"
_IGNORED: Final = ("accept", "content-type", "authorization")  # OpenAPI: such a definition of a header is ignored


class MediaTypeError(InvalidError):
    """The body of a request has a media type that the document does not have."""


@dataclass(slots=True, kw_only=True)
class SentRequest:
    """What was sent in a valid request.

    Attributes:
        parameters: values by location and name; without those that were not sent.
        body: the body as JSON, or the fields of a form; None if there is none, or if it is neither.
        url: the whole URL, as the caller has it.
    """

    parameters: dict[tuple[str, str], Any] = field(default_factory=dict)
    body: Any = None
    url: str = ""

    def at(self, part: str, path: tuple[str, ...]) -> Any:
        """Return the value at the path of a runtime expression; None if there is none."""
        if part != "body":
            name = path[0].lower() if part == "header" else path[0]
            return self.parameters.get((part, name))
        return below(self.body, path)


def below(value: Any, path: tuple[str, ...]) -> Any:
    """Return what a path leads to in JSON; None if it leads to nothing."""
    for part in path:
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


class Requests:
    """Reads and checks the requests of an API.

    Args:
        schemas: those of the API.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[str, list[Parameter]] = {}

    def read(self, operation: Operation, call: Call) -> SentRequest:
        """Return what a request for an operation has.

        Raises:
            InvalidError: it does not match the document.
        """
        sent = SentRequest(url=call.url)
        pairs = _pairs(call.query)
        for parameter in self._parameters(operation):
            location, name = parameter.location, parameter.name
            value = parameter.value(call, pairs)
            if value is None:
                if parameter.is_required:
                    raise InvalidError(f"{location}.{name}: is missing")
                continue
            if complaint := self._schemas.complaint(parameter.schema, value):
                raise InvalidError(f"{location}.{name}{complaint}")
            sent.parameters[location, name.lower() if location == "header" else name] = value
        for name, text in call.parameters.items():
            sent.parameters.setdefault(("path", name), text)  # which the document may not define
        query = {name: value for (part, name), value in sent.parameters.items() if part == "query"}
        for rule in operation.spec.value.get("x-client-rules", ()):
            _check_rule(rule, query)
        sent.body = self._body(operation, call)
        return sent

    def _parameters(self, operation: Operation) -> list[Parameter]:
        if operation.id not in self._known:
            found = [Parameter(each, self._schemas) for each in operation.spec.parameters]
            self._known[operation.id] = [
                each for each in found if not (each.location == "header" and each.name.lower() in _IGNORED)
            ]
        return self._known[operation.id]

    def _body(self, operation: Operation, call: Call) -> Any:
        described: Mapping[str, Json] | None = operation.spec.value.get("requestBody")
        if described is None:
            return None
        if not call.body:
            if described.get("required"):
                raise InvalidError("body: is missing")
            return None
        content: Mapping[str, Json] = described["content"]
        kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        chosen = next((each for each in content if _fits(each, kind)), None)
        if chosen is None:
            raise MediaTypeError(f"body: has the media type {kind or '(none)'}, not {' or '.join(content)}")
        return self._content(kind, content[chosen], call)

    def _content(self, kind: str, media: Mapping[str, Json], call: Call) -> Any:
        schema = media.get("schema", True)
        if kind == JSON_TYPE or kind.endswith("+json"):
            value = as_json(call.parsed, "body")
        elif kind == _FORM:
            value = self._fields(media, call)
        elif kind == MULTIPART and (form := fields(self._schemas, media, call.headers["content-type"], call.body)) is not None:
            value = form
        else:
            return None
        if complaint := self._schemas.complaint(schema, value):
            raise InvalidError(f"body{complaint}")
        return value

    def _fields(self, media: Mapping[str, Json], call: Call) -> dict[str, Any]:
        """Return the fields of an urlencoded form, which are written as parameters of a query are."""
        pairs = _pairs(call.body.decode("latin-1"))
        form, found = media.get("schema", True), dict[str, Any]()
        named = {name: schema for part in self._schemas.alternatives(form) for name, schema in part.get("properties", {}).items()}
        others = {name: self._schemas.child(form, name) for name in (decoded(name) for name, _ in pairs) if name not in named}
        for name, schema in {**others, **named}.items():
            encoding = media.get("encoding", {}).get(name, {})
            value = Parameter({"in": "query", "name": name, "schema": schema, **encoding}, self._schemas).value(call, pairs)
            if value is not None:
                found[name] = value
        return found


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return names and values of a query or an urlencoded form, as they are written."""
    return [(name, value) for name, _, value in (part.partition("=") for part in text.split("&") if part)]


def _check_rule(rule: Mapping[str, Any], query: Mapping[str, object]) -> None:
    """Check a rule between parameters, of those of `x-client-rules`: which others one of them excludes or requires."""
    name, equals = rule["parameter"], rule.get("equals")
    if name not in query or equals not in (None, query[name]):
        return
    for other in rule["others"]:
        if rule["rule"] == "excludes" and other in query:
            raise InvalidError(f"{name} and {other} exclude each other.")
        if rule["rule"] != "excludes" and other not in query:
            raise InvalidError(f"{name}={equals} needs {other}." if equals else f"{name} needs {other}.")


def _fits(declared: str, kind: str) -> bool:
    main = declared.partition(";")[0].strip().lower()
    return main in {kind, "*/*"} or (main.endswith("/*") and kind.startswith(main[:-1]))
