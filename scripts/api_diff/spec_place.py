"""A change in a spec, and what can be said of the place where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scripts.api_diff.changes import Change, Heading, Topic
from scripts.api_diff.redocly_diff import SpecDifference
from scripts.api_diff.spec_view import SpecView, component_of
from scripts.generate.text.names import class_name, method_name, module_name
from scripts.packages.versions import Bump
from scripts.spec.document import SCHEMAS, Json, split

_MOST_OPERATIONS = 3
# What has no effect on a client: it is shipped with it, but not told.
TEXTS = frozenset(["description", "summary", "title", "examples", "example", "externalDocs", "x-client-note", "tags", "deprecated"])


@dataclass
class SpecPlace:
    """A difference that Redocly has found, with the specs before and now."""

    difference: SpecDifference
    before: SpecView
    after: SpecView

    @property
    def view(self) -> SpecView:
        """The spec that has the place: before if it is gone, else now."""
        return self.before if self.difference.kind == "removed" else self.after

    @property
    def pointer(self) -> str:
        """Where the place stands in that spec."""
        return self.difference.old_pointer if self.difference.kind == "removed" else self.difference.new_pointer

    def change(self, text: str, *topics: Topic, bump: Bump | None = None, heading: Heading | None = None) -> Change:
        """Return the change with its words; as weighty, and under the heading, as Redocly says where nothing else is given."""
        by_kind: dict[str, Heading] = {"added": "Added", "removed": "Removed", "modified": "Changed"}
        return Change(
            bump=self.difference.bump if bump is None else bump,
            heading=heading or by_kind[self.difference.kind],
            text=text,
            topics=frozenset(topics),
        )

    def users(self) -> tuple[str, ...]:
        """Return the operations that the place belongs to."""
        component = component_of(self.pointer)
        if component and (users := self.view.users.get(component)):
            return users
        parts = split(self.difference.place)
        if len(parts) > 2 and parts[0] == "paths":
            name = self.view.operations.get((parts[1], parts[2]))
            if name:
                return (name,)
        return ()

    def subject(self) -> str:
        """Return what to begin with: the operations, or the schema where those are many."""
        users = self.users()
        if len(users) > _MOST_OPERATIONS:
            component = component_of(self.pointer) or ""
            return f"`{split(component)[-1]}`" if component.startswith(SCHEMAS) else f"{len(users)} operations"
        return ", ".join(f"`{each}`" for each in users) or "the spec"

    def of_operations(self, *rest: str) -> list[Topic]:
        """Return what is said about, for each operation."""
        return [("operation", method_name(each), *rest) for each in self.users()]

    def named(self) -> tuple[str, list[Topic]] | None:
        """Return what is said of the parameter that the place is in, if it is in one."""
        found = self.view.parameter(self.pointer)
        if not found:
            return None
        where, name = found
        return f"{where} parameter `{name}`", self.of_operations(module_name(name))

    def field(self) -> tuple[str, list[Topic]]:
        """Return how the field, or parameter, is called whose schema the place is, and what that is about."""
        if named := self.named():
            return named
        component = component_of(self.pointer)
        parts = split(self.difference.place)
        inner = split(self.pointer)
        shared = component is not None and component.startswith(SCHEMAS) and len(self.users()) > 1
        parts = inner if shared else parts
        names = [part for place, part in enumerate(parts) if place and parts[place - 1] == "properties"]
        if shared and names and len(self.users()) <= _MOST_OPERATIONS:
            names.insert(0, inner[2])
        topics: list[Topic] = []
        if component and component.startswith(SCHEMAS):
            of = [part for place, part in enumerate(inner) if place > 3 and inner[place - 1] == "properties"]
            topics = [("model", class_name(inner[2]), *map(module_name, of[:1]))]
        if names:
            return f"`{'.'.join(names)}`", topics
        if component and component.startswith(SCHEMAS):
            return f"`{inner[2]}`", topics
        return "the body", topics

    def is_sent(self) -> bool:
        """Tell whether the place is part of a request."""
        component = component_of(self.pointer)
        if component:
            return component in self.view.sent
        return bool({"requestBody", "parameters"} & set(split(self.difference.place)))

    def other(self) -> Iterator[Change]:
        """Tell of what has no words of its own."""
        each = self.difference
        parts = split(each.place)
        what = each.property or parts[-1]
        if each.type == "SchemaProperties" or what in TEXTS:
            return
        if each.type == "MediaType" and what == "key":
            verb = "responses with" if "responses" in parts else "takes"
            yield self.change(f"{self.subject()}: {verb} {shown(each.new)} instead of {shown(each.old)}")
            return
        text = f"{self.subject()}: `{what}` of the {each.type} is {shown(each.new)} instead of {shown(each.old)}"
        change = self.change(text, ("behaviour",)) if "links" in parts else self.change(text)
        yield replace(change, bump=max(change.bump, Bump.PATCH))


def number(value: Json) -> str:
    """Write a number with commas between thousands."""
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def shown(value: Json) -> str:
    """Write a value of a spec as a part of a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " or ".join(f"`{each}`" for each in value) or "nothing"
    if isinstance(value, dict | list):
        return "something" if value else "nothing"
    return f"`{number(value)}`"
