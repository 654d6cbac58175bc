"""A mock without code checks the credentials that the security schemes of its document say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from scripts.mock.engine.clock import VirtualClock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings

TOKEN_URL = "https://login.example.com/oauth/token"  # noqa: S105 - no secret
SCHEMES: dict[str, dict[str, Any]] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": {}}}},
    "refreshed": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Token",
        "x-client-credentials": {
            "environment": {"client_id": "ID", "client_secret": "SECRET", "refresh_token": "REFRESH"},
            "optional": {"url": "TOKEN_URL"},
            "token": {"grant": "refresh_token", "url": TOKEN_URL},
        },
    },
    "signed": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "x-client-credentials": {"environment": {"region": "AWS_REGION"}},
    },
}


def document(name: str, *, security: list[Any]) -> dict[str, Any]:
    responses = {"200": {"description": "Things."}, "401": {"description": "Unknown."}}
    return {
        "openapi": "3.0.3",
        "info": {"title": name, "version": "1"},
        "security": security,
        "paths": {"/things": {"get": {"operationId": "things", "responses": responses}}},
        "components": {"securitySchemes": {each: SCHEMES[each] for requirement in security for each in requirement}},
    }


@pytest.fixture(scope="module")
def mocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mocks]:
    """One mock for each scheme, one for two schemes together or a third one, and one that anyone may call."""
    folder = tmp_path_factory.mktemp("access")
    required: dict[str, list[Any]] = {name: [{name: []}] for name in SCHEMES}
    required |= {"several": [{"header": [], "query": []}, {"bearer": []}], "nothing": [{}, {"header": []}]}

    def kind(name: str) -> Any:
        path: Path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(document(name, security=required[name])), encoding="utf-8")
        return generic(of_file(path))

    with running(Settings(), kinds=[kind(name) for name in required], clock=VirtualClock()) as found:
        yield found


def status(mocks: Mocks, name: str, **options: Any) -> int:
    return httpx2.get(f"{mocks.served.urls[name]}/things", **options).status_code


PRESENTED: dict[str, Callable[[str], dict[str, Any]]] = {
    "header": lambda key: {"headers": {"X-Key": key}},
    "query": lambda key: {"params": {"key": key}},
    "cookie": lambda key: {"headers": {"cookie": f"a=b; key={key}"}},
    "bearer": lambda token: {"headers": {"Authorization": f"Bearer {token}".strip()}},
    "basic": lambda password: {"auth": ("mock", password)},
}


@pytest.mark.parametrize("name", PRESENTED)
def test_a_credential_is_checked_where_it_is_sent(mocks: Mocks, name: str) -> None:
    right = {"bearer": "mock-token", "basic": "mock-password"}.get(name, "mock-key")
    assert [status(mocks, name, **PRESENTED[name](each)) for each in (right, "wrong", "")] == [200, 401, 401]
    assert status(mocks, name) == 401


def test_several_schemes_may_be_needed_together_or_instead(mocks: Mocks) -> None:
    header, query = {"X-Key": "mock-key"}, {"key": "mock-key"}
    assert status(mocks, "several", headers=header) == status(mocks, "several", params=query) == 401
    assert status(mocks, "several", headers=header, params=query) == 200
    assert status(mocks, "several", headers={"Authorization": "bearer mock-token"}) == 200
    assert status(mocks, "nothing") == status(mocks, "nothing", headers={"X-Key": "wrong"}) == 200


def test_client_credentials_get_tokens_that_expire(mocks: Mocks) -> None:
    url = f"{mocks.served.urls['oauth']}/oauth/token"
    client = {"client_id": "mock-client", "client_secret": "mock-client-secret"}
    forms: list[dict[str, Any]] = [
        {"data": {"grant_type": "client_credentials", **client}},
        {"data": {"grant_type": "client_credentials"}, "auth": tuple(client.values())},
    ]
    for form in forms:
        token = httpx2.post(url, **form).json()["access_token"]
        assert status(mocks, "oauth", headers={"Authorization": f"Bearer {token}"}) == 200
        clock: Any = mocks.vendors["oauth"].clock
        clock.advance(3600)
        assert status(mocks, "oauth", headers={"Authorization": f"Bearer {token}"}) == 401
    refused = httpx2.post(url, data={"grant_type": "client_credentials", **client, "client_secret": "wrong"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_a_refresh_token_is_exchanged_at_the_url_that_is_reported(mocks: Mocks) -> None:
    given = mocks.served.credentials["refreshed"]
    form = {"client_id": given["ID"], "client_secret": given["SECRET"], "refresh_token": given["REFRESH"]}
    token = httpx2.post(given["TOKEN_URL"], data={"grant_type": "refresh_token", **form}).json()["access_token"]
    assert status(mocks, "refreshed", headers={"X-Token": token}) == 200
    assert status(mocks, "refreshed", headers={"X-Token": "wrong"}) == 401


def test_a_signature_is_recomputed(mocks: Mocks) -> None:
    given = mocks.served.credentials["signed"]
    for secret, expected in (given["AWS_SECRET_ACCESS_KEY"], 200), ("wrong", 401):
        request = AWSRequest(method="GET", url=f"{mocks.served.urls['signed']}/things")
        SigV4Auth(Credentials(given["AWS_ACCESS_KEY_ID"], secret), "execute-api", given["AWS_REGION"]).add_auth(request)
        assert status(mocks, "signed", headers=dict(request.headers)) == expected


PAGES = {"page": "$request.query.page", "items": "$response.body", "beyond": 404}
RETRY = {"responses": [{"status": 404, "wait": 1}], "attempts": 2, "maxWait": 1, "idempotent": True}


@pytest.mark.parametrize(
    ("tables", "status"),
    [
        ({}, 404),
        ({"x-client-pagination": PAGES}, 401),
        ({"x-client-confirmation": {"rejects": [404]}}, 401),
        ({"x-client-retry": RETRY}, 401),
    ],
    ids=["none", "beyond", "rejects", "retry"],
)
def test_a_wrong_key_is_not_refused_by_a_status_that_means_something_else(
    tables: dict[str, Any], status: int, tmp_path: Path
) -> None:
    """Of an operation that documents no 401, a status is used that refuses a request, unless a table gives it a meaning."""
    data = document("Things", security=[{"header": []}])
    operation = data["paths"]["/things"]["get"]
    schema = {"type": "array", "items": {"type": "string"}}
    operation["responses"] = {
        "200": {"description": "Things.", "content": {"application/json": {"schema": schema}}},
        "404": {"description": "None."},
    }
    operation["parameters"] = [{"name": "page", "in": "query", "schema": {"type": "integer"}}]
    path = tmp_path / "things.yaml"
    path.write_text(yaml.safe_dump({**data, "paths": {"/things": {"get": {**operation, **tables}}}}), encoding="utf-8")
    with running(Settings(), kinds=[generic(of_file(path))], clock=VirtualClock()) as mocks:
        url = f"{mocks.served.urls['things']}/things"
        assert httpx2.get(url, headers={"X-Key": "wrong"}).status_code == status
