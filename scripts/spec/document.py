"""Read an OpenAPI document from YAML or JSON, with the line of everything in it."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from prance.util.resolver import RESOLVE_INTERNAL, RefResolver, keep_ref_on_recursion

from scripts.spec.bounds import TooLargeError, check_depth, check_size
from scripts.spec.finding import Finding, SpecError
from scripts.spec.loader import Loader, integer
from scripts.spec.positions import child_of, compose_json

Json = Any
Pointer = tuple[str | int, ...]

SCHEMAS = "#/components/schemas/"
NAMING = frozenset(
    [
        *("callbacks", "content", "encoding", "headers", "links", "parameters", "pathItems", "paths", "requestBodies"),
        *("responses", "schemas", "securitySchemes", "webhooks"),
        *("definitions", "dependentSchemas", "patternProperties", "properties", "$defs"),
    ]
)
"""Fields whose keys are names that the document gives."""
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_HIDDEN_REF = "x-scripts-hidden-ref"
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)


def join(*parts: str | int) -> str:
    """Write path parts as a JSON pointer in URI fragment form, such as `#/paths/~1items/get`."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def split(pointer: str) -> tuple[str, ...]:
    """Read a JSON pointer, with or without the leading `#`, into its parts.

    Raises:
        ValueError: it is not a JSON pointer.
    """
    text = pointer.removeprefix("#")
    if text and not text.startswith("/"):
        raise ValueError(f"{pointer!r} is not a JSON pointer: it has to begin with '/' or '#/'")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


@dataclass(frozen=True)
class Document:
    """An OpenAPI document: its data, and the line of everything in its file.

    Attributes:
        path: its file.
        text: the text of its file.
        data: what it says.
        parts: what comes from other files, by where it is in the data.
        whole: the text of all of it, if it is made of several files; else empty.
        unread: why references to other files were not followed, by reference.
    """

    path: Path
    text: str
    data: dict[str, Json]
    parts: Mapping[Pointer, Part] = field(default_factory=dict)
    whole: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)

    def get(self, pointer: str) -> Json:
        """Return what a JSON pointer points to.

        Raises:
            LookupError: nothing is there.
        """
        value: Json = self.data
        for part in split(pointer):
            if isinstance(value, list) and part.isdigit():
                value = value[int(part)]
            elif isinstance(value, dict):
                value = value[part]
            else:
                raise LookupError(pointer)
        return value

    def has(self, pointer: str) -> bool:
        """Return whether a JSON pointer points to something."""
        try:
            self.get(pointer)
        except (LookupError, ValueError):
            return False
        return True

    def line(self, *parts: str | int) -> int:
        """Return the line, from 1, of `parts`, or of the innermost part that exists; in the file that it comes from."""
        origin = self._origin(parts)
        if origin is not None:
            return origin[0].line(*origin[1])
        node = self._root
        line = 1
        for part in parts:
            found = child_of(node, str(part))
            if found is None:
                break
            line, node = found
        return line

    def written(self, *parts: str | int) -> str | None:
        """Return a single value as the file has it, such as `1.10` of a number; None if it is in a file of JSON, or not there."""
        origin = self._origin(parts)
        if origin is not None:
            return origin[0].written(*origin[1])
        node = None if _is_json(self.path, self.text) else self._root
        for part in parts:
            found = child_of(node, str(part))
            node = found[1] if found else None
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None

    def finding(self, parts: Sequence[str | int], rule: str, advice: str) -> Finding:
        """Describe something to fix at `parts`."""
        origin = self._origin(parts)
        if origin is not None:
            return origin[0].finding(origin[1], rule, advice)
        return Finding(self.path, self.line(*parts), join(*parts), rule, advice)

    def _origin(self, parts: Sequence[str | int]) -> tuple[Document, Pointer] | None:
        """Return where something is in another file, if it comes from there."""
        for end in range(len(parts), 0, -1) if self.parts else ():
            part = self.parts.get(tuple(parts[:end]))
            if part is not None:
                return part.document, (*part.pointer, *parts[end:])
        return None

    def operations(self) -> Iterator[tuple[Pointer, dict[str, Json]]]:
        """Yield every operation of the paths, in the order of the document, with its pointer."""
        for path, item in self.data.get("paths", {}).items():
            for method in METHODS if not path.startswith("x-") else ():
                if method in item:
                    yield ("paths", path, method), item[method]

    @cached_property
    def resolved(self) -> Document:
        """The same document with every reference replaced by its target, except those to schemas, which keep their names.

        Raises:
            SpecError: a reference points to nothing, or outside of the document.
        """
        _check_references(self)
        uri = self.path.resolve().as_uri()
        resolver = RefResolver(self.data, uri, resolve_types=RESOLVE_INTERNAL, recursion_limit_handler=keep_ref_on_recursion)
        whole = replace(self, data=resolver.specs)  # its own copy
        places = [(pointer, target) for pointer, target in references(whole.data) if not _names_schema(target)]
        inlined = {id(_alone(whole.get(join(*pointer[:-1])), split(target))) for pointer, target in places}
        _rename_refs(whole.data, "$ref", _HIDDEN_REF, kept=inlined)
        resolver.resolve_references()
        _rename_refs(resolver.specs, _HIDDEN_REF, "$ref")
        resolved = replace(self, data=resolver.specs)
        vars(resolved)["resolved"] = resolved  # nothing is left to replace
        return resolved

    @cached_property
    def _root(self) -> yaml.Node | None:
        return _compose(self.path, self.text)


