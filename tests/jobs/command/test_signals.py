"""Signals that come at any moment, also while they are waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from catalog_jobs.command.signals import Stopping
from catalog_jobs.jobs import Jobs
from scripts.apis import source_folders
from scripts.command import ROOT
from tests.overrides.ways import eventually


def test_a_signal_ends_the_waiting_at_any_moment() -> None:
    main = threading.main_thread().ident or 0
    for number in (signal.SIGINT, signal.SIGTERM):
        for delay in range(20):
            with Stopping(lambda: None) as stopping:
                timer = threading.Timer(delay / 10_000, signal.pthread_kill, [main, number])
                timer.start()
                assert stopping.wait(60)
                assert stopping.wait(60)
                timer.join()


def test_without_a_signal_the_waiting_ends_in_time() -> None:
    with Stopping(lambda: None) as stopping:
        assert not stopping.wait(0)
        assert not stopping.wait(0.001)


def test_a_second_signal_leaves_and_handlers_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[object] = []
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("os._exit", left.append)
    with Stopping(lambda: left.append("said")):
        signal.raise_signal(signal.SIGINT)
        assert left == []
        signal.raise_signal(signal.SIGINT)
        assert left == ["said", 130]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Stopping(lambda: None) as stopping:
            signal.raise_signal(signal.SIGINT)
            assert not stopping.wait(0)
    finally:
        signal.signal(signal.SIGINT, before)


def test_sigterm_while_the_input_is_read_is_said_in_one_line_and_leaves_no_job(tmp_path: Path, site: Path) -> None:
    database = str(tmp_path / "jobs.sqlite")
    run = ("run", "yandex_market_offers.addOffersToArchive", "-", "--business-id", "1", "--dry-run", "--database", database)
    places = os.pathsep.join(map(str, (site, ROOT, *source_folders())))
    environment = {**os.environ, "PYTHONPATH": places, "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "catalog_jobs", *run]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, text=True, env=environment) as process, Jobs(database) as jobs:
        assert process.stdin
        assert process.stderr
        process.stdin.writelines(f"{number:0100}\n" for number in range(22_000))  # 2 MiB, of which the encoding is detected
        process.stdin.flush()  # and then nothing comes
        assert eventually(lambda: [each.state for each in jobs.list()] == ["staging"])
        process.terminate()
        assert process.stderr.read().splitlines()[-1] == "catalog: interrupted"
        assert process.wait(60) == 130
        assert jobs.list() == []
