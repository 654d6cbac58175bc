# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Put offers into the archive: `POST /v2/businesses/{businessId}/offer-mappings/archive`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import httpx2
from msgspec import UNSET, UnsetType

from ... import _strict, errors, models
from ..._runtime.contents import Content, DocumentedResponse
from ..._runtime.operations import Operation, Request
from ..._runtime.parameters import Parameter

OPERATION: Operation[models.AddOffersToArchiveResponse] = Operation(
    name="addOffersToArchive",
    method="POST",
    path="/v2/businesses/{businessId}/offer-mappings/archive",
    parameters=(
        Parameter(name="businessId", argument="business_id", location="path", required=True, style="simple", explode=False),
    ),
    strict=_strict.AddOffersToArchiveParameters,
    contents=(Content(media_type="application/json", strict=models.AddOffersToArchiveRequest, unique=("offerIds",)),),
    model=models.AddOffersToArchiveRequest,
    body_required=True,
    responses={
        "200": DocumentedResponse(content={"application/json": models.AddOffersToArchiveResponse}),
        "400": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse},
            error=errors.BadRequest,
            description="The request has incorrect data.",
        ),
        "401": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse},
            error=errors.Unauthorized,
            description="The request has no authorization data.",
        ),
        "403": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse},
            error=errors.Forbidden,
            description="The authorization data is wrong, or access to the resource is forbidden.",
        ),
        "404": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse}, error=errors.NotFound, description="The resource does not exist."
        ),
        "420": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse},
            error=errors.RateLimited,
            description="The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends.",
        ),
        "423": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse},
            error=errors.Locked,
            description="The operation cannot be applied to the resource now.",
        ),
        "500": DocumentedResponse(
            content={"application/json": models.ApiErrorResponse},
            error=errors.InternalServerError,
            description="An internal error of the Market.",
        ),
    },
    accept="application/json",
)


@overload
def request(*, business_id: int, offer_ids: Sequence[models.OfferId]) -> Request[models.AddOffersToArchiveResponse]: ...


@overload
def request(*, business_id: int, body: models.AddOffersToArchiveRequest) -> Request[models.AddOffersToArchiveResponse]: ...


def request(
    *,
    business_id: int,
    offer_ids: Sequence[models.OfferId] | UnsetType = UNSET,
    body: models.AddOffersToArchiveRequest | None = None,
) -> Request[models.AddOffersToArchiveResponse]:
    """Put offers into the archive: check the arguments and build the request, without sending it.

    Args:
        business_id: Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.
        offer_ids: SKUs of the offers, 1 to 200, each once.
        body: The offers to archive. Its fields can be given as arguments instead.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request({"business_id": business_id}, body, fields={"offer_ids": offer_ids})


def parse(response: httpx2.Response, *, strict: bool = False) -> models.AddOffersToArchiveResponse:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
        BadRequest: 400: The request has incorrect data.
        Unauthorized: 401: The request has no authorization data.
        Forbidden: 403: The authorization data is wrong, or access to the resource is forbidden.
        NotFound: 404: The resource does not exist.
        RateLimited: 420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends.
        Locked: 423: The operation cannot be applied to the resource now.
        InternalServerError: 500: An internal error of the Market.
        UnexpectedStatus: a status that is not documented.
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
