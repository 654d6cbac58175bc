"""Read the input of a job once, check it, and store its chunks in the database."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import islice, repeat
from typing import cast

import msgspec

from catalog_clients._engine.chunks.chunking import Chunk, Chunker
from catalog_clients._engine.items.inputs import check_items
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.responses.json_paths import without_quotes
from catalog_clients._engine.run.state import RunState
from catalog_clients.errors import CatalogError
from catalog_clients.results import Breach
from catalog_jobs._store.packing import StagedChunk, shortened, spans_of
from catalog_jobs._store.staging import Stager
from catalog_jobs.errors import InputError
from catalog_jobs.records import BadRow, Duplicate, Row

from .planning import Plan

_MOST_OPEN = 100_000  # rows since the last complete chunk, after which rows of duplicates are written
_BATCH = 1000  # rows that are read together
_STEP = 1000  # rows between two reports of progress
_MOST_RULES = 3  # rules that are listed for one row
_DIGEST_BYTES = 16


@dataclass(slots=True)
class Staged:
    """The result of staging: totals, and a digest of the rows, which does not depend on the chunks."""

    rows: int
    items: int
    bad_rows: int
    duplicates: int
    requests: int
    seconds: float
    digest: str


@dataclass(slots=True)
class Staging:
    """Stages an input.

    Args:
        plan: splits and checks the items.
        stager: writes chunks into the database.
        progress: called with the number of rows read so far.
    """

    plan: Plan
    stager: Stager
    progress: Callable[[int], object] | None = None
    _reported: int = 0
    _items: int = 0
    _bad: int = 0
    _settled: int = 0  # position of the last item whose chunk is complete
    _open: list[Row | None] = field(default_factory=list)  # the rows after it; None for an item without a row
    _faults: list[tuple[int, BadRow]] = field(default_factory=list)
    _faulty: int = 0  # rows that the reader has refused
    _digest: blake2b = field(default_factory=partial(blake2b, digest_size=_DIGEST_BYTES))

    @property
    def _rows(self) -> int:
        """Number of rows that were read."""
        return self._settled + len(self._open) + self._faulty

    def run(self, items: Iterable[object]) -> Staged:
        """Stage all items.

        Raises:
            InputError: the input cannot be read to its end, or has no rows.
            TypeError: the input is not an iterable of items.
        """
        check_items(items)
        state, survey = RunState(), self.plan.bulk.survey(self.plan.operation)
        chunker = self.plan.bulk.chunker(self.plan.operation, state)
        for chunk in chunker.chunks_of(self._batches(items, chunker)):
            survey.add(chunk)
            self._stage(chunk, survey.take_breaches(), chunker)
            if self.progress and self._rows >= self._reported + _STEP:
                self._reported = self._rows
                self.progress(self._rows)
        self._keep_duplicates(chunker, set())
        self._flush_faults()
        error = state.input_error or state.stopped
        if isinstance(error, TypeError | CatalogError | OSError):
            raise error
        if error:
            raise InputError(f"the input cannot be read after row {self._rows}: {error}") from error
        if not self._rows:
            raise InputError("the input has no rows")
        found = survey.result(state)
        self.stager.finish()
        return Staged(
            rows=self._rows,
            items=self._items,
            bad_rows=self._bad,
            duplicates=found.duplicates,
            requests=found.requests,
            seconds=found.seconds,
            digest=self._digest.hexdigest(),
        )

    def _batches(self, items: Iterable[object], chunker: Chunker) -> Iterator[list[object]]:
        """Yield the items of rows in batches, and keep the rows until their chunk is complete."""
        most, rest = _MOST_OPEN, iter(items)
        while True:
            batch, failure = list[object](), None
            try:
                batch += islice(rest, _BATCH)
            except Exception as error:  # noqa: BLE001 - it is raised after what was read before it
                failure = error
            self._digest.update(_lines(batch))
            yield self._of_batch(batch)
            if failure:
                raise failure
            if len(batch) < _BATCH:
                return
            if len(self._open) > most:
                most = len(self._open) + _MOST_OPEN
                self._forget_duplicates(chunker)

    def _of_batch(self, batch: list[object]) -> list[object]:
        """Keep the rows of a batch, and return its items."""
        kinds = {*map(type, batch)}
        if kinds == {Row}:
            found = cast("list[Row]", batch)
            self._open += found
            return [row.item for row in found]
        if not any(issubclass(kind, Row | BadRow) for kind in kinds):
            self._open += repeat(None, len(batch))
            return batch
        items = list[object]()
        for each in batch:
            if isinstance(each, BadRow):
                self._faults.append((self._settled + len(self._open) + 1, each))
                self._faulty += 1
            else:
                row = each if isinstance(each, Row) else None
                self._open.append(row)
                items.append(row.item if row else each)
        return items

    def _forget_duplicates(self, chunker: Chunker) -> None:
        """Write the rows of duplicates before the chunk is complete, so that memory is bounded."""
        kept = {each: self._open[each - self._settled - 1] for each in chunker.open_positions()}
        self._keep_duplicates(chunker, kept)
        self._open[:] = [kept.get(self._settled + 1 + place) for place in range(len(self._open))]

    def _keep_duplicates(self, chunker: Chunker, others: Collection[int], count: int | None = None) -> None:
        """Write as duplicates the first `count` kept rows that are not at one of the positions."""
        found = [row for position, row in enumerate(self._open[:count], self._settled + 1) if row and position not in others]
        keys = [chunker.identity_of(row.item) for row in found]
        self.stager.duplicates(Duplicate(row.line, row.cells, row.file, *key) for row, key in zip(found, keys, strict=True))

    def _row(self, position: int) -> Row:
        """Return the row of an item. For an item without a row, the line is its position."""
        return self._open[position - self._settled - 1] or Row(None, position)

    def _stage(self, chunk: Chunk, breaches: list[Breach], chunker: Chunker) -> None:
        """Stage the valid items of a chunk. All rows before its last one belong to the chunk, or are duplicates."""
        positions = [each.position for each in chunk.items]
        last = max(positions)
        valid = self._without_bad(chunk.items, breaches) if breaches else chunk.items
        self._flush_faults(last)
        if valid:
            self._items += len(valid)
            self.stager.chunk(self._packed(chunk.number, valid, last), barrier=chunk.barrier)
        if len(positions) < last - self._settled:
            self._keep_duplicates(chunker, {*positions}, last - self._settled)
        del self._open[: last - self._settled]
        self._settled = last

    def _without_bad(self, items: list[PendingItem], breaches: list[Breach]) -> list[PendingItem]:
        """Keep the rows of invalid items as bad rows, and return the other items."""
        rules = dict[int, list[Breach]]()
        for breach in breaches:
            rules.setdefault(breach.item, []).append(breach)
        stores = {each.position: each.store for each in items}
        self._faults += ((position, _bad_row(self._row(position), stores[position], found)) for position, found in rules.items())
        return [each for each in items if each.position not in rules]

    def _packed(self, number: int, items: list[PendingItem], last: int) -> StagedChunk:
        """Return a chunk as it is stored, with lines, files and cells of its rows, which are at most at the position `last`."""
        positions, skus, contents = [each.position for each in items], [each.sku for each in items], [each.item for each in items]
        staged = StagedChunk(
            number=number,
            positions=spans_of(positions),
            skus=skus,
            stores=shortened([each.store for each in items]),
            contents=[] if contents == skus else [*map(_plain, contents)],
            replaces=[each.position for each in items if each.replaces],
        )
        rows = self._open[: last - self._settled]
        if len(positions) < len(rows):
            rows = [rows[each - self._settled - 1] for each in positions]
        if any(rows):
            found = [row or Row(None, position) for row, position in zip(rows, positions, strict=True)]
            staged.lines, cells = spans_of([each.line for each in found]), [each.cells for each in found]
            staged.files, staged.cells = shortened([each.file for each in found]), cells if any(cells) else []
        return staged

    def _flush_faults(self, last: int | None = None) -> None:
        """Write bad rows: all, or those up to a position, if earlier ones can still be found after it."""
        self._faults.sort(key=lambda each: each[0])
        count = len(self._faults) if last is None else bisect_right(self._faults, last, key=lambda each: each[0])
        self._bad += count
        self.stager.bad_rows(self._faults[:count])
        del self._faults[:count]


def _plain(item: object) -> object:
    """Return an item as JSON has it."""
    return msgspec.to_builtins(dict(item) if isinstance(item, Mapping) else item)


def _lines(rows: list[object]) -> bytes:
    """Return rows as lines of JSON, for a digest: all at once, unless one of them cannot be written as JSON."""
    try:
        return _JSON.encode_lines(rows)
    except _NOT_JSON:
        return b"".join(map(_line, rows))


def _line(row: object) -> bytes:
    try:
        return _JSON.encode_lines([row])
    except _NOT_JSON:
        return b"\n"


_JSON = msgspec.json.Encoder(enc_hook=_plain)
_NOT_JSON = (TypeError, ValueError, RecursionError)


def _bad_row(row: Row, store: str, breaches: list[Breach]) -> BadRow:
    rules = [f"{without_quotes(each.field) or '$'}: {each.rule}" for each in breaches]
    more = f"; and {len(rules) - _MOST_RULES} more" if len(rules) > _MOST_RULES else ""
    rule = breaches[0].rule if len(rules) == 1 else f"{'; '.join(rules[:_MOST_RULES])}{more}"
    return BadRow(row.line, without_quotes(breaches[0].field), rule, row.cells, row.file, breaches[0].sku, store)
