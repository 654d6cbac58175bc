# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Clients of Amazon Just Walk Out Catalog API: `Client` is sync, `AsyncClient` async."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import overload

import httpx2
from msgspec import UNSET, UnsetType

from . import models
from ._runtime.bodies import MAX_RESPONSE_BYTES
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, raw, raw_async, user_agent
from ._runtime.servers import choose_base_url
from .api.catalog import archive_catalog as _archive_catalog
from .api.catalog import get_catalog_upload_status as _get_catalog_upload_status
from .api.catalog import upload_catalog as _upload_catalog

SERVERS: dict[str, str] = {}

_USER_AGENT = user_agent("amazon-jwo-catalog-client", "0.1.0")


class Client(SyncSender):
    """Amazon Just Walk Out Catalog API, sync.

    Each operation is a method with keyword arguments, which returns the typed result or raises one of the errors in
    `errors`. `with_raw_response` has the same methods, which return the `Response`. Close the client, or use it as a
    context manager.
    """

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx2.Auth | None = None,
        timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT,
        transport: httpx2.BaseTransport | None = None,
        http_client: httpx2.Client | None = None,
        strict: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
    ) -> None:
        """Create a client; nothing is sent.

        Args:
            base_url: Base URL of the endpoint; the spec names no server.
            auth: Credentials: one of the classes in `auth`, or any other httpx2.Auth.
            timeout: Seconds to wait for a connection, and for each part of a response, or httpx2.Timeout; not used with `http_client`.
            transport: httpx2 transport to use instead of the network.
            http_client: httpx2 client to send with; it is not closed with this one.
            strict: Whether a success that breaks the spec is an `InvalidResponse`. Otherwise what can be read is read, the log has a warning,
                and `breaches` of the response says where it breaks the spec, and what the result lacks.
            max_response_bytes: Maximum size of a response after decompression; what is larger is a `ResponseTooLarge`. Default: 64 MiB.

        Raises:
            ValueError: Arguments that exclude each other are given, `base_url` is missing, or `base_url` is not an http URL.
            TypeError: `auth` or `http_client` has the wrong type.
        """
        super().__init__(
            choose_base_url(SERVERS, None, base_url),
            agent=_USER_AGENT,
            auth=auth,
            timeout=timeout,
            transport=transport,
            http_client=http_client,
            strict=strict,
            max_response_bytes=max_response_bytes,
        )

    @cached_property
    def with_raw_response(self) -> ClientWithRawResponse:
        """The same methods, each of which returns the `Response` instead of the typed result."""
        return ClientWithRawResponse(self)

    @overload
    def upload_catalog(
        self,
        *,
        catalog_items: Sequence[models.CatalogItem],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    @overload
    def upload_catalog(
        self,
        *,
        body: models.UploadCatalogRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    def upload_catalog(
        self,
        *,
        catalog_items: Sequence[models.CatalogItem] | UnsetType = UNSET,
        body: models.UploadCatalogRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse:
        """Upload products of JWO stores.

        Creates or replaces up to 10,000 products that are on sale in JWO stores; a larger catalog takes several requests. Each
        item is sent complete. Uploading a SKU that was archived re-activates it.

        The response comes at once with an `ingestionId`; the items are processed later, which can take up to one hour. A
        missing required field, a field that is too long or a list that is too long gets 400 and nothing of the request is
        taken; what is wrong with a single SKU is in the report only.

        Limit: 10 requests a second, 10,000 items a request.

        Args:
            catalog_items: The products, at most 10,000.
            body: The items to create or replace. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The upload was refused as a whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An unknown error; its text says whether the vendor recommends to repeat the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _upload_catalog.OPERATION.request({}, body, fields={"catalog_items": catalog_items}),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    @overload
    def archive_catalog(
        self,
        *,
        item_skus: Sequence[models.ItemSku],
        all_applicable_stores: Sequence[models.StoreId],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    @overload
    def archive_catalog(
        self,
        *,
        body: models.ArchiveCatalogRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    def archive_catalog(
        self,
        *,
        item_skus: Sequence[models.ItemSku] | UnsetType = UNSET,
        all_applicable_stores: Sequence[models.StoreId] | UnsetType = UNSET,
        body: models.ArchiveCatalogRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse:
        """Archive products in all stores.

        Takes up to 10,000 SKUs off sale (`ARCHIVED`) in every store of the retailer; more take several requests. A SKU cannot
        be archived in single stores, and to confirm that this is understood the request names every store of the retailer,
        whether or not it sells the SKUs. Archived products leave the active catalog and inventory; their data and the history
        of transactions are kept, and uploading them again re-activates them.

        The response comes at once with an `ingestionId`; the SKUs are processed later. What is wrong with a single SKU, such as
        being archived already or still on a planogram, is in the report only.

        A retailer's own system should delete a SKU only after the report confirms it with `SUCCESS`: archive, keep the
        ingestion id, poll the status or wait for the notification, download the report, check each SKU, then delete.

        Limit: 10 requests a second, 10,000 SKUs a request.

        Args:
            item_skus: The SKUs to archive, at most 10,000; each has to be that of an active product of the catalog.
            all_applicable_stores: The external ids of every store of the retailer, not only of those that sell the SKUs. If one
                is missing, the request is refused and the text of the error lists all available stores.
            body: The SKUs to archive, and all stores of the retailer. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The archiving was refused as a whole. If stores are missing, the text lists all available stores of
                the retailer; keep it whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often; repeat after a short wait.
            InternalServerError: 500: An error inside the service: either a store configuration issue, which Amazon's support
                has to resolve, or an unknown error, for which the vendor recommends repeating the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _archive_catalog.OPERATION.request(
                {}, body, fields={"item_skus": item_skus, "all_applicable_stores": all_applicable_stores}
            ),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    @overload
    def get_catalog_upload_status(
        self, *, ingestion_id: str, timeout: float | httpx2.Timeout | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> models.CatalogUploadStatus: ...

    @overload
    def get_catalog_upload_status(
        self,
        *,
        body: models.GetCatalogUploadStatusRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.CatalogUploadStatus: ...

    def get_catalog_upload_status(
        self,
        *,
        ingestion_id: str | UnsetType = UNSET,
        body: models.GetCatalogUploadStatusRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.CatalogUploadStatus:
        """Get the status and report of an ingestion.

        Returns the status of an upload or an archiving, and a link to its report. It reads only, although its method is POST.
        An ingestion id that is unknown or belongs to another retailer gets 400, not 404. Items can take up to one hour to be
        processed.

        Instead of polling, a retailer can be notified: Amazon publishes to its SNS topic, which delivers to the retailer's SQS
        queue, and its `ingestionId` is that of the upload or archiving.

        Limit: 10 requests a second.

        Args:
            ingestion_id: The id that upload or archiving returned, at most 255 characters.
            body: The ingestion whose status is requested. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is invalid, or the ingestion id is unknown or belongs to another retailer.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An error inside the service.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _get_catalog_upload_status.OPERATION.request({}, body, fields={"ingestion_id": ingestion_id}),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class ClientWithRawResponse:
    """The methods of `Client`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: Client) -> None:
        self.upload_catalog = raw(client.upload_catalog)
        self.archive_catalog = raw(client.archive_catalog)
        self.get_catalog_upload_status = raw(client.get_catalog_upload_status)


class AsyncClient(AsyncSender):
    """Amazon Just Walk Out Catalog API, async.

    Each operation is a method with keyword arguments, which returns the typed result or raises one of the errors in
    `errors`. `with_raw_response` has the same methods, which return the `Response`. Close the client, or use it as a
    context manager.
    """

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx2.Auth | None = None,
        timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT,
        transport: httpx2.AsyncBaseTransport | None = None,
        http_client: httpx2.AsyncClient | None = None,
        strict: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
    ) -> None:
        """Create a client; nothing is sent.

        Args:
            base_url: Base URL of the endpoint; the spec names no server.
            auth: Credentials: one of the classes in `auth`, or any other httpx2.Auth.
            timeout: Seconds to wait for a connection, and for each part of a response, or httpx2.Timeout; not used with `http_client`.
            transport: httpx2 transport to use instead of the network.
            http_client: httpx2 client to send with; it is not closed with this one.
            strict: Whether a success that breaks the spec is an `InvalidResponse`. Otherwise what can be read is read, the log has a warning,
                and `breaches` of the response says where it breaks the spec, and what the result lacks.
            max_response_bytes: Maximum size of a response after decompression; what is larger is a `ResponseTooLarge`. Default: 64 MiB.

        Raises:
            ValueError: Arguments that exclude each other are given, `base_url` is missing, or `base_url` is not an http URL.
            TypeError: `auth` or `http_client` has the wrong type.
        """
        super().__init__(
            choose_base_url(SERVERS, None, base_url),
            agent=_USER_AGENT,
            auth=auth,
            timeout=timeout,
            transport=transport,
            http_client=http_client,
            strict=strict,
            max_response_bytes=max_response_bytes,
        )

    @cached_property
    def with_raw_response(self) -> AsyncClientWithRawResponse:
        """The same methods, each of which returns the `Response` instead of the typed result."""
        return AsyncClientWithRawResponse(self)

    @overload
    async def upload_catalog(
        self,
        *,
        catalog_items: Sequence[models.CatalogItem],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    @overload
    async def upload_catalog(
        self,
        *,
        body: models.UploadCatalogRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    async def upload_catalog(
        self,
        *,
        catalog_items: Sequence[models.CatalogItem] | UnsetType = UNSET,
        body: models.UploadCatalogRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse:
        """Upload products of JWO stores.

        Creates or replaces up to 10,000 products that are on sale in JWO stores; a larger catalog takes several requests. Each
        item is sent complete. Uploading a SKU that was archived re-activates it.

        The response comes at once with an `ingestionId`; the items are processed later, which can take up to one hour. A
        missing required field, a field that is too long or a list that is too long gets 400 and nothing of the request is
        taken; what is wrong with a single SKU is in the report only.

        Limit: 10 requests a second, 10,000 items a request.

        Args:
            catalog_items: The products, at most 10,000.
            body: The items to create or replace. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The upload was refused as a whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An unknown error; its text says whether the vendor recommends to repeat the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _upload_catalog.OPERATION.request({}, body, fields={"catalog_items": catalog_items}),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    @overload
    async def archive_catalog(
        self,
        *,
        item_skus: Sequence[models.ItemSku],
        all_applicable_stores: Sequence[models.StoreId],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    @overload
    async def archive_catalog(
        self,
        *,
        body: models.ArchiveCatalogRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse: ...

    async def archive_catalog(
        self,
        *,
        item_skus: Sequence[models.ItemSku] | UnsetType = UNSET,
        all_applicable_stores: Sequence[models.StoreId] | UnsetType = UNSET,
        body: models.ArchiveCatalogRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.IngestionResponse:
        """Archive products in all stores.

        Takes up to 10,000 SKUs off sale (`ARCHIVED`) in every store of the retailer; more take several requests. A SKU cannot
        be archived in single stores, and to confirm that this is understood the request names every store of the retailer,
        whether or not it sells the SKUs. Archived products leave the active catalog and inventory; their data and the history
        of transactions are kept, and uploading them again re-activates them.

        The response comes at once with an `ingestionId`; the SKUs are processed later. What is wrong with a single SKU, such as
        being archived already or still on a planogram, is in the report only.

        A retailer's own system should delete a SKU only after the report confirms it with `SUCCESS`: archive, keep the
        ingestion id, poll the status or wait for the notification, download the report, check each SKU, then delete.

        Limit: 10 requests a second, 10,000 SKUs a request.

        Args:
            item_skus: The SKUs to archive, at most 10,000; each has to be that of an active product of the catalog.
            all_applicable_stores: The external ids of every store of the retailer, not only of those that sell the SKUs. If one
                is missing, the request is refused and the text of the error lists all available stores.
            body: The SKUs to archive, and all stores of the retailer. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The archiving was refused as a whole. If stores are missing, the text lists all available stores of
                the retailer; keep it whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often; repeat after a short wait.
            InternalServerError: 500: An error inside the service: either a store configuration issue, which Amazon's support
                has to resolve, or an unknown error, for which the vendor recommends repeating the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _archive_catalog.OPERATION.request(
                {}, body, fields={"item_skus": item_skus, "all_applicable_stores": all_applicable_stores}
            ),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    @overload
    async def get_catalog_upload_status(
        self, *, ingestion_id: str, timeout: float | httpx2.Timeout | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> models.CatalogUploadStatus: ...

    @overload
    async def get_catalog_upload_status(
        self,
        *,
        body: models.GetCatalogUploadStatusRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.CatalogUploadStatus: ...

    async def get_catalog_upload_status(
        self,
        *,
        ingestion_id: str | UnsetType = UNSET,
        body: models.GetCatalogUploadStatusRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.CatalogUploadStatus:
        """Get the status and report of an ingestion.

        Returns the status of an upload or an archiving, and a link to its report. It reads only, although its method is POST.
        An ingestion id that is unknown or belongs to another retailer gets 400, not 404. Items can take up to one hour to be
        processed.

        Instead of polling, a retailer can be notified: Amazon publishes to its SNS topic, which delivers to the retailer's SQS
        queue, and its `ingestionId` is that of the upload or archiving.

        Limit: 10 requests a second.

        Args:
            ingestion_id: The id that upload or archiving returned, at most 255 characters.
            body: The ingestion whose status is requested. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is invalid, or the ingestion id is unknown or belongs to another retailer.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An error inside the service.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _get_catalog_upload_status.OPERATION.request({}, body, fields={"ingestion_id": ingestion_id}),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class AsyncClientWithRawResponse:
    """The methods of `AsyncClient`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: AsyncClient) -> None:
        self.upload_catalog = raw_async(client.upload_catalog)
        self.archive_catalog = raw_async(client.archive_catalog)
        self.get_catalog_upload_status = raw_async(client.get_catalog_upload_status)
