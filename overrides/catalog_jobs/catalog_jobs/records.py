"""The records of jobs: their rows, options, states and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from catalog_clients import Counts
from catalog_clients.results import Status

Cell: TypeAlias = str | int | float | bool | None
"""A value of a column, as it is in the file."""
State: TypeAlias = Literal["staging", "staged", "running", "stopped", "cancelled", "finished"]
"""`staging`: its input is being read. `staged`: it waits for `Jobs.start`. `running`: its chunks are sent, or wait for a worker.
`stopped`: nothing is sent until the job is resumed; `Job.reason` says why."""
Condition: TypeAlias = Literal[State, "waiting", "interrupted", "abandoned"]
"""A state. A `running` job without a live worker is `interrupted` if it has outcomes or accepted items, otherwise `waiting`. A
`staging` job is `abandoned` if no live process reads its input: it can only be deleted, which the next submission does."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of an input, and the item made from it.

    Attributes:
        item: what is sent: a mapping with the names of the spec; or a text, if an item is only an SKU.
        line: number of the row's first line in its file, from 1; in a workbook or a Parquet file, the number of the row.
        cells: the values of all columns, in the order of the header.
        file: name of the file, if the input has several; otherwise empty.
    """

    item: object
    line: int
    cells: tuple[Cell, ...] = ()
    file: str = ""


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """A row that is not a valid item; it is rejected and not sent.

    Attributes:
        line, cells, file: as in `Row`.
        column: name of the invalid column; empty if the whole row is invalid.
        rule: what is wrong, in one line.
        sku, store: key of the item, if it can be read; otherwise empty.
    """

    line: int
    column: str
    rule: str
    cells: tuple[Cell, ...] = ()
    file: str = ""
    sku: str = ""
    store: str = ""


class Duplicate(msgspec.Struct, frozen=True, gc=False):
    """A row that is not sent, as another row has the same key.

    Attributes:
        line, cells, file: as in `Row`.
        sku, store: key of the item.
        first_line, first_file: line and file of the row that is sent instead; None and empty if they are not known.
    """

    line: int
    cells: tuple[Cell, ...] = ()
    file: str = ""
    sku: str = ""
    store: str = ""
    first_line: int | None = None
    first_file: str = ""


class Table(msgspec.Struct, frozen=True):
    """The name and the columns of an input.

    Attributes:
        name: name of the input in messages: that of its file, or the pattern of its files.
        columns: names of the columns, in the order of the cells.
    """

    name: str
    columns: Sequence[str] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How any worker sends the requests of a job, and where its results go. Credentials are not included: each worker has its own.

    Attributes:
        base_url: URL of the API; default: that of `server`.
        server: name of a documented server; default: the first one.
        origins: allowed origins of reports; default: the documented ones.
        credential: name of the credential for the limits that workers share; needed if its secrets change.
        extra_fields: names of fields of items that the spec does not have; they are sent unchanged and unchecked.
        interval: seconds before the first request for the status of an ingestion; default: the spec's.
        deadline: seconds to wait for the end of an ingestion; default: the spec's.
        patience: seconds to wait for a vendor that cannot be reached, before the job stops.
        output: absolute path of the folder for the results of the command; default: `catalog-ID` in the current folder.
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
    """The current state of a job.

    Attributes:
        id: id of the job, of 8 characters.
        api: name of the generated client's module, such as `amazon_jwo_catalog`.
        operation: operationId, such as `archiveCatalog`.
        arguments: arguments of all requests, such as the stores.
        input: name and columns of the input.
        options: how its requests are sent, and where its results go; see `Options`.
        state: see `State`.
        reason: why the job is stopped; otherwise empty.
        has_worker: whether a live worker works on the running job, or a live process reads the input of the job.
        waits_for: what the job waits for, such as a vendor that cannot be reached; empty if it does not wait.
        retires: whether its confirmed items may be deleted elsewhere.
        rows: number of rows that were read, including bad rows.
        items: number of items to send: rows without duplicates and bad rows.
        requests: number of requests for these items, each sent once, without polling.
        seconds: least time in seconds for these requests at the vendor's rate limit; 0 without a limit.
        bad_rows: number of rows that are not valid items.
        counts: outcomes so far; bad rows count as rejected.
        submitted: number of items that the vendor has accepted and that have no outcome yet.
        created, started, ended: seconds since 1970, by the clock of the database; 0 if it has not happened yet.
        repeated: number of requests that were sent again after an interruption, as an earlier request with the same items may have
            arrived before a crash or a stop, or had an unknown outcome when the job was resumed.
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
        """Whether the job has ended: nothing more is sent unless it is resumed, or submitted again if it is `abandoned`."""
        return self.condition in ("stopped", "cancelled", "finished", "abandoned")

    @property
    def condition(self) -> Condition:
        """State of the job, and whether a process works on it; see `Condition`."""
        if self.state == "staging":
            return "staging" if self.has_worker else "abandoned"
        if self.state != "running" or self.has_worker:
            return self.state
        return "interrupted" if self.submitted or self.counts.total > self.bad_rows else "waiting"

    @property
    def folder(self) -> Path:
        """Folder of the results of the command, if it is given no other one; see `Options.output`."""
        return Path(self.options.output or f"catalog-{self.id}")

    @property
    def left(self) -> int:
        """Number of items without an outcome."""
        return max(0, self.items + self.bad_rows - self.counts.total)


class RowOutcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The outcome of a row.

    Attributes:
        line, cells, file: as in `Row`.
        sku, store: key of the item; empty if it cannot be read from the row.
        status: status of the outcome; `pending` if there is none yet.
        reason: why the row is not confirmed.
        column: for a bad row, name of the invalid column.
        ingestion_id: the vendor's id of the ingestion; empty if there is none.
        attempt: number of the last attempt at its request, from 1; 0 if nothing was sent, or if the row is unknown and the vendor
            has certainly executed nothing of it.
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
    """A point of a job's timeline, for a chart.

    Attributes:
        seconds: seconds since the start of the job.
        confirmed, rejected, unknown: number of outcomes since the previous point.
    """

    seconds: float
    confirmed: int = 0
    rejected: int = 0
    unknown: int = 0
