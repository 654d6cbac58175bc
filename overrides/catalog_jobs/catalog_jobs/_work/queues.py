"""Queue the groups of jobs in DBOS, and run them: its workflows are durable, so that one of a dead worker is run by another.

A workflow is nothing but the right to send a group, and has no steps. What was sent is in the journal of the group, so that a newer
version of this package can go on with the work of an older one, whatever has changed between them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from dbos import DBOS, DBOSConfig, SetWorkflowID

from catalog_jobs._store.database import Database

_NAME, _VERSION = "catalog-jobs", "1"
"""The version of the workflow's arguments: another one could not run those that are queued."""
_POLL = 0.2  # seconds between two looks into a queue
_OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_run: Callable[[str, int], None] | None = None


@DBOS.workflow(name="send_group")
def send_group(job: str, number: int) -> None:
    """Send a group of a job."""
    if _run:
        _run(job, number)


class Queues:
    """The queues of a database, one for each job, as one worker uses them. A process has one such object at a time.

    Args:
        database: where they are.
        worker: id of the worker.
        width: maximum number of groups of a job that a worker sends at the same time.
        jobs: the jobs whose queues it listens to; default: all.
        run: sends a group; called in a thread, with the id of its job and its number.
    """

    def __init__(self, database: Database, worker: str, width: int, jobs: tuple[str, ...], run: Callable[[str, int], None]) -> None:
        global _run  # noqa: PLW0603 - a workflow is found by its name, and has no object
        self._width, self._known = width, set[str]()
        _run = run
        config = DBOSConfig(
            name=_NAME,
            application_version=_VERSION,
            executor_id=worker,
            system_database_url=database.url.render_as_string(hide_password=False),
            log_level="ERROR",
        )
        logging.getLogger("dbos").setLevel(logging.ERROR)
        DBOS(config=config)
        if jobs:
            DBOS.listen_queues([_queue(each) for each in jobs])
        DBOS.launch()

    def open(self, job: str) -> None:
        """Make the queue of a job, or give one that there is the width of this worker."""
        if job not in self._known:
            DBOS.register_queue(_queue(job), worker_concurrency=self._width, polling_interval_sec=_POLL)
            self._known.add(job)

    def put(self, job: str, groups: list[tuple[int, int]]) -> None:
        """Queue groups of a job whose queue is open, by number and run; one that is queued already is not queued twice."""
        for number, run in groups:
            with SetWorkflowID(_workflow(job, number, run + 1)):
                DBOS.enqueue_workflow(_queue(job), send_group, job, number)

    def without_workflow(self, job: str, groups: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return those of some groups, by number and run, whose workflow has ended, or was never queued."""
        if not groups:
            return []
        ids = {_workflow(job, *each): each for each in groups}
        found = DBOS.list_workflows(workflow_ids=[*ids], load_input=False, load_output=False)
        alive = {each.workflow_id for each in found if each.status not in _OVER}
        return [each for name, each in ids.items() if name not in alive]

    def take_over(self, workers: list[str]) -> int:
        """Queue the work of dead workers again, and return how many groups that are."""
        found = DBOS.list_workflows(status="PENDING", executor_id=workers, load_input=False, load_output=False)
        by_queue = dict[str, list[str]]()
        for each in found:
            by_queue.setdefault(each.queue_name or "", []).append(each.workflow_id)
        for queue, ids in by_queue.items():
            DBOS.resume_workflows(ids, queue_name=queue or None)
        return len(found)

    def forget(self, job: str) -> bool:
        """Delete the queue and the workflows of a job that is over, and return whether all of them had ended; otherwise nothing."""
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
        DBOS.destroy()
        _run = None


def _queue(job: str) -> str:
    return f"catalog-{job}"


def _workflow(job: str, number: int, run: int) -> str:
    return f"{job}-{number}-{run}"
