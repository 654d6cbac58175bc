# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""What every request is checked against before it is sent."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ._runtime.models import Model


class AddOffersToArchiveParameters(Model, kw_only=True):
    business_id: Annotated[int, Meta(ge=1, le=9223372036854775807)]


class DeleteOffersFromArchiveParameters(Model, kw_only=True):
    business_id: Annotated[int, Meta(ge=1, le=9223372036854775807)]
