"""The data sets of an item in the mock of Amazon's catalog, as JSON. The generated models check them.

`locale` is that of the data for one of the requested marketplaces; `locales` has all of them.
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

_Json = dict[str, Any]


def item(items: Items, number: int, data: Collection[models.IncludedData], locales: Mapping[str, str]) -> models.Item:
    """Return an item with the requested data sets."""
    content: _Json = {"asin": code("ASIN", number)}
    for each in data:
        if each == models.IncludedData.attributes:
            content[each] = _attributes(number, locales)
        else:
            content[each] = [
                {"marketplaceId": marketplace, **_SETS[each](items, number, locale)} for marketplace, locale in locales.items()
            ]
    return models.Item.model_validate(content)


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


def _attributes(number: int, locales: Mapping[str, str]) -> _Json:
    return {
        "item_name": [
            {"value": _name(number, locale), "language_tag": locale, "marketplace_id": marketplace}
            for marketplace, locale in locales.items()
        ],
        "brand": [{"value": brand(number), "marketplace_id": marketplace} for marketplace in locales],
        "item_weight": [{"unit": "pounds", "value": _weight(number), "marketplace_id": marketplace} for marketplace in locales],
    }


def _classifications(_: Items, number: int, __: str) -> _Json:
    return {"classifications": [_classified(number)]}


def _dimensions(_: Items, number: int, __: str) -> _Json:
    return {"item": _measured(number, wrapping=0), "package": _measured(number, wrapping=0.5)}


def _identifiers(items: Items, number: int, _: str) -> _Json:
    found = items.identifiers(number).items()
    return {"identifiers": [{"identifierType": kind, "identifier": value} for kind, value in found if kind != "ASIN"]}


def _images(_: Items, number: int, __: str) -> _Json:
    link = f"https://images.example.com/I/{code('ASIN', number)}"
    images = [
        {"variant": variant, "link": f"{link}.{variant}.jpg", "height": 1500, "width": 1200} for variant in ("MAIN", "PT01", "SWCH")
    ]
    return {"images": images}


def _product_types(_: Items, number: int, __: str) -> _Json:
    return {"productType": CLASSIFICATIONS[classification(number)].upper().replace("-", "_").replace(" ", "_")}


def _relationships(items: Items, number: int, _: str) -> _Json:
    theme = {"attributes": ["color", "size"], "theme": "COLOR_NAME/SIZE_NAME"}
    above = parent(number)
    if above == number:
        related = {"childAsins": [code("ASIN", each) for each in range(number - FAMILY + 1, number)]}
    elif above <= items.size:
        related = {"parentAsins": [code("ASIN", above)]}
    else:
        return {"relationships": []}
    return {"relationships": [{"type": "VARIATION", "variationTheme": theme, **related}]}


def _sales_ranks(_: Items, number: int, __: str) -> _Json:
    node = classification(number)
    narrow = {"classificationId": node, "title": CLASSIFICATIONS[node], "rank": number}
    wide = {"websiteDisplayGroup": "home_display_on_website", "title": "Home", "rank": number * 3}
    return {"classificationRanks": [narrow], "displayGroupRanks": [wide]}


def _summaries(_: Items, number: int, locale: str) -> _Json:
    above = parent(number)
    return {
        "adultProduct": False,
        "brand": brand(number),
        "browseClassification": _classified(number),
        "contributors": [{"role": {"displayName": "Designer", "value": "designer"}, "value": "Ada Lindqvist"}],
        "itemClassification": "VARIATION_PARENT" if number == above else "BASE_PRODUCT",
        "itemName": _name(number, locale),
        "manufacturer": f"{brand(number)} Goods",
        "modelNumber": f"M-{above}",
        "packageQuantity": 1,
        "partNumber": f"M-{above}-{number % FAMILY}",
        "releaseDate": date(2020, 1, 1) + timedelta(days=number % 1000),
        "websiteDisplayGroup": "home_display_on_website",
        "websiteDisplayGroupName": "Home",
    }


def _vendor_details(_: Items, number: int, __: str) -> _Json:
    categories = list(models.ReplenishmentCategory)
    node = classification(number)
    return {
        "brandCode": f"BR{BRANDS.index(brand(number)):03}",
        "manufacturerCode": "MOCKS",
        "productCategory": {"displayName": CLASSIFICATIONS[node], "value": node},
        "productGroup": "Home",
        "replenishmentCategory": categories[number % len(categories)],
    }


_SETS: Final[Mapping[str, Callable[[Items, int, str], _Json]]] = {
    "classifications": _classifications,
    "dimensions": _dimensions,
    "identifiers": _identifiers,
    "images": _images,
    "productTypes": _product_types,
    "relationships": _relationships,
    "salesRanks": _sales_ranks,
    "summaries": _summaries,
    "vendorDetails": _vendor_details,
}


def _name(number: int, locale: str) -> str:
    return f"{brand(number)} {CLASSIFICATIONS[classification(number)]} {number} ({locale})"


def _weight(number: int) -> float:
    return 1 + number % 50 / 10


def _classified(number: int) -> _Json:
    node = classification(number)
    above = {"displayName": "All Departments", "classificationId": "900000001"}
    return {"displayName": CLASSIFICATIONS[node], "classificationId": node, "parent": above}


def _measured(number: int, *, wrapping: float) -> _Json:
    sides = {"height": 20, "length": 10 + number % 7, "width": 8}
    inches = {name: {"unit": "inches", "value": value + wrapping} for name, value in sides.items()}
    return {**inches, "weight": {"unit": "pounds", "value": _weight(number) + wrapping}}
