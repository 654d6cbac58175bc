"""Amazon Just Walk Out: any number of catalog items uploaded, or SKUs archived, and what the reports say of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import msgspec

import amazon_jwo_catalog
from amazon_jwo_catalog import models
from amazon_jwo_catalog.api.catalog import archive_catalog, get_catalog_upload_status, upload_catalog

from .drivers import AsyncDriver, Driver
from .effects import Call, CallResult, Flow, Queue
from .errors import check_number
from .facade import Facade, How, Options
from .ingestions import Ingestions, Reports
from .results import Items, Result

_Item = models.CatalogItem | Mapping[str, Any]
_TABLES: Any = amazon_jwo_catalog.behaviour.OPERATIONS
msgspec.json.Decoder(models.CatalogItem)  # msgspec has to know a type before several threads convert to it


class _Catalog(Facade):
    _module = amazon_jwo_catalog

    def __init__(
        self,
        *,
        base_url: str,
        interval: float | None = None,
        deadline: float | None = None,
        queue: Queue | None = None,
        silence: float = 300,
        reports: Reports | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Make a client of a retailer's catalog.

        Args:
            base_url: the endpoint that Amazon gives to the retailer.
            interval: seconds before the status of an ingestion is first asked for; then they grow. The spec's if not set.
            deadline: seconds after which an ingestion is waited for no longer; the spec's if not set.
            queue: `SqsQueue` of the retailer, which Amazon notifies; the status is asked for when a message has come.
            silence: seconds without a message, after which the status is asked for all the same.
            reports: how reports are fetched and read.
            options: see `Options`. Credentials of the environment: those of the AWS chain, for the region `AWS_REGION`.
        """
        for name, seconds in (("interval", interval), ("deadline", deadline), ("silence", silence)):
            check_number(name, seconds, least=0)
        if not (queue is None or hasattr(queue, "expect")) or not isinstance(reports, Reports | None):
            raise TypeError("give an SqsQueue(...) as queue, and Reports(...) as reports")
        super().__init__(base_url=base_url, **options)
        self._ingestions = Ingestions(_ask, queue, reports or Reports(), interval=interval, deadline=deadline, silence=silence)

    def upload(self, items: Items[_Item], **how: Unpack[How]) -> Result:
        """Create or replace items. Of several for the same SKU and store, the last one counts.

        Args:
            items: complete items, as `CatalogItem` or as mappings with the same fields.
            how: `strict` and `progress`, see `How`.
        """

        def build(some: list[Any]) -> Any:
            return upload_catalog.request(body=models.UploadCatalogRequest(catalog_items=[_item(each) for each in some]))

        return self._run("uploadCatalog", build, self._ingestions.judge(_TABLES["uploadCatalog"]), items, how)

    def archive(self, skus: Items[str], *, stores: Sequence[str], **how: Unpack[How]) -> Result:
        """Archive SKUs in all stores, each of which has to be named: if one is missing, all is rejected, and the reason lists them.

        See `upload` for the other arguments.
        """
        if isinstance(stores, str):
            raise TypeError("stores: give a list of all stores, and not str")

        def build(some: list[str]) -> Any:
            return archive_catalog.request(body=models.ArchiveCatalogRequest(item_skus=some, all_applicable_stores=list(stores)))

        return self._run("archiveCatalog", build, self._ingestions.judge(_TABLES["archiveCatalog"]), skus, how)

    def _status(self, ingestion_id: str) -> Flow[models.CatalogUploadStatus]:
        response: CallResult[models.CatalogUploadStatus] = yield Call(_ask({"ingestionId": ingestion_id}))
        return response.get()

    def _last_status(self, ingestion_id: str) -> Flow[models.CatalogUploadStatus]:
        polling, key = _TABLES["uploadCatalog"].polling, {"ingestionId": ingestion_id}
        response: CallResult[models.CatalogUploadStatus] = yield from self._ingestions.wait(polling, key)
        return response.get()


class JustWalkOut(_Catalog):
    """The catalog of a retailer."""

    _driver: Driver

    def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Ask once how far an ingestion is."""
        return self._driver.run(self._status(ingestion_id))

    def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status.

        Raises:
            DeadlineExceeded: it has not ended in time.
        """
        return self._driver.run(self._last_status(ingestion_id))


class AsyncJustWalkOut(_Catalog):
    """The same in an event loop: results are read with `async for`."""

    _driver: AsyncDriver
    _driver_type = AsyncDriver

    async def status(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Ask once how far an ingestion is."""
        return await self._driver.run(self._status(ingestion_id))

    async def wait(self, ingestion_id: str) -> models.CatalogUploadStatus:
        """Wait for the end of an ingestion, and return its last status; see `JustWalkOut.wait`."""
        return await self._driver.run(self._last_status(ingestion_id))


def _ask(key: Mapping[str, str]) -> Any:
    return get_catalog_upload_status.request(body=models.GetCatalogUploadStatusRequest(ingestion_id=key["ingestionId"]))


def _item(item: _Item) -> models.CatalogItem:
    """Return an item as its type. A field that the spec does not know would be lost, and so is refused."""
    if isinstance(item, models.CatalogItem):
        return item
    if not isinstance(item, Mapping):
        raise ValueError("an item is a CatalogItem or a mapping")
    if unknown := item.keys() - set(models.CatalogItem.__struct_encode_fields__):
        raise ValueError(f"$.{min(map(str, unknown))}: the spec has no such field")
    return msgspec.convert(item, models.CatalogItem)
