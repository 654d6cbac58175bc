"""What has changed in a spec: what `redocly diff` reports, as it rates it, and what it does not know of `x-client-*`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scripts.api_diff.changes import Change, Heading
from scripts.api_diff.tables import table_changes
from scripts.generate.text.names import class_name, method_name, module_name
from scripts.lint import extensions, validity
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump
from scripts.spec.document import Document, Json, join, read, split
from scripts.spec.finding import SpecError
from scripts.tools import redocly

_HEADINGS: dict[str, Heading] = {"added": "Added", "removed": "Removed", "modified": "Changed"}
# What has no effect on a client.
_TEXTS = frozenset(
    ["description", "summary", "title", "examples", "example", "externalDocs", "x-client-note", "tags", "deprecated"]
)
_TEXT_TYPES = frozenset(["Contact", "Example", "ExamplesMap", "ExternalDocs", "License", "SpecExtension", "Tag", "TagList"])


def spec_changes(old: Path, new: Path) -> list[Change]:
    """Return what has changed between two documents.

    Raises:
        PackageError: a document cannot be read or compared.
    """
    after = _read(new, whole=True)
    try:
        before = _read(old, whole=False)
        if _content(before) == _content(after):
            return []
        differences = redocly.diff(old, new)
        found = [change for each in differences for change in _changes(each, before, after)]
        return list(dict.fromkeys([*found, *table_changes(before, after)]))
    except redocly.RedoclyError as error:
        raise PackageError(str(error)) from error
    except (LookupError, TypeError, AttributeError) as error:  # it may be older than the rules that specs have to follow now
        raise PackageError(f"{old}: does not have the form that specs have now, so it cannot be compared ({error!r})") from error


def _read(path: Path, *, whole: bool) -> Document:
    try:
        document = read(path)
        faults = validity.check(document) or (whole and extensions.check(document))
    except SpecError as error:
        raise PackageError(str(error.findings[0])) from error
    if faults:
        raise PackageError(str(faults[0]))
    return document


def _content(document: Document) -> Json:
    """Return all of a spec except the name and version of the package, which are not part of the API."""
    info = {key: value for key, value in document.data["info"].items() if key != "x-client-package"}
    return {**document.data, "info": info}


def _changes(difference: Json, before: Document, after: Document) -> Iterator[Change]:
    """Yield what Redocly reports, in its words; a line in the same style where it has none."""
    kind, field = difference["kind"], difference.get("property", "")
    removed = kind == "removed"
    document = before if removed else after
    parts = split(difference["base" if removed else "revision"]["pointer"])
    bump = Bump[difference["impact"].upper()]
    texts = [each["message"] for each in difference["verdicts"]]
    if texts and _is_looser(difference):
        bump = Bump.MINOR
    elif not texts and field not in _TEXTS and difference["typeName"] not in _TEXT_TYPES:
        texts, bump = _unrated(difference, parts, document)
    for text in texts:
        yield Change(
            bump=bump,
            heading=_HEADINGS[kind],
            text=f"{_label(parts, document)}: {text}",
            subjects=_subjects(parts, split(difference["path"]), before, after),
        )


def _unrated(difference: Json, parts: tuple[str, ...], document: Document) -> tuple[list[str], Bump]:
    """Return the line, if any, and the bump for a change that no rule of Redocly rates."""
    kind, field, type_name = difference["kind"], difference.get("property", ""), difference["typeName"]
    if kind == "added" and difference["impact"] == "minor":
        name = "Property" if parts[-2:-1] == ("properties",) else type_name
        return [f"{name} `{_name(parts, document)}` was added."], Bump.MINOR
    if kind != "modified" or type_name not in ("Schema", "Server") or field == "key":
        return [], Bump.PATCH
    was, now = difference["base"].get("value"), difference["revision"].get("value")
    breaking = field == "x-client-server" or (field == "x-client-enum" and now == "closed")
    return [f"`{field}` changed from '{was}' to '{now}'."], Bump.MAJOR if breaking else Bump.MINOR


def _is_looser(difference: Json) -> bool:
    """Return whether a limit only allows more. That breaks nothing, as clients read responses that exceed a limit, too."""
    if not any(each["ruleId"] == "schema-constraint-changed" for each in difference["verdicts"]):
        return False
    field: str = difference["property"]
    old, new = difference["base"].get("value"), difference["revision"].get("value")
    if new in (None, False):
        return field != "format"
    if old is None or not isinstance(new, int | float):
        return False
    return bool(new > old) if "max" in field.lower() else "min" in field.lower() and bool(new < old)


def _label(parts: tuple[str, ...], document: Document) -> str:
    """Return where a change is: in a component, in an operation, or elsewhere."""
    if parts[0] == "components" and len(parts) > 2:
        return f"`{parts[2]}`"
    operations = _operations(parts, document)
    return ", ".join(f"`{each}`" for each in operations) or parts[0]


def _operations(parts: tuple[str, ...], document: Document) -> list[str]:
    """Return the operationIds of a path, or of one of its methods."""
    found = ((place, operation["operationId"]) for place, operation in document.operations())
    return [name for place, name in found if tuple(map(str, place[: len(parts)])) == parts[: len(place)]]


def _name(parts: tuple[str, ...], document: Document) -> str:
    """Return the name of a place: the one that a parameter or server states, else its key."""
    value = document.resolved.get(join(*parts))
    stated = value if isinstance(value, dict) and parts[-1].isdigit() else {}
    return str(stated.get("x-client-server") or stated.get("name") or stated.get("url") or parts[-1])


def _subjects(parts: tuple[str, ...], path: tuple[str, ...], *documents: Document) -> frozenset[str]:
    """Return the names that a place has in the generated client."""
    if parts[0] == "servers":
        return frozenset(["Server", "SERVERS"])
    if parts[0] == "components" and parts[1] == "schemas" and len(parts) > 2:
        fields = [module_name(part) for place, part in enumerate(parts) if place > 3 and parts[place - 1] == "properties"]
        return frozenset([".".join([class_name(parts[2]), *fields[:1]])])
    if parts[0] == "components" and parts[1] == "securitySchemes" and len(parts) > 2:
        return frozenset([class_name(parts[2])])
    if "parameters" in parts[:-1]:
        place, names = parts[: parts.index("parameters") + 2], set[str]()
        for each in documents:
            with suppress(LookupError):  # it is in one of them, at least
                names.add(module_name(_name(place, each)))
        return frozenset(names)
    return frozenset(method_name(name) for each in documents for name in _operations(path, each))
