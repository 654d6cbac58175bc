"""Generic schemas: a `$dynamicRef` leads to what the schema that uses them has given the name, by `$dynamicAnchor`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import deepcopy
from urllib.parse import urldefrag

from scripts.generate.parse.schemas.references import reachable
from scripts.generate.text.names import unique
from scripts.spec.document import SCHEMAS, Document, Json, Pointer, join, references, split

Target = Callable[[Pointer, Json], Pointer | None]
"""Returns where a `$ref` leads that a schema at a pointer has; None if that is nothing."""
_MOST_COPIES = 200
_NAMES = ("$id", "$anchor", "$dynamicAnchor")
_BESIDE = frozenset(["$ref", "$defs", "$comment", "title", "description", *_NAMES])


def bind_dynamic_references(document: Document, schemas: Mapping[Pointer, Json], resources: set[Pointer], target: Target) -> None:
    """Let each schema that uses a generic one refer to a copy of it, a component, which has its own schemas in the places of names.

    Args:
        document: it is changed.
        schemas: all schemas of the document.
        resources: those that have an `$id`. They are scopes of names, as are all schemas that are in no other one.
        target: where a reference leads.
    """
    anchors = [schema["$dynamicAnchor"] for schema in schemas.values() if isinstance(schema.get("$dynamicAnchor"), str)]
    if len(anchors) > len({*anchors}):  # otherwise each name means one schema
        _Binder(document, schemas, resources, target).run()


class _Binder:
    """Makes the copies, one for each generic schema and what its names are bound to; a scope is a schema with names of its own."""

    def __init__(self, document: Document, schemas: Mapping[Pointer, Json], resources: set[Pointer], target: Target) -> None:
        self.document = document
        self.schemas = schemas
        self.resources = resources
        self.target = target
        self.components: Json = document.data.setdefault("components", {}).setdefault("schemas", {})
        self.taken = {*self.components}
        self.copies: dict[tuple[Pointer, tuple[tuple[str, Pointer], ...]], Pointer] = {}
        self.anchors: dict[Pointer, dict[str, Pointer]] = defaultdict(dict)
        self.inside: dict[Pointer, list[Pointer]] = defaultdict(list)
        self.names: dict[Pointer, set[str]] = defaultdict(set)
        self.users: dict[Pointer, set[Pointer]] = defaultdict(set)
        for pointer, schema in schemas.items():
            scope = self._scope(pointer)
            self.inside[scope].append(pointer)
            if isinstance(schema.get("$dynamicAnchor"), str):
                self.anchors[scope][schema["$dynamicAnchor"]] = pointer
            if (name := _dynamic_name(schema)) is not None:
                self.names[scope].add(name)
            if (found := target(pointer, schema.get("$ref"))) is not None:
                self.users[scope].add(self._scope(found))

    def run(self) -> None:
        """Rewrite all references; copies are made of schemas as they were."""
        changes = []
        for pointer, schema in self.schemas.items():
            scope = self._scope(pointer)
            own = self.anchors[scope].get(_dynamic_name(schema) or "")
            found = self.target(pointer, schema.get("$ref"))
            if found is not None and self._scope(found) != scope:
                own = self._bound(found, self.anchors[scope]) or own
            if own is not None:
                changes.append((schema, own))
        for schema, pointer in changes:
            schema.pop("$dynamicRef", None)
            schema["$ref"] = join(*pointer)
        self._name_copies()

    def _name_copies(self) -> None:
        """Let a component that is nothing but a copy be it, so that the copy has the name that the document gives."""
        copies = {join(*place): str(place[2]) for place in self.copies.values()}
        renamed: dict[str, str] = {}
        for name, schema in self.components.items():
            while isinstance(schema, dict) and schema.get("$ref") in copies and schema.keys() <= _BESIDE:
                target = copies.pop(schema["$ref"])
                copy = self.components[target]
                own, others = schema.pop("$defs", {}), copy.get("$defs", {})
                del schema["$ref"]
                schema |= {**copy, **schema, **({"$defs": {**others, **own}} if own or others else {})}
                renamed[target] = name
        for target in renamed:
            del self.components[target]
        for pointer, target in list(references(self.document.data)):
            parts = split(target) if target.startswith(SCHEMAS) else ()
            if parts[2:3] and parts[2] in renamed:
                self.document.get(join(*pointer[:-1]))["$ref"] = join(*parts[:2], renamed[parts[2]], *parts[3:])

    def _scope(self, pointer: Pointer) -> Pointer:
        around = [pointer[:end] for end in range(len(pointer), 0, -1) if pointer[:end] in self.schemas]
        return next((each for each in around if each in self.resources), around[-1] if around else pointer)

    def _bound(self, pointer: Pointer, names: Mapping[str, Pointer]) -> Pointer | None:
        """Return where a schema is in the copy of its scope that has names bound; None if it needs none of them."""
        scope = self._scope(pointer)
        needed = {name for each in reachable([scope], lambda each: self.users[each]) for name in self.names[each]}
        key = scope, tuple(sorted((name, where) for name, where in names.items() if name in needed))
        if not key[1] or (key not in self.copies and len(self.copies) >= _MOST_COPIES):
            return None
        if key not in self.copies:
            used_by = next(where for name, where in key[1])
            of = used_by[2] if used_by[:2] == ("components", "schemas") else ""
            self.copies[key] = ("components", "schemas", unique(f"{scope[-1]}{of}", self.taken))
            self._copy(scope, self.copies[key], {**self.anchors[scope], **names})
        return (*self.copies[key], *pointer[len(scope) :])

    def _copy(self, scope: Pointer, place: Pointer, names: Mapping[str, Pointer]) -> None:
        self.components[place[2]] = deepcopy(self.document.get(join(*scope)))
        for pointer in self.inside[scope]:
            schema = self.document.get(join(*place, *pointer[len(scope) :]))
            for key in _NAMES:
                schema.pop(key, None)
            name, found = _dynamic_name(schema), self.target(pointer, schema.get("$ref"))
            if name is not None and name in names:
                del schema["$dynamicRef"]
                schema["$ref"] = join(*names[name])
            elif found is not None and self._scope(found) == scope:
                schema["$ref"] = join(*place, *found[len(scope) :])
            elif found is not None:
                schema["$ref"] = join(*(self._bound(found, names) or found))


def _dynamic_name(schema: Json) -> str | None:
    target = schema.get("$dynamicRef")
    return urldefrag(target)[1] or None if isinstance(target, str) else None
