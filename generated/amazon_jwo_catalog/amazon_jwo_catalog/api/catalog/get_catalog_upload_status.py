# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Get the status and report of an ingestion: `POST /v1/catalog/getCatalogUploadStatus`."""

from __future__ import annotations

from typing import overload

import httpx2
from msgspec import UNSET, UnsetType

from ... import errors, models
from ..._runtime.contents import Content, DocumentedResponse
from ..._runtime.operations import Operation, Request

OPERATION: Operation[models.CatalogUploadStatus] = Operation(
    name="getCatalogUploadStatus",
    method="POST",
    path="/v1/catalog/getCatalogUploadStatus",
    contents=(Content(media_type="application/json", strict=models.GetCatalogUploadStatusRequest),),
    model=models.GetCatalogUploadStatusRequest,
    body_required=True,
    responses={
        "200": DocumentedResponse(content={"application/json": models.CatalogUploadStatus}),
        "400": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.BadRequest,
            description="The request is invalid, or the ingestion id is unknown or belongs to another retailer.",
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
            content={"application/json": models.Error}, error=errors.InternalServerError, description="An error inside the service."
        ),
    },
    accept="application/json",
)


@overload
def request(*, ingestion_id: str) -> Request[models.CatalogUploadStatus]: ...


@overload
def request(*, body: models.GetCatalogUploadStatusRequest) -> Request[models.CatalogUploadStatus]: ...


def request(
    *, ingestion_id: str | UnsetType = UNSET, body: models.GetCatalogUploadStatusRequest | None = None
) -> Request[models.CatalogUploadStatus]:
    """Get the status and report of an ingestion: check the arguments and build the request, without sending it.

    Args:
        ingestion_id: The id that upload or archiving returned, at most 255 characters.
        body: The ingestion whose status is requested. Its fields can be given as arguments instead.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request({}, body, fields={"ingestion_id": ingestion_id})


def parse(response: httpx2.Response, *, strict: bool = False) -> models.CatalogUploadStatus:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
        BadRequest: 400: The request is invalid, or the ingestion id is unknown or belongs to another retailer.
        Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
        TooManyRequests: 429: The API was called too often.
        InternalServerError: 500: An error inside the service.
        UnexpectedStatus: a status that is not documented.
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
