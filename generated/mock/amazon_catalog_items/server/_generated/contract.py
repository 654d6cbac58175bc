# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.

"""Operation plans of this package; regenerate them instead of editing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from fastapi import params
from pydantic import TypeAdapter

from generated.mock.amazon_catalog_items import models

from .._runtime.model_codecs.parameters import ParameterPlan
from .._runtime.server.requests import ParameterAdapter, ParameterArgument
from .._runtime.server.responses import Declared, OperationResponses


class OperationDependencies(TypedDict, total=False):
    search_catalog_items: Sequence[params.Depends]
    get_catalog_item: Sequence[params.Depends]


class SearchCatalogItems:
    """Plans of the search_catalog_items operation."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Parameters:
        """The adapter parameters of search_catalog_items."""

        identifiers: models.Catalog20220401ItemsGetQueryIdentifiersParameter | None
        marketplaceIds: models.Catalog20220401ItemsGetQueryMarketplaceIdsParameter
        includedData: models.IncludedDataParameter
        keywords: models.Catalog20220401ItemsGetQueryKeywordsParameter | None
        brandNames: models.Catalog20220401ItemsGetQueryBrandNamesParameter | None
        classificationIds: models.Catalog20220401ItemsGetQueryClassificationIdsParameter | None

    PARAMETERS: Final = ParameterAdapter(
        arguments=(
            ParameterArgument(
                name="identifiers",
                plan=ParameterPlan(
                    location="query",
                    name="identifiers",
                    style="form",
                    shape="array",
                    reserved_names=(
                        "brandNames",
                        "classificationIds",
                        "identifiersType",
                        "includedData",
                        "keywords",
                        "keywordsLocale",
                        "locale",
                        "marketplaceIds",
                        "pageSize",
                        "pageToken",
                        "sellerId",
                    ),
                ),
                adapter=TypeAdapter(models.Catalog20220401ItemsGetQueryIdentifiersParameter),
            ),
            ParameterArgument(
                name="marketplaceIds",
                plan=ParameterPlan(
                    location="query",
                    name="marketplaceIds",
                    style="form",
                    required=True,
                    shape="array",
                    reserved_names=(
                        "brandNames",
                        "classificationIds",
                        "identifiers",
                        "identifiersType",
                        "includedData",
                        "keywords",
                        "keywordsLocale",
                        "locale",
                        "pageSize",
                        "pageToken",
                        "sellerId",
                    ),
                ),
                adapter=TypeAdapter(models.Catalog20220401ItemsGetQueryMarketplaceIdsParameter),
            ),
            ParameterArgument(
                name="includedData",
                plan=ParameterPlan(
                    location="query",
                    name="includedData",
                    style="form",
                    shape="array",
                    reserved_names=(
                        "brandNames",
                        "classificationIds",
                        "identifiers",
                        "identifiersType",
                        "keywords",
                        "keywordsLocale",
                        "locale",
                        "marketplaceIds",
                        "pageSize",
                        "pageToken",
                        "sellerId",
                    ),
                ),
                adapter=TypeAdapter(models.IncludedDataParameter),
                default=["summaries"],
            ),
            ParameterArgument(
                name="keywords",
                plan=ParameterPlan(
                    location="query",
                    name="keywords",
                    style="form",
                    shape="array",
                    reserved_names=(
                        "brandNames",
                        "classificationIds",
                        "identifiers",
                        "identifiersType",
                        "includedData",
                        "keywordsLocale",
                        "locale",
                        "marketplaceIds",
                        "pageSize",
                        "pageToken",
                        "sellerId",
                    ),
                ),
                adapter=TypeAdapter(models.Catalog20220401ItemsGetQueryKeywordsParameter),
            ),
            ParameterArgument(
                name="brandNames",
                plan=ParameterPlan(
                    location="query",
                    name="brandNames",
                    style="form",
                    shape="array",
                    reserved_names=(
                        "classificationIds",
                        "identifiers",
                        "identifiersType",
                        "includedData",
                        "keywords",
                        "keywordsLocale",
                        "locale",
                        "marketplaceIds",
                        "pageSize",
                        "pageToken",
                        "sellerId",
                    ),
                ),
                adapter=TypeAdapter(models.Catalog20220401ItemsGetQueryBrandNamesParameter),
            ),
            ParameterArgument(
                name="classificationIds",
                plan=ParameterPlan(
                    location="query",
                    name="classificationIds",
                    style="form",
                    shape="array",
                    reserved_names=(
                        "brandNames",
                        "identifiers",
                        "identifiersType",
                        "includedData",
                        "keywords",
                        "keywordsLocale",
                        "locale",
                        "marketplaceIds",
                        "pageSize",
                        "pageToken",
                        "sellerId",
                    ),
                ),
                adapter=TypeAdapter(models.Catalog20220401ItemsGetQueryClassificationIdsParameter),
            ),
        ),
        record=Parameters,
    )
    RESPONSES: Final = OperationResponses(
        responses={
            "200": Declared(media_type="application/json", model=models.ItemSearchResults),
            "400": Declared(media_type="application/json", model=models.ErrorList),
            "403": Declared(media_type="application/json", model=models.ErrorList),
            "404": Declared(media_type="application/json", model=models.ErrorList),
            "413": Declared(media_type="application/json", model=models.ErrorList),
            "415": Declared(media_type="application/json", model=models.ErrorList),
            "429": Declared(media_type="application/json", model=models.ErrorList),
            "500": Declared(media_type="application/json", model=models.ErrorList),
            "503": Declared(media_type="application/json", model=models.ErrorList),
        },
    )


class GetCatalogItem:
    """Plans of the get_catalog_item operation."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Parameters:
        """The adapter parameters of get_catalog_item."""

        marketplaceIds: models.Catalog20220401ItemsAsinGetQueryMarketplaceIdsParameter
        includedData: models.IncludedDataParameter

    PARAMETERS: Final = ParameterAdapter(
        arguments=(
            ParameterArgument(
                name="marketplaceIds",
                plan=ParameterPlan(
                    location="query",
                    name="marketplaceIds",
                    style="form",
                    required=True,
                    shape="array",
                    reserved_names=("includedData", "locale"),
                ),
                adapter=TypeAdapter(models.Catalog20220401ItemsAsinGetQueryMarketplaceIdsParameter),
            ),
            ParameterArgument(
                name="includedData",
                plan=ParameterPlan(
                    location="query", name="includedData", style="form", shape="array", reserved_names=("locale", "marketplaceIds")
                ),
                adapter=TypeAdapter(models.IncludedDataParameter),
                default=["summaries"],
            ),
        ),
        record=Parameters,
    )
    RESPONSES: Final = OperationResponses(
        responses={
            "200": Declared(media_type="application/json", model=models.Item),
            "400": Declared(media_type="application/json", model=models.ErrorList),
            "403": Declared(media_type="application/json", model=models.ErrorList),
            "404": Declared(media_type="application/json", model=models.ErrorList),
            "413": Declared(media_type="application/json", model=models.ErrorList),
            "415": Declared(media_type="application/json", model=models.ErrorList),
            "429": Declared(media_type="application/json", model=models.ErrorList),
            "500": Declared(media_type="application/json", model=models.ErrorList),
            "503": Declared(media_type="application/json", model=models.ErrorList),
        },
    )
