# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

"""Build the router and the application of every selected operation from the services that implement them."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, params

from ._generated.contract import OperationDependencies
from ._generated.openapi import serve_source_openapi
from ._runtime.server.application import build, error_handlers, validation_error_handler
from .routers import offers
from .services import OffersService

ROUTES: Final = (
    *offers.LITERAL_ROUTES,
    *offers.TEMPLATED_ROUTES,
)
INFO: Final[dict[str, Any]] = {
    "title": "Yandex Market Partner API, offer archive",
    "summary": "Move offers of a Yandex Market business into the archive and back.",
    "description": "Archived offers are hidden from every store of the business until they are unarchived. Both operations are synchronous, and\nlist only the offers that were refused; each offer that was sent and is not listed has succeeded.\n",
    "version": "2",
    "openapi_tags": [{"name": "offers", "description": "The archive of a business's offers."}],
    "servers": [
        {
            "url": "https://api.partner.market.yandex.ru",
            "description": "Production; no sandbox is documented.",
            "x-client-server": "production",
        }
    ],
    "contact": {
        "name": "Yandex Market for sellers, archive reference",
        "url": "https://yandex.ru/dev/market/partner-api/doc/en/reference/business-assortment/addOffersToArchive",
    },
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}


def build_router(
    *,
    offers: OffersService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register every operation on a new router, literal paths first."""
    return build(
        ROUTES,
        services={"offers": offers},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )


def create_app(
    *,
    offers: OffersService,
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
            offers=offers,
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
