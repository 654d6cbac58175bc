"""Archives items of a mock vendor in a process of its own, which a test interrupts or kills; it imports little, to start fast."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import catalog_clients
from tests.support.copies import COMPILED


def start(
    facade: str,
    options: Mapping[str, Any],
    items: Sequence[str],
    ledger: Path | None,
    *,
    credentials: Mapping[str, str],
    **archive: Any,
) -> subprocess.Popen[str]:
    """Start the process.

    Args:
        facade: name of the class, sync or async.
        options: its arguments; limits by operation, as `Limits` cannot be pickled.
        items: what to archive.
        ledger: where to write the outcomes.
        credentials: the process's environment.
        archive: further arguments of `archive`.
    """
    environment = {**COMPILED, "PYTHONPATH": os.pathsep.join(sys.path), **credentials}
    with TemporaryFile() as job:
        pickle.dump((facade, options, items, archive, ledger), job)
        job.seek(0)
        command = [sys.executable, "-m", __name__]
        return subprocess.Popen(command, env=environment, stdin=job, stderr=subprocess.PIPE, text=True)


def main() -> None:
    name, options, items, archive, ledger = pickle.load(sys.stdin.buffer)
    limits = {"limits": catalog_clients.Limits(options["limits"])} if "limits" in options else {}
    facade = getattr(catalog_clients, name)(**{**options, **limits})

    async def run() -> None:
        async with facade:
            await facade.archive(items, **archive).awrite(ledger)

    if name.startswith("Async"):
        asyncio.run(run())
        return
    with facade:
        facade.archive(items, **archive).write(ledger)


if __name__ == "__main__":
    main()
