"""A store of limits that cannot be used ends a run before anything is sent, and what names no store is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from catalog_clients import Limits, LimitsError
from catalog_clients._engine.limits import sqlite, worker
from catalog_clients._engine.limits import store as digests
from tests.clients.causes import BUSINESS
from tests.overrides.stores import ENDING, ending, execute, played, sent
from tests.overrides.ways import Way

pytestmark = pytest.mark.usefixtures("quick_digests")


def test_a_database_that_goes_away_ends_the_run_and_nothing_is_sent(
    way: Way, database: str, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.3)
    name = urlsplit(database).path[1:]
    with ending(Limits(store=database)) as limits:
        assert sent(limits) == 1
        execute(postgresql, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        execute(postgresql, ENDING)
        refuses(way, limits, f"the store of limits cannot be used: the PostgreSQL database {name} at")


def refuses(way: Way, limits: Limits, reason: str) -> None:
    """Make sure that a run ends with an error, that its items are unknown, and that nothing is sent."""
    market, requests = played(limits, way=way)
    outcomes = list[Any]()
    with pytest.raises(LimitsError) as caught:
        way.read(market.archive(["A", "B"], business_id=BUSINESS), outcomes.append)
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)
    assert requests == []
    assert {each.status for each in outcomes} <= {"unknown"}


def not_sqlite(path: Path) -> str:
    path.write_text("item_sku,item_name\nA,Water\n" * 100, encoding="utf-8")
    return "file is not a database"


def in_no_folder(path: Path) -> str:
    path.parent.rmdir()
    return "unable to open database file"


def a_folder(path: Path) -> str:
    path.mkdir()
    return "unable to open database file"


def of_a_newer_version(path: Path) -> str:
    _with_head(path, msgspec.msgpack.encode(digests.Head(2, b"salt")))
    return "has version 2 of the store of limits; this package knows 1"


def of_something_else(path: Path) -> str:
    _with_head(path, b"\xc1")
    return "is not a store of limits"


def _with_head(path: Path, head: bytes) -> None:
    store: digests.Store = sqlite.SqliteStore(path)
    store.change([""], lambda _, __: [head])
    store.close()


SPOILED = [not_sqlite, in_no_folder, a_folder, of_a_newer_version, of_something_else]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_file_that_is_no_store_ends_the_run_and_nothing_is_sent(spoil: Callable[[Path], str], way: Way, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "limits.sqlite"
    path.parent.mkdir()
    reason = spoil(path)
    with ending(Limits(store=path)) as limits:
        refuses(way, limits, reason)
        refuses(way, limits, str(path))


def test_a_file_that_cannot_be_written_ends_the_run_and_nothing_is_sent(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "limits.sqlite"
    with ending(Limits(store=path)) as limits:
        sent(limits)
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect  # the administrator of a machine could write to any file

    def read_only(file: Path, **options: Any) -> sqlite3.Connection:
        return connect(f"file:{file}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with ending(Limits(store=path)) as limits:
        refuses(way, limits, "attempt to write a readonly database")


def test_a_file_that_stays_locked_ends_the_run_and_nothing_is_sent(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.3)
    path = tmp_path / "limits.sqlite"
    with ending(Limits(store=path)) as limits, closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert limits._worker
        limits._worker._store = sqlite.SqliteStore(path, patience=0.05)
        sent(limits)
        other.execute("BEGIN IMMEDIATE")
        refuses(way, limits, f"the store of limits cannot be used: {path}: database is locked")
        other.execute("ROLLBACK")
        assert sent(limits) == 1


def test_a_table_that_may_not_be_changed_ends_the_run_and_nothing_is_sent(way: Way, database: str) -> None:
    with ending(Limits(store=database)) as limits:
        sent(limits)
    execute(database, "DROP ROLE IF EXISTS reader")
    execute(database, "CREATE ROLE reader LOGIN PASSWORD 'secret'")
    with ending(Limits(store=database.replace("postgres:@", "reader:secret@"))) as limits:
        refuses(way, limits, "permission denied for table catalog_clients_limits")


def test_a_server_that_cannot_be_reached_ends_the_run_and_nothing_is_sent(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 1e9)
    with ending(Limits(store="postgresql://user:secret@127.0.0.1:1/shop")) as limits:
        refuses(way, limits, "the store of limits cannot be used: the PostgreSQL database shop at 127.0.0.1:1: ")


NO_STORES: list[tuple[Any, type[Exception], str]] = [
    ("mysql://secret@host/x", ValueError, "store: must be the path of a SQLite file, or a URL that begins with postgresql://"),
    ("", ValueError, "store: must be the path of a SQLite file"),
    (b"limits.sqlite", TypeError, "store: must be the path of a SQLite file or a URL such as postgresql://host/database"),
    (7, TypeError, "store: must be the path of a SQLite file"),
    ("postgresql://user:secret%zz@host/x", ValueError, "store: the URL of the PostgreSQL database cannot be read"),
    ("postgres://host:secret/x?unknown=1", ValueError, "store: the URL of the PostgreSQL database cannot be read"),
]


@pytest.mark.parametrize(("given", "kind", "message"), NO_STORES)
def test_what_names_no_store_is_refused(given: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        Limits(store=given)
    assert "secret" not in str(caught.value)


NO_NAMES = [({"credential": "shop"}, ValueError), ({"store": "x", "credential": ""}, ValueError), ({"credential": 7}, TypeError)]


@pytest.mark.parametrize(("options", "kind"), NO_NAMES)
def test_a_name_of_a_credential_is_a_text_and_needs_a_store(options: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="credential: must be a name"):
        Limits(**options)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog_clients._engine.limits.opening.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"needs psycopg: install catalog-clients\[postgresql\]"):
        Limits(store="postgresql://host/database")
