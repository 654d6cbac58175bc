"""What a mock knows of an API: its operations, its schemas, and the tables of its spec."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jsonschema_rs

from scripts.apis import apis, tables
from scripts.runtime.behaviour import Behaviour, Expression
from scripts.spec import expressions
from scripts.spec.document import Document, Json, Pointer, read
from scripts.spec.finding import Finding, SpecError
from scripts.spec.objects import walk

if TYPE_CHECKING:
    from scripts.generate.parse.api import ApiOperation

JSON_TYPE = "application/json"
_REFERENCE = "$ref"
_INTEGERS = {"int32": 31, "int64": 63}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LONGEST_INTEGER = 4000  # digits that Python reads
_LONGEST_SHOWN = 60  # characters of a value in a message
_VALUE = "the value"
# Formats that a generated client does not check either: "10:30" is the time of many a vendor.
_UNCHECKED = [
    *("duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri", "iri-reference", "json-pointer"),
    *("regex", "relative-json-pointer", "time", "uri", "uri-reference", "uri-template"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation.

    Attributes:
        id: operationId or, where the document has none, a name made of method and path.
        method, path: of its requests, with the parameters of the path in braces.
        several: the parameters of the path whose values may have slashes.
        spec: the operation in the document.
        table: what the document says of how it is used.
    """

    id: str
    method: str
    path: str
    several: frozenset[str] = frozenset()
    spec: expressions.Operation = field(repr=False)
    table: Behaviour

    @property
    def is_reading(self) -> bool:
        """Whether it changes nothing, by its method."""
        return self.method in {"GET", "HEAD", "OPTIONS"}

    @property
    def taken(self) -> Expression | None:
        """Where its requests have their items, or their one item."""
        chunking = self.table.chunking
        return (chunking.array or chunking.item) if chunking is not None else None

    @property
    def item_parameter(self) -> str:
        """The parameter of the path that is its item, by its table or as the last part of the path; empty if there is none."""
        if self.taken is not None:
            chunking = self.table.chunking
            same = [name for name, path in chunking.parameters.items() if path == chunking.key[0]] if chunking is not None else []
            return self.taken.path[0] if self.taken.part == "path" else next(iter(same), "")
        last = self.path.rpartition("/")[2]
        return last[1:-1] if last.startswith("{") and last.endswith("}") else ""

    @property
    def success(self) -> tuple[int, Mapping[str, Json]]:
        """Its first response of the 200 class: the status and the object that describes it."""
        for code, response in self.spec.responses.items():
            if code.startswith("2"):
                return int(code.replace("XX", "00").replace("xx", "00")), response
        return 200, self.spec.responses.get("default", {})


class Schemas:
    """Checks values against the schemas of a document.

    Args:
        document: a valid document, whose references are resolved but for those to schemas.
    """

    def __init__(self, document: Document) -> None:
        self._components = {"schemas": document.data.get("components", {}).get("schemas", {})}
        self._validators: dict[int, tuple[Json, jsonschema_rs.Validator]] = {}

    def follow(self, schema: Json) -> dict[str, Json]:
        """Return a schema, or the one that it refers to; `{}` for any value."""
        while isinstance(schema, dict) and _REFERENCE in schema:
            name = schema[_REFERENCE].rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            others = {key: value for key, value in schema.items() if key != _REFERENCE}
            schema = {**self._components["schemas"][name], **others}
        return schema if isinstance(schema, dict) else {}

    def child(self, schema: Json, part: str) -> Json:
        """Return the schema of a property or an element; `{}` if there is none."""
        others: Json = {}
        for found in self.alternatives(schema):
            if inner := found.get("properties", {}).get(part):
                return inner
            if part.isdigit() and (first := found.get("prefixItems", [])[int(part) :]):
                return first[0]
            if part.isdigit() and found.get("items"):
                return found["items"]
            if not others and isinstance(found.get("additionalProperties"), dict):
                others = found["additionalProperties"]
        return others

    def alternatives(self, schema: Json) -> Iterator[dict[str, Json]]:
        """Yield a schema, and all that it combines; one that refers back to itself comes once."""
        todo, seen = [schema], set[str]()
        while todo:
            part = todo.pop(0)
            reference = part.get(_REFERENCE) if isinstance(part, dict) else None
            if reference in seen:
                continue
            if reference is not None:
                seen.add(reference)
            found = self.follow(part)
            todo.extend(each for keyword in ("allOf", "anyOf", "oneOf") for each in found.get(keyword, ()))
            yield found

    def kinds(self, schema: Json) -> set[str]:
        """Return the types that a schema names; none if it allows all."""
        found: set[str] = set()
        for each in self.alternatives(schema):
            given = each.get("type", ())
            found |= {given} if isinstance(given, str) else {*given}
        return found

    def read(self, schema: Json, text: str) -> Any:
        """Return the value of a text by the types of a schema; a text that is of none of them stays one."""
        kinds = self.kinds(schema)
        values: list[Any] = [text] if not kinds or "string" in kinds else []
        if kinds != {"string"}:
            values += _readings(text, kinds)
        if len(values) > 1:
            values = [each for each in values if self.valid(schema, each)] or values
        return values[0] if values else text

    def reached(self, schema: Json, path: Sequence[str]) -> Json:
        """Return the schema of what a path leads to; `{}` if it leads to nothing."""
        for part in path:
            schema = self.child(schema, part)
        return schema

    def kind(self, schema: Json) -> str:
        """Return the name of the schema that a schema refers to, or what identifies it otherwise."""
        return str(schema.get(_REFERENCE, id(schema))) if isinstance(schema, dict) else ""

    def complaint(self, schema: Json, value: object) -> str:
        """Return where and why a value does not match a schema, in one line; empty if it matches."""
        try:
            self._validator(schema).validate(value)
        except jsonschema_rs.ValidationError as error:
            place = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in error.instance_path)
            return f"{place}: {' '.join(error.message.replace(_VALUE, _shown(error.instance), 1).split())}"
        except ValueError as error:  # a text that is not Unicode
            return f": {error}"
        return ""

    def valid(self, schema: Json, value: object) -> bool:
        """Return whether a value matches a schema."""
        return not self.complaint(schema, value)

    def _validator(self, schema: Json) -> jsonschema_rs.Validator:
        known = self._validators.get(id(schema))
        if known is None:  # the schema is kept, so that no other one gets its id
            whole = {**schema, "components": self._components} if isinstance(schema, dict) else schema
            formats = dict.fromkeys(_UNCHECKED, lambda _: True)
            known = schema, jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=formats, mask=_VALUE)
            self._validators[id(schema)] = known
        return known[1]


