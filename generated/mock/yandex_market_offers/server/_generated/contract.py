# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

"""Operation plans of this package; regenerate them instead of editing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict

from fastapi import params

from generated.mock.yandex_market_offers import models

from .._runtime.server.responses import Declared, OperationResponses


class OperationDependencies(TypedDict, total=False):
    add_offers_to_archive: Sequence[params.Depends]
    delete_offers_from_archive: Sequence[params.Depends]


class AddOffersToArchive:
    """Plans of the add_offers_to_archive operation."""

    RESPONSES: Final = OperationResponses(
        responses={
            "200": Declared(media_type="application/json", model=models.AddOffersToArchiveResponse),
            "400": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "401": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "403": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "404": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "420": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "423": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "500": Declared(media_type="application/json", model=models.ApiErrorResponse),
        },
    )


class DeleteOffersFromArchive:
    """Plans of the delete_offers_from_archive operation."""

    RESPONSES: Final = OperationResponses(
        responses={
            "200": Declared(media_type="application/json", model=models.DeleteOffersFromArchiveResponse),
            "400": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "401": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "403": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "404": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "420": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "423": Declared(media_type="application/json", model=models.ApiErrorResponse),
            "500": Declared(media_type="application/json", model=models.ApiErrorResponse),
        },
    )
