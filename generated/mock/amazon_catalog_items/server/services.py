# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.

"""Service interfaces of this package's router groups; regenerate them instead of editing."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from fastapi import Request
from fastapi.responses import Response

from generated.mock.amazon_catalog_items import models

from ._runtime.server.responses import HTTPResult


class ItemsService(Protocol):
    """Implement the items operations: subclass this Protocol, or give an object its methods."""

    @abstractmethod
    async def search_catalog_items(
        self,
        *,
        request: Request,
        identifiers: models.Catalog20220401ItemsGetQueryIdentifiersParameter | None,
        identifiersType: models.IdentifiersType | None,
        marketplaceIds: models.Catalog20220401ItemsGetQueryMarketplaceIdsParameter,
        includedData: models.IncludedDataParameter,
        locale: str | None,
        sellerId: str | None,
        keywords: models.Catalog20220401ItemsGetQueryKeywordsParameter | None,
        brandNames: models.Catalog20220401ItemsGetQueryBrandNamesParameter | None,
        classificationIds: models.Catalog20220401ItemsGetQueryClassificationIdsParameter | None,
        pageSize: int,
        pageToken: str | None,
        keywordsLocale: str | None,
    ) -> models.ItemSearchResults | HTTPResult[models.ItemSearchResults | models.ErrorList] | Response:
        """
        Handle GET /catalog/2022-04-01/items.
        """

    @abstractmethod
    async def get_catalog_item(
        self,
        *,
        request: Request,
        asin: str,
        marketplaceIds: models.Catalog20220401ItemsAsinGetQueryMarketplaceIdsParameter,
        includedData: models.IncludedDataParameter,
        locale: str | None,
    ) -> models.Item | HTTPResult[models.Item | models.ErrorList] | Response:
        """
        Handle GET /catalog/2022-04-01/items/{asin}.
        """
