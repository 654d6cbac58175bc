"""What all commands share: where the project is, how arguments are read, and what Ctrl-C does."""

from __future__ import annotations

import argparse
import math
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).parent.parent


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{message}\n")


def natural(text: str) -> int:
    """Read a whole number from 0."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0")
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
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from error


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
