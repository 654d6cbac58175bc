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
        return f"{self.path}:{self.line}: {self.pointer}: {self.rule}: {self.advice}"


class SpecError(Exception):
    """A document cannot be used; `findings` says why, and is not empty."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = sorted(set(findings))
        super().__init__("\n".join(map(str, self.findings)))
