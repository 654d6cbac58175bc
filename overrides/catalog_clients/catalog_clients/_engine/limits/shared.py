"""A limit that processes share through a store."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from catalog_clients._engine.effects import Flow, Receive
from catalog_clients._engine.forks import renewed_after_fork
from catalog_clients._engine.tables import RateLimit

from .limiter import Limiter, share_of, too_expensive
from .store import Scope
from .usage import Most, Stated, Turn, Usage
from .waiting import Longest, Ticket, Waiting

LEASE = 15.0
"""Seconds after which requests of a process that says nothing more count as ended."""
_RENEWAL = LEASE / 3  # seconds after which a process says that its requests are under way
_GRACE = 0.25  # seconds that a process may be late for its turn
_LOOK = 5.0  # seconds between two looks of a waiting request at whether the store still works


@dataclass(eq=False, slots=True, kw_only=True)
class Applicant(Ticket):
    """A request that waits for a store, or was admitted by it.

    Attributes:
        operation: its operationId.
        waiting: how long it may wait.
        asked: when it began to wait.
        error: why it is not admitted, if so.
        is_decided: whether it waits no more.
        is_given_up: whether nobody waits for it or sends it any more.
    """

    operation: str
    waiting: Waiting
    asked: float
    error: Exception | None = None
    is_decided: bool = False
    is_given_up: bool = False
    _future: Future[None] = field(default_factory=Future)

    @property
    def exclusive(self) -> bool:
        """Whether nobody else waits for its end, as `Receive` demands."""
        return True

    def expect(self, _: str) -> Future[None]:
        """Return a future that is done when it is decided."""
        future = self._future = Future[None]()
        if self.is_decided:
            _finish(future)
        return future

    def decide(self, error: Exception | None = None) -> None:
        """End its waiting."""
        self.error, self.is_decided = error, True
        _finish(self._future)


class Keeper(Protocol):
    """What performs the steps of limits at a store, in a thread of its own.

    Attributes:
        process: name of this process in the store.
        clock: seconds since this machine was started.
    """

    process: str
    clock: Callable[[], float]

    def ask(self, limiter: SharedLimiter) -> None:
        """Begin a step of a limit soon."""

    def wake(self, limiter: SharedLimiter) -> None:
        """Do the same without a lock, where requests are under way."""

    def check(self) -> None:
        """Raise `LimitsError` if the store does not respond."""


@dataclass(slots=True)
class Step:
    """What one step at the store has given.

    Attributes:
        steady: when it was, by this machine's clock.
        most: the limit, as responses have stated it.
        is_lowered: whether it is lower than the documented one.
        wait: seconds until the next step, if requests wait.
        admitted: requests that are sent now.
        refused: requests that cost more than the limit.
        spent: what this process has been given, see `Turn`.
    """

    steady: float
    most: Most
    is_lowered: bool
    spent: int
    wait: float = 0
    admitted: list[Applicant] = field(default_factory=list)
    refused: list[Applicant] = field(default_factory=list)


class SharedLimiter(Limiter):
    """A limit that all processes keep together that use the same store with the same credential.

    Requests of this process wait in a line. A thread of the process asks the store for all of them, and notes there what has ended;
    only that thread calls the methods below `leave`.

    Args:
        limit: row of a generated client's tables.
        keeper: performs the steps at the store.
        scope: what has this limit.
        only_lower: whether responses may only lower the limit, as the caller has set it.
    """

    def __init__(self, limit: RateLimit, keeper: Keeper, scope: Scope, *, only_lower: bool = False) -> None:
        super().__init__(limit, only_lower=only_lower)
        self.scope, self._keeper, self._stated = scope, keeper, self._own
        self.renew()
        renewed_after_fork(self)

    def renew(self) -> None:
        """Begin anew, also in a forked process: what is under way is its parent's."""
        self._asking, self._ended = deque[Applicant](), deque[tuple[Ticket, float, Stated | None]]()
        self._line, self._running = list[Applicant](), set[Applicant]()
        self._noted = list[tuple[int, float, Stated | None]]()  # what has ended, and is not in the store yet
        self._spent = 0
        self.due = math.inf  # when the next step is due
        self.failing: float | None = None  # since when the store cannot be used

    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; see `Limiter.enter`."""
        waiting, asked = Waiting(operation, longest, self._own.window), self._keeper.clock()
        while True:
            applicant = Applicant(self.units(items), has_ended, longest.request, operation=operation, waiting=waiting, asked=asked)
            yield from self._decided(applicant)
            if self._keeper.clock() < applicant.sent + LEASE:
                return applicant
            self._give_up(applicant)  # this process was stopped meanwhile, and others may have its place

    def _decided(self, applicant: Applicant) -> Flow[None]:
        """Wait until a request is admitted, or raise why it is not."""
        self._asking.append(applicant)
        self._keeper.ask(self)
        is_admitted = False
        try:
            while not applicant.is_decided:
                yield Receive(applicant, applicant.operation, _LOOK)
                self._keeper.check()
            if applicant.error:
                raise applicant.error
            is_admitted = True
        finally:
            if not is_admitted:
                self._give_up(applicant)

    def _give_up(self, applicant: Applicant) -> None:
        """Leave a request out that is not sent."""
        applicant.is_given_up = True
        self._keeper.wake(self)

    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Note the end of a request; see `Limiter.leave`."""
        stated = Stated.read(self._limit, response) if response is not None else None
        self._ended.append((ticket, self._keeper.clock(), stated))
        self._keeper.wake(self)

    def _known(self) -> Most:
        return self._stated

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not (self._asking or self._ended or self._line or self._running or self._noted)

    @property
    def keeps(self) -> float:
        """Seconds for which what the store has of the limit matters."""
        return LEASE + max(self._own.window, self._stated.window, self._limit.period)

    def collect(self) -> None:
        """Take in what has happened in other threads since the last step."""
        now = self._keeper.clock()
        while self._ended:
            ticket, moment, stated = self._ended.popleft()
            units = ticket.units if ticket in self._running else 0
            self._running -= {ticket}
            self._noted.append((units, moment, stated))
        self._running = {each for each in self._running if not each.is_given_up}  # which were never sent
        for ticket in [each for each in self._running if each.is_over(now)]:
            self._running.discard(ticket)
            self._noted.append((ticket.units, now, None))
        while self._asking:
            self._line.append(self._asking.popleft())
        self._line = [each for each in self._line if not each.is_given_up and not each.has_ended()]

    def step(self, usage: Usage, now: float, steady: float) -> Step:
        """Note what has ended, and admit who can be, in what the store has; nothing of this object changes.

        Args:
            usage: what the store has.
            now: the time of the store.
            steady: that of this machine.
        """
        me, own = self._keeper.process, share_of(self._running)
        own.since += now - steady
        usage.shares[me] = own
        usage.expire(now)
        for units, moment, _ in self._noted:
            usage.count(moment + now - steady, units)
        for _, moment, stated in self._noted:  # when all that has ended is counted, as the vendor has counted it, too
            if stated:
                usage.learn(stated, self._limit, self._most(usage), moment + now - steady)
        most, concurrency = self._most(usage), self._limit.concurrency
        found = Step(steady, most, self._is_lowered(usage, now), self._spent)
        usage.turns.pop(me, None)
        for each in self._line:
            if each.units > most.units and not usage.is_used_up(each.units, now):
                found.refused.append(each)
                continue
            found.wait = usage.wait(each.units, now, most, concurrency, usage.ahead(me, found.spent, concurrency))
            if found.wait:
                usage.turns[me] = Turn(each.units, found.spent, now + found.wait + _GRACE)
                break
            found.spent = usage.admit(me, each.units, found.spent, now)
            found.admitted.append(each)
        usage.shares[me].until = now + LEASE
        if not usage.shares[me].requests:
            del usage.shares[me]
        return found

    def settle(self, step: Step) -> None:
        """Tell the requests what a step has given, now that the store has it."""
        self.failing, self._stated, self._spent = None, step.most, step.spent
        self._noted.clear()
        for each in step.admitted:
            each.sent = step.steady
            self._running.add(each)
            each.decide()
        for each in step.refused:
            each.decide(too_expensive(each.operation, each.units, step.most))
        self._line = [each for each in self._line if not each.is_decided]
        for each in self._line:
            try:
                each.waiting.check(step.wait, step.steady - each.asked + step.wait, is_lowered=step.is_lowered)
            except Exception as error:  # noqa: BLE001 - it is the request's
                each.decide(error)
        left = [each for each in self._line if not each.is_decided]
        is_turn_over = bool(self._line) and not left
        self._line = left
        self.due = min(
            step.steady + step.wait if left else math.inf,
            step.steady + _RENEWAL if self._running or left else math.inf,
            step.steady if is_turn_over else math.inf,
        )

    def fail(self, error: Exception | None, again: float) -> None:
        """Tell the requests why the store cannot be used, if they must not wait any longer; the next step is tried later."""
        self.due = again
        if error:
            for each in self._line:
                each.decide(error)
            self._line.clear()
            self._noted.clear()  # the store counts them when their lease ends
            self.failing = None
            if not self._running:
                self.due = math.inf


def _finish(future: Future[None]) -> None:
    """Let a future be done, unless nobody waits for it any more."""
    with suppress(InvalidStateError):
        future.set_result(None)
