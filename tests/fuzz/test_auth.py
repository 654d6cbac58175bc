from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from scripts.apis import apis, client
from scripts.fuzz.auth import AuthError, ClientAuth, Credentials, authentication, credentials, declared_in
from scripts.mock.serving import Mocks
from scripts.spec.document import read
from tests.fuzz.server import MockResponse, Seen, as_json, serving

JWO = "amazon_jwo_catalog"


@pytest.mark.parametrize(("path", "status"), [("archive", 400), ("archive?a=%2F&b=ü", 400), ("%2F", 404)])
def test_the_bytes_that_are_signed_are_the_bytes_that_are_sent(
    mocks: Mocks, monkeypatch: pytest.MonkeyPatch, path: str, status: int
) -> None:
    for name, value in mocks.served.credentials[JWO].items():
        monkeypatch.setenv(name, value)
    url, body = f"{mocks.served.urls[JWO]}/v1/catalog/{path}", {"itemSkus": ["ä/%2F", "\u0000"]}
    assert requests.post(url, json=body, auth=authentication(JWO), timeout=60).status_code == status
    assert requests.post(url, json=body, auth=lambda request: request, timeout=60).status_code == 403


class Login:
    """A token endpoint, and an API that accepts only the last token."""

    def __init__(self) -> None:
        self.given = 0
        self.valid = ""

    def __call__(self, request: Seen) -> MockResponse:
        if request.path == "/token":
            self.given += 1
            self.valid = f"token-{self.given}"
            return as_json(200, {"access_token": self.valid, "expires_in": 100})
        return as_json(200 if request.headers.get("x-amz-access-token") == self.valid else 403, {})


def login(url: str) -> ClientAuth:
    package = client("amazon_catalog_items")
    auth = package.auth.LoginWithAmazon(client_id="x", client_secret="x", refresh_token="x", url=f"{url}/token")  # noqa: S106 - of these tests
    return ClientAuth(auth, package.errors.CredentialsError)


def test_a_token_is_renewed_once_after_a_403() -> None:
    vendor = Login()
    with serving(vendor) as served:
        auth = login(served.url)
        for lost in (False, False, True):
            vendor.valid = "" if lost else vendor.valid
            assert requests.get(served.url, auth=auth, timeout=60).status_code == 200
        assert auth.tokens == ["token-1", "token-2"]
    with serving(lambda request: Login()(request) if request.path == "/token" else as_json(403, {})) as served:
        assert requests.get(served.url, auth=login(served.url), timeout=60).status_code == 403
        assert [request.path for request in served.seen] == ["/token", "/", "/token", "/"]


def test_a_refused_refresh_token_is_reported() -> None:
    with serving(lambda _: as_json(400, {"error": "invalid_grant"})) as served:
        auth = login(served.url)
        for _ in range(2):  # the first error does not keep the lock of the credentials
            with pytest.raises(AuthError, match="LoginWithAmazon got no token: invalid_grant"):
                requests.get(served.url, auth=auth, timeout=60)


def test_missing_variables_are_named() -> None:
    missing = credentials(JWO).missing({"AWS_REGION": "", "AWS_ACCESS_KEY_ID": "x"})
    assert missing == ["AWS_SECRET_ACCESS_KEY", "AWS_REGION"]


@pytest.mark.parametrize("api", apis())
def test_the_variables_are_those_of_the_generated_client(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = credentials(api)
    for name in declared.required:
        monkeypatch.setenv(name, "x")
    auth = authentication(api)
    assert (auth is not None) == bool(declared.required)
    assert set(declared.secret) <= {*declared.required, *declared.optional}


def declared(folder: Path, schemes: dict[str, Any], *required: Sequence[str]) -> Credentials:
    """Return the credentials of a new API with these security schemes, one of which it requires, or else what is given."""
    security: list[dict[str, list[str]]] = [{name: [] for name in names} for names in required or ((name,) for name in schemes)]
    content = {"openapi": "3.0.3", "paths": {"/x": {"get": {"security": security}}}, "components": {"securitySchemes": schemes}}
    spec = folder / "fifth.yaml"
    spec.write_text(yaml.safe_dump(content, sort_keys=False))
    return declared_in(read(spec))


@pytest.mark.parametrize(
    ("scheme", "variables", "curl"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"key": "KEY"}, '-H "X-Key: $KEY"'),
        ({"type": "apiKey", "in": "query", "name": "key"}, {"key": "KEY"}, '--url-query "key=$KEY"'),
        ({"type": "apiKey", "in": "cookie", "name": "key"}, {"key": "KEY"}, '-b "key=$KEY"'),
        ({"type": "http", "scheme": "bearer"}, {"token": "KEY"}, '-H "Authorization: Bearer $KEY"'),
        ({"type": "http", "scheme": "basic"}, {"username": "A", "password": "B"}, '--user "$A:$B"'),
    ],
)
def test_a_new_api_needs_no_code(tmp_path: Path, scheme: dict[str, Any], variables: dict[str, str], curl: str) -> None:
    found = declared(tmp_path, {"Fifth": {**scheme, "x-client-credentials": {"environment": variables}}})
    assert (found.required, found.secret, found.curl) == (tuple(variables.values()), tuple(variables.values()), curl)


