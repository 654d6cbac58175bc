# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""What every request is checked against before it is sent."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from ._runtime.formats import Uuid
from ._runtime.models import Model


class ArchiveProductParameters(Model, kw_only=True):
    product_id: Uuid
    x_ssk_client: str | UnsetType = UNSET
