# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

"""Endpoints of the offers operations; regenerate them instead of editing."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Request, params
from pydantic import Field

from generated.mock.yandex_market_offers import models

from .._generated import contract
from .._generated.contract import OperationDependencies
from .._runtime.server.application import Wiring, build, checked
from .._runtime.server.responses import dispatch
from ..services import OffersService


def _add_add_offers_to_archive(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    offers: OffersService = wiring.services["offers"]
    add_offers_to_archive_handler = checked(
        offers.add_offers_to_archive,
        "The offers.add_offers_to_archive method of POST /v2/businesses/{businessId}/offer-mappings/archive",
        ("request", "businessId", "body"),
        asynchronous=True,
    )

    async def add_offers_to_archive(
        *,
        request: Request,
        businessId: Annotated[
            int,
            Field(ge=1),
            Path(
                alias="businessId",
                description="Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.",
            ),
        ],
        body: Annotated[models.AddOffersToArchiveRequest, Body(media_type="application/json")],
    ) -> object:
        return dispatch(
            await add_offers_to_archive_handler(
                request=request,
                businessId=businessId,
                body=body,
            ),
            contract.AddOffersToArchive.RESPONSES,
        )

    router.add_api_route(
        "/v2/businesses/{businessId}/offer-mappings/archive",
        add_offers_to_archive,
        methods=["POST"],
        status_code=200,
        response_model=models.AddOffersToArchiveResponse,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="addOffersToArchive",
        tags=["offers"],
        summary="Put offers into the archive",
        description="Hides up to 200 offers from every store of the business. An offer with stock in a Market warehouse is refused; it has to be\nsold or taken back first. Open to sellers of all sales models; the token needs the access `offers-and-cards-management` or\n`all-methods`.\n\nLimit: 10,000 offers a minute, 200 offers a request.\n",
        response_description="The request was processed, except for the offers that are listed.",
        dependencies=wiring.dependencies.get("add_offers_to_archive"),
    )


def _add_delete_offers_from_archive(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    offers: OffersService = wiring.services["offers"]
    delete_offers_from_archive_handler = checked(
        offers.delete_offers_from_archive,
        "The offers.delete_offers_from_archive method of POST /v2/businesses/{businessId}/offer-mappings/unarchive",
        ("request", "businessId", "body"),
        asynchronous=True,
    )

    async def delete_offers_from_archive(
        *,
        request: Request,
        businessId: Annotated[
            int,
            Field(ge=1),
            Path(
                alias="businessId",
                description="Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it.",
            ),
        ],
        body: Annotated[models.DeleteOffersFromArchiveRequest, Body(media_type="application/json")],
    ) -> object:
        return dispatch(
            await delete_offers_from_archive_handler(
                request=request,
                businessId=businessId,
                body=body,
            ),
            contract.DeleteOffersFromArchive.RESPONSES,
        )

    router.add_api_route(
        "/v2/businesses/{businessId}/offer-mappings/unarchive",
        delete_offers_from_archive,
        methods=["POST"],
        status_code=200,
        response_model=models.DeleteOffersFromArchiveResponse,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="deleteOffersFromArchive",
        tags=["offers"],
        summary="Take offers out of the archive",
        description="Shows up to 200 archived offers in the stores of the business again. The token needs the access\n`offers-and-cards-management` or `all-methods`.\n\nLimit: 10,000 offers a minute, 200 offers a request.\n",
        response_description="The request was processed, except for the offers that are listed.",
        dependencies=wiring.dependencies.get("delete_offers_from_archive"),
    )


LITERAL_ROUTES: Final = ()
TEMPLATED_ROUTES: Final = (
    ("add_offers_to_archive", _add_add_offers_to_archive),
    ("delete_offers_from_archive", _add_delete_offers_from_archive),
)


def build_router(
    *,
    offers: OffersService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register the offers operations on a new router, literal paths first."""
    return build(
        (*LITERAL_ROUTES, *TEMPLATED_ROUTES),
        services={"offers": offers},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )
