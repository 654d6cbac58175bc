"""Queue the groups of jobs in DBOS, and run them. DBOS workflows are durable: another worker runs those of a dead worker.

A workflow is only the right to send a group, and has no steps. The journal of the group records what was sent. So a newer version
of this package can continue the work of an older one, whatever has changed between them.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from threading import BoundedSemaphore, Event

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowStatus
from sqlalchemy import Connection

from catalog_jobs._store.database import Database

LOG = logging.getLogger("catalog_jobs")
_NAME, _WORKFLOW, _VERSION = "catalog-jobs", "send_group", "1"
"""The version of the workflow's arguments. Another version could not run queued workflows."""
_POLL = 0.2  # seconds between two checks of a queue
_NOTICE = 0.1  # maximum seconds until DBOS notices that it must end
_GIVEN = 2  # groups of a job that a worker gets, as a multiple of its width, so that a group can begin when another ends
_LOST = 10.0  # seconds that a workflow of this worker may exist without running
_OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_run: Callable[[str, int], None] | None = None


@DBOS.workflow(name=_WORKFLOW)
def send_group(job: str, number: int) -> None:
    """Send a group of a job."""
    if _run:
        _run(job, number)


class Queues:
    """The queues of a database, one for each job, for one worker. A process can have one such object at a time.

    Args:
        database: the database of jobs.
        worker: id of the worker.
        width: maximum number of groups of a job that a worker sends at the same time.
        jobs: the jobs whose queues it listens to; default: all.
        run: sends a group; called in a thread, with the id of its job and its number.
    """

    def __init__(self, database: Database, worker: str, width: int, jobs: tuple[str, ...], run: Callable[[str, int], None]) -> None:
        global _run  # noqa: PLW0603 - DBOS finds a workflow by its name, so it has no object
        self._worker, self._width, self._known = worker, width, set[str]()
        self._send, self._running, self._missing = run, dict[str, Event](), dict[str, float]()
        self._slots, self._is_closed = defaultdict[str, BoundedSemaphore](lambda: BoundedSemaphore(width)), False
        self._listened = [_queue(each) for each in jobs] or None
        _run = self._run
        url = database.url.render_as_string(hide_password=False)
        config = DBOSConfig(
            name=_NAME,
            application_version=_VERSION,
            executor_id=worker,
            system_database_url=url,
            db_engine_kwargs={"pool_events": [(self._check_open, "checkout")]},
            notification_listener_polling_interval_sec=_NOTICE,
            log_level="ERROR",
        )
        logging.getLogger("dbos").setLevel(logging.ERROR)
        logging.getLogger("dbos").addFilter(_log_in_one_line)
        self._client = DBOSClient(system_database_url=url, application_name=_NAME, lazy=True)
        if jobs:
            self._open_first(url, jobs)
        DBOS(config=config)
        if self._listened:
            DBOS.listen_queues(self._listened)
        DBOS.launch()

    def _open_first(self, url: str, jobs: tuple[str, ...]) -> None:
        """Make the queues of jobs before DBOS is launched: afterwards, it looks for new queues only once a second."""
        DBOS.migrate(url)
        for job in jobs:
            self._client.register_queue(_queue(job), worker_concurrency=_GIVEN * self._width, polling_interval_sec=_POLL)
        self._known.update(jobs)

    def open(self, job: str) -> None:
        """Make the queue of a job; or set the width of an existing queue to that of this worker."""
        if job not in self._known:
            DBOS.register_queue(_queue(job), worker_concurrency=_GIVEN * self._width, polling_interval_sec=_POLL)
            self._known.add(job)

    def put(self, connection: Connection, job: str, groups: list[tuple[int, int]]) -> None:
        """Queue groups, by number and run, of a job whose queue is open, within a transaction. One is not queued twice."""
        options: EnqueueOptions = {"workflow_name": _WORKFLOW, "queue_name": _queue(job), "app_version": _VERSION}
        for number, run in groups:
            self._client.enqueue_in_transaction(
                connection, {**options, "workflow_id": _workflow(job, number, run + 1)}, job, number
            )

    def without_workflow(self, job: str, groups: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the groups, by number and run, whose workflow has ended or was never queued."""
        if not groups:
            return []
        ids = {_workflow(job, *each): each for each in groups}
        found = DBOS.list_workflows(workflow_ids=[*ids], load_input=False, load_output=False)
        alive = {each.workflow_id for each in found if each.status not in _OVER}
        return [each for name, each in ids.items() if name not in alive]

    def given(self) -> list[WorkflowStatus]:
        """Return the groups of its jobs that are assigned to workers and have not ended.

        A database can also have workflows of another program that uses DBOS.
        """
        return DBOS.list_workflows(status="PENDING", name=_WORKFLOW, queue_name=self._listened, load_input=False, load_output=False)

    def take_over(self, given: Sequence[WorkflowStatus], workers: Collection[str]) -> int:
        """Queue again the groups of all workers that are not alive, and return the number of these groups."""
        left = [each for each in given if each.executor_id not in workers]
        _queue_again(left)
        return len(left)

    def take_back(self, given: Sequence[WorkflowStatus]) -> int:
        """Queue again the groups that are assigned to this worker without its knowledge, and return the number of these groups.

        This happens if the database fails at that moment. A group that begins after all is not sent twice, as this worker runs a
        workflow only once at a time.
        """
        now, before = time.monotonic(), self._missing
        mine = [each for each in given if each.executor_id == self._worker]
        missing = [each.workflow_id for each in mine if each.workflow_id not in self._running]
        self._missing = {workflow: before.get(workflow, now) for workflow in missing}
        lost = [each for each in mine if now - self._missing.get(each.workflow_id, now) >= _LOST]
        for each in lost:
            del self._missing[each.workflow_id]
        _queue_again(lost)
        return len(lost)

    def forget(self, job: str) -> bool:
        """Delete the queue and the workflows of a job that has ended, if all workflows have ended. Return whether they have."""
        found = DBOS.list_workflows(workflow_id_prefix=f"{job}-", load_input=False, load_output=False)
        if not all(each.status in _OVER for each in found):
            return False
        DBOS.delete_workflows([each.workflow_id for each in found])
        DBOS.delete_queue(_queue(job))
        self._known.discard(job)
        return True

    def close(self) -> None:
        """Stop listening."""
        global _run  # noqa: PLW0603 - as above
        logging.getLogger("dbos").setLevel(logging.CRITICAL)  # what is still in progress finds no queue any more
        DBOS.destroy()
        self._client.destroy()
        _run = None
        self._is_closed = True

    def _check_open(self, *_: object) -> None:
        """End DBOS threads that wait for a workflow which another worker now has. Otherwise the process could not exit."""
        if self._is_closed:
            raise SystemExit

    def _run(self, job: str, number: int) -> None:
        """Send a group. If this worker gets a running workflow again, the second run waits for the end of the first."""
        workflow, ended = DBOS.workflow_id or "", Event()
        running = self._running.setdefault(workflow, ended)
        if running is not ended:
            running.wait()
            return
        try:
            with self._slots[job]:
                self._send(job, number)
        finally:
            del self._running[workflow]
            ended.set()


def _log_in_one_line(record: logging.LogRecord) -> bool:
    """Log an error of DBOS in one line. Return False, as DBOS would print its traceback."""
    error = record.exc_info[1] if record.exc_info else None
    lines = [record.getMessage(), *([f"{type(error).__name__}: {error}"] if error else [])]
    LOG.warning("the queue: %s", " ".join(each.splitlines()[0] for each in lines if each))
    return False


def _queue_again(workflows: Sequence[WorkflowStatus]) -> None:
    by_queue = dict[str, list[str]]()
    for each in workflows:
        by_queue.setdefault(each.queue_name or "", []).append(each.workflow_id)
    for queue, ids in by_queue.items():
        DBOS.resume_workflows(ids, queue_name=queue or None)


def _queue(job: str) -> str:
    return f"catalog-{job}"


def _workflow(job: str, number: int, run: int) -> str:
    return f"{job}-{number}-{run}"
