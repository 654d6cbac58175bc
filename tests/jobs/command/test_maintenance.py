"""`catalog jobs` and `catalog worker`."""

from __future__ import annotations

import json
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog_jobs import Jobs, apis
from catalog_jobs.command import parts, signals
from catalog_jobs.command.maintenance import jobs as maintenance
from catalog_jobs.errors import DatabaseError
from tests.jobs.command.calling import ARCHIVE, KEY, SECRET, Catalog, write


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)


@pytest.fixture
def stopped(catalog: Catalog) -> Catalog:
    """The command, with a job that has stopped."""
    write("a", "b", "refused", "!d", "lost")
    catalog(*ARCHIVE, "--yes")
    catalog.database.calls.clear()
    return catalog


def test_jobs_are_listed(stopped: Catalog) -> None:
    write("a", "b")
    stopped(*ARCHIVE, "--yes")
    lines = [line.split() for line in stopped("jobs", "list").out.splitlines()]
    assert lines[0] == ["ID", "STATE", "OPERATION", "INPUT", "ROWS", "CONFIRMED", "REJECTED", "UNKNOWN", "CREATED"]
    name = "yandex_market_offers.addOffersToArchive"
    assert [line[:8] for line in lines[1:]] == [
        ["00000002", "finished", name, "skus.txt", "2", "2", "0", "0"],
        ["00000001", "stopped", name, "skus.txt", "5", "2", "1", "0"],
    ]
    assert len(stopped("jobs", "list", "--state", "stopped", "--state", "running").out.splitlines()) == 2
    assert stopped.refusal("jobs", "list", "--state", "done").startswith("--state: 'done' is not one of staging, staged, ")


def test_a_job_has_several_lines_where_the_terminal_is_narrow(stopped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for width, lines in ((200, 1), (80, 2), (40, 4)):
        monkeypatch.setenv("COLUMNS", str(width))
        shown = stopped("jobs", "list").out.splitlines()
        assert len(shown) == 2 * lines
        assert all(len(each) <= max(width, 2 + len("yandex_market_offers.addOffersToArchive")) for each in shown)
        assert [each.startswith(" ") for each in shown] == [place % lines > 0 for place in range(2 * lines)]


def test_one_that_nobody_works_on_is_waiting_or_interrupted(stopped: Catalog) -> None:
    write("a", "b")
    stopped(*ARCHIVE, "--yes", "--detach")
    kept = stopped.database.jobs["00000001"]
    kept.job = replace(kept.job, state="running", has_worker=False, reason="")
    listed = [line.split()[:2] for line in stopped("jobs", "list").out.splitlines()[1:]]
    assert listed == [["00000002", "waiting"], ["00000001", "interrupted"]]
    assert [each["state"] for each in stopped("jobs", "list", "--json").events] == ["waiting", "interrupted"]
    assert stopped("jobs", "show", "00000001", "--json").events[0]["state"] == "interrupted"
    (only,) = stopped("jobs", "list", "--state", "interrupted").out.splitlines()[1:]
    assert only.startswith("00000001")
    assert stopped("jobs", "list", "--state", "running").out.count("\n") == 1
    assert "state          interrupted" in stopped("jobs", "show", "00000001").out.splitlines()
    assert "is interrupted; cancel it first" in stopped.refusal("jobs", "delete", "00000001", "--yes")


def test_a_job_is_shown_by_the_beginning_of_its_id(stopped: Catalog) -> None:
    ended = stopped("jobs", "show", "0000")
    assert ended.code == 0
    for line in (
        "state          stopped: 403: the key is refused",
        "  business_id  7",
        "rows           5, 4 valid, 1 not valid, 0 duplicates",
        "rejected       1",
        "  line 4, column sku: is longer than 10 characters",
    ):
        assert line in ended.out.splitlines()
    assert json.loads(stopped("jobs", "show", "0", "--json").out)["state"] == "stopped"
    assert stopped.refusal("jobs", "show", "9") == "there is no job '9'"


def test_a_job_is_shown_until_it_is_over(stopped: Catalog) -> None:
    ended = stopped("jobs", "show", "0", "--watch")
    assert ended.code == 3
    assert ended.out.splitlines()[-1] == "job 00000001 stopped: 2 confirmed, 1 rejected, 0 unknown, 2 without an outcome"


def test_settings_that_are_given_replace_those_of_the_job(stopped: Catalog) -> None:
    before = stopped.database.jobs["00000001"].job.options
    stopped("jobs", "resume", "0", "--origin", "https://reports.example", "--patience", "7")
    assert stopped.database.calls[0] == "resume unknown=True with options"
    after = stopped.database.jobs["00000001"].job.options
    assert after == replace(before, origins=("https://reports.example",), patience=7)


@pytest.mark.parametrize("changed", [("--patience", "8"), ("--resend-unknown",)])
def test_settings_that_are_given_replace_those_of_an_interrupted_job_but_not_of_a_running_one(
    stopped: Catalog, changed: tuple[str, ...]
) -> None:
    kept = stopped.database.jobs["00000001"]
    kept.skus = ["a", "b", "c", "lost"]
    kept.job = replace(kept.job, state="running", reason="")
    stopped("jobs", "resume", "0", "--patience", "7")
    assert stopped.database.calls[0] == "resume unknown=False with options"
    assert kept.job.options.patience == 7
    kept.job = replace(kept.job, state="running")
    stopped.database.calls.clear()
    stopped("jobs", "resume", "0", "--resend-unknown")
    assert stopped.database.calls[0] == "resume unknown=False resend_unknown"
    kept.job = replace(kept.job, state="running")
    stopped.database.works = None
    refusal = stopped.refusal("jobs", "resume", "0", *changed)
    assert refusal == "job 00000001 is running, and keeps its settings; cancel it first: catalog jobs cancel 00000001"


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        ((), "resume unknown=True"),
        (("--no-unknown",), "resume unknown=False"),
        (("--resend-unknown",), "resume unknown=True resend_unknown"),
    ],
)
def test_a_job_is_resumed(stopped: Catalog, arguments: tuple[str, ...], call: str) -> None:
    kept = stopped.database.jobs["00000001"]
    kept.skus = ["a", "b", "c", "lost"]
    ended = stopped("jobs", "resume", "0", "--width", "3", *arguments)
    assert ended.code == 3
    assert stopped.database.calls == [call, "work", "drained"]
    assert stopped.database.width == 3
    assert Path("catalog-00000001/confirmed.csv").read_text() == "3\n"


