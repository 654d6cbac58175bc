# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.

"""Build the router and the application of every selected operation from the services that implement them."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, params

from ._generated.contract import OperationDependencies
from ._generated.openapi import serve_source_openapi
from ._runtime.server.application import build, error_handlers, validation_error_handler
from .routers import products
from .services import ProductsService

ROUTES: Final = (
    *products.LITERAL_ROUTES,
    *products.TEMPLATED_ROUTES,
)
INFO: Final[dict[str, Any]] = {
    "title": "ShipSidekick API, product archive",
    "summary": "Archive a ShipSidekick product.",
    "description": "An archived product is not deleted: it stays, marked with the time at which it was archived, and comes back in the response with\nits variants and services. There is no operation that unarchives a product.\n",
    "version": "1",
    "openapi_tags": [{"name": "products", "description": "The products of an organization."}],
    "servers": [
        {"url": "https://www.shipsidekick.com/api/v1", "description": "Production.", "x-client-server": "production"},
        {
            "url": "https://test.shipsidekick.com/api/v1",
            "description": "Test.",
            "x-client-server": "test",
            "x-client-note": [
                {"basis": "documented", "text": "The vendor names this server on another page than that of the operation."}
            ],
        },
    ],
    "contact": {"name": "ShipSidekick", "url": "https://www.shipsidekick.com"},
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}


def build_router(
    *,
    products: ProductsService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register every operation on a new router, literal paths first."""
    return build(
        ROUTES,
        services={"products": products},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )


def create_app(
    *,
    products: ProductsService,
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
    source_openapi: bool = True,
    **fastapi_kwargs: Any,
) -> FastAPI:
    """Create the application with every operation, passing the other keyword arguments to FastAPI.

    Validation errors leave out the request's values, unless exception_handlers handles RequestValidationError. The
    application serves the source OpenAPI document of its operations, or FastAPI's own with source_openapi=False.
    """
    fastapi_kwargs["exception_handlers"] = error_handlers(fastapi_kwargs.get("exception_handlers"))
    app = FastAPI(**{**INFO, **fastapi_kwargs})
    app.include_router(
        build_router(
            products=products,
            operation_dependencies=operation_dependencies,
            prefix=prefix,
        )
    )
    if source_openapi:
        serve_source_openapi(app, prefix=prefix, metadata=fastapi_kwargs)
    return app


__all__ = [
    "OperationDependencies",
    "build_router",
    "create_app",
    "serve_source_openapi",
    "validation_error_handler",
]
