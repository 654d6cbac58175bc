"""Amazon Just Walk Out: upload any number of catalog items, or archive SKUs, with outcomes from the vendor's reports.

Like `Bulk` with the tables of the spec, but with names and types. `collect` and `validate` serve both operations: they accept items
of an upload and SKUs of an archiving.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeAlias, cast

import httpx2
import msgspec

import amazon_jwo_catalog
from amazon_jwo_catalog import models
from amazon_jwo_catalog.api.catalog import archive_catalog, upload_catalog

from ._engine.beginning import Resume
from ._engine.chunks.chunking import Items
from ._engine.facades import AsyncFacade, Facade
from ._engine.flows.effects import Queue
from ._engine.outcomes.following import following
from ._engine.outcomes.sending import BulkOperation
from ._engine.plans import Plans
from ._engine.validation import apeek, continued, peek
from .options import Limits, Reports, Retries
from .results import AsyncResult, OnProgress, Result, Validation

Item: TypeAlias = models.CatalogItem | Mapping[str, object]
_UPLOAD, _ARCHIVE = upload_catalog.OPERATION.name, archive_catalog.OPERATION.name
msgspec.json.Decoder(models.CatalogItem)  # msgspec must know a type before several threads convert to it


class JustWalkOut(Facade):
    """The catalog of a retailer. Credentials in the environment: those of the AWS chain, for the region `AWS_REGION`."""

    _package = amazon_jwo_catalog

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx2.Auth | None = None,
        interval: float | None = None,
        deadline: float | None = None,
        queue: Queue | None = None,
        silence: float = 300,
        reports: Reports | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str | None = None,
        width: int | None = None,
        http_client: httpx2.Client | None = None,
    ) -> None:
        """Make a facade.

        Args:
            base_url: URL of the endpoint that Amazon has given to the retailer.
            auth: credentials; default: those of the environment.
            interval: seconds before the first request for the status of an ingestion; later intervals grow. Default: the spec's.
            deadline: seconds to wait for the end of an ingestion, and again as long for its report. Default: the spec's.
            queue: `SqsQueue(url, exclusive=True)`, to which Amazon sends notifications; the status is requested when one arrives.
                Without a queue, or if it is not exclusive, the status is polled.
            silence: seconds without a notification after which the status is polled.
            reports: how reports are fetched and read; default: `Reports()`.
            limits: rate limits. Give all facades with the same credential the same `Limits`. Default: the spec's.
            retries: maximum attempts and waits of each request; default: the spec's.
            application: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
            width: maximum number of chunks in progress at the same time; default: 8.
            http_client: httpx2 client to send with, for proxies, certificates or timeouts; it is not closed with the facade.

        Raises:
            CredentialsError: there are no credentials.
            ValueError, TypeError: an option is invalid.
        """
        self._open(
            amazon_jwo_catalog,
            base_url=base_url,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
            following=following(interval, deadline, queue, silence, reports),
        )

    def upload(
        self,
        items: Iterable[Item],
        *,
        extra_fields: Collection[str] = (),
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> Result:
        """Create or replace items. Of several items for the same SKU and store, the last one counts.

        Args:
            items: complete items, as `CatalogItem` or as mappings with the same fields.
            extra_fields: names of fields of mappings that the spec does not have, such as new attributes of Amazon; they are sent
                unchanged and unchecked. An item with any other unknown field is rejected.
            strict: an invalid item ends the run with `InvalidItem`; default: only that item is rejected.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. First, the outcomes of its unfinished ingestions are collected;
                then all other items without an outcome are sent. A SKU that was sent before is confirmed if Amazon reports it as
                archived already.
        """
        return self._run(_uploading(self._plans, extra_fields, strict=strict), items, progress, resume)

    def archive(
        self,
        skus: Iterable[str],
        *,
        stores: Sequence[str],
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> Result:
        """Archive SKUs in all stores.

        Args:
            skus: SKUs of the items.
            stores: all stores of the retailer. If one is missing, Amazon rejects all SKUs, and the reason lists the stores.
            strict: an invalid SKU ends the run with `InvalidItem`; default: only that item is rejected.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. First, the outcomes of its unfinished ingestions are collected;
                then all other items without an outcome are sent. A SKU that was sent before is confirmed if Amazon reports it as
                archived already.
        """
        return self._run(_archiving(self._plans, stores, strict=strict), skus, progress, resume)

    def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Return the current status of an ingestion."""
        return cast("models.CatalogUploadStatus", self._driver.run(self._plans.ingestions(_UPLOAD).status(ingestion_id)))

    def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status.

        Raises:
            DeadlineExceeded: the ingestion has not ended in time.
        """
        return cast("models.CatalogUploadStatus", self._driver.run(self._plans.ingestions(_UPLOAD).last_status(ingestion_id)))

    def collect(
        self,
        ingestion_id: str,
        items: Iterable[Item | str],
        *,
        stores: Sequence[str] | None = None,
        progress: OnProgress | None = None,
    ) -> Result:
        """Wait for the end of an ingestion that was started before, and return the outcomes of its items. No item is sent.

        If they cannot be found, for instance if Amazon does not know the ingestion, they are `unknown`, and the reason says why.

        Args:
            ingestion_id: id of the ingestion, from a ledger or the log.
            items: items or SKUs of the ingestion, as given to `upload` or `archive`. One that is not in its report is `unknown`.
            stores: for SKUs of an archiving, its stores. If the report names stores, SKUs without them, and uploaded items that are
                given without their store, are `unknown`.
            progress: called once, after the report was read.

        Raises:
            InvalidArgument: the id is empty, or longer than the spec allows.
            AccessRefused: the vendor refuses the credentials. This error is raised when the result is read.
        """
        plan, arguments = _earlier(stores)
        collecting = self._plans.ingestions(plan, arguments).collecting(ingestion_id)
        return self._collected(self._plans.items(plan), items, collecting, progress)

    def read_report(
        self,
        path: str | Path,
        items: Iterable[Item | str],
        *,
        stores: Sequence[str] | None = None,
        reports: Reports | None = None,
        progress: OnProgress | None = None,
    ) -> Result:
        """Return the outcomes of items from a report file that was kept or downloaded. No request is sent.

        Args:
            path: the report file.
            items: items or SKUs of the ingestion, as given to `upload` or `archive`. One that is not in the report is `unknown`.
            stores: for SKUs of an archiving, its stores; see `collect`.
            reports: how the file is read; default: the `reports` of the facade.
            progress: called once, after the report was read.

        Raises:
            ReportError: the file cannot be read with certainty; the message says which option helps. Raised when the result is
                read.
        """
        plan, arguments = _earlier(stores)
        reading = self._plans.reading(plan, path, reports, arguments)
        return self._collected(self._plans.items(plan), items, reading, progress)

    def validate(
        self, items: Iterable[Item | str], *, stores: Sequence[str] = (), extra_fields: Collection[str] = ()
    ) -> Validation:
        """Find all breaches of the spec in items to upload or, if the first one is text, in SKUs to archive. Nothing is sent.

        Args:
            items: the items or SKUs, as for `upload` or `archive`.
            stores: for SKUs to archive; see `archive`.
            extra_fields: for items to upload; see `upload`.
        """
        head, rest = peek(items)
        return self._validated(_validating(self._plans, head, stores, extra_fields), chain(head, rest))


class AsyncJustWalkOut(AsyncFacade):
    """The catalog of a retailer, async. Credentials in the environment: those of the AWS chain, for the region `AWS_REGION`."""

    _package = amazon_jwo_catalog

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx2.Auth | None = None,
        interval: float | None = None,
        deadline: float | None = None,
        queue: Queue | None = None,
        silence: float = 300,
        reports: Reports | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str | None = None,
        width: int | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        """Make a facade; see `JustWalkOut` for the arguments and errors."""
        self._open(
            amazon_jwo_catalog,
            base_url=base_url,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
            following=following(interval, deadline, queue, silence, reports),
        )

    def upload(
        self,
        items: Items[Item],
        *,
        extra_fields: Collection[str] = (),
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> AsyncResult:
        """Create or replace items; see `JustWalkOut.upload`."""
        return self._run(_uploading(self._plans, extra_fields, strict=strict), items, progress, resume)

    def archive(
        self,
        skus: Items[str],
        *,
        stores: Sequence[str],
        strict: bool = False,
        progress: OnProgress | None = None,
        resume: Resume = None,
    ) -> AsyncResult:
        """Archive SKUs in all stores; see `JustWalkOut.archive`."""
        return self._run(_archiving(self._plans, stores, strict=strict), skus, progress, resume)

    async def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Return the current status of an ingestion."""
        return cast("models.CatalogUploadStatus", await self._driver.run(self._plans.ingestions(_UPLOAD).status(ingestion_id)))

    async def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status; see `JustWalkOut.wait`."""
        return cast("models.CatalogUploadStatus", await self._driver.run(self._plans.ingestions(_UPLOAD).last_status(ingestion_id)))

    def collect(
        self,
        ingestion_id: str,
        items: Items[Item | str],
        *,
        stores: Sequence[str] | None = None,
        progress: OnProgress | None = None,
    ) -> AsyncResult:
        """Wait for the end of an ingestion, and return the outcomes of its items; see `JustWalkOut.collect`."""
        plan, arguments = _earlier(stores)
        collecting = self._plans.ingestions(plan, arguments).collecting(ingestion_id)
        return self._collected(self._plans.items(plan), items, collecting, progress)

    def read_report(
        self,
        path: str | Path,
        items: Items[Item | str],
        *,
        stores: Sequence[str] | None = None,
        reports: Reports | None = None,
        progress: OnProgress | None = None,
    ) -> AsyncResult:
        """Return the outcomes of items by a report; see `JustWalkOut.read_report`."""
        plan, arguments = _earlier(stores)
        reading = self._plans.reading(plan, path, reports, arguments)
        return self._collected(self._plans.items(plan), items, reading, progress)

    async def validate(
        self, items: Items[Item | str], *, stores: Sequence[str] = (), extra_fields: Collection[str] = ()
    ) -> Validation:
        """Find all breaches of the spec in items or SKUs; see `JustWalkOut.validate`."""
        if isinstance(items, AsyncIterable):
            head, others = await apeek(items)
            return await self._validated(_validating(self._plans, head, stores, extra_fields), continued(head, others))
        head, rest = peek(items)
        return await self._validated(_validating(self._plans, head, stores, extra_fields), chain(head, rest))


def _uploading(plans: Plans, extra_fields: Collection[str], *, strict: bool = False) -> BulkOperation:
    return plans.run(_UPLOAD, {}, extra_fields=extra_fields, strict=strict)


def _archiving(plans: Plans, stores: Sequence[str], *, strict: bool = False) -> BulkOperation:
    return plans.run(_ARCHIVE, _in_stores(stores), strict=strict)


def _in_stores(stores: Sequence[str]) -> Mapping[str, object]:
    """Return the arguments of an archiving in stores."""
    if isinstance(stores, str) or not isinstance(stores, Iterable):
        raise TypeError(f"stores must be a list of all stores, and not {type(stores).__name__}")
    return {"all_applicable_stores": stores}


def _earlier(stores: Sequence[str] | None) -> tuple[str, Mapping[str, object]]:
    """Return the operation that has sent items, and its arguments: an archiving if they were sent for stores."""
    return (_UPLOAD, {}) if stores is None else (_ARCHIVE, _in_stores(stores))


def _validating(plans: Plans, head: list[Item | str], stores: Sequence[str], extra_fields: Collection[str]) -> BulkOperation:
    """Return the operation for items, by the first of them."""
    is_text = any(isinstance(each, str) for each in head)
    return _archiving(plans, stores) if is_text else _uploading(plans, extra_fields)
