"""Work that a vendor carries out later: wait for its end, fetch its report, and read from it what became of each item."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from .calls import LOG
from .chunks import Sent
from .effects import Answer, Call, Fetch, Fetched, Flow, Queue, Receive, Request, Sleep
from .errors import AccessError, CatalogError, DeadlineExceeded, ReportError
from .outcomes import Done, Outcome
from .reports import Reports, judge_by_report
from .runs import Judge, origin, told

_GROWTH, _JITTER, _INSTANT = 1.5, 0.25, 0.001
_FETCHES, _LONGEST_NAME = 20, 200
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
_FORBIDDEN = 403  # what S3 answers where a link has expired


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

        def judged(sent: Sequence[Sent], answer: Answer[Any]) -> Flow[Done[Outcome]]:
            key = {name: str(answer.find(place.path)) for name, place in table.polling.body.items()}
            ingestion, done = ", ".join(key.values()), table.retry.done if table.retry and answer.lost else None
            del answer  # it holds the request, and with it all that was sent
            LOG.info("ingestion %s has %d items, from number %d on", ingestion, len(sent), sent[0].position)
            try:
                found = yield from self._outcomes(table.polling, sent, key, done)
            except CatalogError as error:
                LOG.warning("ingestion %s: %s", ingestion, error)
                fatal = error if isinstance(error, AccessError) else None
                found = Done(results=[each.outcome("unknown", str(error)) for each in sent], fatal=fatal)
            found.results = [msgspec.structs.replace(each, ingestion_id=ingestion) for each in found.results]
            return found

        return judged

    def wait(self, polling: Any, key: Mapping[str, str]) -> Flow[Answer[Any]]:
        """Ask until the status is a last one, and return that answer, or a refusal of the question.

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
            answer: Answer[Any] = yield Call(self.ask(key))
            if answer.refused or isinstance(answer.error, AccessError):
                return answer
            status = answer.find(polling.status.path) or status
            if status in (*polling.succeeded, *polling.failed):
                return answer
        raise DeadlineExceeded(f"ingestion {ingestion} is {status} after {deadline:g} s")

    def _outcomes(self, polling: Any, sent: Sequence[Sent], key: Mapping[str, str], done: str | None) -> Flow[Done[Outcome]]:
        answer = yield from self.wait(polling, key)
        if answer.error:
            raise answer.error if isinstance(answer.error, AccessError) else ReportError(f"it has no status: {told(answer.error)}")
        if (status := answer.find(polling.status.path)) in polling.failed:
            raise ReportError(f"it has ended {status}")
        kept = self.reports.folder
        folder = Path(kept or tempfile.mkdtemp(prefix="catalog-report-"))
        folder.mkdir(parents=True, exist_ok=True)
        name = quote("-".join(key.values()), safe="")
        path = folder / (name if name.strip(".") and len(name) <= _LONGEST_NAME else sha256(name.encode()).hexdigest())
        try:
            yield from self._fetch(polling, answer.find(polling.report.link.path), key, path)
            kept = kept or folder  # what cannot be read is
            found = judge_by_report(path, sent, success=polling.report.success, done=done, columns=self.reports)
            kept = self.reports.folder
        finally:
            if not kept:
                shutil.rmtree(folder)
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
                answer: Answer[Any] = yield Call(self.ask(key))
                link = answer.find(polling.report.link.path)
        raise ReportError(f"its report cannot be fetched: {fetched.error or 'it is empty'}")


def _check(link: str, origins: Sequence[str]) -> None:
    """Refuse a link that does not lead to where the vendor keeps reports."""
    try:
        url = httpx2.URL(link)
    except httpx2.InvalidURL as error:
        raise ReportError(f"the link to its report is no URL: {error}") from None
    if url.userinfo or not _HOST.fullmatch(url.host) or not any(fnmatchcase(origin(url), each) for each in origins):
        raise ReportError(f"its report is at {origin(url)}, and not at {' or '.join(origins)}; see `Reports.origins`")
