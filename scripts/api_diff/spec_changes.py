"""What has changed in a spec, in words, and what it means for those who use the client that is generated from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

from scripts.api_diff.changes import Change, Topic
from scripts.api_diff.credential_changes import credential_changes
from scripts.api_diff.redocly_diff import spec_differences
from scripts.api_diff.schema_words import SchemaWords
from scripts.api_diff.spec_place import TEXTS, shown
from scripts.api_diff.spec_view import SpecView
from scripts.api_diff.table_changes import table_changes
from scripts.generate.text.names import class_name, method_name, words
from scripts.lint import extensions, validity
from scripts.packages.git import ReleaseError
from scripts.packages.versions import Bump
from scripts.spec.document import Document, Json, read, split
from scripts.spec.finding import SpecError

# What has no effect on a client: it is shipped with it, but not told.
_TEXT_TYPES = frozenset(["Info", "Contact", "License", "Tag", "TagList", "Example", "ExamplesMap", "ExternalDocs", "SpecExtension"])


def spec_changes(old: Path, new: Path) -> tuple[list[Change], frozenset[str]]:
    """Return what has changed between two documents, and the names of the classes that are only answered now.

    Raises:
        ReleaseError: a document cannot be read, or not be compared.
    """
    after = SpecView(_read(new, whole=True))
    try:
        before = SpecView(_read(old, whole=False))
        if _content(before) == _content(after):
            return [], after.answered
        tables = [*table_changes(before.tables, after.tables), *credential_changes(before.document, after.document)]
        found = [change for each in spec_differences(old, new) for change in _Words(each, before, after).changes()]
    except SpecError as error:
        raise ReleaseError(str(error.findings[0])) from error
    except (LookupError, TypeError, AttributeError) as error:  # it may be older than the rules that specs have to keep to now
        raise ReleaseError(f"{old}: is not written as specs are now, so it cannot be compared ({error!r})") from error
    return list(dict.fromkeys([*found, *tables])), after.answered


def _content(spec: SpecView) -> Json:
    """Return all of a spec but how the package is called, which is no change of the API."""
    data = spec.document.data
    info = {key: value for key, value in data["info"].items() if key != "x-client-package"}
    return {**data, "info": info}


def _read(path: Path, *, whole: bool) -> Document:
    try:
        document = read(path)
    except SpecError as error:
        raise ReleaseError(str(error.findings[0])) from error
    if faults := validity.check(document) or (whole and extensions.check(document)):
        raise ReleaseError(str(faults[0]))
    return document


class _Words(SchemaWords):
    """Tells one difference that Redocly has found."""

    def changes(self) -> Iterator[Change]:
        """Yield the difference in words; nothing for what is told elsewhere or has no effect."""
        each = self.difference
        parts = split(each.place)
        extension = any(part.startswith("x-client-") for part in parts)
        if each.property in TEXTS or each.type in _TEXT_TYPES or extension or {"examples", "example"} & set(parts):
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
            "Schema": self.schema,
        }
        yield from by_type.get(each.type, self.other)()

    def _path(self) -> Iterator[Change]:
        each = self.difference
        if each.kind == "modified":
            if each.property == "key":
                for (path, _), name in self.after.operations.items():
                    if path == each.new:
                        text = f"`{name}`: is sent to `{each.new}` instead of to `{each.old}`"
                        yield self.change(text, ("operation", method_name(name), "path"))
            return
        path = split(each.place)[1]
        for (found, _), name in self.view.operations.items():
            if found == path:
                yield self._whole_operation(name)

    def _whole_operation(self, name: str) -> Change:
        text = f"`{name}`: new operation" if self.difference.kind == "added" else f"`{name}`: the operation is gone"
        return self.change(text, ("operation", method_name(name)), ("behaviour",))

    def _operation(self) -> Iterator[Change]:
        each = self.difference
        if each.kind != "modified":
            _, path, method = split(each.place)[:3]
            yield self._whole_operation(self.view.operations[path, method])
        elif each.property == "operationId":
            text = f"`{each.new}`: new name of the operation `{each.old}`"
            names = [("operation", method_name(str(name))) for name in (each.old, each.new)]
            yield self.change(text, *names, ("behaviour",))
        else:
            yield from self.other()

    def _parameter(self) -> Iterator[Change]:
        named = self.named()
        if not named:
            yield from self.other()
            return
        each = self.difference
        what, topics = named
        required = _is_required(each.new if each.kind == "added" else self.after.get(each.new_pointer.rpartition("/")[0]))
        if each.kind == "added":
            text = f"{self.subject()}: new {'required' if required else 'optional'} {what}"
            yield self.change(text, *topics)
        elif each.kind == "removed":
            yield self.change(f"{self.subject()}: the {what} is gone", *topics)
        elif each.property == "required":
            state = "required" if each.new is True else "optional"
            yield self.change(f"{self.subject()}: {what} is {state}", *topics)
        else:
            text = f"{self.subject()}: {what}: `{each.property}` is {shown(each.new)} instead of {shown(each.old)}"
            yield self.change(text, *topics)

    def _response(self) -> Iterator[Change]:
        each = self.difference
        parts = split(each.place)
        if "responses" not in parts[:-1] or each.kind == "modified":
            yield from self.other()
            return
        status = parts[parts.index("responses") + 1]
        state = "is documented" if each.kind == "added" else "is no longer documented"
        names = [class_name(words(HTTPStatus(int(status)).phrase))] if _is_known(status) else []
        topics: list[Topic] = [("error", name) for name in [*names, f"Status{status}"]]
        yield self.change(f"{self.subject()}: the response {status} {state}", *topics)

    def _header(self) -> Iterator[Change]:
        each = self.difference
        parts = split(each.place)
        name = parts[parts.index("headers") + 1] if "headers" in parts[:-1] else parts[-1]
        of = f" of the response {parts[parts.index('responses') + 1]}" if "responses" in parts[:-1] else ""
        if each.kind == "modified":
            text = f"the header `{name}`{of}: `{each.property}` is {shown(each.new)} instead of {shown(each.old)}"
        else:
            text = f"new header `{name}`{of}" if each.kind == "added" else f"the header `{name}`{of} is gone"
        yield self.change(f"{self.subject()}: {text}")

    def _server(self) -> Iterator[Change]:
        each = self.difference
        if each.kind != "modified":
            given = each.new if each.kind == "added" else each.old
            named = f"`{given.get('x-client-server', given['url'])}`"
            text = f"new server {named}" if each.kind == "added" else f"the server {named} is gone"
            yield self.change(text, ("servers",))
            return
        server = self.after.get(each.place) or {}
        name = server.get("x-client-server", server.get("url"))
        if each.property == "url" and "x-client-server" in server:  # callers name the server, not its URL
            text = f"the server `{name}` is at {each.new} instead of at {each.old}"
            yield self.change(text, ("servers",), bump=Bump.MINOR)
        elif each.property == "x-client-server":
            text = f"the server `{each.old}` is called `{each.new}`"
            yield self.change(text, ("servers",), bump=Bump.MAJOR)
        else:
            yield self.change(f"the server `{name}`: `{each.property}` is {shown(each.new)} instead of {shown(each.old)}")

    def _security(self) -> Iterator[Change]:
        each = self.difference
        name = split(each.place)[-1]
        if each.type == "SecurityRequirement":
            given = each.old if each.kind == "removed" else each.new
            name = " and ".join(given) if isinstance(given, dict) else name
        topics: list[Topic] = [("credentials", class_name(name)), ("credentials",)]
        if each.kind == "modified":
            text = f"the credentials `{name}`: `{each.property}` is {shown(each.new)} instead of {shown(each.old)}"
        else:
            text = f"the credentials `{name}` are {'accepted' if each.kind == 'added' else 'no longer accepted'}"
        yield self.change(text, *topics, bump=max(each.bump, Bump.MINOR))


def _is_required(value: Json) -> bool:
    return isinstance(value, dict) and value.get("required") is True


def _is_known(status: str) -> bool:
    return status.isdigit() and int(status) in HTTPStatus._value2member_map_
