"""Write paths, methods and statuses of a foreign document as OpenAPI does, where it is plain what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import NoneType

from scripts.generate.parse.api import Refuse
from scripts.generate.text.names import unique
from scripts.spec.document import METHODS, Json, join, references

_RANGE = re.compile(r"[1-5][xX][xX]")


def write_as_openapi_does(data: Json, note: Refuse) -> None:
    """Correct the keys of a document that has paths and components, with a note.

    Extensions among them say nothing that is generated.
    """
    paths: dict[str, Json] = data["paths"]
    for key in [key for key in paths if key.startswith("x-")]:
        del paths[key]
    for key in list(paths):
        path = _path(paths, key, note)
        item = paths[path] = paths.pop(key)
        for name in list(item) if isinstance(item, dict) else ():
            method = name.lower()
            if method != name and method in METHODS and method not in item:
                item[method] = item.pop(name)
                note(("paths", path), "structure", f"the method {name!r} is read as {method!r}")
    for responses in _responses(data):
        for status in list(responses):
            if status.startswith("x-"):
                del responses[status]
            elif _RANGE.fullmatch(status) and status.upper() not in responses:
                responses[status.upper()] = responses.pop(status)
    _adopt_definitions(data, note)
    _only_objects(data.get("components"), note)


def as_query(parameter: Json) -> None:
    """Write a parameter that is the whole query, as OpenAPI 3.2 has it, as the properties of an object in the query.

    One that is not a form stays as it is, and its operation is left out.
    """
    if parameter.get("schema") and parameter.get("content"):
        del parameter["content"]  # which of both is meant is not known; a schema is more common
    contents = parameter.get("content")
    form = contents.get("application/x-www-form-urlencoded") if isinstance(contents, dict) else None
    if parameter.get("in") == "querystring" and isinstance(form, dict):
        del parameter["content"]
        parameter |= {"in": "query", "style": "form", "explode": True, "schema": form.get("schema", {})}
    elif parameter.get("in") == "cookie" and parameter.get("style") == "cookie":
        parameter["style"] = "form"  # cookies are never percent-encoded here


def _path(paths: Json, key: str, note: Refuse) -> str:
    """Return a path with a slash in front; one that is there with a slash, too, stays as it is, and is left out later."""
    if key.startswith("/") or f"/{key}" in paths:
        return key
    note(("paths",), "structure", f"the path {key!r} has no slash in front; it is read as {'/' + key!r}")
    return f"/{key}"


def _adopt_definitions(data: Json, note: Refuse) -> None:
    """Make components of the schemas that are beside them, as in documents of JSON Schema."""
    for key in ("definitions", "$defs"):
        found = data.get(key)
        components = data.setdefault("components", {})
        schemas = components.setdefault("schemas", {}) if isinstance(components, dict) else None
        if not isinstance(found, dict) or not isinstance(schemas, dict):
            continue
        note((key,), "structure", f"{key!r} is not allowed here; the schemas are read as components")
        taken = {*schemas}
        moved = {join(key, name): unique(name, taken) for name in found}
        schemas |= dict(zip(moved.values(), data.pop(key).values(), strict=True))
        for pointer, target in list(references(data)):
            whole = next((each for each in moved if target == each or target.startswith(f"{each}/")), None)
            if whole is not None:
                holder = data
                for part in pointer[:-1]:
                    holder = holder[part]
                holder["$ref"] = join("components", "schemas", moved[whole]) + target.removeprefix(whole)


def _only_objects(components: Json, note: Refuse) -> None:
    """Remove components that have no name, or are no objects, such as a `$ref`, which has no meaning there."""
    for section, things in components.items() if isinstance(components, dict) else ():
        for name in list(things) if isinstance(things, dict) and not section.startswith("x-") else ():
            if not name or not isinstance(things[name], dict | bool | NoneType):
                said = f"{name!r} is not an object" if name else "a component has no name"
                note(("components", section, name), "structure", f"{said}; it is ignored")
                del things[name]


def _responses(data: Json) -> Iterator[dict[str, Json]]:
    for item in data["paths"].values():
        for method in METHODS if isinstance(item, dict) else ():
            operation = item.get(method)
            if isinstance(operation, dict) and isinstance(operation.get("responses"), dict):
                yield operation["responses"]
