"""What has changed in the tables that neither griffe nor Redocly rates: the `x-client-*` of operations and security schemes.

A table is data: another value in it needs a minor bump. A table or a field that is removed is a breaking change, and so are a new
rule, as it refuses requests that were sent before, and an environment variable that is renamed, removed or newly required.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from scripts.api_diff.changes import Change, Heading
from scripts.packages.versions import Bump
from scripts.spec.document import Document, Json, join

_NOTE = "x-client-note"
_RULES = "x-client-rules"
_REQUIRED, _OPTIONAL = "x-client-credentials.environment.", "x-client-credentials.optional."
_Row = tuple[Bump, Heading, str]


def table_changes(old: Document, new: Document) -> list[Change]:
    """Return what has changed for the operations and security schemes that are in both documents.

    The same change of several operations is reported once.
    """
    before, after = _tables(old), _tables(new)
    found: dict[_Row, list[str]] = {}
    for name in before.keys() & after.keys():
        for row in _rows(before[name], after[name]):
            found.setdefault(row, []).append(name)
    return [
        Change(bump=bump, heading=heading, text=f"{', '.join(f'`{each}`' for each in sorted(names))}: {text}")
        for (bump, heading, text), names in sorted(found.items())
    ]


def _tables(document: Document) -> dict[str, Mapping[str, Json]]:
    """Return the operations by operationId, and the security schemes by name."""
    schemes = document.resolved.data.get("components", {}).get("securitySchemes", {})
    operations = {operation["operationId"]: document.resolved.get(join(*place)) for place, operation in document.operations()}
    return {**schemes, **operations}


def _rows(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[_Row]:
    was, now = (dict(field for name, table in tables.items() for field in _fields(name, table)) for tables in (old, new))
    for place in dict.fromkeys([*was, *now]):
        if place == _RULES:
            yield from _rules(was.get(place, []), now.get(place, []))
        elif place not in was:
            yield Bump.MAJOR if place.startswith(_REQUIRED) else Bump.MINOR, "Added", f"`{place}` was set to {_shown(now[place])}."
        elif place not in now:
            yield Bump.MAJOR, "Removed", f"`{place}` was removed; it was {_shown(was[place])}."
        elif was[place] != now[place]:
            bump = Bump.MAJOR if place.startswith((_REQUIRED, _OPTIONAL)) else Bump.MINOR
            yield bump, "Changed", f"`{place}` changed from {_shown(was[place])} to {_shown(now[place])}."


def _fields(place: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Yield the values in a table by dotted names, such as `x-client-retry.attempts`; a list is one value."""
    if not place.startswith("x-client-") or place.endswith(_NOTE):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(f"{place}.{key}", inner)
    else:
        yield place, value


def _rules(old: list[Json], new: list[Json]) -> Iterator[_Row]:
    """Compare rules between parameters; `because` is only the text of the error."""
    was, now = ({_shown({**rule, "because": ""}): rule["because"] for rule in rules} for rules in (old, new))
    for rule in now.keys() - was.keys():
        yield Bump.MAJOR, "Added", f"the rule {rule} was added: {now[rule]}."
    for rule in was.keys() - now.keys():
        yield Bump.MINOR, "Removed", f"the rule {rule} was removed."
    for rule in was.keys() & now.keys():
        if was[rule] != now[rule]:
            yield Bump.PATCH, "Changed", f"`because` of the rule {rule} changed from '{was[rule]}' to '{now[rule]}'."


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        value = {key: inner for key, inner in value.items() if inner != ""}
    return f"'{value}'" if isinstance(value, str) else f"'{json.dumps(value)}'"
