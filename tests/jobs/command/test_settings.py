"""Settings: the profile file, the environment, options, in that order; and secrets, which are nowhere else."""

from __future__ import annotations

import os
import re
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from tests.jobs.command.calling import ARCHIVE, KEY, SECRET, Catalog, write

FILE = """
database = "common.sqlite"
width = 2
profile = "shop"

[profiles.shop.apis.yandex_market_offers]
base_url = "http://localhost:1"
arguments = { business_id = 9 }
extra_fields = ["colour"]

[profiles.test]
database = "test.sqlite"

[apis.yandex_market_offers]
base_url = "http://localhost:2"
patience = 60
"""


@pytest.fixture(autouse=True)
def _file(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    del catalog  # whose folder it is in
    monkeypatch.setenv(KEY, SECRET)
    folder = Path("settings/catalog")
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(FILE)
    write("a")


def ran(catalog: Catalog, *arguments: str) -> tuple[str, str, int, object]:
    """Run an archiving, and return URL, database, width and business id of it."""
    catalog.database.jobs.clear()
    catalog.database.paths.clear()
    assert catalog(*ARCHIVE[:3], *arguments).code == 0
    (kept,) = catalog.database.jobs.values()
    return kept.job.options.base_url, catalog.database.paths[0], catalog.database.width, kept.job.arguments["business_id"]


def test_what_counts_more_replaces_what_counts_less(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran(catalog) == ("http://localhost:1", "common.sqlite", 2, 9)
    options = catalog.database.jobs["00000001"].job.options
    assert (options.extra_fields, options.patience) == (("colour",), 60)
    assert ran(catalog, "--profile", "test", "--business-id", "7") == ("http://localhost:2", "test.sqlite", 2, 7)
    monkeypatch.setenv("CATALOG_PROFILE", "test")
    monkeypatch.setenv("CATALOG_DATABASE", "environment.sqlite")
    monkeypatch.setenv("CATALOG_WIDTH", "5")
    monkeypatch.setenv("CATALOG_BASE_URL", "http://localhost:3")
    assert ran(catalog, "--business-id", "7") == ("http://localhost:3", "environment.sqlite", 5, 7)
    given = ("--database", "option.sqlite", "--width", "6", "--base-url", "http://localhost:4", "--profile", "shop")
    assert ran(catalog, *given) == ("http://localhost:4", "option.sqlite", 6, 9)


def test_a_server_that_counts_more_replaces_the_url(catalog: Catalog) -> None:
    assert (
        catalog(*ARCHIVE, "--server", "production", "--dry-run")
        .out.splitlines()[1]
        .startswith("yandex_market_offers.addOffersToArchive at https://api.partner.market.yandex.ru")
    )


def test_another_file_can_be_named(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("other.toml").write_text('database = "other.sqlite"\n')
    given = ("--base-url", "http://localhost", "--business-id", "7")
    assert ran(catalog, "--config", "other.toml", *given)[1] == "other.sqlite"
    monkeypatch.setenv("CATALOG_CONFIG", "other.toml")
    assert ran(catalog, *given)[1] == "other.sqlite"


@pytest.mark.parametrize("name", ["patience", "interval", "deadline"])
@pytest.mark.parametrize("is_option", [True, False])
def test_what_is_not_a_number_of_seconds_is_refused(
    catalog: Catalog, name: str, monkeypatch: pytest.MonkeyPatch, *, is_option: bool
) -> None:
    if not is_option:
        monkeypatch.setenv(f"CATALOG_{name.upper()}", "nan")
    refusal = catalog.refusal(*ARCHIVE, "--base-url", "http://localhost", *((f"--{name}", "nan") if is_option else ()))
    assert name in refusal.lower()
    assert ": must be a number of seconds from 0, and not " in refusal
    assert catalog.database.calls == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("width = 0", "Expected `int` >= 1 - at `$.width`"),
        ("api_key = 'x'", "Object contains unknown field `api_key`"),
        ("width = ", "Invalid value (at "),
        ("profile = 'night'", "there is no profile 'night'; known profiles: none"),
        ("database = 'postgresql://me:secret@db/jobs'", "database: a password must not be in this file; use PGPASSWORD, "),
    ],
)
def test_a_file_that_is_invalid_is_refused(catalog: Catalog, text: str, expected: str) -> None:
    Path("wrong.toml").write_text(text)
    refusal = catalog.refusal("jobs", "list", "--config", "wrong.toml")
    assert refusal.startswith(f"wrong.toml: {expected}")
    assert "secret" not in refusal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[apis.yandex]\nbase_url = 'http://localhost'", "apis.yandex: there is no such API; installed are amazon_catalog_items, "),
        (
            "[apis.yandex_market_offer.arguments]\nbusiness_id = 7",
            "apis.yandex_market_offer: there is no such API; installed are amazon_catalog_items, amazon_jwo_catalog, shipsidekick_",
        ),
        (
            "[apis.yandex_market_offers.arguments]\nbusines_id = 7",
            "apis.yandex_market_offers.arguments.busines_id: no operation of the API has this argument; there are business_id; did",
        ),
    ],
)
def test_a_name_that_would_count_for_nothing_is_refused_where_something_is_sent(catalog: Catalog, text: str, expected: str) -> None:
    Path("wrong.toml").write_text(text)
    assert catalog.refusal(*ARCHIVE, "--yes", "--config", "wrong.toml").startswith(f"wrong.toml: {expected}")
    assert catalog.database.calls == []
    checked = catalog("config", "check", "--offline", "--config", "wrong.toml")
    assert (checked.code, expected in checked.out) == (1, True)
    assert catalog("jobs", "list", "--config", "wrong.toml").code == 0


