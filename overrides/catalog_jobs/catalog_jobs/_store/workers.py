"""Find out which workers are alive.

Each worker counts its beats in the database. A worker counts as dead when another worker has seen no new beat for some time. That
other worker uses its own monotonic clock, so that neither a jump of a clock nor a difference between clocks matters.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection, Select, delete, insert, select, update

from .database import Database, clock
from .tables import JOBS, WORKERS

PATIENCE = 15.0
"""Seconds without a beat, after which the work of a worker is taken over."""
_MOST_GAP = 5.0  # seconds between two checks; after more, this worker was stopped itself, and begins to observe again


@dataclass(slots=True)
class Workers:
    """The workers of a database, as seen by one of them.

    Attributes:
        database: the database of jobs.
        me: id of this worker.
        jobs: ids of the jobs that this worker works on; empty for all jobs.
    """

    database: Database
    me: str
    jobs: tuple[str, ...] = ()
    _beats: dict[str, tuple[int, float]] = field(default_factory=dict)
    _looked: float = 0

    def join(self, connection: Connection) -> None:
        """Register this worker."""
        row = {"id": self.me, "host": socket.gethostname(), "process": os.getpid(), "jobs": " ".join(self.jobs), "beats": 0}
        connection.execute(insert(WORKERS).values(**row, seen=self.database.now))

    def leave(self, connection: Connection) -> None:
        """Unregister this worker."""
        connection.execute(delete(WORKERS).where(WORKERS.c.id == self.me))

    def beat(self, connection: Connection) -> tuple[list[str], list[str]]:
        """Count a beat, and return the ids of live workers, including this one, and of dead workers."""
        mine = update(WORKERS).where(WORKERS.c.id == self.me)
        if not connection.execute(mine.values(beats=WORKERS.c.beats + 1, seen=self.database.now)).rowcount:
            self.join(connection)  # other workers regard it as dead
        now = time.monotonic()
        if now - self._looked > _MOST_GAP:
            self._beats.clear()
        self._looked = now
        alive, dead = [self.me], list[str]()
        for worker, host, process, beats in connection.execute(
            select(WORKERS.c.id, WORKERS.c.host, WORKERS.c.process, WORKERS.c.beats).where(WORKERS.c.id != self.me)
        ):
            before, since = self._beats.get(worker, (-1, now))
            if before != beats:
                since = now
            self._beats[worker] = beats, since
            is_dead = now - since > PATIENCE or has_ended(host, process)
            (dead if is_dead else alive).append(worker)
        return alive, dead

    def bury(self, connection: Connection, dead: list[str]) -> None:
        """Remove dead workers whose work was taken over."""
        connection.execute(delete(WORKERS).where(WORKERS.c.id.in_(dead)))
        for each in dead:
            self._beats.pop(each, None)  # a worker that comes back counts from 0


class Alive:
    """The workers that seem alive, without observing them for some time: enough for display, not for taking over work."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(_recent(connection.dialect.name)).all()
        self._jobs = [{*jobs.split()} for host, process, jobs in rows if not has_ended(host, process)]

    def have(self, job: str) -> bool:
        """Return whether one of these workers works on a job."""
        return any(not jobs or job in jobs for jobs in self._jobs)


@cache
def _recent(backend: str) -> Select[str, int, str]:
    """Return what selects the workers of a kind of database that were seen lately; it is often needed, so it is built once."""
    return select(WORKERS.c.host, WORKERS.c.process, WORKERS.c.jobs).where(WORKERS.c.seen > clock(backend) - PATIENCE)


def is_read(connection: Connection, job: str) -> bool:
    """Return whether a live process reads the input of a job. It says so to the database every few seconds."""
    recent = JOBS.c.seen > clock(connection.dialect.name) - PATIENCE
    stager = connection.execute(select(JOBS.c.stager).where(JOBS.c.id == job, recent)).scalar()
    return stager is not None and not stager_has_ended(stager)


def this_process() -> str:
    """Return a text that identifies this process among all machines, as the reader of an input."""
    return f"{socket.gethostname()} {os.getpid()}"


def is_here(stager: str) -> bool:
    """Return whether the reader of an input is on this machine."""
    return stager.rpartition(" ")[0] == socket.gethostname()


def stager_has_ended(stager: str) -> bool:
    """Return whether the process that read an input has ended; False if this cannot be known."""
    host, _, process = stager.rpartition(" ")
    return has_ended(host, int(process))


def has_ended(host: str, process: int) -> bool:
    """Return whether a process of this machine has ended; False if this cannot be known."""
    if host != socket.gethostname() or os.name == "nt":  # on Windows, 0 is a signal that reaches the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
