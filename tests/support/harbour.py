"""The sixth API and its mock, whose returns are discarded by requests that must not be executed twice, also by killed processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from scripts.command import ROOT
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.generate.packages import Package
from tests.overrides.ways import eventually

_DOCUMENT = ROOT / "tests" / "support" / "sixth_api.yaml"
_NAME = "harbour.yaml"
_LIMIT, _NO_LIMIT = ("rate: 40", "burst: 40"), ("rate: 4000", "burst: 4000")  # which these tests need not wait for
API, DISCARD, SHOP = "harbour_returns", "discardReturns", "QUAY"
SIZE = 20
NUMBERS = [f"R-{number}" for number in range(1, SIZE + 11)]
"""The returns: those of a whole request, and of a second one."""
_WAITS = "requires a wait"
_LIMITED = """\
import logging
from msgspec.structs import replace
from harbour_returns import behaviour
logging.basicConfig(level=logging.INFO, filename={log!r})
table = behaviour.OPERATIONS["discardReturns"]
hour = replace(table.rate_limit, rate={size}, period=3600, burst={size}, limit=None, remaining=None, until=None)
behaviour.OPERATIONS = {{**behaviour.OPERATIONS, "discardReturns": replace(table, rate_limit=hour)}}
"""


@dataclass(frozen=True, slots=True)
class Harbour:
    """The mock over TCP, and the generated client.

    Attributes:
        client: the package of the client.
        folder: what it can be imported from.
        mocks: the mock.
    """

    client: Any
    folder: Path
    mocks: Mocks

    @property
    def url(self) -> str:
        return self.mocks.served.urls[API]

    @property
    def credentials(self) -> dict[str, str]:
        """The environment of a process that sends requests."""
        return self.mocks.served.credentials[API]

    def executed(self) -> Counter[str]:
        """Return how often each return was discarded, by the admin endpoint."""
        held = httpx2.post(f"{self.mocks.served.admin}/{API}/held", json=NUMBERS).json()
        return Counter({each["identifier"]: change["operations"][DISCARD] for each in held for change in each["changes"]})

    @contextmanager
    def failing(self, fault: str) -> Iterator[None]:
        """Let all responses fail in a way; a slow one comes too late for any test."""
        faults: dict[str, Any] = {"chaos": 1, "faults": [fault], "slow": 1000}
        self._set(faults)
        yield
        self._set({"chaos": 0, "faults": [], "slow": 1})

    def kill_in_flight(self, script: str, *arguments: str) -> None:
        """Run a script in a process, and kill it when the first request was executed, whose response it does not get."""
        with self.failing("slow"):
            self._kill([script, *arguments], lambda: len(self.executed()) == SIZE)

    def kill_waiting(self, log: Path, script: str, *arguments: str) -> None:
        """Run a script in a process, and kill it when its second request waits for a limit."""
        whole = f"{_LIMITED.format(size=SIZE, log=str(log))}{script}"
        self._kill([whole, *arguments], lambda: log.exists() and _WAITS in log.read_text(encoding="utf-8"))

    def _kill(self, command: Sequence[str], is_time: Callable[[], bool]) -> None:
        places = os.pathsep.join([str(self.folder), *filter(None, sys.path)])
        environment = {**os.environ, **self.credentials, "PYTHONPATH": places}
        with subprocess.Popen([sys.executable, "-c", *command], env=environment, stdin=subprocess.DEVNULL) as process:
            try:
                assert eventually(lambda: is_time() or process.poll() is not None)
                assert process.poll() is None, "it has not ended"
            finally:
                process.kill()
        assert process.returncode == -signal.SIGKILL

    def _set(self, faults: dict[str, Any]) -> None:
        httpx2.patch(f"{self.mocks.served.admin}/{API}/faults", json=faults).raise_for_status()


def client(folder: Path) -> Package:
    """Generate the client into a folder, beside its document."""
    document = folder / _NAME
    text = _DOCUMENT.read_text(encoding="utf-8")
    for limit, none in zip(_LIMIT, _NO_LIMIT, strict=True):
        text = text.replace(limit, none)
    document.write_text(text, encoding="utf-8")
    return Package(document, folder / "client")


@contextmanager
def served(package: Package) -> Iterator[Harbour]:
    """Serve the mock of a client."""
    vendor = generic(of_file(package.folder.with_name(_NAME)))
    with running(Settings(options={API: {"rejected": 0}}), kinds=(vendor,)) as mocks:
        yield Harbour(package.root, package.folder, mocks)
