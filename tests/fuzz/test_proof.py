"""Injected faults cover each check, fuzzing finds them, and an unmodified mock passes."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from schemathesis.checks import CHECKS as DOCUMENTED
from schemathesis.checks import load_all_checks

from scripts.fuzz.job import Failure, Findings, Job, Target
from scripts.fuzz.proof import __main__ as proof
from scripts.fuzz.proof.__main__ import Trial, main
from scripts.fuzz.proof.faults import _INJECT, FAULTS
from scripts.fuzz.run import INTERRUPTED, Outcome
from scripts.fuzz.worker.checks import CHECKS
from scripts.mock.roster import VENDORS
from scripts.mock.vendors.skeleton import Skeleton
from tests.support.commands import refusal

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


def test_each_mock_with_code_of_its_own_has_faults_with_names() -> None:
    assert {each.api for each in FAULTS} == {each.api for each in VENDORS if issubclass(each, Skeleton)}
    assert len({each.name for each in FAULTS}) == len(FAULTS) >= 30
    assert all(each.what for each in FAULTS)
    assert {each.name for each in FAULTS} == _INJECT.keys()


def test_fuzzing_finds_an_injected_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(proof, "REPORTS", tmp_path)
    monkeypatch.setattr(proof, "Job", partial(Job, cases=4))
    # `make fuzz-proof` injects all of them, and shows that nothing is found without them, as tests/test_fifth_api.py does.
    assert main(["--seed", "7", "--seconds", "200", "--only", "page-loses"]) == 0
    row, count = capsys.readouterr().out.splitlines()
    assert row.startswith("page-loses ")
    assert "pages_lose_nothing" in row
    assert count.startswith("1 of 1 faults found; ")
    assert [path.name for path in tmp_path.iterdir()] == ["page-loses"]


def found(*failures: Failure, note: str = "", problem: str = "") -> Outcome:
    target = Target(api="a", url="", environ={}, real=False, writes=True)
    findings = Findings(failures=failures, problem=problem)
    return Outcome(job=Job(target=target, folder=Path(), seed=1), findings=findings, seconds=1, note=note)


EXPECTED = Failure(operation="", title="lost item", text="the report has no row", checks=("work_ends",))
OTHER = replace(EXPECTED, checks=("pages_end",))
ELSE = replace(EXPECTED, title="endless")


@pytest.mark.parametrize(
    ("fault", "outcome", "problem"),
    [
        ("row-lost", found(ELSE, EXPECTED, note="interrupted"), ""),
        ("row-lost", found(OTHER), "NOT FOUND: lost item; "),
        ("row-lost", found(ELSE), "NOT FOUND: endless; "),
        ("", found(), ""),
        ("", found(EXPECTED), "NOT CLEAN: lost item; "),
        ("", found(note="out of time"), "NOT CLEAN: out of time; "),
        ("", found(problem="cannot run"), "NOT CLEAN: cannot run; "),
    ],
)
def test_only_the_expected_failure_counts(fault: str, outcome: Outcome, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    injected = next((each for each in FAULTS if each.name == fault), None)
    trial = Trial(api="amazon_jwo_catalog", seed=1, seconds=1, fault=injected)
    assert proof._show(trial, outcome) == (not problem)
    row, *reasons = capsys.readouterr().out.splitlines()
    assert row.split()[:2] == [fault or "unmodified", "amazon_jwo_catalog"]
    assert [line.strip().startswith(problem) for line in reasons] == [True] * bool(problem)


def test_bad_input_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, main, "--only", "nonsense") == "nonsense: no such fault; --list names them all"
    assert refusal(capsys, main, "--seeds", "-1").startswith("argument --seeds: ")


def test_all_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [each.name for each in FAULTS]


def test_an_interrupt_leaves_the_rows_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The workers are played; tests/fuzz/test_interrupt.py ends one."""
    first, is_first_done = FAULTS[0], threading.Event()

    def played(job: Job, *, seconds: float, stop: threading.Event) -> Outcome:
        del seconds
        if job.folder.name == first.name:
            is_first_done.set()
            return found(replace(EXPECTED, title=first.expected_failure, checks=(first.check,)))
        assert is_first_done.wait(_MAX_SECONDS)
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(_MAX_SECONDS), "a worker is not stopped"
        return found(note=INTERRUPTED)

    monkeypatch.setattr(proof, "REPORTS", tmp_path)
    monkeypatch.setattr("scripts.fuzz.run.run", played)
    assert main(["--seeds", "0"]) == 130
    row, count = capsys.readouterr().out.splitlines()
    assert row.startswith(f"{first.name} ")
    assert count.startswith(f"1 of {len(FAULTS)} faults found; interrupted after ")
    assert {path.name for path in tmp_path.iterdir()} <= {each.name for each in FAULTS[:3]}, "others are started"
