"""Processes that share a limit, on a simulated time: each is a worker without a thread, and all use one store in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from catalog_clients._engine.flows.effects import Flow, Receive
from catalog_clients._engine.limits import Longest, Scope, SharedLimiter, Terms, Ticket, Worker
from catalog_clients._engine.limits.record import Record
from catalog_clients._engine.limits.store import Change, Head
from tests.overrides.simulation import Simulation

HOUR = 3600.0


class MemoryStore:
    """A store of limits with a clock that can be set, and that can be out of order.

    Attributes:
        records: what it has, by key.
        wrong_by: seconds that its clock is ahead.
        error: what each change raises, if it is out of order.
        changes: number of changes.
    """

    name = "memory"

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.records = dict[str, bytes]()
        self.wrong_by = 0.0
        self.error: Exception | None = None
        self.changes = 0

    def change(self, keys: Sequence[str], change: Change) -> None:
        if self.error:
            raise self.error
        self.changes += 1
        records = change([self.records.get(key, b"") for key in keys], self._clock() + self.wrong_by)
        self.records |= zip(keys, records, strict=True)

    def close(self) -> None: ...
    def before_fork(self) -> None: ...
    def after_fork(self) -> None: ...

    def record(self) -> Record:
        """Return the only record."""
        (data,) = self.records.values()
        return Record.decode(data)


@dataclass
class World(Simulation):
    """A time in which processes send requests, and a vendor responds.

    Attributes:
        limit: what all processes keep to.
        lasting: how long a request takes.
        out: how much of that passes until it arrives.
        latency: how long a step at the store takes.
        headers: those of a response.
        completed: how many requests of each process have had a response.
    """

    limit: Any
    lasting: float = 0.1
    out: float = 0.0
    latency: float = 0.001
    headers: Callable[[World], Mapping[str, str]] = lambda _: {}
    completed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.store = MemoryStore(lambda: self.now)
        self.start = self.now

    def run(self, seconds: float = 1e12) -> World:
        """Let happen what does within some seconds."""
        until = self.now + seconds
        self.happen(until)
        self.now = max(self.now, until) if seconds < 1e12 else self.now
        return self


class Process(Worker):
    """A process, whose steps at the store take place when they are due.

    Attributes:
        limiter: its part of the limit.
        is_alive: whether it does anything.
    """

    def __init__(self, world: World, name: str, *, only_lower: bool = False) -> None:
        super().__init__(world.store, clock=lambda: world.now)
        self._world, self.process, self._head = world, name, Head(1)
        self.is_alive, self._has_worked = True, True
        self.follow(world.limit, ["key", *map(str, range(1, len(world.limit.all)))], only_lower=only_lower)

    def follow(self, limit: Any, keys: list[str], *, only_lower: bool = False) -> None:
        """Keep to the limits of a table, whose records have some keys."""
        scopes = [Scope("api", key, ()) for key in keys]
        self.limiter = SharedLimiter(Terms.of(limit, only_lower=only_lower), self, scopes)
        self._keys[self.limiter] = keys

    def ask(self, limiter: SharedLimiter) -> None:
        self.wake(limiter)

    def wake(self, _: SharedLimiter) -> None:
        self._world.at(self._world.now + self._world.latency, self.step)

    def step(self) -> None:
        """Perform a step, and the next one when it is due."""
        if not self.is_alive:
            return
        self._step(self.limiter)
        if (due := self.limiter.due) < self._world.now + 1e9:
            self._world.at(
                max(due, self._world.now) + self._world.latency, lambda: self.step() if due == self.limiter.due else None
            )

    def thread(self, plans: Iterator[int]) -> None:
        """Send requests one after the other, each with some items."""
        items = next(plans, None)
        if items is not None and self.is_alive:
            self.enter(items, lambda: self.thread(plans))

    def enter(self, items: int = 1, then: Callable[[], object] = lambda: None, longest: Longest = Longest()) -> Flow[Ticket]:  # noqa: B008
        """Begin to wait for a request, and send it when that is allowed; the flow is for whoever wants to close it."""
        flow = self.limiter.enter("operation", items, longest, lambda: False)
        self._go_on(flow, then)
        return flow

    def _go_on(self, flow: Any, then: Callable[[], object]) -> None:
        if flow.gi_frame is None or not self.is_alive:
            return
        try:
            effect = next(flow)
        except StopIteration as ended:
            self._send(ended.value, then)
            return
        assert isinstance(effect, Receive)
        expected = effect.queue.expect(effect.key)
        expected.add_done_callback(lambda _: self._world.at(self._world.now, lambda: self._go_on(flow, then)))

    def _send(self, ticket: Ticket, then: Callable[[], object]) -> None:
        world = self._world
        world.begins()
        world.at(world.now + world.out, lambda: world.arrivals.append((world.now, ticket.units[0])))
        world.at(world.now + world.lasting, lambda: self._leave(ticket, then))

    def _leave(self, ticket: Ticket, then: Callable[[], object]) -> None:
        world = self._world
        world.running -= 1
        if not self.is_alive:
            return
        world.completed[self.process] += 1
        self.limiter.leave(ticket, httpx2.Response(200, headers=dict(world.headers(world))))
        then()
