"""A database of jobs: SQLite for one machine, PostgreSQL for many."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Double, create_engine, event, func, insert, inspect, literal_column, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError

from catalog_jobs.errors import DatabaseError

from .tables import META, METADATA, SCHEMA

T = TypeVar("T")
_BUSY = 30  # seconds that a transaction waits for others in SQLite
_CONNECT = 10  # seconds that a server may take to accept a connection
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_SCHEMES = ("postgresql", "postgres")
_LOCK = 0x636174616C6F67  # number of the lock for the creation of tables


class Database:
    """The database of jobs. Threads may share it.

    Attributes:
        store: its path or URL, for `catalog_clients.Limits(store=...)`.
        url: its URL for SQLAlchemy.
        name: its name in messages, without a password.

    Args:
        given: path of a SQLite file, or URL of a PostgreSQL database.

    Raises:
        DatabaseError: it cannot be used, or was written by a newer version of this package.
    """

    def __init__(self, given: str | Path) -> None:
        self.store, self.url = _places(given)
        self.name = self.url.set(drivername="postgresql").render_as_string() if self.is_shared else str(self.store)
        if self.is_shared:
            self._engine = create_engine(self.url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT})
        else:
            self._engine = create_engine(self.url, pool_size=20)
        self._reader = self._engine.execution_options(reads=True)
        # SQLite allows one writer at a time. Others poll for its lock, which is slower than waiting for a lock of this process.
        self._writing: AbstractContextManager[object] = nullcontext() if self.is_shared else threading.Lock()
        if not self.is_shared:
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        try:
            self._create()
        except SQLAlchemyError as error:
            self.close()
            raise self.fault(error) from error
        except DatabaseError:
            self.close()
            raise

    @property
    def is_shared(self) -> bool:
        """Whether several machines can share it, as it is a server."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def now(self) -> ColumnElement[float]:
        """The time by the clock of the database, as an SQL expression."""
        return clock(self.url.get_backend_name())

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Run a transaction.

        Raises:
            DatabaseError: the transaction has failed; nothing was changed.
        """
        try:
            with self._writing, self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self.fault(error) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Run a transaction that only reads; others can write at the same time.

        Raises:
            DatabaseError: the transaction has failed.
        """
        try:
            with self._reader.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self.fault(error) from error

    def persist(self, work: Callable[[Connection], T], stop: threading.Event, notify: Callable[[str], object] = str) -> T:
        """Repeat a transaction until it succeeds, also while the server is unavailable or the disk is full.

        Args:
            work: the content of the transaction. It may run twice if the result of a commit is not known.
            stop: set to give up.
            notify: called with the error of each failed attempt.

        Raises:
            DatabaseError: `stop` was set, or the transaction can never succeed.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                with self.begin() as connection:
                    return work(connection)
            except DatabaseError as error:
                if not error.is_temporary or stop.is_set():
                    raise
                notify(str(error))
            stop.wait(pause * random.SystemRandom().uniform(0.5, 1))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def fault(self, error: SQLAlchemyError) -> DatabaseError:
        """Return an error of the driver as one that names this database, in one line."""
        cause = getattr(error, "orig", None) or error
        text = "; ".join(" ".join(line.split()) for line in str(cause).splitlines() if line.strip()) or type(cause).__name__
        found = DatabaseError(f"the database {self.name} cannot be used: {text}")
        is_wrong = getattr(cause, "sqlite_errorname", "") == "SQLITE_ERROR"  # such as a table that does not exist
        found.is_temporary = isinstance(error, OperationalError | InterfaceError) and not is_wrong
        return found

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _create(self) -> None:
        """Create the tables of an empty database, and refuse one of a newer version."""
        with self._engine.begin() as connection:
            if self.is_shared:  # two processes may start at the same time
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            is_known = inspect(connection).has_table(META.name)  # looking for each table takes many queries, so only one is
            found = connection.execute(select(META.c.value).where(META.c.key == "schema")).scalar() if is_known else None
            if found is None:
                METADATA.create_all(connection)
                connection.execute(insert(META).values(key="schema", value=str(SCHEMA)))
            elif int(found) > SCHEMA:
                raise DatabaseError(
                    f"{self.name} was written by a newer version of catalog-jobs (tables {found}, this one knows {SCHEMA}): "
                    "install that version or a newer one"
                )


def clock(backend: str) -> ColumnElement[float]:
    """Return an SQL expression for the time by the clock of a database, in seconds since 1970; `backend` is its kind."""
    if backend == "postgresql":
        return func.extract("epoch", func.clock_timestamp()).cast(Double)
    return literal_column("(julianday('now') - 2440587.5) * 86400.0", Double)


def _places(given: str | Path) -> tuple[str | Path, URL]:
    """Return the path or URL of a database, and its URL for SQLAlchemy.

    Raises:
        DatabaseError: it is neither.
    """
    text = str(given)
    scheme, separator, _ = text.partition("://")
    if not text or (separator and scheme not in _SCHEMES):
        raise DatabaseError(
            f"database: must be the path of a SQLite file, or a URL such as postgresql://user@host/database, and not {text!r}"
        )
    if not separator:
        path = Path(given).absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"database: the folder {path.parent} cannot be created: {error.strerror}") from error
        return path, URL.create("sqlite", database=str(path))
    try:
        return text, make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):  # the latter for a port that is not a number
        raise DatabaseError("database: its URL must have the form postgresql://user@host/database") from None


def _set_up_sqlite(connection: Any, _: object) -> None:  # Any: a connection of the driver
    connection.isolation_level = None  # transactions are begun below
    try:
        for statement in (f"PRAGMA busy_timeout = {_BUSY * 1000}", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
            connection.execute(statement)
    except Exception:
        connection.close()  # this is the only chance to close it, as it is not in a pool yet
        raise


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction. One that writes takes the lock at once; otherwise it could fail in the middle."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE")
