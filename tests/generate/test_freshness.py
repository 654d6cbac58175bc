"""`make generate` does nothing where nothing has changed, and runs where anything has that it reads or writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.command import ROOT
from scripts.generate.freshness import INPUTS, Freshness


def test_every_input_exists() -> None:
    assert [each for each in INPUTS if not [*ROOT.glob(each)]] == []


CHANGED = ["specs/a.yaml", "scripts/generate/a.py", "scripts/command.py", "generated/a/b.py", "overrides/a/pyproject.toml"]


@pytest.mark.parametrize("changed", CHANGED)
def test_a_change_is_noticed(tmp_path: Path, changed: str) -> None:
    for name in (*INPUTS, "generated"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix or path.name == "LICENSE":
            path.write_text(name, encoding="utf-8")
        else:
            path.mkdir()
    freshness = Freshness(tmp_path)
    assert not freshness.holds()
    freshness.record()
    assert freshness.holds()
    (tmp_path / changed).parent.mkdir(exist_ok=True)
    (tmp_path / changed).write_text("changed", encoding="utf-8")
    assert not freshness.holds()
