"""Check what is about to be sent against the spec; the first violation is an `InvalidRequest`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Literal

import msgspec
from msgspec import inspect

from .decoding import AnyOf, convert, decoder, find_repeated, members, properties, type_info
from .errors import InvalidRequest
from .extras import as_builtin, builtins
from .formats import PATTERNS
from .forms import File
from .parameters import Parameter, plain_value, scalar

_AT = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_IN_BRACES = re.compile(r"\{[^{}]*\}")
NOT_FINITE = "a number is neither infinite nor NaN"
_FLOAT_FOR_INT = re.compile(r"Expected `[^`]*\bint\b[^`]*`, got `float`")
_WITHOUT_NUMBERS = frozenset((str, bytes, int, bool, type(None), msgspec.UnsetType))  # at least none that is not finite
_PIECE = 100  # elements of an array that are checked at a time
_SINGLE = (inspect.StrType, inspect.IntType, inspect.FloatType, inspect.BoolType, inspect.EnumType, inspect.LiteralType)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
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


def check_parameters(
    operation: str,
    template: str,
    parameters: Sequence[Parameter],
    *,
    strict: type[Any] | None,
    values: Mapping[str, object],
    rules: Sequence[Rule],
) -> None:
    """Check the given parameters, of which none is None; those of the path are in the template in braces.

    Raises:
        InvalidRequest: a required one is missing, one breaks a constraint or cannot be written, or a rule between them is broken.
    """
    unreadable: UnicodeEncodeError | None = None
    if strict is not None:
        try:
            convert(builtins(values), strict)
        except UnicodeEncodeError as error:
            unreadable = error  # it does not say where; the check of each text does
        except (msgspec.ValidationError, OverflowError, TypeError) as error:
            raise _parameter_error(operation, parameters, values, str(error)) from None
    for parameter in parameters:
        value = values.get(parameter.argument)
        if value is not None:
            _check_written(operation, template, parameter, value)
    if unreadable is not None:
        raise _parameter_error(operation, parameters, values, str(unreadable))
    by_name = {parameter.name: parameter for parameter in parameters}
    for rule in rules:
        _check_rule(operation, rule, by_name, values)


def check_body(operation: str, content: bytes, strict: Any, unique: Sequence[str], body: object) -> None:
    """Check the JSON that `body` was written as, before it is sent; the elements of its arrays `unique` have to be unique.

    Raises:
        InvalidRequest: it is not what the spec says.
    """
    if not unique and _fits_in_pieces(body, strict):
        return
    try:
        value = decoder(strict).decode(content)
    except msgspec.ValidationError as error:
        rule, path = _rule_and_path(str(error))
        if any(map(_is_file, _kinds_at(type_info(strict), path))):
            rule += "; give a file as `File(...)`"
        given = _find(content, path)
        rule = _with_integer(rule, given)
        raise InvalidRequest(operation=operation, location="body", path=path, rule=rule, value=given) from None
    arrays = dict(properties(value)) if unique else {}
    for name in unique:
        check_unique(operation, "body", f"$.{name}", arrays.get(name))


def takes_null(strict: Any) -> bool:
    """Return whether null is of a type."""
    try:
        convert(None, strict)
    except msgspec.ValidationError:
        return False
    return True


def find_unwritable(value: object, path: str = "$") -> tuple[str, object]:
    """Return path and value of the part that makes a value unwritable as JSON."""
    for step, child in _children(value):
        try:
            msgspec.json.encode(child, enc_hook=as_builtin)
        except (TypeError, OverflowError, UnicodeEncodeError):
            return find_unwritable(child, f"{path}{step}")
    return path, value


def find_not_finite(value: object) -> tuple[str, float] | None:
    """Return path and value of a number that is infinite or none; JSON has no such number, and msgspec writes null."""
    if isinstance(value, float):
        return None if math.isfinite(value) else ("", value)
    inner: Iterable[object] = ()
    if isinstance(value, msgspec.Struct):
        inner = map(partial(getattr, value), value.__struct_fields__)
    elif isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    for each in inner:
        if type(each) not in _WITHOUT_NUMBERS and (found := find_not_finite(each)):
            step = next((step for step, child in _children(value) if child is each), "")
            return f"{step}{found[0]}", found[1]
    return None


def check_unique(operation: str, location: str, path: str, items: object) -> None:
    """Check that the elements of an array are unique; anything else has none.

    Raises:
        InvalidRequest: an element occurs twice.
    """
    if not isinstance(items, list | tuple):
        return
    try:
        if len(set(items)) == len(items):  # the quick way, for elements that can be hashed
            return
    except TypeError:
        pass
    repeated = find_repeated(items)
    if repeated is not None:
        index, first = repeated
        rule = f"elements have to be unique; this one is also at [{first}]"
        raise InvalidRequest(operation=operation, location=location, path=f"{path}[{index}]", rule=rule, value=items[index])


def _fits_in_pieces(body: object, strict: Any) -> bool:
    """Check a body with one long array a few elements at a time; False means that it was not checked.

    Checking reads what was written. A second copy of a whole large array takes longer to bring to memory than to check; that of a
    piece stays in the processor's cache.
    """
    if not isinstance(body, msgspec.Struct):
        return False
    name, most = _array(strict)
    items = getattr(body, name, None)
    if type(items) is not list or not _PIECE < len(items) <= most:
        return False
    try:
        for start in range(0, len(items), _PIECE):
            piece = msgspec.structs.replace(body, **{name: items[start : start + _PIECE]})
            decoder(strict).decode(msgspec.json.encode(piece, enc_hook=as_builtin))
    except msgspec.ValidationError:
        return False
    return True


@cache
def _array(strict: Any) -> tuple[str, float]:
    """Return name and greatest length of the array of a body that has no other array or object; otherwise an empty name."""
    info = type_info(strict)
    fields = info.fields if isinstance(info, inspect.StructType) else ()
    arrays = [(field.name, field.type) for field in fields if not isinstance(field.type, _SINGLE)]
    name, array = arrays[0] if len(arrays) == 1 else ("", None)
    if not isinstance(array, inspect.ListType):
        return "", 0
    return name, math.inf if array.max_length is None else array.max_length


def _rule_and_path(message: str) -> tuple[str, str]:
    path = ""
    while found := _AT.search(message):  # a custom type adds its own path, before that of msgspec
        message, path = message[: found.start()], path + found[1]
    for form, pattern in PATTERNS.items():
        message = message.replace(f"matching regex {pattern!r}", f"in the format {form}")
    missing = re.match(r"Object missing required field `([^`]+)`", message)
    return message, f"${path}.{missing[1]}" if missing else f"${path}"


def _kinds_at(info: inspect.Type, path: str) -> list[inspect.Type]:
    """Return what a value at a path may be."""
    found = [*_alternatives(info)]
    for name, _ in _STEP.findall(path):
        found = [each for kind in found for part in _parts(kind, name) for each in _alternatives(part)]
    return found


def _alternatives(info: inspect.Type) -> Iterator[inspect.Type]:
    todo, seen = [info], set[type[AnyOf]]()
    while todo:
        each = todo.pop()
        if isinstance(each, inspect.UnionType):
            todo += each.types
        elif not (isinstance(each, inspect.CustomType) and issubclass(each.cls, AnyOf)):
            yield each
        elif each.cls not in seen:
            seen.add(each.cls)
            todo += map(type_info, members(each.cls))


def _parts(info: inspect.Type, name: str) -> list[inspect.Type]:
    """Return the type of a property or, without its name, of what a list or a map has."""
    if isinstance(info, inspect.StructType):
        return [each.type for each in info.fields if each.encode_name == name]
    if isinstance(info, inspect.ListType):
        return [info.item_type]
    return [info.value_type] if isinstance(info, inspect.DictType) else []


def _is_file(info: inspect.Type) -> bool:
    """Return whether a type is that of a file, or of several."""
    kinds = _alternatives(info.item_type) if isinstance(info, inspect.ListType) else [info]
    return any(isinstance(each, inspect.StructType) and each.cls is File for each in kinds)


def _find(content: bytes, path: str) -> object:
    value: Any = msgspec.json.decode(content)
    for name, index in _STEP.findall(path):
        if index == "...":
            return value  # msgspec does not say which value of a map it means
        try:
            value = value[name] if name else value[int(index)]
        except (LookupError, TypeError):
            return None
    return value


def _with_integer(rule: str, value: object) -> str:
    """Return a rule with how to give a number such as 1.0 as an integer: JSON has `1.0` of it, which many servers refuse."""
    is_integer = isinstance(value, float) and value.is_integer() and _FLOAT_FOR_INT.match(rule)
    return f"{rule}; give it as `int({value})`" if is_integer else rule


def _parameter_error(operation: str, parameters: Sequence[Parameter], values: Mapping[str, object], message: str) -> InvalidRequest:
    rule, path = _rule_and_path(message)
    argument = re.split(r"[.\[]", path.removeprefix("$."))[0]
    if argument not in values:
        rule = "the parameter is required"
    parameter = next((each for each in parameters if each.argument == argument), None)
    if parameter is None:
        return InvalidRequest(operation=operation, location="query", path=path, rule=rule)
    rest = path.removeprefix(f"$.{argument}")
    value: Any = values.get(argument)
    for name, index in _STEP.findall(rest):
        try:
            value = value[name] if name else value[int(index)]
        except (LookupError, TypeError, ValueError):
            break
    rule, path = _with_integer(rule, value), f"$.{parameter.name}{rest}"
    return InvalidRequest(operation=operation, location=parameter.location, path=path, rule=rule, value=value)


def _check_written(operation: str, template: str, parameter: Parameter, value: object) -> None:
    plain = plain_value(value)
    many = isinstance(plain, list | tuple | Mapping)

    def refuse(rule: str, at: str = "") -> InvalidRequest:
        path = f"$.{parameter.name}{at}"
        return InvalidRequest(operation=operation, location=parameter.location, path=path, rule=rule, value=value)

    try:
        texts = _texts(parameter, plain)
    except (ValueError, RecursionError) as error:
        raise refuse(str(error)) from None
    if (found := find_not_finite(plain)) is not None:
        raise refuse(NOT_FINITE, found[0])
    for at, text in texts:
        if _SURROGATE.search(text):
            raise refuse("a lone surrogate cannot be written in UTF-8", at)
        if many and parameter.joiner is not None and parameter.joiner in text:
            raise refuse(f"a value of this list cannot contain {parameter.joiner!r}, which separates the values", at)
        if parameter.location == "header" and (not _HEADER_VALUE.fullmatch(text) or text != text.strip()):
            raise refuse("a header value has only printable ASCII characters and no white space at its ends", at)
        if parameter.location == "cookie" and not parameter.is_json(plain) and not _COOKIE_VALUE.fullmatch(text):
            raise refuse('a cookie value has only printable ASCII characters but space, `"`, `,`, `;` and `\\`', at)
    if parameter.location == "path":
        if (plain == "" or (many and not plain and not parameter.is_json(plain))) and _makes_segment(template, parameter):
            raise refuse("a path parameter cannot be empty")
        if {".", ".."} & {*parameter.in_path(value).split("/")}:
            raise refuse("a path parameter cannot be '.' or '..', nor have such a segment")


def _makes_segment(template: str, parameter: Parameter) -> bool:
    """Return whether a segment of a path is nothing but parameters, of which this is one."""
    segments = [each for each in template.split("/") if f"{{{parameter.name}}}" in each]
    return any(not _IN_BRACES.sub("", each) for each in segments)


def _texts(parameter: Parameter, plain: Any) -> list[tuple[str, str]]:
    """Return each text of a parameter with its path."""
    if parameter.is_json(plain):
        return [("", parameter.in_header(plain))]  # the text of the JSON, wherever it is
    if parameter.style == "deepObject":
        return [("", "".join(parameter.in_query(plain)))]
    if parameter.location == "query" and parameter.explode and isinstance(plain, Mapping):
        return [("", "".join(parameter.in_query(plain)))]
    if isinstance(plain, Mapping):
        return [(f".{key}", text) for key, each in plain.items() for text in (str(key), scalar(each))]
    if isinstance(plain, list | tuple):
        return [(f"[{index}]", scalar(each)) for index, each in enumerate(plain)]
    return [("", scalar(plain))]


def _check_rule(operation: str, rule: Rule, by_name: Mapping[str, Parameter], values: Mapping[str, object]) -> None:
    parameter = by_name[rule.parameter]
    value = values.get(parameter.argument)
    if value is None or (rule.kind == "requires-when" and scalar(value) != rule.equals):
        return
    for name in rule.others:
        other = by_name[name]
        given = values.get(other.argument) is not None
        if given == (rule.kind == "excludes"):
            excluded = rule.kind == "excludes"
            where = parameter if excluded else other
            condition = f"{rule.parameter}={rule.equals}" if rule.kind == "requires-when" else rule.parameter
            broken = f"not together with {name}" if excluded else f"required with {condition}"
            raise InvalidRequest(
                operation=operation,
                location=where.location,
                path=f"$.{where.name}",
                rule=f"{broken}: {rule.because}",
                value=values.get(where.argument),
            )


def _children(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, msgspec.Struct | Mapping):
        yield from ((f".{name}", each) for name, each in properties(value))
    elif isinstance(value, list | tuple):
        yield from ((f"[{index}]", each) for index, each in enumerate(value))
