# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Types of the requests and responses of Amazon Selling Partner API, Catalog Items, as msgspec Structs.

A field that is `UNSET` is absent, which is not the same as `None` (null). `UNSET` is false, like None.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import UNSET, UnsetType, field

from ._runtime.models import Model, OpenStrEnum


class Error(Model, kw_only=True):
    """An error."""

    code: str
    """Code of the kind of error."""
    message: str
    """The error in words."""
    details: str | None | UnsetType = UNSET
    """More about the error, to understand or fix it."""


class ErrorList(Model, kw_only=True):
    """The body of every error response."""

    errors: list[Error]
    """The errors."""


ItemAsin: TypeAlias = str


ItemAttributes: TypeAlias = dict[str, Any]


class ItemBrowseClassification(Model, kw_only=True):
    """A classification (browse node) of an item."""

    display_name: str = field(name="displayName")
    """Name of the classification (browse node) for display."""
    classification_id: str = field(name="classificationId")
    """Identifier of the classification (browse node)."""
    parent: ItemBrowseClassification | None | UnsetType = UNSET
    """The classification (browse node) above this one."""


class ItemContributorRole(Model, kw_only=True):
    """What a contributor did for the making of an item, such as author or actor."""

    value: str
    """Value of the role, such as author or actor."""
    display_name: str | None | UnsetType = field(name="displayName", default=UNSET)
    """Name of the role in the requested locale, such as Author or Actor."""


class ItemBrowseClassificationsByMarketplace(Model, kw_only=True):
    """Classifications (browse nodes) of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    classifications: list[ItemBrowseClassification] | None | UnsetType = UNSET
    """The classifications (browse nodes) in this marketplace."""


class Dimension(Model, kw_only=True):
    """One measure of an item or of its package."""

    unit: str | None | UnsetType = UNSET
    """Unit of the value."""
    value: float | None | UnsetType = UNSET
    """The value, in `unit`."""


class Dimensions(Model, kw_only=True):
    """The measures of an item or of its package."""

    height: Dimension | None | UnsetType = UNSET
    """Height."""
    length: Dimension | None | UnsetType = UNSET
    """Length."""
    weight: Dimension | None | UnsetType = UNSET
    """Weight."""
    width: Dimension | None | UnsetType = UNSET
    """Width."""


class ItemDimensionsByMarketplace(Model, kw_only=True):
    """Measures of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    item: Dimensions | None | UnsetType = UNSET
    """Measures of the item itself."""
    package: Dimensions | None | UnsetType = UNSET
    """Measures of the item in its package."""


class ItemIdentifier(Model, kw_only=True):
    """An identifier of an item, such as a UPC or an EAN."""

    identifier_type: str = field(name="identifierType")
    """Kind of the identifier, such as UPC, EAN or ISBN; any text, unlike `IdentifiersType`."""
    identifier: str
    """The identifier."""


class ItemProductTypeByMarketplace(Model, kw_only=True):
    """Product type of an item in one marketplace."""

    marketplace_id: str | None | UnsetType = field(name="marketplaceId", default=UNSET)
    """Identifier of the Amazon marketplace."""
    product_type: str | None | UnsetType = field(name="productType", default=UNSET)
    """Name of the product type."""


class ItemClassificationSalesRank(Model, kw_only=True):
    """Sales rank of an item within a classification."""

    classification_id: str = field(name="classificationId")
    """Identifier of the classification."""
    title: str
    """Title, or name, of the sales rank."""
    rank: int
    """The rank."""
    link: str | None | UnsetType = UNSET
    """URL of the page of the Amazon website that belongs to the rank."""


class ItemDisplayGroupSalesRank(Model, kw_only=True):
    """Sales rank of an item within a display group of the website."""

    website_display_group: str = field(name="websiteDisplayGroup")
    """Name of the display group."""
    title: str
    """Title, or name, of the sales rank."""
    rank: int
    """The rank."""
    link: str | None | UnsetType = UNSET
    """URL of the page of the Amazon website that belongs to the rank."""


