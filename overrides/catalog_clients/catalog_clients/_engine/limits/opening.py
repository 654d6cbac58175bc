"""Find the store that the option `store` names."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from .postgresql import PostgresqlStore
from .store import Store

_SCHEMES = ("postgresql", "postgres")


def store_of(given: object) -> Store:
    """Return the store that a path or a URL names. It is not opened yet.

    Raises:
        TypeError: it is neither a text nor a path.
        ValueError: it is another kind of URL, or empty.
        ImportError: it needs a library that is not installed.
    """
    if not isinstance(given, str | Path):
        raise TypeError(f"store: must be the path of a SQLite file or a URL such as postgresql://host/database, and not {given!r}")
    scheme, separator, _ = given.partition("://") if isinstance(given, str) else ("", "", "")
    if separator and scheme in _SCHEMES:
        if find_spec("psycopg") is None:
            raise ImportError("store: a PostgreSQL database needs psycopg: install catalog-clients[postgresql]")
        return PostgresqlStore(str(given))
    if separator or given == "":
        raise ValueError("store: must be the path of a SQLite file, or a URL that begins with postgresql://")
    from .sqlite import SqliteStore  # noqa: PLC0415 - not every Python has SQLite

    return SqliteStore(Path(given))
