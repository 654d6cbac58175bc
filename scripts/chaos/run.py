"""Run the tasks of one vendor against a mock in a child process, and compare the ledger with what the vendor holds."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field, replace
from functools import partial

import httpx2

from scripts.chaos.facades import patient_facade, profile_of
from scripts.chaos.killing import Killing
from scripts.chaos.ledger import compare
from scripts.chaos.reading import Reading
from scripts.chaos.results import Result, truth
from scripts.chaos.task import Task
from scripts.chaos.tasks import tasks
from scripts.chaos.vendor import Usage, admin, exceeded, peaks, products, usage
from scripts.chaos.writing import Job
from scripts.mock.served import Served, spawned

_GRACE_SECONDS = 10
_OUT_OF_TIME = "out of time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The settings of a run.

    Attributes:
        skus: number of SKUs for each operation.
        chaos: share of the responses that fail.
        seed: from which contents and faults are derived.
        way: `sync` or `async`.
        kills: number of processes that are killed or interrupted during each operation that writes a ledger.
        speed: factor of all vendors' time; default: that of each vendor's profile.
    """

    skus: int
    chaos: float
    seed: int
    way: str
    kills: int = 0
    speed: float | None = None


@dataclass(slots=True, kw_only=True)
class Row(Result):
    """The result of a task.

    Attributes:
        usage: the vendor's counts for this task; the maxima are those since the vendor's start.
        killed: number of processes that were killed or interrupted.
    """

    usage: Usage = field(default_factory=Usage)
    killed: int = 0


class Run:
    """The run of a vendor's tasks.

    Args:
        api: the vendor.
        plan: what to run.
        until: moment of `time.monotonic` at which the run is ended.
        stop: ends the run when it is set.
    """

    def __init__(self, api: str, plan: Plan, *, until: float, stop: threading.Event) -> None:
        self.api, self._plan, self._until, self._stop = api, plan, until, stop
        self._speed = plan.speed or profile_of(api).speed
        self._reading: Reading | Killing | None = None
        self._exceeded: set[str] = set()

    @property
    def progress(self) -> str:
        """The running operation, and the number of its outcomes so far."""
        reading = self._reading
        return f"{self.api} {reading.task.operation} {reading.known}" if reading else ""

    def finish(self) -> list[Row]:
        """Run all tasks, and return their results.

        Raises:
            ValueError: the mock vendors do not start.
        """
        plan = self._plan
        given = {"--speed": self._speed, "--chaos": plan.chaos, "--seed": plan.seed, "--size": products(plan.skus)}
        todo, rows = tasks(self.api, plan.skus), list[Row]()
        if not self._why_end():
            arguments = [str(part) for pair in given.items() for part in pair]
            for option, value in profile_of(self.api).mock.items():
                arguments += ["--set", f"{self.api}.{option}={value}"]
            with spawned(arguments) as served, admin(served, self.api) as vendor:
                while todo and not self._why_end():
                    rows.append(self._run_task(todo.pop(0), served, vendor))
            self._reading = None
        why = [f"{self._why_end()} before it began"]
        return rows + [Row(api=self.api, operation=each.operation, skus=len(each.keys), problems=why) for each in todo]

    def _run_task(self, task: Task, served: Served, vendor: httpx2.Client) -> Row:
        before, earlier = truth(task.keys, task.held, vendor), usage(vendor)
        started = time.monotonic()
        self._reading = reading = self._reader(task, served)
        reading.start()
        problem = self._watch(reading)
        seconds = time.monotonic() - started
        ledger = list(reading.ledger)
        if problem:
            advice = self._advice(vendor) if problem.startswith(_OUT_OF_TIME) else ""
            problem = f"{problem} after {len(ledger)} of {len(task.keys)} SKUs{advice}"
            finished = {each.key for each in ledger}
            before = {key: so for key, so in before.items() if key in finished}
        after, now = truth(task.keys, task.held, vendor), usage(vendor)
        refused, repeated = (truth(task.keys, each, vendor) if each else None for each in (task.refused, task.repeated))
        over = [each for each in exceeded(self.api, now) if each not in self._exceeded]
        self._exceeded.update(over)
        return Row(
            api=self.api,
            operation=task.operation,
            skus=len(task.keys),
            found=compare(ledger, before, {key: after[key] for key in before}, refused, repeated),
            usage=now.since(earlier),
            killed=reading.killed,
            seconds=seconds,
            problems=[*over, *filter(None, [problem])],
        )

    def _reader(self, task: Task, served: Served) -> Reading | Killing:
        """Return what runs a task, and has its outcomes; what has a ledger is killed, if that is planned."""
        plan = self._plan
        if not (plan.kills and task.has_ledger):
            return Reading(task, plan.way, partial(patient_facade, plan.way, self.api, served, self._speed))
        job = Job(
            way=plan.way,
            api=self.api,
            skus=plan.skus,
            operation=task.operation,
            speed=self._speed,
            served=asdict(replace(served, known={}, examples={})),
        )
        return Killing(task, job, kills=plan.kills, seed=plan.seed)

    def _watch(self, reading: Reading | Killing) -> str:
        """Wait for the end of a task, or end it; return the cause of an early end."""
        while reading.is_alive() and not self._why_end():
            reading.join(0.1)
        why = self._why_end() if reading.is_alive() else ""
        if why:
            reading.end()
            reading.join(_GRACE_SECONDS)
        elif reading.error:
            why = f"ended by {type(reading.error).__name__}: {' '.join(str(reading.error).split())}"
        return f"{why} (and it is still running)" if reading.is_alive() else why

    def _why_end(self) -> str:
        if self._stop.is_set():
            return "interrupted"
        return _OUT_OF_TIME if time.monotonic() > self._until else ""

    def _advice(self, vendor: httpx2.Client) -> str:
        """Return what to choose so that the time is enough; a higher speed helps only if a limit was reached."""
        is_limited = any(most >= limit for _, most, limit in peaks(self.api, usage(vendor)))
        return f"; choose fewer --skus, more --seconds{f', or a --speed above {self._speed:g}' * is_limited}"
