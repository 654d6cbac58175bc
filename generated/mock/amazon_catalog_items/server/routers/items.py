# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.

"""Endpoints of the items operations; regenerate them instead of editing."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, params
from pydantic import Field, StringConstraints

from generated.mock.amazon_catalog_items import models

from .._generated import contract
from .._generated.contract import OperationDependencies
from .._runtime.server.application import Wiring, build, checked
from .._runtime.server.requests import accepted
from .._runtime.server.responses import dispatch
from ..services import ItemsService


def _add_search_catalog_items(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    items: ItemsService = wiring.services["items"]
    search_catalog_items_handler = checked(
        items.search_catalog_items,
        "The items.search_catalog_items method of GET /catalog/2022-04-01/items",
        (
            "request",
            "identifiers",
            "identifiersType",
            "marketplaceIds",
            "includedData",
            "locale",
            "sellerId",
            "keywords",
            "brandNames",
            "classificationIds",
            "pageSize",
            "pageToken",
            "keywordsLocale",
        ),
        asynchronous=True,
    )

    async def search_catalog_items(
        *,
        request: Request,
        identifiersType: Annotated[
            models.IdentifiersType | None,
            Query(
                alias="identifiersType",
                description="Which kind of identifier `identifiers` holds. Required with `identifiers`; the kind `SKU` needs `sellerId`.\n",
            ),
        ] = None,
        locale: Annotated[
            str | None,
            Query(
                alias="locale", description="Locale of the localized summaries, by default the primary locale of the marketplace."
            ),
        ] = None,
        sellerId: Annotated[
            str | None,
            Query(
                alias="sellerId",
                description="Identifier of the selling partner, such as a seller account or a vendor code. Required where `identifiersType` is `SKU`.\n",
            ),
        ] = None,
        pageSize: Annotated[int, Field(le=20), Query(alias="pageSize", description="Number of items on a page, at most 20.")] = 10,
        pageToken: Annotated[
            str | None,
            Query(
                alias="pageToken",
                description="Token of the page to get: the `nextToken` or `previousToken` of an earlier response. All parameters of the first request\nare sent again with it.\n",
            ),
        ] = None,
        keywordsLocale: Annotated[
            str | None,
            Query(
                alias="keywordsLocale",
                description="Language of the keywords; default: the primary locale of the marketplace. Cannot be combined with `identifiers`.\n",
            ),
        ] = None,
        parameters: Annotated[contract.SearchCatalogItems.Parameters, Depends(contract.SearchCatalogItems.PARAMETERS)],
    ) -> object:
        parameters = accepted(parameters)
        return dispatch(
            await search_catalog_items_handler(
                request=request,
                identifiers=parameters.identifiers,
                identifiersType=identifiersType,
                marketplaceIds=parameters.marketplaceIds,
                includedData=parameters.includedData,
                locale=locale,
                sellerId=sellerId,
                keywords=parameters.keywords,
                brandNames=parameters.brandNames,
                classificationIds=parameters.classificationIds,
                pageSize=pageSize,
                pageToken=pageToken,
                keywordsLocale=keywordsLocale,
            ),
            contract.SearchCatalogItems.RESPONSES,
        )

    router.add_api_route(
        "/catalog/2022-04-01/items",
        search_catalog_items,
        methods=["GET"],
        status_code=200,
        response_model=models.ItemSearchResults,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="searchCatalogItems",
        tags=["items"],
        summary="Search for items",
        description="Finds items of the Amazon catalog either by product identifiers or by keywords, and lists them page by page. At most 1,000\nitems can be paged through.\n\nLimit: by default 2 requests a second and a burst of 2. The header `x-amzn-RateLimit-Limit` reports the rate in force where it\nis known; sellers with larger needs may have more.\n",
        response_description="A page of the items that were found.",
        dependencies=wiring.dependencies.get("search_catalog_items"),
    )


def _add_get_catalog_item(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    items: ItemsService = wiring.services["items"]
    get_catalog_item_handler = checked(
        items.get_catalog_item,
        "The items.get_catalog_item method of GET /catalog/2022-04-01/items/{asin}",
        ("request", "asin", "marketplaceIds", "includedData", "locale"),
        asynchronous=True,
    )

    async def get_catalog_item(
        *,
        request: Request,
        asin: Annotated[
            str,
            StringConstraints(min_length=1),
            Path(alias="asin", description="The ASIN (Amazon Standard Identification Number) of the item."),
        ],
        locale: Annotated[
            str | None,
            Query(
                alias="locale", description="Locale of the localized summaries, by default the primary locale of the marketplace."
            ),
        ] = None,
        parameters: Annotated[contract.GetCatalogItem.Parameters, Depends(contract.GetCatalogItem.PARAMETERS)],
    ) -> object:
        parameters = accepted(parameters)
        return dispatch(
            await get_catalog_item_handler(
                request=request,
                asin=asin,
                marketplaceIds=parameters.marketplaceIds,
                includedData=parameters.includedData,
                locale=locale,
            ),
            contract.GetCatalogItem.RESPONSES,
        )

    router.add_api_route(
        "/catalog/2022-04-01/items/{asin}",
        get_catalog_item,
        methods=["GET"],
        status_code=200,
        response_model=models.Item,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="getCatalogItem",
        tags=["items"],
        summary="Get an item",
        description="Gets the data that the Amazon catalog has of one item.\n\nLimit: by default 2 requests a second and a burst of 2. The header `x-amzn-RateLimit-Limit` reports the rate in force where it\nis known; sellers with larger needs may have more.\n",
        response_description="The item.",
        dependencies=wiring.dependencies.get("get_catalog_item"),
    )


LITERAL_ROUTES: Final = (("search_catalog_items", _add_search_catalog_items),)
TEMPLATED_ROUTES: Final = (("get_catalog_item", _add_get_catalog_item),)


def build_router(
    *,
    items: ItemsService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register the items operations on a new router, literal paths first."""
    return build(
        (*LITERAL_ROUTES, *TEMPLATED_ROUTES),
        services={"items": items},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )
