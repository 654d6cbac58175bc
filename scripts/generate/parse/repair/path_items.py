"""Write paths that refer to others out, such that each path has its operations itself."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from scripts.spec.document import Document, Json, Part, Pointer, join, split


def with_own_path_items(document: Document) -> Document:
    """Return a document in which no path refers to another one, or to a component.

    What a path has beside its reference is added to what it refers to: of two operations of one method its own is taken, and of
    two parameters of one name, too. A reference that leads to nothing, or back to itself, stays. The data is changed.
    """
    parts: dict[Pointer, Part] = {}
    paths: Json = document.data["paths"]
    for path, item in list(paths.items()):
        found = _followed(document, item)
        if found is None:
            continue
        target, pointer = found
        own = {key: value for key, value in item.items() if key != "$ref"}
        inherited = {key: deepcopy(value) for key, value in target.items() if key not in own}
        parts |= {("paths", path, key): Part(document, (*pointer, key)) for key in inherited}
        if isinstance(own.get("parameters"), list) and isinstance(target.get("parameters"), list):
            known = {_identity(each) for each in own["parameters"]}
            others = [deepcopy(each) for each in target["parameters"] if _identity(each) not in known]
            own["parameters"] = [*others, *own["parameters"]]
        paths[path] = {**inherited, **own}
    return replace(document, parts={**document.parts, **parts})


def _followed(document: Document, item: Json) -> tuple[Json, Pointer] | None:
    """Return the path item that another one refers to in the end, and where it is; None if it refers to none."""
    seen: set[str] = set()
    found = None
    while isinstance(item, dict) and isinstance(item.get("$ref"), str):
        target = item["$ref"]
        if target in seen or not target.startswith("#/") or not document.has(target):
            return None
        seen.add(target)
        item = document.get(target)
        found = split(target)
    return (item, found) if found is not None and isinstance(item, dict) else None


def _identity(parameter: Json) -> str:
    if not isinstance(parameter, dict) or "$ref" in parameter:
        return str(parameter)
    return join(str(parameter.get("in")), str(parameter.get("name")))
