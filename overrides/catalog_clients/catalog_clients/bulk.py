"""Send any number of items with any generated client. The tables of its spec say how."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import httpx2

from ._engine.beginning import Resume
from ._engine.chunks.chunking import Items
from ._engine.facades import AsyncBase, Base
from ._engine.flows.effects import Queue
from ._engine.lookups.matching import Match
from ._engine.outcomes.following import following
from ._engine.pages.paging import AsyncPages, Pages
from ._engine.tables.behaviour import Package
from ._engine.tables.operations import check_package
from .options import Limits, Reports, Retries
from .results import AsyncResult, AsyncStream, OnProgress, Result, Stream, Validation

__all__ = ["AsyncBulk", "AsyncPages", "Bulk", "Match", "Pages"]


class Bulk(Base):
    """The operations of any generated client for any number of items: `Bulk(acme_returns).run("createReturns", items)`.

    An operation is named by its operationId, or by its method of the generated client. It takes the arguments of that method, under
    the same names. If such a name is also that of a parameter here, pass it in the mapping `arguments`. Items are models of the
    client, or mappings with the field names of the spec or of Python.

    The tables of the spec say what is split into chunks, which limits apply, what is retried, and what confirms or rejects an item.
    Without tables, each request has one item, there are no limits and no retries, and a success response confirms the item. If an
    operation cannot be used without a table, the error names that table.
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
        """Check the options and find credentials. Nothing is sent.

        Args:
            package: the generated client, such as the module that `import acme_returns` gives.
            base_url: URL of the API; default: that of `server`.
            server: name of a documented server; default: the first of them.
            auth: credentials; default: those of the environment.
            limits: rate limits. Give all objects with the same credential the same `Limits`. Default: the spec's.
            retries: maximum attempts and waits of each request; default: the spec's.
            application: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
            width: maximum number of chunks in progress at the same time; default: 8, or as many as the spec allows.
            http_client: httpx2 client to send with, for proxies, certificates or timeouts; it is not closed with this object.
            interval: seconds before the first request for the status of an ingestion; later intervals grow. Default: the spec's.
            deadline: seconds to wait for the end of an ingestion, and again as long for its report. Default: the spec's.
            queue: `SqsQueue(url, exclusive=True)`, to which the vendor sends notifications of the end of ingestions.
            silence: seconds without a notification after which the status is polled.
            reports: how reports are fetched and read; default: `Reports()`.

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
        resend_unknown: bool = False,
        **more: object,
    ) -> Result:
        """Send items with an operation, and find the outcome of each. Nothing is sent before the result is read.

        `validate` shows what a run would do, without sending anything.

        Args:
            operation: operationId or method.
            items: models, mappings or, where an item is one value, that value.
            arguments: arguments of the operation, the same for all requests; `more` are further ones.
            extra_fields: names of fields of mappings that the spec does not have; they are sent unchanged and unchecked. An
                item with any other unknown field is rejected.
            strict: an invalid item ends the run with `InvalidItem`; default: only that item is rejected.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. Items that are confirmed or rejected in it are not sent again.
            resend_unknown: whether `resume` also sends unknown items again that the vendor may have executed, if the spec says
                `idempotent: false` and names no idempotency key; default: they stay unknown.
            more: arguments of the operation.

        Raises:
            ValueError: there is no such operation, or it cannot send items; the message names the missing table.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: `items` are not an iterable of items, or an argument is unknown.
        """
        plan = self._plans.run(operation, {**(arguments or {}), **more}, extra_fields=extra_fields, strict=strict)
        return self._run(plan, items, progress, resume, resend_unknown=resend_unknown)

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
        """Find all breaches of the spec in items, and the number of requests and least time of a run. Nothing is sent.

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
    ) -> Pages[object, object]:
        """Read all pages of an operation: iterate over the returned object for items, or over its `pages()`.

        Args:
            operation: operationId or method.
            most: maximum number of items; default: all.
            arguments: as for `run`. Reading begins at the token, page number or offset that is given; default: at the first page.
                Default page size: the vendor's; the largest one takes the fewest requests.
            more: further arguments.

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
    ) -> Stream[Match[object]]:
        """Find the items of any number of identifiers: a `Match` for each of them, in the order in which they become known.

        Args:
            operation: operationId or method.
            identifiers: the identifiers; each is sent once.
            raw: whether `Match.raw` has the items as the vendor has sent them.
            arguments: as for `run`.
            more: further arguments.

        Raises:
            ValueError: there is no such operation, or the spec does not say which items belong to which identifier.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: `identifiers` are not an iterable of texts, or an argument is unknown.
        """
        return self._matched(self._plans.lookup(operation, {**(arguments or {}), **more}, Match[object], raw=raw), identifiers)

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
        """Wait for the end of an ingestion that was started before, and return the outcomes of its items. No item is sent.

        Args:
            operation: operationId or method of the operation that has started the ingestion.
            ingestion_id: id of the ingestion, from a ledger or the log.
            items: the items of the ingestion, as given to `run`, or their keys. An item that is not in its report is `unknown`.
            progress: called once, after the report was read.
            arguments: arguments of `run` that the request for the status also needs; and the stores of the items, if the operation
                has a list of them: where a report names stores, items are `unknown` without it.
            more: further arguments.

        Raises:
            ValueError: there is no such operation, or the spec does not say how ingestions are followed.
            InvalidArgument: the spec forbids the id, or it is empty; or an argument is missing.
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
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> Result:
        """Return the outcomes of items from a report file that was kept or downloaded. No request is sent.

        Args:
            operation: operationId or method of the operation that has started the ingestion.
            path: the report file.
            items: the items of the ingestion, as given to `run`, or their keys. An item that is not in the report is `unknown`.
            reports: how the file is read; default: the `reports` of this object.
            progress: called once, after the report was read.
            arguments: arguments of `run` with the stores of the items, if there are any; see `collect`.
            more: further arguments.

        Raises:
            ValueError: there is no such operation, or its spec has no reports.
            TypeError: an argument is unknown.
            ReportError: the file cannot be read with certainty; the message says which option helps. Raised when the result is
                read.
        """
        reading = self._plans.reading(operation, path, reports, {**(arguments or {}), **more})
        return self._collected(self._plans.items(operation), items, reading, progress)


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
        """Check the options and find credentials; see `Bulk` for the arguments and errors."""
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
        resend_unknown: bool = False,
        **more: object,
    ) -> AsyncResult:
        """Send items by an operation, and find the outcome of each; see `Bulk.run`."""
        plan = self._plans.run(operation, {**(arguments or {}), **more}, extra_fields=extra_fields, strict=strict)
        return self._run(plan, items, progress, resume, resend_unknown=resend_unknown)

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
    ) -> AsyncPages[object, object]:
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
    ) -> AsyncStream[Match[object]]:
        """Find the items of any number of identifiers; see `Bulk.lookup`."""
        return self._matched(self._plans.lookup(operation, {**(arguments or {}), **more}, Match[object], raw=raw), identifiers)

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
        arguments: Mapping[str, object] | None = None,
        **more: object,
    ) -> AsyncResult:
        """Return the outcomes of items by a report; see `Bulk.read_report`."""
        reading = self._plans.reading(operation, path, reports, {**(arguments or {}), **more})
        return self._collected(self._plans.items(operation), items, reading, progress)