def _readings(text: str, kinds: Collection[str]) -> Iterator[Any]:
    """Yield what a text may mean besides itself, if these are the types that its schema names; none means all."""
    if not kinds or not {"integer", "number"}.isdisjoint(kinds):
        if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_INTEGER:
            yield int(text)
        elif (not kinds or "number" in kinds) and _NUMBER.fullmatch(text):
            yield float(text)
    if (not kinds or "boolean" in kinds) and text in {"true", "false"}:
        yield text == "true"
    if (not kinds or "null" in kinds) and text in {"", "null"}:
        yield None
    if text.startswith(("[", "{")) and (not kinds or not {"array", "object"}.isdisjoint(kinds)):
        with suppress(ValueError, RecursionError):
            yield json.loads(text)


def _shown(value: object) -> str:
    """Return a value as a message shows it: its beginning if it is long, and its kind only if it is an object or a list."""
    if isinstance(value, (dict, list)):
        return "the object" if isinstance(value, dict) else "the list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


@dataclass(frozen=True, kw_only=True)
class Described:
    """An API.

    Attributes:
        name: import name of its client.
        document: its document, whose references are resolved but for those to schemas; its schemas are those of OpenAPI 3.1.
        operations: by their names.
        notes: what is wrong in the document, and is not there.
    """

    name: str
    document: Document = field(repr=False)
    operations: Mapping[str, Operation]
    notes: Sequence[Finding] = ()

    @cached_property
    def schemas(self) -> Schemas:
        """What checks values."""
        return Schemas(self.document)

    @cached_property
    def lists_of_results(self) -> frozenset[str]:
        """The names of the operations that list the results of work."""
        tables = (each.table.polling for each in self.operations.values())
        return frozenset(table.results_operation for table in tables if table is not None and table.results_operation is not None)

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in self.operations.values():
            by_path.setdefault(operation.path, {})[operation.method] = operation
        several = {path: frozenset().union(*(each.several for each in same.values())) for path, same in by_path.items()}
        # Of those that several segments may belong to, the one that says most of them comes first.
        literal_first = sorted(
            by_path,
            key=lambda path: (bool(several[path]), -len(path) * bool(several[path]), [part[:1] == "{" for part in path.split("/")]),
        )
        return [(_pattern(path, several[path]), by_path[path]) for path in literal_first]

    def at(self, path: str) -> tuple[Mapping[str, Operation], dict[str, str]]:
        """Return the operations at a path as it is sent, by their methods, and the texts of its parameters, decoded."""
        for pattern, operations in self._paths:
            if found := pattern.fullmatch(path):
                names = re.findall(r"{([^}]+)}", next(iter(operations.values())).path)
                return operations, {name: unquote(text) for name, text in zip(names, found.groups(), strict=True)}
        return {}, {}


