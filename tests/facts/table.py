"""The rows of a facts table: read them, refuse a malformed one, compare one with its spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from scripts.spec.document import Document, Json
from tests.facts.view import AbsentError, DanglingError, look
from tests.properties.schemas import equal

CHECKS = ("is", "has", "absent")
SCOPES = ("operation", "schema")
KEYS = ("fact", *SCOPES, "at", *CHECKS)


@dataclass(frozen=True)
class Row:
    """One fact, where it is in its table, and what is wrong with the row; None if nothing is."""

    path: Path
    line: int
    entry: dict[str, Json] = field(default_factory=dict)
    fault: str | None = None

    @property
    def api(self) -> str:
        """Name of the spec."""
        return self.path.stem

    @property
    def same_check(self) -> str:
        """What two rows have in common that check the same value of the same spec."""
        return repr((self.api, sorted((key, repr(value)) for key, value in self.entry.items() if key != "fact")))

    def __str__(self) -> str:
        return f"{self.api}: {self.entry.get('fact', f'line {self.line}')}"

    def finding(self, problem: str) -> str:
        """Write a problem of the row as one line."""
        return f"{self.path.name}:{self.line}: {self.entry.get('fact', 'no fact')}: {problem}"


def read_table(path: Path) -> list[Row]:
    """Read a facts table; a row that is malformed, or a file that cannot be read, becomes a row with a fault."""
    try:
        text = path.read_text(encoding="utf-8")
        nodes = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [Row(path, line, fault=f"invalid YAML, {error.problem}")]
    if nodes is None or not isinstance(entries, list):
        return [Row(path, 1, fault="a facts table is a list of rows")]
    return [_row(path, node, entry) for node, entry in zip(nodes.value, entries, strict=True)]


def _row(path: Path, node: yaml.Node, entry: Json) -> Row:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        return Row(path, line, fault=f"a row is an object, not {entry!r}")
    keys = [key.value for key, _ in node.value]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return Row(path, line, entry, f"{', '.join(twice)} is given twice" if twice else _fault(entry))


def _fault(entry: dict[str, Json]) -> str | None:
    unknown = [str(key) for key in entry if key not in KEYS]
    if unknown:
        return f"unknown key {', '.join(unknown)}; a row has {', '.join(KEYS)}"
    for key in ("fact", "at", *(key for key in SCOPES if key in entry)):
        value = entry.get(key)
        if not isinstance(value, str) or (key != "at" and not value.strip()):
            return f"{key} has to be text, not {value!r}"
    return _fault_of_position(entry) or _fault_of_check(entry)


def _fault_of_position(entry: dict[str, Json]) -> str | None:
    if all(key in entry for key in SCOPES):
        return "name an operation or a schema, not both"
    if entry["at"] and not entry["at"].startswith("/"):
        return f"{entry['at']!r} is not a JSON pointer: it has to begin with '/'"
    return None


def _fault_of_check(entry: dict[str, Json]) -> str | None:
    checks = [key for key in CHECKS if key in entry]
    if len(checks) != 1:
        return f"exactly one of {', '.join(CHECKS)} is needed, not {', '.join(checks) or 'none'}"
    wanted = entry[checks[0]]
    if "absent" in entry and wanted is not True:
        return f"absent can only be true, not {wanted!r}"
    if entry.get("has") == "" or not _is_json(wanted):
        return f"{checks[0]}: {wanted!r} is empty or not a JSON value; quote what is meant as text"
    return None


def _is_json(value: Json) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(child) for key, child in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float | bool)


def problem(row: Row, document: Document) -> str | None:
    """Return why a spec does not have the fact of a valid row; None if it does."""
    at = row.entry["at"]
    try:
        found = look(document, at, operation=row.entry.get("operation"), schema=row.entry.get("schema"))
    except DanglingError as error:
        return None if "absent" in row.entry and isinstance(error, AbsentError) else f"{at} is dangling: {error}"
    if "absent" in row.entry:
        return f"{at} has to be absent, but is {found!r}"
    if "is" in row.entry:
        return None if equal(found, row.entry["is"]) else f"{at} is {found!r}, not {row.entry['is']!r}"
    wanted = row.entry["has"]
    if not isinstance(found, list | str | dict):
        return f"{at} is {found!r}; has is for a list, a text or an object"
    return None if _has(found, wanted) else f"{at} is {found!r}, without {wanted!r}"


def _has(found: list[Json] | str | dict[str, Json], wanted: Json) -> bool:
    if isinstance(found, list):
        return any(equal(item, wanted) for item in found)
    if not isinstance(wanted, str):
        return False
    if isinstance(found, dict):
        return wanted in found
    return wanted in found or wanted in " ".join(found.split())  # a text may be wrapped in the spec's file