class ItemVariationTheme(Model, kw_only=True):
    """Which attributes, combined, make a variation family; for relationships of the type `VARIATION`."""

    attributes: list[str] | None | UnsetType = UNSET
    """Names of the attributes that belong to the theme."""
    theme: str | None | UnsetType = UNSET
    """The combination of attributes, as one text."""


class ItemVendorDetailsCategory(Model, kw_only=True):
    """A product category or subcategory of an item."""

    display_name: str | None | UnsetType = field(name="displayName", default=UNSET)
    """Name of the category for display."""
    value: str | None | UnsetType = UNSET
    """Value (code) of the category."""


class Pagination(Model, kw_only=True):
    """Tokens of the neighbouring pages of a response that has more items than one page holds. A token goes into the parameter
    `pageToken` of the next request; the last page has no `nextToken`.
    """

    next_token: str | None | UnsetType = field(name="nextToken", default=UNSET)
    """Token of the next page."""
    previous_token: str | None | UnsetType = field(name="previousToken", default=UNSET)
    """Token of the previous page."""


class BrandRefinement(Model, kw_only=True):
    """A brand to narrow a search to."""

    number_of_results: int = field(name="numberOfResults")
    """Estimated number of items that the narrowed search would still find."""
    brand_name: str = field(name="brandName")
    """Name of the brand, for display and for the parameter `brandNames`."""


class ClassificationRefinement(Model, kw_only=True):
    """A classification to narrow a search to."""

    number_of_results: int = field(name="numberOfResults")
    """Estimated number of items that the narrowed search would still find."""
    display_name: str = field(name="displayName")
    """Name of the classification for display."""
    classification_id: str = field(name="classificationId")
    """Identifier of the classification, for the parameter `classificationIds`."""


class Variant(OpenStrEnum):
    """Which of an item's images it is.

    - `MAIN`: the main image
    - `PT01` to `PT08`: another image, numbered from 1 to 8
    - `SWCH`: the swatch
    """

    MAIN = "MAIN"
    PT01 = "PT01"
    PT02 = "PT02"
    PT03 = "PT03"
    PT04 = "PT04"
    PT05 = "PT05"
    PT06 = "PT06"
    PT07 = "PT07"
    PT08 = "PT08"
    SWCH = "SWCH"


class IdentifiersType(StrEnum):
    """Kind of the identifiers that are searched for; required with them.

    - `ASIN`: Amazon Standard Identification Number
    - `EAN`: European Article Number
    - `GTIN`: Global Trade Item Number
    - `ISBN`: International Standard Book Number
    - `JAN`: Japanese Article Number
    - `MINSAN`: Minsan code
    - `SKU`: Stock Keeping Unit, by which a seller identifies a listing at Amazon; needs `sellerId`
    - `UPC`: Universal Product Code
    """

    ASIN = "ASIN"
    EAN = "EAN"
    GTIN = "GTIN"
    ISBN = "ISBN"
    JAN = "JAN"
    MINSAN = "MINSAN"
    SKU = "SKU"
    UPC = "UPC"


class ItemClassification(OpenStrEnum):
    """What kind of catalog item it is.

    - `BASE_PRODUCT`: a product that stands alone, or a child of a variation family
    - `OTHER`: none of the other three
    - `PRODUCT_BUNDLE`: a parent that stands for a bundle of items
    - `VARIATION_PARENT`: a parent that groups its children into a variation family
    """

    BASE_PRODUCT = "BASE_PRODUCT"
    OTHER = "OTHER"
    PRODUCT_BUNDLE = "PRODUCT_BUNDLE"
    VARIATION_PARENT = "VARIATION_PARENT"


class ItemRelationshipType(OpenStrEnum):
    """Kind of the relationship.

    - `VARIATION`: the requested item is the parent or a child of the related items in a variation family
    - `PACKAGE_HIERARCHY`: the requested item is a package that holds the related items, or is held by them
    """

    VARIATION = "VARIATION"
    PACKAGE_HIERARCHY = "PACKAGE_HIERARCHY"


