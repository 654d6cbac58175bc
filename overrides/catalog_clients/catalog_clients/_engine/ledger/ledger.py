"""Write the outcomes of a run to a file as they become known, and read the file of an earlier run.

Each line is complete, also after a crash. The ledger records items before they are sent and, if the vendor starts an ingestion, has
a line for each item with the id of the ingestion. The last line of an item counts.
"""

from __future__ import annotations

import csv
import os
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, Self
from zlib import crc32

import msgspec

from catalog_clients.errors import LedgerError

from .file import lock, whole_lines, whole_size
from .joint import JointOutcomes
from .lines import FIELDS, Accepted, Row, csv_lines, joint_csv_lines, json_lines, row_of
from .positions import Positions
from .records import Outcome, PendingItem

FORMATS = (".csv", ".jsonl")
_SENDING, _SUBMITTED = "sending", "submitted"
_ONCE = "sent once"  # reason of an accepted item that no earlier request can have brought to the vendor
_RETIRES = ", archiving"  # marks a run whose confirmed items may be deleted elsewhere
_TO = re.compile(rf"up to item (\d{{1,9}})(?:, run ([0-9a-f]{{16}}))?({_RETIRES})?(?:, keys ([0-9a-f]{{32}}))?")
_BOM = "\ufeff"  # which some programs put before what they save
_HEADER = f"{','.join(FIELDS)}\r\n"
_SAME = "resume with the same items in the same order; others may be added at the end"
_MOST_AT_ONCE = 10**7  # positions from the first to the last item of a request
_PIECE = 1000  # rows that are written as lines at a time
_POSITION, _SKU, _STORE = map(attrgetter, ("position", "sku", "store"))
# The known state of an item: it has an outcome, is in an ingestion, or may have been sent.
_FINAL, PENDING, SENT = {"confirmed": 1, "rejected": 2}, 3, 4


