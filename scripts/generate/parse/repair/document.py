"""Make a foreign document valid, without what is wrong in it.

What changes nothing that a client sends or reads is ignored, with a note; an operation of which something is not known is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace

import jsonschema_rs

from scripts.generate.parse.api import LeftOut
from scripts.generate.parse.repair.anchors import follow_anchors
from scripts.generate.parse.repair.circles import with_named_circles
from scripts.generate.parse.repair.credentials import note_credentials
from scripts.generate.parse.repair.meant import RESPONSES, UNEXPECTED, is_harmless, is_name, is_newer, meant
from scripts.generate.parse.repair.older import read_older, read_version
from scripts.generate.parse.repair.path_items import with_own_path_items
from scripts.generate.parse.repair.spelling import write_as_openapi_does
from scripts.lint.validity import ignorable, problems, references_to_another_kind, structure_errors
from scripts.spec.document import METHODS, Document, Json, Pointer, join, references, split
from scripts.spec.finding import Finding, SpecError
from scripts.spec.objects import reference_to, walk

_MOST_ROUNDS = 40
_ANY_METHOD = "x-amazon-apigateway-any-method"
_OF_OPERATION = frozenset(["operationId", "requestBody", "responses"])  # what only an operation has
_MISSING: Json = {
    **dict.fromkeys(("description", "authorizationUrl", "tokenUrl", "openIdConnectUrl"), ""),
    **{field: {} for field in ("info", "schema", "flows", "scopes")},
    "content": {"*/*": {}},
    "title": "API",
    "version": "0",
    "responses": RESPONSES,
}


@dataclass(kw_only=True)
class Repair:
    """A document that is being repaired.

    Attributes:
        document: the document as it is now; lines are those of the file.
        notes: what was ignored.
        left_out: operations that are not generated.
        removed: why a component is not there any more, by its reference.
    """

    document: Document
    notes: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    removed: dict[str, Finding] = field(default_factory=dict)

    def current(self) -> Document:
        """Return the document as it is now, which remembers nothing of what it was."""
        return replace(self.document)

    def note(self, pointer: Pointer, rule: str, advice: str) -> None:
        """Note what is ignored."""
        self.notes.append(self.document.finding(pointer, rule, advice))

    def leave_out(self, operations: Iterable[Pointer], reason: Finding) -> None:
        """Remove operations."""
        for pointer in operations:
            data = self._at(pointer[:-1]).pop(pointer[-1])
            name = data.get("operationId", "") if isinstance(data, dict) else ""
            self.left_out.append(LeftOut(pointer=pointer, operation_id=str(name), reason=reason))

    def operations_at(self, pointer: Pointer) -> list[Pointer]:
        """Return the operations that something in the paths belongs to: one, or all of its path."""
        if len(pointer) >= 3 and pointer[2] in METHODS:
            return [pointer[:3]]
        item = self.document.data["paths"].get(pointer[1])
        return [(*pointer[:2], method) for method in METHODS if isinstance(item, dict) and method in item]

    def remove(self, pointer: Pointer, reason: Finding) -> None:
        """Remove the innermost thing around a pointer that a client can do without, and all operations that cannot.

        Raises:
            SpecError: that is the whole document.
        """
        if pointer[:1] == ("paths",) and len(pointer) > 1 and self._is_needed(pointer):
            found = self.operations_at(pointer)
            reason = replace(reason, advice=reason.advice.removesuffix(", as it is ignored"))
            self.leave_out(found, reason)
            if not found and pointer[2:] in ((), ("$ref",)):
                self.left_out.append(LeftOut(pointer=pointer[:2], operation_id="", reason=reason))
            elif not found:
                self.notes.append(reason)
            if not found or len(pointer) == 2 or pointer[2] not in METHODS:  # it is about all operations of the path
                self.document.data["paths"].pop(pointer[1], None)
            return
        if pointer in ((), ("paths",), ("openapi",)):
            raise SpecError([reason])
        if len(pointer) > 3 and pointer[0] == "components" and pointer[1] in ("parameters", "requestBodies"):
            pointer = pointer[:3] if self._is_needed(pointer) else pointer
        parent = self._at(pointer[:-1])
        del parent[int(pointer[-1]) if isinstance(parent, list) else str(pointer[-1])]
        self.notes.append(reason)
        if len(pointer) == 3 and pointer[0] == "components":
            self.removed[join(*pointer)] = reason

    def _is_needed(self, pointer: Pointer) -> bool:
        """Return whether a request or a response is not what was meant without the thing at a pointer."""
        place = pointer[2:] if pointer[0] == "components" or pointer[2:3] == ("parameters",) else pointer[3:]
        if len(pointer) <= 3:
            return True
        kind = pointer[1] if pointer[0] == "components" else place[0] if place else ""
        if kind == "parameters":
            return len(place) <= 2 or place[2] in ("name", "in", "content", "style")
        return kind in ("requestBody", "requestBodies", "responses") and "schema" not in pointer and not {*place} & _SMALL

    def _at(self, pointer: Pointer) -> Json:
        return self.document.get(join(*pointer))


_SMALL = frozenset(["description", "example", "examples", "headers", "links", "required", "summary", "encoding"])


def repaired(document: Document) -> Repair:
    """Return a document that can be generated from, with what had to be ignored or left out.

    Raises:
        SpecError: nothing of it can be read.
    """
    repair = Repair(document=replace(document, data=deepcopy(document.data)))
    if not isinstance(document.data.get("paths"), dict):
        advice = "the document has no paths, so there is no client to generate; add them"
        raise SpecError([document.finding((), "no-operations", advice)])
    read_version(repair.document.data, repair.note)
    write_as_openapi_does(repair.document.data, repair.note)
    repair.document = with_own_path_items(repair.document)
    _as_3_1(repair)
    follow_anchors(repair.document)
    repair.document = with_named_circles(repair.document)
    _without_what_clients_do_not_call(repair)
    faults = _faulty(repair.document)
    errors = list(structure_errors(repair.document)) if faults else []
    _references(repair, faults)
    for error in errors:  # what else is wrong in what has been left out
        if not is_harmless(error):
            _note_what_is_left_out(repair, error)
    _servers(repair)
    for _ in range(_MOST_ROUNDS):
        errors = [error for error in structure_errors(repair.document) if not is_harmless(error)]
        if not errors and not _wrong_references(repair):
            break
        _fix_all(repair, errors)
        _references(repair, _faulty(repair.document))
    else:
        repair.document = repair.current()
    note_credentials(repair.document, repair.note)
    repair.notes += ignorable(repair.document)
    return repair


def _as_3_1(repair: Repair) -> None:
    """Leave out operations with methods that OpenAPI 3.1 does not have, and write what older and newer documents have as 3.1."""
    for path, item in repair.document.data["paths"].items():
        added = item.pop("additionalOperations", None) if isinstance(item, dict) else None
        methods = {method: f"the method {method}" for method in added} if isinstance(added, dict) else {}
        if methods:
            item.update(added)
        if isinstance(item, dict) and _ANY_METHOD in item:
            methods[_ANY_METHOD] = "any method; write the methods that there are"
        for method, what in methods.items():
            pointer: Pointer = ("paths", path, method)
            advice = f"no client is generated for {what}"
            repair.leave_out([pointer], repair.document.finding(pointer, "unsupported-method", advice))
    read_older(repair.document, repair.note)


def _without_what_clients_do_not_call(repair: Repair) -> None:
    data = repair.document.data
    for owner, pointer, key, rule in [
        (data, (), "webhooks", "unsupported-webhooks"),
        (data.get("components"), ("components",), "callbacks", "unsupported-callbacks"),
        *((each, pointer, "callbacks", "unsupported-callbacks") for pointer, each in _operations(data)),
    ]:
        if isinstance(owner, dict) and owner.get(key):
            repair.note((*pointer, key), rule, f"a client does not receive {key}; they are left out")
            del owner[key]


def _servers(repair: Repair) -> None:
    """Make the servers of all operations those of the document where they are the same, so that they need no mention."""
    data = repair.document.data
    holders = [data, *(item for item in data["paths"].values() if isinstance(item, dict)), *(each for _, each in _operations(data))]
    named = []
    for pointer, operation in _operations(data):
        item = data["paths"][pointer[1]]
        named.append(operation.get("servers") or item.get("servers") or data.get("servers") or [])
    if named and named[0] and all(each == named[0] for each in named) and named[0] != data.get("servers"):
        for holder in holders:
            holder.pop("servers", None)
        data["servers"] = named[0]
        repair.note(("servers",), "unsupported-servers", "the servers are those of the operations, which all have the same")


def _operations(data: Json) -> Iterator[tuple[Pointer, Json]]:
    paths = data.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield ("paths", path, method), item[method]


def _faulty(document: Document) -> dict[Pointer, tuple[str, str]]:
    """Return rule and advice for each reference that leads to nothing, by what has it."""
    found = {pointer: _fault(document, pointer, target) for pointer, target in references(document.data)}
    return {pointer[:-1]: reason for pointer, reason in found.items() if reason}


def _references(repair: Repair, faults: dict[Pointer, tuple[str, str]]) -> None:
    """Replace schemas that do not exist by any value, and errors by any error; leave out what needs another thing that does not.

    Args:
        repair: has the document.
        faults: of its references; see `_faulty`.
    """
    document, faults = repair.document, {**faults}
    kinds = {thing.pointer: thing.kind for thing in walk(document) if "$ref" in thing.value}
    faults |= {pointer: ("wrong-reference", advice) for pointer, advice in references_to_another_kind(document)}
    for pointer, (rule, advice) in faults.items():
        if not document.has(join(*pointer)):
            repair.note((*pointer, "$ref"), rule, advice)  # it was in something that has been left out for another reason
            continue
        if kinds.get(tuple(pointer), "schema") == "schema":
            document.get(join(*pointer)).pop("$ref", None)
            repair.note((*pointer, "$ref"), rule, f"{advice}; until then it is any value")
        elif kinds[tuple(pointer)] == "response" and pointer[0] == "paths" and str(pointer[-1]).startswith(("4", "5")):
            error = document.get(join(*pointer))
            del error["$ref"]
            error.setdefault("description", "")
            repair.note((*pointer, "$ref"), rule, f"{advice}; until then nothing is known of the body of this error")
        else:
            reason = repair.removed.get(str(document.get(join(*pointer))["$ref"]))
            repair.notes = [each for each in repair.notes if each is not reason]
            repair.remove(pointer, reason or document.finding((*pointer, "$ref"), rule, advice))


def _wrong_references(repair: Repair) -> bool:
    """Remove references that lead to a thing of another kind; return whether there is one."""
    document = repair.document = repair.current()  # resolved once, for all that follows if nothing is wrong
    found = False
    for error in structure_errors(document.resolved):
        pointer = reference_to(document, tuple(error.instance_path))
        if pointer is not None and not is_harmless(error):
            target = document.get(join(*pointer))["$ref"]
            advice = f"{target!r} is not allowed here; refer to something of the right kind"
            repair.remove(pointer, document.finding((*pointer, "$ref"), "wrong-reference", advice))
            found = True
    return found


def _fault(document: Document, pointer: Pointer, target: str) -> tuple[str, str] | None:
    if not target.startswith("#"):
        advice = f"{target!r} is in another file; bundle the document into one file first"
        return "external-reference", document.unread.get(target, advice)
    if not document.has(target):
        return "unknown-reference", f"{target!r} does not exist; define it or correct the name"
    if not split(target):
        return "wrong-reference", f"{target!r} is the whole document; refer to a part of it"
    seen = {join(*pointer[:-1])}
    while True:
        if target in seen:
            return "circular-reference", f"{target!r} leads back to itself; let it end at a definition"
        seen.add(target)
        value = document.get(target)
        following = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(following, str) or not document.has(following):
            return None
        target = following


def _fix_all(repair: Repair, errors: list[jsonschema_rs.ValidationError]) -> None:
    """Fix what is wrong; fields are unexpected only where nothing else is wrong, beside or in them, which may be why they are."""
    below: dict[Pointer, bool] = defaultdict(bool)
    within: set[Pointer] = set()
    for error in errors:
        path = _pointer(repair.document, error)
        prefixes = [path[:length] for length in range(len(path) + 1)]
        within.update(prefixes)
        if error.kind.name not in UNEXPECTED:
            below |= dict.fromkeys(prefixes, True)
    for error in sorted(errors, key=lambda each: [str(part).zfill(9) for part in each.instance_path], reverse=True):
        pointer = _pointer(repair.document, error)
        if error.kind.name in UNEXPECTED and below[pointer]:
            continue
        if repair.document.has(join(*pointer)):
            _fix(repair, pointer, error, within)
        else:
            _note_what_is_left_out(repair, error)


def _pointer(document: Document, error: jsonschema_rs.ValidationError) -> Pointer:
    """Return where an error is; keys of objects are texts, also `204`, and indices of lists are numbers."""
    value: Json = document.data
    parts: list[str | int] = []
    for part in error.instance_path:
        parts.append(int(part) if isinstance(value, list) else str(part))
        try:
            value = value[parts[-1]]
        except (LookupError, TypeError):
            value = None  # it has been removed
    return tuple(parts)


def _note_what_is_left_out(repair: Repair, error: jsonschema_rs.ValidationError) -> None:
    pointer = _pointer(repair.document, error)
    if error.kind.name not in ("not", "oneOf", "anyOf") and any(pointer[:3] == each.pointer for each in repair.left_out):
        repair.notes += [repair.document.finding((*pointer, *inner), "structure", advice) for inner, advice in problems(error)]


def _fix(repair: Repair, pointer: Pointer, error: jsonschema_rs.ValidationError, within: set[Pointer]) -> None:
    document = repair.document
    details, value = error.kind.as_dict(), document.get(join(*pointer))
    if (pointer[-1:] == ("type",) or not isinstance(error.instance, dict | list)) and value != error.instance:
        return  # it has been read as something else for another error
    (_, said), *_ = problems(error)
    said = said.rpartition("; ")[0]
    if error.kind.name in UNEXPECTED and isinstance(value, dict):
        for name in details["unexpected"]:
            if (*pointer, name) not in within:
                _without_unexpected(repair, pointer, value, name)
        return
    if isinstance(value, dict) and _with_other_fields(repair, pointer, value, error):
        return
    if value is None and pointer:
        _without_null(repair, pointer, said)
        return
    found = meant(value, pointer, error)
    if found is not None:
        parent = document.get(join(*pointer[:-1]))
        if isinstance(found, str) and isinstance(value, int | float):
            found = document.written(*pointer) or found
        parent[pointer[-1]] = found
        is_one = isinstance(found, list) and not isinstance(value, list)
        reading = f"; it is read as {'a list of one' if is_one else repr(found)}"
        repair.note(pointer, "structure", said if error.kind.name == "uniqueItems" else said + reading)
        return
    repair.remove(pointer, document.finding(pointer, "structure", f"{said}; correct it, as it is ignored"))


def _with_other_fields(repair: Repair, pointer: Pointer, value: Json, error: jsonschema_rs.ValidationError) -> bool:
    """Remove one of two fields that say the same, or add one that is missing; return whether that was the error."""
    details = error.kind.as_dict()
    (_, said), *_ = problems(error)
    said = said.rpartition("; ")[0]
    if error.kind.name == "not" and "required" in details["schema"]:
        if value.pop(details["schema"]["required"][0], None) is not None:  # otherwise it has been removed for another error
            repair.note(pointer, "structure", f"{said}; one of them is ignored")
        return True
    if error.kind.name != "required" or (details["property"] not in value and details["property"] not in _MISSING):
        return False
    if details["property"] not in value:  # otherwise it has been added for another error
        value[details["property"]] = deepcopy(_MISSING[details["property"]])
        repair.note(pointer, "structure", f"{said}; add it")
    return True


def _without_unexpected(repair: Repair, pointer: Pointer, value: Json, name: str) -> None:
    """Remove a field that is not allowed where it is, and leave out the operations that it is, or that are in it."""
    document, child = repair.document, value.get(name)
    if pointer == ("paths",):
        reason = document.finding((*pointer, name), "structure", f"{name!r} is the same path as '/{name}'; remove one")
        repair.leave_out(repair.operations_at((*pointer, name)), reason)
        value.pop(name, None)
    elif len(pointer) == 2 and pointer[0] == "paths" and isinstance(child, dict) and child.keys() & _OF_OPERATION:
        said = f"{name!r} is not a method that OpenAPI {document.data['openapi']} has"
        repair.leave_out([(*pointer, name)], document.finding((*pointer, name), "structure", said))
    elif name in value and not is_newer(name, child):
        repair.note((*pointer, name), "structure", f"{name!r} is not allowed here; it is ignored")
        del value[name]


def _without_null(repair: Repair, pointer: Pointer, said: str) -> None:
    """Make nothing, as YAML reads a key without a value, an empty object where the document gives the name, and remove all else."""
    parent = repair.document.get(join(*pointer[:-1]))
    if is_name(pointer) or pointer[-1:] == ("scopes",):
        parent[pointer[-1]] = {}
        repair.note(pointer, "structure", f"{said}; it is read as an empty object")
    elif pointer[-3:-2] == ("security",):
        parent[pointer[-1]] = []
        repair.note(pointer, "structure", f"{said}; it is read as an empty list")
    else:
        del parent[pointer[-1]]
        repair.note(pointer, "structure", f"{said}; correct it, as it is ignored")
