"""Which test killed a mutant last: the test that is run first the next time."""

from __future__ import annotations

import json
from pathlib import Path


class Killers:
    """The last killer of each mutant, kept in a file.

    A mutant that has never been killed is tried first with the tests that killed others of its kind.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._killers: dict[str, str] = {}
        if path.exists():
            self._killers = json.loads(path.read_text(encoding="utf-8"))

    def likeliest(self, mutant: str) -> list[str]:
        """Return texts in the names of the tests to begin with."""
        killer = self._killers.get(mutant) or self._killers.get(_kind(mutant))
        return [killer, _function(killer)] if killer else []

    def remember(self, mutant: str, killer: str) -> None:
        """Keep the killer of a mutant."""
        self._killers |= {mutant: killer, _kind(mutant): _function(killer)}

    def save(self) -> None:
        """Write the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._killers, indent=1, sort_keys=True), encoding="utf-8")


def _kind(mutant: str) -> str:
    """Return what is wrong with a mutant, without its package and its line."""
    return mutant.partition(": ")[2].partition(" (")[0]


def _function(killer: str) -> str:
    return killer.partition("[")[0]
