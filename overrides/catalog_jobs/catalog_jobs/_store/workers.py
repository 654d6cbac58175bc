"""Which workers are alive.

Each counts its beats in the database. A worker is taken for dead when another one has seen no new beat for some time by its own
clock that never goes back, so that neither a jump of a clock nor the difference of two can kill one.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from .database import Database, clock
from .tables import WORKERS

PATIENCE = 15.0
"""Seconds without a beat, after which the work of a worker is taken over."""
_MOST_GAP = 5.0  # seconds between two looks; after more, this worker was stopped itself, and begins to observe anew


@dataclass(slots=True)
class Workers:
    """The workers of a database, as one of them sees them.

    Attributes:
        database: theirs.
        me: id of this one.
        jobs: ids of the jobs that this one works on; none for all.
    """

    database: Database
    me: str
    jobs: tuple[str, ...] = ()
    _beats: dict[str, tuple[int, float]] = field(default_factory=dict)
    _looked: float = 0

    def join(self, connection: Connection) -> None:
        """Begin to be one of them."""
        row = {"id": self.me, "host": socket.gethostname(), "process": os.getpid(), "jobs": " ".join(self.jobs), "beats": 0}
        connection.execute(insert(WORKERS).values(**row, seen=self.database.now))

    def leave(self, connection: Connection) -> None:
        """Be one no longer."""
        connection.execute(delete(WORKERS).where(WORKERS.c.id == self.me))

    def beat(self, connection: Connection) -> tuple[list[str], list[str]]:
        """Count a beat, and return the ids of the workers that are alive, with this one, and of those that are dead."""
        mine = update(WORKERS).where(WORKERS.c.id == self.me)
        if not connection.execute(mine.values(beats=WORKERS.c.beats + 1, seen=self.database.now)).rowcount:
            self.join(connection)  # others have taken it for dead
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
        """Forget workers whose work was taken over."""
        connection.execute(delete(WORKERS).where(WORKERS.c.id.in_(dead)))
        for each in dead:
            self._beats.pop(each, None)  # one that comes back counts from 0


class Alive:
    """The workers that are alive, as far as can be seen without observing them: for what is shown, and nothing else."""

    def __init__(self, connection: Connection) -> None:
        recent = WORKERS.c.seen > clock(connection.dialect.name) - PATIENCE
        rows = connection.execute(select(WORKERS.c.host, WORKERS.c.process, WORKERS.c.jobs).where(recent)).all()
        self._jobs = [{*jobs.split()} for host, process, jobs in rows if not has_ended(host, process)]

    def have(self, job: str) -> bool:
        """Return whether one of them works on a job."""
        return any(not jobs or job in jobs for jobs in self._jobs)


def has_ended(host: str, process: int) -> bool:
    """Return whether a process is one of this machine, and does not exist any more; False where that cannot be known."""
    if host != socket.gethostname() or os.name == "nt":  # where 0 is a signal that reaches the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
