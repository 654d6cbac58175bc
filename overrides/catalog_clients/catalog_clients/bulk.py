"""Any generated client for any number of items, from the tables of its spec alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx2

from ._engine.beginning import Resume
from ._engine.chunking import Items
from ._engine.effects import Queue
from ._engine.facades import AsyncBase, Base
from ._engine.generated import check_package
from ._engine.ingestions import following
from ._engine.matching import Match
from ._engine.paging import AsyncPages, Pages
from ._engine.tables import Package
from .options import Limits, Reports, Retries
from .results import AsyncResult, AsyncStream, OnProgress, Result, Stream, Validation

__all__ = ["AsyncBulk", "AsyncPages", "Bulk", "Match", "Pages"]

# Any, below: the types of items and pages are those of the generated client that is given, which no type checker can find by the
# name of an operation. A facade of one API names them.


class Bulk(Base):
    """The operations of any generated client for any number of items: `Bulk(acme_returns).run("createReturns", items)`.

    Operations are named by their operationId, or by the method of the generated client. Arguments are those of that method, by the
    same names; one that has the name of an argument here is given in the mapping `arguments`. Items are models of the client, or
    mappings with the names of the spec or those of Python.

    How an operation is used follows from the tables of its spec: what is split into chunks, which limits are kept, what is retried,
    what confirms or rejects an item. Without a table it is done without: one item a request, no limit, no retry, confirmed by a
    success. Where that is not possible, the error names the table that is missing.
    """

    def __init__(
        self,
        package: Package,
        *,
        base_url: str | None = None,
        server: str | None = None,
        auth: httpx2.Auth | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str | None = None,
        width: int | None = None,
        http_client: httpx2.Client | None = None,
        interval: float | None = None,
        deadline: float | None = None,
        queue: Queue | None = None,
        silence: float = 300,
        reports: Reports | None = None,
    ) -> None:
        """Make it; nothing is sent.

        Args:
            package: the generated client, such as the module that `import acme_returns` gives.
            base_url: URL of the API; default: that of `server`.
            server: name of a documented server; default: the first of them.
            auth: credentials; default: those of the environment.
            limits: rate limiters; shared by objects of the same credential if they are given the same one. Default: the spec's.
            retries: how often and for how long requests are tried; default: as the spec says.
            application: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
            width: maximum number of chunks that are performed at the same time; default: 8, or as many as the spec allows.
            http_client: httpx2 client to send with, for proxies, certificates or timeouts; it is not closed with this object.
            interval: seconds until the status of an ingestion is requested for the first time; they grow then. Default: the spec's.
            deadline: seconds after which an ingestion is not waited for any longer; its report may take as long again. Default: the
                spec's.
            queue: `SqsQueue(url, exclusive=True)`, which the vendor notifies of the end of ingestions, and nobody else reads.
            silence: seconds without a notification in the queue, after which the status is polled.
            reports: how reports are fetched and read.

        Raises:
            CredentialsError: there are no credentials.
            ValueError, TypeError: an option is invalid, or `package` is not a generated client.
        """
        check_package(package)
        self._open(
            package,
            base_url=base_url,
            server=server,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
            following=following(interval, deadline, queue, silence, reports),
        )

    def run(
        self,
        operation: str,
        items: Iterable[object],
        /,
        *,
        arguments: Mapping[str, object] | None = None,
        extra_fields: Collection[str] = (),
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
        **more: object,
    ) -> Result:
        """Send items by an operation, and find the outcome of each. Nothing is sent before the result is read.

        To see what would be done, without sending anything, see `validate`.

        Args:
            operation: operationId or method.
            items: models, mappings or, where an item is one value, that value.
            arguments: arguments of the operation that all requests have in common; `more` are more of them.
            extra_fields: names of fields of mappings that the spec does not have; they are sent as they are, and not checked. An
                item with any other unknown field is rejected.
            strict: an invalid item ends the run with `InvalidItem`, instead of being rejected alone.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input: items of which it knows the outcome are not sent again.
            more: arguments of the operation.

        Raises:
            ValueError: there is no such operation, or it cannot be run for items; the message names the table that is missing.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: `items` are not an iterable of items, or an argument is unknown.
        """
        plan = self._plans.run(operation, {**(arguments or {}), **more}, extra_fields=extra_fields, strict=strict)
        return self._run(plan, items, progress, resume)

    def validate(
        self,
        operation: str,
        items: Iterable[object],
        /,
        *,
        arguments: Mapping[str, object] | None = None,
        extra_fields: Collection[str] = (),
        **more: object,
    ) -> Validation:
        """Find all breaches of the spec in items, and what `run` with them would take. Nothing is sent.

        Args:
            operation: operationId or method.
            items: as for `run`; for a lookup, the identifiers.
            arguments: as for `run`.
            extra_fields: as for `run`.
            more: as for `run`.

        Raises:
            ValueError, InvalidArgument, TypeError: as in `run`.
        """
        given = {**(arguments or {}), **more}
        return self._validated(self._plans.run(operation, given, extra_fields=extra_fields), items)

    def pages(
        self,
        operation: str,
        /,
        *,
        most: int | None = None,
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> Pages[Any, Any]:
        """Read all pages of an operation: iterate over the items, or over `pages()` of what this returns.

        Args:
            operation: operationId or method.
            most: maximum number of items; default: all.
            arguments: as for `run`; with a token, a page number or an offset, it begins there. Without a page size, pages are
                as long as the vendor makes them; the largest size takes the fewest requests.
            more: more of them.

        Raises:
            ValueError: there is no such operation, or the spec does not say how further pages are requested.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: an argument is unknown.
        """
        return Pages(self._driver, self._plans.pages(operation, {**(arguments or {}), **more}), most)

    def lookup(
        self,
        operation: str,
        identifiers: Iterable[str],
        /,
        *,
        raw: bool = False,
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> Stream[Match[Any]]:
        """Find the items of any number of identifiers: a `Match` for each of them, in the order in which they become known.

        Args:
            operation: operationId or method.
            identifiers: the identifiers; each is sent once.
            raw: whether each `Match` also has its items as the vendor has sent them, as `raw`.
            arguments: as for `run`.
            more: more of them.

        Raises:
            ValueError: there is no such operation, or the spec does not say which items belong to which identifier.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: `identifiers` are not an iterable of texts, or an argument is unknown.
        """
        return self._matched(self._plans.lookup(operation, {**(arguments or {}), **more}, Match[Any], raw=raw), identifiers)

    def collect(
        self,
        operation: str,
        ingestion_id: str,
        items: Iterable[object],
        /,
        *,
        progress: OnProgress | None = None,
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> Result:
        """Wait for the end of an ingestion that was started before, and return the outcomes of its items. Nothing is sent.

        Args:
            operation: operationId or method of the operation that has started it.
            ingestion_id: its id; a ledger and the log have it.
            items: the items that it has, as given to `run`, or their keys. One that its report lacks is `unknown`.
            progress: called once, after the report was read.
            arguments: those of `run` that the request for the status repeats.
            more: more of them.

        Raises:
            ValueError: there is no such operation, or the spec does not say how ingestions are followed.
            InvalidArgument: the id is empty, or one that the spec forbids; or an argument is missing.
        """
        ingestions = self._plans.ingestions(operation, {**(arguments or {}), **more})
        return self._collected(self._plans.items(operation), items, ingestions.collecting(ingestion_id), progress)

    def read_report(
        self,
        operation: str,
        path: str | Path,
        items: Iterable[object],
        /,
        *,
        reports: Reports | None = None,
        progress: OnProgress | None = None,
    ) -> Result:
        """Return the outcomes of items by the report of their ingestion, which was kept or downloaded. No request is made.

        Args:
            operation: operationId or method of the operation that has started the ingestion.
            path: of the report.
            items: the items that it is about, as given to `run`, or their keys. One that it lacks is `unknown`.
            reports: how it is read; default: as the reports of this object are.
            progress: called once, after the report was read.

        Raises:
            ValueError: there is no such operation, or the spec says of no report.
            ReportError: it cannot be read with certainty, and the message says how it can; raised when the result is read.
        """
        return self._collected(self._plans.items(operation), items, self._plans.reading(operation, path, reports), progress)


class AsyncBulk(AsyncBase):
    """The operations of any generated client for any number of items, async; see `Bulk`."""

    def __init__(
        self,
        package: Package,
        *,
        base_url: str | None = None,
        server: str | None = None,
        auth: httpx2.Auth | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str | None = None,
        width: int | None = None,
        http_client: httpx2.AsyncClient | None = None,
        interval: float | None = None,
        deadline: float | None = None,
        queue: Queue | None = None,
        silence: float = 300,
        reports: Reports | None = None,
    ) -> None:
        """Make it; nothing is sent. See `Bulk` for the arguments and errors."""
        check_package(package)
        self._open(
            package,
            base_url=base_url,
            server=server,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
            following=following(interval, deadline, queue, silence, reports),
        )

    def run(
        self,
        operation: str,
        items: Items[object],
        /,
        *,
        arguments: Mapping[str, object] | None = None,
        extra_fields: Collection[str] = (),
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
        **more: object,
    ) -> AsyncResult:
        """Send items by an operation, and find the outcome of each; see `Bulk.run`."""
        plan = self._plans.run(operation, {**(arguments or {}), **more}, extra_fields=extra_fields, strict=strict)
        return self._run(plan, items, progress, resume)

    async def validate(
        self,
        operation: str,
        items: Items[object],
        /,
        *,
        arguments: Mapping[str, object] | None = None,
        extra_fields: Collection[str] = (),
        **more: object,
    ) -> Validation:
        """Find all breaches of the spec in items; see `Bulk.validate`."""
        given = {**(arguments or {}), **more}
        return await self._validated(self._plans.run(operation, given, extra_fields=extra_fields), items)

    def pages(
        self,
        operation: str,
        /,
        *,
        most: int | None = None,
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> AsyncPages[Any, Any]:
        """Read all pages of an operation; see `Bulk.pages`."""
        return AsyncPages(self._driver, self._plans.pages(operation, {**(arguments or {}), **more}), most)

    def lookup(
        self,
        operation: str,
        identifiers: Items[str],
        /,
        *,
        raw: bool = False,
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> AsyncStream[Match[Any]]:
        """Find the items of any number of identifiers; see `Bulk.lookup`."""
        return self._matched(self._plans.lookup(operation, {**(arguments or {}), **more}, Match[Any], raw=raw), identifiers)

    def collect(
        self,
        operation: str,
        ingestion_id: str,
        items: Items[object],
        /,
        *,
        progress: OnProgress | None = None,
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> AsyncResult:
        """Wait for the end of an ingestion, and return the outcomes of its items; see `Bulk.collect`."""
        ingestions = self._plans.ingestions(operation, {**(arguments or {}), **more})
        return self._collected(self._plans.items(operation), items, ingestions.collecting(ingestion_id), progress)

    def read_report(
        self,
        operation: str,
        path: str | Path,
        items: Items[object],
        /,
        *,
        reports: Reports | None = None,
        progress: OnProgress | None = None,
    ) -> AsyncResult:
        """Return the outcomes of items by a report; see `Bulk.read_report`."""
        return self._collected(self._plans.items(operation), items, self._plans.reading(operation, path, reports), progress)
