"""Make one document of several local files: what a document refers to in other files of its folder becomes a component of it."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

import yaml

from scripts.spec.document import Document, Json, Part, Pointer, join, read_part, references, split
from scripts.spec.finding import SpecError
from scripts.spec.objects import Object, several_of, walk

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


@dataclass(frozen=True, kw_only=True)
class _Task:
    """A value whose references have to be rewritten.

    Attributes:
        document: what it comes from.
        value: the value, as it is in the bundle.
        kind: the kind of the object that it is.
        place: where it is in the bundle.
        within: what was written in place around it.
    """

    document: Document
    value: Json
    kind: str
    place: Pointer
    within: frozenset[tuple[Path, str]] = frozenset()


class _Bundler:
    def __init__(self, document: Document) -> None:
        self.root = document
        self.folder = document.path.resolve().parent
        self.data = deepcopy(document.data)
        self.parts: dict[Pointer, Part] = {}
        self.unread: dict[str, str] = {}
        self.files: dict[Path, Document] = {document.path.resolve(): document}
        self.names: dict[tuple[Path, str, str], str] = {}
        self.anchors: dict[Path, dict[str, str]] = {}
        self.todo: list[_Task] = []

    def run(self) -> Document:
        self._put_lists_in()
        components = self.data.get("components")
        self._rewrite(_Task(document=self.root, value=components, kind="components", place=("components",)))  # which have names
        self._rewrite(_Task(document=self.root, value=self.data, kind="document", place=()))
        while self.todo:
            self._rewrite(self.todo.pop(0))
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
                listed = value if len(pointer) == 1 else {pointer[-1]: value}
                self._rewrite(_Task(document=found[0], value=listed, kind=kind, place=pointer[:1]))

    def _rewrite(self, task: _Task) -> None:
        """Let all references in a value that comes from a document lead to components of the bundle."""
        if not isinstance(task.value, dict):
            return
        document = task.document
        things = list(walk(replace(document, data=task.value), kind=task.kind))
        for thing in things:
            target = thing.value.get("$ref")
            if isinstance(target, str) and (found := self._found(document, target)) is not None:
                self._refer(thing, task, found)
            mapping: Json = thing.value.get("mapping") if thing.kind == "discriminator" else None
            for name, each in mapping.items() if isinstance(mapping, dict) else ():
                if "#" in str(each) or str(each).endswith((".yaml", ".yml", ".json")):
                    target_of_it = self._found(document, str(each))
                    mapping[name] = each if target_of_it is None else self._component("schema", target_of_it)
        for thing in things:
            self._put_several_in(thing, task)

    def _put_several_in(self, thing: Object, task: _Task) -> None:
        """Write out a reference where a thing has a list or a map of others, such as the parameters of an operation."""
        for field in several_of(thing.kind):
            value = thing.value.get(field)
            target = value.get("$ref") if isinstance(value, dict) else None
            found = self._found(task.document, target) if isinstance(target, str) and target[:1] != "#" else None
            if found is not None:
                thing.value[field] = deepcopy(found[0].get(found[1]))
                place = (*task.place, *thing.pointer)
                self.parts[*place, field] = Part(found[0], split(found[1]))
                inner = {field: thing.value[field]}
                self.todo.append(_Task(document=found[0], value=inner, kind=thing.kind, place=place))

    def _refer(self, thing: Object, task: _Task, found: tuple[Document, str]) -> None:
        document, fragment = found
        value = thing.value
        place = (*task.place, *thing.pointer)
        if document is not self.root and self._is_name_of(value, place, found):
            self._write_in(value, place, thing.kind, found, task)
        elif thing.kind in _SECTIONS:
            value["$ref"] = self._component(thing.kind, found)
        elif document is self.root:
            value["$ref"] = fragment
        else:  # a thing without a section for it: it is written where it is
            target, key = document.get(fragment), (document.path, fragment)
            if key in task.within or not isinstance(target, dict):
                self.unread[value["$ref"]] = f"{value['$ref']!r} leads back to itself, or to nothing; let it end at a definition"
                return
            self._write_in(value, place, thing.kind, found, task)

    def _is_name_of(self, value: Json, place: Pointer, found: tuple[Document, str]) -> bool:
        """Return whether something is a component that only gives a name to what is in another file, and notes the name."""
        key = found[0].path.resolve(), found[1], str(place[1]) if len(place) == 3 else ""
        target = found[0].get(found[1])
        is_name = len(place) == 3 and place[0] == "components" and place[1] in _SECTIONS.values() and value.keys() == {"$ref"}
        if not is_name or key in self.names or not isinstance(target, dict) or "$ref" in target:
            return False
        self.names[key] = str(place[2])
        return True

    def _write_in(self, value: Json, place: Pointer, kind: str, found: tuple[Document, str], task: _Task) -> None:
        """Write what a reference leads to where the reference is."""
        document, fragment = found
        del value["$ref"]
        beside = dict(value)
        target = deepcopy(document.get(fragment))
        value.clear()
        value.update({**target, **beside})
        if isinstance(target.get("parameters"), list) and isinstance(beside.get("parameters"), list):
            value["parameters"] = [*target["parameters"], *beside["parameters"]]  # of a path
        self.parts[place] = Part(document, split(fragment))
        within = task.within | {(document.path, fragment)}
        self.todo.append(_Task(document=document, value=value, kind=kind, place=place, within=within))

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
            self.todo.append(_Task(document=document, value=named[name], kind=kind, place=("components", section, name)))
        return join("components", section, self.names[key])

    def _found(self, document: Document, target: str) -> tuple[Document, str] | None:
        """Return the document and the fragment that a reference in a document leads to, or None if it is not followed."""
        file, _, fragment = target.partition("#")
        if file and file == self.root.data.get("$self"):
            other: Document | None = self.root
        else:
            other = document if not file else self._file(document, target, unquote(file))
        if other is None:
            return None
        pointer = f"#{fragment}"
        whole = replace(other, data=self.data) if other is self.root else other  # with what it lists in other files
        if not whole.has(pointer) and whole.has(unquote(pointer)):
            pointer = unquote(pointer)
        if not whole.has(pointer) and (file or other is not self.root):
            if other.path not in self.anchors:
                self.anchors[other.path] = _anchors(whole.data)
            pointer = self.anchors[other.path].get(unquote(fragment), pointer)
        if not whole.has(pointer):
            self.unread[target] = f"{target!r} is not in {other.path.name}; define it there or correct the name"
            return None
        return other, pointer

    def _file(self, document: Document, target: str, file: str) -> Document | None:
        try:
            path = (document.path.parent / file).resolve()
            is_file = path.is_file()
        except (OSError, RuntimeError, ValueError):  # no name of a file, or links that lead to each other
            path, is_file = self.folder, False
        if "://" in file or file.startswith("//"):
            self.unread[target] = f"{target!r} is a URL, and nothing is downloaded; save it beside the document"
        elif not path.is_relative_to(self.folder):
            self.unread[target] = f"{target!r} is outside of the document's folder; move it there"
        elif not is_file:
            self.unread[target] = f"{target!r} is not a file; correct the name"
        elif path not in self.files and len(self.files) >= _MOST_FILES:
            self.unread[target] = f"{target!r} is one of more than {_MOST_FILES} files; bundle the document by another tool"
        else:
            return self.files.get(path) or self._read(path, target)
        return None

    def _read(self, path: Path, target: str) -> Document | None:
        try:
            self.files[path] = read_part(self.root.path.parent / path.relative_to(self.folder))
        except SpecError as error:
            first = error.findings[0]
            self.unread[target] = f"{target!r} cannot be read: line {first.line}: {first.rule}: {first.advice}"
            return None
        return self.files[path]


def _anchors(data: Json) -> dict[str, str]:
    """Return the JSON pointers of the schemas of a file that have names, by name."""
    found: dict[str, str] = {}
    todo: list[tuple[Pointer, Json]] = [((), data)]
    for pointer, value in todo:  # which grows
        for key in ("$anchor", "$dynamicAnchor") if isinstance(value, dict) else ():
            if isinstance(value.get(key), str):
                found.setdefault(value[key], join(*pointer))
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        todo += [((*pointer, key), child) for key, child in items]
    return found


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
