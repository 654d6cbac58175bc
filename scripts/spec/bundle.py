"""Make one document of several local files: what a document refers to in other files of its folder becomes a component of it."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import yaml

from scripts.spec.document import Document, Json, Part, Pointer, join, read, references, split
from scripts.spec.objects import walk

_SECTIONS = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "request-body": "requestBodies",
    "header": "headers",
    "security-scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
}
_MOST_FILES = 1000


def bundled(document: Document) -> Document:
    """Return a document with all that it refers to in other files; itself, if that is nothing.

    Only files in the folder of the document and below it are read. A reference that leads elsewhere stays, and `unread` of the
    document says why.

    Raises:
        SpecError: a file cannot be read.
    """
    if all(target.startswith("#") for _, target in references(document.data)) and not _listed(document.data):
        return document
    return _Bundler(document).run()


class _Bundler:
    def __init__(self, document: Document) -> None:
        self.root = document
        self.folder = document.path.resolve().parent
        self.data = deepcopy(document.data)
        self.parts: dict[Pointer, Part] = {}
        self.unread: dict[str, str] = {}
        self.files: dict[Path, Document] = {document.path.resolve(): document}
        self.names: dict[tuple[Path, str, str], str] = {}
        self.todo: list[tuple[Document, Json, str]] = []

    def run(self) -> Document:
        self._put_lists_in()
        self._rewrite(self.root, self.data, "document")
        while self.todo:
            self._rewrite(*self.todo.pop(0))
        text = (
            json.dumps(self.data, indent=2, ensure_ascii=False)
            if self.root.path.suffix == ".json"
            else yaml.dump(self.data, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)
        )
        return replace(self.root, data=self.data, parts=self.parts, whole=text, unread=self.unread)

    def _put_lists_in(self) -> None:
        """Replace references where a document lists its paths or components, which are names and no objects of their own."""
        for pointer in _listed(self.data):
            holder: Json = self.data
            for part in pointer[:-1]:
                holder = holder[part]
            found = self._found(self.root, holder[pointer[-1]]["$ref"])
            if found is not None:
                holder[pointer[-1]] = deepcopy(found[0].get(found[1]))
                self.parts[pointer] = Part(found[0], split(found[1]))
                kind = "paths" if pointer == ("paths",) else "components"
                value = holder[pointer[-1]]
                self._rewrite(found[0], value if kind == "paths" or len(pointer) == 1 else {pointer[-1]: value}, kind)

    def _rewrite(self, document: Document, value: Json, kind: str) -> None:
        """Let all references in a value that comes from a document lead to components of the bundle."""
        if not isinstance(value, dict):
            return
        whole = replace(document, data=value)
        for thing in list(walk(whole, kind=kind)):
            target = thing.value.get("$ref")
            if isinstance(target, str) and (found := self._found(document, target)) is not None:
                self._refer(thing.value, thing.pointer, thing.kind, found)
            mapping: Json = thing.value.get("mapping") if thing.kind == "discriminator" else None
            for name, each in mapping.items() if isinstance(mapping, dict) else ():
                if "#" in str(each) or str(each).endswith((".yaml", ".yml", ".json")):
                    target_of_it = self._found(document, str(each))
                    mapping[name] = each if target_of_it is None else self._component("schema", target_of_it)

    def _refer(self, value: Json, pointer: Pointer, kind: str, found: tuple[Document, str]) -> None:
        if kind in _SECTIONS:
            value["$ref"] = self._component(kind, found)
        elif found[0] is not self.root:  # a thing without a section for it: it is written where it is
            target = deepcopy(found[0].get(found[1]))
            del value["$ref"]
            if isinstance(target, dict):
                value |= {**target, **value}
                self.parts[pointer] = Part(found[0], split(found[1]))
                self.todo.append((found[0], value, kind))

    def _component(self, kind: str, found: tuple[Document, str]) -> str:
        document, fragment = found
        if document is self.root:
            return fragment
        section = _SECTIONS[kind]
        key = document.path.resolve(), fragment, section
        if key not in self.names:
            named = self.data.setdefault("components", {}).setdefault(section, {})
            wanted = split(fragment)[-1] if split(fragment) else document.path.stem
            name, number = wanted, 2
            while name in named:
                name, number = f"{wanted}{number}", number + 1
            named[name] = deepcopy(document.get(fragment))
            self.names[key] = name
            self.parts["components", section, name] = Part(document, split(fragment))
            self.todo.append((document, named[name], kind))
        return join("components", section, self.names[key])

    def _found(self, document: Document, target: str) -> tuple[Document, str] | None:
        """Return the document and the fragment that a reference in a document leads to, or None if it is not followed."""
        file, _, fragment = target.partition("#")
        other = document if not file else self._file(document, target, unquote(file))
        if other is None:
            return None
        pointer = f"#{fragment}"
        if not other.has(pointer) and other.has(unquote(pointer)):
            pointer = unquote(pointer)
        if not other.has(pointer):
            self.unread[target] = f"{target!r} is not in {other.path.name}; define it there or correct the name"
            return None
        return other, pointer

    def _file(self, document: Document, target: str, file: str) -> Document | None:
        path = (document.path.parent / file).resolve()
        if "://" in file or file.startswith("//"):
            self.unread[target] = f"{target!r} is a URL, and nothing is downloaded; save it beside the document"
        elif not path.is_relative_to(self.folder):
            self.unread[target] = f"{target!r} is outside of the document's folder; move it there"
        elif not path.is_file():
            self.unread[target] = f"{target!r} is not a file; correct the name"
        elif path not in self.files and len(self.files) >= _MOST_FILES:
            self.unread[target] = f"{target!r} is one of more than {_MOST_FILES} files; bundle the document by another tool"
        else:
            if path not in self.files:
                self.files[path] = read(self.root.path.parent / path.relative_to(self.folder))
            return self.files[path]
        return None


def _listed(data: Json) -> list[Pointer]:
    """Return where a document refers to another file instead of listing its paths or components."""
    components = data.get("components")
    inner = [("components", section) for section in components] if isinstance(components, dict) else []
    places: list[Pointer] = [("paths",), ("components",), *inner]
    found = []
    for place in places:
        value = data
        for part in place:
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, dict) and isinstance(value.get("$ref"), str) and not value["$ref"].startswith("#"):
            found.append(place)
    return found