@pytest.mark.parametrize(
    ("schemes", "described"),
    [
        ({}, "none"),
        ({"shelfKey": {"type": "http", "scheme": "bearer"}}, "API_SHELF_KEY"),
        ({name: {"type": "http", "scheme": "basic"} for name in "ab"}, "API_A_USERNAME, API_A_PASSWORD"),
        ({"unusual": {"type": "http", "scheme": "hoba"}, "shelfKey": {"type": "http", "scheme": "bearer"}}, "API_SHELF_KEY"),
    ],
)
def test_variables_that_a_spec_does_not_name_have_the_names_of_api_and_scheme(
    tmp_path: Path, schemes: dict[str, Any], described: str
) -> None:
    assert declared(tmp_path, schemes).described == described


KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
SCHEMES = {
    "hoba": {"type": "http", "scheme": "hoba"},
    "tls": {"type": "mutualTLS"},
    "token": {"type": "http", "scheme": "bearer"},
    "appId": {**KEY, "in": "query", "name": "id"},
    "named": {**KEY, "x-client-credentials": {"environment": {"key": "NAMED"}}},
    "signed": {**KEY, "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
}


@pytest.mark.parametrize(
    ("schemes", "required", "variables"),
    [
        (("token", "appId"), [["appId"], ["token"]], ["API_APP_ID"]),
        (("token", "appId"), [["token", "appId"]], ["API_TOKEN", "API_APP_ID"]),
        (("token", "appId", "hoba"), [["appId", "hoba"], ["token"]], ["API_TOKEN"]),
        (("token", "tls"), [["tls"], ["token", "tls"]], ["API_TOKEN"]),
        (("token", "signed"), [["token", "signed"]], []),
        (("token",), [["token"], []], []),
        (("token", "named"), [["token"], ["named"]], ["NAMED"]),
        (("token", "named"), [["token"], ["token", "named"]], ["API_TOKEN", "NAMED"]),
        (("token", "named"), [["token"]], ["NAMED"]),
        (("hoba", "tls"), [["hoba"], ["tls"]], []),
    ],
)
def test_variables_are_those_of_the_first_requirement_that_a_client_satisfies(
    tmp_path: Path, schemes: Sequence[str], required: list[list[str]], variables: list[str]
) -> None:
    assert list(declared(tmp_path, {name: SCHEMES[name] for name in schemes}, *required).required) == variables


def test_credentials_that_are_required_together_are_all_given_to_curl(tmp_path: Path) -> None:
    found = declared(tmp_path, {name: SCHEMES[name] for name in ("token", "appId")}, ["token", "appId"])
    assert found.curl == '-H "Authorization: Bearer $API_TOKEN" --url-query "id=$API_APP_ID"'
    assert (found.secret, found.names) == (("API_TOKEN", "API_APP_ID"), ("Authorization", "id"))


@pytest.mark.parametrize("is_combined", [False, True])
def test_a_key_in_the_query_is_added_to_the_url(is_combined: bool) -> None:
    package = client("shipsidekick_products")
    auth = package._runtime.auth.QueryAuth("key", "a/b")
    if is_combined:
        auth = package._runtime.auth.CombinedAuth(auth)
    with serving(lambda _: as_json(200, {})) as served:
        requests.get(f"{served.url}/x?a=1,2", auth=ClientAuth(auth, package.errors.CredentialsError), timeout=60)
    assert served.seen[0].path == "/x?a=1,2&key=a%2Fb"
