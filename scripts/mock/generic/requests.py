"""What a request has to be by the document: its parameters are read as their styles say, and all of it is checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from scripts.mock.engine.call import Call
from scripts.mock.generic.described import JSON_TYPE, Operation, Schemas
from scripts.mock.generic.values import schema_of
from scripts.spec.document import Json

_FORM: Final = "application/x-www-form-urlencoded"
_IGNORED: Final = ("accept", "content-type", "authorization")  # OpenAPI: such a definition of a header is ignored
_SEPARATORS: Final = {"form": ",", "simple": ",", "spaceDelimited": "%20", "pipeDelimited": "|"}


class InvalidError(Exception):
    """A request does not match the document; the message says where and why, in one line."""


class MediaTypeError(InvalidError):
    """The body of a request has a media type that the document does not have."""


@dataclass(slots=True, kw_only=True)
class Sent:
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

    def read(self, operation: Operation, call: Call) -> Sent:
        """Return what a request for an operation has.

        Raises:
            InvalidError: it does not match the document.
        """
        sent = Sent(url=call.url)
        pairs = [part.partition("=")[::2] for part in call.query.split("&") if part]
        for parameter in operation.spec.parameters:
            location, name = parameter["in"], parameter["name"]
            if location == "header" and name.lower() in _IGNORED:
                continue
            value = self._value(parameter, call, pairs)
            if value is None:
                if parameter.get("required"):
                    raise InvalidError(f"{location}.{name}: is missing")
                continue
            if complaint := self._schemas.complaint(schema_of(parameter), value):
                raise InvalidError(f"{location}.{name}{complaint}")
            sent.parameters[location, name.lower() if location == "header" else name] = value
        for name, text in call.parameters.items():
            sent.parameters.setdefault(("path", name), text)  # which the document may not define
        query = {name: value for (part, name), value in sent.parameters.items() if part == "query"}
        for rule in operation.spec.value.get("x-client-rules", ()):
            _check_rule(rule, query)
        sent.body = self._body(operation, call)
        return sent

    def _value(self, parameter: Mapping[str, Json], call: Call, pairs: list[tuple[str, str]]) -> Any:
        """Return the value of a parameter, or None if it was not sent."""
        name, schema = parameter["name"], schema_of(parameter)
        match parameter["in"]:
            case "path":
                texts = [call.parameters[name]] if name in call.parameters else []
            case "header":
                texts = call.headers.getlist(name)
            case "cookie":
                texts = cookies(call, name)
            case _:
                return self._of_query(parameter, pairs)
        if len(texts) > 1:
            texts = [",".join(texts)]
        if not texts:
            return None
        if "content" in parameter:
            return _json(partial(json.loads, texts[0]), name)
        if self._is(schema, "array"):
            return [self._schemas.read(self._items(schema), each) for each in texts[0].split(",")] if texts[0] else []
        return self._schemas.read(schema, texts[0])

    def _of_query(self, parameter: Mapping[str, Json], pairs: list[tuple[str, str]]) -> Any:
        name, schema = parameter["name"], schema_of(parameter)
        style, explode = parameter.get("style", "form"), parameter.get("explode", parameter.get("style", "form") == "form")
        if style == "deepObject" or (self._is(schema, "object") and explode and "content" not in parameter):
            return self._object(parameter, pairs)
        texts = [text for key, text in pairs if _decoded(key) == name]
        if not texts:
            return None
        if "content" in parameter:
            return _json(partial(json.loads, _decoded(texts[0])), name)
        if self._is(schema, "array"):
            if not explode:
                _refuse_several(name, texts)
                separator = _SEPARATORS[style]
                # An encoded separator is one, too, for servers decode before they split.
                whole = _decoded(texts[0]) if separator != "%20" else texts[0].replace("+", "%20")
                texts = whole.split(separator) if whole else []
            return [
                self._schemas.read(self._items(schema), _decoded(each) if explode or style != "form" else each) for each in texts
            ]
        _refuse_several(name, texts)
        return self._schemas.read(schema, _decoded(texts[0]))

    def _object(self, parameter: Mapping[str, Json], pairs: list[tuple[str, str]]) -> Any:
        """Return an object whose properties are parameters of their own, `name[property]` or `property`."""
        properties = self._schemas.follow(schema_of(parameter)).get("properties", {})
        is_deep = parameter.get("style") == "deepObject"
        names = {f"{parameter['name']}[{each}]" if is_deep else each: each for each in properties}
        found = {names[_decoded(key)]: _decoded(text) for key, text in pairs if _decoded(key) in names}
        return {name: self._schemas.read(properties[name], text) for name, text in found.items()} or None

    def _items(self, schema: Json) -> Json:
        return next((each["items"] for each in self._schemas.alternatives(schema) if "items" in each), {})

    def _is(self, schema: Json, kind: str) -> bool:
        return kind in self._schemas.kinds(schema)

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
            value = _json(call.parsed, "body")
        elif kind == _FORM:
            properties = self._schemas.follow(schema).get("properties", {})
            pairs = parse_qsl(call.body.decode("latin-1"), keep_blank_values=True)
            value = {name: self._schemas.read(properties.get(name, {}), text) for name, text in pairs}
        else:
            return None
        if complaint := self._schemas.complaint(schema, value):
            raise InvalidError(f"body{complaint}")
        return value


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


def _json(parse: Callable[[], Any], name: str) -> Any:
    try:
        return parse()
    except (ValueError, RecursionError) as error:
        raise InvalidError(f"{name}: is not JSON: {' '.join(str(error).split())}") from error


def _decoded(text: str) -> str:
    return unquote(text.replace("+", " "), errors="surrogateescape")


def cookies(call: Call, name: str) -> list[str]:
    """Return the value of a cookie, if there is one with this name."""
    try:
        found = SimpleCookie(call.headers.get("cookie", ""))
    except CookieError:
        return []
    return [found[name].value] if name in found else []


def _refuse_several(name: str, texts: list[str]) -> None:
    if len(texts) > 1:
        raise InvalidError(f"query.{name}: is given {len(texts)} times")
