"""The data that is decoded and uploaded: the same in every run, with the size and shape of the vendors' responses."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

_MARKETPLACE = "ATVPDKIKX0DER"
_BRANDS = ("Northlake", "Fjällstig", "Casa Niño", "Orchard & Vale", "Hoshi 星")
_KINDS = ("LUGGAGE", "BACKPACK", "OUTDOOR_LIVING", "KITCHEN", "TOYS_AND_GAMES")
_VARIANTS = ("MAIN", "PT01", "PT02", "PT03", "PT04", "PT05", "PT06", "SWCH")
_SENTENCES = (
    "Polycarbonate shell that springs back into shape after a knock, so that what is inside arrives whole.",
    "Four double wheels run quietly on stone, carpet and tiles, and turn on the spot.",
    "Lining made of recycled bottles, with two straps and a pocket for shoes or laundry.",
    "Handle of aluminium with three stops; it stays put at 102 cm even when the case is full.",
    "Warranty of ten years on shell, zips, wheels and handle, worldwide.",
)


class Row(NamedTuple):
    """A product in a table of the retailer."""

    sku: str
    barcode: str
    kind: str
    name: str
    store: str
    price: str
    brand: str
    tax_code: str
    category: str
    subcategory: str
    other_barcode: str | None


def search_page(items: int = 20) -> bytes:
    """Return a response of searchCatalogItems with every data set, as compact JSON in UTF-8; 20 items are about 90 kB."""
    page = {
        "numberOfResults": 1247,
        "pagination": {"nextToken": "nt-9f2c61d07b3e4a58", "previousToken": "pt-1d40aa97c2f84be6"},
        "refinements": {
            "brands": [{"numberOfResults": 31 + n, "brandName": brand} for n, brand in enumerate(_BRANDS)],
            "classifications": [
                {"numberOfResults": 118 + n, "displayName": f"Department {n}", "classificationId": f"9000001{n:02}"}
                for n in range(8)
            ],
        },
        "items": [_item(number) for number in range(items)],
    }
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()


def status_response() -> bytes:
    """Return a short response of getCatalogUploadStatus."""
    return b'{"processingStatus":"INPROGRESS"}'


def upload_rows(count: int = 10_000) -> list[Row]:
    """Return products to upload; every fourth has a second barcode."""
    return [
        Row(
            sku=f"SKU-{number:08}",
            barcode=f"{4_000_000_000_000 + number * 7919}",
            kind="EAN",
            name=f"{_BRANDS[number % 5]} sparkling water with lime, {number % 9 + 1} x 330 ml",
            store=f"STORE-{number % 40:04}",
            price=f"{number % 190}.{number % 100:02}",
            brand=_BRANDS[number % 5],
            tax_code="A_FOOD_GEN",
            category="Beverages",
            subcategory=f"Water {number % 12}",
            other_barcode=f"{200_000_000_000 + number * 7919}" if number % 4 == 0 else None,
        )
        for number in range(count)
    ]


def upload_dict(rows: list[Row]) -> dict[str, Any]:
    """Return the body of an upload as plain dicts, under the names of the wire."""
    return {"catalogItems": [_upload_item(row) for row in rows]}


def _upload_item(row: Row) -> dict[str, Any]:
    item: dict[str, Any] = {
        "item_sku": row.sku,
        "external_product_id": row.barcode,
        "external_product_id_type": row.kind,
        "item_name": row.name,
        "store_id": row.store,
        "standard_price": row.price,
        "brand_name": row.brand,
        "product_tax_code": row.tax_code,
        "product_category": row.category,
        "product_subcategory": row.subcategory,
    }
    if row.other_barcode is not None:
        other = {"external_product_id": row.other_barcode, "external_product_id_type": "UPC"}
        item["additional_external_product_information"] = [other]
    return item


def _item(number: int) -> dict[str, Any]:
    brand, kind = _BRANDS[number % 5], _KINDS[number % 5]
    name = f"{brand} Trail Cabin Suitcase No. {number}, {30 + number} l, Slate"
    classification_ranks = [_rank(number, rank, classificationId=f"90000010{rank}") for rank in range(2)]
    return {
        "asin": f"B0BENCH{number:03}",
        "attributes": _attributes(number, name, brand),
        "classifications": _of_marketplace(classifications=[_classification(number)]),
        "dimensions": _of_marketplace(item=_measures(number, 20.0), package=_measures(number, 22.5)),
        "identifiers": _of_marketplace(
            identifiers=[
                {"identifierType": "EAN", "identifier": f"{2_000_000_000_000 + number}"},
                {"identifierType": "UPC", "identifier": f"{400_000_000_000 + number}"},
            ]
        ),
        "images": _of_marketplace(images=_images(number)),
        "productTypes": _of_marketplace(productType=kind),
        "relationships": _of_marketplace(
            relationships=[
                {
                    "type": "VARIATION",
                    "parentAsins": [f"B0BENCHP{number % 7:02}"],
                    "variationTheme": {"attributes": ["color", "size"], "theme": "COLOR_NAME/SIZE_NAME"},
                }
            ]
        ),
        "salesRanks": _of_marketplace(
            classificationRanks=classification_ranks,
            displayGroupRanks=[_rank(number, 9, websiteDisplayGroup="apparel_display_on_website")],
        ),
        "summaries": [_summary(number, name, brand)],
        "vendorDetails": _of_marketplace(
            brandCode=f"NLK{number:02}",
            manufacturerCode="NLKGD",
            manufacturerCodeParent="NLKGP",
            productCategory={"displayName": "Luggage", "value": "19800"},
            productGroup="Luggage",
            productSubcategory={"displayName": "Carry-Ons", "value": "19810"},
            replenishmentCategory="PLANNED_REPLENISHMENT",
        ),
    }


def _of_marketplace(**data: Any) -> list[dict[str, Any]]:
    return [{"marketplaceId": _MARKETPLACE, **data}]


def _images(number: int) -> list[dict[str, Any]]:
    link = f"https://images.example.com/I/bench-{number}"
    variants = [(variant, side) for variant in _VARIANTS[: 4 + number % 5] for side in (1500, 500, 75)]
    return [
        {"variant": variant, "link": f"{link}-{variant}-{side}.jpg", "height": side, "width": side}
        for variant, side in variants[:6]
    ]


def _attributes(number: int, name: str, brand: str) -> dict[str, Any]:
    def given(value: Any, **more: Any) -> dict[str, Any]:
        return {"value": value, **more, "marketplace_id": _MARKETPLACE}

    def said(text: str) -> dict[str, Any]:
        return given(text, language_tag="en_US")

    return {
        "item_name": [said(name)],
        "brand": [said(brand)],
        "bullet_point": [said(sentence) for sentence in _SENTENCES[: 2 + number % 4]],
        "item_weight": [given(round(5.9 + number / 10, 2), unit="pounds")],
        "number_of_wheels": [given(4)],
        "is_expandable": [given(number % 2 == 0)],
        "list_price": [given(149.99 + number, currency="USD")],
        "externally_assigned_product_identifier": [given(f"{2_000_000_000_000 + number}", type="ean")],
    }


def _classification(number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"displayName": "Luggage & Travel Gear", "classificationId": "900000010"}
    for level, name in enumerate(("Luggage", "Suitcases", f"Carry-Ons {number % 4}")):
        found = {"displayName": name, "classificationId": f"9000001{level:02}", "parent": found}
    return found


def _measures(number: int, base: float) -> dict[str, Any]:
    sides = {
        side: {"unit": "inches", "value": round(base + number / 8 - k, 2)} for k, side in enumerate(("height", "length", "width"))
    }
    return {**sides, "weight": {"unit": "pounds", "value": round(base / 4, 2)}}


def _rank(number: int, kind: int, **key: str) -> dict[str, Any]:
    return {
        **key,
        "title": f"Best Sellers in Group {kind}",
        "link": f"https://www.example.com/bestsellers/group-{kind}/ref=pd_zg_hrsr_{number}",
        "rank": 412 + number * 37 + kind,
    }


def _summary(number: int, name: str, brand: str) -> dict[str, Any]:
    return {
        "marketplaceId": _MARKETPLACE,
        "adultProduct": False,
        "autographed": False,
        "brand": brand,
        "browseClassification": {"displayName": f"Carry-Ons {number % 4}", "classificationId": "900000102"},
        "color": "Slate",
        "contributors": [{"role": {"displayName": "Designer", "value": "designer"}, "value": "Ada Lindqvist"}],
        "itemClassification": "BASE_PRODUCT",
        "itemName": name,
        "manufacturer": f"{brand} Goods",
        "memorabilia": False,
        "modelNumber": f"NL-TC{number}",
        "packageQuantity": 1 + number % 3,
        "partNumber": f"NL-TC{number}-SL",
        "releaseDate": f"2023-03-{number % 28 + 1:02}",
        "size": f"{30 + number} l",
        "style": "Cabin",
        "tradeInEligible": False,
        "websiteDisplayGroup": "apparel_display_on_website",
        "websiteDisplayGroupName": "Apparel",
    }
