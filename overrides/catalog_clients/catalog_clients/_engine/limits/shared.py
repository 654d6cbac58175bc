"""Limits that processes share through a store."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from catalog_clients._engine.flows.effects import Flow, Receive
from catalog_clients._engine.flows.forks import renewed_after_fork

from .limiter import Limiter
from .store import Scope
from .terms import Bound, Terms
from .usage import Most, Stated, Turn, Usage
from .waiting import Cause, Longest, Ticket, TurnOver, Waiting

LEASE = 15.0
"""Seconds after which requests of a process count as ended, unless it renews them."""
_RENEWAL = LEASE / 3  # seconds after which a process renews its requests in progress
_MARGIN = 1.0  # seconds before the end of its lease after which a request is not sent any more
_GRACE = 0.25  # seconds that a process may be late for its turn
_LOOK = 5.0  # seconds between two checks of a waiting request whether the store works


@dataclass(eq=False, slots=True, kw_only=True)
class Applicant(Ticket):
    """A request that waits for a store, or was admitted by it.

    Attributes:
        operation: its operationId.
        waiting: how long it may wait.
        asked: time when it began to wait.
        error: why it is not admitted.
        is_decided: whether it was admitted or refused.
        is_given_up: whether it was abandoned.
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
        """Whether nothing else waits for its end; `Receive` requires this."""
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
    """Performs the steps of limits at a store, in its own thread.

    Attributes:
        process: name of this process in the store.
        clock: seconds since this machine was started.
    """

    process: str
    clock: Callable[[], float]

    def ask(self, limiter: SharedLimiter) -> None:
        """Request a step of a limit."""

    def wake(self, limiter: SharedLimiter) -> None:
        """Request a step of a limit with requests in progress, without a lock."""

    def check(self) -> None:
        """Raise `LimitsError` if the store does not respond."""


@dataclass(slots=True)
class Part:
    """One limit in a step: what the step reads and changes.

    Attributes:
        terms: the limit.
        member: name of the member that uses it.
        usage: its usage in the store.
        now: time of the store.
        most: the limit, as stated by responses.
        spent: units that the member has been given; see `Turn`.
    """

    terms: Terms
    member: str
    usage: Usage
    now: float
    most: Most
    spent: int

    @property
    def cause(self) -> Cause:
        """The limit as the cause of a wait."""
        return self.terms.cause(self.usage, self.now)

    def units(self, applicant: Applicant) -> int:
        """Return what a request costs."""
        return applicant.units[self.terms.place]

    def refuses(self, applicant: Applicant) -> bool:
        """Return whether a request costs more than the limit ever allows."""
        units = self.units(applicant)
        return units > self.most.units and not self.usage.is_used_up(units, self.now)

    def wait(self, applicant: Applicant) -> float:
        """Return the seconds that a request must wait; 0 if it may be sent now."""
        concurrency = self.terms.limit.concurrency
        ahead = self.usage.ahead(self.member, self.spent, concurrency)
        return self.usage.wait(self.units(applicant), self.now, self.most, concurrency, ahead)

    def admit(self, applicant: Applicant) -> None:
        """Record that a request is sent."""
        self.spent = self.usage.admit(self.member, self.units(applicant), self.spent, self.now)

    def queue(self, applicant: Applicant, wait: float) -> None:
        """Record that a request waits for this limit."""
        self.usage.turns[self.member] = Turn(self.units(applicant), self.spent, self.now + wait + _GRACE)

    def end(self) -> None:
        """Record until when requests in progress count, unless this process renews them."""
        own = self.usage.shares[self.member]
        own.until = self.now + LEASE
        if not own.requests:
            del self.usage.shares[self.member]


@dataclass(slots=True)
class Step:
    """The result of a step at the store.

    Attributes:
        steady: time of the step, by this machine's clock.
        parts: the limits.
        wait: seconds until the next step, if requests wait.
        place: which of the limits they wait for.
        admitted: requests to send now.
        refused: requests that cost more than a limit, each with that limit.
    """

    steady: float
    parts: list[Part]
    wait: float = 0
    place: int = 0
    admitted: list[Applicant] = field(default_factory=list)
    refused: list[tuple[Applicant, Part]] = field(default_factory=list)


