# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

"""Service interfaces of this package's router groups; regenerate them instead of editing."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from fastapi import Request
from fastapi.responses import Response

from generated.mock.yandex_market_offers import models

from ._runtime.server.responses import HTTPResult


class OffersService(Protocol):
    """Implement the offers operations: subclass this Protocol, or give an object its methods."""

    @abstractmethod
    async def add_offers_to_archive(
        self,
        *,
        request: Request,
        businessId: int,
        body: models.AddOffersToArchiveRequest,
    ) -> models.AddOffersToArchiveResponse | HTTPResult[models.AddOffersToArchiveResponse | models.ApiErrorResponse] | Response:
        """
        Handle POST /v2/businesses/{businessId}/offer-mappings/archive.
        """

    @abstractmethod
    async def delete_offers_from_archive(
        self,
        *,
        request: Request,
        businessId: int,
        body: models.DeleteOffersFromArchiveRequest,
    ) -> (
        models.DeleteOffersFromArchiveResponse
        | HTTPResult[models.DeleteOffersFromArchiveResponse | models.ApiErrorResponse]
        | Response
    ):
        """
        Handle POST /v2/businesses/{businessId}/offer-mappings/unarchive.
        """
