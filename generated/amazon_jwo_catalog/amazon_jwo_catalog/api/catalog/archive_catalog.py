# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Archive products in all stores: `POST /v1/catalog/archive`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import httpx2
from msgspec import UNSET, UnsetType

from ... import errors, models
from ..._runtime.contents import Content, DocumentedResponse
from ..._runtime.operations import Operation, Request

OPERATION: Operation[models.IngestionResponse] = Operation(
    name="archiveCatalog",
    method="POST",
    path="/v1/catalog/archive",
    contents=(Content(media_type="application/json", strict=models.ArchiveCatalogRequest),),
    model=models.ArchiveCatalogRequest,
    body_required=True,
    responses={
        "201": DocumentedResponse(content={"application/json": models.IngestionResponse}),
        "400": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.BadRequest,
            description="The archiving was refused as a whole. If stores are missing, the text lists all available stores of the retailer; keep it whole.",
        ),
        "403": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.Forbidden,
            description="The role lacks the permission, or the onboarding of the retailer is unfinished.",
        ),
        "429": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.TooManyRequests,
            description="The API was called too often; repeat after a short wait.",
        ),
        "500": DocumentedResponse(
            content={"application/json": models.Error},
            error=errors.InternalServerError,
            description="An error inside the service: either a store configuration issue, which Amazon's support has to resolve, or an unknown error, for which the vendor recommends repeating the request.",
        ),
    },
    accept="application/json",
)


@overload
def request(
    *, item_skus: Sequence[models.ItemSku], all_applicable_stores: Sequence[models.StoreId]
) -> Request[models.IngestionResponse]: ...


@overload
def request(*, body: models.ArchiveCatalogRequest) -> Request[models.IngestionResponse]: ...


def request(
    *,
    item_skus: Sequence[models.ItemSku] | UnsetType = UNSET,
    all_applicable_stores: Sequence[models.StoreId] | UnsetType = UNSET,
    body: models.ArchiveCatalogRequest | None = None,
) -> Request[models.IngestionResponse]:
    """Archive products in all stores: check the arguments and build the request, without sending it.

    Args:
        item_skus: The SKUs to archive, at most 10,000; each has to be that of an active product of the catalog.
        all_applicable_stores: The external ids of every store of the retailer, not only of those that sell the SKUs. If one
            is missing, the request is refused and the text of the error lists all available stores.
        body: The SKUs to archive, and all stores of the retailer. Its fields can be given as arguments instead.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request({}, body, fields={"item_skus": item_skus, "all_applicable_stores": all_applicable_stores})


def parse(response: httpx2.Response, *, strict: bool = False) -> models.IngestionResponse:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
        BadRequest: 400: The archiving was refused as a whole. If stores are missing, the text lists all available stores of
            the retailer; keep it whole.
        Forbidden: 403: The role lacks the permission, or the onboarding of the retailer is unfinished.
        TooManyRequests: 429: The API was called too often; repeat after a short wait.
        InternalServerError: 500: An error inside the service: either a store configuration issue, which Amazon's support
            has to resolve, or an unknown error, for which the vendor recommends repeating the request.
        UnexpectedStatus: a status that is not documented.
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
