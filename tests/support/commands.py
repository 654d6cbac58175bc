"""Commands of this project, called in the process of a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest


def refusal(capsys: pytest.CaptureFixture[str], main: Callable[[Sequence[str]], int], *arguments: str) -> str:
    """Run a command on bad input: it ends with exit code 2 and prints one line on stderr, which is returned."""
    try:
        code: object = main(arguments)
    except SystemExit as ended:
        code = ended.code
    printed, line = capsys.readouterr()
    assert (code, printed, line.count("\n")) == (2, "", 1)
    return line.strip()