def test_other_invalid_settings_are_refused(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert catalog.refusal("jobs", "list", "--config", "none.toml") == "none.toml: there is no such profile file"
    assert "there is no profile 'night'; known profiles: shop, test" in catalog.refusal("jobs", "list", "--profile", "night")
    refusal = catalog.refusal(*ARCHIVE, "--base-url", "http://[::1")
    assert refusal == "--base-url: base_url is not a URL: Invalid IPv6 URL"
    monkeypatch.setenv("CATALOG_WIDTH", "many")
    assert catalog.refusal("config", "check") == "CATALOG_WIDTH: must be a whole number from 1, and not 'many'"


def test_a_password_is_not_taken_where_others_see_it(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("postgresql://me:hidden@db/jobs", "postgresql://db/jobs?user=me&password=hidden"):
        refusal = catalog.refusal("jobs", "list", "--database", url)
        assert refusal.startswith("--database: `ps` would show its password")
        assert "hidden" not in refusal
    monkeypatch.setenv("CATALOG_DATABASE", "postgresql://me:hidden@db.example/jobs")
    ended = catalog("config", "check", "--offline")
    assert "database: postgresql://me:***@db.example/jobs (CATALOG_DATABASE)" in ended.out
    assert "hidden" not in ended.out + ended.err
    assert catalog.database.paths == ["postgresql://me:hidden@db.example/jobs"]


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1
    kept = {("catalog:shop", KEY): SECRET}  # noqa: RUF012 - it is not changed

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


class Locked(Ring):
    """A keyring that cannot be used."""

    def get_password(self, service: str, username: str) -> str | None:  # noqa: ARG002 - as keyring calls it
        raise keyring.errors.KeyringLocked("it is locked")


def test_secrets_come_from_the_keyring_where_the_profile_says_so(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keyring.get_keyring()
    monkeypatch.setenv(KEY, "")
    try:
        keyring.set_keyring(Ring())  # type: ignore[no-untyped-call]  # of its base
        assert KEY in catalog.refusal(*ARCHIVE, "--yes")
        path = Path("settings/catalog/config.toml")
        path.write_text(f"keyring = true\n{FILE}")
        assert "YANDEX_MARKET_API_KEY: set, from the keyring" in catalog("config", "check", "--offline", "yandex_market_offers").out
        os.environ[KEY] = ""
        assert catalog(*ARCHIVE).code == 0
        assert os.environ[KEY] == SECRET
        assert SECRET not in repr(catalog.database)
        os.environ[KEY] = ""
        keyring.set_keyring(Locked())  # type: ignore[no-untyped-call]  # as above
        assert catalog.refusal(*ARCHIVE) == "the keyring cannot be used: KeyringLocked: it is locked"
    finally:
        keyring.set_keyring(before)


def test_a_folder_that_cannot_be_made_is_named_without_a_number_of_the_system(catalog: Catalog) -> None:
    Path("file").write_text("")
    said = catalog.refusal(*ARCHIVE, "--database", "file/jobs.sqlite")
    assert re.fullmatch(
        r"database: the folder file cannot be created: (File exists|Not a directory); give another one with --database", said
    )
