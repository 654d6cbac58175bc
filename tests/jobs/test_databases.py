"""Databases that are locked, full, gone, newer than this version or none at all, and clocks that jump."""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from catalog_jobs import DatabaseError, Jobs
from catalog_jobs._store import database as module
from catalog_jobs._store import jobs as stored
from catalog_jobs._store import staging
from catalog_jobs._store import workers as alive
from catalog_jobs._store.database import Database
from catalog_jobs._store.tables import JOBS, META, METADATA
from catalog_jobs._store.workers import Workers
from scripts.mock.serving import Mocks
from scripts.tools.postgresql import Server
from tests.clients.access import YANDEX
from tests.clients.causes import ADD
from tests.clients.products import untouched
from tests.jobs.desk import Desk
from tests.overrides.disks import room
from tests.overrides.vendors import responses
from tests.overrides.ways import eventually

NEWER = "was written by a newer version of catalog-jobs (tables 99, this one knows 1): install that version or a newer one"


def offers(desk: Desk, number: int) -> list[str]:
    return [untouched(desk.mocks.vendors[YANDEX]) for _ in range(number)]


@pytest.fixture
def sqlite(tmp_path: Path, mocks: Mocks) -> Iterator[Desk]:
    desk = Desk(tmp_path / "jobs.sqlite", mocks)
    yield desk
    desk.close()


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at a database that is out of order more often."""
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 0.02)


def test_the_tables_of_a_known_database_are_not_looked_for_one_by_one(store: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(store).close()
    monkeypatch.setattr(METADATA, "create_all", None)
    Database(store).close()


def test_a_database_of_a_newer_version_is_refused_in_one_line_and_not_changed(store: str | Path) -> None:
    with closing(Database(store)) as database, database.begin() as connection:
        connection.execute(update(META).values(value="99"))
        connection.exec_driver_sql("DROP TABLE catalog_workers")
    with pytest.raises(DatabaseError) as raised:
        Jobs(store)
    assert str(raised.value).endswith(NEWER)
    assert "\n" not in str(raised.value)
    with pytest.raises(DatabaseError):
        Database(store)
    if isinstance(store, Path):
        with closing(sqlite3.connect(store)) as file:
            tables = file.execute("SELECT count(*) FROM sqlite_master WHERE name = 'catalog_workers'").fetchone()
        assert tables == (0,)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("", "must be the path of a SQLite file, or a URL such as postgresql://user@host/database, and not ''"),
        ("mysql://a@b/c", "must be the path of a SQLite file, or a URL such as"),
        ("postgresql://someone:se-cret@127.0.0.1:1/jobs", r"postgresql://someone:\*\*\*@127.0.0.1:1/jobs cannot .* refused"),
        ("/dev/null/jobs.sqlite", "cannot be created"),
        ("/", "cannot be used"),
    ],
)
def test_what_is_no_database_is_refused_in_one_line_without_a_password(given: str, text: str) -> None:
    with pytest.raises(DatabaseError, match=text) as raised:
        Jobs(given)
    assert "\n" not in str(raised.value)
    assert "se-cret" not in str(raised.value)


def test_a_file_of_something_else_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("sku\n" * 1000)
    with pytest.raises(DatabaseError, match="file is not a database") as raised:
        Jobs(path)
    assert "\n" not in str(raised.value)
    assert path.read_text() == "sku\n" * 1000


def test_a_file_that_another_process_has_locked_is_waited_for(sqlite: Desk) -> None:
    job = sqlite.submit(YANDEX, ADD, offers(sqlite, 3))
    (number,) = sqlite.queue(job)
    with closing(sqlite3.connect(sqlite.store, isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        sent = pool.submit(sqlite.send, job, number)
        with pytest.raises(TimeoutError):
            sent.result(0.5)
        assert sqlite.jobs.status(job).state == "running", "it can be read meanwhile"
        other.execute("ROLLBACK")
        assert sent.result(30)
    assert sqlite.statuses(job) == {"confirmed": 3}


@pytest.mark.usefixtures("_quick")
def test_one_that_is_locked_for_longer_is_asked_again(sqlite: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BUSY", 0.01)
    job = sqlite.submit(YANDEX, ADD, offers(sqlite, 3))
    (number,) = sqlite.queue(job)
    desk, warned = Desk(sqlite.store, sqlite.mocks), threading.Event()
    monkeypatch.setattr("catalog_jobs._store.journal.LOG.warning", lambda *_: warned.set())
    with closing(desk), closing(sqlite3.connect(sqlite.store, isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        sent = pool.submit(desk.send, job, number)
        assert warned.wait(20)
        assert not sent.done()
        other.execute("ROLLBACK")
        assert sent.result(30)


@pytest.mark.usefixtures("_quick")
def test_where_the_disk_is_full_nothing_is_sent_until_it_is_not(sqlite: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    skus = offers(sqlite, 300)
    sqlite.size = 150
    job = sqlite.submit(YANDEX, ADD, skus)
    (number,) = sqlite.queue(job)
    before, full = responses(sqlite.mocks.vendors[YANDEX]), threading.Event()
    reasons = list[str]()

    def warn(text: str) -> None:
        reasons.append(text)
        full.set()

    monkeypatch.setattr("catalog_jobs._store.journal.LOG.warning", warn)
    journal = sqlite.journal(job, number)
    group = journal.take()
    assert group
    with ThreadPoolExecutor(1) as pool:
        with room(Path(f"{sqlite.store}-wal").stat().st_size):
            sent = pool.submit(sqlite.sender(job, journal).send, group)
            assert full.wait(20)
            assert not sent.done()
            assert responses(sqlite.mocks.vendors[YANDEX]) == before
        assert sent.result(30)
    assert any("disk" in each for each in reasons)
    assert sqlite.statuses(job) == {"confirmed": 300}
    assert sqlite.jobs.status(job).repeated == 0


def test_where_the_disk_is_full_an_input_is_not_staged_and_nothing_of_it_is_left(sqlite: Desk) -> None:
    done = sqlite.submit(YANDEX, ADD, offers(sqlite, 3))
    with room(Path(sqlite.store).stat().st_size + 100_000), pytest.raises(DatabaseError, match="disk"):
        sqlite.jobs.submit(YANDEX, ADD, (f"SKU-{number:09}" * 5 for number in range(300_000)), arguments={"business_id": 1})
    assert [each.id for each in sqlite.jobs.list(["running", "staged"])] == [done]
    assert sqlite.send_all(done) == "finished"


def test_a_transaction_that_can_never_succeed_is_not_repeated(store: str | Path) -> None:
    with closing(Database(store)) as database:
        with pytest.raises(DatabaseError) as raised:
            database.persist(lambda connection: connection.exec_driver_sql("SELECT nothing FROM nowhere"), threading.Event())
        assert not raised.value.is_temporary


def test_the_end_of_a_worker_ends_its_wait_for_a_database(store: str | Path) -> None:
    stop, asked = threading.Event(), list[int]()

    def work(_: Any) -> None:
        asked.append(1)
        if len(asked) == 2:
            stop.set()
        raise OperationalError("", {}, Exception("gone"))

    with closing(Database(store)) as database, pytest.raises(DatabaseError, match="cannot be used: gone"):
        database.persist(work, stop)
    assert len(asked) == 2


@pytest.mark.usefixtures("_quick")
def test_a_server_that_is_killed_in_the_middle_of_a_group_is_waited_for(
    postgresql_server: Server, postgresql: str, mocks: Mocks
) -> None:
    with closing(Desk(postgresql, mocks)) as desk:
        job = desk.submit(YANDEX, ADD, offers(desk, 2 * desk.size))
        (number,) = desk.queue(job)
        threads = list[threading.Thread]()

        def spy(journal: Any) -> Any:
            outcomes = journal.outcomes

            def killing(*given: Any, **options: Any) -> None:
                if not threads:
                    postgresql_server.kill()
                    threads.append(threading.Timer(0.1, postgresql_server.start))
                    threads[0].start()
                outcomes(*given, **options)

            journal.outcomes = killing
            return journal

        assert desk.send(job, number, spy=spy)
        threads[0].join()
        assert desk.statuses(job) == {"confirmed": 2 * desk.size}
        assert desk.jobs.status(job).state == "finished"


@contextmanager
def clock_of_database(monkeypatch: pytest.MonkeyPatch, ahead: float) -> Iterator[None]:
    """Let the clocks of the database and of this process be ahead."""
    now, real = Database.now.fget, time.time  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr(Database, "now", property(lambda self: now(self) + ahead))
        patch.setattr(time, "time", lambda: real() + ahead)
        yield


@pytest.mark.parametrize("ahead", [86_400.0, -86_400.0])
def test_a_clock_that_jumps_ends_no_worker_and_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, ahead: float) -> None:
    one, other = Workers(desk.database, "one"), Workers(desk.database, "other")
    monkeypatch.setattr(alive, "has_ended", lambda *_: False)
    job = desk.submit(YANDEX, ADD, offers(desk, 4 * desk.size))
    first, second = desk.queue(job)
    with desk.database.begin() as connection:
        one.join(connection)
        other.join(connection)
        assert one.beat(connection) == (["one", "other"], [])
    assert desk.send(job, first)
    with clock_of_database(monkeypatch, ahead):
        with desk.database.begin() as connection:
            assert [each.beat(connection)[1] for each in (one, other)] == [[], []]
        assert desk.send(job, second)
        found = desk.jobs.status(job)
        assert (found.state, found.counts.confirmed) == ("finished", 4 * desk.size)
        assert all(each.seconds >= 0 for each in desk.jobs.timeline(job))
    assert desk.jobs.status(job).is_over


def test_an_input_that_is_read_is_not_given_up_as_the_clock_jumps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def items() -> Iterator[str]:
        yield from offers(desk, desk.size)
        with clock_of_database(monkeypatch, 86_400), desk.database.begin() as connection:
            stored.delete_abandoned(desk.database, connection)
        yield from offers(desk, desk.size)

    job = desk.submit(YANDEX, ADD, items())
    assert desk.send_all(job) == "finished"
    assert desk.statuses(job) == {"confirmed": 2 * desk.size}


@pytest.mark.parametrize(
    ("stager", "silent", "is_deleted"), [("{host} 999999999", 0, True), ("elsewhere 1", 20, False), ("elsewhere 1", 4000, True)]
)
def test_an_input_whose_reader_has_died_is_abandoned_and_given_up(
    desk: Desk, stager: str, silent: float, *, is_deleted: bool
) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 1))
    gone = stager.format(host=socket.gethostname())
    with desk.database.begin() as connection:
        staging = {"state": "staging", "stager": gone, "seen": desk.database.now - silent}
        connection.execute(update(JOBS).where(JOBS.c.id == job).values(**staging))
    assert (desk.jobs.status(job).condition, desk.jobs.status(job).is_over) == ("abandoned", True)
    with desk.database.begin() as connection:
        stored.delete_abandoned(desk.database, connection)
        assert len(connection.execute(select(JOBS.c.id)).all()) == 1 - is_deleted


def test_an_input_that_is_read_shows_signs_of_life_while_no_row_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_BEAT", 0.001)

    def items() -> Iterator[str]:
        yield from offers(desk, 1)
        (job,) = desk.jobs.list()
        with desk.database.begin() as connection:
            connection.execute(update(JOBS).where(JOBS.c.id == job.id).values(seen=1))
        assert eventually(lambda: desk.jobs.status(job.id).condition == "staging")

    desk.submit(YANDEX, ADD, items())


@pytest.mark.parametrize("seconds", [14.0, 16.0])
def test_a_worker_without_beats_is_dead_after_15_seconds(desk: Desk, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(alive, "has_ended", lambda *_: False)
    now = 1000.0
    monkeypatch.setattr(alive, "time", SimpleNamespace(monotonic=lambda: now))
    one, other = Workers(desk.database, "one"), Workers(desk.database, "other")
    with desk.database.begin() as connection:
        one.join(connection)
        other.join(connection)
        found = one.beat(connection)
        while now < 1000 + seconds:
            now += 2.0
            found = one.beat(connection)
        assert found == ((["one"], ["other"]) if seconds > 15 else (["one", "other"], []))
        one.bury(connection, found[1])
        assert other.beat(connection)[1] == [], "it is one again"
        assert one.beat(connection)[1] == []


def test_a_worker_that_was_stopped_itself_takes_no_other_for_dead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "has_ended", lambda *_: False)
    now = 1000.0
    monkeypatch.setattr(alive, "time", SimpleNamespace(monotonic=lambda: now))
    one, other = Workers(desk.database, "one"), Workers(desk.database, "other")
    with desk.database.begin() as connection:
        one.join(connection)
        other.join(connection)
        one.beat(connection)
        now += 60
        assert one.beat(connection) == (["one", "other"], [])
