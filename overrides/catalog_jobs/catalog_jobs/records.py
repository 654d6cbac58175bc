"""What goes into a job, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from catalog_clients import Counts
from catalog_clients.results import Status

Cell: TypeAlias = str | int | float | bool | None
"""A value of a column, as the file has it."""
State: TypeAlias = Literal["staging", "staged", "running", "stopped", "cancelled", "finished"]
"""`staging`: its input is being read. `staged`: nothing is sent until it is started. `running`: its chunks are sent, or wait for a
worker. `stopped`: nothing is sent until it is resumed, for the reason that the job has."""
Condition: TypeAlias = Literal[State, "waiting", "interrupted"]
"""A state; or, of a job that is running while no live worker has it, `interrupted` if it has outcomes, and otherwise `waiting`."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of an input, and the item that it is.

    Attributes:
        item: what is sent: a text where an item is nothing but its SKU, and otherwise a mapping with the names of the spec.
        line: number of the first line of the row in its file, from 1; of the row in a workbook or a Parquet file.
        cells: the values of all columns, in the order of the header.
        file: name of the file, where the input has several; otherwise empty.
    """

    item: object
    line: int
    cells: tuple[Cell, ...] = ()
    file: str = ""


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """A row that is not an item; it is rejected, and nothing of it is sent.

    Attributes:
        line, cells, file: as those of `Row`.
        column: name of the column that is wrong; empty if it is the whole row.
        rule: what is wrong with it, in one line.
        sku, store: what would identify the item, where that can be read; otherwise empty.
    """

    line: int
    column: str
    rule: str
    cells: tuple[Cell, ...] = ()
    file: str = ""
    sku: str = ""
    store: str = ""


class Duplicate(msgspec.Struct, frozen=True, gc=False):
    """A row that is not sent, as another one identifies the same item.

    Attributes:
        line, cells, file: as those of `Row`.
        sku, store: what identifies the item.
        first_line, first_file: line and file of the row that is sent instead; None and empty where they are not known.
    """

    line: int
    cells: tuple[Cell, ...] = ()
    file: str = ""
    sku: str = ""
    store: str = ""
    first_line: int | None = None
    first_file: str = ""


class Table(msgspec.Struct, frozen=True):
    """What all rows of an input have in common.

    Attributes:
        name: what messages call the input: the name of its file, or the pattern that its files were found by.
        columns: names of the columns, in the order of the cells.
    """

    name: str
    columns: Sequence[str] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How the requests of a job are made, by any worker, and where its results go; each worker has credentials of its own.

    Attributes:
        base_url: URL of the API; empty for that of `server`.
        server: name of a documented server; empty for the first one.
        origins: origins that reports may be fetched from, instead of the documented ones.
        credential: a name for the credential at the limits that workers share; needed where the credentials change.
        extra_fields: names of fields of items that the spec does not have, and that are sent all the same.
        interval: seconds until the status of an ingestion is requested for the first time; default: the spec's.
        deadline: seconds after which an ingestion is not waited for any longer; default: the spec's.
        patience: seconds for which a vendor that cannot be reached is waited for, before the job stops.
        output: absolute path of the folder that the command writes the results to; empty: `catalog-ID` where it is called.
    """

    base_url: str = ""
    server: str = ""
    origins: Sequence[str] = ()
    credential: str = ""
    extra_fields: Sequence[str] = ()
    interval: float | None = None
    deadline: float | None = None
    patience: float = 3600
    output: str = ""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is now.

    Attributes:
        id: its name in commands: 8 characters.
        api: name of the generated client's module, such as `amazon_jwo_catalog`.
        operation: operationId, such as `archiveCatalog`.
        arguments: what all requests have in common, such as the stores.
        input: what was given.
        options: how its requests are made, and where its results go, see `Options`.
        state: how far it is, see `State`.
        reason: why it is stopped.
        has_worker: whether it is running, and a live worker has it.
        waits_for: what its work waits for, such as a vendor that cannot be reached; empty if it goes on.
        retires: whether its confirmed items may be deleted elsewhere.
        rows: number of rows that were read, with bad ones.
        items: number of items that are sent or were; rows less duplicates and bad rows.
        requests: number of requests that send the items, each once, without polling.
        seconds: least time for them at the vendor's rate limit; 0 without a limit.
        bad_rows: number of rows that are not items.
        counts: outcomes so far; the rejected ones with the bad rows.
        submitted: number of items whose chunk was accepted by the vendor, and has no outcome yet.
        created, started, ended: seconds since 1970, by the clock of the database; 0 if it has not come to that.
        repeated: number of requests that were sent again after an interruption: an earlier one with some of their items may have
            arrived before a crash or a stop, or its outcome was unknown when the job was resumed.
    """

    id: str
    api: str
    operation: str
    arguments: dict[str, object] = {}
    options: Options = Options()
    input: Table
    state: State
    reason: str = ""
    has_worker: bool = False
    waits_for: str = ""
    retires: bool = False
    rows: int = 0
    items: int = 0
    requests: int = 0
    seconds: float = 0
    bad_rows: int = 0
    counts: Counts = msgspec.field(default_factory=Counts)
    submitted: int = 0
    created: float = 0
    started: float = 0
    ended: float = 0
    repeated: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens unless the job is resumed."""
        return self.state in ("stopped", "cancelled", "finished")

    @property
    def condition(self) -> Condition:
        """Its state, and for one that is running whether a worker has it."""
        if self.state != "running" or self.has_worker:
            return self.state
        return "interrupted" if self.submitted or self.counts.total > self.bad_rows else "waiting"

    @property
    def left(self) -> int:
        """Number of items without an outcome."""
        return max(0, self.items + self.bad_rows - self.counts.total)


class RowOutcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The outcome of a row.

    Attributes:
        line, cells, file: as those of `Row`.
        sku, store: what identifies the item at the vendor's; empty for a row of which it cannot be read.
        status: `pending`: there is no outcome yet.
        reason: why it is not confirmed.
        column: name of the column that is wrong, of a row that is not an item.
        ingestion_id: the vendor's id of its ingestion, where there is one.
        attempt: number of the last attempt at its request, from 1; 0 if nothing was sent.
    """

    line: int
    cells: tuple[Cell, ...] = ()
    file: str = ""
    sku: str = ""
    store: str = ""
    status: Status | Literal["pending"] = "pending"
    reason: str = ""
    column: str = ""
    ingestion_id: str = ""
    attempt: int = 0


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What a job had done at a time, for a chart.

    Attributes:
        seconds: since the job was started.
        confirmed, rejected, unknown: outcomes since the last moment.
    """

    seconds: float
    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
