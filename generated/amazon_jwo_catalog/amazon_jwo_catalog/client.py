# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Clients of Amazon Just Walk Out Catalog API: `Client` for this thread, `AsyncClient` for an event loop."""

from __future__ import annotations

import httpx2

from . import models
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, choose_base_url, user_agent
from .api.catalog import archive_catalog as _archive_catalog
from .api.catalog import get_catalog_upload_status as _get_catalog_upload_status
from .api.catalog import upload_catalog as _upload_catalog

SERVERS: dict[str, str] = {}

_USER_AGENT = user_agent("amazon-jwo-catalog-client", "0.1.0")


class Client(SyncSender):
    """Amazon Just Walk Out Catalog API, called in this thread.

    Each operation is a method with keyword arguments. `send` takes a request that an operation's `request(...)` has built
    and returns the response as it came, whose `.parse()` gives the same typed result. Close the client, or use it as a
    context manager.

    Args:
        base_url: Base URL of the endpoint; the documents name none that is common to all customers.
        auth: Credentials: one of amazon_jwo_catalog.auth, or any other httpx2.Auth.
        timeout: Seconds, or httpx2.Timeout; not used with http_client.
        transport: httpx2 transport to use instead of the network.
        http_client: httpx2 client to send with; it is not closed with this one.

    Raises:
        ValueError: arguments exclude each other, base_url is missing, or base_url is no http URL.
    """

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx2.Auth | None = None,
        timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT,
        transport: httpx2.BaseTransport | None = None,
        http_client: httpx2.Client | None = None,
    ) -> None:
        super().__init__(
            choose_base_url(SERVERS, None, base_url),
            agent=_USER_AGENT,
            auth=auth,
            timeout=timeout,
            transport=transport,
            http_client=http_client,
        )

    def upload_catalog(self, *, body: models.UploadCatalogRequest) -> models.IngestionResponse:
        """Upload products of JWO stores.

        Creates or replaces up to 10,000 products that are on sale in JWO stores; a larger catalog takes several requests. Each
        item is sent complete. Uploading a SKU that was archived re-activates it.

        The response comes at once with an `ingestionId`; the items are processed later, which can take up to one hour. A
        missing required field, a field that is too long or a list that is too long gets 400 and nothing of the request is
        taken; what is wrong with a single SKU stands only in the report.

        Limit: 10 requests a second, 10,000 items a request.

        Args:
            body: The items to create or replace.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The upload was refused as a whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An unknown error; its text tells whether the vendor recommends to repeat the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (self.send(_upload_catalog.request(body=body))).parse()

    def archive_catalog(self, *, body: models.ArchiveCatalogRequest) -> models.IngestionResponse:
        """Archive products in all stores.

        Takes up to 10,000 SKUs off sale (`ARCHIVED`) in every store of the retailer; more take several requests. A SKU cannot
        be archived in single stores, and to confirm that this is understood the request names every store of the retailer,
        whether or not it sells the SKUs. Archived products leave the active catalog and inventory; their data and the history
        of transactions are kept, and uploading them again re-activates them.

        The response comes at once with an `ingestionId`; the SKUs are processed later. What is wrong with a single SKU, such as
        being archived already or still on a planogram, stands only in the report.

        A retailer's own system should delete a SKU only after the report confirms it with `SUCCESS`: archive, keep the
        ingestion id, ask for the status or wait for the notification, download the report, check each SKU, then delete.

        Limit: 10 requests a second, 10,000 SKUs a request.

        Args:
            body: The SKUs to archive, and all stores of the retailer.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The archiving was refused as a whole. If stores are missing, the text lists all available stores of the retailer; keep it whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often; repeat after a short wait.
            InternalServerError: 500: An error inside the service: either a store configuration issue, which Amazon's support has to resolve, or an unknown error, which the vendor recommends to return by repeating the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (self.send(_archive_catalog.request(body=body))).parse()

    def get_catalog_upload_status(self, *, body: models.GetCatalogUploadStatusRequest) -> models.CatalogUploadStatus:
        """Get the status and report of an ingestion.

        Tells how far an upload or an archiving is, and links to its report. It reads only, although its method is POST. An
        ingestion id that is unknown or belongs to another retailer gets 400, not 404. Items can take up to one hour to be
        processed.

        Instead of asking, a retailer can be notified: Amazon publishes to its SNS topic, which delivers to the retailer's SQS
        queue, and the `ingestionId` tells which upload or archiving a notification is about.

        Limit: 10 requests a second.

        Args:
            body: The ingestion to ask for.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is invalid, or the ingestion id is unknown or belongs to another retailer.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An error inside the service.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (self.send(_get_catalog_upload_status.request(body=body))).parse()


class AsyncClient(AsyncSender):
    """Amazon Just Walk Out Catalog API, called in an event loop.

    Each operation is a method with keyword arguments. `send` takes a request that an operation's `request(...)` has built
    and returns the response as it came, whose `.parse()` gives the same typed result. Close the client, or use it as a
    context manager.

    Args:
        base_url: Base URL of the endpoint; the documents name none that is common to all customers.
        auth: Credentials: one of amazon_jwo_catalog.auth, or any other httpx2.Auth.
        timeout: Seconds, or httpx2.Timeout; not used with http_client.
        transport: httpx2 transport to use instead of the network.
        http_client: httpx2 client to send with; it is not closed with this one.

    Raises:
        ValueError: arguments exclude each other, base_url is missing, or base_url is no http URL.
    """

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx2.Auth | None = None,
        timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT,
        transport: httpx2.AsyncBaseTransport | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        super().__init__(
            choose_base_url(SERVERS, None, base_url),
            agent=_USER_AGENT,
            auth=auth,
            timeout=timeout,
            transport=transport,
            http_client=http_client,
        )

    async def upload_catalog(self, *, body: models.UploadCatalogRequest) -> models.IngestionResponse:
        """Upload products of JWO stores.

        Creates or replaces up to 10,000 products that are on sale in JWO stores; a larger catalog takes several requests. Each
        item is sent complete. Uploading a SKU that was archived re-activates it.

        The response comes at once with an `ingestionId`; the items are processed later, which can take up to one hour. A
        missing required field, a field that is too long or a list that is too long gets 400 and nothing of the request is
        taken; what is wrong with a single SKU stands only in the report.

        Limit: 10 requests a second, 10,000 items a request.

        Args:
            body: The items to create or replace.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The upload was refused as a whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An unknown error; its text tells whether the vendor recommends to repeat the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (await self.send(_upload_catalog.request(body=body))).parse()

    async def archive_catalog(self, *, body: models.ArchiveCatalogRequest) -> models.IngestionResponse:
        """Archive products in all stores.

        Takes up to 10,000 SKUs off sale (`ARCHIVED`) in every store of the retailer; more take several requests. A SKU cannot
        be archived in single stores, and to confirm that this is understood the request names every store of the retailer,
        whether or not it sells the SKUs. Archived products leave the active catalog and inventory; their data and the history
        of transactions are kept, and uploading them again re-activates them.

        The response comes at once with an `ingestionId`; the SKUs are processed later. What is wrong with a single SKU, such as
        being archived already or still on a planogram, stands only in the report.

        A retailer's own system should delete a SKU only after the report confirms it with `SUCCESS`: archive, keep the
        ingestion id, ask for the status or wait for the notification, download the report, check each SKU, then delete.

        Limit: 10 requests a second, 10,000 SKUs a request.

        Args:
            body: The SKUs to archive, and all stores of the retailer.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The archiving was refused as a whole. If stores are missing, the text lists all available stores of the retailer; keep it whole.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often; repeat after a short wait.
            InternalServerError: 500: An error inside the service: either a store configuration issue, which Amazon's support has to resolve, or an unknown error, which the vendor recommends to return by repeating the request.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (await self.send(_archive_catalog.request(body=body))).parse()

    async def get_catalog_upload_status(self, *, body: models.GetCatalogUploadStatusRequest) -> models.CatalogUploadStatus:
        """Get the status and report of an ingestion.

        Tells how far an upload or an archiving is, and links to its report. It reads only, although its method is POST. An
        ingestion id that is unknown or belongs to another retailer gets 400, not 404. Items can take up to one hour to be
        processed.

        Instead of asking, a retailer can be notified: Amazon publishes to its SNS topic, which delivers to the retailer's SQS
        queue, and the `ingestionId` tells which upload or archiving a notification is about.

        Limit: 10 requests a second.

        Args:
            body: The ingestion to ask for.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is invalid, or the ingestion id is unknown or belongs to another retailer.
            Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
            TooManyRequests: 429: The API was called too often.
            InternalServerError: 500: An error inside the service.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (await self.send(_get_catalog_upload_status.request(body=body))).parse()
