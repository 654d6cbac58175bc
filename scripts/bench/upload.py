"""Build, check and encode an upload of 10,000 items."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from amazon_jwo_catalog import UNSET, models
from amazon_jwo_catalog.api.catalog import upload_catalog
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import OPENAPI_GENERATOR, PYDANTIC, STOCK, BenchError
from scripts.bench.measure import Plan, interleave, repeated
from scripts.bench.payloads import Row, upload_dict, upload_rows

_API = "amazon_jwo_catalog"
_OURS = f"{_API}: build, check, encode"
_JSON = "json.dumps of existing dicts"


def measure() -> Comparison:
    """Make the body of an upload from the rows of a table; `json` is measured without that as well.

    Raises:
        BenchError: the contenders differ in what they write.
    """
    rows = upload_rows()
    plain = upload_dict(rows)
    stock, generator, pydantic = (
        import_module(f"{name}_{_API}{tail}") for name, tail in ((STOCK, ".models"), (OPENAPI_GENERATOR, ""), (PYDANTIC, ""))
    )
    absent = import_module(f"{STOCK}_{_API}.types").UNSET

    def build_ours() -> models.UploadCatalogRequest:
        return models.UploadCatalogRequest(catalog_items=_items(models, rows, absent=UNSET))

    def build_stock() -> Any:
        return stock.UploadCatalogRequest(catalog_items=_items(stock, rows, absent=absent))

    def build_generator() -> Any:
        return generator.UploadCatalogRequest(catalogItems=_items(generator, rows, absent=None))

    def build_pydantic() -> Any:
        return pydantic.UploadCatalogRequest(catalogItems=_items(pydantic, rows, absent=None))

    contenders: dict[str, Callable[[], Any]] = {
        _OURS: lambda: upload_catalog.request(body=build_ours()).content,
        f"{_API}: build alone": build_ours,
        _JSON: lambda: json.dumps(plain),
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
        targets=(Target(subject=_OURS, baseline=_JSON, limit=0.6),),
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