def test_a_job_whose_process_has_died_goes_on(stopped: Catalog) -> None:
    write("a")
    stopped(*ARCHIVE, "--yes", "--detach")
    stopped.database.calls.clear()
    assert stopped("jobs", "resume", "00000002").code == 0
    assert stopped.database.calls == ["work", "drained"]


def test_a_job_that_was_never_confirmed_is_confirmed_first(catalog: Catalog) -> None:
    write("a")
    catalog(*ARCHIVE, "--yes", "--detach")
    catalog.database.jobs["00000001"].job = replace(catalog.database.jobs["00000001"].job, state="staged")
    assert catalog.refusal("jobs", "resume", "0") == "there is no terminal to confirm this on; give --yes"
    assert catalog("jobs", "resume", "0", "--yes").code == 0
    assert catalog.database.calls[2:] == ["start", "work", "drained"]


def test_a_job_is_cancelled_exported_and_deleted(stopped: Catalog) -> None:
    assert (
        stopped("jobs", "cancel", "0").out == "job 00000001 cancelled: 2 confirmed, 1 rejected, 0 unknown, 2 without an outcome\n"
    )
    assert "; see catalog-00000001, which is incomplete\n" in stopped("jobs", "export", "0").out
    assert Path("catalog-00000001/confirmed.csv").read_text() == "2\n"
    assert stopped.refusal("jobs", "delete", "0") == "there is no terminal to confirm this on; give --yes"
    assert stopped("jobs", "delete", "0", "--yes").out == "deleted job 00000001\n"
    assert stopped.database.jobs == {}


def test_a_job_that_runs_is_not_deleted(catalog: Catalog) -> None:
    write("a")
    catalog(*ARCHIVE, "--yes", "--detach")
    assert catalog.refusal("jobs", "delete", "0", "--yes").endswith("cancel it first: catalog jobs cancel 00000001")


@pytest.mark.parametrize(("is_read", "state"), [(False, "abandoned"), (True, "staging")])
def test_one_whose_input_was_not_read_to_its_end_is_only_deleted(catalog: Catalog, *, is_read: bool, state: str) -> None:
    write("a")
    catalog(*ARCHIVE, "--yes", "--detach")
    kept = catalog.database.jobs["00000001"]
    kept.job, catalog.database.works = replace(kept.job, state="staging"), None if is_read else ()
    refusal = catalog.refusal("jobs", "resume", "0")
    assert refusal.startswith(f"job 00000001 is {state}: ")
    assert refusal.endswith(": catalog jobs delete 00000001")
    for verb in ("export", "cancel"):
        assert catalog.refusal("jobs", verb, "0") == refusal
    for words in (("list",), ("list", "--state", state), ("show", "0")):
        ended = catalog("jobs", *words)
        assert f" {state} " in f"{ended.out} ".replace("\n", " ")
        assert ended.err == ("" if is_read else f"catalog: {refusal}\n")
    watched = catalog("jobs", "show", "0", "--watch") if not is_read else None
    assert not watched or (watched.code, watched.out.splitlines()[-1].split(":")[0]) == (3, "job 00000001 abandoned")
    assert catalog("jobs", "delete", "0", "--yes").out == "deleted job 00000001\n"


def test_old_jobs_are_deleted(catalog: Catalog) -> None:
    assert catalog("jobs", "delete", "--older", "30", "--yes").out == "deleted 3 jobs\n"
    assert catalog.database.calls == ["delete_older 2.592e+06"]
    assert catalog.refusal("jobs", "delete", "--yes") == "give the id of a job, or --older"
    assert catalog.refusal("jobs", "delete", "0", "--older", "3", "--yes") == "give the id of a job, or --older"
    assert catalog.refusal("jobs", "delete", "--older", "nan", "--yes") == "--older: must be a number of days from 0, and not nan"


