"""Injected faults cover each check, fuzzing finds them, and an unmodified mock passes."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from schemathesis.checks import CHECKS as DOCUMENTED
from schemathesis.checks import load_all_checks

from scripts.command import ROOT
from scripts.fuzz.proof import __main__ as proof
from scripts.fuzz.proof.__main__ import main
from scripts.fuzz.proof.faults import FAULTS, Fault
from scripts.fuzz.worker.checks import CHECKS
from scripts.mock.vendors import VENDORS

# Checks of Schemathesis that no operation of the mocks gives anything to check.
NOT_APPLICABLE = {
    "missing_required_header": "no operation has a required header beside its credentials, which are those of ignored_auth",
    "use_after_free": "no path that can be deleted can be read",
    "ensure_resource_availability": "no path that can be read can be created",
    "object_level_authorization": "it needs a second account",
}
_MAX_SECONDS = 120


def test_each_check_has_a_fault() -> None:
    load_all_checks()
    documented = {check.__name__ for check in DOCUMENTED.get_all()} - set(CHECKS)
    assert documented - NOT_APPLICABLE.keys() | set(CHECKS) == {each.check for each in FAULTS}


def test_each_mock_has_faults_with_names() -> None:
    assert {each.api for each in FAULTS} == {each.api for each in VENDORS}
    assert len({each.name for each in FAULTS}) == len(FAULTS) >= 30
    assert all(each.what for each in FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_a_fault_is_injected_and_removed(fault: Fault) -> None:
    vendor = next(each for each in VENDORS if each.api == fault.api)
    unmodified = getattr(vendor, fault.method)
    with fault.injected():
        assert getattr(vendor, fault.method) is not unmodified
    assert getattr(vendor, fault.method) is unmodified


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(proof, "REPORTS", tmp_path)
    return tmp_path


def test_fuzzing_finds_injected_faults(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["date-word", "data-refused", "not-sent", "page-loses"]
    assert main([part for name in names for part in ("--only", name)]) == 0
    *rows, count = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == names
    assert "pages_lose_nothing" in rows[-1]
    assert count.startswith("4 of 4 faults found; ")
    assert {path.name for path in reports.iterdir()} == set(names)


def test_another_failure_does_not_count(reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    injected = next(each for each in FAULTS if each.name == "date-word")
    monkeypatch.setattr(proof, "FAULTS", [replace(injected, expected_failure="lost item")])
    assert main(["--seeds", "0"]) == 1
    _, reason, count = capsys.readouterr().out.splitlines()
    assert reason.startswith("  NOT FOUND: Response violates schema; see ")
    assert count.startswith("0 of 1 faults found; ")
    assert "Response violates schema" in (reports / injected.name / "findings.json").read_text()


@pytest.mark.parametrize("modified", [False, True])
def test_an_unmodified_mock_passes_and_a_faulty_one_does_not(
    reports: Path, modified: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    injected = next(each for each in FAULTS if each.name == "date-word")
    monkeypatch.setattr(proof, "VENDORS", [each for each in VENDORS if each.api == injected.api])
    monkeypatch.setattr(proof, "FAULTS", [])
    with injected.injected() if modified else pytest.MonkeyPatch.context():
        assert main(["--seeds", "1", "--seed", "7"]) == int(modified)
    row, *reasons, _ = capsys.readouterr().out.splitlines()
    assert row.split()[:2] == ["unmodified", injected.api]
    assert [line.partition(";")[0] for line in reasons] == ["  NOT CLEAN: Response violates schema"] * modified
    assert (reports / f"unmodified-{injected.api}-7").is_dir()


def test_bad_input_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nonsense"]) == 2
    assert capsys.readouterr().err == "nonsense: no such fault; --list names them all\n"
    with pytest.raises(SystemExit) as raised:
        main(["--seeds", "-1"])
    assert raised.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_all_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [each.name for each in FAULTS]


def test_an_interrupt_leaves_the_rows_so_far() -> None:
    command = [sys.executable, "-m", "scripts.fuzz.proof", "--seeds", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        count = process.communicate(timeout=_MAX_SECONDS)[0].splitlines()[-1]
    assert process.returncode == 130
    assert first.startswith(f"{FAULTS[0].name} ")
    assert f"of {len(FAULTS)} faults found; interrupted after " in count
