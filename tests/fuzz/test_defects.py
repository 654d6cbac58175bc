"""Planted defects show, fuzzing finds them, and a server without one passes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.command import ROOT
from scripts.fuzz.auth import SCHEMES
from scripts.fuzz.proof import __main__ as proof
from scripts.fuzz.proof.__main__ import main
from scripts.fuzz.proof.defects import DEFECTS
from scripts.fuzz.proof.planting import VIOLATION, Defect
from scripts.mock.engine.vendor import Respond, Vendor
from scripts.mock.serving import running
from tests.fuzz.canned import Told, conversation

_MOST_SECONDS = 60
SHIP = "shipsidekick_products"


def nothing(_: Vendor, respond: Respond) -> Respond:
    return respond


HARMLESS = Defect(name="harmless", api=SHIP, operations=("archiveProduct",), what="nothing", sign=VIOLATION, plant=nothing)


@pytest.fixture(scope="module")
def sound() -> dict[str, list[Told]]:
    return {api: conversation(api, nothing) for api in SCHEMES}


def test_there_are_enough_defects_of_all_apis_and_kinds() -> None:
    assert len(DEFECTS) >= 25
    assert len({each.name for each in DEFECTS}) == len(DEFECTS)
    assert min(Counter(each.api for each in DEFECTS)[api] for api in SCHEMES) >= 5
    assert len({each.sign for each in DEFECTS}) >= 12


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: each.name)
def test_a_planted_defect_shows(defect: Defect, sound: dict[str, list[Told]]) -> None:
    assert conversation(defect.api, defect.wrap) != sound[defect.api]


@pytest.mark.parametrize("api", SCHEMES)
def test_without_a_defect_nothing_shows(api: str, sound: dict[str, list[Told]]) -> None:
    other = next(each for each in DEFECTS if each.api != api)
    assert conversation(api, other.wrap) == sound[api]


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(proof, "REPORTS", tmp_path)
    return tmp_path


def test_fuzzing_finds_planted_defects(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["ship-variant", "items-set-refused", "items-page-loses", "yandex-unasked"]
    assert main([part for name in names for part in ("--only", name)]) == 0
    *rows, count, _ = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == names
    assert "Response violates schema" in rows[0]
    assert "refusals_name_what_was_sent" in rows[-1]
    assert count == "4 of 4 found"
    assert {path.name for path in reports.iterdir()} == set(names)


def test_what_is_not_there_is_not_found(reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(proof, "DEFECTS", (HARMLESS,))
    assert main(["--seeds", "0"]) == 1
    row, count, _ = capsys.readouterr().out.splitlines()
    assert "NOT FOUND" in row
    assert count == "0 of 1 found"
    assert (reports / "harmless" / "log.ndjson").exists()


def test_another_failure_does_not_count(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = next(each for each in DEFECTS if each.name == "ship-variant")
    monkeypatch.setattr(proof, "DEFECTS", (replace(planted, sign="lost item"),))
    assert main(["--seeds", "0"]) == 1
    assert "Response violates schema" in (reports / planted.name / "told.json").read_text()


@pytest.mark.parametrize("defect", [None, "ship-variant"])
def test_a_sound_vendor_passes_and_a_defective_one_does_not(
    reports: Path, defect: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planted = next((each for each in DEFECTS if each.name == defect), None)
    monkeypatch.setattr(proof, "SCHEMES", {SHIP: SCHEMES[SHIP]})
    monkeypatch.setattr(proof, "DEFECTS", ())
    if planted:
        monkeypatch.setattr(proof, "running", lambda settings, **_: running(settings, wrap=planted.wrap))
    assert main(["--seeds", "1", "--seed", "7"]) == (1 if planted else 0)
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith(f"no defect, seed 7: {1 if planted else 0} failures, ")
    assert any("Response violates schema" in line for line in others) == bool(planted)
    assert (reports / f"sound-{SHIP}-7").is_dir()


def test_bad_input_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nonsense"]) == 2
    assert capsys.readouterr().err == "nonsense: no such defect; --list names them all\n"
    with pytest.raises(SystemExit) as raised:
        main(["--seeds", "-1"])
    assert raised.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_all_defects_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [each.name for each in DEFECTS]


def test_an_interrupt_leaves_the_table_so_far() -> None:
    command = [sys.executable, "-m", "scripts.fuzz.proof", "--seeds", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        child.send_signal(signal.SIGINT)
        *others, count, _ = child.communicate(timeout=_MOST_SECONDS)[0].splitlines()
    assert child.returncode == 130
    assert first.startswith(f"{DEFECTS[0].name} ")
    told = re.fullmatch(rf"interrupted after (\d+) of {len(DEFECTS)} defects: \1 of \1 found", count)
    assert told
    assert len(others) < int(told[1]) < len(DEFECTS)
