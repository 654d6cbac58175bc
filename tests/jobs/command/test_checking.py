"""`catalog config check` and `catalog apis`."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

import yandex_market_offers
from catalog_jobs import apis
from catalog_jobs.command import parts
from catalog_jobs.errors import DatabaseError
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO
from tests.jobs.command.calling import KEY, SECRET, Catalog

API = "yandex_market_offers"


def test_what_is_set_and_what_is_missing_is_said(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)
    ended = catalog("config", "check", API)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].endswith("settings/catalog/config.toml (not found)")
    assert [lines[1], *lines[3:]] == [
        "profile: none",
        "width: 8 (default)",
        "jobs: none; the first job creates the database",
        "keyring: not used",
        "",
        API,
        "  base_url: https://api.partner.market.yandex.ru",
        f"  {KEY}: set, from the environment",
        "  credentials: complete",
        "  check: none; the spec has no x-client-check, so wrong credentials are noticed only when something is sent",
    ]
    monkeypatch.delenv(KEY)
    ended = catalog("config", "check", API, "amazon_jwo_catalog")
    assert ended.code == 1
    assert f"  {KEY}: missing" in ended.out
    assert f"  credentials: {API}: no credentials: set {KEY} in the environment" in ended.out
    assert "  base_url: missing: amazon_jwo_catalog needs the URL of its endpoint" in ended.out


def test_a_database_that_cannot_be_used_is_said(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: str) -> Any:
        raise DatabaseError("it is of a newer version")

    monkeypatch.setenv(KEY, SECRET)
    monkeypatch.setattr(parts, "open_jobs", refused)
    monkeypatch.setenv("CATALOG_DATABASE", "jobs.sqlite")
    Path("jobs.sqlite").touch()
    ended = catalog("config", "check", API, "--offline")
    assert ended.code == 1
    assert "jobs: unknown: it is of a newer version; --database or CATALOG_DATABASE names another one\n" in ended.out


def test_a_check_makes_no_database(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert "jobs: none; the first job creates the database" in catalog("config", "check", API, "--offline").out
    assert (folder.exists(), catalog.database.paths) == (False, [])
    (folder / "catalog").mkdir(parents=True)
    (folder / "catalog/jobs.sqlite").touch()
    assert "jobs: 0\n" in catalog("config", "check", API, "--offline").out
    assert "jobs: 0\n" in catalog("config", "check", API, "--offline", "--database", "postgresql://db.example/catalog").out


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(200, 0, "the credentials are accepted"), (0, 1, "no response: ConnectError: no route (https://vendor.example)")],
)
def test_credentials_are_checked_by_a_request_that_changes_nothing(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, status: int, code: int, said: str
) -> None:
    class Client(nullcontext[Any]):
        def __init__(self, *, auth: httpx2.Auth, base_url: str) -> None:
            super().__init__(self)
            assert (repr(auth), base_url) == ("ApiKey(***)", "https://vendor.example")

        def list_all(self) -> None:
            """Stand for an operation that the spec does not have."""
            if status != 200:
                raise httpx2.ConnectError("no route", request=httpx2.Request("GET", "https://vendor.example/all"))

    found = next(iter(apis.operations(API).values()))
    only = replace(found, name="listAll", method="list_all", check=apis.CredentialsCheck({}))
    monkeypatch.setattr(apis, "operations", lambda _: {"listAll": only})
    monkeypatch.setattr(yandex_market_offers, "Client", Client)
    monkeypatch.setenv("CATALOG_BASE_URL", "https://vendor.example")
    monkeypatch.setenv(KEY, SECRET)
    ended = catalog("config", "check", API)
    assert ended.out.splitlines()[-1] == f"  check: listAll: {said}"
    assert ended.code == code


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, "a request without credentials is accepted"),
        (yandex_market_offers.errors.Unauthorized, 1, "a request without credentials is refused: "),
    ],
)
@pytest.mark.parametrize("has_classes", [True, False])
def test_an_api_that_needs_no_credentials_is_asked_without_them(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, error: Any, code: int, said: str, *, has_classes: bool
) -> None:
    class Client(nullcontext[Any]):
        def __init__(self, *, auth: httpx2.Auth | None) -> None:
            super().__init__(self)
            assert auth is None

        def list_all(self) -> None:
            """Stand for an operation that the spec does not have."""
            if error:
                response = httpx2.Response(401, request=httpx2.Request("GET", "https://vendor.example/all"))
                raise error("refused", data=None, operation="listAll", method="GET", url="/all", request_id=None, response=response)

    found = next(iter(apis.operations(API).values()))
    only = replace(found, name="listAll", method="list_all", check=apis.CredentialsCheck({}))
    monkeypatch.setattr(apis, "operations", lambda _: {"listAll": only})
    monkeypatch.setattr(yandex_market_offers, "Client", Client)
    monkeypatch.setattr(yandex_market_offers, "auth", SimpleNamespace())
    if not has_classes:
        monkeypatch.delattr(yandex_market_offers, "auth")
    ended = catalog("config", "check", API)
    assert "\n  credentials: no credentials are needed" in ended.out
    assert f"\n  check: listAll: {said}" in ended.out
    assert ended.code == code


@pytest.mark.parametrize("api", [ITEMS, JWO])
@pytest.mark.parametrize("is_right", [True, False])
def test_vendors_are_asked_whether_credentials_are_accepted(
    catalog: Catalog, mocks: Mocks, monkeypatch: pytest.MonkeyPatch, api: str, *, is_right: bool
) -> None:
    short = {ITEMS: "amazon", JWO: "jwo"}[api]
    for name, value in mocks.served.credentials[api].items():
        wrong = not is_right and name in ("AWS_SECRET_ACCESS_KEY", "SP_API_REFRESH_TOKEN")
        monkeypatch.setenv(name, f"{value}x" if wrong else value)
    ended = catalog("config", "check", short, "--base-url", mocks.served.urls[api])
    last_line = ended.out.splitlines()[-1]
    assert f"base_url: {mocks.served.urls[api]}" in ended.out
    assert ended.code == (not is_right)
    assert last_line.endswith(": the credentials are accepted") == is_right


def test_a_vendor_without_a_url_is_not_asked(catalog: Catalog, mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in mocks.served.credentials[JWO].items():
        monkeypatch.setenv(name, value)
    assert catalog("config", "check", "jwo").out.splitlines()[-1] == "  check: not sent, as the URL is missing"


def test_all_that_is_missing_is_named_at_once(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    for _ in range(2):
        ended = catalog("config", "check", "jwo", "--offline")
        assert ended.code == 1
        assert ("AWS_REGION: missing" in ended.out) == (
            "set AWS_REGION in the environment; also set AWS_ACCESS_KEY_ID" in ended.out
        )
        assert "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, unless the machine has a role with keys" in ended.out
        monkeypatch.setenv("AWS_REGION", "eu-west-1")


def test_a_url_is_that_of_one_api(catalog: Catalog) -> None:
    refusal = catalog.refusal("config", "check", "--base-url", "http://localhost")
    assert refusal.startswith("--base-url and --server are for one API; name it, such as: ")


def test_an_unknown_api_is_refused(catalog: Catalog) -> None:
    assert catalog.refusal("config", "check", "yandex_market").endswith("did you mean yandex_market_offers?")


def test_the_installed_apis_are_listed(catalog: Catalog) -> None:
    rows, _, explained = catalog("apis").out.partition("\n\n")
    lines = [re.split("  +", line) for line in rows.splitlines()]
    names = [line[0] for line in lines]
    assert lines[0] == ["API.OPERATION", "COMMANDS", "SHORT NAMES", "WHAT IT DOES"]
    assert names[1] == "amazon_catalog_items.searchCatalogItems"
    assert [f"{API}.addOffersToArchive", "run", "archive yandex", "Put offers into the archive"] in lines
    assert ["amazon_catalog_items.getCatalogItem", "-", "-"] in [line[:3] for line in lines]
    assert explained.startswith("Call an operation as `catalog COMMAND API.OPERATION`, or by a short name, such as ")
    assert "yandex_market_offers.deleteOffersFromArchive" in names
    events = catalog("apis", "--json").events
    assert {"api": API, "operation": "addOffersToArchive", "uses": ["run"], "title": "Put offers into the archive"} in events