class ReplenishmentCategory(OpenStrEnum):
    """How Amazon's stock of an item is replenished.

    - `ALLOCATED`: bought by hand, from stock that the vendor has allocated to Amazon
    - `BASIC_REPLENISHMENT`: bought by hand
    - `IN_SEASON`: bought by hand, for seasonal items
    - `LIMITED_REPLENISHMENT`: waits in a queue to become `NEW_PRODUCT`
    - `MANUFACTURER_OUT_OF_STOCK`: the vendor is out of stock for longer and cannot backorder
    - `NEW_PRODUCT`: new, and not yet in Amazon's stock
    - `NON_REPLENISHABLE`: a parent for an assortment on a detail page, no actual item
    - `NON_STOCKUPABLE`: shipped by the vendor, and not kept in Amazon's fulfillment centers
    - `OBSOLETE`: obsolete, and not to be ordered
    - `PLANNED_REPLENISHMENT`: active, and to be ordered automatically
    """

    ALLOCATED = "ALLOCATED"
    BASIC_REPLENISHMENT = "BASIC_REPLENISHMENT"
    IN_SEASON = "IN_SEASON"
    LIMITED_REPLENISHMENT = "LIMITED_REPLENISHMENT"
    MANUFACTURER_OUT_OF_STOCK = "MANUFACTURER_OUT_OF_STOCK"
    NEW_PRODUCT = "NEW_PRODUCT"
    NON_REPLENISHABLE = "NON_REPLENISHABLE"
    NON_STOCKUPABLE = "NON_STOCKUPABLE"
    OBSOLETE = "OBSOLETE"
    PLANNED_REPLENISHMENT = "PLANNED_REPLENISHMENT"


class IncludedData(StrEnum):
    """A data set of an item.

    - `attributes`: structured attributes by name, in the form of the product type's definition
    - `classifications`: classifications (browse nodes)
    - `dimensions`: measures of the item and of its package
    - `identifiers`: identifiers such as UPC and EAN
    - `images`: images
    - `productTypes`: product types
    - `relationships`: relationships to other items, such as variations
    - `salesRanks`: sales ranks
    - `summaries`: a summary; `attributes` has more details
    - `vendorDetails`: details that vendors alone are given
    """

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


class ItemContributor(Model, kw_only=True):
    """Somebody who contributed to the making of an item, such as its author or an actor."""

    role: ItemContributorRole
    """What a contributor did for the making of an item, such as author or actor."""
    value: str
    """Name of the contributor, such as Jane Austen."""


ItemBrowseClassifications: TypeAlias = list[ItemBrowseClassificationsByMarketplace]


ItemDimensions: TypeAlias = list[ItemDimensionsByMarketplace]


class ItemIdentifiersByMarketplace(Model, kw_only=True):
    """Identifiers of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    identifiers: list[ItemIdentifier]
    """The identifiers in this marketplace."""


class ItemImage(Model, kw_only=True):
    """An image of an item."""

    variant: Variant
    """Which of an item's images it is.

    - `MAIN`: the main image
    - `PT01` to `PT08`: another image, numbered from 1 to 8
    - `SWCH`: the swatch
    """
    link: str
    """URL of the image."""
    height: int
    """Height of the image in pixels."""
    width: int
    """Width of the image in pixels."""


ItemProductTypes: TypeAlias = list[ItemProductTypeByMarketplace]


class ItemSalesRanksByMarketplace(Model, kw_only=True):
    """Sales ranks of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    classification_ranks: list[ItemClassificationSalesRank] | None | UnsetType = field(name="classificationRanks", default=UNSET)
    """The ranks in this marketplace by classification."""
    display_group_ranks: list[ItemDisplayGroupSalesRank] | None | UnsetType = field(name="displayGroupRanks", default=UNSET)
    """The ranks in this marketplace by display group of the website."""


