"""The rows of a facts table: read them, refuse a malformed one, compare one with its spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct, ValidationError, convert, field

from scripts.spec.document import Document, Json, join, read, split
from scripts.spec.finding import Finding, SpecError
from tests.facts.view import AbsentError, DanglingError, look
from tests.properties.schemas import equal


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """A fact in words, where it is, and one of three checks."""

    fact: str
    at: str
    expected: Any = field(name="is", default=UNSET)
    has: Any = UNSET
    absent: bool = False

    def __post_init__(self) -> None:
        """Refuse what can be no fact."""
        split(self.at)
        checks = {"is": self.expected is not UNSET, "has": self.has is not UNSET, "absent": self.absent}
        given = [name for name, is_given in checks.items() if is_given]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(checks)} is needed, not {' and '.join(given) or 'none'}")
        if not self.fact.strip() or self.has == "":
            raise ValueError("the words of a fact, and what it `has`, are not empty")


@dataclass(frozen=True)
class Row:
    """One fact, and where it is in its table."""

    path: Path
    line: int
    scope: str
    fact: Fact

    @property
    def same_check(self) -> str:
        """What two rows have in common that check the same value of the same spec."""
        return repr((self.path.stem, self.scope, self.fact.at, self.fact.expected, self.fact.has))


def read_table(path: Path) -> Iterator[Row]:
    """Yield the rows of a facts table.

    Raises:
        SpecError: the file cannot be read, or a row is malformed.
    """
    document = read(path)
    for scope, entries in document.data.items():
        for index, entry in enumerate(entries):
            line = document.line(scope, index)
            try:
                yield Row(path, line, scope, convert(entry, Fact))
            except ValidationError as error:
                raise SpecError([Finding(path, line, join(scope, index), "malformed-fact", str(error))]) from error


def problem(row: Row, document: Document) -> str | None:
    """Return why a spec does not have the fact of a row; None if it does."""
    fact = row.fact
    try:
        found = look(document, row.scope, fact.at)
    except DanglingError as error:
        return None if fact.absent and isinstance(error, AbsentError) else f"{fact.at} is dangling: {error}"
    if fact.absent:
        return f"{fact.at} has to be absent, but is {found!r}"
    if fact.has is UNSET:
        return None if equal(found, fact.expected) else f"{fact.at} is {found!r}, not {fact.expected!r}"
    if not isinstance(found, list | str | dict):
        return f"{fact.at} is {found!r}; has is for a list, a text or an object"
    return None if _has(found, fact.has) else f"{fact.at} is {found!r}, without {fact.has!r}"


def _has(found: list[Json] | str | dict[str, Json], wanted: Json) -> bool:
    if isinstance(found, list):
        return any(equal(item, wanted) for item in found)
    if not isinstance(wanted, str):
        return False
    if isinstance(found, dict):
        return wanted in found
    return wanted in found or wanted in " ".join(found.split())  # a text may be wrapped in the spec's file
