"""What a run says of itself, to the vendor and in logs, and what it keeps secret."""

from __future__ import annotations

import logging
import pickle
import platform
import re
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2
import pytest

from amazon_catalog_items.auth import LoginWithAmazonToken as AccessToken
from catalog_clients import Limits, LoginWithAmazon, Retries, SigV4
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from shipsidekick_products.auth import BearerKey
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import BUSINESS, SEARCH, STORES
from tests.overrides.vendors import intercepting
from tests.overrides.ways import Way, smallest_run
from yandex_market_offers.auth import ApiKey

_SECRET = "s3cr3t-v4lue"  # noqa: S105 - of no one


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"http_client": None}, "catalog-clients/0.1.0"),
        ({"http_client": None, "application": "Shop/1.2"}, "Shop/1.2"),
        ({"application": "Shop/1.2"}, "Shop/1.2"),
    ],
    ids=["default", "own client", "client of the caller"],
)
def test_the_user_agent_names_the_application_and_its_language(
    options: dict[str, Any], name: str, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents: list[str] = []

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        agents.append(call.headers["user-agent"])
        return await respond(call)

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with intercepting(intercept) as mocks:
        way.read(way.to(mocks, YANDEX, **options).archive(["SKU-0000001"], business_id=BUSINESS))
    assert agents == [f"{name} (Language=Python/{platform.python_version()})"]


@pytest.mark.parametrize("has_id", [True, False])
def test_a_log_line_has_operation_request_attempt_and_wait(has_id: bool, way: Way, caplog: pytest.LogCaptureFixture) -> None:
    def play(request: httpx2.Request) -> httpx2.Response:
        if not has_id:
            raise httpx2.ConnectError("no", request=request)
        return httpx2.Response(500, headers={"x-amzn-RequestId": "one"})

    caplog.set_level(logging.DEBUG, "catalog_clients")
    retries, limits = Retries(attempts=3, max_wait=0.01), Limits({SEARCH: None})
    facade = way.played(ITEMS, play, auth=AccessToken(_SECRET), retries=retries, limits=limits)
    way.read(smallest_run(facade, ITEMS))
    reported = [each.getMessage() for each in caplog.records if each.module == "call"]
    assert len(reported) == 2
    request, why = (" request one:", "500") if has_id else ("", "ConnectError")
    for number, line in enumerate(reported, 1):
        expected = rf"{SEARCH}:{request} attempt {number} failed \({why}\); next attempt in 0\.0\d s"
        assert re.fullmatch(expected, line)


def test_logs_say_which_ingestion_has_which_items(way: Way, mocks: Mocks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "catalog_clients")
    (outcome, _) = way.read(way.to(mocks, JWO).archive(["NONE-1", "NONE-2"], stores=STORES))
    assert f"ingestion {outcome.ingestion_id} has 2 items, from number 1 on" in caplog.messages


@pytest.mark.parametrize("api", [ITEMS, JWO, SHIPSIDEKICK, YANDEX])
def test_the_logs_of_connections_have_no_secret(api: str, way: Way, caplog: pytest.LogCaptureFixture) -> None:
    secrets: set[str] = set()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        names = ("authorization", "api-key", "x-amz-access-token", "x-amz-security-token")
        secrets.update(call.headers[name].split()[-1].removeprefix("Signature=") for name in names if name in call.headers)
        return await respond(call)

    caplog.set_level(logging.DEBUG)
    with intercepting(intercept) as mocks:
        way.read(smallest_run(way.to(mocks, api), api))
    assert any(each.name.startswith("httpcore2") for each in caplog.records)
    assert secrets
    assert not [each for each in secrets if each in caplog.text]


_AUTHS: dict[str, tuple[str, Callable[[], httpx2.Auth]]] = {
    "SigV4": (JWO, lambda: SigV4("us-east-1")),
    "LoginWithAmazon": (ITEMS, lambda: LoginWithAmazon(client_id="id", client_secret=_SECRET, refresh_token=_SECRET)),
    "access token": (ITEMS, lambda: AccessToken(_SECRET)),
    "ApiKey": (YANDEX, lambda: ApiKey(_SECRET)),
    "BearerKey": (SHIPSIDEKICK, lambda: BearerKey(_SECRET)),
}


def texts_of(found: object) -> str:
    """Return all that somebody may print of an object; what cannot be pickled is not."""
    texts = [repr(found), str(found), repr(getattr(found, "__dict__", ""))]
    if isinstance(found, BaseException):
        texts += traceback.format_exception(found)
    with suppress(TypeError, AttributeError, pickle.PicklingError):
        texts.append(pickle.dumps(found).decode("latin-1"))
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("name", "response"),
    [*[(name, response) for name in _AUTHS for response in (500, 403, "cut", "echo", "odd echo")], ("LoginWithAmazon", "no token")],
)
def test_no_secret_is_in_a_repr_a_log_or_an_error(
    name: str, response: int | str, way: Way, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(variable, _SECRET)
    sent: list[str] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        sent.append(f"{dict(request.headers)} {request.content!r}")
        if request.url.path == "/auth/o2/token":
            reported = {"error": "invalid_grant"} if response == "no token" else {"access_token": _SECRET, "expires_in": 3600}
            return httpx2.Response(400 if response == "no token" else 200, json=reported)
        if response == "cut":
            raise httpx2.ReadError("broken off", request=request)
        if response in ("echo", "odd echo"):  # the request as it came, as an error or as a success that is none
            echo = {"status": "ERROR", "message": f"{request.headers}, {request.headers.raw}, {_SECRET.encode().hex()}"}
            return httpx2.Response(403 if response == "echo" else 200, json=echo)
        return httpx2.Response(response if isinstance(response, int) else 403, json={"message": "please retry again"})

    caplog.set_level(logging.DEBUG)
    api, make = _AUTHS[name]
    auth, retries = make(), Retries(max_wait=0.01, attempts=2)
    facade = way.played(api, play, auth=auth, retries=retries)
    result = smallest_run(facade, api)
    outcomes: list[Any] = []
    shown: list[object] = [facade, result, retries, facade._driver, facade._driver._client, facade._api, outcomes]
    try:
        way.read(result, outcomes.append)
    except Exception as error:  # noqa: BLE001 - it is looked at
        shown += [error, error.__cause__, error.__context__]
    assert outcomes
    assert sent
    assert any(_SECRET in each or "Signature=" in each for each in sent)
    assert not [
        each
        for each in (caplog.text, repr(auth), str(auth), *map(texts_of, shown), *map(repr, vars(facade).values()))
        if _SECRET in each or _SECRET.encode().hex() in each
    ]
