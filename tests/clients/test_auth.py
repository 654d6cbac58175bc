"""The generated clients authenticate by themselves, with credentials of the environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

import pytest

import amazon_catalog_items
from scripts.apis import apis, client
from scripts.mock.serving import Mocks
from scripts.mock.vendors.amazon_catalog_items.vendor import AmazonCatalogItemsOptions
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.caller import Caller
from tests.clients.causes import ADD, ARCHIVE, PRODUCT, SEARCH, UNKNOWN_PRODUCT, asking
from tests.clients.conformance import MOCKED
from tests.properties.contract import load
from tests.support.ways import Way

CALLS: Final[Mapping[str, tuple[str, Any, int]]] = {
    JWO: (ARCHIVE, asking(ARCHIVE, "SKU-Ünknown *~"), 201),
    ITEMS: (SEARCH, asking(SEARCH, "B000000001"), 200),
    YANDEX: (ADD, asking(ADD, "x"), 200),
    SHIPSIDEKICK: (PRODUCT, asking(PRODUCT, UNKNOWN_PRODUCT), 404),
}
VARIABLES: Final = [
    (api, name)
    for api in MOCKED
    for scheme in load(api).security.values()
    for name in scheme.get("x-client-credentials", {}).get("environment", {}).values()
]


@pytest.fixture
def environment(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a user whom all vendors know."""
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    for given in mocks.served.credentials.values():
        for name, value in given.items():
            monkeypatch.setenv(name, value)
    return monkeypatch


def test_slow_modules_are_imported_when_they_are_needed() -> None:
    folders = [str(each.folder) for each in apis().values()]
    program = f"import sys; sys.path += {folders}; import {', '.join(apis())}\n"
    program += "print([*{'asyncio', 'botocore'} & sys.modules.keys()])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("api", CALLS)
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
        client(api).errors.CredentialsError, match=f"^no credentials: give `auth`, or set {name} in the environment(;|$)"
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


@pytest.mark.parametrize(
    ("api", "name", "value"),
    [
        pytest.param(ITEMS, "SP_API_REFRESH_TOKEN", AmazonCatalogItemsOptions().roleless_refresh_token, id="no role"),
        pytest.param(JWO, "AWS_SECRET_ACCESS_KEY", "wrong", id="a wrong key"),
    ],
)
def test_a_call_without_access_is_forbidden(
    api: str, name: str, value: str, mocks: Mocks, way: Way, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv(name, value)
    operation, arguments, _ = CALLS[api]
    ended = Caller(way, mocks, api, client(api).auth.from_environment()).call(operation, arguments)
    assert isinstance(ended.error, client(api).errors.Forbidden)


def test_a_refused_refresh_token_raises_a_credentials_error(mocks: Mocks, way: Way, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SP_API_REFRESH_TOKEN", "Atzr|wrong")
    operation, arguments, _ = CALLS[ITEMS]
    caller = Caller(way, mocks, ITEMS, amazon_catalog_items.auth.from_environment())
    with pytest.raises(amazon_catalog_items.errors.CredentialsError, match=r"^LoginWithAmazon got no token: invalid_grant: "):
        caller.call(operation, arguments)
