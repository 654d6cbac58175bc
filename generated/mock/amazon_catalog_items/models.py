# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, RootModel
from typing_extensions import TypeAliasType


class Error(BaseModel):
    code: Annotated[str, Field(description="Code of the kind of error.")]
    message: Annotated[str, Field(description="The error in words.")]
    details: Annotated[str | None, Field(description="More about the error, to understand or fix it.")] = None


class ErrorList(BaseModel):
    errors: Annotated[list[Error], Field(description="The errors.")]


class ItemAsin(RootModel[str]):
    root: Annotated[
        str, Field(description="The ASIN (Amazon Standard Identification Number), which no other item of the catalog has.")
    ]


class ItemAttributes(RootModel[dict[str, Any]]):
    root: dict[str, Any]


class ItemBrowseClassification(BaseModel):
    displayName: Annotated[str, Field(description="Name of the classification (browse node) for display.")]
    classificationId: Annotated[str, Field(description="Identifier of the classification (browse node).")]
    parent: Annotated[ItemBrowseClassification | None, Field(description="The classification (browse node) above this one.")] = None


class ItemContributorRole(BaseModel):
    displayName: Annotated[str | None, Field(description="Name of the role in the requested locale, such as Author or Actor.")] = (
        None
    )
    value: Annotated[str, Field(description="Value of the role, such as author or actor.")]


class ItemBrowseClassificationsByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    classifications: Annotated[
        list[ItemBrowseClassification] | None, Field(description="The classifications (browse nodes) in this marketplace.")
    ] = None


class Dimension(BaseModel):
    unit: Annotated[str | None, Field(description="Unit of the value.")] = None
    value: Annotated[float | None, Field(description="The value, in `unit`.")] = None


class Dimensions(BaseModel):
    height: Annotated[Dimension | None, Field(description="Height.")] = None
    length: Annotated[Dimension | None, Field(description="Length.")] = None
    weight: Annotated[Dimension | None, Field(description="Weight.")] = None
    width: Annotated[Dimension | None, Field(description="Width.")] = None


class ItemDimensionsByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    item: Annotated[Dimensions | None, Field(description="Measures of the item itself.")] = None
    package: Annotated[Dimensions | None, Field(description="Measures of the item in its package.")] = None


class ItemIdentifier(BaseModel):
    identifierType: Annotated[
        str, Field(description="Kind of the identifier, such as UPC, EAN or ISBN; any text, unlike `IdentifiersType`.")
    ]
    identifier: Annotated[str, Field(description="The identifier.")]


class ItemProductTypeByMarketplace(BaseModel):
    marketplaceId: Annotated[str | None, Field(description="Identifier of the Amazon marketplace.")] = None
    productType: Annotated[str | None, Field(description="Name of the product type.", examples=["LUGGAGE"])] = None


class ItemClassificationSalesRank(BaseModel):
    classificationId: Annotated[str, Field(description="Identifier of the classification.")]
    title: Annotated[str, Field(description="Title, or name, of the sales rank.")]
    link: Annotated[str | None, Field(description="URL of the page of the Amazon website that belongs to the rank.")] = None
    rank: Annotated[int, Field(description="The rank.")]


class ItemDisplayGroupSalesRank(BaseModel):
    websiteDisplayGroup: Annotated[str, Field(description="Name of the display group.")]
    title: Annotated[str, Field(description="Title, or name, of the sales rank.")]
    link: Annotated[str | None, Field(description="URL of the page of the Amazon website that belongs to the rank.")] = None
    rank: Annotated[int, Field(description="The rank.")]


class ItemVariationTheme(BaseModel):
    attributes: Annotated[list[str] | None, Field(description="Names of the attributes that belong to the theme.")] = None
    theme: Annotated[
        str | None, Field(description="The combination of attributes, as one text.", examples=["COLOR_NAME/STYLE_NAME"])
    ] = None


