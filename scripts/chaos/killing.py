"""Run a task in processes, of which all but the last one are killed or interrupted, and each goes on with the ledger before it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from catalog_clients import Outcome
from catalog_clients._engine.ledger.ledger import read_ledger
from catalog_clients._engine.ledger.lines import Row
from scripts.chaos.ledger import CONFIRMED, REJECTED, UNKNOWN, Entry
from scripts.chaos.task import Task
from scripts.chaos.writing import Job
from scripts.command import ROOT
from scripts.mock.engine.catalog import draw

SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
_SENDING, _UP_TO = "sending", re.compile(r"up to item (\d+).*")  # in the ledger, before the items are sent
_AGAIN = 0.5  # share of interrupts that are repeated at once
_SECONDS = 2.0  # at most, between an outcome and the signal, so that it can meet any part of a chunk's work


class Killing(threading.Thread):
    """Runs a task to its end, whatever is killed.

    Args:
        task: the task to run.
        job: that of the processes; its ledger is in a temporary folder.
        kills: number of processes that are killed or interrupted.
        seed: of the moments and signals.

    Attributes:
        task: the task.
        ledger: the outcomes, when the thread has ended.
        known: number of outcomes so far.
        killed: number of processes that were killed or interrupted so far.
        error: why the last process has failed, if it has.
    """

    def __init__(self, task: Task, job: Job, *, kills: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.task, self.ledger, self.known, self.killed = task, list[Entry](), 0, 0
        self.error: BaseException | None = None
        self._job, self._kills, self._seed = job, kills, seed
        self._ended = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def run(self) -> None:
        """Run the task."""
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            path = Path(folder, "ledger.csv")
            moments = [len(self.task.keys) * place // (self._kills + 1) for place in range(1, self._kills + 1)]
            for outcomes in (*moments, sys.maxsize):
                if self._ended.is_set() or not self._run_until(path, outcomes):
                    break
                self.killed += 1
            self.ledger = [*self._entries(path)] if path.exists() else []

    def end(self) -> None:
        """End the run soon."""
        self._ended.set()
        if self._process:
            self._process.kill()

    def _run_until(self, ledger: Path, outcomes: int) -> bool:
        """Run a process, and end it some time after it knows a number of outcomes; return whether it had to be ended."""
        command = [sys.executable, "-m", "scripts.chaos.writing", replace(self._job, ledger=str(ledger)).written()]
        log, is_ended = ledger.with_suffix(".log"), False
        start = partial(subprocess.Popen[str], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        with log.open("w", encoding="utf-8") as errors, start(command, stderr=errors) as process:
            self._process = process
            for line in process.stdout or ():
                self.known = int(line)
                if self.known >= outcomes and not is_ended:
                    is_ended = True
                    moment = self._draw("moment", outcomes) * _SECONDS
                    threading.Timer(moment, self._signal, [process, outcomes]).start()
        if process.returncode and not is_ended and not self._ended.is_set():
            self.error = RuntimeError(log.read_text().strip().rpartition("\n")[2])
            return False
        return bool(process.returncode)

    def _signal(self, process: subprocess.Popen[str], outcomes: int) -> None:
        """Kill a process, or interrupt it once or twice."""
        number = SIGNALS[int(self._draw("signal", outcomes) * len(SIGNALS))]
        for _ in range(1 + (self._draw("again", outcomes) < _AGAIN)):
            process.send_signal(number)

    def _draw(self, what: str, outcomes: int) -> float:
        return draw(self._seed, self.task.operation, what, outcomes)

    def _entries(self, ledger: Path) -> Iterator[Entry]:
        """Yield what the last line about each item says; an item that two processes have sent had two attempts, at least."""
        last, sent = dict[int, Row](), Counter[int]()
        for row in read_ledger(ledger):
            if row.status == _SENDING and (up_to := _UP_TO.fullmatch(row.reason)):
                sent.update(range(row.item, int(up_to[1]) + 1))
            elif row.sku:
                last[row.item] = row
        for row in last.values():
            found = Outcome(**{**msgspec.structs.asdict(row), "attempt": max(row.attempt, sent[row.item])})
            is_open = row.status not in (CONFIRMED, REJECTED, UNKNOWN)
            yield self.task.entry(msgspec.structs.replace(found, status=UNKNOWN, reason=row.status) if is_open else found)
