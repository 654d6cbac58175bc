"""The mock of Amazon's Catalog Items over TCP: tokens, limits, and refused requests."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from scripts.apis import tables
from scripts.mock.engine.clock import Clock
from tests.mock.amazon_catalog import (
    API,
    HERE,
    LIFETIME,
    LIMIT,
    PARAMETERS,
    REQUEST_ID,
    SEARCH,
    SELLER,
    Vendor,
    details,
    served,
)

# Login with Amazon


def test_a_refresh_token_is_exchanged_for_access_tokens_that_differ(vendor: Vendor) -> None:
    first, second = vendor.log_in().json(), vendor.log_in().json()
    assert first.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (first["token_type"], first["expires_in"]) == ("bearer", LIFETIME)
    assert first["refresh_token"] == vendor.form["refresh_token"]
    assert first["access_token"] != second["access_token"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"refresh_token": "wrong"}, 400, "invalid_grant"),
        ({"refresh_token": None}, 400, "invalid_request"),
    ],
)
def test_a_token_is_refused_with_the_error_of_its_cause(
    vendor: Vendor, changes: dict[str, str | None], status: int, error: str
) -> None:
    response = vendor.log_in(**changes)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json().keys() == {"error", "error_description"}


def test_a_token_needs_a_form_without_repeated_fields(vendor: Vendor) -> None:
    twice = [*vendor.form.items(), ("grant_type", "refresh_token")]
    responses = [
        vendor.http.post(vendor.token_url, json=vendor.form),
        vendor.http.post(vendor.token_url, content=urlencode(vendor.form), headers={"content-type": "text/plain"}),
        vendor.http.post(
            vendor.token_url,
            content=urlencode(twice),
            headers={"content-type": "application/x-www-form-urlencoded"},
        ),
        vendor.http.put(vendor.token_url, data=vendor.form),
    ]
    assert [(each.status_code, each.json()["error"]) for each in responses] == [(400, "invalid_request")] * 4


def test_a_token_expires_after_the_reported_real_seconds() -> None:
    with served(clock=Clock(3600), token_lifetime=3600) as fast:
        assert fast.log_in().json()["expires_in"] == 1
    with served(token_lifetime=60) as vendor:
        assert vendor.search().status_code == 200
        vendor.wait(60)
        assert "expired" in details(vendor.search(), 403, "Unauthorized")
        del vendor.http.headers["x-amz-access-token"]
        assert vendor.search().status_code == 200


# The rate limit


@pytest.mark.parametrize("speed", [1, 1000])
def test_the_header_has_the_documented_rate_in_real_seconds(speed: float) -> None:
    documented = tables(API)["searchCatalogItems"].rate_limit
    assert documented is not None
    with served(clock=Clock(speed)) as vendor:
        vendor.pause = 0
        assert vendor.search().headers[LIMIT] == str(documented.rate / documented.period * speed)


def test_requests_above_the_burst_get_429_for_each_operation_and_account() -> None:
    with served(rate=1, burst=2) as vendor:
        vendor.pause = 0
        assert [vendor.search().status_code for _ in range(3)] == [200, 200, 429]
        details(vendor.search(), 429, "QuotaExceeded")
        assert vendor.get(f"{SEARCH}/B000000001", marketplaceIds=HERE).status_code == 200
        seller = vendor.log_in(refresh_token=SELLER).json()["access_token"]
        vendor.http.headers["x-amz-access-token"] = vendor.log_in().json()["access_token"]
        assert vendor.search().status_code == 429  # a new token of the same account
        vendor.http.headers["x-amz-access-token"] = seller
        assert vendor.search().status_code == 200
        usage = httpx2.get(f"{vendor.admin}/usage").json()["units"]
        assert usage["searchCatalogItems vendor"]["total"] == 5


def test_the_rate_can_be_changed_and_the_header_has_it() -> None:
    with served(rate=1, burst=1) as vendor:
        vendor.pause = 0
        assert [vendor.search().status_code for _ in range(2)] == [200, 429]
        httpx2.patch(f"{vendor.admin}/options", json={"rate": 20})
        assert vendor.search().headers[LIMIT] == "20.0"
        assert vendor.search().status_code == 429
        vendor.wait(1 / 20)
        assert vendor.search().status_code == 200


# What is refused


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"identifiers": "B000000001"}, ["identifiers", "identifiersType"]),
        ({"identifiers": "SKU-000000001", "identifiersType": "SKU"}, ["identifiersType=SKU", "sellerId"]),
        ({"identifiers": "B000000001", "identifiersType": "ASIN", "keywords": "a"}, ["identifiers", "keywords"]),
        ({"identifiers": "B000000001", "identifiersType": "ASIN", "brandNames": "a"}, ["identifiers", "brandNames"]),
        ({"identifiers": "B000000001", "identifiersType": "ASIN", "classificationIds": "1"}, ["identifiers", "classificationIds"]),
        ({"identifiers": "B000000001", "identifiersType": "ASIN", "keywordsLocale": "a"}, ["identifiers", "keywordsLocale"]),
        ({"brandNames": "a"}, ["brandNames", "keywords"]),
        ({"classificationIds": "1"}, ["classificationIds", "keywords"]),
        ({"keywordsLocale": "en_US"}, ["keywordsLocale", "keywords"]),
        ({"pageSize": "ten"}, ["pageSize"]),
        ({"identifiers": "1", "identifiersType": "PZN"}, ["identifiersType"]),
        ({"keywords": ["a"] * (PARAMETERS["keywords"]["maxItems"] + 1)}, ["keywords"]),
        ({"marketplaceIds": ""}, []),
    ],
)
def test_parameters_that_are_refused_are_named(vendor: Vendor, parameters: dict[str, Any], named: list[str]) -> None:
    text = details(vendor.search(**parameters), 400, "InvalidInput")
    assert all(name in text for name in named)


def test_a_malformed_asin_fails_the_whole_request(vendor: Vendor) -> None:
    requested = [*vendor.identifiers("ASIN"), "B00000001"]
    text = details(vendor.search(identifiers=requested, identifiersType="ASIN"), 400, "InvalidInput")
    assert "B00000001" not in text
    details(vendor.get(f"{SEARCH}/b000000001", marketplaceIds=HERE), 400, "InvalidInput")
    with served(strict_asins=False) as lenient:
        assert lenient.found(identifiers=requested, identifiersType="ASIN")["numberOfResults"] == 5
        details(lenient.get(f"{SEARCH}/b000000001", marketplaceIds=HERE), 404, "NotFound")


def test_a_body_needs_no_type_and_counts_as_a_part_of_the_request(vendor: Vendor) -> None:
    vendor.search()
    for content, status, code in ((b"{}", 400, "InvalidInput"), (b"x" * 40_000, 413, "RequestTooLarge")):
        vendor.wait(1)
        details(vendor.http.request("GET", SEARCH, params={"marketplaceIds": HERE}, content=content), status, code)


def test_the_errors_of_unknown_paths_and_methods_have_the_same_form(vendor: Vendor) -> None:
    missing = vendor.get("/catalog/2020-12-01/items")
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (404, "NotFound")
    posted = vendor.http.post(SEARCH)
    assert (posted.status_code, posted.headers["allow"], bool(posted.json()["errors"])) == (405, "GET", True)


def test_each_response_has_another_request_id(vendor: Vendor) -> None:
    responses = [vendor.search(), vendor.search(), vendor.search(pageSize=0.5), httpx2.get(f"{vendor.url}{SEARCH}")]
    assert len({each.headers[REQUEST_ID] for each in responses}) == len(responses)
