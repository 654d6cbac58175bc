# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.

"""Service interfaces of this package's router groups; regenerate them instead of editing."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from generated.mock.shipsidekick_products import models

from ._runtime.server.responses import HTTPResult


class ProductsService(Protocol):
    """Implement the products operations: subclass this Protocol, or give an object its methods."""

    @abstractmethod
    async def archive_product(
        self,
        *,
        request: Request,
        productId: UUID,
        X_SSK_Client: str | None,
    ) -> models.ArchiveProductResponse | HTTPResult[models.ArchiveProductResponse | models.ErrorResponse] | Response:
        """
        Handle DELETE /products/{productId}.
        """
