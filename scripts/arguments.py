"""Arguments of the commands: what is wrong with one is said in one line."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn


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
