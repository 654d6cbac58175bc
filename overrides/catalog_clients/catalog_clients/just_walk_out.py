"""Amazon Just Walk Out: upload any number of catalog items, or archive SKUs, with outcomes from the vendor's reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

import httpx2
import msgspec

import amazon_jwo_catalog
from amazon_jwo_catalog import behaviour, models
from amazon_jwo_catalog.api.catalog import archive_catalog, get_catalog_upload_status, upload_catalog

from ._engine.chunking import Items
from ._engine.effects import Call, CallResult, Flow, Queue
from ._engine.facades import AsyncFacade, Facade, Resume
from ._engine.ingestions import Ingestions, polling_of
from ._engine.outcomes import BulkOperation
from ._engine.tables import Request
from .errors import check_number
from .options import Limits, Reports, Retries
from .results import AsyncResult, OnProgress, Result

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
            queue: `SqsQueue` of the retailer, which Amazon notifies; the status is requested when a message has arrived.
            silence: seconds without a message, after which the status is polled.
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
        self._ingestions = _ingestions(interval, deadline, queue, silence, reports)
        super().__init__(
            base_url=base_url,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
        )

    def upload(
        self, items: Iterable[Item], *, strict: bool = False, progress: OnProgress | None = None, resume: Resume = None
    ) -> Result:
        """Create or replace items. Of several for the same SKU and store, the last one counts.

        Args:
            items: complete items, as `CatalogItem` or as mappings with the same fields.
            strict: an invalid item ends the run with `InvalidItem`, instead of being rejected alone.
            progress: called after each chunk.
            resume: ledger of an earlier run with the same input. The outcomes of its unfinished ingestions are collected, then the
                items are sent that it has not sent; a SKU that it has sent and that is archived already is confirmed.
        """
        return self._run(_uploading(self._ingestions, strict=strict), items, progress, resume)

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
        return self._run(_archiving(self._ingestions, stores, strict=strict), skus, progress, resume)

    def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Return the present status of an ingestion."""
        return self._driver.run(_status(ingestion_id))

    def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status.

        Raises:
            DeadlineExceeded: it has not ended in time.
        """
        return self._driver.run(_last_status(self._ingestions, ingestion_id))


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
        self._ingestions = _ingestions(interval, deadline, queue, silence, reports)
        super().__init__(
            base_url=base_url,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
        )

    def upload(
        self, items: Items[Item], *, strict: bool = False, progress: OnProgress | None = None, resume: Resume = None
    ) -> AsyncResult:
        """Create or replace items; see `JustWalkOut.upload`."""
        return self._run(_uploading(self._ingestions, strict=strict), items, progress, resume)

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
        return self._run(_archiving(self._ingestions, stores, strict=strict), skus, progress, resume)

    async def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Return the present status of an ingestion."""
        return await self._driver.run(_status(ingestion_id))

    async def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status; see `JustWalkOut.wait`."""
        return await self._driver.run(_last_status(self._ingestions, ingestion_id))


def _ingestions(
    interval: float | None, deadline: float | None, queue: Queue | None, silence: float, reports: Reports | None
) -> Ingestions:
    """Check how ingestions are to be followed, and return it."""
    for name, seconds in (("interval", interval), ("deadline", deadline), ("silence", silence)):
        check_number(name, seconds, least=0)
    if not (queue is None or hasattr(queue, "expect")) or not isinstance(reports, Reports | None):
        raise TypeError("queue must be an SqsQueue(...), and reports must be Reports(...)")
    return Ingestions(_status_request, queue, reports or Reports(), interval=interval, deadline=deadline, silence=silence)


def _uploading(ingestions: Ingestions, *, strict: bool) -> BulkOperation:
    def build(items: list[Item]) -> Request[object]:
        return upload_catalog.request(body=models.UploadCatalogRequest(catalog_items=[_item(each) for each in items]))

    table = behaviour.OPERATIONS[_UPLOAD]
    return BulkOperation(_UPLOAD, table, build, ingestions.classify(table), collect=ingestions.collect(table), strict=strict)


def _archiving(ingestions: Ingestions, stores: Sequence[str], *, strict: bool) -> BulkOperation:
    if isinstance(stores, str):
        raise TypeError("stores must be a list of all stores, and not str")
    named = list(stores)  # each chunk names them, and an iterator gives them once

    def build(skus: list[str]) -> Request[object]:
        return archive_catalog.request(body=models.ArchiveCatalogRequest(item_skus=skus, all_applicable_stores=named))

    table = behaviour.OPERATIONS[_ARCHIVE]
    return BulkOperation(_ARCHIVE, table, build, ingestions.classify(table), collect=ingestions.collect(table), strict=strict)


def _status(ingestion_id: str) -> Flow[models.CatalogUploadStatus]:
    result: CallResult[models.CatalogUploadStatus] = yield Call(_status_request({"ingestionId": ingestion_id}))
    return result.get()


def _last_status(ingestions: Ingestions, ingestion_id: str) -> Flow[models.CatalogUploadStatus]:
    result = yield from ingestions.wait(polling_of(behaviour.OPERATIONS[_UPLOAD]), {"ingestionId": ingestion_id})
    return cast("models.CatalogUploadStatus", result.get())


def _status_request(key: Mapping[str, str]) -> Request[object]:
    return get_catalog_upload_status.request(body=models.GetCatalogUploadStatusRequest(ingestion_id=key["ingestionId"]))


def _item(item: Item) -> models.CatalogItem:
    """Return an item as its type. A field that the spec does not have would be lost, and so is refused."""
    if isinstance(item, models.CatalogItem):
        return item
    if not isinstance(item, Mapping):
        raise ValueError("an item must be a CatalogItem or a mapping")
    if unknown := item.keys() - set(models.CatalogItem.__struct_encode_fields__):
        raise ValueError(f"$.{min(map(str, unknown))}: the spec has no such field")
    return msgspec.convert(item, models.CatalogItem)
