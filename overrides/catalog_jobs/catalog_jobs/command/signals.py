"""Ctrl-C and SIGTERM: the first one lets what is under way end, the second one leaves at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Receives signals from `__enter__` to `__exit__`; those that the process ignores stay ignored.

    Args:
        leave: prints how to go on, before the second signal ends the process. It is called in a signal handler.

    Attributes:
        requested: whether the first signal has come.
    """

    def __init__(self, leave: Callable[[], object]) -> None:
        self.requested = threading.Event()
        self._leave = leave
        self._before: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}

    def __enter__(self) -> Self:
        found = {each: signal.getsignal(each) for each in _SIGNALS}
        self._before = {each: handler for each, handler in found.items() if handler not in (signal.SIG_IGN, None)}
        for each in self._before:
            signal.signal(each, self._came)
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _came(self, number: int, _: FrameType | None) -> None:
        if not self.requested.is_set():
            self.requested.set()
            return
        self._leave()
        os._exit(128 + number)  # threads that send would keep a normal exit waiting; the job goes on where it was
