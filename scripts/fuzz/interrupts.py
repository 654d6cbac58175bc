"""What Ctrl-C and SIGTERM do to the commands: what runs comes to its end in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """Give an event that tells whether SIGINT or SIGTERM has come, neither of which does anything else meanwhile."""
    came = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        came.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
