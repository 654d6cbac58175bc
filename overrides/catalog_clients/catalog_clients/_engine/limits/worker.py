"""The thread of a process that uses a store of limits, for all its other threads and event loops."""

from __future__ import annotations

import atexit
import math
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from weakref import WeakSet

from catalog_clients.errors import LimitsError

from .record import Reading, Record, Timeline
from .shared import SharedLimiter, Step
from .store import Head, Store, StoreUnavailable
from .waiting import LOG

PATIENCE = 15.0
"""Seconds after which requests fail if a store that has worked before stops working."""
_AGAIN = 0.25  # seconds between two attempts
_IDLE = 5.0  # seconds without requests after which the thread and the connection end
_JUMP = 1.0  # seconds from which on the jump of a clock is logged
_FORK = 5.0  # maximum seconds that a fork waits for a step


class Worker:
    """Performs the steps of limits at a store, one by one, in a thread that runs while requests wait or are in progress.

    So a slow store blocks no event loop, and each connection belongs to one thread of one process.

    Args:
        store: the store of the limits.
        clock: seconds since the start of this machine, the same for all its processes.

    Attributes:
        process: name of this process in the store.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self.clock = store, clock
        self._begin()
        _workers.add(self)

    def _begin(self) -> None:
        self.process = secrets.token_hex(4)
        self._lock, self._using = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._events = SimpleQueue[SharedLimiter | None]()
        self._limiters = set[SharedLimiter]()
        self._keys = dict[SharedLimiter, list[str]]()
        self._head: Head | None = None
        self._has_worked = self._is_forking = False
        self._since: float | None = None  # time when the current step has begun

    def ask(self, limiter: SharedLimiter) -> None:
        """Request a step of a limit."""
        with self._lock:
            self._events.put(limiter)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="catalog-clients limits", daemon=True)
                self._thread.start()

    def wake(self, limiter: SharedLimiter) -> None:
        """Request a step of a limit, if requests wait or are in progress; takes no lock."""
        self._events.put(limiter)

    def check(self) -> None:
        """Make sure that the store responds.

        Raises:
            LimitsError: it has not responded for too long.
        """
        since = self._since
        if since is not None and self.clock() - since > PATIENCE:
            raise LimitsError(f"the store of limits {self._store.name} does not respond")

    def close(self) -> None:
        """Record ended requests in the store, and end the thread. Waits at most a second."""
        with self._lock:
            thread = self._thread
            if thread:
                self._events.put(None)
        if thread and thread is not threading.current_thread():
            thread.join(1)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            due = {limiter for limiter in self._limiters if limiter.due <= self.clock()}
            try:
                events = [self._events.get(timeout=0 if due else self._pause())]
                while not self._events.empty():
                    events.append(self._events.get_nowait())
            except Empty:
                events = []
            named = {each for each in events if each}
            is_last = None in events or (not due and not events and self._is_idle())
            self._limiters |= named
            for limiter in due | named:
                self._step(limiter)
            if is_last:
                is_last = self._end()

    def _pause(self) -> float:
        """Return the seconds until something is due."""
        due = min((each.due for each in self._limiters), default=math.inf)
        return max(0.0, min(_IDLE, due - self.clock()))

    def _is_idle(self) -> bool:
        return all(each.is_idle for each in self._limiters)

    def _end(self) -> bool:
        """End the thread unless something has happened in the meantime; return whether it ends."""
        with self._lock:
            if not self._events.empty():
                return False
            with self._using:
                self._store.close()
            self._thread = None
            return True

    def _step(self, limiter: SharedLimiter) -> None:
        """Perform a step of a limit."""
        try:
            limiter.collect()
            if limiter.is_idle and limiter.due == math.inf:
                return
            with self._using:
                self._since = self.clock()
                step = self._change(limiter)
            self._has_worked = True
            limiter.settle(step)
        except StoreUnavailable as error:
            self._retry(limiter, error)
        except LimitsError as error:
            limiter.fail(error, self.clock() + _IDLE)
        except BaseException as error:  # noqa: BLE001 - the waiting requests report it
            limiter.fail(LimitsError(f"the store of limits {self._store.name} cannot be used: {error!r}"), self.clock() + _IDLE)
        finally:
            self._since = None

    def _retry(self, limiter: SharedLimiter, error: StoreUnavailable) -> None:
        """Let requests wait, for a limited time, for a store that does not work now."""
        now = self.clock()
        limiter.failing = limiter.failing or now
        is_over = now - limiter.failing > PATIENCE or not (self._has_worked or error.is_busy)
        reason = LimitsError(f"the store of limits cannot be used: {error}") if is_over else None
        limiter.fail(reason, now + _AGAIN)

    def _change(self, limiter: SharedLimiter) -> Step:
        """Change the records of a line's limits, and return the result."""
        head = self._head = self._head or Head.of(self._store)
        if limiter not in self._keys:
            self._keys[limiter] = [each.key(head.salt) for each in limiter.scopes]
        steps = list[Step]()

        def change(data: Sequence[bytes], clock: float) -> list[bytes]:
            records, reading = [Record.decode(each) for each in data], Reading(clock, platform.node(), self.clock())
            times = [_read(each.timeline, reading, limiter.keeps) for each in records]
            usages = [each.usage for each in records]
            steps.append(limiter.step(list(zip(usages, times, strict=True)), reading.steady))
            return [each.encode() for each in records]

        self._store.change(self._keys[limiter], change)
        return steps[-1]

    def before_fork(self) -> None:
        """Wait for the end of the current step."""
        self._is_forking = self._using.acquire(timeout=_FORK)
        if self._is_forking:
            self._store.before_fork()

    def after_fork(self) -> None:
        """Continue in the parent."""
        if self._is_forking:
            self._using.release()

    def after_fork_in_child(self) -> None:
        """Start again in the child, with a new connection."""
        self._store.after_fork()
        self._begin()


def _read(timeline: Timeline, reading: Reading, keep: float) -> float:
    """Return the time of a timeline; log jumps of the store's clock."""
    offset, is_new = timeline.offset, not timeline.seen
    now = timeline.read(reading, keep)
    if not is_new and abs(jump := offset - timeline.offset) > _JUMP:
        LOG.warning("the clock of the store of limits has jumped by %.0f s, which changes no limit", jump)
    return now


_workers = WeakSet[Worker]()


def _for_all(do: Callable[[Worker], None]) -> Callable[[], None]:
    def call() -> None:
        for worker in list(_workers):
            do(worker)

    return call


atexit.register(_for_all(Worker.close))
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_for_all(Worker.before_fork),
        after_in_parent=_for_all(Worker.after_fork),
        after_in_child=_for_all(Worker.after_fork_in_child),
    )
