"""Run the tasks of one vendor against a mock in a child process, and compare what was said with what the vendor holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.chaos.facades import MANNERS
from scripts.chaos.ledger import Comparison, Key, compare
from scripts.chaos.reading import Reading
from scripts.chaos.tasks import Task, tasks
from scripts.chaos.vendor import Usage, Vendor, exceeded
from scripts.mock.serving import Served, spawned

_GRACE_SECONDS = 10
_PRODUCTS = 1_000_000  # that a mock holds at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be run.

    Attributes:
        skus: how many go through each operation.
        chaos: share of the responses that fail.
        seed: what contents and faults follow from.
        way: `sync` or `async`.
        speed: factor of all vendors' time; by default each has its own.
    """

    skus: int
    chaos: float
    seed: int
    way: str
    speed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How a task went.

    Attributes:
        api, operation, skus: what it was.
        found: how the ledger compares with the truth.
        usage: the vendor's, of this task; the most units, and the most at the same time, are those since the vendor's start.
        seconds: how long it took.
        problems: what else is wrong, in one line each: limits that were exceeded, and why it ended early.
    """

    api: str
    operation: str
    skus: int
    found: Comparison = field(default_factory=Comparison)
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0
    problems: Sequence[str] = ()

    @property
    def wrong(self) -> list[str]:
        """All that is wrong, the worst first: nothing, if the ledger equals the truth and no limit was exceeded."""
        return [*self.problems, *map(str, sorted(self.found.differences, key=lambda each: each.kind != "wrongly confirmed"))]


class Run:
    """The run of a vendor's tasks.

    Args:
        api: the vendor.
        plan: what to run.
        until: moment of `time.monotonic` at which it is ended.
        stop: when it is set, the run is ended, too.
    """

    def __init__(self, api: str, plan: Plan, *, until: float, stop: threading.Event) -> None:
        self.api, self._plan, self._until, self._stop = api, plan, until, stop
        self._speed = plan.speed or MANNERS[api].speed
        self._reading: Reading | None = None
        self._exceeded: set[str] = set()

    @property
    def progress(self) -> str:
        """How far it is."""
        reading = self._reading
        return f"{self.api} {reading.operation} {len(reading.ledger)}" if reading else ""

    def finish(self) -> list[Row]:
        """Run all tasks, and return how they went.

        Raises:
            ValueError: the mock vendors could not be started.
        """
        plan = self._plan
        size = max(_PRODUCTS, 2 * plan.skus)
        given = {"--speed": self._speed, "--chaos": plan.chaos, "--seed": plan.seed, "--size": size}
        todo, rows = tasks(self.api, plan.skus), list[Row]()
        if not self._why_end():
            with (
                spawned([str(part) for pair in given.items() for part in pair]) as served,
                Vendor(served.admin, self.api) as vendor,
            ):
                while todo and not self._why_end():
                    rows.append(self._carry_out(todo.pop(0), served, vendor))
            self._reading = None
        why = [f"{self._why_end()} before it began"]
        return rows + [Row(api=self.api, operation=each.operation, skus=len(each.keys), problems=why) for each in todo]

    def _carry_out(self, task: Task, served: Served, vendor: Vendor) -> Row:
        before, usage = _truth(task, vendor), vendor.usage()
        begun = time.monotonic()
        self._reading = reading = Reading(task, way=self._plan.way, api=self.api, served=served, speed=self._speed)
        reading.start()
        problem = self._watch(reading)
        seconds = time.monotonic() - begun
        ledger = list(reading.ledger)
        if problem:
            problem = f"{problem} after {len(ledger)} of {len(task.keys)} SKUs"
            told = {each.key for each in ledger}
            before = {key: so for key, so in before.items() if key in told}
        after, now = _truth(task, vendor), vendor.usage()
        over = [each for each in exceeded(self.api, now) if each not in self._exceeded]
        self._exceeded.update(over)
        return Row(
            api=self.api,
            operation=task.operation,
            skus=len(task.keys),
            found=compare(ledger, before, {key: after[key] for key in before}),
            usage=now.since(usage),
            seconds=seconds,
            problems=[*over, *filter(None, [problem])],
        )

    def _watch(self, reading: Reading) -> str:
        """Wait for the end of a task, or bring it about; return why it has ended early."""
        while reading.is_alive() and not self._why_end():
            reading.join(0.1)
        why = self._why_end() if reading.is_alive() else ""
        if why:
            reading.end()
            reading.join(_GRACE_SECONDS)
        elif reading.error:
            why = f"ended by {type(reading.error).__name__}: {' '.join(str(reading.error).split())}"
        return f"{why} (and it did not end when it was told to)" if reading.is_alive() else why

    def _why_end(self) -> str:
        if self._stop.is_set():
            return "interrupted"
        return "out of time" if time.monotonic() > self._until else ""


def _truth(task: Task, vendor: Vendor) -> dict[Key, bool]:
    """Ask the vendor which items are as the task wants them."""
    skus = list(dict.fromkeys(each.sku for each in task.keys))
    told = dict(zip(skus, vendor.held(skus), strict=True))
    return {key: task.held(key, told[key.sku]) for key in task.keys}
