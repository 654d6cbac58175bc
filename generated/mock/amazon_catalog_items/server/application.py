# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.

"""Build the router and the application of every selected operation from the services that implement them."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, params

from ._generated.contract import OperationDependencies
from ._generated.openapi import serve_source_openapi
from ._runtime.server.application import build, error_handlers, validation_error_handler
from .routers import items
from .services import ItemsService

ROUTES: Final = (
    *items.LITERAL_ROUTES,
    *items.TEMPLATED_ROUTES,
)
INFO: Final[dict[str, Any]] = {
    "title": "Amazon Selling Partner API, Catalog Items",
    "summary": "Search the Amazon catalog and read its items.",
    "description": "Read access to the Amazon catalog: search it by product identifiers or by keywords, or get one item by its ASIN. Data sets\n(`includedData`) select which data of an item a response has; most of it is per marketplace.\n",
    "version": "2022-04-01",
    "openapi_tags": [{"name": "items", "description": "Items of the Amazon catalog."}],
    "servers": [
        {
            "url": "https://sellingpartnerapi-na.amazon.com",
            "description": "Production, North America; the host of the document.",
            "x-client-server": "na",
        },
        {
            "url": "https://sellingpartnerapi-eu.amazon.com",
            "description": "Production, Europe.",
            "x-client-server": "eu",
            "x-client-note": [
                {
                    "basis": "documented",
                    "text": "Named by the vendor's page on endpoints; the document of this spec names the production host of North America alone.",
                }
            ],
        },
        {
            "url": "https://sellingpartnerapi-fe.amazon.com",
            "description": "Production, Far East.",
            "x-client-server": "fe",
            "x-client-note": [
                {
                    "basis": "documented",
                    "text": "Named by the vendor's page on endpoints; the document of this spec names the production host of North America alone.",
                }
            ],
        },
        {
            "url": "https://sandbox.sellingpartnerapi-na.amazon.com",
            "description": "Sandbox, North America.",
            "x-client-server": "na-sandbox",
            "x-client-note": [
                {
                    "basis": "documented",
                    "text": "Named by the vendor's page on endpoints; the document of this spec names the production host of North America alone.",
                }
            ],
        },
        {
            "url": "https://sandbox.sellingpartnerapi-eu.amazon.com",
            "description": "Sandbox, Europe.",
            "x-client-server": "eu-sandbox",
            "x-client-note": [
                {
                    "basis": "documented",
                    "text": "Named by the vendor's page on endpoints; the document of this spec names the production host of North America alone.",
                }
            ],
        },
        {
            "url": "https://sandbox.sellingpartnerapi-fe.amazon.com",
            "description": "Sandbox, Far East.",
            "x-client-server": "fe-sandbox",
            "x-client-note": [
                {
                    "basis": "documented",
                    "text": "Named by the vendor's page on endpoints; the document of this spec names the production host of North America alone.",
                }
            ],
        },
    ],
    "contact": {"name": "Selling Partner API Developer Support", "url": "https://sellercentral.amazon.com/gp/mws/contactus.html"},
    "license_info": {"name": "Apache License 2.0", "url": "http://www.apache.org/licenses/LICENSE-2.0"},
}


def build_router(
    *,
    items: ItemsService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register every operation on a new router, literal paths first."""
    return build(
        ROUTES,
        services={"items": items},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )


def create_app(
    *,
    items: ItemsService,
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
            items=items,
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