class ItemVendorDetailsCategory(BaseModel):
    displayName: Annotated[str | None, Field(description="Name of the category for display.")] = None
    value: Annotated[str | None, Field(description="Value (code) of the category.")] = None


class Pagination(BaseModel):
    nextToken: Annotated[str | None, Field(description="Token of the next page.")] = None
    previousToken: Annotated[str | None, Field(description="Token of the previous page.")] = None


class BrandRefinement(BaseModel):
    numberOfResults: Annotated[int, Field(description="Estimated number of items that the narrowed search would still find.")]
    brandName: Annotated[str, Field(description="Name of the brand, for display and for the parameter `brandNames`.")]


class ClassificationRefinement(BaseModel):
    numberOfResults: Annotated[int, Field(description="Estimated number of items that the narrowed search would still find.")]
    displayName: Annotated[str, Field(description="Name of the classification for display.")]
    classificationId: Annotated[str, Field(description="Identifier of the classification, for the parameter `classificationIds`.")]


class Variant(StrEnum):
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
    ASIN = "ASIN"
    EAN = "EAN"
    GTIN = "GTIN"
    ISBN = "ISBN"
    JAN = "JAN"
    MINSAN = "MINSAN"
    SKU = "SKU"
    UPC = "UPC"


class ItemClassification(StrEnum):
    BASE_PRODUCT = "BASE_PRODUCT"
    OTHER = "OTHER"
    PRODUCT_BUNDLE = "PRODUCT_BUNDLE"
    VARIATION_PARENT = "VARIATION_PARENT"


class ItemRelationshipType(StrEnum):
    VARIATION = "VARIATION"
    PACKAGE_HIERARCHY = "PACKAGE_HIERARCHY"


class ReplenishmentCategory(StrEnum):
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


IncludedDataParameter = TypeAliasType("IncludedDataParameter", Annotated[list[IncludedData], Field(min_length=1)])


LocaleParameter = TypeAliasType("LocaleParameter", str)


class BadRequestResponsexAmznRateLimitLimitHeader(RootModel[str]):
    root: str


class BadRequestResponsexAmznRequestIdHeader(RootModel[str]):
    root: str


Catalog20220401ItemsGetQueryIdentifiersParameter = TypeAliasType(
    "Catalog20220401ItemsGetQueryIdentifiersParameter", Annotated[list[str], Field(max_length=20, min_length=1)]
)


Catalog20220401ItemsGetQueryMarketplaceIdsParameter = TypeAliasType(
    "Catalog20220401ItemsGetQueryMarketplaceIdsParameter", Annotated[list[str], Field(max_length=1, min_length=1)]
)


Catalog20220401ItemsGetQuerySellerIdParameter = TypeAliasType("Catalog20220401ItemsGetQuerySellerIdParameter", str)


Catalog20220401ItemsGetQueryKeywordsParameter = TypeAliasType(
    "Catalog20220401ItemsGetQueryKeywordsParameter", Annotated[list[str], Field(max_length=20, min_length=1)]
)


Catalog20220401ItemsGetQueryBrandNamesParameter = TypeAliasType(
    "Catalog20220401ItemsGetQueryBrandNamesParameter", Annotated[list[str], Field(min_length=1)]
)


Catalog20220401ItemsGetQueryClassificationIdsParameter = TypeAliasType(
    "Catalog20220401ItemsGetQueryClassificationIdsParameter", Annotated[list[str], Field(min_length=1)]
)


Catalog20220401ItemsGetQueryPageSizeParameter = TypeAliasType(
    "Catalog20220401ItemsGetQueryPageSizeParameter", Annotated[int, Field(le=20)]
)


Catalog20220401ItemsGetQueryPageTokenParameter = TypeAliasType("Catalog20220401ItemsGetQueryPageTokenParameter", str)


Catalog20220401ItemsGetQueryKeywordsLocaleParameter = TypeAliasType("Catalog20220401ItemsGetQueryKeywordsLocaleParameter", str)


