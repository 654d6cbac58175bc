"""Ctrl-C and SIGTERM: after the first one, work in progress is completed; the second one ends the process at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def interrupt_on_sigterm() -> None:
    """Let SIGTERM interrupt this process as Ctrl-C does, so that a job whose input is being read is deleted before the end."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)


class Stopping:
    """Receives signals; a context manager. Signals that the process ignores stay ignored.

    Args:
        leave: prints how to continue, before the second signal ends the process. It is called in a signal handler.
    """

    def __init__(self, leave: Callable[[], object]) -> None:
        self._came = False
        self._waking = SimpleQueue[None]()  # unlike an Event, it may be used in a signal handler while it is waited for
        self._leave = leave
        self._before: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}

    def wait(self, seconds: float) -> bool:
        """Wait for the first signal, and return whether it has come."""
        if not self._came:
            with suppress(Empty):
                self._waking.get(timeout=seconds)
        return self._came

    def __enter__(self) -> Self:
        found = {each: signal.getsignal(each) for each in _SIGNALS}
        self._before = {each: handler for each, handler in found.items() if handler not in (signal.SIG_IGN, None)}
        for each in self._before:
            signal.signal(each, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _receive(self, number: int, _: FrameType | None) -> None:
        if not self._came:
            self._came = True
            self._waking.put(None)
            return
        self._leave()
        os._exit(128 + number)  # a normal exit would wait for sending threads; the job can be resumed
