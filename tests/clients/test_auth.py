"""The generated clients authenticate by themselves, with credentials of the environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

import amazon_catalog_items
import amazon_jwo_catalog
import yandex_market_offers
from scripts.apis import apis, client
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.caller import Caller
from tests.clients.causes import BUSINESS, STORES, UNKNOWN_PRODUCT
from tests.clients.conformance import MOCKED
from tests.properties.contract import load
from tests.support.ways import Way

CALLS: Final[Mapping[str, tuple[str, Any, int]]] = {
    JWO: (
        "archiveCatalog",
        {"body": amazon_jwo_catalog.models.ArchiveCatalogRequest(item_skus=["SKU-Ünknown *~"], all_applicable_stores=[*STORES])},
        201,
    ),
    ITEMS: ("searchCatalogItems", {"marketplace_ids": ["ATVPDKIKX0DER"], "keywords": ["no such word"]}, 200),
    YANDEX: (
        "addOffersToArchive",
        {"business_id": BUSINESS, "body": yandex_market_offers.models.AddOffersToArchiveRequest(offer_ids=["x"])},
        200,
    ),
    SHIPSIDEKICK: ("archiveProduct", {"product_id": UNKNOWN_PRODUCT}, 404),
}
VARIABLES: Final = [
    (api, name)
    for api in MOCKED
    for scheme in load(api).security.values()
    for name in scheme["x-client-credentials"]["environment"].values()
]
EACH = pytest.mark.parametrize("api", CALLS)


@pytest.fixture
def environment(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a user whom all vendors know."""
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    for given in mocks.served.credentials.values():
        for name, value in given.items():
            monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize("api", apis())
def test_slow_modules_are_imported_when_they_are_needed(api: str) -> None:
    program = f"import sys, {api}; print([name for name in ('asyncio', 'botocore') if name in sys.modules])"
    folder = Path(client(api).__file__ or "").parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@EACH
def test_credentials_of_the_environment_are_accepted(api: str, mocks: Mocks, way: Way, environment: pytest.MonkeyPatch) -> None:
    operation, arguments, status = CALLS[api]
    auth = client(api).auth.from_environment()
    ended = Caller(way, mocks, api, auth).call(operation, arguments)
    assert ended.response is not None
    assert ended.response.status_code == status
    environment.undo()
    assert Caller(way, mocks, api, auth).call(operation, arguments).response.status_code == status  # type: ignore[union-attr]  # it came


@pytest.mark.parametrize(("api", "name"), VARIABLES)
def test_a_variable_that_is_not_set_is_named(api: str, name: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv(name, "")
    with pytest.raises(
        client(api).errors.CredentialsError, match=f"^no credentials: give `auth`, or set {name} in the environment$"
    ):
        client(api).auth.from_environment()


@pytest.mark.usefixtures("environment")
def test_a_token_is_requested_once_and_renewed_when_it_is_refused(mocks: Mocks, way: Way) -> None:
    operation, arguments, _ = CALLS[ITEMS]
    caller = Caller(way, mocks, ITEMS, amazon_catalog_items.auth.from_environment())
    login: Any = mocks.vendors[ITEMS]
    caller.succeed(operation, **arguments)
    (token,) = {each.request.headers.get("x-amz-access-token") for each in way.came if "x-amz-access-token" in each.request.headers}
    caller.succeed(operation, **arguments)
    assert [each.request.headers["x-amz-access-token"] for each in way.came] == [token]
    del login._login._issued[token]
    caller.succeed(operation, **arguments)
    assert way.came[-1].request.headers["x-amz-access-token"] != token


def test_an_account_without_the_role_is_refused_after_the_renewal(mocks: Mocks, way: Way, environment: pytest.MonkeyPatch) -> None:
    options: Any = mocks.vendors[ITEMS].options
    environment.setenv("SP_API_REFRESH_TOKEN", options.roleless_refresh_token)
    operation, arguments, _ = CALLS[ITEMS]
    ended = Caller(way, mocks, ITEMS, amazon_catalog_items.auth.from_environment()).call(operation, arguments)
    assert isinstance(ended.error, amazon_catalog_items.errors.Forbidden)


def test_a_refused_refresh_token_raises_a_credentials_error(mocks: Mocks, way: Way, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SP_API_REFRESH_TOKEN", "Atzr|wrong")
    operation, arguments, _ = CALLS[ITEMS]
    caller = Caller(way, mocks, ITEMS, amazon_catalog_items.auth.from_environment())
    with pytest.raises(amazon_catalog_items.errors.CredentialsError, match=r"^LoginWithAmazon got no token: invalid_grant: "):
        caller.call(operation, arguments)


def test_a_signature_with_a_wrong_key_is_refused(mocks: Mocks, way: Way, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    operation, arguments, _ = CALLS[JWO]
    ended = Caller(way, mocks, JWO, amazon_jwo_catalog.auth.from_environment()).call(operation, arguments)
    assert isinstance(ended.error, amazon_jwo_catalog.errors.Forbidden)