def _pattern(path: str, several: frozenset[str]) -> re.Pattern[str]:
    parts = re.split(r"({[^}]+})", path)
    found = [("(.+)" if part[1:-1] in several else "([^/]+)") if part.startswith("{") else re.escape(part) for part in parts]
    return re.compile("".join(found))


@cache
def of_roster(name: str) -> Described:
    """Return an API of specs/, with the tables of its generated client."""
    return _described(name, read(apis()[name].spec), tables(name))


def of_file(path: Path) -> Described:
    """Return the API of a document that nothing has been generated from.

    It is read as the generator reads it: without the operations that it leaves out, and where something is wrong, as it is meant.

    Raises:
        SpecError: it cannot be read, or no client can be generated from it.
    """
    # The generator takes a second to load, which the APIs of specs/ do without.
    from scripts.generate.identity import identify  # noqa: PLC0415 - as said above
    from scripts.generate.parse.normalize import normalize  # noqa: PLC0415 - likewise
    from scripts.generate.parse.repair.document import repaired  # noqa: PLC0415 - likewise
    from scripts.generate.parse.repair.leaving import without_what_cannot_be  # noqa: PLC0415 - likewise
    from scripts.generate.render.behaviour import behaviour  # noqa: PLC0415 - likewise
    from scripts.lint import validity  # noqa: PLC0415 - likewise
    from scripts.spec.bundle import bundled  # noqa: PLC0415 - likewise

    document = read(path)
    if findings := validity.version(document):
        raise SpecError(findings)
    repair = repaired(bundled(document))
    api = without_what_cannot_be(repair, lambda each: normalize(each.document))
    found = {each.id: behaviour(api, each) for each in api.operations}
    described = _described(identify(document).package, repair.document, found, {each.pointer: each for each in api.operations})
    return replace(described, notes=[*repair.notes, *(each.reason for each in repair.left_out)])


def _described(
    name: str, document: Document, found: Mapping[str, Behaviour], generated: Mapping[Pointer, ApiOperation] | None = None
) -> Described:
    resolved = _exact(document.resolved)
    operations = {}
    for each in expressions.operations(resolved):
        method = str(each.pointer[2]).upper()
        if generated is None:
            identifier, path, reserved = str(each.value["operationId"]), str(each.pointer[1]), _reserved(each.parameters)
        else:
            api = generated[each.pointer]
            identifier, path = api.id, api.path
            reserved = frozenset(one.name for one in api.parameters if one.location == "path" and one.allow_reserved)
        table = found.get(identifier, Behaviour())
        operations[identifier] = Operation(id=identifier, method=method, path=path, several=reserved, spec=each, table=table)
    return Described(name=name, document=resolved, operations=operations)


def _reserved(parameters: Iterable[Json]) -> frozenset[str]:
    return frozenset(item["name"] for item in parameters if item["in"] == "path" and item.get("allowReserved"))


def _exact(document: Document) -> Document:
    """Return a document with schemas that say for JSON Schema what they say for OpenAPI: versions, integers, discriminators."""
    is_old = str(document.data["openapi"]).startswith("3.0")
    changed = Document(document.path, document.text, deepcopy(document.data))
    tags = _tags(document)
    for each in walk(changed):
        if each.kind == "schema":
            written = _modern(each.value) if is_old else dict(each.value)
            if written.get("format") in _INTEGERS:
                most = 1 << _INTEGERS[written["format"]]
                written["maximum"] = min(written.get("maximum", most), most - 1)
                written["minimum"] = max(written.get("minimum", -most), -most)
            if {"discriminator", "oneOf"} <= written.keys():
                name = written["discriminator"]["propertyName"]
                written["oneOf"] = [_tagged(member, name, tags) for member in written["oneOf"]]
            each.value.clear()
            each.value.update(written)
    return changed


def _tags(document: Document) -> Mapping[tuple[str, str], list[str]]:
    """Return the values that name a schema in a discriminator, by the property that has the value and the name of the schema."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for each in walk(document):
        discriminator = each.value.get("discriminator", {}) if each.kind == "schema" else {}
        for value, target in discriminator.get("mapping", {}).items():
            found[discriminator["propertyName"], target.rpartition("/")[2]].append(value)
    return found


def _tagged(member: Json, name: str, tags: Mapping[tuple[str, str], list[str]]) -> Json:
    """Return an alternative that is valid only with a value of the discriminator that names it, if it has a name."""
    if not isinstance(member, dict) or _REFERENCE not in member:
        return member
    own = member[_REFERENCE].rpartition("/")[2]
    values = [*dict.fromkeys([*tags.get((name, own), ()), own])]
    return {"allOf": [member, {"required": [name], "properties": {name: {"enum": values}}}]}


def _modern(schema: dict[str, Json]) -> dict[str, Json]:
    from scripts.generate.parse.schemas.keywords import modern  # noqa: PLC0415 - of few documents

    return modern(schema)
