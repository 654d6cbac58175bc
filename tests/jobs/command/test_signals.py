"""Signals that come at any moment, also while they are waited for."""

from __future__ import annotations

import signal
import threading

import pytest

from catalog_jobs.command.signals import Stopping


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