def test_before_a_job_is_deleted_it_is_said_what_is_lost(stopped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(maintenance, "is_terminal", lambda: True)
    monkeypatch.setattr(maintenance, "ask", ask)
    for arguments in (["0"], ["--older", "30"]):
        assert stopped("jobs", "delete", *arguments)[:2] == (0, "nothing was deleted\n")
    assert "00000001" in stopped.database.jobs
    lost = "and all outcomes of their items? Result folders stay, and nothing is undone at the vendor."
    assert asked == [
        f"Delete job 00000001 (5 rows of skus.txt, stopped), {lost}",
        f"Delete all jobs that were finished or cancelled more than 30 days ago, {lost}",
    ]


@pytest.mark.parametrize(
    ("database", "refusal"),
    [
        ("/", "the database / cannot be used: unable to open database file; --database or CATALOG_DATABASE names another one"),
        ("newer.sqlite", "install that version or a newer one; --database or CATALOG_DATABASE names another one"),
        ("postgresql://me@[::1/jobs", "the profile: not a URL of a database: Invalid IPv6 URL"),
        ("postgresql://me@db.example:port/jobs", "the form postgresql://user@host/database; --database or CATALOG_DATABASE names"),
        ("postgresql://me@127.0.0.1:1/jobs", "Connection refused; Is the server running on that host"),
    ],
)
def test_an_error_of_the_database_says_what_sets_it(
    stopped: Catalog, monkeypatch: pytest.MonkeyPatch, database: str, refusal: str
) -> None:
    Jobs("newer.sqlite").close()
    with closing(sqlite3.connect("newer.sqlite")) as file, file:
        file.execute("UPDATE catalog_meta SET value = '99'")
    monkeypatch.setattr(parts, "open_jobs", Jobs)
    assert refusal in stopped.refusal("jobs", "list", "--database", database)


@contextmanager
def refusing(*, asks: bool) -> Iterator[int]:
    """A server of PostgreSQL that refuses each connection in its own language, also after a password; yield its port."""
    refusal = b"SFATAL\0C28P01\0MPasswort nicht akzeptiert\0\0"

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    while connection.recv(1000)[4:7] == b"\x04\xd2\x16":  # asks for encryption
                        connection.sendall(b"N")
                    if asks:
                        connection.sendall(b"R\0\0\0\x08\0\0\0\x03")
                        connection.recv(1000)
                    connection.sendall(b"E" + (len(refusal) + 4).to_bytes(4, "big") + refusal)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(60)


@pytest.mark.parametrize(
    ("asks", "advice"),
    [
        (True, "set the password with PGPASSWORD, ~/.pgpass or CATALOG_DATABASE; --database names another database"),
        (False, "--database or CATALOG_DATABASE names another one"),
    ],
)
def test_a_refused_password_is_advised_in_whatever_language_the_server_speaks(
    stopped: Catalog, monkeypatch: pytest.MonkeyPatch, asks: bool, advice: str
) -> None:
    monkeypatch.setattr(parts, "open_jobs", Jobs)
    monkeypatch.setenv("PGPASSWORD", "wrong")
    with refusing(asks=asks) as port:
        found = stopped.refusal("jobs", "list", "--database", f"postgresql://me@127.0.0.1:{port}/password")
    assert found.endswith(f"Passwort nicht akzeptiert; {advice}")


def test_a_worker_works_on_all_jobs_until_it_is_stopped(stopped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopping(signals.Stopping):
        looks = 0

        def wait(self, seconds: float) -> bool:
            assert seconds == maintenance.LOOKS
            self.looks += 1
            if self.looks == 1:
                stopped.database.error = gone
            if self.looks == 2:
                kept = stopped.database.jobs["00000001"]
                kept.job = replace(kept.job, state="running", has_worker=True, reason="")
            return self.looks > 2

    gone = DatabaseError("the database cannot be used: connection refused")
    gone.is_temporary = True  # so that the worker waits for it
    monkeypatch.setattr(maintenance, "Stopping", Stopping)
    ended = stopped("worker", "--database", "postgresql://me@db.example/jobs")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "working on the jobs of postgresql://me@db.example/jobs; Ctrl-C ends it",
        "job 00000001 running: 2 confirmed, 1 rejected, 0 unknown, 2 without an outcome",
        "stopping: what is in progress is completed; press Ctrl-C again to stop at once",
    ]
    assert "shipsidekick_products: no credentials: set SHIPSIDEKICK_API_KEY in the environment" in ended.err
    assert stopped.database.calls == ["work", "stop", "drained"]


def test_a_worker_without_any_credentials_does_not_begin(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    only = {name: point for name, point in apis.installed().items() if name == "yandex_market_offers"}
    monkeypatch.setattr(apis, "installed", lambda: only)
    monkeypatch.delenv(KEY)
    expected = f"this worker has no credentials for any API: yandex_market_offers: no credentials: set {KEY} in the environment"
    assert catalog.refusal("worker") == expected
    assert catalog.database.calls == []
