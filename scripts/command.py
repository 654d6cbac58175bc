"""How every command reads its arguments, prints tables and ends: 0 or 1 for an outcome, 2 for bad input, 130 after Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import math
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parent.parent
INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 + SIGINT."""
PROGRESS_SECONDS = 10


class Parser(argparse.ArgumentParser):
    """Reports wrong arguments in one line that names the argument, without the usage.

    An empty argument is one of them: it comes from a variable that is not set, and is not the same as none.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.register("type", None, _given)  # what an option without a type has
        self.register("type", Path, lambda text: Path(_given(text)))

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{message}\n")


def _given(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; give a value, or leave it out")
    return text


def natural(text: str) -> int:
    """Read a whole number from 0."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def positive(text: str) -> int:
    """Read a whole number from 1."""
    if not natural(text):
        raise argparse.ArgumentTypeError("has to be at least 1")
    return int(text)


def share(text: str) -> float:
    """Read a number from 0 to 1."""
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("has to be from 0 to 1")
    return number


def above_0(text: str) -> float:
    """Read a finite number above 0."""
    number = _number(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("has to be above 0 and finite")
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error


def table(rows: Sequence[Sequence[str]], *, left: Collection[int] = (0,)) -> str:
    """Align the cells of equally long rows, two spaces between columns.

    Args:
        rows: the header and what is below it.
        left: indexes of the columns that are aligned to the left; the others are numbers and aligned to the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def cause(error: BaseException) -> str:
    """Return what has led to an error in the first place, such as "Connection refused", in one line."""
    while error.__context__ is not None:
        error = error.__context__
    return " ".join(str(getattr(error, "strerror", None) or error).split())


def watch(futures: Iterable[Future[Any]], progress: Callable[[], str]) -> None:
    """Wait for some futures, and print on stderr now and then for how long, and what `progress` says."""
    started = time.monotonic()
    waiting = [*futures]
    while wait(waiting, timeout=PROGRESS_SECONDS).not_done:
        print(f"{time.monotonic() - started:.0f} s: {progress() or 'starting'}", file=sys.stderr)


def exit_with(main: Callable[[], int]) -> NoReturn:
    """End this process with the exit code that `main` returns, or without a traceback after Ctrl-C."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)


def collect_seldom() -> None:
    """Let Python look for garbage seldom, which otherwise takes up to a fifth of the time of a command that imports much.

    Called before these imports.
    """
    gc.set_threshold(20_000)


def exit_on_interrupt() -> None:
    """Let Ctrl-C end this process at once and silently: for commands whose imports take long, called before these.

    `interrupts` replaces this for as long as there is something to finish.
    """
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """Give an event that is set by SIGINT and SIGTERM, which have no other effect meanwhile."""
    came = threading.Event()
    before = {number: signal.signal(number, lambda *_: came.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
