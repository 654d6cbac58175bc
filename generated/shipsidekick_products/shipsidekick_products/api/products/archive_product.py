# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Archive a product: `DELETE /products/{productId}`."""

from __future__ import annotations

import httpx2

from ... import _strict, errors, models
from ..._runtime.contents import DocumentedResponse
from ..._runtime.operations import Operation, Request
from ..._runtime.parameters import Parameter

OPERATION: Operation[models.ArchiveProductResponse] = Operation(
    name="archiveProduct",
    method="DELETE",
    path="/products/{productId}",
    parameters=(
        Parameter(name="productId", argument="product_id", location="path", required=True, style="simple", explode=False),
        Parameter(name="X-SSK-Client", argument="x_ssk_client", location="header", required=False, style="simple", explode=False),
    ),
    strict=_strict.ArchiveProductParameters,
    responses={
        "200": DocumentedResponse(content={"application/json": models.ArchiveProductResponse}),
        "400": DocumentedResponse(
            content={"application/json": models.ErrorResponse}, error=errors.BadRequest, description="The request is malformed."
        ),
        "401": DocumentedResponse(
            content={"application/json": models.ErrorResponse},
            error=errors.Unauthorized,
            description="The key is missing or wrong.",
        ),
        "403": DocumentedResponse(
            content={"application/json": models.ErrorResponse},
            error=errors.Forbidden,
            description="The key has no full write access to products.",
        ),
        "404": DocumentedResponse(
            content={"application/json": models.ErrorResponse}, error=errors.NotFound, description="There is no such product."
        ),
        "500": DocumentedResponse(
            content={"application/json": models.ErrorResponse},
            error=errors.InternalServerError,
            description="An error on the side of ShipSidekick.",
        ),
    },
    accept="application/json",
)


def request(*, product_id: str, x_ssk_client: str | None = None) -> Request[models.ArchiveProductResponse]:
    """Archive a product: check the arguments and build the request, without sending it.

    Args:
        product_id: Identifier of the product, a UUID.
        x_ssk_client: Slug that names the client which sends the request.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request({"product_id": product_id, "x_ssk_client": x_ssk_client})


def parse(response: httpx2.Response, *, strict: bool = False) -> models.ArchiveProductResponse:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
        BadRequest: 400: The request is malformed.
        Unauthorized: 401: The key is missing or wrong.
        Forbidden: 403: The key has no full write access to products.
        NotFound: 404: There is no such product.
        InternalServerError: 500: An error on the side of ShipSidekick.
        UnexpectedStatus: a status that is not documented.
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
