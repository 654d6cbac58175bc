"""End a run at Ctrl-C or SIGTERM without losing an outcome."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from catalog_clients._engine.limits import LOG
from catalog_clients.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(stop: Callable[[Exception], None], summary: Callable[[], str]) -> Iterator[None]:
    """Stop a run at the first SIGINT or SIGTERM. The second one has its usual effect at once.

    When the run has ended, the first signal has its usual effect: by default, SIGINT raises KeyboardInterrupt, and SIGTERM ends the
    process. A signal that the process ignores stays ignored. Only the main thread receives signals; in other threads, this does
    nothing.

    Args:
        stop: stops the run.
        summary: returns the counts of the run, and how to continue it. It is the text of KeyboardInterrupt; otherwise it is logged.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = {each: signal.getsignal(each) for each in _SIGNALS}
    before = {each: handler for each, handler in found.items() if handler not in (signal.SIG_IGN, None)}
    first, process = list[int](), os.getpid()

    def restore() -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    def interrupt(number: int, _: FrameType | None) -> None:
        restore()
        if os.getpid() != process:  # a forked process has inherited this, and no run
            signal.raise_signal(number)
            return
        first.append(number)
        LOG.warning("interrupted: nothing more is sent, and what is in progress is completed; interrupt again to stop at once")
        stop(Interrupted(number))

    for each in before:
        signal.signal(each, interrupt)
    try:
        yield
    except KeyboardInterrupt:  # the second one; where it is raised does not matter
        raise KeyboardInterrupt(summary()) from None
    except Interrupted as interrupted:
        if before.get(signal.Signals(interrupted.number)) is signal.default_int_handler:
            raise KeyboardInterrupt(summary()) from None
        LOG.warning("%s", summary())
        signal.raise_signal(interrupted.number)
        raise
    except BaseException:
        if first:
            LOG.warning("%s", summary())
        raise
    finally:
        restore()
