# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.

"""Operation plans of this package; regenerate them instead of editing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict

from fastapi import params

from generated.mock.shipsidekick_products import models

from .._runtime.server.responses import Declared, OperationResponses


class OperationDependencies(TypedDict, total=False):
    archive_product: Sequence[params.Depends]


class ArchiveProduct:
    """Plans of the archive_product operation."""

    RESPONSES: Final = OperationResponses(
        responses={
            "200": Declared(media_type="application/json", model=models.ArchiveProductResponse),
            "400": Declared(media_type="application/json", model=models.ErrorResponse),
            "401": Declared(media_type="application/json", model=models.ErrorResponse),
            "403": Declared(media_type="application/json", model=models.ErrorResponse),
            "404": Declared(media_type="application/json", model=models.ErrorResponse),
            "500": Declared(media_type="application/json", model=models.ErrorResponse),
        },
    )
