"""What is wrong with a document, where, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing to fix: one line for a reader, precise enough for an editor to jump to."""

    path: Path
    line: int
    pointer: str
    rule: str
    advice: str

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: {self.pointer}: {self.rule}: {self.advice}"
        return text if text.isprintable() else "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    """Return a character that ends a line, or that a terminal obeys, as Python writes it."""
    return character.encode("unicode_escape").decode()


class SpecError(Exception):
    """A document cannot be used; `findings` says why, and is not empty."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(set(findings))
        super().__init__("\n".join(map(str, self.findings)))
