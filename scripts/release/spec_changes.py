"""What has changed in a spec, in words, and what it means for those who use the client that is generated from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path

from scripts.document import SCHEMAS, Json, join, read, split
from scripts.finding import SpecError
from scripts.generate.names import class_name, method_name, module_name, words
from scripts.release.changes import Change, Heading, Topic
from scripts.release.history import ReleaseError
from scripts.release.redocly_diff import SpecDifference, spec_differences
from scripts.release.spec_view import SpecView, component_of
from scripts.release.table_changes import table_changes
from scripts.release.versions import Bump

_MOST_OPERATIONS = 3
# What has no effect on a client: it is shipped with it, but not told.
_TEXTS = frozenset(
    ["description", "summary", "title", "examples", "example", "externalDocs", "x-client-note", "tags", "deprecated"]
)
_TEXT_TYPES = frozenset(["Info", "Contact", "License", "Tag", "TagList", "Example", "ExamplesMap", "ExternalDocs", "SpecExtension"])
# For each limit of a value: in words, what there is without it, and whether a higher number allows more.
_LIMITS = {
    "maxItems": ("at most {} items", "any number", True),
    "minItems": ("at least {} items", "any number", False),
    "maxLength": ("at most {} characters", "any number", True),
    "minLength": ("at least {} characters", "any number", False),
    "maximum": ("at most {}", "any number", True),
    "minimum": ("at least {}", "any number", False),
    "exclusiveMaximum": ("less than {}", "any number", True),
    "exclusiveMinimum": ("more than {}", "any number", False),
    "maxProperties": ("at most {} fields", "any number", True),
    "minProperties": ("at least {} fields", "any number", False),
    "pattern": ("only what matches `{}`", "any text", None),
    "multipleOf": ("only multiples of {}", "any number", None),
}


def spec_changes(old: Path, new: Path) -> tuple[list[Change], frozenset[str]]:
    """Return what has changed between two documents, and the names of the classes that are only answered now.

    Raises:
        ReleaseError: a document cannot be read, or not be compared.
    """
    before, after = _view(old), _view(new)
    found = [change for each in spec_differences(old, new) for change in _Words(each, before, after).changes()]
    return list(dict.fromkeys([*found, *table_changes(before.tables, after.tables)])), after.answered


def _view(path: Path) -> SpecView:
    try:
        view = SpecView(read(path))
        view.tables  # noqa: B018 - what refers to nothing is found here
    except SpecError as error:
        raise ReleaseError(str(error.findings[0])) from error
    except (LookupError, TypeError, AttributeError) as error:
        raise ReleaseError(f"{path}: is no valid OpenAPI document ({error!r}); run make lint") from error
    return view


@dataclass
class _Words:
    """Tells one difference that Redocly has found."""

    difference: SpecDifference
    before: SpecView
    after: SpecView

    def changes(self) -> Iterator[Change]:
        """Yield the difference in words; nothing for what is told elsewhere or has no effect."""
        each = self.difference
        parts = split(each.place)
        extension = any(part.startswith("x-client-") for part in parts)
        if each.property in _TEXTS or each.type in _TEXT_TYPES or extension or {"examples", "example"} & set(parts):
            return
        by_type: dict[str, Callable[[], Iterator[Change]]] = {
            "PathItem": self._path,
            "Operation": self._operation,
            "Parameter": self._parameter,
            "Response": self._response,
            "Header": self._header,
            "Server": self._server,
            "SecurityScheme": self._security,
            "SecurityRequirement": self._security,
            "Schema": self._schema,
        }
        yield from by_type.get(each.type, self._other)()

    @property
    def view(self) -> SpecView:
        return self.before if self.difference.kind == "removed" else self.after

    @property
    def pointer(self) -> str:
        return self.difference.old_pointer if self.difference.kind == "removed" else self.difference.new_pointer

    def _change(self, text: str, *topics: Topic, bump: Bump | None = None, heading: Heading | None = None) -> Change:
        by_kind: dict[str, Heading] = {"added": "Added", "removed": "Removed", "modified": "Changed"}
        return Change(
            bump=self.difference.bump if bump is None else bump,
            heading=heading or by_kind[self.difference.kind],
            text=text,
            topics=frozenset(topics),
        )

    def _users(self) -> tuple[str, ...]:
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

    def _subject(self) -> str:
        users = self._users()
        if len(users) > _MOST_OPERATIONS:
            component = component_of(self.pointer) or ""
            return f"`{split(component)[-1]}`" if component.startswith(SCHEMAS) else f"{len(users)} operations"
        return ", ".join(f"`{each}`" for each in users) or "the spec"

    def _of_operations(self, *rest: str) -> list[Topic]:
        return [("operation", method_name(each), *rest) for each in self._users()]

    def _path(self) -> Iterator[Change]:
        each = self.difference
        if each.kind == "modified":
            if each.property == "key":
                for (path, _), name in self.after.operations.items():
                    if path == each.new:
                        text = f"`{name}`: is sent to `{each.new}` instead of to `{each.old}`"
                        yield self._change(text, ("operation", method_name(name), "path"))
            return
        path = split(each.place)[1]
        for (found, _), name in self.view.operations.items():
            if found == path:
                yield self._whole_operation(name)

    def _whole_operation(self, name: str) -> Change:
        text = f"`{name}`: new operation" if self.difference.kind == "added" else f"`{name}`: the operation is gone"
        return self._change(text, ("operation", method_name(name)), ("behaviour",))

    def _operation(self) -> Iterator[Change]:
        each = self.difference
        if each.kind != "modified":
            _, path, method = split(each.place)[:3]
            yield self._whole_operation(self.view.operations[path, method])
        elif each.property == "operationId":
            text = f"`{each.new}`: new name of the operation `{each.old}`"
            names = [("operation", method_name(str(name))) for name in (each.old, each.new)]
            yield self._change(text, *names, ("behaviour",))
        else:
            yield from self._other()

    def _named(self) -> tuple[str, list[Topic]] | None:
        """Return what is said of the parameter that the place is in, if it is in one."""
        found = self.view.parameter(self.pointer)
        if not found:
            return None
        where, name = found
        return f"{where} parameter `{name}`", self._of_operations(module_name(name))

    def _parameter(self) -> Iterator[Change]:
        named = self._named()
        if not named:
            yield from self._other()
            return
        each = self.difference
        what, topics = named
        required = _is_required(each.new if each.kind == "added" else self.after.get(each.new_pointer.rpartition("/")[0]))
        if each.kind == "added":
            text = f"{self._subject()}: new {'required' if required else 'optional'} {what}"
            yield self._change(text, *topics)
        elif each.kind == "removed":
            yield self._change(f"{self._subject()}: the {what} is gone", *topics)
        elif each.property == "required":
            state = "required" if each.new is True else "optional"
            yield self._change(f"{self._subject()}: {what} is {state}", *topics)
        else:
            text = f"{self._subject()}: {what}: `{each.property}` is {_shown(each.new)} instead of {_shown(each.old)}"
            yield self._change(text, *topics)

    def _response(self) -> Iterator[Change]:
        each = self.difference
        parts = split(each.place)
        if "responses" not in parts[:-1] or each.kind == "modified":
            yield from self._other()
            return
        status = parts[parts.index("responses") + 1]
        state = "is documented" if each.kind == "added" else "is no longer documented"
        names = [class_name(words(HTTPStatus(int(status)).phrase))] if _is_known(status) else []
        topics: list[Topic] = [("error", name) for name in [*names, f"Status{status}"]]
        yield self._change(f"{self._subject()}: the answer {status} {state}", *topics)

    def _header(self) -> Iterator[Change]:
        each = self.difference
        parts = split(each.place)
        name = parts[parts.index("headers") + 1] if "headers" in parts[:-1] else parts[-1]
        of = f" of the answer {parts[parts.index('responses') + 1]}" if "responses" in parts[:-1] else ""
        if each.kind == "modified":
            text = f"the header `{name}`{of}: `{each.property}` is {_shown(each.new)} instead of {_shown(each.old)}"
        else:
            text = f"new header `{name}`{of}" if each.kind == "added" else f"the header `{name}`{of} is gone"
        yield self._change(f"{self._subject()}: {text}")

    def _server(self) -> Iterator[Change]:
        each = self.difference
        if each.kind != "modified":
            name = each.new if each.kind == "added" else each.old
            shown = f"`{name.get('x-client-server', name['url'])}`"
            text = f"new server {shown}" if each.kind == "added" else f"the server {shown} is gone"
            yield self._change(text, ("servers",))
            return
        server = self.after.get(each.place) or {}
        name = server.get("x-client-server", server.get("url"))
        if each.property == "url" and "x-client-server" in server:  # callers name the server, not its URL
            text = f"the server `{name}` is at {each.new} instead of at {each.old}"
            yield self._change(text, ("servers",), bump=Bump.MINOR)
        elif each.property == "x-client-server":
            text = f"the server `{each.old}` is called `{each.new}`"
            yield self._change(text, ("servers",), bump=Bump.MAJOR)
        else:
            yield self._change(f"the server `{name}`: `{each.property}` is {_shown(each.new)} instead of {_shown(each.old)}")

    def _security(self) -> Iterator[Change]:
        each = self.difference
        name = split(each.place)[-1]
        if each.type == "SecurityRequirement":
            given = each.old if each.kind == "removed" else each.new
            name = " and ".join(given) if isinstance(given, dict) else name
        topics: list[Topic] = [("credentials", class_name(name)), ("credentials",)]
        if each.kind == "modified":
            text = f"the credentials `{name}`: `{each.property}` is {_shown(each.new)} instead of {_shown(each.old)}"
        else:
            text = f"the credentials `{name}` are {'accepted' if each.kind == 'added' else 'no longer accepted'}"
        yield self._change(text, *topics, bump=max(each.bump, Bump.MINOR))

    def _schema(self) -> Iterator[Change]:
        each = self.difference
        if self.pointer.startswith(SCHEMAS) and len(split(self.pointer)) == 3 and each.kind != "modified":
            return  # a name of a class, which Python tells of
        if each.property == "key" and split(each.place)[:2] == ("components", "schemas"):
            return  # likewise
        if each.property == "required":
            yield from self._required()
            return
        name, topics = self._field()
        if each.kind != "modified":
            if "properties" in split(each.place)[-2:-1] or "properties" in split(self.pointer)[-2:-1]:
                yield self._whole_field(name, topics)
            else:
                yield from self._other()
        elif each.property == "key":
            was = split(each.old_pointer)[-1]
            renamed = [(*topic[:-1], module_name(was)) for topic in topics]
            yield self._change(f"{self._subject()}: {name} is called so instead of `{was}`", *topics, *renamed, bump=Bump.MAJOR)
        elif each.property in _LIMITS:
            yield self._limit(name, topics)
        elif each.property == "enum":
            yield from self._values(name, topics)
        elif each.property == "x-client-enum":
            closed = each.new == "closed"
            text = f"{name} {'refuses' if closed else 'passes on'} values that are not listed"
            yield self._change(f"{self._subject()}: {text}", *topics, bump=Bump.MAJOR if closed else Bump.MINOR)
        elif each.property == "uniqueItems":
            text = f"{name} {'takes each item once' if each.new else 'may repeat items'}"
            bump = Bump.MAJOR if each.new and self._is_sent() else Bump.MINOR
            yield self._change(f"{self._subject()}: {text}", *topics, bump=bump)
        elif each.property == "type":
            yield self._change(f"{self._subject()}: {name} is {_shown(each.new)} instead of {_shown(each.old)}", *topics)
        else:
            text = f"{name}: `{each.property}` is {_shown(each.new)} instead of {_shown(each.old)}"
            yield self._change(f"{self._subject()}: {text}", *topics)

    def _field(self) -> tuple[str, list[Topic]]:
        """Return how the field, or parameter, is called whose schema the place is, and what that is about."""
        if named := self._named():
            return named
        component = component_of(self.pointer)
        parts = split(self.difference.place)
        if len(self._users()) > 1 and component:
            parts = split(self.pointer)
        names = [part for place, part in enumerate(parts) if place and parts[place - 1] == "properties"]
        inner = split(self.pointer)
        topics: list[Topic] = []
        if component and component.startswith(SCHEMAS):
            of = [part for place, part in enumerate(inner) if place > 3 and inner[place - 1] == "properties"]
            topics = [("model", class_name(inner[2]), *map(module_name, of[:1]))]
        if names:
            return f"`{'.'.join(names)}`", topics
        if component and component.startswith(SCHEMAS):
            return f"`{inner[2]}`", topics
        return "the body", topics

    def _whole_field(self, name: str, topics: list[Topic]) -> Change:
        each = self.difference
        owner = self.view.get(join(*split(self.pointer)[:-2])) or {}
        required = split(self.pointer)[-1] in owner.get("required", ())
        sent = self._is_sent()
        if each.kind == "removed":
            return self._change(f"{self._subject()}: the field {name} is gone", *topics, bump=Bump.MAJOR)
        kind = ("required" if required else "optional") if sent else "answered"
        bump = Bump.MAJOR if required and sent else Bump.MINOR
        return self._change(f"{self._subject()}: new {kind} field {name}", *topics, bump=bump)

    def _required(self) -> Iterator[Change]:
        """Tell of each field that had to be there, or has to be there now."""
        each = self.difference
        was, now = set(each.old or ()), set(each.new or ())
        place = each.new_pointer if "properties" in str(self.after.get(each.new_pointer)) else each.new_pointer.rpartition("/")[0]
        fields = (self.after.get(place) or {}).get("properties", {})
        old_place = each.old_pointer if isinstance(self.before.get(each.old_pointer), dict) else each.old_pointer.rpartition("/")[0]
        old_fields = (self.before.get(old_place) or {}).get("properties", {})
        of, topics = self._field()
        inside = "" if of == "the body" or split(each.place)[-2:-1] != ("properties",) else of.strip("`") + "."
        for field in sorted(was ^ now):
            if field not in fields or field not in old_fields:
                continue  # the field itself is new or gone, and that is told
            if self._is_sent():
                text, bump = ("is required", Bump.MAJOR) if field in now else ("is optional", Bump.MINOR)
            else:
                text, bump = ("is always there", Bump.MINOR) if field in now else ("may be absent", Bump.MAJOR)
            about = [(*topic[:2], module_name(field)) for topic in topics]
            yield self._change(f"{self._subject()}: `{inside}{field}` {text}", *about, bump=bump, heading="Changed")

    def _is_sent(self) -> bool:
        """Tell whether the place is part of a request."""
        component = component_of(self.pointer)
        if component:
            return component in self.view.sent
        return bool({"requestBody", "parameters"} & set(split(self.difference.place)))

    def _limit(self, name: str, topics: list[Topic]) -> Change:
        """Tell of a limit. Answers are read whether or not they keep to it, so there it breaks nothing."""
        each = self.difference
        text, without, higher = _LIMITS[each.property]
        shown = [without if limit is None else text.format(_number(limit)) for limit in (each.new, each.old)]
        if None not in (each.new, each.old) and higher is not None:
            shown[1] = _number(each.old)
        if each.new is None:
            looser = True
        elif each.old is None or higher is None:
            looser = False
        else:
            looser = (each.new > each.old) is higher
        sent = self._is_sent()
        words = f"{name} {'takes' if sent else 'has'} {shown[0]} instead of {shown[1]}"
        bump = Bump.MINOR if looser or not sent else Bump.MAJOR
        return self._change(f"{self._subject()}: {words}", *topics, ("behaviour",), bump=bump, heading="Changed")

    def _values(self, name: str, topics: list[Topic]) -> Iterator[Change]:
        each = self.difference
        was, now = each.old or [], each.new or []
        whole = [topic[:2] for topic in topics]
        for value in (value for value in now if value not in was):
            about = [(*topic, str(value)) for topic in whole]
            yield self._change(f"{self._subject()}: new value `{value}` of {name}", *about, bump=Bump.MINOR, heading="Added")
        for value in (value for value in was if value not in now):
            bump = Bump.MAJOR if self._is_sent() else max(each.bump, Bump.MINOR)
            about = [(*topic, str(value)) for topic in whole]
            yield self._change(f"{self._subject()}: the value `{value}` of {name} is gone", *about, bump=bump, heading="Removed")

    def _other(self) -> Iterator[Change]:
        """Tell of what has no words of its own."""
        each = self.difference
        parts = split(each.place)
        what = each.property or parts[-1]
        if each.type == "SchemaProperties" or what in _TEXTS:
            return
        text = f"{self._subject()}: `{what}` of the {each.type} is {_shown(each.new)} instead of {_shown(each.old)}"
        change = self._change(text, ("behaviour",)) if "links" in parts else self._change(text)
        yield replace(change, bump=max(change.bump, Bump.PATCH))


def _is_required(value: Json) -> bool:
    return isinstance(value, dict) and value.get("required") is True


def _is_known(status: str) -> bool:
    return status.isdigit() and int(status) in HTTPStatus._value2member_map_


def _number(value: Json) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _shown(value: Json) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " or ".join(f"`{each}`" for each in value) or "nothing"
    if isinstance(value, dict | list):
        return "something" if value else "nothing"
    return f"`{_number(value)}`"
