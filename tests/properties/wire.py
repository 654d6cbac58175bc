"""Read a request that was sent back to its values, as the spec says that they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from scripts.spec.document import Json
from tests.properties.contract import BODY, Operation, Parameter
from tests.properties.schemas import kinds, non_null

_SEGMENT = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")
_QUERY = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*,;=:@/?]|%[0-9A-Fa-f]{2})*")
# Headers that HTTP itself needs; the client adds every other one.
_OF_HTTP = ("host", "content-length", "accept-encoding", "connection")


class WireError(AssertionError):
    """A request is not written as the spec says."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as it went out."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The values of a request, as a case calls them, and the headers that are not parameters."""

    values: Mapping[str, Json]
    headers: Mapping[str, str]


def read(operation: Operation, base_url: str, sent: Sent, *, strictly: bool = True) -> Reading:
    """Read a request back.

    Args:
        operation: what it is a request of.
        base_url: where it should have gone.
        sent: the request.
        strictly: each value has to be written so that every server reads the same: no plus sign or comma with two meanings.

    Raises:
        WireError: method, URL, encoding or style are not those of the spec.
    """
    if sent.method != operation.method:
        raise WireError(f"method {sent.method}, not {operation.method}")
    wanted, came = urlsplit(base_url), urlsplit(sent.url)
    if (came.scheme, came.netloc) != (wanted.scheme, wanted.netloc) or came.fragment:
        raise WireError(f"sent to {sent.url}, not below {base_url}")
    if not _SEGMENT.fullmatch(came.path) or (strictly and not _QUERY.fullmatch(came.query)):
        raise WireError(f"{sent.url} is not percent-encoded")
    values = _path(operation, wanted.path.rstrip("/"), came.path, strictly=strictly)
    values |= _query(operation, came.query, strictly=strictly)
    headers = _headers(sent)
    for each in operation.parameters:
        if each.location == "header" and each.name.lower() in headers:
            values[each.key] = _value(operation, each, headers.pop(each.name.lower()), strictly=strictly, decode=str)
    if sent.content:
        if operation.body is None:
            raise WireError("a body, although the spec has none")
        values[BODY] = json.loads(sent.content)
    return Reading(values=values, headers=headers)


def _path(operation: Operation, prefix: str, path: str, *, strictly: bool) -> dict[str, Json]:
    by_name = {each.name: each for each in operation.parameters if each.location == "path"}
    parts = re.split(r"\{([^}]+)\}", operation.path)
    names = parts[1::2]
    pattern = re.escape(prefix) + "".join(re.escape(part) if index % 2 == 0 else "([^/]*)" for index, part in enumerate(parts))
    found = re.fullmatch(pattern, path)
    if found is None:
        raise WireError(f"path {path}, not {prefix}{operation.path}")
    return {
        by_name[name].key: _value(operation, by_name[name], raw, strictly=strictly)
        for name, raw in zip(names, found.groups(), strict=True)
    }


def _query(operation: Operation, query: str, *, strictly: bool) -> dict[str, Json]:
    by_name = {each.name: each for each in operation.parameters if each.location == "query"}
    found: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        name, equals, raw = pair.partition("=")
        if unquote(name) not in by_name or not equals:
            raise WireError(f"{pair!r} is not a parameter of the spec")
        found.setdefault(unquote(name), []).append(raw if strictly else raw.replace("+", "%20"))
    values: dict[str, Json] = {}
    for name, raws in found.items():
        parameter = by_name[name]
        if "array" in kinds(non_null(operation.api, parameter.schema)) and parameter.explode:
            values[parameter.key] = [_scalar(operation, _items(operation, parameter), _decode(raw)) for raw in raws]
        elif len(raws) > 1:
            raise WireError(f"{name} is in the query {len(raws)} times")
        else:
            values[parameter.key] = _value(operation, parameter, raws[0], strictly=strictly)
    return values


def _headers(sent: Sent) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in sent.headers:
        if name.lower() in found:
            raise WireError(f"header {name} is given twice")
        found[name.lower()] = value
    if sent.content and found.get("content-length") != str(len(sent.content)):
        raise WireError("the Content-Length is not that of the body")
    return {name: value for name, value in found.items() if name not in _OF_HTTP}


def _value(operation: Operation, parameter: Parameter, raw: str, *, strictly: bool, decode: type[str] | None = None) -> Json:
    read_text = decode or _decode
    schema = non_null(operation.api, parameter.schema)
    if "array" not in kinds(schema):
        return _scalar(operation, schema, read_text(raw))
    split_then_decoded = [read_text(each) for each in raw.split(",")]
    decoded_then_split = read_text(raw).split(",")
    if strictly and split_then_decoded != decoded_then_split:
        raise WireError(f"{parameter.name}={raw} can be read in two ways")
    return [_scalar(operation, _items(operation, parameter), each) for each in decoded_then_split]


def _items(operation: Operation, parameter: Parameter) -> Mapping[str, Json]:
    return non_null(operation.api, non_null(operation.api, parameter.schema).get("items", {}))


def _scalar(operation: Operation, schema: Mapping[str, Json], text: str) -> Json:
    allowed = kinds(dict(schema))
    if "string" in allowed or not allowed:
        return text
    if not re.fullmatch(r"-?(0|[1-9]\d*)" if allowed == {"integer"} else r"true|false|-?\d.*", text):
        raise WireError(f"{text!r} is how no value of {operation.id} is written that is {' or '.join(sorted(allowed))}")
    return json.loads(text)


def _decode(raw: str) -> str:
    return unquote(raw, errors="strict")
