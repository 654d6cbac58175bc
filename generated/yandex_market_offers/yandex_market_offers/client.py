# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Clients of Yandex Market Partner API, offer archive: `Client` for this thread, `AsyncClient` for an event loop."""

from __future__ import annotations

from typing import Literal

import httpx2

from . import models
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, choose_base_url, user_agent
from .api.offers import add_offers_to_archive as _add_offers_to_archive
from .api.offers import delete_offers_from_archive as _delete_offers_from_archive

Server = Literal["production"]

SERVERS: dict[str, str] = {
    "production": "https://api.partner.market.yandex.ru",
}

_USER_AGENT = user_agent("yandex-market-offers-client", "0.1.0")


class Client(SyncSender):
    """Yandex Market Partner API, offer archive, called in this thread.

    Each operation is a method with keyword arguments. `send` takes a request that an operation's `request(...)` has built
    and returns the response as it came, whose `.parse()` gives the same typed result. Close the client, or use it as a
    context manager.

    Args:
        server: Name of a documented server; without it, and without base_url, production.
        base_url: Base URL of any other server.
        auth: Credentials: one of yandex_market_offers.auth, or any other httpx2.Auth.
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

    def add_offers_to_archive(
        self, *, business_id: int, body: models.AddOffersToArchiveRequest
    ) -> models.AddOffersToArchiveResponse:
        """Put offers into the archive.

        Hides up to 200 offers from every store of the business. An offer with stock in a Market warehouse is refused; it has to
        be sold or taken back first. Open to sellers of all sales models; the token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` tells it.
            body: The offers to archive.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            Status420: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` tells when to go on.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (self.send(_add_offers_to_archive.request(business_id=business_id, body=body))).parse()

    def delete_offers_from_archive(
        self, *, business_id: int, body: models.DeleteOffersFromArchiveRequest
    ) -> models.DeleteOffersFromArchiveResponse:
        """Take offers out of the archive.

        Shows up to 200 archived offers in the stores of the business again. The token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` tells it.
            body: The offers to take out of the archive.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            Status420: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` tells when to go on.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (self.send(_delete_offers_from_archive.request(business_id=business_id, body=body))).parse()


class AsyncClient(AsyncSender):
    """Yandex Market Partner API, offer archive, called in an event loop.

    Each operation is a method with keyword arguments. `send` takes a request that an operation's `request(...)` has built
    and returns the response as it came, whose `.parse()` gives the same typed result. Close the client, or use it as a
    context manager.

    Args:
        server: Name of a documented server; without it, and without base_url, production.
        base_url: Base URL of any other server.
        auth: Credentials: one of yandex_market_offers.auth, or any other httpx2.Auth.
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

    async def add_offers_to_archive(
        self, *, business_id: int, body: models.AddOffersToArchiveRequest
    ) -> models.AddOffersToArchiveResponse:
        """Put offers into the archive.

        Hides up to 200 offers from every store of the business. An offer with stock in a Market warehouse is refused; it has to
        be sold or taken back first. Open to sellers of all sales models; the token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` tells it.
            body: The offers to archive.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            Status420: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` tells when to go on.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (await self.send(_add_offers_to_archive.request(business_id=business_id, body=body))).parse()

    async def delete_offers_from_archive(
        self, *, business_id: int, body: models.DeleteOffersFromArchiveRequest
    ) -> models.DeleteOffersFromArchiveResponse:
        """Take offers out of the archive.

        Shows up to 200 archived offers in the stores of the business again. The token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` tells it.
            body: The offers to take out of the archive.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            Status420: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` tells when to go on.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body is not what the spec says.
            httpx2.TransportError: no response came.
        """
        return (await self.send(_delete_offers_from_archive.request(business_id=business_id, body=body))).parse()
