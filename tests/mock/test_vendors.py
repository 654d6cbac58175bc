"""What the engine does alike for all vendors, each with its own form of an error."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest

from tests.mock.amazon_catalog import SEARCH, Account
from tests.mock.callers import ARCHIVE, Caller, Organization, Seller, path
from tests.mock.jwo import Retailer

# A path of each vendor with its method, and the status for a caller without credentials.
PATHS: dict[type[Caller], tuple[str, str, int]] = {
    Account: (SEARCH, "GET", 403),
    Organization: ("/products/1", "DELETE", 401),
    Retailer: ("/v1/catalog/upload", "POST", 403),
    Seller: (path(ARCHIVE), "POST", 401),
}


@pytest.fixture(params=PATHS, ids=lambda kind: kind.api)
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    with request.param.served() as found:
        yield found


def test_a_path_that_the_spec_does_not_have_gets_the_vendors_404(caller: Caller) -> None:
    for place in ("/no/such/path", f"{PATHS[type(caller)][0]}/"):
        response = caller.request("GET", place)
        assert (response.status_code, response.json()) == (404, json.loads(caller.vendor.error(404, "Not Found").body))


def test_another_method_gets_the_vendors_405_with_those_that_are_allowed(caller: Caller) -> None:
    place, allowed, _ = PATHS[type(caller)]
    response = caller.request("PUT", place)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json() == json.loads(caller.vendor.error(405, "Method Not Allowed").body)


def test_who_is_not_identified_does_not_learn_which_paths_there_are(caller: Caller) -> None:
    place, _, status = PATHS[type(caller)]
    for each in ("/no/such/path", place):
        assert httpx2.get(caller.http.base_url.join(each)).status_code == status
