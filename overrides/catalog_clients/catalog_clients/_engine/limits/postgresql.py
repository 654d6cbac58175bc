"""Limits in a PostgreSQL database, for the processes of any machines. It needs psycopg, the extra `postgresql`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from catalog_clients.errors import LimitsError

from .store import Change, StoreUnavailable

if TYPE_CHECKING:
    import psycopg

_CONNECTION: dict[str, Any] = {  # Any: keyword arguments of several types
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "application_name": "catalog-clients",
}
"""Default parameters of connections. They detect a lost server within a few seconds."""
_SETTINGS = """
SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '5s', true),
       set_config('idle_in_transaction_session_timeout', '5s', true), set_config('synchronous_commit', 'off', true)
"""
_LOCK = 4_711_340_205  # lock for the creation of the table, which is not atomic in PostgreSQL
_FIND = "SELECT to_regclass('catalog_clients_limits')"
_CREATE = "CREATE TABLE IF NOT EXISTS catalog_clients_limits (key text PRIMARY KEY, record bytea NOT NULL) WITH (fillfactor = 50)"
_ADD = "INSERT INTO catalog_clients_limits VALUES (%s, '') ON CONFLICT (key) DO NOTHING"
_READ = "SELECT record FROM catalog_clients_limits WHERE key = %s FOR UPDATE"
_NOW = "SELECT extract(epoch FROM clock_timestamp())::float8"
_WRITE = "INSERT INTO catalog_clients_limits VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET record = excluded.record"


class PostgresqlStore:
    """Limits in a PostgreSQL database.

    A change is one transaction of two round trips. It does not wait for the disk: if the database server crashes, limits may be
    exceeded by requests of the last second before it.

    Args:
        url: URL of the database, for psycopg.

    Raises:
        ValueError: the URL cannot be read.
    """

    def __init__(self, url: str) -> None:
        import psycopg.conninfo  # noqa: PLC0415 - an extra

        try:
            given = psycopg.conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            raise ValueError(
                "store: the URL of the PostgreSQL database cannot be read"
            ) from None  # the message may have its password
        self._parameters = {**_CONNECTION, **given}
        self._password = str(given.get("password") or "")
        self._connection: psycopg.Connection | None = None
        self._keys = set[str]()  # of records that exist
        self._inherited = list[object]()  # connections of parents, which a forked process must not close

    @property
    def name(self) -> str:
        """Its name in messages."""
        parameters = self._parameters
        return (
            f"the PostgreSQL database {parameters.get('dbname', '')} at {parameters.get('host', '')}:{parameters.get('port', 5432)}"
        )

    def change(self, keys: Sequence[str], change: Change) -> None:
        """Replace some records together; see `Store.change`."""
        import psycopg  # noqa: PLC0415 - an extra

        try:
            connection = self._connection = self._connection or self._connect()
            for key in keys:
                if key not in self._keys:
                    connection.execute(_ADD, (key,))
                    self._keys.add(key)
            with connection.pipeline():
                connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
                connection.execute(_SETTINGS)
                found = [connection.execute(_READ, (key,), binary=True) for key in keys]
                clock = connection.execute(_NOW)
            (now,) = clock.fetchone() or (0.0,)
            records = change([bytes((each.fetchone() or (b"",))[0]) for each in found], now)
            with connection.pipeline():
                for written in zip(keys, records, strict=True):
                    connection.execute(_WRITE, written, binary=True)
                connection.execute("COMMIT")
        except psycopg.OperationalError as error:
            self.close()
            raise StoreUnavailable(f"{self.name}: {self._plain(error)}") from error
        except psycopg.Error as error:
            self.close()
            raise LimitsError(f"the store of limits in {self.name} cannot be used: {self._plain(error)}") from error
        except BaseException:
            self.close()  # which rolls back
            raise

    def _connect(self) -> psycopg.Connection:
        import psycopg  # noqa: PLC0415 - an extra

        connection = psycopg.connect(**self._parameters, autocommit=True, prepare_threshold=None)
        try:
            if connection.execute(_FIND).fetchone() == (None,):  # a user of an existing table needs no right to create it
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                    connection.execute(_CREATE)
        except BaseException:
            connection.close()
            raise
        return connection

    def _plain(self, error: psycopg.Error) -> str:
        """Return the message of an error in one line, without the password."""
        text = " ".join((error.diag.message_primary or str(error)).split())
        return text.replace(self._password, "***") if self._password else text

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        self._keys.clear()
        if connection:
            connection.close()

    def before_fork(self) -> None:
        """Do nothing: the parent keeps its connection."""

    def after_fork(self) -> None:
        """Leave the connection to the parent."""
        self._inherited.append(self._connection)
        self._connection = None
        self._keys.clear()
