"""The page with the results: what the command writes, and what is committed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.bench import __main__ as command
from scripts.bench import results
from scripts.bench.comparison import Comparison, Target

MACHINE = results.Machine(
    date="2026-01-02 03:04 UTC",
    processor="Abacus",
    cores=2,
    memory=7.6,
    system="Linux x",
    python="CPython 3",
    load=0.4,
    additions=0.05,
)
RATIO = Target(subject="ours", baseline="peer", at_most=0.6)


def page(tmp_path: Path, machine: results.Machine = MACHINE, *, quick: bool = False) -> str:
    path = tmp_path / "results.md"
    timings = {"ours": (1.0,), "peer": (1.0,)}
    found = {
        "call": Comparison(title="call", timings=timings, targets=(RATIO, Target(subject="ours", baseline="peer", at_most=2))),
        "import": Comparison(title="import", timings=timings, targets=(RATIO,)),
    }
    results.write(found, machine, failed={"size": "no server"}, quick=quick, path=path)
    return path.read_text(encoding="utf-8")


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = results.Shortfalls(missed={"call: ours / peer": "it has more to do."}, better=["A peer sleeps better."])
    monkeypatch.setattr(results, "shortfalls", lambda: known)


@pytest.mark.usefixtures("_known")
def test_the_page_has_machine_versions_tables_and_why_a_target_is_missed(tmp_path: Path) -> None:
    text = page(tmp_path)
    assert "2026-01-02 03:04 UTC, begun with a load of 0.4: Abacus, 2 cores, 8 GB, Linux x,\nCPython 3." in text
    assert "CPython 3. A million additions in Python take 50 ms of CPU time here.\n" in text
    assert all(f"{name} {version}" in text.replace("\n", " ") for name, version in results.versions().items())
    assert "\n1 of 3 targets are met.\n" in text
    assert "- `call`: ours / peer = 1.00 (target <= 0.6): it has more to do.\n" in text
    assert "- `import`: ours / peer = 1.00 (target <= 0.6): not explained yet\n" in text
    assert "- `size`: the measurement failed: no server\n" in text
    assert "\n- A peer sleeps better.\n" in text
    assert "\n```text\ncall: call (1 rounds)\n" in text


def test_the_page_says_that_a_run_was_quick_or_the_machine_busy(tmp_path: Path) -> None:
    assert "quick run" not in page(tmp_path)
    assert "The machine was busy" not in page(tmp_path)
    assert "quick run" in page(tmp_path, quick=True)
    assert "The machine was busy" in page(tmp_path, MACHINE._replace(load=1.1))
    assert "begun: Abacus" in page(tmp_path, MACHINE._replace(load=None))


def test_versions_are_those_of_the_lock_files() -> None:
    found = results.versions()
    assert {"python-amazon-sp-api", "openapi-generator-cli", "datamodel-code-generator", "dbos"} <= found.keys()
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", version) for version in found.values())


def test_every_reason_is_of_a_measurement_that_exists() -> None:
    assert {key.partition(": ")[0] for key in results.shortfalls().missed} <= set(command.MEASURES)


def test_no_missed_target_of_the_committed_page_is_left_unexplained() -> None:
    text = results.PATH.read_text(encoding="utf-8")
    assert "not explained yet" not in text
    assert len(re.findall(r"^- `.*MISSED|^  MISSED: ", text, re.MULTILINE)) == len(re.findall(r"^- `", text, re.MULTILINE))