Catalog20220401ItemsAsinGetPathAsinParameter = TypeAliasType(
    "Catalog20220401ItemsAsinGetPathAsinParameter", Annotated[str, Field(min_length=1)]
)


Catalog20220401ItemsAsinGetQueryMarketplaceIdsParameter = TypeAliasType(
    "Catalog20220401ItemsAsinGetQueryMarketplaceIdsParameter", Annotated[list[str], Field(min_length=1)]
)


class ItemContributor(BaseModel):
    role: ItemContributorRole
    value: Annotated[str, Field(description="Name of the contributor, such as Jane Austen.")]


class ItemBrowseClassifications(RootModel[list[ItemBrowseClassificationsByMarketplace]]):
    root: Annotated[
        list[ItemBrowseClassificationsByMarketplace],
        Field(description="Classifications (browse nodes) of an item, by marketplace."),
    ]


class ItemDimensions(RootModel[list[ItemDimensionsByMarketplace]]):
    root: Annotated[list[ItemDimensionsByMarketplace], Field(description="Measures of an item, by marketplace.")]


class ItemIdentifiersByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    identifiers: Annotated[list[ItemIdentifier], Field(description="The identifiers in this marketplace.")]


class ItemImage(BaseModel):
    variant: Variant
    link: Annotated[str, Field(description="URL of the image.")]
    height: Annotated[int, Field(description="Height of the image in pixels.")]
    width: Annotated[int, Field(description="Width of the image in pixels.")]


class ItemProductTypes(RootModel[list[ItemProductTypeByMarketplace]]):
    root: Annotated[list[ItemProductTypeByMarketplace], Field(description="Product types of an item, by marketplace.")]


class ItemSalesRanksByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    classificationRanks: Annotated[
        list[ItemClassificationSalesRank] | None, Field(description="The ranks in this marketplace by classification.")
    ] = None
    displayGroupRanks: Annotated[
        list[ItemDisplayGroupSalesRank] | None, Field(description="The ranks in this marketplace by display group of the website.")
    ] = None


class ItemSummaryByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    adultProduct: Annotated[bool | None, Field(description="Whether the item is for adults, or sexual in nature.")] = None
    autographed: Annotated[bool | None, Field(description="Whether a player or a celebrity has autographed the item.")] = None
    brand: Annotated[str | None, Field(description="Name of the brand.")] = None
    browseClassification: ItemBrowseClassification | None = None
    color: Annotated[str | None, Field(description="Name of the color.")] = None
    contributors: Annotated[
        list[ItemContributor] | None, Field(description="Who contributed to the making of the item, such as authors or actors.")
    ] = None
    itemClassification: ItemClassification | None = None
    itemName: Annotated[str | None, Field(description="Name, or title, of the item.")] = None
    manufacturer: Annotated[str | None, Field(description="Name of the manufacturer.")] = None
    memorabilia: Annotated[
        bool | None,
        Field(
            description="Whether the item is a piece of memorabilia, valued for its connection with history, culture or entertainment.\n"
        ),
    ] = None
    modelNumber: Annotated[str | None, Field(description="Model number.")] = None
    packageQuantity: Annotated[int | None, Field(description="How many of the item are in one package.")] = None
    partNumber: Annotated[str | None, Field(description="Part number.")] = None
    releaseDate: Annotated[date | None, Field(description="First date on which the item can be shipped to customers.")] = None
    size: Annotated[str | None, Field(description="Name of the size.")] = None
    style: Annotated[str | None, Field(description="Name of the style.")] = None
    tradeInEligible: Annotated[bool | None, Field(description="Whether the item can be traded in.")] = None
    websiteDisplayGroup: Annotated[str | None, Field(description="Identifier of the display group of the website.")] = None
    websiteDisplayGroupName: Annotated[str | None, Field(description="Name of the display group of the website.")] = None


