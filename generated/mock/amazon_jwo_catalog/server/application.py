# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.

"""Build the router and the application of every selected operation from the services that implement them."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, params

from ._generated.contract import OperationDependencies
from ._generated.openapi import serve_source_openapi
from ._runtime.server.application import build, error_handlers, validation_error_handler
from .routers import catalog
from .services import CatalogService

ROUTES: Final = (
    *catalog.LITERAL_ROUTES,
    *catalog.TEMPLATED_ROUTES,
)
INFO: Final[dict[str, Any]] = {
    "title": "Amazon Just Walk Out Catalog API",
    "summary": "Upload the catalog of Just Walk Out (JWO) stores, archive products, and get the status of that work.",
    "description": "A retailer sends Amazon the products that are sold in its JWO stores, and keeps them up to date. Upload and archive accept a\nwhole request or refuse the whole of it; accepted work is done later, under an `ingestionId`. Problems with single SKUs are in\nthe report of that ingestion only, to which the status operation returns a link.\n\nUpload writes complete items: it creates what is new, replaces what exists, and re-activates a SKU that was archived. There is\nno operation that reads the catalog back, deletes a product, or changes single fields of one. Archiving is how a product is\ntaken off sale; its data is kept.\n\nNew attributes may be added to requests and responses at any time; clients have to ignore attributes that they do not know.\n",
    "version": "1",
    "openapi_tags": [{"name": "catalog", "description": "The catalog of a retailer's Just Walk Out stores."}],
    "servers": [
        {
            "url": "https://amazon-jwo-catalog.invalid",
            "description": "Placeholder for the endpoint that Amazon gives each retailer for its region; the caller has to give that base URL and the AWS region that requests are signed for.",
            "x-client-note": [
                {
                    "basis": "unknown",
                    "text": "The host of the catalog service. Sibling services are at https://{region}.payments.amazonphysicalstores.com, but that is no evidence for this one.",
                },
                {
                    "basis": "documented",
                    "text": "Amazon gives each retailer its endpoint per region; so base URL and region are explicit settings without a default.",
                },
            ],
        }
    ],
    "contact": {"name": "Amazon physical stores, documentation", "url": "https://developer.amazon.com/docs/physicalstores"},
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}


def build_router(
    *,
    catalog: CatalogService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register every operation on a new router, literal paths first."""
    return build(
        ROUTES,
        services={"catalog": catalog},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )


def create_app(
    *,
    catalog: CatalogService,
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
            catalog=catalog,
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
