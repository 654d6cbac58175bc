"""The data sets of an item in the mock of Amazon's catalog.

`locales` has the requested marketplaces, and the locale of the data for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final

from generated.mock.amazon_catalog_items import models
from scripts.mock.vendors.amazon_catalog_items.items import (
    BRANDS,
    CLASSIFICATIONS,
    FAMILY,
    Items,
    brand,
    classification,
    code,
    parent,
)

_Locales = Mapping[str, str]


def item(items: Items, number: int, data: Collection[models.IncludedData], locales: _Locales) -> models.Item:
    """Return an item with the requested data sets."""
    sets: dict[str, Any] = {str(each): _SETS[each](items, number, locales) for each in data}
    return models.Item(asin=models.ItemAsin(code("ASIN", number)), **sets)


def put_oddities(item: dict[str, Any]) -> None:
    """Put values that the document does not list into the open enums of an item in JSON."""
    for marketplace in item.get("summaries", ()):
        marketplace["itemClassification"] = "DIGITAL_BUNDLE"
    for marketplace in item.get("images", ()):
        marketplace["images"][-1]["variant"] = "PT09"
    for marketplace in item.get("relationships", ()):
        marketplace["relationships"].append({"type": "ACCESSORY", "childAsins": [code("ASIN", 1)]})
    for marketplace in item.get("vendorDetails", ()):
        marketplace["replenishmentCategory"] = "SEASON_OVER"


def _attributes(_: Items, number: int, locales: _Locales) -> models.ItemAttributes:
    return models.ItemAttributes(
        {
            "item_name": [
                {"value": _name(number, locale), "language_tag": locale, "marketplace_id": marketplace}
                for marketplace, locale in locales.items()
            ],
            "brand": [{"value": brand(number), "marketplace_id": marketplace} for marketplace in locales],
            "item_weight": [{"unit": "pounds", "value": _weight(number), "marketplace_id": marketplace} for marketplace in locales],
        }
    )


def _classifications(_: Items, number: int, locales: _Locales) -> models.ItemBrowseClassifications:
    classifications = [_classified(number)]
    return models.ItemBrowseClassifications(
        [
            models.ItemBrowseClassificationsByMarketplace(marketplaceId=marketplace, classifications=classifications)
            for marketplace in locales
        ]
    )


def _dimensions(_: Items, number: int, locales: _Locales) -> models.ItemDimensions:
    bare, packed = _measured(number, wrapping=0), _measured(number, wrapping=0.5)
    return models.ItemDimensions(
        [models.ItemDimensionsByMarketplace(marketplaceId=marketplace, item=bare, package=packed) for marketplace in locales]
    )


def _identifiers(items: Items, number: int, locales: _Locales) -> models.ItemIdentifiers:
    identifiers = [
        models.ItemIdentifier(identifierType=kind, identifier=value)
        for kind, value in items.identifiers(number).items()
        if kind != "ASIN"
    ]
    return models.ItemIdentifiers(
        [models.ItemIdentifiersByMarketplace(marketplaceId=marketplace, identifiers=identifiers) for marketplace in locales]
    )


def _images(_: Items, number: int, locales: _Locales) -> models.ItemImages:
    link = f"https://images.example.com/I/{code('ASIN', number)}"
    images = [
        models.ItemImage(variant=variant, link=f"{link}.{variant}.jpg", height=1500, width=1200)
        for variant in (models.Variant.MAIN, models.Variant.PT01, models.Variant.SWCH)
    ]
    return models.ItemImages([models.ItemImagesByMarketplace(marketplaceId=marketplace, images=images) for marketplace in locales])


def _product_types(_: Items, number: int, locales: _Locales) -> models.ItemProductTypes:
    kind = CLASSIFICATIONS[classification(number)].upper().replace("-", "_").replace(" ", "_")
    return models.ItemProductTypes(
        [models.ItemProductTypeByMarketplace(marketplaceId=marketplace, productType=kind) for marketplace in locales]
    )


def _relationships(items: Items, number: int, locales: _Locales) -> models.ItemRelationships:
    variation = models.ItemRelationshipType.VARIATION
    theme = models.ItemVariationTheme(attributes=["color", "size"], theme="COLOR_NAME/SIZE_NAME")
    above = parent(number)
    relationships: list[models.ItemRelationship] = []
    if above == number:
        children = [code("ASIN", each) for each in range(number - FAMILY + 1, number)]
        relationships.append(models.ItemRelationship(type=variation, variationTheme=theme, childAsins=children))
    elif above <= items.size:
        relationships.append(models.ItemRelationship(type=variation, variationTheme=theme, parentAsins=[code("ASIN", above)]))
    return models.ItemRelationships(
        [models.ItemRelationshipsByMarketplace(marketplaceId=marketplace, relationships=relationships) for marketplace in locales]
    )


def _sales_ranks(_: Items, number: int, locales: _Locales) -> models.ItemSalesRanks:
    node = classification(number)
    narrow = models.ItemClassificationSalesRank(classificationId=node, title=CLASSIFICATIONS[node], rank=number)
    wide = models.ItemDisplayGroupSalesRank(websiteDisplayGroup="home_display_on_website", title="Home", rank=number * 3)
    return models.ItemSalesRanks(
        [
            models.ItemSalesRanksByMarketplace(marketplaceId=marketplace, classificationRanks=[narrow], displayGroupRanks=[wide])
            for marketplace in locales
        ]
    )


def _summaries(_: Items, number: int, locales: _Locales) -> models.ItemSummaries:
    above = parent(number)
    designer = models.ItemContributor(
        role=models.ItemContributorRole(displayName="Designer", value="designer"), value="Ada Lindqvist"
    )
    kind = models.ItemClassification.VARIATION_PARENT if number == above else models.ItemClassification.BASE_PRODUCT
    return models.ItemSummaries(
        [
            models.ItemSummaryByMarketplace(
                marketplaceId=marketplace,
                adultProduct=False,
                brand=brand(number),
                browseClassification=_classified(number),
                contributors=[designer],
                itemClassification=kind,
                itemName=_name(number, locale),
                manufacturer=f"{brand(number)} Goods",
                modelNumber=f"M-{above}",
                packageQuantity=1,
                partNumber=f"M-{above}-{number % FAMILY}",
                releaseDate=date(2020, 1, 1) + timedelta(days=number % 1000),
                websiteDisplayGroup="home_display_on_website",
                websiteDisplayGroupName="Home",
            )
            for marketplace, locale in locales.items()
        ]
    )


def _vendor_details(_: Items, number: int, locales: _Locales) -> models.ItemVendorDetails:
    categories = list(models.ReplenishmentCategory)
    node = classification(number)
    return models.ItemVendorDetails(
        [
            models.ItemVendorDetailsByMarketplace(
                marketplaceId=marketplace,
                brandCode=f"BR{BRANDS.index(brand(number)):03}",
                manufacturerCode="MOCKS",
                productCategory=models.ItemVendorDetailsCategory(displayName=CLASSIFICATIONS[node], value=node),
                productGroup="Home",
                replenishmentCategory=categories[number % len(categories)],
            )
            for marketplace in locales
        ]
    )


_SETS: Final[Mapping[models.IncludedData, Callable[[Items, int, _Locales], object]]] = {
    models.IncludedData.attributes: _attributes,
    models.IncludedData.classifications: _classifications,
    models.IncludedData.dimensions: _dimensions,
    models.IncludedData.identifiers: _identifiers,
    models.IncludedData.images: _images,
    models.IncludedData.productTypes: _product_types,
    models.IncludedData.relationships: _relationships,
    models.IncludedData.salesRanks: _sales_ranks,
    models.IncludedData.summaries: _summaries,
    models.IncludedData.vendorDetails: _vendor_details,
}


def _name(number: int, locale: str) -> str:
    return f"{brand(number)} {CLASSIFICATIONS[classification(number)]} {number} ({locale})"


def _weight(number: int) -> float:
    return 1 + number % 50 / 10


def _classified(number: int) -> models.ItemBrowseClassification:
    node = classification(number)
    return models.ItemBrowseClassification(
        displayName=CLASSIFICATIONS[node],
        classificationId=node,
        parent=models.ItemBrowseClassification(displayName="All Departments", classificationId="900000001"),
    )


def _measured(number: int, *, wrapping: float) -> models.Dimensions:
    inches = {
        name: models.Dimension(unit="inches", value=value + wrapping)
        for name, value in (("height", 20), ("length", 10 + number % 7), ("width", 8))
    }
    return models.Dimensions(**inches, weight=models.Dimension(unit="pounds", value=_weight(number) + wrapping))
