"""Parts of schemas that contain themselves: some frameworks refer to them by where they are, and a Python type needs a name."""

from __future__ import annotations

from dataclasses import replace

from scripts.generate.parse.schemas.references import reachable
from scripts.generate.text.names import class_name, unique, words
from scripts.spec.document import SCHEMAS, Document, Json, Part, Pointer, join, references, split
from scripts.spec.objects import walk

_NAMING = frozenset(["properties", "$defs", "definitions", "patternProperties"])


def with_named_circles(document: Document) -> Document:
    """Return a document in which each schema that contains itself is a component, which what it was refers to.

    The data is changed.
    """
    found = _circles(document)
    if not found:
        return document
    components: Json = document.data.setdefault("components", {}).setdefault("schemas", {})
    taken = {*components}
    moved: dict[Pointer, str] = {}
    # What is inside comes first, as its place changes with that around it.
    for place in sorted(found, key=lambda each: (-len(each), each)):
        holder = document.get(join(*place[:-1]))
        key = int(place[-1]) if isinstance(holder, list) else place[-1]
        moved[place] = unique(_name(place), taken)
        components[moved[place]] = holder[key]
        holder[key] = {"$ref": f"{SCHEMAS}{moved[place]}"}
    for pointer, target in list(references(document.data)):
        parts = split(target) if target.startswith("#/") else ()
        length = next((length for length in range(len(parts), 0, -1) if parts[:length] in moved), None)
        if length is not None:
            document.get(join(*pointer[:-1]))["$ref"] = join("components", "schemas", moved[parts[:length]], *parts[length:])
    parts_of: dict[Pointer, Part] = {("components", "schemas", name): Part(document, place) for place, name in moved.items()}
    return replace(document, parts={**document.parts, **parts_of})


def _circles(document: Document) -> list[tuple[str, ...]]:
    """Return where schemas are that have no name and lead back to themselves."""
    leading = [(tuple(map(str, pointer)), split(target)) for pointer, target in references(document.data) if target[:2] == "#/"]
    targets = {target for _, target in leading if len(target) > 3}
    schemas = {tuple(map(str, thing.pointer)): thing.value for thing in walk(document) if thing.kind == "schema"} if targets else {}
    nameless = targets & schemas.keys()
    inner: dict[tuple[str, ...], list[tuple[str, ...]]] = {place: [] for place in nameless}
    for pointer, target in leading:
        for length in range(len(pointer)) if target in nameless else ():
            if pointer[:length] in nameless:
                inner[pointer[:length]].append(target)
    # A schema that is nothing but a reference needs no name.
    return [place for place in nameless if "$ref" not in schemas[place] and place in reachable(inner[place], inner.__getitem__)]


def _name(place: tuple[str, ...]) -> str:
    """Return a name for a schema by the names in its place."""
    given = [part for index, part in enumerate(place) if index > 1 and place[index - 1] in _NAMING]
    return class_name("".join(map(words, [place[2] if place[0] == "components" else place[1], *given])))
