"""Choose what an example prints of a result: what is always there, and what a caller has to look into."""

from __future__ import annotations

import types
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import structs

from scripts.generate.parse.api import ApiOperation
from scripts.generate.types.loading import Package
from scripts.runtime.behaviour import Behaviour, Rejections

_MOST = 3


def printing(operation: ApiOperation, behaviour: Behaviour, package: Package) -> list[str]:
    """Return lines of Python that print something of `result`; none where an operation has no result."""
    kinds = results(operation, package)
    if not kinds:
        return []
    is_stream = any(content.stream is not None for response in operation.successes for content in response.contents)
    if len(kinds) > 1 or is_stream or not all(response.contents for response in operation.successes):
        return ["print(result)"]
    kind, rejections = kinds[0], behaviour.chunking.rejections if behaviour.chunking is not None else None
    if rejections is not None and not rejections.items.path:
        return [f"print(result)  # {_meaning(behaviour, rejections)}"]
    if get_origin(kind) is list:
        return _loop("result", kind)
    lines = _leaves("result", kind)
    shown = [f"print({', '.join(lines)})"] if lines else []
    if rejections is not None:
        shown += _listed(kind, behaviour, rejections)
    elif _is_struct(kind):
        lists = (each for each in structs.fields(kind) if each.required and get_origin(_bare(each.type)) is list)
        shown += next((_loop(f"result.{each.name}", _bare(each.type)) for each in lists), [])
    return shown or ["print(result)"]


def results(operation: ApiOperation, package: Package) -> list[Any]:
    """Return the types of the bodies that an operation can return."""
    contents = [content for response in operation.successes for content in response.contents]
    return [str if content.schema is None else package.type_of(content.schema) for content in contents]


def attribute(kind: Any, wire_names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the attributes that lead to a value in a model, or None where they cannot be named."""
    found = _walk(kind, wire_names)
    return None if found is None else tuple(name for name, _ in found[0])


def _meaning(behaviour: Behaviour, rejections: Rejections) -> str:
    """Return what a list of items means, in a few words."""
    if rejections.status is not None:
        return "the status says the outcome of each item"
    is_conditional = behaviour.confirmation is not None and behaviour.confirmation.conditions
    return f"what is not listed has succeeded{', if the response says so' if is_conditional else ''}"


def _listed(kind: Any, behaviour: Behaviour, rejections: Rejections) -> list[str]:
    """Return lines that print what is listed; none where the list cannot be named."""
    found = _walk(kind, rejections.items.path)
    if found is None:
        return []
    path, element = found
    places = [".".join(["result", *(name for name, _ in path[:end])]) for end in range(1, len(path) + 1)]
    checked = [place for place, (_, optional) in zip(places[:-1], path[:-1], strict=True) if optional]
    inner = get_args(_bare(element))[-1:]  # of a map, the type of its values
    is_map = rejections.key is None and rejections.index is None
    named = (rejections.key, rejections.store, rejections.index, rejections.status, rejections.reason)
    parts = [attribute(inner[0], each) for each in named if each is not None] if inner else []
    shown = ", ".join(".".join(("each", *part)) for part in parts if part is not None) or "each"
    name = "refused" if rejections.status is None else "listed"
    loop = f"for key, each in ({name} or {{}}).items()" if is_map else f"for each in {name} or []"
    return [
        f"{name} = {' and '.join([*checked, places[-1]])}",
        f"{loop}:  # {_meaning(behaviour, rejections)}",
        f"    print({'key, ' if is_map else ''}{shown})",
    ]


def _walk(kind: Any, wire_names: tuple[str, ...]) -> tuple[list[tuple[str, bool]], Any] | None:
    path = []
    for wire_name in wire_names:
        kind = _bare(kind)
        if not _is_struct(kind):
            return None
        found = next((each for each in structs.fields(kind) if each.encode_name == wire_name), None)
        if found is None:
            return None
        path.append((found.name, not found.required or _bare(found.type) is not found.type))
        kind = found.type
    return path, kind


def _loop(place: str, kind: Any) -> list[str]:
    inner = get_args(kind)
    shown = _leaves("each", _bare(inner[0])) if inner else []
    return [f"for each in {place}:", f"    print({', '.join(shown) or 'each'})"]


def _leaves(place: str, kind: Any) -> list[str]:
    """Return the scalars of a model that are always there, also those one model below; or its first scalar."""
    if not _is_struct(kind):
        return []
    fields = structs.fields(kind)
    found: list[str] = []
    for each in fields:
        if each.required and _is_scalar(each.type):
            found.append(f"{place}.{each.name}")
        elif each.required and _is_struct(_bare(each.type)) and _bare(each.type) is not kind:
            found += _first(f"{place}.{each.name}", _bare(each.type))
    return found[:_MOST] or _first(place, kind)


def _first(place: str, kind: Any) -> list[str]:
    scalars = [each for each in structs.fields(kind) if _is_scalar(each.type)]
    return [f"{place}.{each.name}" for each in sorted(scalars, key=lambda each: not each.required)[:1]]


def _is_scalar(kind: Any) -> bool:
    bare = _bare(kind)
    return bare in (str, int, float, bool) or (isinstance(bare, type) and issubclass(bare, Enum))


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _bare(kind: Any) -> Any:
    """Return a type without null, absence and constraints; a union of several others stays one."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        left = [each for each in get_args(kind) if each not in (type(None), msgspec.UnsetType)]
        return _bare(left[0]) if len(left) == 1 else kind
    return kind
