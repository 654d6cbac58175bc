"""A spec as its changes are told: which operations use a part of it, and in which direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scripts.generate.text.names import class_name
from scripts.spec.document import SCHEMAS, Document, Json, join, references, split

_COMPONENTS = "#/components/"


@dataclass(frozen=True)
class SpecView:
    """What can be asked of a document whose references have targets."""

    document: Document

    @cached_property
    def operations(self) -> dict[tuple[str, str], str]:
        """The operationIds by path and method."""
        return {(str(place[1]), str(place[2])): name for place, _, name in self._operations()}

    @cached_property
    def tables(self) -> dict[str, dict[str, Json]]:
        """What `x-client-*` say of each operation, by operationId."""
        found = {}
        for place, _, name in self._operations():
            operation = self.document.resolved.get(join(*place))
            found[name] = {key: value for key, value in operation.items() if key.startswith("x-client-")}
        return found

    @cached_property
    def users(self) -> dict[str, tuple[str, ...]]:
        """The operationIds that a component is used by, directly or not, by its pointer."""
        return self._closures(("parameters", "requestBody", "responses", "security"))

    @cached_property
    def sent(self) -> frozenset[str]:
        """Pointers of the components that requests are made of."""
        return frozenset(self._closures(("parameters", "requestBody")))

    @cached_property
    def answered(self) -> frozenset[str]:
        """Names of the classes of schemas that are only answered."""
        return frozenset(
            class_name(pointer.removeprefix(SCHEMAS)) for pointer in self.users.keys() - self.sent if pointer.startswith(SCHEMAS)
        )

    def parameter(self, pointer: str) -> tuple[str, str] | None:
        """Return the location and name of the parameter that a pointer points into, if it does."""
        parts = split(pointer)
        for end in range(2, len(parts) + 1):
            if parts[end - 2] == "parameters" and parts[0] in ("paths", "components"):
                found = self._dereferenced(self.document.get(join(*parts[:end])))
                return found["in"], found["name"]
        return None

    def get(self, pointer: str) -> Json:
        """Return what a pointer points to, or None if that is not there."""
        try:
            return self.document.get(pointer)
        except (LookupError, ValueError):
            return None

    def _dereferenced(self, value: Json) -> Json:
        while isinstance(value, dict) and "$ref" in value:
            value = self.document.get(value["$ref"])
        return value

    def _operations(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, Json], str]]:
        for place, operation in self.document.operations():
            yield place, operation, str(operation.get("operationId", f"{place[2]} {place[1]}"))

    def _closures(self, parts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for place, operation, name in self._operations():
            item = self.document.get(join(*place[:-1]))
            todo: list[Json] = [{key: operation[key] for key in parts if key in operation}]
            todo += [item["parameters"]] if "parameters" in item else []
            seen: set[str] = set()
            while todo:
                for _, target in references(todo.pop()):
                    component = join(*split(target)[:3])
                    if component.startswith(_COMPONENTS) and component not in seen:
                        seen.add(component)
                        todo.append(self.document.get(component))
            for component in seen:
                found.setdefault(component, []).append(name)
        return {component: tuple(names) for component, names in found.items()}


def component_of(pointer: str) -> str | None:
    """Return the pointer of the component that another pointer leads into, if it does."""
    parts = split(pointer)
    return join(*parts[:3]) if parts[:1] == ("components",) and len(parts) > 2 else None
