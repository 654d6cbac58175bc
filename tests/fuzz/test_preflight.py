"""Calls of the preflight check change nothing, and show whether a real endpoint is the API and accepts the credentials."""

from __future__ import annotations

import socket

import pytest

from scripts.fuzz.auth import AuthError, authentication, credentials
from scripts.fuzz.job import Target
from scripts.fuzz.targets import mock
from scripts.fuzz.worker.preflight import NotTheApi, check_endpoint
from scripts.mock.roster import VENDORS
from scripts.mock.serving import Mocks
from tests.fuzz.server import MockResponse, as_json, serving


@pytest.mark.parametrize("api", [vendor.api for vendor in VENDORS])
def test_only_right_credentials_are_accepted_and_nothing_is_changed(
    mocks: Mocks, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, before = mock(api, mocks.served, {}), list(mocks.vendors[api].held())
    for name, value in target.environ.items():
        monkeypatch.setenv(name, value)
    check_endpoint(target, authentication(api))
    for name in credentials(api).secret:
        monkeypatch.setenv(name, "wrong")
    with pytest.raises((NotTheApi, AuthError), match=r"refuses the credentials: 40[13]|got no token"):
        check_endpoint(target, authentication(api))
    assert list(mocks.vendors[api].held()) == before


def problem(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return why a URL is not that of an API."""
    monkeypatch.setenv("SHIPSIDEKICK_API_KEY", "key-that-nobody-may-see")
    target = Target(api="shipsidekick_products", url=url, environ={}, real=True, writes=True)
    with pytest.raises(NotTheApi) as raised:
        check_endpoint(target, authentication(target.api))
    return str(raised.value)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert problem(url, monkeypatch) == f"{url} cannot be reached: Connection refused"


@pytest.mark.parametrize(
    ("response", "shown"),
    [
        ((200, "text/html", b"<html>hello</html>"), "200, text/html: Undocumented Content-Type: Received: text/html"),
        (as_json(401, {"status": "ERROR"}), '401, application/json: Response violates schema: "error" is a required property'),
        (as_json(418, {"error": {"message": "no"}}), "418, application/json: Undocumented status code: Received: 418"),
    ],
    ids=["a page", "another API", "a status that is not documented"],
)
def test_something_else_responds(response: MockResponse, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda _: response) as served:
        expected = f"{served.url} does not respond as shipsidekick_products does: DELETE /products/{{productId}} gives {shown}"
        assert problem(served.url, monkeypatch) == expected
    # The first call has no credentials, and there is no second one.
    assert [request.headers.get("authorization") for request in served.seen] == [None]


def test_an_endpoint_whose_success_breaks_its_spec_is_left_to_fuzzing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSIDEKICK_API_KEY", "key-that-nobody-may-see")
    refused = as_json(401, {"error": {"message": "Unauthorized."}})
    with serving(lambda request: as_json(200, {}) if "authorization" in request.headers else refused) as served:
        target = Target(api="shipsidekick_products", url=served.url, environ={}, real=True, writes=True)
        check_endpoint(target, authentication(target.api))
    assert len(served.seen) == 2
