# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.

"""Operation plans of this package; regenerate them instead of editing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict

from fastapi import params

from generated.mock.amazon_jwo_catalog import models

from .._runtime.server.responses import Declared, OperationResponses


class OperationDependencies(TypedDict, total=False):
    upload_catalog: Sequence[params.Depends]
    archive_catalog: Sequence[params.Depends]
    get_catalog_upload_status: Sequence[params.Depends]


class UploadCatalog:
    """Plans of the upload_catalog operation."""

    RESPONSES: Final = OperationResponses(
        responses={
            "201": Declared(media_type="application/json", model=models.IngestionResponse),
            "400": Declared(media_type="application/json", model=models.Error),
            "403": Declared(media_type="application/json", model=models.Error),
            "429": Declared(media_type="application/json", model=models.Error),
            "500": Declared(media_type="application/json", model=models.Error),
        },
    )


class ArchiveCatalog:
    """Plans of the archive_catalog operation."""

    RESPONSES: Final = OperationResponses(
        responses={
            "201": Declared(media_type="application/json", model=models.IngestionResponse),
            "400": Declared(media_type="application/json", model=models.Error),
            "403": Declared(media_type="application/json", model=models.Error),
            "429": Declared(media_type="application/json", model=models.Error),
            "500": Declared(media_type="application/json", model=models.Error),
        },
    )


class GetCatalogUploadStatus:
    """Plans of the get_catalog_upload_status operation."""

    RESPONSES: Final = OperationResponses(
        responses={
            "200": Declared(media_type="application/json", model=models.CatalogUploadStatus),
            "400": Declared(media_type="application/json", model=models.Error),
            "403": Declared(media_type="application/json", model=models.Error),
            "429": Declared(media_type="application/json", model=models.Error),
            "500": Declared(media_type="application/json", model=models.Error),
        },
    )