class ItemRelationship(BaseModel):
    childAsins: Annotated[list[str] | None, Field(description="ASINs of the items that are children of this one.")] = None
    parentAsins: Annotated[list[str] | None, Field(description="ASINs of the items that are parents of this one.")] = None
    variationTheme: ItemVariationTheme | None = None
    type: ItemRelationshipType


class ItemVendorDetailsByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    brandCode: Annotated[str | None, Field(description="Code of the brand.")] = None
    manufacturerCode: Annotated[str | None, Field(description="Code of the manufacturer.")] = None
    manufacturerCodeParent: Annotated[str | None, Field(description="Vendor code above the code of the manufacturer.")] = None
    productCategory: Annotated[ItemVendorDetailsCategory | None, Field(description="The product category.")] = None
    productGroup: Annotated[str | None, Field(description="The product group.")] = None
    productSubcategory: Annotated[ItemVendorDetailsCategory | None, Field(description="The product subcategory.")] = None
    replenishmentCategory: ReplenishmentCategory | None = None


class Refinements(BaseModel):
    brands: Annotated[list[BrandRefinement], Field(description="Brands to narrow the search to.")]
    classifications: Annotated[list[ClassificationRefinement], Field(description="Classifications to narrow the search to.")]


class ItemIdentifiers(RootModel[list[ItemIdentifiersByMarketplace]]):
    root: Annotated[
        list[ItemIdentifiersByMarketplace], Field(description="Identifiers of an item, such as UPC and EAN, by marketplace.")
    ]


class ItemImagesByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    images: Annotated[list[ItemImage], Field(description="The images in this marketplace.")]


class ItemSalesRanks(RootModel[list[ItemSalesRanksByMarketplace]]):
    root: Annotated[list[ItemSalesRanksByMarketplace], Field(description="Sales ranks of an item, by marketplace.")]


class ItemSummaries(RootModel[list[ItemSummaryByMarketplace]]):
    root: Annotated[list[ItemSummaryByMarketplace], Field(description="Summaries of an item, by marketplace.")]


class ItemRelationshipsByMarketplace(BaseModel):
    marketplaceId: Annotated[str, Field(description="Identifier of the Amazon marketplace.")]
    relationships: Annotated[list[ItemRelationship], Field(description="The relationships in this marketplace.")]


class ItemVendorDetails(RootModel[list[ItemVendorDetailsByMarketplace]]):
    root: Annotated[list[ItemVendorDetailsByMarketplace], Field(description="What vendors alone see of an item, by marketplace.")]


class ItemImages(RootModel[list[ItemImagesByMarketplace]]):
    root: Annotated[list[ItemImagesByMarketplace], Field(description="Images of an item, by marketplace.")]


class ItemRelationships(RootModel[list[ItemRelationshipsByMarketplace]]):
    root: Annotated[
        list[ItemRelationshipsByMarketplace], Field(description="Relationships of an item, variations for example, by marketplace.")
    ]


class Item(BaseModel):
    asin: ItemAsin
    attributes: ItemAttributes | None = None
    classifications: ItemBrowseClassifications | None = None
    dimensions: ItemDimensions | None = None
    identifiers: ItemIdentifiers | None = None
    images: ItemImages | None = None
    productTypes: ItemProductTypes | None = None
    relationships: ItemRelationships | None = None
    salesRanks: ItemSalesRanks | None = None
    summaries: ItemSummaries | None = None
    vendorDetails: ItemVendorDetails | None = None


class ItemSearchResults(BaseModel):
    numberOfResults: Annotated[
        int,
        Field(
            description="How many items the search found: the exact number in a search by identifiers, an estimate in one by keywords. A response\nnever has more than one page of them, and at most 1,000 can be paged through.\n"
        ),
    ]
    pagination: Annotated[
        Pagination | None, Field(description="The tokens of the pages before and after this one, where there are such pages.")
    ] = None
    refinements: Annotated[Refinements | None, Field(description="How a search by keywords can be narrowed.")] = None
    items: Annotated[list[Item], Field(description="The items of this page.")]


ItemBrowseClassification.model_rebuild()
