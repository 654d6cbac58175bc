"""The tables of jobs. Times are seconds since 1970 by the clock of the database.

Large columns come last in a table: SQLite reads through them to find the columns behind them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA = 1
"""Version of these tables. A program refuses a database with a newer version."""

UNFINISHED = ("staged", "queued", "running")
"""The states of a group that is not done."""

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite generates keys only of the type INTEGER

META = Table(
    "catalog_meta",
    METADATA,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

JOBS = Table(
    "catalog_jobs",
    METADATA,
    Column("id", String(8), primary_key=True),
    Column("api", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("arguments", LargeBinary, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("input", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False, default="", index=True),
    Column("state", String(12), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("retires", Integer, nullable=False, default=0),
    Column("is_open", Integer, nullable=False, default=0),  # whether the vendor may still execute what a chunk has sent
    Column("phase", Integer, nullable=False, default=0),
    Column("rows", _NUMBER, nullable=False, default=0),
    Column("items", _NUMBER, nullable=False, default=0),
    Column("duplicates", _NUMBER, nullable=False, default=0),
    Column("bad_rows", _NUMBER, nullable=False, default=0),
    Column("unexpected", _NUMBER, nullable=False, default=0),
    Column("repeated", _NUMBER, nullable=False, default=0),
    Column("requests", _NUMBER, nullable=False, default=0),
    Column("seconds", Double, nullable=False, default=0),
    Column("created", Double, nullable=False),
    Column("started", Double, nullable=False, default=0),
    Column("ended", Double, nullable=False, default=0),
    Column("stager", Text, nullable=False, default=""),  # host and process that read the input
    Column("seen", Double, nullable=False, default=0),  # time of its last write
)

# Consecutive chunks, which one worker sends one by one. Groups of a phase are sent in any order, after all earlier phases.
GROUPS = Table(
    "catalog_groups",
    METADATA,
    Column("job", String(8), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("phase", Integer, nullable=False),
    Column("size", Integer, nullable=False),  # number of items
    Column("state", String(8), nullable=False),  # one of `UNFINISHED`, or done
    Column("run", Integer, nullable=False, default=0),  # how often it was queued
    Column("owner", String(36), nullable=False, default=""),  # the worker that owns it
    Column("waits_for", Text, nullable=False, default=""),
    Column("confirmed", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("unknown", Integer, nullable=False, default=0),
    Column("ended", Double, nullable=False, default=0),
    Column("content", LargeBinary, nullable=False),
    Column("outcomes", LargeBinary),
    Index("catalog_groups_state", "job", "state", "phase"),
)

# The items of an unfinished group that were sent, and its outcomes so far.
ENTRIES = Table(
    "catalog_entries",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("job", String(8), nullable=False),
    Column("number", Integer, nullable=False),  # of the group
    Column("kind", String(9), nullable=False),  # sending, submitted, once, again, outcomes, ended
    Column("size", Integer, nullable=False),  # number of items
    Column("ingestion", Text, nullable=False, default=""),
    Column("confirmed", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("unknown", Integer, nullable=False, default=0),
    Column("content", LargeBinary, nullable=False),
    Index("catalog_entries_group", "job", "number"),
)

INGESTIONS = Table(
    "catalog_ingestions",
    METADATA,
    Column("job", String(8), primary_key=True),
    Column("ingestion", Text, primary_key=True),
)

BAD_ROWS = Table(
    "catalog_bad_rows",
    METADATA,
    Column("job", String(8), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("size", Integer, nullable=False),  # number of items
    Column("content", LargeBinary, nullable=False),
)

# Rows that are not sent, as another row has the same key.
DUPLICATES = Table(
    "catalog_duplicates",
    METADATA,
    Column("job", String(8), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("size", Integer, nullable=False),  # number of rows
    Column("content", LargeBinary, nullable=False),
)

WORKERS = Table(
    "catalog_workers",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("jobs", Text, nullable=False, default=""),  # ids of the jobs that it works on, separated by spaces; empty for all
    Column("beats", _NUMBER, nullable=False),
    Column("seen", Double, nullable=False),
)
