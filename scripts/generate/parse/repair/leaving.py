"""Which operations need a thing of a document that cannot be generated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from scripts.generate.parse.repair.document import Repair
from scripts.generate.parse.schemas.references import reachable
from scripts.spec.document import SCHEMAS, Document, Json, Pointer, references, split
from scripts.spec.finding import Finding, SpecError

_T = TypeVar("_T")
_Node = tuple[str, ...]
_MOST_ATTEMPTS = 20
_SECTIONS = ("schemas", "parameters", "headers", "requestBodies", "responses", "pathItems", "links")


def without_what_cannot_be(repair: Repair, make: Callable[[Repair], _T]) -> _T:
    """Return what is made of a document without the operations that cannot be generated.

    Args:
        repair: has the document, which is changed.
        make: makes something of it, or raises a SpecError, which says what has to be left out.

    Raises:
        SpecError: nothing is left of the document, or a fault is not of an operation.
    """
    if repair.left_out and not any(True for _ in repair.document.operations()):
        raise SpecError([each.reason for each in repair.left_out])
    for _ in range(_MOST_ATTEMPTS):
        try:
            return make(repair)
        except SpecError as error:
            if not leave_out(repair, error.findings):
                raise
            if not any(True for _ in repair.document.operations()):
                raise SpecError([*error.findings, *(each.reason for each in repair.left_out)]) from error
    raise SpecError([each.reason for each in repair.left_out])


def leave_out(repair: Repair, findings: Sequence[Finding]) -> bool:
    """Remove the operations that findings are about, or that need the components that they are about, and these components.

    Returns:
        Whether that is all of the findings; if not, nothing was changed.
    """
    places = [split(finding.pointer) for finding in findings]
    if not all(len(place) >= {"paths": 2, "components": 3}.get(place[0] if place else "", len(place) + 1) for place in places):
        return False
    users = _users(repair.document)
    operations = {pointer for pointer, _ in repair.document.operations()}
    unused: set[_Node] = set()
    for finding, place in zip(findings, places, strict=True):
        concerned: list[Pointer] = []
        if place[0] == "paths":
            concerned = repair.operations_at(place)
        else:
            needing = reachable([place[:3]], lambda node: users[node])
            concerned = [tuple(node) for node in sorted(needing) if node[0] == "paths"]
            unused |= {node for node in needing if node[0] == "components"}
        present = [pointer for pointer in concerned if pointer in operations]
        operations -= {*present}
        repair.leave_out(present, finding)
        if not present and place[0] == "components":
            repair.notes.append(finding)
    for _, section, name in unused:
        repair.document.data["components"][section].pop(name, None)
    repair.document = repair.current()
    return True


def _users(document: Document) -> dict[_Node, list[_Node]]:
    """Return what directly needs each component, and each operation."""
    users: dict[_Node, list[_Node]] = defaultdict(list)
    for section, things in document.data.get("components", {}).items():
        for name, thing in things.items() if section in _SECTIONS and isinstance(things, dict) else ():
            node = ("components", section, name)
            for target in _needed(thing):
                users[target].append(node)
    for pointer, operation in document.operations():
        item = document.data["paths"][pointer[1]]
        for target in _needed({"operation": operation, "parameters": item.get("parameters", []), "$ref": item.get("$ref")}):
            users[target].append(tuple(map(str, pointer)))
    return users


def _needed(value: Json) -> Iterator[_Node]:
    for _, target in references(value):
        if target.startswith("#/"):
            yield split(target)[:3]
    yield from _mapped(value)


def _mapped(value: Any) -> Iterator[_Node]:
    if isinstance(value, dict):
        discriminator = value.get("discriminator")
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        for target in mapping.values() if isinstance(mapping, dict) else ():
            yield split(str(target) if str(target).startswith("#/") else f"{SCHEMAS}{target}")[:3]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _mapped(each)
