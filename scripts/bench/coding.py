"""Decode a page of 20 catalog items; build, check and encode an upload of 10,000 items."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import httpx
import httpx2

from amazon_catalog_items.api.items import search_catalog_items
from amazon_jwo_catalog import UNSET, models
from amazon_jwo_catalog.api.catalog import upload_catalog
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import OPENAPI_GENERATOR, PYDANTIC, STOCK, BenchError
from scripts.bench.measure import Plan, interleave, repeated
from scripts.bench.payloads import Row, search_page, upload_dict, upload_rows

_ITEMS = "amazon_catalog_items"
_DECODE = f"{_ITEMS}: parse"
_LOADS = "json.loads"
_STOCK = "openapi-python-client (attrs): parse"
_JWO = "amazon_jwo_catalog"
_ENCODE = f"{_JWO}: build, check, encode"
_DUMPS = "json.dumps of existing dicts"


def measure_decode() -> Comparison:
    """Decode the same bytes; ours and openapi-python-client read a whole response, the others its body.

    Raises:
        BenchError: the contenders differ in what they read.
    """
    page = search_page()
    headers = {"Content-Type": "application/json"}
    response, stock_response = (
        httpx2.Response(200, content=page, headers=headers),
        httpx.Response(200, content=page, headers=headers),
    )
    stock = import_module(f"{STOCK}_{_ITEMS}.api.items.search_catalog_items")
    stock_client = import_module(f"{STOCK}_{_ITEMS}").Client(base_url="https://api.example.com")
    generator = import_module(f"{OPENAPI_GENERATOR}_{_ITEMS}.models.item_search_results").ItemSearchResults
    pydantic = import_module(f"{PYDANTIC}_{_ITEMS}").ItemSearchResults
    contenders: dict[str, Callable[[], Any]] = {
        _DECODE: lambda: search_catalog_items.parse(response),
        _LOADS: lambda: json.loads(page),
        "datamodel-code-generator (pydantic)": lambda: pydantic.model_validate_json(page),
        _STOCK: lambda: stock._parse_response(client=stock_client, response=stock_response),  # noqa: SLF001 - its calls use this
        "openapi-generator (pydantic)": lambda: generator.from_json(page.decode()),
    }
    for name, call in contenders.items():
        found = call()
        items = found["items"] if isinstance(found, dict) else found.items
        last = items[-1]["asin"] if isinstance(found, dict) else items[-1].asin
        if (len(items), getattr(last, "root", last)) != (20, "B0BENCH019"):
            raise BenchError(f"decode: {name} reads something else: {len(items)} items, the last one {last!r}")
    return Comparison(
        name="decode",
        title=f"decode a page of 20 items, {len(page):,} bytes",
        timings=interleave({name: repeated(call) for name, call in contenders.items()}, Plan(rounds=31, turn=0.02)),
        targets=(
            Target(subject=_STOCK, baseline=_DECODE, limit=8, at_least=True),
            Target(subject=_DECODE, baseline=_LOADS, limit=0.6),
        ),
    )


def measure_upload() -> Comparison:
    """Make the body of an upload from the rows of a table; `json` is measured without that as well.

    Raises:
        BenchError: the contenders differ in what they write.
    """
    rows = upload_rows()
    plain = upload_dict(rows)
    stock, generator, pydantic = (
        import_module(f"{name}_{_JWO}{tail}") for name, tail in ((STOCK, ".models"), (OPENAPI_GENERATOR, ""), (PYDANTIC, ""))
    )
    absent = import_module(f"{STOCK}_{_JWO}.types").UNSET

    def build_ours() -> models.UploadCatalogRequest:
        return models.UploadCatalogRequest(catalog_items=_items(models, rows, absent=UNSET))

    def build_stock() -> Any:
        return stock.UploadCatalogRequest(catalog_items=_items(stock, rows, absent=absent))

    def build_generator() -> Any:
        return generator.UploadCatalogRequest(catalogItems=_items(generator, rows, absent=None))

    def build_pydantic() -> Any:
        return pydantic.UploadCatalogRequest(catalogItems=_items(pydantic, rows, absent=None))

    contenders: dict[str, Callable[[], Any]] = {
        _ENCODE: lambda: upload_catalog.request(body=build_ours()).content,
        f"{_JWO}: build alone": build_ours,
        _DUMPS: lambda: json.dumps(plain),
        "json: build dicts, dumps": lambda: json.dumps(upload_dict(rows)),
        "datamodel-code-generator (pydantic)": lambda: build_pydantic().model_dump_json(exclude_none=True, by_alias=True),
        "openapi-python-client (attrs), no check": lambda: json.dumps(build_stock().to_dict()),
        "openapi-generator (pydantic)": lambda: json.dumps(build_generator().to_dict()),
    }
    for name, call in contenders.items():
        content = call()
        if not isinstance(content, models.UploadCatalogRequest) and json.loads(content) != plain:
            raise BenchError(f"upload: {name} writes something else than the rows say")
    return Comparison(
        name="upload",
        title=f"build, check and encode an upload of {len(rows):,} items, {len(json.dumps(plain)):,} characters",
        timings=interleave({name: repeated(call) for name, call in contenders.items()}, Plan(rounds=15, turn=0.1, budget=30)),
        targets=(Target(subject=_ENCODE, baseline=_DUMPS, limit=0.6),),
    )


def _items(package: Any, rows: list[Row], *, absent: object) -> list[Any]:
    """Build the items of one of the packages, which all have the same names."""
    item, barcode = package.CatalogItem, package.AdditionalExternalProduct
    return [
        item(
            item_sku=sku,
            external_product_id=code,
            external_product_id_type=kind,
            item_name=name,
            store_id=store,
            standard_price=price,
            brand_name=brand,
            product_tax_code=tax_code,
            product_category=category,
            product_subcategory=subcategory,
            additional_external_product_information=absent
            if other is None
            else [barcode(external_product_id=other, external_product_id_type="UPC")],
        )
        for sku, code, kind, name, store, price, brand, tax_code, category, subcategory, other in rows
    ]
