"""Check what is about to be sent against the spec; the first breach is an `InvalidRequest`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec

from .errors import InvalidRequest
from .parameters import Parameter, scalar

_AT = re.compile(r" - at `(key in )?(\$[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule between parameters.

    Attributes:
        kind: `excludes`: the parameter goes with none of the others. `requires`: it goes only with all of them.
            `requires-when`: as `requires`, where it has the value `equals`.
        because: the rule in words.
    """

    kind: Literal["excludes", "requires", "requires-when"]
    parameter: str
    others: tuple[str, ...]
    because: str
    equals: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """Arrays whose elements differ from each other: their wire path, `*` for each element of an array or value of a map."""

    path: tuple[str, ...]


def check_parameters(
    operation: str, parameters: Sequence[Parameter], strict: type[Any] | None, values: Mapping[str, object], rules: Sequence[Rule]
) -> None:
    """Check the given parameters, of which none is None.

    Raises:
        InvalidRequest: a required one is missing, one breaks a constraint or cannot be written, or a rule between them is broken.
    """
    if strict is not None:
        try:
            msgspec.convert(values, strict)
        except (msgspec.ValidationError, OverflowError, UnicodeEncodeError) as error:
            raise _parameter_error(operation, parameters, values, str(error)) from None
    for parameter in parameters:
        value = values.get(parameter.argument)
        if value is not None:
            _check_written(operation, parameter, value)
    by_name = {parameter.name: parameter for parameter in parameters}
    for rule in rules:
        _check_rule(operation, rule, by_name, values)


def check_body(operation: str, content: bytes, strict: type[Any], unique: Sequence[Unique]) -> None:
    """Check the JSON that goes out.

    Raises:
        InvalidRequest: it is not what the spec says.
    """
    try:
        value = _decoder(strict).decode(content)
    except msgspec.ValidationError as error:
        rule, path = _rule_and_path(str(error))
        raise InvalidRequest(operation=operation, location="body", path=path, rule=rule, value=_find(content, path)) from None
    for array in unique:
        for path, items in _arrays(value, array.path, "$"):
            _check_unique(operation, "body", path, items)


def check_unique(operation: str, parameter: Parameter, value: object) -> None:
    """Check a parameter whose elements differ from each other.

    Raises:
        InvalidRequest: an element stands there twice.
    """
    if isinstance(value, list | tuple):
        _check_unique(operation, parameter.location, f"$.{parameter.name}", value)


@cache
def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _rule_and_path(message: str) -> tuple[str, str]:
    found = _AT.search(message)
    if found is None:
        return message, "$"
    path = found[2]
    missing = re.match(r"Object missing required field `([^`]+)`", message)
    return message[: found.start()], f"{path}.{missing[1]}" if missing else path


def _find(content: bytes, path: str) -> object:
    value: Any = msgspec.json.decode(content)
    for name, index in _STEP.findall(path):
        try:
            value = value[name] if name else value[int(index)]
        except (LookupError, TypeError, ValueError):
            return None
    return value


def _parameter_error(
    operation: str, parameters: Sequence[Parameter], values: Mapping[str, object], message: str
) -> InvalidRequest:
    rule, path = _rule_and_path(message)
    missing = re.search(r"missing required field `([^`]+)`", message)
    argument = missing[1] if missing else re.split(r"[.\[]", path.removeprefix("$."))[0]
    parameter = next((each for each in parameters if each.argument == argument), None)
    if parameter is None:
        return InvalidRequest(operation=operation, location="query", path=path, rule=rule)
    rest = "" if missing else path.removeprefix(f"$.{argument}")
    value: Any = values.get(argument)
    for name, index in _STEP.findall(rest):
        try:
            value = value[name] if name else value[int(index)]
        except (LookupError, TypeError, ValueError):
            break
    return InvalidRequest(operation=operation, location=parameter.location, path=f"$.{parameter.name}{rest}", rule=rule, value=value)


def _check_written(operation: str, parameter: Parameter, value: object) -> None:
    plain = value if isinstance(value, str) else msgspec.to_builtins(value)
    many = isinstance(plain, list | tuple | Mapping)
    texts = [scalar(each) for each in (plain if isinstance(plain, list | tuple) else [plain])] if not isinstance(plain, Mapping) else []

    def refuse(rule: str, at: str = "") -> InvalidRequest:
        path = f"$.{parameter.name}{at}"
        return InvalidRequest(operation=operation, location=parameter.location, path=path, rule=rule, value=value)

    for index, text in enumerate(texts):
        at = f"[{index}]" if many else ""
        if not text.isascii() and not _is_unicode(text):
            raise refuse("a lone surrogate cannot be written in UTF-8", at)
        if many and parameter.joiner is not None and parameter.joiner in text:
            raise refuse(f"a value of this list cannot contain {parameter.joiner!r}, which separates the values", at)
        if parameter.location == "header" and (not _HEADER_VALUE.fullmatch(text) or text != text.strip()):
            raise refuse("a header value has only printable ASCII characters and no white space at its ends", at)
        if parameter.location == "cookie" and not _COOKIE_VALUE.fullmatch(text):
            raise refuse('a cookie value has only printable ASCII characters but space, `"`, `,`, `;` and `\\`', at)
    if parameter.location == "path":
        if not many and texts[0] in ("", ".", ".."):
            raise refuse("a path parameter cannot be empty, '.' or '..'")
        if many and not plain:
            raise refuse("a path parameter cannot be empty")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_rule(operation: str, rule: Rule, by_name: Mapping[str, Parameter], values: Mapping[str, object]) -> None:
    parameter = by_name[rule.parameter]
    value = values.get(parameter.argument)
    if value is None or (rule.kind == "requires-when" and scalar(value) != rule.equals):
        return
    for name in rule.others:
        other = by_name[name]
        given = values.get(other.argument) is not None
        if given == (rule.kind == "excludes"):
            where = other if rule.kind != "excludes" else parameter
            raise InvalidRequest(
                operation=operation,
                location=where.location,
                path=f"$.{where.name}",
                rule=rule.because,
                value=values.get(where.argument),
            )


def _arrays(value: Any, path: tuple[str, ...], at: str) -> Iterator[tuple[str, Sequence[object]]]:
    if value is None or value is msgspec.UNSET:
        return
    if not path:
        yield at, value
    elif path[0] == "*" and isinstance(value, list):
        for index, child in enumerate(value):
            yield from _arrays(child, path[1:], f"{at}[{index}]")
    elif path[0] == "*" and isinstance(value, dict):
        for key, child in value.items():
            yield from _arrays(child, path[1:], f"{at}.{key}")
    elif isinstance(value, msgspec.Struct):
        names = dict(zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True))
        if path[0] in names:
            yield from _arrays(getattr(value, names[path[0]]), path[1:], f"{at}.{path[0]}")


def _check_unique(operation: str, location: str, path: str, items: Sequence[object]) -> None:
    try:
        if len(set(items)) == len(items):  # the quick way, for elements that can be hashed
            return
    except TypeError:
        pass
    seen: dict[bytes, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(msgspec.json.encode(item, order="sorted"), index)
        if first != index:
            rule = f"each element stands here once; this one is also at [{first}]"
            raise InvalidRequest(operation=operation, location=location, path=f"{path}[{index}]", rule=rule, value=item)
