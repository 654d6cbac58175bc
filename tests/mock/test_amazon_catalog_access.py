"""The mock of Amazon's Catalog Items over TCP: tokens, limits, and refused requests."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from scripts.apis import tables
from scripts.mock.engine.clock import Clock
from tests.mock.amazon_catalog import API, HERE, LIFETIME, LIMIT, PARAMETERS, REQUEST_ID, SEARCH, SELLER, Account, details

# Login with Amazon


def test_a_refresh_token_is_exchanged_for_access_tokens_that_differ(account: Account) -> None:
    first, second = account.log_in().json(), account.log_in().json()
    assert first.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (first["token_type"], first["expires_in"]) == ("bearer", LIFETIME)
    assert first["refresh_token"] == account.form["refresh_token"]
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
    account: Account, changes: dict[str, str | None], status: int, error: str
) -> None:
    response = account.log_in(**changes)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json().keys() == {"error", "error_description"}


def test_a_token_needs_a_form_without_repeated_fields(account: Account) -> None:
    form, encoded = urlencode(account.form), {"content-type": "application/x-www-form-urlencoded"}
    responses = [
        account.http.post(account.token_url, json=account.form),
        account.http.post(account.token_url, content=form, headers={"content-type": "text/plain"}),
        account.http.post(account.token_url, content=f"{form}&grant_type=refresh_token", headers=encoded),
        account.http.put(account.token_url, data=account.form),
    ]
    assert [(each.status_code, each.json()["error"]) for each in responses] == [(400, "invalid_request")] * 4


def test_a_token_expires_after_the_reported_real_seconds() -> None:
    with Account.served(clock=Clock(3600), token_lifetime=3600) as fast:
        assert fast.log_in().json()["expires_in"] == 1
    with Account.served(token_lifetime=60) as account:
        assert account.search().status_code == 200
        account.clock.advance(60)
        assert "expired" in details(account.search(), 403, "Unauthorized")
        account.renew()
        assert account.search().status_code == 200


# The rate limit


@pytest.mark.parametrize("speed", [1, 1000])
def test_the_header_has_the_documented_rate_in_real_seconds(speed: float) -> None:
    documented = tables(API)["searchCatalogItems"].rate_limit
    assert documented is not None
    with Account.served(clock=Clock(speed), rate=None) as account:
        assert account.search().headers[LIMIT] == str(documented.rate / documented.period * speed)


def test_requests_above_the_burst_get_429_for_each_operation_and_account() -> None:
    with Account.served(rate=1, burst=2) as account:
        assert [account.search().status_code for _ in range(3)] == [200, 200, 429]
        details(account.search(), 429, "QuotaExceeded")
        assert account.get(f"{SEARCH}/B000000001", marketplaceIds=HERE).status_code == 200
        account.renew()
        assert account.search().status_code == 429  # a new token of the same account
        assert account.usage()["units"]["searchCatalogItems vendor"]["total"] == 5
        account.set(rate=20, burst=1)
        assert account.search().headers[LIMIT] == "20.0"
        assert account.search().status_code == 429
        account.clock.advance(1 / 20)
        assert account.search().status_code == 200
        account.renew(refresh_token=SELLER)
        assert account.search().status_code == 200


# What is refused


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"identifiers": "B000000001"}, ["identifiers", "identifiersType"]),
        ({"identifiers": "SKU-000000001", "identifiersType": "SKU"}, ["identifiersType=SKU", "sellerId"]),
        ({"identifiers": "B000000001", "identifiersType": "ASIN", "keywords": "a"}, ["identifiers", "keywords"]),
        ({"identifiers": "B000000001", "identifiersType": "ASIN", "keywordsLocale": "a"}, ["identifiers", "keywordsLocale"]),
        ({"keywordsLocale": "en_US"}, ["keywordsLocale", "keywords"]),
        ({"pageSize": "ten"}, ["pageSize"]),
        ({"identifiers": "1", "identifiersType": "PZN"}, ["identifiersType"]),
        ({"keywords": ["a"] * (PARAMETERS["keywords"]["maxItems"] + 1)}, ["keywords"]),
        ({"marketplaceIds": ""}, []),
    ],
)
def test_parameters_that_are_refused_are_named(account: Account, parameters: dict[str, Any], named: list[str]) -> None:
    text = details(account.search(**parameters), 400, "InvalidInput")
    assert all(name in text for name in named)


def test_a_malformed_asin_fails_the_whole_request(account: Account) -> None:
    requested = [*account.identifiers("ASIN"), "B00000001"]
    text = details(account.search(identifiers=requested, identifiersType="ASIN"), 400, "InvalidInput")
    assert "B00000001" not in text
    details(account.get(f"{SEARCH}/b000000001", marketplaceIds=HERE), 400, "InvalidInput")
    with Account.served(strict_asins=False) as lenient:
        assert lenient.found(identifiers=requested, identifiersType="ASIN")["numberOfResults"] == 5
        details(lenient.get(f"{SEARCH}/b000000001", marketplaceIds=HERE), 404, "NotFound")


def test_a_body_needs_no_type_and_counts_as_a_part_of_the_request(account: Account) -> None:
    account.renew()
    for content, status, code in ((b"{}", 400, "InvalidInput"), (b"x" * 40_000, 413, "RequestTooLarge")):
        details(account.http.request("GET", SEARCH, params={"marketplaceIds": HERE}, content=content), status, code)


def test_each_response_has_another_request_id(account: Account) -> None:
    responses = [account.search(), account.search(), account.search(pageSize=0.5), httpx2.get(f"{account.vendor.base_url}{SEARCH}")]
    assert len({each.headers[REQUEST_ID] for each in responses}) == len(responses)
