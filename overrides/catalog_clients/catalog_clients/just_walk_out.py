"""Amazon Just Walk Out: upload any number of catalog items, or archive SKUs, with outcomes from the vendor's reports.

Names and types for what `Bulk` does by the tables of the spec. What those do not say is here: that one method collects, and one
validates, for both operations, and so distinguishes SKUs from items.
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
from ._engine.chunking import Items
from ._engine.effects import Queue
from ._engine.facades import AsyncFacade, Facade
from ._engine.ingestions import following
from ._engine.outcomes import BulkOperation
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
            base_url: the endpoint that Amazon gives to the retailer.
            auth: credentials; default: those of the environment.
            interval: seconds until the status of an ingestion is requested for the first time; they grow then. Default: the spec's.
            deadline: seconds after which an ingestion is not waited for any longer; its report may take as long again. Default: the
                spec's.
            queue: `SqsQueue(url, exclusive=True)`, which Amazon notifies and nobody else reads; the status is requested when a
                notification has arrived. A queue that is not exclusive is not read: the status is polled, as without one.
            silence: seconds without a notification in the queue, after which the status is polled.
            reports: how reports are fetched and read.
            limits: rate limiters; shared by facades of the same credential if they are given the same object. Default: the spec's.
            retries: how often and for how long requests are tried; default: as the spec says.
            application: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
            width: maximum number of chunks that are performed at the same time; default: 8.
            http_client: httpx2 client to send with, for proxies, certificates or timeouts; it is not closed with the facade.

        Raises:
            CredentialsError: there are no credentials.
            ValueError, TypeError: an option is invalid.
        """
        self._open(
            amazon_jwo_catalog,
            base_url=base_url,
            server=None,
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
        """Create or replace items. Of several for the same SKU and store, the last one counts.

        Args:
            items: complete items, as `CatalogItem` or as mappings with the same fields.
            extra_fields: names of fields of mappings that the spec does not have, such as attributes that Amazon has added since;
                they are sent as they are, and not checked. An item with any other unknown field is rejected.
            strict: an invalid item ends the run with `InvalidItem`, instead of being rejected alone.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. The outcomes of its unfinished ingestions are collected, then the
                items are sent that it has not sent; a SKU that it has sent and that is archived already is confirmed.
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
            stores: all stores of the retailer: if one is missing, all SKUs are rejected, and the reason lists the stores.
            strict: an invalid SKU ends the run with `InvalidItem`, instead of being rejected alone.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. The outcomes of its unfinished ingestions are collected, then the
                items are sent that it has not sent; a SKU that it has sent and that is archived already is confirmed.
        """
        return self._run(_archiving(self._plans, stores, strict=strict), skus, progress, resume)

    def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Return the present status of an ingestion."""
        return cast("models.CatalogUploadStatus", self._driver.run(self._plans.ingestions(_UPLOAD).status(ingestion_id)))

    def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status.

        Raises:
            DeadlineExceeded: it has not ended in time.
        """
        return cast("models.CatalogUploadStatus", self._driver.run(self._plans.ingestions(_UPLOAD).last_status(ingestion_id)))

    def collect(self, ingestion_id: str, items: Iterable[Item | str], *, progress: OnProgress | None = None) -> Result:
        """Wait for the end of an ingestion that was started before, and return the outcomes of its items. Nothing is sent.

        Where they cannot be known, as with an unknown ingestion, they are `unknown`, and the reason says why.

        Args:
            ingestion_id: id of the ingestion; a ledger and the log have it.
            items: the items or SKUs that it has, as given to `upload` or `archive`. One that its report lacks is `unknown`.
            progress: called once, after the report was read.

        Raises:
            InvalidArgument: the id is empty, or longer than the spec allows.
            AccessRefused: the vendor refuses the credentials; this and further errors are raised when the result is read.
        """
        return self._collected(
            self._plans.items(_UPLOAD), items, self._plans.ingestions(_UPLOAD).collecting(ingestion_id), progress
        )

    def read_report(
        self,
        path: str | Path,
        items: Iterable[Item | str],
        *,
        reports: Reports | None = None,
        progress: OnProgress | None = None,
    ) -> Result:
        """Return the outcomes of items by the report of their ingestion, which was kept or downloaded. No request is made.

        Args:
            path: of the report.
            items: the items or SKUs that it is about, as given to `upload` or `archive`. One that it lacks is `unknown`.
            reports: how it is read; default: as the facade's reports are.
            progress: called once, after the report was read.

        Raises:
            ReportError: it cannot be read with certainty, and the message says how it can; raised when the result is read.
        """
        return self._collected(self._plans.items(_UPLOAD), items, self._plans.reading(_UPLOAD, path, reports), progress)

    def validate(
        self, items: Iterable[Item | str], *, stores: Sequence[str] = (), extra_fields: Collection[str] = ()
    ) -> Validation:
        """Find all breaches of the spec in items to upload, or in SKUs to archive if the first one is text. Nothing is sent.

        Args:
            items: the items or SKUs, as for `upload` or `archive`.
            stores: those of an archiving, as for `archive`.
            extra_fields: those of an upload, as for `upload`.
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
            server=None,
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
        """Return the present status of an ingestion."""
        return cast("models.CatalogUploadStatus", await self._driver.run(self._plans.ingestions(_UPLOAD).status(ingestion_id)))

    async def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status; see `JustWalkOut.wait`."""
        return cast("models.CatalogUploadStatus", await self._driver.run(self._plans.ingestions(_UPLOAD).last_status(ingestion_id)))

    def collect(self, ingestion_id: str, items: Items[Item | str], *, progress: OnProgress | None = None) -> AsyncResult:
        """Wait for the end of an ingestion, and return the outcomes of its items; see `JustWalkOut.collect`."""
        return self._collected(
            self._plans.items(_UPLOAD), items, self._plans.ingestions(_UPLOAD).collecting(ingestion_id), progress
        )

    def read_report(
        self,
        path: str | Path,
        items: Items[Item | str],
        *,
        reports: Reports | None = None,
        progress: OnProgress | None = None,
    ) -> AsyncResult:
        """Return the outcomes of items by a report; see `JustWalkOut.read_report`."""
        return self._collected(self._plans.items(_UPLOAD), items, self._plans.reading(_UPLOAD, path, reports), progress)

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
    if isinstance(stores, str) or not isinstance(stores, Iterable):
        raise TypeError(f"stores must be a list of all stores, and not {type(stores).__name__}")
    return plans.run(_ARCHIVE, {"all_applicable_stores": stores}, strict=strict)


def _validating(plans: Plans, head: list[Item | str], stores: Sequence[str], extra_fields: Collection[str]) -> BulkOperation:
    """Return what would be done with items that begin with one."""
    is_text = any(isinstance(each, str) for each in head)
    return _archiving(plans, stores) if is_text else _uploading(plans, extra_fields)
