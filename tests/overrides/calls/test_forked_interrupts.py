"""A process that is forked in the middle of a run has its handler of signals, and no run: a signal has its usual effect there."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import Any

import pytest

from catalog_clients._engine.run.interrupts import stopping

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else multiprocessing.get_context()


def _wait(begun: Any) -> None:
    begun.set()
    time.sleep(60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_process_that_was_forked_in_the_middle_of_a_run(number: signal.Signals) -> None:
    stopped, before = list[Exception](), signal.signal(number, lambda *_: os._exit(7))
    try:
        with stopping(stopped.append, str):
            child = FORK.Process(target=_wait, args=[begun := FORK.Event()], daemon=True)
            child.start()
            assert begun.wait(60)
            os.kill(child.pid or 0, number)
            child.join(30)
    finally:
        signal.signal(number, before)
    assert (child.exitcode, stopped) == (7, [])
