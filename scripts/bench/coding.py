"""Decode a page of 20 catalog items; build, check and encode an upload of 10,000 items."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import httpx
import httpx2
import msgspec

from amazon_catalog_items.api.items import search_catalog_items
from amazon_jwo_catalog import UNSET, models
from amazon_jwo_catalog.api.catalog import upload_catalog
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import DATAMODEL, OPENAPI_GENERATOR, STOCK, BenchError
from scripts.bench.measure import Plan, interleave, repeated

_ITEMS = "amazon_catalog_items"
_DECODE = f"{_ITEMS}: parse"
_LOADS = "json.loads"
_STOCK = "openapi-python-client (attrs): parse"
_JWO = "amazon_jwo_catalog"
_ENCODE = f"{_JWO}: build, check, encode"
_DUMPS = "json.dumps of existing dicts"

_BRANDS = ("Northlake", "Fjällstig", "Casa Niño", "Orchard & Vale", "Hoshi 星")


def _item(*, additional_external_product_information: list[Any] | None, **given: Any) -> dict[str, Any]:
    """Return an item as a plain dict."""
    if additional_external_product_information is not None:
        given["additional_external_product_information"] = additional_external_product_information
    return given


DICTS = SimpleNamespace(UploadCatalogRequest=dict, CatalogItem=_item, AdditionalExternalProduct=dict)
"""Builds what is sent as plain dicts, under the same names as a package."""


def measure_decode(url: str, *, quick: bool = False) -> Comparison:
    """Decode the same bytes; ours, openapi-python-client and python-amazon-sp-api read a whole response, the others its body.

    Raises:
        BenchError: the contenders differ in what they read.
    """
    page = httpx2.get(url).content
    headers = {"Content-Type": "application/json"}
    response, stock_response = (each.Response(200, content=page, headers=headers) for each in (httpx2, httpx))
    stock = import_module(f"{STOCK}_{_ITEMS}.api.items.search_catalog_items")
    stock_client = import_module(f"{STOCK}_{_ITEMS}").Client(base_url="https://api.example.com")
    generator = import_module(f"{OPENAPI_GENERATOR}_{_ITEMS}.models.item_search_results").ItemSearchResults
    pydantic, structs = (import_module(f"{package}_{_ITEMS}_models").ItemSearchResults for package in DATAMODEL.values())
    decoder, selling_partner = msgspec.json.Decoder(structs), import_module("sp_api.base._core")
    contenders: dict[str, Callable[[], Any]] = {
        _DECODE: lambda: search_catalog_items.parse(response),
        _LOADS: lambda: json.loads(page),
        "datamodel-code-generator (pydantic)": lambda: pydantic.model_validate_json(page),
        "datamodel-code-generator (msgspec)": lambda: decoder.decode(page),
        _STOCK: lambda: stock._parse_response(client=stock_client, response=stock_response),  # noqa: SLF001 - its calls use this
        "openapi-generator (pydantic)": lambda: generator.from_json(page.decode()),
        "python-amazon-sp-api (dicts)": lambda: selling_partner.parse_response(stock_response, method="GET").payload,
    }
    for name, call in contenders.items():
        found = call()
        items = found["items"] if isinstance(found, dict) else found.items
        last = items[-1]["asin"] if isinstance(found, dict) else items[-1].asin
        if (len(items), getattr(last, "root", last)) != (20, "B0BENCH019"):
            raise BenchError(f"decode: {name} reads something else: {len(items)} items, the last one {last!r}")
    plan = Plan(rounds=31, turn=0.02).scaled(quick=quick)
    targets = [Target(subject=_STOCK, baseline=_DECODE, at_least=8), Target(subject=_DECODE, baseline=_LOADS, at_most=0.35)]
    targets += [
        Target(subject=_DECODE, baseline=peer, at_most=1) for peer in contenders if peer.endswith(("(pydantic)", "(dicts)"))
    ]
    return Comparison(
        title=f"CPU time to decode a page of 20 items, {len(page):,} bytes",
        timings=interleave({name: repeated(call) for name, call in contenders.items()}, plan, clock=time.process_time),
        targets=tuple(targets),
    )


def measure_upload(_: str, *, quick: bool = False) -> Comparison:
    """Make the body of an upload from the rows of a table; `json` is measured without that as well.

    Raises:
        BenchError: the contenders differ in what they write.
    """
    rows = upload_rows()
    plain = build(DICTS, "catalogItems", rows)
    stock = import_module(f"{STOCK}_{_JWO}.models")
    absent = import_module(f"{STOCK}_{_JWO}.types").UNSET
    generator = import_module(f"{OPENAPI_GENERATOR}_{_JWO}")
    pydantic, structs = (import_module(f"{package}_{_JWO}_models") for package in DATAMODEL.values())
    contenders: dict[str, Callable[[], Any]] = {
        _ENCODE: lambda: upload_catalog.request(body=build(models, "catalog_items", rows, UNSET)).content,
        f"{_JWO}: build alone": lambda: build(models, "catalog_items", rows, UNSET),
        _DUMPS: lambda: json.dumps(plain),
        "json: build dicts, dumps": lambda: json.dumps(build(DICTS, "catalogItems", rows)),
        "datamodel-code-generator (pydantic)": lambda: build(pydantic, "catalogItems", rows).model_dump_json(
            exclude_none=True, by_alias=True
        ),
        "datamodel-code-generator (msgspec), no check": lambda: msgspec.json.encode(build(structs, "catalogItems", rows, UNSET)),
        "openapi-python-client (attrs), no check": lambda: json.dumps(build(stock, "catalog_items", rows, absent).to_dict()),
        "openapi-generator (pydantic)": lambda: json.dumps(build(generator, "catalogItems", rows).to_dict()),
    }
    for name, call in contenders.items():
        content = call()
        if not isinstance(content, models.UploadCatalogRequest) and json.loads(content) != plain:
            raise BenchError(f"upload: {name} writes something else than the rows say")
    plan = Plan(rounds=15, turn=0.1, budget=30).scaled(quick=quick)
    return Comparison(
        title=f"CPU time to build, check and encode an upload of {len(rows):,} items, {len(json.dumps(plain)):,} characters",
        timings=interleave({name: repeated(call) for name, call in contenders.items()}, plan, clock=time.process_time),
        targets=(Target(subject=_ENCODE, baseline=_DUMPS, at_most=0.6),),
    )


def upload_rows() -> list[tuple[Any, ...]]:
    """Return 10,000 products to upload; every fourth has a second barcode."""
    return [
        (
            f"SKU-{number:08}",
            f"{4_000_000_000_000 + number * 7919}",
            f"{_BRANDS[number % 5]} sparkling water with lime, {number % 9 + 1} x 330 ml",
            f"STORE-{number % 40:04}",
            f"{number % 190}.{number % 100:02}",
            _BRANDS[number % 5],
            f"Water {number % 12}",
            f"{200_000_000_000 + number * 7919}" if number % 4 == 0 else None,
        )
        for number in range(10_000)
    ]


def build(package: Any, field: str, rows: list[tuple[Any, ...]], absent: object = None) -> Any:
    """Build the body of an upload with the models of a package, which all have the same names but for the field of the items.

    Args:
        package: the models, or `DICTS`.
        field: name of the items in the body.
        rows: the products.
        absent: value of a field that is not sent.
    """
    item, barcode = package.CatalogItem, package.AdditionalExternalProduct
    items = [
        item(
            item_sku=sku,
            external_product_id=code,
            external_product_id_type="EAN",
            item_name=name,
            store_id=store,
            standard_price=price,
            brand_name=brand,
            product_tax_code="A_FOOD_GEN",
            product_category="Beverages",
            product_subcategory=subcategory,
            additional_external_product_information=absent
            if other is None
            else [barcode(external_product_id=other, external_product_id_type="UPC")],
        )
        for sku, code, name, store, price, brand, subcategory, other in rows
    ]
    return package.UploadCatalogRequest(**{field: items})
