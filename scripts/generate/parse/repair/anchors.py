"""Names that JSON Schema gives to schemas, `$id`, `$anchor` and `$dynamicAnchor`, as the JSON pointers that references lead to."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urldefrag, urljoin

from scripts.generate.parse.schemas.dynamic import bind_dynamic_references
from scripts.spec.document import Document, Json, Pointer, join, split
from scripts.spec.objects import walk

_ANCHORS = ("$anchor", "$dynamicAnchor")


def follow_anchors(document: Document) -> None:
    """Let references by a name lead to the schema that has it; those to names that no schema has stay as they are.

    A `$dynamicRef` becomes a reference, in a schema that others use in several ways as `parse.schemas.dynamic` says.
    """
    schemas = {thing.pointer: thing.value for thing in walk(document) if thing.kind == "schema"}
    if not any(schema.keys() & {"$id", *_ANCHORS} for schema in schemas.values()):
        return
    named = _Named(document, schemas)
    bind_dynamic_references(document, schemas, {*named.bases}, named.schema)
    schemas = {thing.pointer: thing.value for thing in walk(document) if thing.kind == "schema"}
    for pointer, schema in schemas.items():
        for key in ("$ref", "$dynamicRef"):
            target = schema.get(key)
            found = named.target(pointer, target, is_dynamic=key == "$dynamicRef") if isinstance(target, str) else None
            if found is not None:
                del schema[key]
                schema["$ref"] = join(*found)


class _Named:
    """The schemas of a document by their names."""

    def __init__(self, document: Document, schemas: Mapping[Pointer, Json]) -> None:
        self.document = document
        self.bases: dict[Pointer, str] = {}
        self.anchors: dict[str, list[tuple[Pointer, Pointer]]] = {}
        for pointer, schema in sorted(schemas.items(), key=lambda item: len(item[0])):
            if isinstance(schema.get("$id"), str):
                self.bases[pointer] = urldefrag(_joined(self.base(pointer), schema["$id"]))[0]
        for pointer, schema in schemas.items():
            for key in _ANCHORS:
                if isinstance(schema.get(key), str):
                    self.anchors.setdefault(schema[key], []).append((self.resource(pointer), pointer))

    def resource(self, pointer: Pointer) -> Pointer:
        """Return where the innermost schema with an `$id` is that something is in; the document, if there is none."""
        return next((pointer[:end] for end in range(len(pointer), 0, -1) if pointer[:end] in self.bases), ())

    def base(self, pointer: Pointer) -> str:
        """Return the URL that references in a schema are relative to."""
        return self.bases.get(self.resource(pointer), "")

    def schema(self, pointer: Pointer, reference: Json) -> Pointer | None:
        """Return where a `$ref` leads that a schema has, by a name or as a JSON pointer; None if that is nothing."""
        if not isinstance(reference, str):
            return None
        found = self.target(pointer, reference, is_dynamic=False)
        return split(reference) if found is None and reference.startswith("#/") and self.document.has(reference) else found

    def target(self, pointer: Pointer, reference: str, *, is_dynamic: bool) -> Pointer | None:
        """Return where a reference of a schema leads; None if it is a JSON pointer of the document, or leads to no name."""
        url, fragment = urldefrag(reference if reference.startswith("#") else _joined(self.base(pointer), reference))
        resource = self.resource(pointer) if not url else next((each for each, base in self.bases.items() if base == url), None)
        if resource is None:
            return None
        if not fragment:
            return resource or None
        if fragment.startswith("/"):
            inner = join(*resource) + fragment
            return (*resource, *split(fragment)) if resource and self.document.has(inner) else None
        anchors = self.anchors.get(fragment, [])
        same = [where for within, where in anchors if within == resource]
        if is_dynamic and len(anchors) > 1:
            return None
        return next(iter([*same, *(where for _, where in anchors)]), None)


def _joined(base: str, reference: str) -> str:
    """Return the URL of a reference; the fragment alone, if it cannot be one."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return "#"
