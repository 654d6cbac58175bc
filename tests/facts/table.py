"""The rows of a facts table: reading them, refusing a malformed one, and holding one against its spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from scripts.spec.document import Document, Json
from tests.facts.view import AbsentError, DanglingError, look

SEEDS = (
    "000_9e1ac5b2c3dbce1a.txt",
    "001_699d54ad06bf8e35.txt",
    "002_9d0ae5596c34e3e7.txt",
    "003_9f0ff30a6d763837.txt",
    "004_4400a3bc5511e34b.txt",
)
CHECKS = ("is", "has", "absent")
SCOPES = ("operation", "schema")
KEYS = ("seed", "fact", *SCOPES, "at", *CHECKS)


@dataclass(frozen=True)
class Row:
    """One fact: the spec that has to say it, where its table has it, and why the row is no good, if so."""

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
        """What two rows have in common that hold the same thing in the same place of the same document."""
        return repr((self.api, sorted((key, repr(value)) for key, value in self.entry.items() if key != "fact")))

    def __str__(self) -> str:
        return f"{self.api}: {self.entry.get('fact', f'line {self.line}')}"

    def told(self, problem: str) -> str:
        """Put a problem into one line for whoever mends it."""
        return f"{self.path.name}:{self.line}: {self.entry.get('fact', 'no fact')}: {problem}"


def read_table(path: Path) -> list[Row]:
    """Read a facts table; a row that is malformed, or a file that cannot be read, becomes a row with a fault."""
    try:
        text = path.read_text(encoding="utf-8")
        nodes = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [Row(path, line, fault=f"no valid YAML, {error.problem}")]
    if nodes is None or not isinstance(entries, list):
        return [Row(path, 1, fault="a facts table is a list of rows")]
    return [_row(path, node, entry) for node, entry in zip(nodes.value, entries, strict=True)]


def _row(path: Path, node: yaml.Node, entry: Json) -> Row:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        return Row(path, line, fault=f"a row is an object, not {entry!r}")
    keys = [key.value for key, _ in node.value]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return Row(path, line, entry, f"{', '.join(twice)} stands there twice" if twice else _fault(entry))


def _fault(entry: dict[str, Json]) -> str | None:
    unknown = [str(key) for key in entry if key not in KEYS]
    if unknown:
        return f"unknown key {', '.join(unknown)}; a row has {', '.join(KEYS)}"
    for key in ("seed", "fact", "at", *(key for key in SCOPES if key in entry)):
        value = entry.get(key)
        if not isinstance(value, str) or (key != "at" and not value.strip()):
            return f"{key} has to be text, not {value!r}"
    return _fault_of_place(entry) or _fault_of_check(entry)


def _fault_of_place(entry: dict[str, Json]) -> str | None:
    if entry["seed"] not in SEEDS:
        return f"unknown document {entry['seed']!r}; known are {', '.join(SEEDS)}"
    if all(key in entry for key in SCOPES):
        return "name an operation or a schema, not both"
    if entry["at"] and not entry["at"].startswith("/"):
        return f"{entry['at']!r} is no JSON pointer: it has to begin with '/'"
    return None


def _fault_of_check(entry: dict[str, Json]) -> str | None:
    checks = [key for key in CHECKS if key in entry]
    if len(checks) != 1:
        return f"exactly one of {', '.join(CHECKS)} is needed, not {', '.join(checks) or 'none'}"
    wanted = entry[checks[0]]
    if "absent" in entry and wanted is not True:
        return f"absent can only be true, not {wanted!r}"
    if entry.get("has") == "" or not _is_json(wanted):
        return f"{checks[0]}: {wanted!r} is empty or no JSON value; quote what is meant as text"
    return None


def _is_json(value: Json) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(child) for key, child in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float | bool)


def problem(row: Row, document: Document) -> str | None:
    """Say why a spec does not hold the fact of a faultless row; None if it does."""
    at = row.entry["at"]
    try:
        found = look(document, at, operation=row.entry.get("operation"), schema=row.entry.get("schema"))
    except DanglingError as error:
        return None if "absent" in row.entry and isinstance(error, AbsentError) else f"{at} is dangling: {error}"
    if "absent" in row.entry:
        return f"{at} has to be absent, but is {found!r}"
    if "is" in row.entry:
        return None if same(found, row.entry["is"]) else f"{at} is {found!r}, not {row.entry['is']!r}"
    wanted = row.entry["has"]
    if not isinstance(found, list | str | dict):
        return f"{at} is {found!r}; has is for a list, a text or an object"
    return None if _has(found, wanted) else f"{at} is {found!r}, without {wanted!r}"


def same(left: Json, right: Json) -> bool:
    """Tell whether two JSON values are equal; unlike in Python, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(child, right[key]) for key, child in left.items())
    return bool(left == right)


def _has(found: list[Json] | str | dict[str, Json], wanted: Json) -> bool:
    if isinstance(found, list):
        return any(same(item, wanted) for item in found)
    if not isinstance(wanted, str):
        return False
    if isinstance(found, dict):
        return wanted in found
    return wanted in found or wanted in " ".join(found.split())  # a text may be wrapped in the spec's file
