"""Archives items of a mock vendor in a process of its own, which a test interrupts or kills.

What such a process imports takes longer than most tests, and is imported once, by a server that forks one process after the other.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import catalog_clients
from tests.support.copies import COMPILED

_PATIENCE = 60
_LATE = "botocore.session", "httpcore2"  # which a facade imports when it is made


class Archiver:
    """The server. Use it as a context manager, which ends it at the end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env={**COMPILED, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def start(
        self,
        facade: str,
        options: Mapping[str, Any],
        items: Sequence[str],
        ledger: Path,
        *,
        credentials: Mapping[str, str],
        resume: bool = False,
        **archive: Any,
    ) -> Archiving:
        """Start a process; the one before it has to have ended.

        Args:
            facade: name of the class, sync or async.
            options: its arguments; limits by operation, as `Limits` cannot be pickled.
            items: what to archive.
            ledger: where to write the outcomes; beside it is what the process prints on stderr.
            credentials: the process's environment.
            resume: whether an earlier process has begun the ledger.
            archive: further arguments of `archive`.
        """
        errors = ledger.with_name("stderr.txt")
        archive |= {"resume": ledger if resume else None}
        assert self._process.stdin
        given = pickle.dumps((credentials, errors, facade, options, items, archive, ledger))
        self._process.stdin.write(given.hex().encode() + b"\n")
        return Archiving(self, errors)

    def read_number(self) -> int:
        """Return what the server says next: the number of a process that it has forked, or how that has ended."""
        assert self._process.stdout
        assert select.select([self._process.stdout], [], [], _PATIENCE)[0], f"nothing within {_PATIENCE} s"
        return int(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


class Archiving:
    """A process. Use it as a context manager, which kills it at the end.

    Args:
        server: has begun to fork it.
        errors: what it prints on stderr.
    """

    def __init__(self, server: Archiver, errors: Path) -> None:
        self._server, self._errors, self._code = server, errors, list[int]()
        self._number = server.read_number()

    @property
    def printed(self) -> str:
        """What it has printed on stderr so far."""
        return self._errors.read_text()

    def wait(self) -> int:
        """Wait until it has ended, and return its exit code, or minus the signal that has ended it."""
        if not self._code:
            self._code.append(self._server.read_number())
        return self._code[0]

    def send_signal(self, number: int) -> None:
        os.kill(self._number, number)

    def kill(self) -> None:
        if not self._code:
            self.send_signal(signal.SIGKILL)
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def _archive(name: str, options: Mapping[str, Any], items: Sequence[str], archive: Mapping[str, Any], ledger: Path) -> None:
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


def main() -> None:
    """Fork a process for each line, which ends as any program does; print its number, and then how it has ended."""
    for name in catalog_clients.__all__:
        getattr(catalog_clients, name)
    for name in _LATE:
        import_module(name)
    gc.freeze()  # a process that ends does not look for garbage among all that
    for line in sys.stdin:
        number = os.fork()
        if not number:
            credentials, errors, *given = pickle.loads(bytes.fromhex(line))
            os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), sys.stderr.fileno())
            os.environ.update(credentials)
            _archive(*given)
            return
        _say(number)
        _say(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
