"""Work that a vendor carries out later: wait for its end, fetch its report, and read from it what became of each item.

No document tells the form or the columns of a report, so what is not certain is not guessed.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from .calls import LOG
from .chunks import Judge, Sent, failed
from .effects import Call, CallResult, Fetch, Fetched, Flow, Queue, Receive, Request, Sleep
from .errors import AccessError, CatalogError, DeadlineExceeded, ReportError, origin, told
from .results import Done, Outcome

Rows = list[dict[str, str]]
_GROWTH, _JITTER, _INSTANT = 1.5, 0.25, 0.001
_FETCHES, _LONGEST_NAME = 20, 200
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
_READING = threading.Lock()  # one report at a time is as quick, and takes less memory
_FORBIDDEN = 403  # what S3 responses where a link has expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How reports are fetched and read.

    Attributes:
        folder: where they are kept; it is made if it is not there. Without it, only those are kept that cannot be read, in a folder
            of their own.
        origins: scheme and host that links to them may have, `*` for any characters; the spec's if not set.
        most_bytes: largest size.
        sku, status, store, message: names of their columns, as far as they are known; the others are looked for.
    """

    folder: str | Path | None = None
    origins: Sequence[str] = ()
    most_bytes: int = 1 << 30
    sku: str | None = None
    status: str | None = None
    store: str | None = None
    message: str | None = None

    def __post_init__(self) -> None:
        """Make the folder, so that one that cannot be made is known before anything is sent."""
        if self.folder:
            Path(self.folder).mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True)
class Ingestions:
    """How ingestions are followed.

    Attributes:
        ask: makes the request for the status, from what identifies an ingestion.
        queue: where notifications come in, if they do.
        reports: how reports are fetched and read.
        interval, deadline: seconds; the spec's if not set.
        silence: seconds without a notification, after which the status is asked for again and again.
    """

    ask: Callable[[Mapping[str, str]], Request]
    queue: Queue | None
    reports: Reports
    _: KW_ONLY
    interval: float | None
    deadline: float | None
    silence: float

    def judge(self, table: Any) -> Judge:
        """Return what waits for the end of an accepted ingestion and says what became of its items.

        Args:
            table: `Behaviour` of the operation that starts it.
        """

        def judged(sent: Sequence[Sent], response: CallResult[Any]) -> Flow[Done[Outcome]]:
            key = {name: str(response.find(place.path)) for name, place in table.polling.body.items()}
            ingestion, done = ", ".join(key.values()), table.retry.done if table.retry and response.lost else None
            del response  # it holds the request, and with it all that was sent
            LOG.info("ingestion %s has %d items, from number %d on", ingestion, len(sent), sent[0].position)
            try:
                found = yield from self._outcomes(table.polling, sent, key, done)
            except CatalogError as error:
                LOG.warning("ingestion %s: %s", ingestion, error)
                found = failed(sent, error, "unknown", str(error))
            except Exception as error:  # noqa: BLE001 - it ends the run, after what is known was told
                found = failed(sent, error, "unknown")
                found.fatal = error
            found.results = [msgspec.structs.replace(each, ingestion_id=ingestion) for each in found.results]
            return found

        return judged

    def wait(self, polling: Any, key: Mapping[str, str]) -> Flow[CallResult[Any]]:
        """Ask until the status is a last one, and return that response, or a refusal of the question.

        Raises:
            DeadlineExceeded: there was no last status in time.
        """
        (ingestion,) = key.values()
        began, status, notified = (yield Sleep(0)), "unknown", False
        interval, deadline = self.interval or polling.interval, self.deadline or polling.deadline
        pause = self.silence if self.queue else interval
        while (left := deadline - ((yield Sleep(0)) - began)) > _INSTANT:
            if self.queue and not notified:
                notified = yield Receive(self.queue, ingestion, min(pause, left))
            else:
                yield Sleep(min(pause, left), _JITTER)
            pause, interval = interval, min(interval * _GROWTH, max(interval, polling.max_interval))
            response: CallResult[Any] = yield Call(self.ask(key))
            if response.refused or isinstance(response.error, AccessError):
                return response
            status = response.find(polling.status.path) or status
            if status in (*polling.succeeded, *polling.failed):
                return response
        raise DeadlineExceeded(f"ingestion {ingestion} is {status} after {deadline:g} s")

    def _outcomes(self, polling: Any, sent: Sequence[Sent], key: Mapping[str, str], done: str | None) -> Flow[Done[Outcome]]:
        response = yield from self.wait(polling, key)
        if response.error:
            raise (
                response.error
                if isinstance(response.error, AccessError)
                else ReportError(f"it has no status: {told(response.error)}")
            )
        if (status := response.find(polling.status.path)) in polling.failed:
            raise ReportError(f"it has ended {status}")
        folder = Path(self.reports.folder or tempfile.mkdtemp(prefix="catalog-report-"))
        name = quote("-".join(key.values()), safe="")
        path = folder / (name if name.strip(".") and len(name) <= _LONGEST_NAME else sha256(name.encode()).hexdigest())
        with ExitStack() as at_last:
            if not self.reports.folder:
                at_last.callback(shutil.rmtree, folder)
            yield from self._fetch(polling, response.find(polling.report.link.path), key, path)
            kept = at_last.pop_all()  # what cannot be read stays
            with _READING:
                found = judge_by_report(path, sent, success=polling.report.success, done=done, columns=self.reports)
            kept.close()
        return found

    def _fetch(self, polling: Any, link: str | None, key: Mapping[str, str], path: Path) -> Flow[None]:
        """Download a report, from where the attempt before broke off, and with a new link where one has expired."""
        fetched = Fetched(error="the status has no link to it")
        for _ in range(_FETCHES):
            if link:
                _check(link, self.reports.origins or polling.report.origins)
                fetched = yield Fetch(url=link, path=path, etag=fetched.etag, most_bytes=self.reports.most_bytes)
                if not fetched.error and path.stat().st_size:
                    return
            if fetched.status != _FORBIDDEN:
                yield Sleep(self.interval or polling.interval, _JITTER)
            if not link or fetched.status == _FORBIDDEN:
                response: CallResult[Any] = yield Call(self.ask(key))
                link = response.find(polling.report.link.path)
        raise ReportError(f"its report cannot be fetched: {fetched.error or 'it is empty'}")


