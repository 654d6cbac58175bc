"""Mutated documents are generated, or refused with a reason; and `make fuzz-documents` notices where that is not so."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from scripts.fuzz_documents import __main__ as command
from scripts.fuzz_documents import trial
from scripts.fuzz_documents.__main__ import DOCUMENTS, main
from scripts.fuzz_documents.trial import case, tried

PATHS = sorted(DOCUMENTS.iterdir())
SEED = 1
CASES = range(200)  # `make fuzz-documents`, which runs each week, tries 10,000


@pytest.mark.parametrize("start", CASES[::20])
def test_each_mutated_document_is_generated_or_refused_with_a_reason(start: int) -> None:
    trials = {number: trial.trial(PATHS, SEED, 60, number) for number in range(start, start + 20)}
    failed = {number: each.reason for number, each in trials.items() if each.outcome == "failed"}
    assert not failed, f"again: make fuzz-documents ARGS='--seed {SEED} --case {min(failed)}'"
    outcomes = Counter(each.outcome for each in trials.values())
    assert 0 < outcomes["refused"] < len(trials), "the mutations have no effect, or too much"


def test_a_number_gives_the_same_document_again() -> None:
    cases = [case(PATHS, SEED, number) for number in range(20)]
    assert cases == [case(PATHS, SEED, number) for number in range(20)]
    assert len({*cases, *(path.read_text(encoding="utf-8") for path in PATHS)}) == len(cases) + len(PATHS)


def test_schemas_may_be_nested_as_deep_as_the_command_allows() -> None:
    assert trial.trial(PATHS, 7, 60, 816).outcome == "generated"


def test_an_error_of_the_generator_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(trial, "generate_one", broken)
    assert "KeyError: 'broken'" in tried("{}", seconds=60).reason


def test_an_error_that_the_generator_reports_as_its_own_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr("scripts.generate.output.repaired", broken)
    found = tried(PATHS[0].read_text(encoding="utf-8"), seconds=60)
    assert (found.outcome, "Traceback" in found.reason, "generator-failed" in found.reason) == ("failed", True, True)


def test_a_document_that_takes_too_long_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def computes(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(trial, "generate_one", computes)
    assert "TimeoutError: not finished after 1 s of the processor" in tried("{}", seconds=1).reason


def test_the_time_that_others_take_from_a_document_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "generate_one", lambda *_: time.sleep(1.5))
    assert "TimeoutError" not in tried("{}", seconds=1).reason


def test_a_document_that_is_waited_for_without_end_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_WAITING", 1)
    monkeypatch.setattr(trial, "generate_one", lambda *_: time.sleep(60))
    assert "TimeoutError: not finished after 1 s of the clock" in tried("{}", seconds=1).reason


def test_a_failure_is_printed_with_the_command_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(trial, "generate_one", broken)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "FAILURES", tmp_path / "failures")
    assert main(["--seed", "7", "--case", "3"]) == 1
    printed = capsys.readouterr().out
    assert "case 3: KeyError: 'broken'\n  again: make fuzz-documents ARGS='--seed 7 --case 3'\n" in printed
    assert (tmp_path / "failures" / "7-3.txt").read_text(encoding="utf-8").startswith(case(PATHS, 7, 3))


def test_the_command_tries_documents_in_processes_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_WORKERS", 1)
    monkeypatch.setattr(trial, "generate_one", lambda *_: pytest.fail("tried in the process of the command"))
    assert main(["--cases", "2", "--seed", "1"]) == 0
    printed, progress = capsys.readouterr()
    assert printed.startswith("seed 1: ")
    assert progress == "2 of 2 documents\n"


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--document", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml:1: #: unreadable: No such file" in capsys.readouterr().err
