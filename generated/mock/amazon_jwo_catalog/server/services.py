# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.

"""Service interfaces of this package's router groups; regenerate them instead of editing."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from fastapi import Request
from fastapi.responses import Response

from generated.mock.amazon_jwo_catalog import models

from ._runtime.server.responses import HTTPResult


class CatalogService(Protocol):
    """Implement the catalog operations: subclass this Protocol, or give an object its methods."""

    @abstractmethod
    async def upload_catalog(
        self,
        *,
        request: Request,
        body: models.UploadCatalogRequest,
    ) -> models.IngestionResponse | HTTPResult[models.IngestionResponse | models.Error] | Response:
        """
        Handle POST /v1/catalog/upload.
        """

    @abstractmethod
    async def archive_catalog(
        self,
        *,
        request: Request,
        body: models.ArchiveCatalogRequest,
    ) -> models.IngestionResponse | HTTPResult[models.IngestionResponse | models.Error] | Response:
        """
        Handle POST /v1/catalog/archive.
        """

    @abstractmethod
    async def get_catalog_upload_status(
        self,
        *,
        request: Request,
        body: models.GetCatalogUploadStatusRequest,
    ) -> models.CatalogUploadStatus | HTTPResult[models.CatalogUploadStatus | models.Error] | Response:
        """
        Handle POST /v1/catalog/getCatalogUploadStatus.
        """
