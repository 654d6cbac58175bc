"""A caller of the mock of Amazon's Catalog Items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import httpx2
import pytest

from scripts.apis import apis
from scripts.mock.serving import Mocks
from scripts.spec.document import read
from tests.mock.callers import Caller

API = "amazon_catalog_items"
SEARCH = "/catalog/2022-04-01/items"
HERE = "ATVPDKIKX0DER"
OTHER = "A1PA6795UKMFR9"
SELLER = "Atzr|mock-seller"
LIMIT, REQUEST_ID = "x-amzn-RateLimit-Limit", "x-amzn-RequestId"
_SPEC: Any = read(apis()[API].spec).data
PARAMETERS = {each["name"]: each["schema"] for each in _SPEC["paths"][SEARCH]["get"]["parameters"] if "name" in each}
KINDS, DATA_SETS = (_SPEC["components"]["schemas"][name]["enum"] for name in ("IdentifiersType", "IncludedData"))
LIFETIME = 1_000_000


class Account(Caller):
    """An account of a vendor, which logs in with Amazon."""

    api = API
    defaults: ClassVar = {"token_lifetime": LIFETIME, "rate": 1e6, "burst": 1e6}

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        given = {name.removeprefix("SP_API_").lower(): value for name, value in self.credentials.items()}
        self.token_url = given.pop("token_url")
        self.form = {"grant_type": "refresh_token", **given}

    def identifiers(self, kind: str) -> list[str]:
        """Return identifiers of the first items."""
        return list(self.known[f"query.identifiers[*]?identifiersType={kind}"])

    def log_in(self, **changes: str | None) -> httpx2.Response:
        form = {name: value for name, value in {**self.form, **changes}.items() if value is not None}
        return self.http.post(self.token_url, data=form)

    def renew(self, **changes: str) -> None:
        """Send a new access token from now on."""
        self.http.headers["x-amz-access-token"] = self.log_in(**changes).json()["access_token"]

    def request(self, method: str, path: str, **parameters: object) -> httpx2.Response:
        if "x-amz-access-token" not in self.http.headers:
            self.renew()
        query = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in parameters.items()}
        return self.http.request(method, path, params=query)

    def get(self, path: str, **parameters: object) -> httpx2.Response:
        return self.request("GET", path, **parameters)

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


def asins(page: Any) -> list[str]:
    return [item["asin"] for item in page["items"]]


def details(response: httpx2.Response, status: int, code: str) -> str:
    """Return the details of the one error of a response, which has the documented form and only documented headers."""
    assert response.status_code == status, response.text
    (error,) = response.json()["errors"]
    assert error["code"] == code
    assert error["message"]
    assert response.headers[REQUEST_ID]
    assert (LIMIT in response.headers) == (status in {400, 404})
    assert "retry-after" not in response.headers
    return str(error["details"])
