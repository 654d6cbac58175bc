"""Credentials come from the environment where none are given, and what is missing there is named."""

from __future__ import annotations

import httpx2
import pytest

from catalog_clients import CredentialsError, SigV4
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import STORES
from tests.clients.products import untouched
from tests.overrides.test_bad_input import RUNS, played
from tests.overrides.ways import Way, responses, setting

_VENDORS = {JWO: ("AWS_REGION",), YANDEX: ("YANDEX_MARKET_API_KEY",), SHIPSIDEKICK: ("SHIPSIDEKICK_API_KEY",)}
_SP_API = ("SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN")
_AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION")


@pytest.mark.parametrize("api", [JWO, ITEMS, YANDEX, SHIPSIDEKICK])
def test_without_credentials_the_variables_that_could_have_them_are_named(
    api: str, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _VENDORS.get(api, _SP_API)
    for name in (*_AWS, *_SP_API, "SP_API_TOKEN_URL", *names):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsError, match=f"no credentials: give `auth`, or set {' and '.join(names)} in the environment"):
        way.facade(api, "http://127.0.0.1:9")


def test_a_region_without_keys_is_no_credential(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_aws(monkeypatch)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(
        CredentialsError, match=r"no credentials: neither `auth` nor the AWS chain \(environment, profile, role\) has any"
    ):
        way.facade(JWO, "http://127.0.0.1:9")


@pytest.mark.parametrize("name", ["archive", "archive offers", "archive products"])
def test_credentials_are_taken_from_the_environment(name: str, way: Way, mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    api, run, item = RUNS[name]
    _without_aws(monkeypatch)
    for variable, value in mocks.served.credentials[api].items():
        monkeypatch.setenv(variable, value)
    (outcome,) = way.read(run(way.to(mocks, api, auth=None), [item]))
    assert outcome.status in {"confirmed", "rejected"}
    assert outcome.attempt == 1


def test_credentials_of_amazon_are_taken_from_the_environment_to_its_login(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        asked.append(f"{request.method} {request.url.host} {request.url.path}")
        if request.url.host == "api.amazon.com":
            assert request.content == b"grant_type=refresh_token&refresh_token=three&client_id=one&client_secret=two"
            return httpx2.Response(200, json={"access_token": "four", "expires_in": 3600})
        assert request.headers["x-amz-access-token"] == "four"
        return httpx2.Response(200, json={"numberOfResults": 0, "items": []})

    monkeypatch.delenv("SP_API_TOKEN_URL", raising=False)
    for variable, value in zip(_SP_API, ("one", "two", "three"), strict=True):
        monkeypatch.setenv(variable, value)
    (match,) = way.read(RUNS["lookup"][1](played(way, ITEMS, play), ["B000000001"]))
    assert match.status == "missing"
    assert asked == ["POST api.amazon.com /auth/o2/token", "GET vendor.example /catalog/2022-04-01/items"]


def test_a_role_is_assumed_for_just_walk_out(way: Way, mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    _without_aws(monkeypatch)
    given = mocks.served.credentials[JWO]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, given[name])
    auth = SigV4(given["AWS_REGION"], role_arn=given["AWS_ROLE_ARN"], sts_url=given["AWS_ENDPOINT_URL_STS"])
    before = responses(mocks.vendors[JWO])
    with setting(mocks.vendors[JWO], role_lifetime=3_600_000):
        (outcome,) = way.read(way.to(mocks, JWO, auth=auth).archive([untouched(mocks.vendors[JWO])], stores=STORES))
    assert outcome.status == "confirmed"
    assert (responses(mocks.vendors[JWO]) - before)["/sts 200"] == 1


def _without_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine be found by the AWS chain, and nothing be asked for it."""
    for name in _AWS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
