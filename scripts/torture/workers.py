"""Workers in processes of their own, any of which can be killed, stopped and replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from scripts.command import ROOT
from scripts.torture.working import Work

_END_SECONDS = 15


class Workers:
    """Some workers of one database.

    Attributes:
        alive: the numbers of their processes.

    Args:
        server: forks them, see `working.py`.
        given: what each does.
    """

    def __init__(self, server: subprocess.Popen[str], given: Work) -> None:
        self.alive = list[int]()
        self._server, self._given = server, given

    def start(self) -> int:
        """Start a worker, and return the number of its process.

        Raises:
            ValueError: it does not start.
        """
        assert self._server.stdin is not None  # noqa: S101 - these are pipes
        assert self._server.stdout is not None  # noqa: S101
        try:
            self._server.stdin.write(f"{msgspec.json.encode(self._given).decode()}\n")
            self._server.stdin.flush()
            number = int(self._server.stdout.readline())
        except (OSError, ValueError) as error:
            raise ValueError("a worker does not start") from error
        self.alive.append(number)
        return number

    def kill(self, number: int) -> None:
        """Kill a worker."""
        self.alive.remove(number)
        with suppress(ProcessLookupError):  # it has ended by itself, and the next one takes its place
            os.kill(number, signal.SIGKILL)


@contextmanager
def workers(given: Work, log: Path) -> Iterator[Workers]:
    """Offer workers, which end at the end; what they log is appended to a file."""
    command = [sys.executable, "-m", "scripts.torture.working"]
    with log.open("a", encoding="utf-8") as errors:
        server = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
    with server:
        found = Workers(server, given)
        try:
            yield found
        finally:
            for number in found.alive[:]:
                found.kill(number)
            server.communicate(timeout=_END_SECONDS)
