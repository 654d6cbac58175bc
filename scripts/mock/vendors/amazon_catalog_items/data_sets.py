"""The data sets of an item in the mock of Amazon's catalog, as JSON. The generated models check them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

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
    """Return an item with the requested data sets, for each of the marketplaces in its locale."""
    found = {marketplace: _data_sets(items, number, locale) for marketplace, locale in locales.items()}
    content: _Json = {"asin": code("ASIN", number)}
    for each in data:
        if each == models.IncludedData.ATTRIBUTES:
            content[each] = _attributes(number, locales)
        else:
            content[each] = [{"marketplaceId": marketplace, **sets[each]} for marketplace, sets in found.items()]
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


def _data_sets(items: Items, number: int, locale: str) -> _Json:
    """Return all data sets of an item but its attributes."""
    maker, node, replenished = brand(number), classification(number), list(models.ReplenishmentCategory)
    kind, model = CLASSIFICATIONS[node], f"M-{parent(number)}"
    above = {"displayName": "All Departments", "classificationId": "900000001"}
    classified = {"displayName": kind, "classificationId": node, "parent": above}
    others = {each: text for each, text in items.identifiers(number).items() if each != "ASIN"}
    link, variants = f"https://images.example.com/I/{code('ASIN', number)}", ("MAIN", "PT01", "SWCH")
    return {
        "classifications": {"classifications": [classified]},
        "dimensions": {"item": _measured(number, wrapping=0), "package": _measured(number, wrapping=0.5)},
        "identifiers": {"identifiers": [{"identifierType": each, "identifier": text} for each, text in others.items()]},
        "images": {"images": [{"variant": each, "link": f"{link}.{each}.jpg", "height": 1500, "width": 1200} for each in variants]},
        "productTypes": {"productType": kind.upper().replace("-", "_").replace(" ", "_")},
        "relationships": {"relationships": _relationships(items, number)},
        "salesRanks": {
            "classificationRanks": [{"classificationId": node, "title": kind, "rank": number}],
            "displayGroupRanks": [{"websiteDisplayGroup": "home_display_on_website", "title": "Home", "rank": number * 3}],
        },
        "summaries": {
            "adultProduct": False,
            "brand": maker,
            "browseClassification": classified,
            "contributors": [{"role": {"displayName": "Designer", "value": "designer"}, "value": "Ada Lindqvist"}],
            "itemClassification": "VARIATION_PARENT" if number == parent(number) else "BASE_PRODUCT",
            "itemName": _name(number, locale),
            "manufacturer": f"{maker} Goods",
            "modelNumber": model,
            "packageQuantity": 1,
            "partNumber": f"{model}-{number % FAMILY}",
            "releaseDate": date(2020, 1, 1) + timedelta(days=number % 1000),
            "websiteDisplayGroup": "home_display_on_website",
            "websiteDisplayGroupName": "Home",
        },
        "vendorDetails": {
            "brandCode": f"BR{BRANDS.index(maker):03}",
            "manufacturerCode": "MOCKS",
            "productCategory": {"displayName": kind, "value": node},
            "productGroup": "Home",
            "replenishmentCategory": replenished[number % len(replenished)],
        },
    }


def _relationships(items: Items, number: int) -> list[_Json]:
    above = parent(number)
    if above > items.size:
        return []
    if above == number:
        related = {"childAsins": [code("ASIN", each) for each in range(number - FAMILY + 1, number)]}
    else:
        related = {"parentAsins": [code("ASIN", above)]}
    theme = {"attributes": ["color", "size"], "theme": "COLOR_NAME/SIZE_NAME"}
    return [{"type": "VARIATION", "variationTheme": theme, **related}]


def _name(number: int, locale: str) -> str:
    return f"{brand(number)} {CLASSIFICATIONS[classification(number)]} {number} ({locale})"


def _weight(number: int) -> float:
    return 1 + number % 50 / 10


def _measured(number: int, *, wrapping: float) -> _Json:
    sides = {"height": 20, "length": 10 + number % 7, "width": 8}
    inches = {name: {"unit": "inches", "value": value + wrapping} for name, value in sides.items()}
    return {**inches, "weight": {"unit": "pounds", "value": _weight(number) + wrapping}}