class ItemSummaryByMarketplace(Model, kw_only=True):
    """Summary of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    adult_product: bool | None | UnsetType = field(name="adultProduct", default=UNSET)
    """Whether the item is for adults, or sexual in nature."""
    autographed: bool | None | UnsetType = UNSET
    """Whether a player or a celebrity has autographed the item."""
    brand: str | None | UnsetType = UNSET
    """Name of the brand."""
    browse_classification: ItemBrowseClassification | None | UnsetType = field(name="browseClassification", default=UNSET)
    """A classification (browse node) of an item."""
    color: str | None | UnsetType = UNSET
    """Name of the color."""
    contributors: list[ItemContributor] | None | UnsetType = UNSET
    """Who contributed to the making of the item, such as authors or actors."""
    item_classification: ItemClassification | None | UnsetType = field(name="itemClassification", default=UNSET)
    """What kind of catalog item it is.

    - `BASE_PRODUCT`: a product that stands alone, or a child of a variation family
    - `OTHER`: none of the other three
    - `PRODUCT_BUNDLE`: a parent that stands for a bundle of items
    - `VARIATION_PARENT`: a parent that groups its children into a variation family
    """
    item_name: str | None | UnsetType = field(name="itemName", default=UNSET)
    """Name, or title, of the item."""
    manufacturer: str | None | UnsetType = UNSET
    """Name of the manufacturer."""
    memorabilia: bool | None | UnsetType = UNSET
    """Whether the item is a piece of memorabilia, valued for its connection with history, culture or entertainment."""
    model_number: str | None | UnsetType = field(name="modelNumber", default=UNSET)
    """Model number."""
    package_quantity: int | None | UnsetType = field(name="packageQuantity", default=UNSET)
    """How many of the item are in one package."""
    part_number: str | None | UnsetType = field(name="partNumber", default=UNSET)
    """Part number."""
    release_date: str | None | UnsetType = field(name="releaseDate", default=UNSET)
    """First date on which the item can be shipped to customers."""
    size: str | None | UnsetType = UNSET
    """Name of the size."""
    style: str | None | UnsetType = UNSET
    """Name of the style."""
    trade_in_eligible: bool | None | UnsetType = field(name="tradeInEligible", default=UNSET)
    """Whether the item can be traded in."""
    website_display_group: str | None | UnsetType = field(name="websiteDisplayGroup", default=UNSET)
    """Identifier of the display group of the website."""
    website_display_group_name: str | None | UnsetType = field(name="websiteDisplayGroupName", default=UNSET)
    """Name of the display group of the website."""


class ItemRelationship(Model, kw_only=True):
    """A relationship of an item to others."""

    type: ItemRelationshipType
    """Kind of the relationship.

    - `VARIATION`: the requested item is the parent or a child of the related items in a variation family
    - `PACKAGE_HIERARCHY`: the requested item is a package that holds the related items, or is held by them
    """
    child_asins: list[str] | None | UnsetType = field(name="childAsins", default=UNSET)
    """ASINs of the items that are children of this one."""
    parent_asins: list[str] | None | UnsetType = field(name="parentAsins", default=UNSET)
    """ASINs of the items that are parents of this one."""
    variation_theme: ItemVariationTheme | None | UnsetType = field(name="variationTheme", default=UNSET)
    """Which attributes, combined, make a variation family; for relationships of the type `VARIATION`."""


class ItemVendorDetailsByMarketplace(Model, kw_only=True):
    """What vendors alone see of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    brand_code: str | None | UnsetType = field(name="brandCode", default=UNSET)
    """Code of the brand."""
    manufacturer_code: str | None | UnsetType = field(name="manufacturerCode", default=UNSET)
    """Code of the manufacturer."""
    manufacturer_code_parent: str | None | UnsetType = field(name="manufacturerCodeParent", default=UNSET)
    """Vendor code above the code of the manufacturer."""
    product_category: ItemVendorDetailsCategory | None | UnsetType = field(name="productCategory", default=UNSET)
    """The product category."""
    product_group: str | None | UnsetType = field(name="productGroup", default=UNSET)
    """The product group."""
    product_subcategory: ItemVendorDetailsCategory | None | UnsetType = field(name="productSubcategory", default=UNSET)
    """The product subcategory."""
    replenishment_category: ReplenishmentCategory | None | UnsetType = field(name="replenishmentCategory", default=UNSET)
    """How Amazon's stock of an item is replenished.

    - `ALLOCATED`: bought by hand, from stock that the vendor has allocated to Amazon
    - `BASIC_REPLENISHMENT`: bought by hand
    - `IN_SEASON`: bought by hand, for seasonal items
    - `LIMITED_REPLENISHMENT`: waits in a queue to become `NEW_PRODUCT`
    - `MANUFACTURER_OUT_OF_STOCK`: the vendor is out of stock for longer and cannot backorder
    - `NEW_PRODUCT`: new, and not yet in Amazon's stock
    - `NON_REPLENISHABLE`: a parent for an assortment on a detail page, no actual item
    - `NON_STOCKUPABLE`: shipped by the vendor, and not kept in Amazon's fulfillment centers
    - `OBSOLETE`: obsolete, and not to be ordered
    - `PLANNED_REPLENISHMENT`: active, and to be ordered automatically
    """


