"""Find items of the vendor, and write them to a file or standard output. No data of the vendor is changed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from catalog_clients import Bulk, Limits, PagingError
from catalog_clients.errors import describe
from catalog_jobs import apis
from catalog_jobs.apis import Operation, Use
from catalog_jobs.command import parts
from catalog_jobs.command.credentials import check_credentials, use_keyring
from catalog_jobs.command.errors import ALL_CONFIRMED, SOME_REJECTED, SOME_UNKNOWN, Failed, refuse, say
from catalog_jobs.command.settings import Given, Settings, prepared
from catalog_jobs.records import BadRow, Row

from .arguments import values
from .found import Lines, Table

_SUFFIXES = (".jsonl", ".csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """The command line of a lookup or a search.

    Attributes:
        operation: the operation.
        arguments: options for its arguments.
        settings: options for settings.
        output: file for the results; None for standard output.
    """

    operation: Operation
    arguments: Mapping[str, object]
    settings: Given
    output: Path | None


def lookup(find: Find, files: Sequence[str], reading: parts.Reading) -> int:
    """Find the items of the identifiers in files, and return the exit code: 1 if some are missing, 3 if some are unknown."""
    settings, given = _prepared(find, "lookup")
    counts, bad = Counter[str](), list[BadRow]()
    with (
        parts.open_input(find.operation.api, find.operation.name, files, reading) as rows,
        _bulk(find, settings) as bulk,
        _writer(find.output) as writer,
        _vendor_errors(find),
    ):
        try:
            matches = bulk.lookup(find.operation.name, _identifiers(rows, bad), arguments=given)
        except (ValueError, TypeError) as error:
            raise Failed(str(error)) from error
        for each in matches:
            counts[each.status] += 1
            record = {"identifier": each.identifier, "status": each.status, "reason": each.reason}
            writer.write(record, each.items)
        for row in bad:
            counts["rejected"] += 1
            reason = f"line {row.line}: {row.rule}"
            writer.write({"identifier": "", "status": "rejected", "reason": reason}, ())
    say(", ".join(f"{counts[each]:,} {each}" for each in ("found", "missing", "rejected", "unknown")))
    return SOME_UNKNOWN if counts["unknown"] else SOME_REJECTED if counts["missing"] + counts["rejected"] else ALL_CONFIRMED


def search(find: Find, most: int | None) -> int:
    """Read all items of a search, and return the exit code."""
    settings, given = _prepared(find, "search")
    found = 0
    with _bulk(find, settings) as bulk, _writer(find.output) as writer, _vendor_errors(find):
        try:
            pages = bulk.pages(find.operation.name, most=most, arguments=given)
        except (ValueError, TypeError) as error:
            raise Failed(str(error)) from error
        for each in pages:
            found += 1
            writer.write({}, (each,))
    say(f"{found:,} found")
    return ALL_CONFIRMED


def _prepared(find: Find, use: Use) -> tuple[Settings, dict[str, object]]:
    """Return settings and arguments; refuse to start without credentials."""
    settings = Settings(find.settings)
    given = values(find.operation, use, find.arguments, settings.arguments(find.operation.api))
    use_keyring(settings, [find.operation.api])
    check_credentials(find.operation.api)
    return settings, given


def _bulk(find: Find, settings: Settings) -> Bulk:
    """Return the client, whose limits are shared with the jobs of the database."""
    api = find.operation.api
    base_url, server = settings.address(api)
    apis.base_url(api, base_url=base_url, server=server)
    credential = str(settings.value("credential", api).value) or None
    limits = Limits(store=prepared(settings.database), credential=credential)
    try:
        return Bulk(apis.client(api), base_url=base_url or None, server=server or None, limits=limits)
    except (ValueError, TypeError) as error:
        raise Failed(str(error)) from error


def _identifiers(rows: Iterable[Row | BadRow], bad: list[BadRow]) -> Iterator[str]:
    for each in rows:
        if isinstance(each, BadRow):
            bad.append(each)
        else:
            yield str(each.item)


@contextmanager
def _vendor_errors(find: Find) -> Iterator[None]:
    """Raise errors of the vendor as `Failed`, with a message of one line.

    Raises:
        Failed: instead of an error of the generated client, of the connection, or of a page.
    """
    failures: tuple[type[Exception], ...] = (apis.client(find.operation.api).errors.ResponseError, httpx2.TransportError)
    try:
        yield
    except PagingError as error:
        raise Failed(str(error), SOME_UNKNOWN) from error
    except failures as error:
        raise Failed("; ".join([describe(error), *getattr(error, "__notes__", ())]), SOME_UNKNOWN) from error


@contextmanager
def _writer(path: Path | None) -> Iterator[Lines | Table]:
    """Yield a writer to a new file, or to standard output."""
    if path is None:
        yield Lines(sys.stdout)
        return
    if path.suffix not in _SUFFIXES:
        refuse(f"--output: {path} must end with {' or '.join(_SUFFIXES)}")
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError:
        refuse(f"--output: {path} exists; remove it, or name another file")
    with file:
        if path.suffix == ".jsonl":
            yield Lines(file)
            return
        with Table(file) as table:
            yield table
