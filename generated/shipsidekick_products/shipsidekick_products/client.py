# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Clients of ShipSidekick API, product archive: `Client` is sync, `AsyncClient` async."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import httpx2

from . import models
from ._runtime.bodies import MAX_RESPONSE_BYTES
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, raw, raw_async, user_agent
from ._runtime.servers import choose_base_url
from .api.products import archive_product as _archive_product

Server = Literal["production", "test"]

SERVERS: dict[str, str] = {
    "production": "https://www.shipsidekick.com/api/v1",
    "test": "https://test.shipsidekick.com/api/v1",
}

_USER_AGENT = user_agent("shipsidekick-products-client", "0.1.0")


class Client(SyncSender):
    """ShipSidekick API, product archive, sync.

    Each operation is a method with keyword arguments, which returns the typed result or raises one of the errors in
    `errors`. `with_raw_response` has the same methods, which return the `Response`. Close the client, or use it as a
    context manager.
    """

    def __init__(
        self,
        *,
        server: Server | None = None,
        base_url: str | None = None,
        auth: httpx2.Auth | None = None,
        timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT,
        transport: httpx2.BaseTransport | None = None,
        http_client: httpx2.Client | None = None,
        strict: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
    ) -> None:
        """Create a client; nothing is sent.

        Args:
            server: Name of a documented server; default: production.
            base_url: Base URL of another server, instead of `server`.
            auth: Credentials: one of the classes in `auth`, or any other httpx2.Auth.
            timeout: Seconds to wait for a connection, and for each part of a response, or httpx2.Timeout; not used with `http_client`.
            transport: httpx2 transport to use instead of the network.
            http_client: httpx2 client to send with; it is not closed with this one.
            strict: Whether a success that breaks the spec is an `InvalidResponse`. Otherwise what can be read is read, the log has a warning,
                and `breaches` of the response says where it breaks the spec, and what the result lacks.
            max_response_bytes: Maximum size of a response after decompression; what is larger is a `ResponseTooLarge`. Default: 64 MiB.

        Raises:
            ValueError: Arguments that exclude each other are given, the server is unknown, or `base_url` is not an http URL.
            TypeError: `auth` or `http_client` has the wrong type.
        """
        super().__init__(
            choose_base_url(SERVERS, server, base_url),
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

    def archive_product(
        self,
        *,
        product_id: str,
        x_ssk_client: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.ArchiveProductResponse:
        """Archive a product.

        Marks the product with this identifier as archived, without deleting it, and returns all of it. The key needs full write
        access to products.

        Args:
            product_id: Identifier of the product, a UUID.
            x_ssk_client: Slug that names the client which sends the request.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is malformed.
            Unauthorized: 401: The key is missing or wrong.
            Forbidden: 403: The key has no full write access to products.
            NotFound: 404: There is no such product.
            InternalServerError: 500: An error on the side of ShipSidekick.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _archive_product.OPERATION.request({"product_id": product_id, "x_ssk_client": x_ssk_client}),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class ClientWithRawResponse:
    """The methods of `Client`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: Client) -> None:
        self.archive_product = raw(client.archive_product)


class AsyncClient(AsyncSender):
    """ShipSidekick API, product archive, async.

    Each operation is a method with keyword arguments, which returns the typed result or raises one of the errors in
    `errors`. `with_raw_response` has the same methods, which return the `Response`. Close the client, or use it as a
    context manager.
    """

    def __init__(
        self,
        *,
        server: Server | None = None,
        base_url: str | None = None,
        auth: httpx2.Auth | None = None,
        timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT,
        transport: httpx2.AsyncBaseTransport | None = None,
        http_client: httpx2.AsyncClient | None = None,
        strict: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
    ) -> None:
        """Create a client; nothing is sent.

        Args:
            server: Name of a documented server; default: production.
            base_url: Base URL of another server, instead of `server`.
            auth: Credentials: one of the classes in `auth`, or any other httpx2.Auth.
            timeout: Seconds to wait for a connection, and for each part of a response, or httpx2.Timeout; not used with `http_client`.
            transport: httpx2 transport to use instead of the network.
            http_client: httpx2 client to send with; it is not closed with this one.
            strict: Whether a success that breaks the spec is an `InvalidResponse`. Otherwise what can be read is read, the log has a warning,
                and `breaches` of the response says where it breaks the spec, and what the result lacks.
            max_response_bytes: Maximum size of a response after decompression; what is larger is a `ResponseTooLarge`. Default: 64 MiB.

        Raises:
            ValueError: Arguments that exclude each other are given, the server is unknown, or `base_url` is not an http URL.
            TypeError: `auth` or `http_client` has the wrong type.
        """
        super().__init__(
            choose_base_url(SERVERS, server, base_url),
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

    async def archive_product(
        self,
        *,
        product_id: str,
        x_ssk_client: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.ArchiveProductResponse:
        """Archive a product.

        Marks the product with this identifier as archived, without deleting it, and returns all of it. The key needs full write
        access to products.

        Args:
            product_id: Identifier of the product, a UUID.
            x_ssk_client: Slug that names the client which sends the request.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is malformed.
            Unauthorized: 401: The key is missing or wrong.
            Forbidden: 403: The key has no full write access to products.
            NotFound: 404: There is no such product.
            InternalServerError: 500: An error on the side of ShipSidekick.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _archive_product.OPERATION.request({"product_id": product_id, "x_ssk_client": x_ssk_client}),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class AsyncClientWithRawResponse:
    """The methods of `AsyncClient`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: AsyncClient) -> None:
        self.archive_product = raw_async(client.archive_product)
