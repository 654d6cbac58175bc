# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Clients of Amazon Selling Partner API, Catalog Items: `Client` is sync, `AsyncClient` async."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

import httpx2

from . import models
from ._runtime.bodies import MAX_RESPONSE_BYTES
from ._runtime.client import DEFAULT_TIMEOUT, AsyncSender, SyncSender, raw, raw_async, user_agent
from ._runtime.servers import choose_base_url
from .api.items import get_catalog_item as _get_catalog_item
from .api.items import search_catalog_items as _search_catalog_items

Server = Literal["na", "eu", "fe", "na-sandbox", "eu-sandbox", "fe-sandbox"]

SERVERS: dict[str, str] = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
    "na-sandbox": "https://sandbox.sellingpartnerapi-na.amazon.com",
    "eu-sandbox": "https://sandbox.sellingpartnerapi-eu.amazon.com",
    "fe-sandbox": "https://sandbox.sellingpartnerapi-fe.amazon.com",
}

_USER_AGENT = user_agent("amazon-catalog-items-client", "0.1.0")


class Client(SyncSender):
    """Amazon Selling Partner API, Catalog Items, sync.

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
            server: Name of a documented server; default: na.
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

    def search_catalog_items(
        self,
        *,
        marketplace_ids: Sequence[str],
        identifiers: Sequence[str] | None = None,
        identifiers_type: models.IdentifiersType | str | None = None,
        included_data: Sequence[models.IncludedData | str] | None = None,
        locale: str | None = None,
        seller_id: str | None = None,
        keywords: Sequence[str] | None = None,
        brand_names: Sequence[str] | None = None,
        classification_ids: Sequence[str] | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        keywords_locale: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.ItemSearchResults:
        """Search for items.

        Finds items of the Amazon catalog either by product identifiers or by keywords, and lists them page by page. At most
        1,000 items can be paged through.

        Limit: by default 2 requests a second and a burst of 2. The header `x-amzn-RateLimit-Limit` reports the rate in force
        where it is known; sellers with larger needs may have more.

        Args:
            marketplace_ids: The Amazon marketplace that is searched; a list of at most 1 marketplace identifier.
            identifiers: Product identifiers to search for, at most 20. Cannot be combined with `keywords`; needs
                `identifiersType`.
            identifiers_type: Which kind of identifier `identifiers` holds. Required with `identifiers`; the kind `SKU` needs
                `sellerId`.
            included_data: Data sets of an item that the response has. Default: ['summaries'].
            locale: Locale of the localized summaries, by default the primary locale of the marketplace.
            seller_id: Identifier of the selling partner, such as a seller account or a vendor code. Required where
                `identifiersType` is `SKU`.
            keywords: Words to search for, at most 20. Cannot be combined with `identifiers`.
            brand_names: Brand names to which a search by keywords is limited. Cannot be combined with `identifiers`.
            classification_ids: Identifiers of classifications (browse nodes) to which a search by keywords is limited. Cannot
                be combined with `identifiers`.
            page_size: Number of items on a page, at most 20. Default: 10.
            page_token: Token of the page to get: the `nextToken` or `previousToken` of an earlier response. All parameters of
                the first request are sent again with it.
            keywords_locale: Language of the keywords; default: the primary locale of the marketplace. Cannot be combined with
                `identifiers`.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: A parameter is missing or invalid, and the request cannot be read.
            Forbidden: 403: Access to the resource is forbidden, for example because it is denied or not authorized, the token
                has expired or the signature is invalid.
            NotFound: 404: The resource does not exist.
            ContentTooLarge: 413: The request is larger than the server accepts.
            UnsupportedMediaType: 415: The payload of the request has a format that is not supported.
            TooManyRequests: 429: Requests came more often than is allowed.
            InternalServerError: 500: Something unexpected kept the server from processing the request.
            ServiceUnavailable: 503: The server is overloaded for a time, or under maintenance.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _search_catalog_items.OPERATION.request(
                {
                    "identifiers": identifiers,
                    "identifiers_type": identifiers_type,
                    "marketplace_ids": marketplace_ids,
                    "included_data": included_data,
                    "locale": locale,
                    "seller_id": seller_id,
                    "keywords": keywords,
                    "brand_names": brand_names,
                    "classification_ids": classification_ids,
                    "page_size": page_size,
                    "page_token": page_token,
                    "keywords_locale": keywords_locale,
                }
            ),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    def get_catalog_item(
        self,
        *,
        asin: str,
        marketplace_ids: Sequence[str],
        included_data: Sequence[models.IncludedData | str] | None = None,
        locale: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.Item:
        """Get an item.

        Gets the data that the Amazon catalog has of one item.

        Limit: by default 2 requests a second and a burst of 2. The header `x-amzn-RateLimit-Limit` reports the rate in force
        where it is known; sellers with larger needs may have more.

        Args:
            asin: The ASIN (Amazon Standard Identification Number) of the item.
            marketplace_ids: The Amazon marketplaces whose data is wanted; the response has data of no other one. The document
                sets no largest number of them.
            included_data: Data sets of an item that the response has. Default: ['summaries'].
            locale: Locale of the localized summaries, by default the primary locale of the marketplace.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: A parameter is missing or invalid, and the request cannot be read.
            Forbidden: 403: Access to the resource is forbidden, for example because it is denied or not authorized, the token
                has expired or the signature is invalid.
            NotFound: 404: The resource does not exist.
            ContentTooLarge: 413: The request is larger than the server accepts.
            UnsupportedMediaType: 415: The payload of the request has a format that is not supported.
            TooManyRequests: 429: Requests came more often than is allowed.
            InternalServerError: 500: Something unexpected kept the server from processing the request.
            ServiceUnavailable: 503: The server is overloaded for a time, or under maintenance.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return self._call(
            _get_catalog_item.OPERATION.request(
                {"asin": asin, "marketplace_ids": marketplace_ids, "included_data": included_data, "locale": locale}
            ),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class ClientWithRawResponse:
    """The methods of `Client`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: Client) -> None:
        self.search_catalog_items = raw(client.search_catalog_items)
        self.get_catalog_item = raw(client.get_catalog_item)


