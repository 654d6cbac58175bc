"""`catalog config check` and `catalog apis`."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import httpx2
import pytest

import yandex_market_offers
from catalog_jobs import apis
from catalog_jobs.command import parts
from catalog_jobs.errors import DatabaseError
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
        "jobs: 0",
        "keyring: not used",
        "",
        API,
        "  base_url: https://api.partner.market.yandex.ru",
        f"  {KEY}: set, from the environment",
        "  credentials: complete",
        "  question: none; the spec has no operation that only reads and needs no argument",
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
    ended = catalog("config", "check", API, "--offline")
    assert ended.code == 1
    assert "jobs: the database cannot be used: it is of a newer version" in ended.out


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(200, 0, "answered"), (0, 1, "ConnectError: no route (https://vendor.example)")],
)
def test_the_vendor_is_asked_a_question_that_changes_nothing(
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
    monkeypatch.setattr(
        apis, "operations", lambda _: {"listAll": replace(found, name="listAll", method="list_all", asks_nothing=True)}
    )
    monkeypatch.setattr(yandex_market_offers, "Client", Client)
    monkeypatch.setenv("CATALOG_BASE_URL", "https://vendor.example")
    monkeypatch.setenv(KEY, SECRET)
    ended = catalog("config", "check", API)
    assert ended.out.splitlines()[-1] == f"  question: listAll: {said}"
    assert ended.code == code


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
