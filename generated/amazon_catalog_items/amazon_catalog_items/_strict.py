# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""What every request is checked against before it is sent."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from ._runtime.models import Model


class IdentifiersType(StrEnum):
    ASIN = "ASIN"
    EAN = "EAN"
    GTIN = "GTIN"
    ISBN = "ISBN"
    JAN = "JAN"
    MINSAN = "MINSAN"
    SKU = "SKU"
    UPC = "UPC"


class IncludedData(StrEnum):
    ATTRIBUTES = "attributes"
    CLASSIFICATIONS = "classifications"
    DIMENSIONS = "dimensions"
    IDENTIFIERS = "identifiers"
    IMAGES = "images"
    PRODUCT_TYPES = "productTypes"
    RELATIONSHIPS = "relationships"
    SALES_RANKS = "salesRanks"
    SUMMARIES = "summaries"
    VENDOR_DETAILS = "vendorDetails"


class SearchCatalogItemsParameters(Model, kw_only=True):
    marketplace_ids: Annotated[list[str], Meta(max_length=1, min_length=1)]
    identifiers: Annotated[list[str], Meta(max_length=20, min_length=1)] | UnsetType = UNSET
    identifiers_type: IdentifiersType | UnsetType = UNSET
    included_data: Annotated[list[IncludedData], Meta(min_length=1)] | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    seller_id: str | UnsetType = UNSET
    keywords: Annotated[list[str], Meta(max_length=20, min_length=1)] | UnsetType = UNSET
    brand_names: Annotated[list[str], Meta(min_length=1)] | UnsetType = UNSET
    classification_ids: Annotated[list[str], Meta(min_length=1)] | UnsetType = UNSET
    page_size: Annotated[int, Meta(le=20)] | UnsetType = UNSET
    page_token: str | UnsetType = UNSET
    keywords_locale: str | UnsetType = UNSET


class GetCatalogItemParameters(Model, kw_only=True):
    asin: Annotated[str, Meta(min_length=1)]
    marketplace_ids: Annotated[list[str], Meta(min_length=1)]
    included_data: Annotated[list[IncludedData], Meta(min_length=1)] | UnsetType = UNSET
    locale: str | UnsetType = UNSET
