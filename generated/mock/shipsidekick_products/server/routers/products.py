# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.

"""Endpoints of the products operations; regenerate them instead of editing."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, params

from generated.mock.shipsidekick_products import models

from .._generated import contract
from .._generated.contract import OperationDependencies
from .._runtime.server.application import Wiring, build, checked
from .._runtime.server.responses import dispatch
from ..services import ProductsService


def _add_archive_product(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    products: ProductsService = wiring.services["products"]
    archive_product_handler = checked(
        products.archive_product,
        "The products.archive_product method of DELETE /products/{productId}",
        ("request", "productId", "X_SSK_Client"),
        asynchronous=True,
    )

    async def archive_product(
        *,
        request: Request,
        productId: Annotated[UUID, Path(alias="productId", description="Identifier of the product, a UUID.")],
        X_SSK_Client: Annotated[
            str | None,
            Header(
                alias="X-SSK-Client", convert_underscores=False, description="Slug that names the client which sends the request."
            ),
        ] = None,
    ) -> object:
        return dispatch(
            await archive_product_handler(
                request=request,
                productId=productId,
                X_SSK_Client=X_SSK_Client,
            ),
            contract.ArchiveProduct.RESPONSES,
        )

    router.add_api_route(
        "/products/{productId}",
        archive_product,
        methods=["DELETE"],
        status_code=200,
        response_model=models.ArchiveProductResponse,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="archiveProduct",
        tags=["products"],
        summary="Archive a product",
        description="Marks the product with this identifier as archived, without deleting it, and returns all of it. The key needs full write\naccess to products.\n",
        response_description="The product is archived; the response has the whole of it.",
        dependencies=wiring.dependencies.get("archive_product"),
    )


LITERAL_ROUTES: Final = ()
TEMPLATED_ROUTES: Final = (("archive_product", _add_archive_product),)


def build_router(
    *,
    products: ProductsService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register the products operations on a new router, literal paths first."""
    return build(
        (*LITERAL_ROUTES, *TEMPLATED_ROUTES),
        services={"products": products},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )
