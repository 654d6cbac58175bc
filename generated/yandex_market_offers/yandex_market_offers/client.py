# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Clients of Yandex Market Partner API, offer archive: `Client` is sync, `AsyncClient` async."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal, overload

import httpx2
from msgspec import UNSET, UnsetType

from . import models
from ._runtime.bodies import MAX_RESPONSE_BYTES
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, raw, raw_async, user_agent
from ._runtime.servers import choose_base_url
from .api.offers import add_offers_to_archive as _add_offers_to_archive
from .api.offers import delete_offers_from_archive as _delete_offers_from_archive

Server = Literal["production"]

SERVERS: dict[str, str] = {
    "production": "https://api.partner.market.yandex.ru",
}

_USER_AGENT = user_agent("yandex-market-offers-client", "0.1.0")


class Client(SyncSender):
    """Yandex Market Partner API, offer archive, sync.

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

    @overload
    def add_offers_to_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.AddOffersToArchiveResponse: ...

    @overload
    def add_offers_to_archive(
        self,
        *,
        business_id: int,
        body: models.AddOffersToArchiveRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.AddOffersToArchiveResponse: ...

    def add_offers_to_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId] | UnsetType = UNSET,
        body: models.AddOffersToArchiveRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.AddOffersToArchiveResponse:
        """Put offers into the archive.

        Hides up to 200 offers from every store of the business. An offer with stock in a Market warehouse is refused; it has to
        be sold or taken back first. Open to sellers of all sales models; the token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.
            offer_ids: SKUs of the offers, 1 to 200, each once.
            body: The offers to archive. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            RateLimited: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _add_offers_to_archive.OPERATION.request({"business_id": business_id}, body, fields={"offer_ids": offer_ids}),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    @overload
    def delete_offers_from_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.DeleteOffersFromArchiveResponse: ...

    @overload
    def delete_offers_from_archive(
        self,
        *,
        business_id: int,
        body: models.DeleteOffersFromArchiveRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.DeleteOffersFromArchiveResponse: ...

    def delete_offers_from_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId] | UnsetType = UNSET,
        body: models.DeleteOffersFromArchiveRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.DeleteOffersFromArchiveResponse:
        """Take offers out of the archive.

        Shows up to 200 archived offers in the stores of the business again. The token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.
            offer_ids: SKUs of the offers, 1 to 200, each once.
            body: The offers to take out of the archive. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            RateLimited: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _delete_offers_from_archive.OPERATION.request({"business_id": business_id}, body, fields={"offer_ids": offer_ids}),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class ClientWithRawResponse:
    """The methods of `Client`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: Client) -> None:
        self.add_offers_to_archive = raw(client.add_offers_to_archive)
        self.delete_offers_from_archive = raw(client.delete_offers_from_archive)


class AsyncClient(AsyncSender):
    """Yandex Market Partner API, offer archive, async.

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

    @overload
    async def add_offers_to_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.AddOffersToArchiveResponse: ...

    @overload
    async def add_offers_to_archive(
        self,
        *,
        business_id: int,
        body: models.AddOffersToArchiveRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.AddOffersToArchiveResponse: ...

    async def add_offers_to_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId] | UnsetType = UNSET,
        body: models.AddOffersToArchiveRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.AddOffersToArchiveResponse:
        """Put offers into the archive.

        Hides up to 200 offers from every store of the business. An offer with stock in a Market warehouse is refused; it has to
        be sold or taken back first. Open to sellers of all sales models; the token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.
            offer_ids: SKUs of the offers, 1 to 200, each once.
            body: The offers to archive. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            RateLimited: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _add_offers_to_archive.OPERATION.request({"business_id": business_id}, body, fields={"offer_ids": offer_ids}),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    @overload
    async def delete_offers_from_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId],
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.DeleteOffersFromArchiveResponse: ...

    @overload
    async def delete_offers_from_archive(
        self,
        *,
        business_id: int,
        body: models.DeleteOffersFromArchiveRequest,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.DeleteOffersFromArchiveResponse: ...

    async def delete_offers_from_archive(
        self,
        *,
        business_id: int,
        offer_ids: Sequence[models.OfferId] | UnsetType = UNSET,
        body: models.DeleteOffersFromArchiveRequest | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.DeleteOffersFromArchiveResponse:
        """Take offers out of the archive.

        Shows up to 200 archived offers in the stores of the business again. The token needs the access
        `offers-and-cards-management` or `all-methods`.

        Limit: 10,000 offers a minute, 200 offers a request.

        Args:
            business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.
            offer_ids: SKUs of the offers, 1 to 200, each once.
            body: The offers to take out of the archive. Its fields can be given as arguments instead.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: The request has incorrect data.
            Unauthorized: 401: The request has no authorization data.
            Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
            NotFound: 404: The resource does not exist.
            RateLimited: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends.
            Locked: 423: The operation cannot be applied to the resource now.
            InternalServerError: 500: An internal error of the Market.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _delete_offers_from_archive.OPERATION.request({"business_id": business_id}, body, fields={"offer_ids": offer_ids}),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class AsyncClientWithRawResponse:
    """The methods of `AsyncClient`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: AsyncClient) -> None:
        self.add_offers_to_archive = raw_async(client.add_offers_to_archive)
        self.delete_offers_from_archive = raw_async(client.delete_offers_from_archive)
