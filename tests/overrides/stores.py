"""Stores of limits that processes share: databases of a PostgreSQL server, and what SQLite and PostgreSQL keep."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psycopg

from catalog_clients import Limits
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.ways import Way
from yandex_market_offers.auth import ApiKey

ENDING = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'catalog-clients'"
_TABLE = "SELECT key, record FROM catalog_clients_limits"
_EMPTY = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', name);
  END LOOP;
  CREATE SCHEMA public;
  GRANT USAGE ON SCHEMA public TO PUBLIC;
END $$
"""
_numbers = count()
_emptied = dict[str, list[str]]()  # names of databases, by the URL of their server


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """Give the URL of an empty database of a server: a new one, or one that was emptied, which takes a tenth of the time."""
    name = f"limits_{next(_numbers)}"  # one of its own, so that nothing of an earlier test can come back to it
    if not _rename(url, name):
        execute(url, f"CREATE DATABASE {name}")
    database = urlsplit(url)._replace(path=f"/{name}").geturl()
    try:
        yield database
    finally:
        try:
            execute(database, _EMPTY)
            _emptied.setdefault(url, []).append(name)
        except psycopg.Error:  # a test has made it unusable
            execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def _rename(url: str, name: str) -> bool:
    """Give a name to a database that was emptied, if there is one that nobody uses."""
    names = _emptied.get(url, [])
    while names:
        with suppress(psycopg.errors.ObjectInUse):
            execute(url, f"ALTER DATABASE {names.pop()} RENAME TO {name}")
            return True
    return False


def execute(url: str, statement: str) -> None:
    """Execute a statement in a PostgreSQL database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def records(store: str | Path) -> dict[str, bytes]:
    """Return what a store has, by key."""
    if isinstance(store, Path):
        with closing(sqlite3.connect(store)) as file:
            return dict(file.execute(_TABLE).fetchall())
    with psycopg.connect(store) as connection:
        return {key: bytes(record) for key, record in connection.execute(_TABLE).fetchall()}


@contextmanager
def ending(limits: Limits) -> Iterator[Limits]:
    """End the thread of limits, with its connection, after their use."""
    try:
        yield limits
    finally:
        if limits._worker:
            limits._worker.close()


def played(limits: Limits, auth: httpx2.Auth | None = None, url: str = "https://vendor.example", way: Way | None = None) -> Any:
    """Return a facade of a vendor that accepts everything, and the requests that it gets."""
    requests = list[httpx2.Request]()

    def play(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200, json={"status": "OK"})

    way = way or Way("sync")
    http = way.http(transport=httpx2.MockTransport(play))
    return way.facade(YANDEX, url, auth=auth or ApiKey("ACMA:secret"), limits=limits, http_client=http), requests


def sent(limits: Limits, auth: httpx2.Auth | None = None, url: str = "https://vendor.example") -> int:
    """Archive an offer, and return how many requests that has sent."""
    market, requests = played(limits, auth, url)
    assert [each.status for each in market.archive(["A"], business_id=BUSINESS)] == ["confirmed"]
    return len(requests)
