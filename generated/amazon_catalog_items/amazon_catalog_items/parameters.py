# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Parameters of the operations of Amazon Selling Partner API, Catalog Items, one TypedDict each.

They annotate functions that pass parameters on to an operation: `**parameters: Unpack[...]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Required, TypedDict

from . import models


class SearchCatalogItemsParameters(TypedDict, total=False):
    """Parameters of `Client.search_catalog_items`."""

    marketplace_ids: Required[Sequence[str]]
    """The Amazon marketplace that is searched; a list of at most 1 marketplace identifier."""

    identifiers: Sequence[str] | None
    """Product identifiers to search for, at most 20. Cannot be combined with `keywords`; needs `identifiersType`."""

    identifiers_type: models.IdentifiersType | str | None
    """Which kind of identifier `identifiers` holds. Required with `identifiers`; the kind `SKU` needs `sellerId`."""

    included_data: Sequence[models.IncludedData | str] | None
    """Data sets of an item that the response has. Default: ['summaries']."""

    locale: str | None
    """Locale of the localized summaries, by default the primary locale of the marketplace."""

    seller_id: str | None
    """Identifier of the selling partner, such as a seller account or a vendor code. Required where `identifiersType` is `SKU`."""

    keywords: Sequence[str] | None
    """Words to search for, at most 20. Cannot be combined with `identifiers`."""

    brand_names: Sequence[str] | None
    """Brand names to which a search by keywords is limited. Cannot be combined with `identifiers`."""

    classification_ids: Sequence[str] | None
    """Identifiers of classifications (browse nodes) to which a search by keywords is limited. Cannot be combined with
    `identifiers`.
    """

    page_size: int | None
    """Number of items on a page, at most 20. Default: 10."""

    page_token: str | None
    """Token of the page to get: the `nextToken` or `previousToken` of an earlier response. All parameters of the first request
    are sent again with it.
    """

    keywords_locale: str | None
    """Language of the keywords; default: the primary locale of the marketplace. Cannot be combined with `identifiers`."""


class GetCatalogItemParameters(TypedDict, total=False):
    """Parameters of `Client.get_catalog_item`."""

    asin: Required[str]
    """The ASIN (Amazon Standard Identification Number) of the item."""

    marketplace_ids: Required[Sequence[str]]
    """The Amazon marketplaces whose data is wanted; the response has data of no other one. The document sets no largest number
    of them.
    """

    included_data: Sequence[models.IncludedData | str] | None
    """Data sets of an item that the response has. Default: ['summaries']."""

    locale: str | None
    """Locale of the localized summaries, by default the primary locale of the marketplace."""
