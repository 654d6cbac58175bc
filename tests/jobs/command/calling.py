"""Calls of the command in the process of a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from catalog_jobs.command import run
from tests.jobs.command.playing import Database

SECRET = "ACMA:not-for-anyones-eyes"  # noqa: S105 - of nobody
KEY = "YANDEX_MARKET_API_KEY"
ARCHIVE = ("archive", "yandex", "skus.txt", "--business-id", "7")


class Ended(NamedTuple):
    """How a call has ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


class Catalog:
    """The command.

    Attributes:
        database: what is in its database, and what was done.
    """

    def __init__(self, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
        self.database, self._capsys = database, capsys

    def __call__(self, *arguments: str) -> Ended:
        """Call it with some arguments, in the folder of the test."""
        self._capsys.readouterr()
        code = run(arguments)
        ended = Ended(code, *self._capsys.readouterr())
        assert SECRET not in ended.out + ended.err
        return ended

    def refusal(self, *arguments: str) -> str:
        """Return the one line that a call with invalid options or input prints."""
        ended = self(*arguments)
        assert (ended.code, ended.out, ended.err.count("\n"), ended.err[:9]) == (2, "", 1, "catalog: ")
        return ended.err[9:].strip()


def write(*skus: str, name: str = "skus.txt") -> None:
    """Write an input into the folder of the test."""
    Path(name).write_text("".join(f"{each}\n" for each in skus))
