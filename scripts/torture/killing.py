"""Kill workers and the server of their database at random moments, and start others in their place."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from catalog_jobs import DatabaseError, Jobs
from scripts.mock.engine.catalog import draw
from scripts.tools.postgresql import Server
from scripts.torture.workers import Workers

_LOOK = 0.1
_MOST_SECONDS = 20.0  # for which a sign of life is waited for, after a kill
_DOWN = 1.0  # seconds that a server is down, at most
WORKER, ALL, DATABASE = "one worker", "all workers", "database"


class Killing:
    """Kills a number of times in all, one job after the other.

    Attributes:
        done: number of kills so far.

    Args:
        kills: that number.
        kill_after: seconds that pass before a kill, at most, from when the job goes on.
        seed: of the moments, and of what is killed.
    """

    def __init__(self, kills: int, kill_after: float, seed: tuple[object, ...]) -> None:
        self.done = 0
        self._kills, self._kill_after, self._seed, self._numbers = kills, kill_after, seed, count()

    @property
    def left(self) -> int:
        """Number of kills that are still to be done."""
        return self._kills - self.done

    @contextmanager
    def of(self, jobs: Jobs, job: str, workers: Workers, server: Server | None, *, most: int) -> Iterator[Counter[str]]:
        """Kill what works on a job, at most some times, as long as the context lasts; give the kills by what was killed.

        Raises:
            ValueError: no worker or server starts any more.
        """
        ended, killed, errors = threading.Event(), Counter[str](), list[Exception]()

        def run() -> None:
            try:
                while (
                    killed.total() < min(most, self.left + killed.total())
                    and self._is_alive(jobs, job, ended)
                    and not ended.wait(self._draw() * self._kill_after)
                ):
                    killed[self._kill(workers, server, ended)] += 1
                    self.done += 1
            except Exception as error:  # noqa: BLE001 - the waiting thread raises it
                errors.append(error)

        thread = threading.Thread(target=run, name="killing")
        thread.start()
        try:
            yield killed
        finally:
            ended.set()
            thread.join()
        if errors:
            raise errors[0]

    def _is_alive(self, jobs: Jobs, job: str, ended: threading.Event) -> bool:
        """Wait until something more is known of a job; return whether it is to be killed."""
        before: object = None
        for _ in range(int(_MOST_SECONDS / _LOOK)):
            try:
                found = jobs.status(job)
                now = (found.counts, found.submitted)
                if before is not None and now != before:
                    break
                before = now
            except DatabaseError:
                pass
            if ended.wait(_LOOK):
                return False
        return True

    def _kill(self, workers: Workers, server: Server | None, ended: threading.Event) -> str:
        kinds = [WORKER, WORKER, ALL, DATABASE] if server else [WORKER]
        kind = kinds[int(self._draw() * len(kinds))]
        if kind == DATABASE and server:
            server.kill()
            ended.wait(self._draw() * _DOWN)
            server.start()
            return kind
        some = workers.alive if kind == ALL else [workers.alive[int(self._draw() * len(workers.alive))]]
        for number in some[:]:
            workers.kill(number)
            workers.start()
        return kind

    def _draw(self) -> float:
        return draw(*self._seed, next(self._numbers))
