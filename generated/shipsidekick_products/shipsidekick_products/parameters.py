# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Parameters of the operations of ShipSidekick API, product archive, one TypedDict each.

They annotate functions that pass parameters on to an operation: `**parameters: Unpack[...]`.
"""

from __future__ import annotations

from typing import Required, TypedDict


class ArchiveProductParameters(TypedDict, total=False):
    """Parameters of `Client.archive_product`."""

    product_id: Required[str]
    """Identifier of the product, a UUID."""

    x_ssk_client: str | None
    """Slug that names the client which sends the request."""