@dataclass(frozen=True)
class Part:
    """A part of a document that comes from another file, and where it is there."""

    document: Document
    pointer: Pointer


def documents_in(folder: Path) -> list[Path]:
    """Return the files of a folder that hold OpenAPI documents: all that are YAML or JSON by their name, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml", ".json"))


def read(path: Path) -> Document:
    """Read a document from a file; JSON if its name ends in `.json` or its text is JSON, else YAML 1.2.

    A file that has not changed gives the same document, so nobody may change its data.

    Raises:
        SpecError: it is not readable text, not valid YAML or JSON, has a duplicate key, or is not an object.
    """
    document = read_part(path)
    if not isinstance(document.data, dict):
        raise SpecError([Finding(path, 1, "#", "no-object", "an OpenAPI document is an object with the field 'openapi'")])
    return document


def read_part(path: Path) -> Document:
    """Read a file of a document, as `read` does; its data may be a list.

    Raises:
        SpecError: it is not readable text, not valid YAML or JSON, or has a duplicate key.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise SpecError([Finding(path, 1, "#", "unreadable", f"{error.strerror}; name a file that can be read")]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SpecError([Finding(path, line, "#", "encoding", "save the file as UTF-8")]) from error
    return _parse(path, text)


@lru_cache(maxsize=16)
def _parse(path: Path, text: str) -> Document:
    try:
        is_json = _is_json(path, text)
        check_depth(text, is_json=is_json)
        data = _parse_json(path, text) if is_json else _parse_yaml(path, text)
    except TooLargeError as error:
        raise SpecError([Finding(path, error.line, "#", "too-large", f"{error}; make the document smaller")]) from error
    document = Document(path, text, data)
    _decode_references(document)
    return document


def _is_json(path: Path, text: str) -> bool:
    """Return whether a file is JSON: by its name, or as its text is, of which YAML does not know all."""
    if path.suffix == ".json" or not text.lstrip().startswith("{"):
        return path.suffix == ".json"
    try:
        json.loads(text, parse_int=integer, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _parse_yaml(path: Path, text: str) -> Json:
    try:
        node = _compose(path, text)
        if node is None:
            return None
        check_size(node, text)
        _check_keys(path, node)
        return Loader("").construct_document(node)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise SpecError([_invalid_yaml(path, text, error)]) from error


def _invalid_yaml(path: Path, text: str, error: yaml.YAMLError) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", "cannot be read")
    return Finding(path, line, "#", "invalid-yaml", f"{problem}; fix the syntax")


def _parse_json(path: Path, text: str) -> Json:
    duplicates: list[tuple[str, Json]] = []

    def as_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        duplicates.extend(pairs[len(found) :])
        return found

    try:
        data = json.loads(_whole_characters(text), parse_int=integer, strict=False, object_pairs_hook=as_object)
    except json.JSONDecodeError as error:
        raise SpecError([Finding(path, error.lineno, "#", "invalid-json", f"{error.msg}; fix the syntax")]) from error
    if duplicates:  # positions take longer to find than the data, and are only needed for messages
        _check_keys(path, _compose(path, text))
    return data


def _whole_characters(text: str) -> str:
    """Replace half characters, which JSON can write and no file or request can hold."""
    return _ESCAPE.sub(lambda found: "\\ufffd" if found[1] else found[0], text)


@lru_cache(maxsize=4)
def _compose(path: Path, text: str) -> yaml.Node | None:
    """Read the positions of a text; of a document that is changed again and again, they stay those of its file."""
    if _is_json(path, text):
        return compose_json(_whole_characters(text))
    node: yaml.Node | None = yaml.compose(text, Loader=Loader)
    return node


def _check_keys(path: Path, root: yaml.Node | None) -> None:
    """Make every key a string, and refuse a duplicate in the same object."""
    findings = []
    seen = set()
    todo: list[tuple[Pointer, yaml.Node | None]] = [((), root)]
    while todo:
        pointer, node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo.extend(((*pointer, index), child) for index, child in enumerate(node.value))
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, child in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    findings.append(Finding(path, line, join(*pointer), "key-no-string", "write the key as a string"))
                    continue
                if key.tag != "tag:yaml.org,2002:merge":
                    key.tag = "tag:yaml.org,2002:str"  # JSON has no other keys: `200:` means "200"
                    if key.value in keys:
                        advice = f"the key {key.value!r} is here twice; remove one"
                        findings.append(Finding(path, line, join(*pointer, key.value), "duplicate-key", advice))
                    keys.add(key.value)
                todo.append(((*pointer, key.value), child))
    if findings:
        raise SpecError(findings)


def references(value: Json, pointer: Pointer = (), *, named: bool = False) -> Iterator[tuple[Pointer, str]]:
    """Yield every `$ref` below `value` with its pointer; example values and extensions of others are data and hold none.

    Where `named`, the keys of `value` are names that the document gives, which mean nothing: a response may be called `default`.
    """
    if isinstance(value, dict):
        for key, child in value.items():
            if not isinstance(child, (dict, list)):  # most of what there is
                if key == "$ref" and isinstance(child, str) and not named:
                    yield (*pointer, key), child
            elif named:
                if not (key.startswith("x-") and pointer[-1:] == ("paths",)):
                    yield from references(child, (*pointer, key))
            elif key == "examples" and isinstance(child, dict):
                yield from references(
                    {k: v for k, v in child.items() if isinstance(v, dict) and "$ref" in v}, (*pointer, key), named=True
                )
            elif key not in ("example", "examples", "default", "const", "enum") and (
                key.startswith("x-client-") or not key.startswith("x-")
            ):
                yield from references(child, (*pointer, key), named=key in NAMING)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from references(child, (*pointer, index))


def _decode_references(document: Document) -> None:
    """Write references as JSON pointers are written: tools encode braces and blanks in them, as in any other URL."""
    for pointer, target in list(references(document.data)):
        if target.startswith("#") and "%" in target and not document.has(target):
            document.get(join(*pointer[:-1]))[pointer[-1]] = unquote(target)


def _check_references(document: Document) -> None:
    findings = []
    for pointer, target in references(document.data):
        if not target.startswith("#"):
            advice = f"{target!r} is in another file; bundle the document into one file first"
            findings.append(document.finding(pointer, "external-reference", advice))
            continue
        if not document.has(target):
            findings.append(
                document.finding(pointer, "unknown-reference", f"{target!r} does not exist; define it or correct the name")
            )
        elif not split(target):
            findings.append(
                document.finding(pointer, "wrong-reference", f"{target!r} is the whole document; refer to a part of it")
            )
    if findings:
        raise SpecError(findings)


def _names_schema(target: str) -> bool:
    return target.startswith(SCHEMAS) and "/" not in target.removeprefix(SCHEMAS)


def _alone(holder: Json, target: Sequence[str]) -> Json:
    """Return a reference without the keywords beside it, which it would replace; in a schema they hold, too."""
    if len(holder) > 1 and (target[:2] == ("components", "schemas") or "schema" in target[3:]):
        holder["allOf"] = [*holder.get("allOf", ()), {"$ref": holder.pop("$ref")}]  # at the end: all pointers stay
        return holder["allOf"][-1]
    return holder


def _rename_refs(value: Json, old: str, new: str, *, kept: Collection[int] = ()) -> None:
    """Rename a key everywhere but in the objects with these ids: prance would also follow a `$ref` in an example."""
    if isinstance(value, dict):
        if old in value and id(value) not in kept:
            value[new] = value.pop(old)
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            _rename_refs(child, old, new, kept=kept)
