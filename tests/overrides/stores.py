"""Stores of limits that processes share: databases of a PostgreSQL server, and what SQLite and PostgreSQL keep."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from catalog_clients import Limits

_TABLE = "SELECT key, record FROM catalog_clients_limits"
_numbers = count()


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """Make a database of a server, and give its URL."""
    name = f"limits_{next(_numbers)}"
    parts = urlsplit(url)
    execute(url, f"CREATE DATABASE {name}")
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        execute(url, f"DROP DATABASE {name} WITH (FORCE)")


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
