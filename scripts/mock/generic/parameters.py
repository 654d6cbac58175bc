"""The values of parameters in a request, read as the styles of OpenAPI say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote

from scripts.mock.engine.call import Call
from scripts.mock.generic.described import Schemas
from scripts.mock.generic.values import schema_of
from scripts.spec.document import Json

_STYLES: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}
_STEPS: Final = re.compile(r"\[([^\[\]]*)\]")


class InvalidError(Exception):
    """A request does not match the document; the message says where and why, in one line."""


class Parameter:
    """A parameter of an operation.

    Args:
        described: the object that describes it.
        schemas: those of the API.
    """

    def __init__(self, described: Mapping[str, Json], schemas: Schemas) -> None:
        self.location, self.name = described["in"], described["name"]
        self.schema, self.is_required = schema_of(described), bool(described.get("required"))
        self._schemas = schemas
        self._is_json = "content" in described
        self._style = described.get("style", _STYLES[self.location])
        self._explode = described.get("explode", self._style == "form")
        kinds = schemas.kinds(self.schema)
        self._kind = next((each for each in ("array", "object") if each in kinds), "")
        self._is_any = not kinds

    def value(self, call: Call, pairs: list[tuple[str, str]]) -> Any:
        """Return its value in a request; None if it was not sent.

        Args:
            call: the request.
            pairs: names and values of the query, as they are written.

        Raises:
            InvalidError: it is given several times, or is not JSON where it has to be.
        """
        match self.location:
            case "path":
                return self._of_text(self._in_path(call.parameters[self.name])) if self.name in call.parameters else None
            case "header":
                texts = call.headers.getlist(self.name)
                return self._of_text(",".join(texts)) if texts else None
            case "cookie":
                parts = (part.strip().partition("=") for part in call.headers.get("cookie", "").split(";"))
                return self._in_query([(name, text.replace("+", "%2B")) for name, _, text in parts])
            case _:
                return self._in_query(pairs)

    def _in_path(self, text: str) -> str:
        """Return the text of a segment without what its style puts before and between values."""
        if self._style == "label":
            text = text.removeprefix(".")
            return text.replace(".", ",") if self._explode and self._kind else text
        if self._style != "matrix":
            return text
        parts = text.removeprefix(";").split(";")
        if self._kind == "object" and self._explode:
            return ",".join(parts)
        return ",".join(each.removeprefix(self.name).removeprefix("=") for each in parts)

    def _in_query(self, pairs: list[tuple[str, str]]) -> Any:
        if self._style == "deepObject":
            return self._deep([(decoded(key), decoded(text)) for key, text in pairs])
        texts = [text for key, text in pairs if decoded(key) == self.name]
        if self._kind == "object" and self._explode and not self._is_json and not texts:
            properties = self._schemas.follow(self.schema).get("properties", {})
            return self._object((decoded(key), decoded(text)) for key, text in pairs if decoded(key) in properties) or None
        if not texts:
            return None
        is_array = self._kind == "array" or (self._is_any and len(texts) > 1)
        if is_array and self._explode and not self._is_json:
            return self._array(map(decoded, texts))
        if len(texts) > 1:
            raise InvalidError(f"query.{self.name}: is given {len(texts)} times")
        # An encoded separator is one, too, for servers decode before they split.
        text = decoded(texts[0])
        return self._of_text(text.replace(_SEPARATORS[self._style], ",") if self._style in _SEPARATORS else text)

    def _of_text(self, text: str) -> Any:
        """Return the value of a text with all of it: of an array, its elements with commas between them."""
        if self._is_json:
            return as_json(lambda: json.loads(text), self.name)
        if not self._kind:
            return self._schemas.read(self.schema, text)
        if text.startswith(("[", "{")) and self._schemas.valid(self.schema, value := self._schemas.read(self.schema, text)):
            return value  # JSON; otherwise its first element or name may begin so
        parts = text.split(",") if text else []
        if self._kind == "array":
            return self._array(parts)
        if self._explode:
            return self._object(part.partition("=")[::2] for part in parts)
        return self._object(zip(parts[::2], parts[1::2], strict=False))

    def _array(self, texts: Iterable[str]) -> list[Any]:
        return [self._schemas.read(self._schemas.child(self.schema, str(index)), each) for index, each in enumerate(texts)]

    def _object(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, text in pairs:
            schema = self._schemas.child(self.schema, name)
            if "array" in self._schemas.kinds(schema):
                found.setdefault(name, []).append(self._schemas.read(self._schemas.child(schema, "0"), text))
            else:
                found[name] = self._schemas.read(schema, text)
        return found

    def _deep(self, pairs: list[tuple[str, str]]) -> Any:
        """Return an object whose values are parameters of their own: `name[property]`, `name[property][inner]`, `name[list][0]`.

        Raises:
            InvalidError: a name has both a value and properties.
        """
        if self._kind == "array":
            return self._array(text for key, text in pairs if key == self.name) or None
        found: dict[str, Any] = {}
        for key, text in pairs:
            steps = _STEPS.findall(key.removeprefix(self.name))
            if not steps or key != self.name + "".join(f"[{each}]" for each in steps):
                continue
            inner = found
            for step in steps[:-1]:
                inner = inner.setdefault(step, {})
                if not isinstance(inner, dict):
                    raise InvalidError(f"query.{key}: {step!r} has a value of its own, too")
            inner[steps[-1] or str(len(inner))] = self._schemas.read(self._schemas.reached(self.schema, steps), text)
        return self._listed(self.schema, found) or None

    def _listed(self, schema: Json, value: Any) -> Any:
        """Return a value with lists where its schema has arrays, in place of objects with their indexes as names."""
        if not isinstance(value, dict):
            return value
        inner = {name: self._listed(self._schemas.child(schema, name), each) for name, each in value.items()}
        kinds = self._schemas.kinds(schema)
        return [*inner.values()] if "array" in kinds and "object" not in kinds else inner


def decoded(text: str) -> str:
    """Return a part of a query as it was before it was percent-encoded."""
    return unquote(text.replace("+", " "), errors="surrogateescape")


def as_json(parse: Callable[[], Any], name: str) -> Any:
    """Return what a function parses as JSON.

    Raises:
        InvalidError: it is not JSON.
    """
    try:
        return parse()
    except (ValueError, RecursionError) as error:
        raise InvalidError(f"{name}: is not JSON: {' '.join(str(error).split())}") from error
