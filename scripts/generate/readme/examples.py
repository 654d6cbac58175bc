"""Write the documented example of a request as the arguments of a call, in Python.

Of several documented examples the shortest is taken that the generated client sends as it is documented; one that holds a
placeholder, such as the word `string` that tools put where a text belongs, only if there is no other. An argument that the document
has no example for is left out where it is optional. Where a required one or the body has none, or where the client refuses the
example, there is no sample. So every sample that is shown has been built by the generated code.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from math import isfinite
from typing import Any

import msgspec

from scripts.generate.parse.api import Api, ApiContent, ApiOperation, ApiParameter
from scripts.generate.render.arguments import is_at
from scripts.generate.render.behaviour import idempotency_key
from scripts.generate.text.escapes import literal
from scripts.generate.types.loading import Package
from scripts.spec.document import Json, join

_SECONDS = 2  # of the processor, for the check of an example
_PLACEHOLDERS = {"string", "str", "text"}
_LONG = 72


class EndlessError(Exception):
    """An example takes too long to check: some patterns need exponential time."""


class UnwritableError(Exception):
    """A value has no source in Python that a reader would write."""


def _converted(package: Package, value: Json, kind: Any) -> Any:
    try:
        return package.decoding.convert(value, kind)
    except (msgspec.ValidationError, AttributeError) as error:  # the latter for a file, which nothing reads
        raise UnwritableError(str(error)) from error


def _fields(package: Package, value: msgspec.Struct) -> dict[str, str]:
    """Return the fields of a model, by attribute, as Python."""
    given = {name: getattr(value, name) for name in value.__struct_fields__}
    return {name: _written(package, each) for name, each in given.items() if each is not msgspec.UNSET}


def _written(package: Package, value: Any) -> str:
    kind = type(value)
    if isinstance(value, msgspec.Struct | Enum) and getattr(package.models, kind.__name__, None) is not kind:
        raise UnwritableError(f"{kind.__name__} is not a model")
    if isinstance(value, Enum):
        known = value.name in kind.__members__ and str(value.name).isidentifier()
        return f"models.{kind.__name__}.{value.name}" if known else literal(value.value)
    if isinstance(value, msgspec.Struct):
        fields = (f"{name}={text}" for name, text in _fields(package, value).items())
        return f"models.{kind.__name__}({joined(fields)})"
    if kind is list:
        return f"[{joined(_written(package, each) for each in value)}]"
    if kind is dict:
        return f"{{{joined(f'{_written(package, key)}: {_written(package, each)}' for key, each in value.items())}}}"
    if value is None or kind in (bool, int, str) or (kind is float and isfinite(value)):
        return literal(value)
    raise UnwritableError(f"no source for a {kind.__name__}")


def joined(parts: Iterable[str]) -> str:
    """Join elements or arguments; what is long ends with a comma, for which a formatter puts each on a line of its own."""
    text = ", ".join(parts)
    return f"{text}," if len(text) > _LONG else text


def sample(api: Api, operation: ApiOperation, fields: Collection[str], package: Package) -> str | None:
    """Return the arguments of a documented example of an operation's request; None if there is none that the client sends.

    Args:
        api: the API.
        operation: the operation.
        fields: fields of the body that may be given instead of it.
        package: the generated package.

    Raises:
        EndlessError: a pattern of the document does not come to an end with its example.
    """
    required: list[tuple[str, str]] = []
    optional: list[tuple[str, str]] = []
    key = idempotency_key(operation)
    for each in operation.parameters:
        if is_at(key, each):
            continue  # a program that is copied would send the same one each time
        written = _parameter(api, each, package)
        if written is not None:
            (required if each.required else optional).append((each.argument, written))
        elif each.required:
            return None
    for body in _of_body(api, operation) if operation.bodies else [None]:
        # Optional parameters that exclude each other may each have an example.
        for arguments in ([*required, *optional], required):
            try:
                sent = _body(operation.bodies[0], body, fields, package) if operation.bodies else []
            except UnwritableError:
                break
            found = joined(f"{name}={value}" for name, value in (*arguments, *sent))
            if _is_sent(operation, found, package, body):
                return found
    return None


def examples(api: Api, holder: Mapping[str, Json], schema: Json) -> list[Json]:
    """Return the documented examples of a parameter or media type, the most useful first: its own, then those of its schema."""
    own = [holder["example"]] if "example" in holder else []
    own += [each["value"] for each in holder.get("examples", {}).values() if isinstance(each, dict) and "value" in each]
    seen: set[str] = set()
    while isinstance(schema, dict) and "$ref" in schema and not schema.keys() & {"example", "examples"}:
        if schema["$ref"] in seen:
            break
        seen.add(schema["$ref"])
        schema = api.document.resolved.get(schema["$ref"])
    if isinstance(schema, dict) and not own:
        own = [schema["example"]] if "example" in schema else [*schema.get("examples", ())]
    return sorted(own, key=lambda each: (_has_placeholder(each), len(json.dumps(each))))


def _parameter(api: Api, parameter: ApiParameter, package: Package) -> str | None:
    holder = api.document.resolved.get(join(*parameter.pointer))
    content: Mapping[str, Json] = next(iter(holder.get("content", {}).values()), {})
    given = content or holder
    # An optional parameter is shown only where it has an example of its own: that of its type says nothing of this request.
    schema = given.get("schema") if parameter.required else None
    found = examples(api, given, schema)
    if not found and parameter.required:
        found = [parameter.schema["const"]] if "const" in parameter.schema else []
        found += [] if parameter.default is None else [parameter.default]
    for value in found:
        try:
            return _written(package, _converted(package, value, package.type_of(parameter.schema)))
        except UnwritableError:
            continue
    return None


def _of_body(api: Api, operation: ApiOperation) -> list[Json]:
    sent = operation.bodies[0].media_type
    contents: Mapping[str, Mapping[str, Json]] = operation.data["requestBody"]["content"]
    content = contents.get(sent) or next(iter(contents.values()))
    return examples(api, content, content.get("schema"))


def _body(content: ApiContent, value: Json, fields: Collection[str], package: Package) -> list[tuple[str, str]]:
    if content.schema is not None:
        model = _converted(package, value, package.type_of(content.schema))
        given = _fields(package, model) if fields else {}
        return [*given.items()] if given and {*fields}.issuperset(given) else [("body", _written(package, model))]
    if content.media_type.startswith("text/") and isinstance(value, str):
        return [("body", literal(value))]
    raise UnwritableError("bytes have no example in a document")


def _is_sent(operation: ApiOperation, arguments: str, package: Package, body: Json) -> bool:
    """Return whether the client builds the request, and whether the body is that of the document."""
    module = package.load(f"api.{operation.tag}.{operation.name}")
    try:
        with _bounded():
            request = eval(f"request({arguments})", {"request": module.request, "models": package.models})  # noqa: S307 - made above
    except (ValueError, TypeError):
        return False
    if not operation.bodies or operation.bodies[0].form is not None or operation.bodies[0].schema is None:
        return True
    return bool(json.loads(request.content) == body)


@contextmanager
def _bounded() -> Iterator[None]:
    """Raise EndlessError where the check of an example takes long; only the main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(*_: object) -> None:
    raise EndlessError


def _has_placeholder(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_has_placeholder, value.values()))
    if isinstance(value, list):
        return any(map(_has_placeholder, value))
    return isinstance(value, str) and value.lower() in _PLACEHOLDERS
