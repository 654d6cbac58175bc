# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Upload products of JWO stores: `POST /v1/catalog/upload`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import httpx2
from msgspec import UNSET, UnsetType

from ... import errors, models
from ..._runtime.contents import Content, DocumentedResponse
from ..._runtime.operations import Operation, Request

OPERATION: Operation[models.IngestionResponse] = Operation(
    name="uploadCatalog",
    method="POST",
    path="/v1/catalog/upload",
    contents=(Content(media_type="application/json", strict=models.UploadCatalogRequest),),
    model=models.UploadCatalogRequest,
    body_required=True,
    responses={
        "201": DocumentedResponse(content={"application/json": models.IngestionResponse}),
        "400": DocumentedResponse(
            content={"application/json": models.Error}, error=errors.BadRequest, description="The upload was refused as a whole."
        ),
        "403": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.Forbidden,
            description="The role lacks the permission, or the onboarding of the retailer is unfinished.",
        ),
        "429": DocumentedResponse(
            content={"application/json": models.Error}, error=errors.TooManyRequests, description="The API was called too often."
        ),
        "500": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.InternalServerError,
            description="An unknown error; its text says whether the vendor recommends to repeat the request.",
        ),
    },
    accept="application/json",
)


@overload
def request(*, catalog_items: Sequence[models.CatalogItem]) -> Request[models.IngestionResponse]: ...


@overload
def request(*, body: models.UploadCatalogRequest) -> Request[models.IngestionResponse]: ...


def request(
    *, catalog_items: Sequence[models.CatalogItem] | UnsetType = UNSET, body: models.UploadCatalogRequest | None = None
) -> Request[models.IngestionResponse]:
    """Upload products of JWO stores: check the arguments and build the request, without sending it.

    Args:
        catalog_items: The products, at most 10,000.
        body: The items to create or replace. Its fields can be given as arguments instead.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request({}, body, fields={"catalog_items": catalog_items})


def parse(response: httpx2.Response, *, strict: bool = False) -> models.IngestionResponse:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
        BadRequest: 400: The upload was refused as a whole.
        Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
        TooManyRequests: 429: The API was called too often.
        InternalServerError: 500: An unknown error; its text says whether the vendor recommends to repeat the request.
        UnexpectedStatus: a status that is not documented.
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
