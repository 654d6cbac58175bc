# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Clients of ShipSidekick API, product archive: `Client` for this thread, `AsyncClient` for an event loop."""

from __future__ import annotations

from typing import Literal

import httpx2

from . import models
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, choose_base_url, user_agent
from .api.products import archive_product as _archive_product

Server = Literal["production", "test"]

SERVERS: dict[str, str] = {
    "production": "https://www.shipsidekick.com/api/v1",
    "test": "https://test.shipsidekick.com/api/v1",
}

_USER_AGENT = user_agent("shipsidekick-products-client", "0.1.0")


class Client(SyncSender):
    """ShipSidekick API, product archive, called in this thread.

    Each operation is a method with keyword arguments. `send` takes a request that an operation's `request(...)` has built
    and returns the response as it came, whose `.parse()` gives the same typed result. Close the client, or use it as a
    context manager.

    Args:
        server: Name of a documented server; without it, and without base_url, production.
        base_url: Base URL of any other server.
        auth: Credentials: one of shipsidekick_products.auth, or any other httpx2.Auth.
        timeout: Seconds, or httpx2.Timeout; not used with http_client.
        transport: httpx2 transport to use instead of the network.
        http_client: httpx2 client to send with; it is not closed with this one.

    Raises:
        ValueError: arguments exclude each other, the server is unknown, or base_url is no http URL.
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
    ) -> None:
        super().__init__(
            choose_base_url(SERVERS, server, base_url),
            agent=_USER_AGENT,
            auth=auth,
            timeout=timeout,
            transport=transport,
            http_client=http_client,
        )

    def archive_product(self, *, product_id: str, x_ssk_client: str | None = None) -> models.ArchiveProductResponse:
        """Archive a product.

        Marks the product with this identifier as archived, without deleting it, and responses it as a whole. The key needs full
        write access to products.

        Args:
            product_id: Identifier of the product, a UUID.
            x_ssk_client: Slug that names the client which sends the request.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is malformed.
            Unauthorized: 401: The key is missing or wrong.
            Forbidden: 403: The key has no full write access to products.
            NotFound: 404: There is no such product.
            InternalServerError: 500: An error on the side of ShipSidekick.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (self.send(_archive_product.request(product_id=product_id, x_ssk_client=x_ssk_client))).parse()


class AsyncClient(AsyncSender):
    """ShipSidekick API, product archive, called in an event loop.

    Each operation is a method with keyword arguments. `send` takes a request that an operation's `request(...)` has built
    and returns the response as it came, whose `.parse()` gives the same typed result. Close the client, or use it as a
    context manager.

    Args:
        server: Name of a documented server; without it, and without base_url, production.
        base_url: Base URL of any other server.
        auth: Credentials: one of shipsidekick_products.auth, or any other httpx2.Auth.
        timeout: Seconds, or httpx2.Timeout; not used with http_client.
        transport: httpx2 transport to use instead of the network.
        http_client: httpx2 client to send with; it is not closed with this one.

    Raises:
        ValueError: arguments exclude each other, the server is unknown, or base_url is no http URL.
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
    ) -> None:
        super().__init__(
            choose_base_url(SERVERS, server, base_url),
            agent=_USER_AGENT,
            auth=auth,
            timeout=timeout,
            transport=transport,
            http_client=http_client,
        )

    async def archive_product(self, *, product_id: str, x_ssk_client: str | None = None) -> models.ArchiveProductResponse:
        """Archive a product.

        Marks the product with this identifier as archived, without deleting it, and responses it as a whole. The key needs full
        write access to products.

        Args:
            product_id: Identifier of the product, a UUID.
            x_ssk_client: Slug that names the client which sends the request.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request is malformed.
            Unauthorized: 401: The key is missing or wrong.
            Forbidden: 403: The key has no full write access to products.
            NotFound: 404: There is no such product.
            InternalServerError: 500: An error on the side of ShipSidekick.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (await self.send(_archive_product.request(product_id=product_id, x_ssk_client=x_ssk_client))).parse()