class AsyncClient(AsyncSender):
    """Amazon Selling Partner API, Catalog Items, async.

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
            server: Name of a documented server; default: na.
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

    async def search_catalog_items(
        self,
        *,
        marketplace_ids: Sequence[str],
        identifiers: Sequence[str] | None = None,
        identifiers_type: models.IdentifiersType | str | None = None,
        included_data: Sequence[models.IncludedData | str] | None = None,
        locale: str | None = None,
        seller_id: str | None = None,
        keywords: Sequence[str] | None = None,
        brand_names: Sequence[str] | None = None,
        classification_ids: Sequence[str] | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        keywords_locale: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.ItemSearchResults:
        """Search for items.

        Finds items of the Amazon catalog either by product identifiers or by keywords, and lists them page by page. At most
        1,000 items can be paged through.

        Limit: by default 2 requests a second and a burst of 2. The header `x-amzn-RateLimit-Limit` reports the rate in force
        where it is known; sellers with larger needs may have more.

        Args:
            marketplace_ids: The Amazon marketplace that is searched; a list of at most 1 marketplace identifier.
            identifiers: Product identifiers to search for, at most 20. Cannot be combined with `keywords`; needs
                `identifiersType`.
            identifiers_type: Which kind of identifier `identifiers` holds. Required with `identifiers`; the kind `SKU` needs
                `sellerId`.
            included_data: Data sets of an item that the response has. Default: ['summaries'].
            locale: Locale of the localized summaries, by default the primary locale of the marketplace.
            seller_id: Identifier of the selling partner, such as a seller account or a vendor code. Required where
                `identifiersType` is `SKU`.
            keywords: Words to search for, at most 20. Cannot be combined with `identifiers`.
            brand_names: Brand names to which a search by keywords is limited. Cannot be combined with `identifiers`.
            classification_ids: Identifiers of classifications (browse nodes) to which a search by keywords is limited. Cannot
                be combined with `identifiers`.
            page_size: Number of items on a page, at most 20. Default: 10.
            page_token: Token of the page to get: the `nextToken` or `previousToken` of an earlier response. All parameters of
                the first request are sent again with it.
            keywords_locale: Language of the keywords; default: the primary locale of the marketplace. Cannot be combined with
                `identifiers`.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: A parameter is missing or invalid, and the request cannot be read.
            Forbidden: 403: Access to the resource is forbidden, for example because it is denied or not authorized, the token
                has expired or the signature is invalid.
            NotFound: 404: The resource does not exist.
            ContentTooLarge: 413: The request is larger than the server accepts.
            UnsupportedMediaType: 415: The payload of the request has a format that is not supported.
            TooManyRequests: 429: Requests came more often than is allowed.
            InternalServerError: 500: Something unexpected kept the server from processing the request.
            ServiceUnavailable: 503: The server is overloaded for a time, or under maintenance.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _search_catalog_items.OPERATION.request(
                {
                    "identifiers": identifiers,
                    "identifiers_type": identifiers_type,
                    "marketplace_ids": marketplace_ids,
                    "included_data": included_data,
                    "locale": locale,
                    "seller_id": seller_id,
                    "keywords": keywords,
                    "brand_names": brand_names,
                    "classification_ids": classification_ids,
                    "page_size": page_size,
                    "page_token": page_token,
                    "keywords_locale": keywords_locale,
                }
            ),
            timeout=timeout,
            extra_headers=extra_headers,
        )

    async def get_catalog_item(
        self,
        *,
        asin: str,
        marketplace_ids: Sequence[str],
        included_data: Sequence[models.IncludedData | str] | None = None,
        locale: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> models.Item:
        """Get an item.

        Gets the data that the Amazon catalog has of one item.

        Limit: by default 2 requests a second and a burst of 2. The header `x-amzn-RateLimit-Limit` reports the rate in force
        where it is known; sellers with larger needs may have more.

        Args:
            asin: The ASIN (Amazon Standard Identification Number) of the item.
            marketplace_ids: The Amazon marketplaces whose data is wanted; the response has data of no other one. The document
                sets no largest number of them.
            included_data: Data sets of an item that the response has. Default: ['summaries'].
            locale: Locale of the localized summaries, by default the primary locale of the marketplace.
            timeout: Seconds, or httpx2.Timeout, for this request; default: the timeout of the client.
            extra_headers: Headers to add to this request; they replace those of the same name.

        Raises:
            InvalidRequest: the spec forbids the request; nothing was sent.
            BadRequest: 400: A parameter is missing or invalid, and the request cannot be read.
            Forbidden: 403: Access to the resource is forbidden, for example because it is denied or not authorized, the token
                has expired or the signature is invalid.
            NotFound: 404: The resource does not exist.
            ContentTooLarge: 413: The request is larger than the server accepts.
            UnsupportedMediaType: 415: The payload of the request has a format that is not supported.
            TooManyRequests: 429: Requests came more often than is allowed.
            InternalServerError: 500: Something unexpected kept the server from processing the request.
            ServiceUnavailable: 503: The server is overloaded for a time, or under maintenance.
            UnexpectedStatus: a status that is not documented.
            InvalidResponse: a success whose body cannot be read.
            httpx2.TransportError: no response came, or it is a `ResponseTooLarge`.
        """
        return await self._call(
            _get_catalog_item.OPERATION.request(
                {"asin": asin, "marketplace_ids": marketplace_ids, "included_data": included_data, "locale": locale}
            ),
            timeout=timeout,
            extra_headers=extra_headers,
        )


class AsyncClientWithRawResponse:
    """The methods of `AsyncClient`, each of which returns the `Response`; its `parse()` returns the typed result or raises the error."""

    def __init__(self, client: AsyncClient) -> None:
        self.search_catalog_items = raw_async(client.search_catalog_items)
        self.get_catalog_item = raw_async(client.get_catalog_item)
