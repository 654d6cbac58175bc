"""Which commands generate large documents, without running any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scripts.bench import environment, generation, peers
from scripts.bench.measure import Figures, Plan


def test_every_generator_makes_all_documents_and_the_bare_ones_are_added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = list[str]()

    def once(goes: Mapping[str, Callable[[], object]], _: Plan) -> dict[str, Figures]:
        for go in goes.values():
            go()
        return {name: (float(place),) for place, name in enumerate(goes, 1)}

    monkeypatch.setattr(generation, "_times", once)
    monkeypatch.setattr(environment, "CACHE", tmp_path)
    for module in (generation, peers):
        monkeypatch.setattr(module, "run", lambda *command, **_: commands.append(" ".join(map(str, command))))
    found = generation.measure_large(quick=True)
    tools = ("scripts.generate", "openapi_python_client", "datamodel_code_generator", "openapi_generator_cli")
    for size in (30, 100):
        ran = [each for each in commands if f"synthetic_{size}.yaml" in each]
        assert [tool in each for tool, each in zip(tools, ran, strict=True)] == [True] * 4
        assert found.timings[f"{size} operations: both generators, bare"] == (2.0 + 3.0,)
    assert [outcome.ratio for outcome in found.outcomes()] == [1 / 5, 1 / 4] * 2
