"""Write parameters as OpenAPI's styles say: matrix, label, simple, form, spaceDelimited, pipeDelimited, deepObject; and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal
from urllib.parse import quote

import msgspec

from .extras import builtins, with_extras

Location = Literal["path", "query", "header", "cookie"]

_BEYOND_ASCII = re.compile("[^\x20-\x7e]")
_UNRESERVED = "-._~"
_KEPT_IN_PATH = "/:@!$&'()*+,;=" + _UNRESERVED  # of the reserved characters
_KEPT_IN_QUERY = ":/?[]@!$'()*,;=" + _UNRESERVED


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of an operation, or a field of a form.

    Attributes:
        name: its name on the wire.
        argument: the keyword of the Python function.
        location: where it goes.
        required: whether it must be given.
        style: OpenAPI style; `json` where the spec gives it a JSON media type; or `nested` where no style can write its values:
            all but text is JSON.
        explode: whether each element of an array or object is written separately, in a query also each of an array in an object;
            of `nested`, each element of an array.
        allow_reserved: whether reserved characters stay as they are in a path or a query, but for those that would end it.
    """

    name: str
    argument: str
    location: Location
    required: bool
    style: str
    explode: bool
    allow_reserved: bool = False

    @property
    def joiner(self) -> str | None:
        """The character that joins the elements of an array to one value, or None where each element is written separately."""
        if self.style in ("json", "nested", "deepObject") or (
            self.explode and (self.location in ("query", "cookie") or self.style == "matrix")
        ):
            return None
        return {"spaceDelimited": " ", "pipeDelimited": "|", "label": "." if self.explode else ","}.get(self.style, ",")

    def is_json(self, value: object) -> bool:
        """Return whether the value is written as JSON."""
        return self.style == "json" or (self.style == "nested" and not isinstance(builtins(value), str))

    def in_path(self, value: object) -> str:
        """Write the value for the path, percent-encoded."""
        if self.is_json(value):
            return _quote(_json(value))
        parts = _parts(value)
        name = _quote(self.name)
        if isinstance(parts, str):
            written = quote(parts, safe=_KEPT_IN_PATH if self.allow_reserved else _UNRESERVED)
            return {"label": f".{written}", "matrix": f";{name}={written}" if written else f";{name}"}.get(self.style, written)
        if self.style == "matrix" and self.explode:
            return "".join(f";{_quote(k)}={_quote(v)}" for k, v in _pairs(self.name, parts))
        joiner = "." if self.style == "label" and self.explode else ","
        text = joiner.join(_flat(parts, pairs=self.explode))
        return {"label": f".{text}", "matrix": f";{name}={text}"}.get(self.style, text)

    def in_query(self, value: object) -> Iterator[str]:
        """Write the value as `name=value` pairs of the query, percent-encoded."""
        name = _quote(self.name)
        if self.is_json(value):
            for each in _without_null(value) if self.explode and isinstance(value, list) else [value]:
                yield f"{name}={self._quote_value(_json(each) if self.is_json(each) else scalar(each))}"
            return
        plain = plain_value(value)
        if self.style == "deepObject":
            several = isinstance(plain, list) and self.name.endswith("[]")  # the name of each element, as PHP writes lists
            for each in plain if several else [plain]:
                yield from (f"{name}{path}={self._quote_value(text)}" for path, text in _deep(each, ""))
            return
        if self.explode and isinstance(plain, Mapping):
            yield from (f"{_quote(str(key))}={self._quote_value(text)}" for key, each in plain.items() for text in _texts(each))
            return
        parts = _parts(plain)
        if isinstance(parts, str):
            yield f"{name}={self._quote_value(parts)}"
        elif self.explode:
            yield from (f"{_quote(k)}={self._quote_value(v)}" for k, v in _pairs(self.name, parts))
        else:
            joiner = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(self.style, ",")
            yield f"{name}=" + joiner.join(self._quote_value(v) for v in _listed(parts))

    def in_header(self, value: object) -> str:
        """Write the value for a header, as it is; JSON in ASCII."""
        if self.is_json(value):
            return _BEYOND_ASCII.sub(_escaped, _json(value))
        parts = _parts(value)
        if isinstance(parts, str):
            return parts
        return ",".join([f"{k}={v}" for k, v in parts.items()] if isinstance(parts, dict) and self.explode else _listed(parts))

    def in_cookie(self, value: object) -> Iterator[str]:
        """Write the value as `name=value` pairs of the Cookie header, as they are; JSON, for its quotes, percent-encoded."""
        if self.is_json(value):
            yield f"{self.name}={_quote(_json(value))}"
            return
        parts = _parts(value)
        if self.explode and not isinstance(parts, str):
            yield from (f"{k}={v}" for k, v in _pairs(self.name, parts))
        else:
            yield f"{self.name}={parts if isinstance(parts, str) else ','.join(_listed(parts))}"

    def _quote_value(self, text: str) -> str:
        return quote(text, safe=_KEPT_IN_QUERY) if self.allow_reserved else _quote(text)


def plain_value(value: object) -> Any:
    """Return a value as what JSON has; null in it, which has no text, is left out, as RFC 6570 says."""
    return value if isinstance(value, str) else _without_null(builtins(value))


def scalar(value: object) -> str:
    """Write a value as text: JSON's `true`, `false` and `null`, plain numbers and strings; an array or an object as JSON."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple | Mapping):
        return _json(value)
    return str(value)


def _without_null(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: each for name, each in value.items() if each is not None}
    return [each for each in value if each is not None] if isinstance(value, list | tuple) else value


def _quote(text: str) -> str:
    return quote(text, safe=_UNRESERVED)


def _escaped(character: re.Match[str]) -> str:
    """Write a character as JSON escapes it: one or two units of UTF-16."""
    return re.sub("....", r"\\u\g<0>", character[0].encode("utf-16-be").hex())


def _json(value: object) -> str:
    return msgspec.json.encode(with_extras(value)).decode()


def _parts(value: object) -> str | list[str] | dict[str, str]:
    plain = plain_value(value)
    if isinstance(plain, Mapping):
        return {str(k): scalar(v) for k, v in plain.items()}
    if isinstance(plain, list | tuple):
        return [scalar(v) for v in plain]
    return scalar(plain)


def _texts(value: Any) -> list[str]:
    """Return the texts of a property that is written with its object: each of a list, or the one."""
    return [scalar(each) for each in _without_null(value)] if isinstance(value, list | tuple) else [scalar(value)]


def _pairs(name: str, parts: list[str] | dict[str, str]) -> list[tuple[str, str]]:
    """Return the properties of an object, or the elements of an array, each under the name of the array."""
    return list(parts.items()) if isinstance(parts, dict) else [(name, each) for each in parts]


def _deep(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path in brackets and the text of each value; for what OpenAPI leaves open, as `a[b][c]=1` and `a[0]=1`."""
    value = _without_null(value)
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _deep(each, f"{path}%5B{_quote(str(key))}%5D")
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _deep(each, f"{path}%5B{index}%5D")
    else:
        yield path, scalar(value)


def _listed(parts: list[str] | dict[str, str]) -> list[str]:
    return [text for pair in parts.items() for text in pair] if isinstance(parts, dict) else parts


def _flat(parts: list[str] | dict[str, str], *, pairs: bool) -> Iterable[str]:
    if isinstance(parts, dict) and pairs:
        return (f"{_quote(k)}={_quote(v)}" for k, v in parts.items())
    return map(_quote, _listed(parts))