class Refinements(Model, kw_only=True):
    """How a search can be narrowed."""

    brands: list[BrandRefinement]
    """Brands to narrow the search to."""
    classifications: list[ClassificationRefinement]
    """Classifications to narrow the search to."""


ItemIdentifiers: TypeAlias = list[ItemIdentifiersByMarketplace]


class ItemImagesByMarketplace(Model, kw_only=True):
    """Images of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    images: list[ItemImage]
    """The images in this marketplace."""


ItemSalesRanks: TypeAlias = list[ItemSalesRanksByMarketplace]


ItemSummaries: TypeAlias = list[ItemSummaryByMarketplace]


class ItemRelationshipsByMarketplace(Model, kw_only=True):
    """Relationships of an item in one marketplace."""

    marketplace_id: str = field(name="marketplaceId")
    """Identifier of the Amazon marketplace."""
    relationships: list[ItemRelationship]
    """The relationships in this marketplace."""


ItemVendorDetails: TypeAlias = list[ItemVendorDetailsByMarketplace]


ItemImages: TypeAlias = list[ItemImagesByMarketplace]


ItemRelationships: TypeAlias = list[ItemRelationshipsByMarketplace]


class Item(Model, kw_only=True):
    """An item of the Amazon catalog. Each field but the ASIN is a data set, and there only if `includedData` of the request
    names it.
    """

    asin: ItemAsin
    """The ASIN (Amazon Standard Identification Number), which no other item of the catalog has."""
    attributes: ItemAttributes | None | UnsetType = UNSET
    """The structured attributes of an item, by attribute name. Their form is that of the item's product type, which the
    Selling Partner API for Product Type Definitions describes.
    """
    classifications: ItemBrowseClassifications | None | UnsetType = UNSET
    """Classifications (browse nodes) of an item, by marketplace."""
    dimensions: ItemDimensions | None | UnsetType = UNSET
    """Measures of an item, by marketplace."""
    identifiers: ItemIdentifiers | None | UnsetType = UNSET
    """Identifiers of an item, such as UPC and EAN, by marketplace."""
    images: ItemImages | None | UnsetType = UNSET
    """Images of an item, by marketplace."""
    product_types: ItemProductTypes | None | UnsetType = field(name="productTypes", default=UNSET)
    """Product types of an item, by marketplace."""
    relationships: ItemRelationships | None | UnsetType = UNSET
    """Relationships of an item, variations for example, by marketplace."""
    sales_ranks: ItemSalesRanks | None | UnsetType = field(name="salesRanks", default=UNSET)
    """Sales ranks of an item, by marketplace."""
    summaries: ItemSummaries | None | UnsetType = UNSET
    """Summaries of an item, by marketplace."""
    vendor_details: ItemVendorDetails | None | UnsetType = field(name="vendorDetails", default=UNSET)
    """What vendors alone see of an item, by marketplace."""


class ItemSearchResults(Model, kw_only=True):
    """A page of the items that a search found, and what belongs to the search."""

    number_of_results: int = field(name="numberOfResults")
    """How many items the search found: the exact number in a search by identifiers, an estimate in one by keywords. A response
    never has more than one page of them, and at most 1,000 can be paged through.
    """
    items: list[Item]
    """The items of this page."""
    pagination: Pagination | None | UnsetType = UNSET
    """The tokens of the pages before and after this one, where there are such pages."""
    refinements: Refinements | None | UnsetType = UNSET
    """How a search by keywords can be narrowed."""