class Ledger:
    """A ledger that is being written. Threads may share it.

    As a context manager, it removes a new file if an error occurs before anything was written.

    Attributes:
        path: of the file.

    Args:
        path: of the file; it must not exist, unless it is resumed.
        resume: whether lines are added to an existing file.
        purpose: purpose of the run; lines about sent items have its digest.
        retires: whether confirmed items may be deleted elsewhere; these lines say so, too.
        key_seed: seed of the keys of requests, in these lines, too; empty if requests have no keys.

    Raises:
        FileExistsError: the file exists.
        ValueError: its name has another suffix than .csv or .jsonl.
    """

    def __init__(self, path: Path, *, resume: bool = False, purpose: str = "", retires: bool = False, key_seed: str = "") -> None:
        if suffix_of(path) not in FORMATS:
            raise ValueError(f"{path}: the name of a ledger must end in {' or '.join(FORMATS)}, which sets its format")
        self.path, self._lock, self._failure = path, threading.Lock(), ""
        self._file: BinaryIO = path.open("r+b" if resume else "xb", buffering=0)
        self._as_text = csv_lines if suffix_of(path) == ".csv" else json_lines
        self._size = 0
        try:
            self._begin(resume=resume)
        except BaseException:
            self._file.close()
            if not resume:
                path.unlink(missing_ok=True)
            raise
        self._run = f", run {run_of(purpose)}{_RETIRES if retires else ''}" if purpose else ""
        self._run += f", keys {key_seed}" if key_seed else ""
        self._empty_size = None if resume else self._size

    def _begin(self, *, resume: bool) -> None:
        """Lock the file, and leave only whole lines in it, of which the first one has the names of the columns."""
        lock(self._file, self.path)
        self._size = whole_size(self._file, is_csv=self._as_text is csv_lines) if resume else 0
        self._file.truncate(self._size)
        if not self._size and self._as_text is csv_lines:
            self._write(_HEADER)

    def outcomes(self, outcomes: Iterable[Outcome]) -> None:
        """Write outcomes.

        Raises:
            LedgerError: they cannot be written; nothing was written.
        """
        self._write(self._lines(outcomes))

    def sending(self, items: Collection[PendingItem]) -> None:
        """Record that items of a chunk are sent now, by the first and last position.

        Raises:
            LedgerError: it cannot be written; the items must not be sent.
        """
        first, reason = min(items, key=_POSITION), f"up to item {max(map(_POSITION, items))}{self._run}"
        row = Row(sku=first.sku, status=_SENDING, store=first.store, reason=reason, item=first.position, chunk=first.chunk)
        self._write(self._lines([row]), is_urgent=True)

    def submitted(self, items: Collection[PendingItem], chunk: int, ingestion_id: str, *, is_lost: bool = False) -> None:
        """Record that the vendor has accepted items of a chunk, with the number of attempts, and which were sent only once.

        Args:
            items: items of one request.
            chunk: number of their chunk.
            ingestion_id: id of their ingestion.
            is_lost: whether the vendor may have executed an earlier attempt at the request.

        Raises:
            LedgerError: it cannot be written.
        """
        attempt = next(iter(items)).attempt
        row = Row(sku="", status=_SUBMITTED, item=0, chunk=chunk, ingestion_id=ingestion_id, attempt=attempt)
        once, again = (row.status, _ONCE), (row.status, "")
        said = [again if is_lost or each.was_sent else once for each in items]
        try:
            self._write(self._joint(items, said, row), is_urgent=True)
        except LedgerError as error:
            self._failure += f"; the vendor has accepted ingestion {ingestion_id}"  # also where another error ends the run
            raise LedgerError(self._failure) from error

    def _joint(self, items: Collection[PendingItem], said: Sequence[tuple[str, str]], row: Row | Outcome) -> str:
        """Return lines with status and reason of each item and a common rest, so that CSV needs no row object for each."""
        if self._as_text is csv_lines:
            skus, stores = [*map(_SKU, items)], [*map(_STORE, items)]
            if lines := joint_csv_lines(skus, stores, map(_POSITION, items), said, row):
                return lines
        return self._lines(
            msgspec.structs.replace(row, sku=each.sku, status=status, store=each.store, reason=reason, item=each.position)
            for each, (status, reason) in zip(items, said, strict=True)
        )

    def _lines(self, rows: Iterable[Row | Outcome]) -> str:
        """Return rows as text, a few at a time to save memory."""
        if isinstance(rows, JointOutcomes) and self._as_text is csv_lines:
            return self._joint(rows.items, rows.said, rows[0])
        left, pieces = iter(rows), list[str]()
        while some := [*islice(left, _PIECE)]:
            pieces.append(self._as_text(some))
        return "".join(pieces)

    def _write(self, text: str, *, is_urgent: bool = False) -> None:
        """Write lines, all or none of them. Urgent lines are on the disk when this returns.

        After a failure, no more lines are written, as nothing may be sent any more.
        """
        left = memoryview(text.encode(errors="backslashreplace"))
        with self._lock:
            if self._failure:
                raise LedgerError(self._failure)
            try:
                self._file.seek(self._size)
                while left:
                    left = left[self._file.write(left) :]
                if is_urgent:
                    os.fsync(self._file.fileno())
            except OSError as error:
                with suppress(OSError):
                    self._file.truncate(self._size)
                self._failure = self._unwritten(error)
                raise LedgerError(self._failure) from error
            self._size = self._file.tell()

    def _unwritten(self, error: OSError) -> str:
        return f"the ledger {self.path} cannot be written: {error.strerror or error}"

    def close(self) -> None:
        """Close the file.

        Raises:
            LedgerError: the end of the file cannot be written, which some file systems say only now.
        """
        try:
            self._file.close()
        except OSError as error:
            raise LedgerError(self._unwritten(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        with suppress(LedgerError) if error else nullcontext():  # what has ended the run is its error
            self.close()
        if error and self._size == self._empty_size:
            self.path.unlink(missing_ok=True)


def suffix_of(path: Path) -> str:
    """Return the suffix of a file in lower case; it sets the format."""
    return path.suffix.lower()


def read_ledger(path: str | Path) -> Iterator[Row]:
    """Yield the lines of a ledger.

    Raises:
        LedgerError: it is not a ledger.
    """
    path = Path(path)
    is_csv = suffix_of(path) != ".jsonl"
    lines = whole_lines(path, is_csv=is_csv)
    try:
        if is_csv:
            _check_header(next(lines, "").removeprefix(_BOM) or _beginning(path))
            table = csv.reader(lines)
            yield from (row_of(values, 1 + table.line_num) for values in table if values)
        else:
            yield from map(msgspec.json.Decoder(Row).decode, lines)
    except (ValueError, csv.Error) as error:
        raise LedgerError(f"{path} is not a ledger: {error}") from error


def last_rows(path: str | Path) -> Iterator[Row]:
    """Yield the last line of each item of a ledger.

    Raises:
        LedgerError: it is not a ledger.
    """
    last = dict[int, int]()
    for number, row in enumerate(read_ledger(path)):
        if row.status != _SENDING:
            last[row.item] = number
    yield from (row for number, row in enumerate(read_ledger(path)) if last.get(row.item) == number)


def check_retires(path: Path) -> None:
    """Refuse the ledger of a run whose confirmed items must not be deleted elsewhere.

    Raises:
        LedgerError: it is refused, or is not a ledger.
    """
    for row in read_ledger(path):
        if row.status == _SENDING and (mark := _TO.fullmatch(row.reason)) and mark[2] and not mark[3]:
            raise LedgerError(f"{path} is the ledger of a run that did not archive its items: they must not be deleted elsewhere")


def _beginning(path: Path) -> str:
    """Return the beginning of a file without a complete line."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read(len(_HEADER) + 1)


def _check_header(line: str) -> None:
    """Refuse a first line, or the part of it that was written before a crash, that is not that of a ledger."""
    if line.rstrip("\r\n") != _HEADER.rstrip() and (line.endswith("\n") or not _HEADER.startswith(line)):
        raise ValueError("its first line is not the header of a ledger")


@dataclass(slots=True)
class Earlier:
    """The known state of each item in the ledger of an earlier run, by position in the input.

    Attributes:
        path: of the ledger.
        statuses: numbers of the items that are confirmed or rejected, by their status.
        chunk: number of the last chunk.
        run: digest of the run's purpose; empty if it is not known.
        key_seed: seed of the keys of its requests; empty if they had none.
        ingestions: ids of the ingestions that it has started.
    """

    path: Path
    run: str = ""
    key_seed: str = ""
    statuses: Counter[str] = field(default_factory=Counter)
    chunk: int = 0
    ingestions: set[str] = field(default_factory=set)
    _states: Positions = field(default_factory=partial(Positions, "B"))
    _digests: Positions = field(default_factory=partial(Positions, "L"))
    _requests: Positions = field(default_factory=partial(Positions, "L"))

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a ledger.

        Raises:
            LedgerError: the file is not a ledger.
            FileNotFoundError: it does not exist.
        """
        found = cls(Path(path))
        for row in read_ledger(path):
            found.chunk = max(found.chunk, row.chunk)
            found.ingestions.add(row.ingestion_id)
            if row.status == _SENDING:
                last = _TO.fullmatch(row.reason)
                end = int(last[1]) if last else row.item
                if end - row.item >= _MOST_AT_ONCE:
                    raise LedgerError(f"{path} is not a ledger: it records {end - row.item + 1} items in one request")
                found._note_sent(row, end)
                found.run = (last and last[2]) or found.run
                if last and last[4]:
                    found.key_seed = last[4]
                    for item in range(row.item, end + 1):
                        found._requests[item] = row.item
            else:
                state = _FINAL.get(row.status) or (PENDING if row.ingestion_id else SENT if row.attempt else 0)
                found._states[row.item], found._digests[row.item] = state, digest(row.sku, row.store)
        found.statuses = Counter({status: found._states.count(state) for status, state in _FINAL.items()})
        return found

    def state(self, item: int) -> int:
        """Return the known state of the item at a position."""
        return self._states[item]

    def request(self, item: int) -> int:
        """Return the first position of the last request with a key that had the item at a position; 0 if there is none."""
        return self._requests[item]

    @property
    def last(self) -> int:
        """The last position that it has."""
        return self._states.last

    def check(self, item: int, sku: str, store: str) -> None:
        """Refuse an item of the input if the ledger has another one at its position.

        Raises:
            LedgerError: the input differs from that of the earlier run.
        """
        known = self._digests[item]
        if known not in (0, digest(sku, store)):
            old = next(row for row in read_ledger(self.path) if row.item == item and digest(row.sku, row.store) == known)
            raise LedgerError(
                f"item {item} of the input is {_named(sku, store)}, and in the ledger {self.path} it is "
                f"{_named(old.sku, old.store)}; {_SAME}"
            )

    def check_end(self, items: int) -> None:
        """Refuse an input that has fewer items than that of the earlier run.

        Raises:
            LedgerError: it has fewer.
        """
        if items < self.last:
            found = (_named(row.sku, row.store) for row in read_ledger(self.path) if row.item == self.last and row.sku)
            what = next(found, "which may have been sent")
            raise LedgerError(f"the input has {items} items, and the ledger {self.path} has item {self.last}, {what}; {_SAME}")

    def is_known(self, item: int) -> bool:
        """Return whether an item is not sent again, as its outcome is known, or will be collected."""
        return self.state(item) in (*_FINAL.values(), PENDING)

    def pending(self) -> Iterator[tuple[str, list[Accepted]]]:
        """Yield the ids of ingestions without known outcomes, each with its items."""
        found: dict[str, dict[int, Accepted]] = {}
        sent = Counter[str]()
        for row in read_ledger(self.path):
            ingestion, is_sent = row.ingestion_id, row.status == _SUBMITTED
            if ingestion and self.state(row.item) == PENDING:
                rows = found.setdefault(ingestion, {})
                if is_sent:
                    rows[row.item] = Accepted(row, sent[ingestion], is_once=row.reason == _ONCE)
                else:
                    rows.setdefault(row.item, Accepted(row))
            sent[ingestion] += is_sent
        for ingestion, rows in found.items():
            yield ingestion, [*rows.values()]

    def _note_sent(self, row: Row, last: int) -> None:
        for item in range(row.item, last + 1):
            if not self.state(item):
                self._states[item] = SENT
                if item == row.item and row.sku:
                    self._digests[item] = digest(row.sku, row.store)


def _named(sku: str, store: str) -> str:
    return f"{sku!r} of store {store!r}" if store else repr(sku)


def run_of(purpose: str) -> str:
    """Return a text that differs for runs with different purposes."""
    return blake2b(purpose.encode(errors="backslashreplace"), digest_size=8).hexdigest()


def digest(sku: str, store: str) -> int:
    """Return a number that almost certainly differs for two items. It is the same for a text and for its form in a ledger."""
    first, second = (each.encode(errors="backslashreplace") for each in (sku, store))
    return crc32(b"%d:%b%b" % (len(first), first, second))
