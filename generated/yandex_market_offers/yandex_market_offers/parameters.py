# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Parameters of the operations of Yandex Market Partner API, offer archive, one TypedDict each.

They annotate functions that pass parameters on to an operation: `**parameters: Unpack[...]`.
"""

from __future__ import annotations

from typing import Required, TypedDict


class AddOffersToArchiveParameters(TypedDict, total=False):
    """Parameters of `Client.add_offers_to_archive`."""

    business_id: Required[int]
    """Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it."""


class DeleteOffersFromArchiveParameters(TypedDict, total=False):
    """Parameters of `Client.delete_offers_from_archive`."""

    business_id: Required[int]
    """Identifier of the business (the cabinet), at least 1; `GET v2/campaigns` returns it."""
