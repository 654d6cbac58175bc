"""Choose the display of a job: for a terminal, plain lines, JSON for programs, or none."""

from __future__ import annotations

import os
import sys

from .display import Display
from .lines import JsonLines, Lines


def display_of(kind: str) -> Display:
    """Return a display: `json`, `quiet`, or the one that suits standard output."""
    if kind:
        return JsonLines() if kind == "json" else Display()
    if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        from .terminal import Terminal  # noqa: PLC0415 - loads Rich

        return Terminal()
    return Lines()
