# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Get an item: `GET /catalog/2022-04-01/items/{asin}`."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2

from ... import _strict, errors, models
from ..._runtime.contents import DocumentedResponse
from ..._runtime.operations import Operation, Request
from ..._runtime.parameters import Parameter

OPERATION: Operation[models.Item] = Operation(
    name="getCatalogItem",
    method="GET",
    path="/catalog/2022-04-01/items/{asin}",
    parameters=(
        Parameter(name="asin", argument="asin", location="path", required=True, style="simple", explode=False),
        Parameter(name="marketplaceIds", argument="marketplace_ids", location="query", required=True, style="form", explode=False),
        Parameter(name="includedData", argument="included_data", location="query", required=False, style="form", explode=False),
        Parameter(name="locale", argument="locale", location="query", required=False, style="form", explode=True),
    ),
    strict=_strict.GetCatalogItemParameters,
    responses={
        "200": DocumentedResponse(content={"application/json": models.Item}),
        "400": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.BadRequest,
            description="A parameter is missing or invalid, and the request cannot be read.",
        ),
        "403": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.Forbidden,
            description="Access to the resource is forbidden, for example because it is denied or not authorized, the token has expired or the signature is invalid.",
        ),
        "404": DocumentedResponse(
            content={"application/json": models.ErrorList}, error=errors.NotFound, description="The resource does not exist."
        ),
        "413": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.ContentTooLarge,
            description="The request is larger than the server accepts.",
        ),
        "415": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.UnsupportedMediaType,
            description="The payload of the request has a format that is not supported.",
        ),
        "429": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.TooManyRequests,
            description="Requests came more often than is allowed.",
        ),
        "500": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.InternalServerError,
            description="Something unexpected kept the server from processing the request.",
        ),
        "503": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.ServiceUnavailable,
            description="The server is overloaded for a time, or under maintenance.",
        ),
    },
    accept="application/json",
    request_id=("x-amzn-RequestId",),
)


def request(
    *,
    asin: str,
    marketplace_ids: Sequence[str],
    included_data: Sequence[models.IncludedData | str] | None = None,
    locale: str | None = None,
) -> Request[models.Item]:
    """Get an item: check the arguments and build the request, without sending it.

    Args:
        asin: The ASIN (Amazon Standard Identification Number) of the item.
        marketplace_ids: The Amazon marketplaces whose data is wanted; the response has data of no other one. The document
            sets no largest number of them.
        included_data: Data sets of an item that the response has. Default: ['summaries'].
        locale: Locale of the localized summaries, by default the primary locale of the marketplace.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request({"asin": asin, "marketplace_ids": marketplace_ids, "included_data": included_data, "locale": locale})


def parse(response: httpx2.Response, *, strict: bool = False) -> models.Item:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
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
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
