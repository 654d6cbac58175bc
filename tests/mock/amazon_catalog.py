"""The mock of Amazon's Catalog Items as tests ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings

API = "amazon_catalog_items"
SEARCH = "/catalog/2022-04-01/items"
HERE = "ATVPDKIKX0DER"
OTHER = "A1PA6795UKMFR9"
KINDS = ["ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC"]
DATA_SETS = [
    *("attributes", "classifications", "dimensions", "identifiers", "images"),
    *("productTypes", "relationships", "salesRanks", "summaries", "vendorDetails"),
]
SELLER, ROLELESS = "Atzr|mock-seller", "Atzr|mock-roleless"
LIMIT, REQUEST_ID = "x-amzn-RateLimit-Limit", "x-amzn-RequestId"
DEADLINE = 10


class Vendor:
    """The mock, and one account's way to it."""

    def __init__(self, mocks: Mocks, refresh_token: str = "") -> None:
        self.url = mocks.served.urls[API]
        self.admin = f"{mocks.served.admin}/{API}"
        self.known = mocks.served.known[API]
        self.example = mocks.served.examples[API]
        given = mocks.served.credentials[API]
        self.token_url = given["SP_API_TOKEN_URL"]
        self.form = {
            "grant_type": "refresh_token",
            "client_id": given["SP_API_CLIENT_ID"],
            "client_secret": given["SP_API_CLIENT_SECRET"],
            "refresh_token": refresh_token or given["SP_API_REFRESH_TOKEN"],
        }
        self.http = httpx2.Client(base_url=self.url)

    def identifiers(self, kind: str) -> list[str]:
        """Return identifiers of the first items."""
        return list(self.known[f"query.identifiers[*]?identifiersType={kind}"])

    def log_in(self, **changes: str | None) -> httpx2.Response:
        form = {name: value for name, value in {**self.form, **changes}.items() if value is not None}
        return self.http.post(self.token_url, data=form)

    def get(self, path: str, **parameters: object) -> httpx2.Response:
        if "x-amz-access-token" not in self.http.headers:
            self.http.headers["x-amz-access-token"] = self.log_in().json()["access_token"]
        query = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in parameters.items()}
        return self.http.get(path, params=query)

    def search(self, **parameters: object) -> httpx2.Response:
        return self.get(SEARCH, **{"marketplaceIds": HERE, **parameters})

    def found(self, **parameters: object) -> Any:
        response = self.search(**parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def pages(self, **parameters: object) -> Iterator[Any]:
        token: dict[str, str] = {}
        for _ in range(2000):
            page = self.found(**parameters, **token)
            yield page
            if "nextToken" not in page.get("pagination", {}):
                return
            token = {"pageToken": page["pagination"]["nextToken"]}
        pytest.fail("the pages do not end")

    def keyword(self, least: int, most: int) -> str:
        """Return a keyword that finds so many items."""
        return next(word for word in map(str, range(500)) if least <= self.found(keywords=word)["numberOfResults"] <= most)


@contextmanager
def served(*, speed: float = 1000, size: int = 1_000_000, refresh_token: str = "", **options: object) -> Iterator[Vendor]:
    """Run the mock; its tokens last as long as a test."""
    given = {API: {"token_lifetime": 1000 * speed, **options}}
    with running(Settings(speed=speed, size=size, options=given)) as mocks:
        vendor = Vendor(mocks, refresh_token)
        with vendor.http:
            yield vendor


def asins(page: Any) -> list[str]:
    return [item["asin"] for item in page["items"]]


def details(response: httpx2.Response, status: int, code: str) -> str:
    """Return the details of the one error of a response, which has the documented form and no other headers than documented."""
    assert response.status_code == status, response.text
    (error,) = response.json()["errors"]
    assert error["code"] == code
    assert error["message"]
    assert response.headers[REQUEST_ID]
    assert (LIMIT in response.headers) == (status in {400, 404})
    assert "retry-after" not in response.headers
    told = error["details"]
    assert isinstance(told, str)
    return told