class SharedLimiter(Limiter):
    """The limits of some requests, shared by all processes with the same store and credential.

    Requests of this process wait in a line. A thread of the process asks the store for all of them, and records ended requests
    there; only that thread calls the methods below `leave`. If a request needs several limits, one change of the store admits it.
    Lines of one process with a common limit use it as if they were different processes.

    Args:
        terms: the limits, in the order of the operation's table, with what a request costs.
        keeper: performs the steps at the store.
        scopes: scope of each limit.

    Attributes:
        keeps: seconds for which records in the store matter.
    """

    def __init__(self, terms: Sequence[Terms], keeper: Keeper, scopes: Sequence[Scope]) -> None:
        self.scopes, self._terms, self._keeper = scopes, terms, keeper
        self._note_stated([each.own for each in terms])
        self._name = "".join(f"/{scope.operation or '*'}:{each.cost}" for scope, each in zip(scopes, terms, strict=True))
        self.renew()
        renewed_after_fork(self)

    def renew(self) -> None:
        """Start again, also in a forked process: requests in progress belong to its parent."""
        self._asking, self._ended = deque[Applicant](), deque[tuple[Ticket, float, Sequence[Stated]]]()
        self._line, self._running = list[Applicant](), set[Applicant]()
        self._noted = list[tuple[tuple[int, ...], float, Sequence[Stated]]]()  # ended requests that are not in the store yet
        self._spent = [0] * len(self._terms)
        self.due = math.inf  # when the next step is due
        self.failing: float | None = None  # time since when the store cannot be used

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """What each of the limits allows; see `Limiter.bounds`."""
        return tuple(each.bound(most) for each, most in zip(self._terms, self._stated, strict=True))

    def enter(self, operation: str, items: int, longest: Longest, has_ended: Callable[[], bool]) -> Flow[Ticket]:
        """Wait until a request may be sent; see `Limiter.enter`."""
        waiting, asked = Waiting(operation, longest), self._keeper.clock()
        units = tuple(each.units(items) for each in self._terms)
        while True:
            applicant = Applicant(units, has_ended, longest.request, operation=operation, waiting=waiting, asked=asked)
            yield from self._decided(applicant)
            try:
                self.check(applicant)
            except TurnOver:
                self._give_up(applicant)
            else:
                return applicant

    def check(self, ticket: Ticket) -> None:
        """Make sure that a request may still be sent; see `Limiter.check`."""
        if self._keeper.clock() > ticket.until - _MARGIN:
            raise TurnOver

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
        """Remove a request that is not sent."""
        applicant.is_given_up = True
        self._keeper.wake(self)

    def leave(self, ticket: Ticket, response: httpx2.Response | None) -> None:
        """Record the end of a request; see `Limiter.leave`."""
        stated = () if response is None else tuple(Stated.read(each.limit, response) for each in self._terms)
        self._ended.append((ticket, self._keeper.clock(), stated))
        self._keeper.wake(self)

    @property
    def is_idle(self) -> bool:
        """Whether no request waits or is in progress."""
        return not (self._asking or self._ended or self._line or self._running or self._noted)

    def collect(self) -> None:
        """Collect changes by other threads since the last step."""
        now = self._keeper.clock()
        while self._ended:
            ticket, moment, stated = self._ended.popleft()
            units = ticket.units if ticket in self._running else (0,) * len(ticket.units)
            self._running -= {ticket}
            self._noted.append((units, moment, stated))
        self._running = {each for each in self._running if not each.is_given_up}  # which were never sent
        for ticket in [each for each in self._running if each.is_over(now)]:
            self._running.discard(ticket)
            self._noted.append((ticket.units, now, ()))
        while self._asking:
            self._line.append(self._asking.popleft())
        self._line = [each for each in self._line if not each.is_given_up and not each.has_ended()]

    def step(self, found: Sequence[tuple[Usage, float]], steady: float) -> Step:
        """Record ended requests and admit waiting ones, in the records of the store. This object does not change.

        Args:
            found: record of each limit, and the store's time.
            steady: time of this machine.
        """
        parts = [self._note(terms, usage, now, steady) for terms, (usage, now) in zip(self._terms, found, strict=True)]
        step = Step(steady, parts)
        for each in self._line:
            if refusing := next((part for part in parts if part.refuses(each)), None):
                step.refused.append((each, refusing))
                continue
            waits = [part.wait(each) for part in parts]
            step.wait = max(waits)
            if step.wait:
                step.place = waits.index(step.wait)
                parts[step.place].queue(each, step.wait)  # at no other limit, so that others keep their turn
                break
            for part in parts:
                part.admit(each)
            step.admitted.append(each)
        for part in parts:
            part.end()
        return step

    def _note(self, terms: Terms, usage: Usage, now: float, steady: float) -> Part:
        """Record the requests of one limit that are in progress and that have ended."""
        me, own = self._keeper.process + self._name, terms.share(self._running)
        own.since += now - steady
        usage.shares[me] = own
        usage.expire(now)
        for units, moment, _ in self._noted:
            usage.count(moment + now - steady, units[terms.place])
        for _, moment, stated in self._noted:  # after ended requests are counted, as the vendor has counted them, too
            if stated:
                usage.learn(stated[terms.place], terms.limit, terms.most(usage), moment + now - steady)
        usage.turns.pop(me, None)
        return Part(terms, me, usage, now, terms.most(usage), self._spent[terms.place])

    def settle(self, step: Step) -> None:
        """Apply the result of a step to the requests, after the store has it."""
        self.failing = None
        self._spent, stated = [each.spent for each in step.parts], [each.most for each in step.parts]
        if stated != self._stated:
            self._note_stated(stated)
        self._noted.clear()
        for each in self._running:
            if step.steady < each.until:
                each.until = step.steady + LEASE
        for each in step.admitted:
            each.sent, each.until = step.steady, step.steady + LEASE
            self._running.add(each)
            each.decide()
        for each, part in step.refused:
            each.decide(part.terms.too_expensive(each.operation, part.units(each), part.most))
        self._line = [each for each in self._line if not each.is_decided]
        cause = step.parts[step.place].cause
        for each in self._line:
            try:
                each.waiting.check(step.wait, step.steady - each.asked + step.wait, cause)
            except Exception as error:  # noqa: BLE001 - it is the error of the request
                each.decide(error)
        left = [each for each in self._line if not each.is_decided]
        is_turn_over = bool(self._line) and not left
        self._line = left
        self.due = min(
            step.steady + step.wait if left else math.inf,
            step.steady + _RENEWAL if self._running or left else math.inf,
            step.steady if is_turn_over else math.inf,
        )

    def _note_stated(self, stated: list[Most]) -> None:
        """Record what responses have stated."""
        self._stated = stated
        seconds = [max(most.window, each.own.window, each.limit.period) for most, each in zip(stated, self._terms, strict=True)]
        self.keeps = LEASE + max(seconds)

    def fail(self, error: Exception | None, again: float) -> None:
        """Let requests that must not wait longer fail, as the store cannot be used. The next step is tried later."""
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
    """Set a future done, unless it was cancelled."""
    with suppress(InvalidStateError):
        future.set_result(None)
