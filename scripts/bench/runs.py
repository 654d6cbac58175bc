"""Perform runs of many items, each in a process of its own, at a mock vendor in another one, which forgets every run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec

from scripts.apis import source_folders
from scripts.bench.connections import mocks
from scripts.bench.environment import PEERS_PYTHON, run
from scripts.bench.peers import peers
from scripts.bench.work import Cost
from scripts.chaos import JWO
from scripts.command import ROOT
from scripts.mock.served import Served

UNLIMITED = 1e6
"""Factor of the vendor's time at which no limit is ever reached."""

_COUNT = 1_000_000
_QUICK_COUNT = 20_000
_RESET_SECONDS = 60
# All products can be archived, each at once. The links to reports last as long as they are needed, however slow the machine is.
_MOCK = ("on_planogram=0", "archived=0", "queue_seconds=0", "processing_seconds=0", "link_lifetime=1e9")


def items_of(*, quick: bool) -> int:
    """Return the number of items of a run: a million, or a fiftieth of that."""
    return _QUICK_COUNT if quick else _COUNT


@contextmanager
def runs(speed: float) -> Iterator[Runs]:
    """Run the mock vendors in a child process, at a factor of their time.

    Raises:
        BenchError: they do not start.
    """
    options = [part for each in _MOCK for part in ("--set", f"{JWO}.{each}")]
    with mocks("--speed", str(speed), "--size", str(_COUNT), *options) as served:
        yield Runs(served)


class Runs:
    """Performs runs at mock vendors.

    Args:
        served: the vendors.
    """

    def __init__(self, served: Served) -> None:
        self._url, self._reset = served.urls[JWO], f"{served.admin}/{JWO}/reset"
        self._credentials = msgspec.json.encode(served.credentials[JWO]).decode()

    def ours(self, name: str, count: int, *before: str, module: str = "bulk_run") -> Cost:
        """Perform a run of one of our modules.

        Args:
            name: of the run, as the module knows it.
            count: number of items.
            before: what stands before the command, such as a program that changes its environment.
            module: of this package.

        Raises:
            BenchError: the run fails or takes too long.
        """
        command = (*before, sys.executable, "-m", f"scripts.bench.{module}")
        return self._perform(command, name, count, [ROOT, *source_folders()])

    def straight(self, name: str, count: int, *before: str) -> Cost:
        """Perform the same with the client of another generator, see `scripts.bench.straight`."""
        return self._perform((*before, PEERS_PYTHON, "-m", "scripts.bench.straight"), name, count, [ROOT, peers()])

    def _perform(self, command: tuple[str | Path, ...], name: str, count: int, paths: list[Path]) -> Cost:
        httpx2.post(self._reset, timeout=_RESET_SECONDS, trust_env=False).raise_for_status()
        return msgspec.json.decode(run(*command, self._url, self._credentials, name, count, paths=paths), type=Cost)
