"""Decode a page of 20 catalog items."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import httpx
import httpx2

from amazon_catalog_items.api.items import search_catalog_items
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import OPENAPI_GENERATOR, PYDANTIC, STOCK, BenchError
from scripts.bench.measure import Plan, interleave, repeated
from scripts.bench.payloads import search_page

_API = "amazon_catalog_items"
_OURS = f"{_API}: parse"
_JSON = "json.loads"
_STOCK = "openapi-python-client (attrs): parse"


def measure() -> Comparison:
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
    stock = import_module(f"{STOCK}_{_API}.api.items.search_catalog_items")
    stock_client = import_module(f"{STOCK}_{_API}").Client(base_url="https://api.example.com")
    generator = import_module(f"{OPENAPI_GENERATOR}_{_API}.models.item_search_results").ItemSearchResults
    pydantic = import_module(f"{PYDANTIC}_{_API}").ItemSearchResults
    contenders: dict[str, Callable[[], Any]] = {
        _OURS: lambda: search_catalog_items.parse(response),
        _JSON: lambda: json.loads(page),
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
            Target(subject=_STOCK, baseline=_OURS, limit=8, at_least=True),
            Target(subject=_OURS, baseline=_JSON, limit=0.6),
        ),
    )