def _check(link: str, origins: Sequence[str]) -> None:
    """Refuse a link that does not lead to where the vendor keeps reports."""
    try:
        url = httpx2.URL(link)
    except httpx2.InvalidURL as error:
        raise ReportError(f"the link to its report is no URL: {error}") from None
    if url.userinfo or not _HOST.fullmatch(url.host) or not any(fnmatchcase(origin(url), each) for each in origins):
        raise ReportError(f"its report is at {origin(url)}, and not at {' or '.join(origins)}; see `Reports.origins`")


def judge_by_report(path: Path, sent: Sequence[Sent], *, success: str, done: str | None, columns: Reports) -> Done[Outcome]:
    """Say what a report tells of each item that was sent.

    An item is confirmed if there are rows about it, and all have the word of success. A row is about an item that has its SKU and,
    if both name one, its store.

    Args:
        path: of the report, CSV or JSON.
        sent: what it should be about.
        success: the word that confirms an item.
        done: text that confirms an item, too, since an earlier attempt may have been carried out; None if there was none.
        columns: names that are known.

    Raises:
        ReportError: it cannot be read with certainty.
    """
    skus = {each.sku for each in sent}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
        status = _column(rows, "status", columns.status or _named(rows, r"\w*status"))
        sku = _column(rows, "sku", columns.sku or _named(rows, r"(item)?skus?") or _holding(rows, skus, besides=status))
    except (ValueError, RecursionError, csv.Error) as error:
        raise ReportError(f"the report {path} cannot be read: {error}") from error
    store = columns.store or _named(rows, r"\w*store(id)?") or ""
    message = columns.message or _named(rows, r"\w*(message|reason|error)") or ""
    verdicts: defaultdict[str, list[tuple[bool, str, str]]] = defaultdict(list)
    for row in rows:
        confirmed, reason = row[status] == success, row.get(message) or row[status]
        if not confirmed and done and done.casefold() in reason.casefold():
            confirmed, reason = True, f"{reason}, as an earlier attempt may have been carried out"
        elif confirmed:
            reason = ""
        verdicts[row[sku]].append((confirmed, reason, row.get(store, "")))
    results = []
    for each in sent:
        about = [verdict for verdict in verdicts.get(each.sku, ()) if not each.store or verdict[2] in ("", each.store)]
        confirmed, reason, _ = min(about, default=(False, "the report does not name it", ""))
        results.append(each.outcome("confirmed" if confirmed else "rejected" if about else "unknown", reason))
    return Done(results=results, strangers=len(verdicts.keys() - skus))


def _json_rows(text: str) -> Rows:
    rows = msgspec.json.decode(text)
    if isinstance(rows, dict):  # the rows stand beside what is said of all of them
        rows = next(iter(lists)) if len(lists := [each for each in rows.values() if isinstance(each, list)]) == 1 else None
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise ValueError("it is no list of objects")
    return [{name: value if isinstance(value, str) else "" for name, value in each.items()} for each in rows]


def _csv_rows(text: str) -> Rows:
    names, *rows = [row for row in csv.reader(StringIO(text, newline=""), strict=True) if row] or [[]]
    if len(set(names)) < len(names) or any(len(row) != len(names) for row in rows):
        raise ValueError("it is no table with a line of different names and as many values in each other line")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _column(rows: Rows, what: str, name: str | None) -> str:
    if name is None or not rows or any(name not in row for row in rows):
        names = ", ".join(rows[0] if rows else ())
        raise ValueError(f"which column has the {what} is not certain; name it with `Reports({what}=...)`, as one of: {names}")
    return name


def _holding(rows: Rows, values: Collection[str], *, besides: str) -> str | None:
    """Return the only other column that has any of some values."""
    found = [name for name in rows[0] if name != besides and any(row.get(name) in values for row in rows)]
    return found[0] if len(found) == 1 else None


def _named(rows: Rows, pattern: str) -> str | None:
    found = [each for each in (rows[0] if rows else ()) if re.fullmatch(pattern, re.sub(r"\W|_", "", each), re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
