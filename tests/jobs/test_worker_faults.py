"""What a worker says when its database, or what it uses, fails."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from catalog_jobs import Worker
from catalog_jobs import worker as module
from catalog_jobs._work import queues
from catalog_jobs.errors import DatabaseError
from scripts.torture.planned import SmallJobs
from tests.overrides.ways import eventually


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[SmallJobs]:
    with SmallJobs(tmp_path / "jobs.sqlite", group=None) as found:
        yield found


def test_what_fails_in_dbos_is_said_once_in_one_line_and_not_at_the_end(
    jobs: SmallJobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    destroy = DBOS.destroy

    def log() -> None:
        error = ConnectionError("the disk is full\n(see https://example.com)")
        logging.getLogger("dbos").error("Exception in a workflow:", exc_info=error)

    def end() -> None:
        log()
        destroy()

    looks = list[None]()

    def fail(_: object) -> None:
        looks.append(None)
        raise OperationalError("SELECT 1", {}, ConnectionError("the server\nis gone"))

    monkeypatch.setattr(DBOS, "destroy", end)
    monkeypatch.setattr(queues.Queues, "given", fail)
    monkeypatch.setattr(module, "_BEAT", 0.01)
    assert jobs.list() == []
    with Worker(tmp_path / "jobs.sqlite"):
        log()
        log()
        assert eventually(lambda: len(looks) > 2)
    log()
    assert {each.getMessage() for each in caplog.records} == {
        "the queue: Exception in a workflow: ConnectionError: the disk is full",
        f"the database {tmp_path / 'jobs.sqlite'} cannot be used: the server; is gone",
    }
    assert len(caplog.records) == 2
    assert "Traceback" not in capfd.readouterr().err


def test_a_worker_that_cannot_start_says_in_one_line_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(queues, "Queues", fail)
    with pytest.raises(DatabaseError) as caught, Worker(tmp_path / "jobs.sqlite"):
        pass
    assert str(caught.value) == f"the database {tmp_path / 'jobs.sqlite'} cannot be used: database or disk is full"
