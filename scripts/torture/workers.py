"""Workers in processes of their own, any of which can be killed, stopped and replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self, TypeAlias

import msgspec

from scripts.command import ROOT
from scripts.torture.working import WorkerTask

_END_SECONDS = 15


Fork: TypeAlias = Callable[[WorkerTask], int]
"""Starts a worker, and returns the number of its process; threads may share it."""


@contextmanager
def forking(log: Path) -> Iterator[Fork]:
    """Offer processes of workers, which end at the end; what they log is written to a file."""
    command = [sys.executable, "-m", "scripts.torture.working"]
    with log.open("w", encoding="utf-8") as errors:
        server = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
    lock = threading.Lock()

    def fork(given: WorkerTask) -> int:
        assert server.stdin is not None  # noqa: S101 - these are pipes
        assert server.stdout is not None  # noqa: S101
        with lock:
            try:
                server.stdin.write(f"{msgspec.json.encode(given).decode()}\n")
                server.stdin.flush()
                return int(server.stdout.readline())
            except (OSError, ValueError) as error:
                raise ValueError(f"a worker does not start; {log} may say why") from error

    with server:
        try:
            yield fork
        finally:
            server.communicate(timeout=_END_SECONDS)


class Workers:
    """Some workers of one database. Use it as a context manager, which kills all at the end.

    Attributes:
        alive: the numbers of their processes.

    Args:
        fork: starts one.
        given: what each does.
    """

    def __init__(self, fork: Fork, given: WorkerTask) -> None:
        self.alive = list[int]()
        self._fork, self._given = fork, given

    def start(self) -> int:
        """Start a worker, and return the number of its process.

        Raises:
            ValueError: it does not start.
        """
        self.alive.append(number := self._fork(self._given))
        return number

    def kill(self, number: int) -> None:
        """Kill a worker."""
        self.alive.remove(number)
        with suppress(ProcessLookupError):  # it has ended by itself, and the next one takes its place
            os.kill(number, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.alive[:]:
            self.kill(number)
