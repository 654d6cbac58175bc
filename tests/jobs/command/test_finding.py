"""`catalog lookup` and `catalog search`, with a mock vendor."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from catalog_jobs.command.operations import found
from scripts.mock.serving import Mocks
from scripts.mock.vendors.amazon_catalog_items.items import code
from tests.clients.access import ITEMS
from tests.clients.causes import MARKETPLACE
from tests.jobs.command.calling import Catalog, write

LOOKUP = ("lookup", "amazon", "eans.txt", "--type", "EAN", "--marketplace", MARKETPLACE)
SEARCH = ("search", "amazon", "--keywords", "water", "--marketplace", MARKETPLACE, "--limit", "30")
EANS = [code("EAN", number) for number in range(101, 126)]


@pytest.fixture(autouse=True)
def _vendor(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in mocks.served.credentials[ITEMS].items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def mocked(catalog: Catalog, mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The command, with the URL of the mock."""
    monkeypatch.setenv("CATALOG_BASE_URL", mocks.served.urls[ITEMS])
    return catalog


def test_the_items_of_identifiers_are_written_as_json_lines(mocked: Catalog) -> None:
    write(*EANS, "0000000000000", name="eans.txt")
    ended = mocked(*LOOKUP)
    assert (ended.code, ended.err) == (1, "catalog: 25 found, 1 missing, 0 rejected, 0 unknown\n")
    found = {each["identifier"]: each for each in ended.events}
    assert found.keys() == {*EANS, "0000000000000"}
    assert found["0000000000000"] == {"identifier": "0000000000000", "status": "missing", "reason": "", "items": []}
    assert all(found[each]["items"][0]["asin"] for each in EANS)


def test_the_items_of_identifiers_are_written_as_a_table(mocked: Catalog) -> None:
    write("0000000000000", "!not an EAN", *EANS, name="eans.txt")
    assert mocked(*LOOKUP, "--output", "found.csv").code == 1
    with Path("found.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:4] == ["identifier", "status", "reason", "asin"]
    assert {row["identifier"] for row in rows if row["asin"]} == {*EANS}
    known = [row for row in rows if row["asin"]]
    assert all(row["summaries.marketplaceId"] == MARKETPLACE and row["summaries.itemName"] for row in known)
    assert not any("{" in cell for row in rows for cell in row.values())
    assert all(any(row[name] for row in rows) for name in rows[0] if name != "reason")
    assert [row["reason"] for row in rows if row["status"] == "rejected"] == ["line 2: is longer than 10 characters"]
    assert mocked.refusal(*LOOKUP, "--output", "found.csv") == "--output: found.csv exists; remove it, or name another file"
    assert mocked.refusal(*LOOKUP, "--output", "found.xlsx") == "--output: found.xlsx must end with .jsonl or .csv"


def test_a_kind_of_identifiers_that_the_spec_does_not_have_is_refused(mocked: Catalog) -> None:
    write("0000000000000", name="eans.txt")
    assert "query $.identifiersType: Invalid enum value 'FOO'" in mocked.refusal(*LOOKUP, "--type", "FOO")


def test_a_table_of_what_is_missing_has_its_header(mocked: Catalog) -> None:
    write("0000000000000", name="eans.txt")
    assert mocked(*LOOKUP, "--output", "found.csv").code == 1
    assert Path("found.csv").read_text().splitlines() == ["identifier,status,reason", "0000000000000,missing,"]


class Money(msgspec.Struct):
    amount: float
    currency: str | msgspec.UnsetType = msgspec.UNSET


class Thing(msgspec.Struct, rename="camel"):
    full_name: str
    prices: list[Money] = []
    weight: Money | None = None
    tags: list[str] | msgspec.UnsetType = msgspec.UNSET
    more: object = msgspec.UNSET


def test_a_table_has_a_column_for_each_field_that_some_item_has(tmp_path: Path) -> None:
    things = [
        Thing("a, b", [Money(1.5, "EUR"), Money(2)], tags=["x"]),
        Thing("c", [Money(3)], Money(4, "kg"), ["y", "z"], {"n": [1]}),
        Thing("d", tags=[], more=[[1], 2]),
    ]
    with (tmp_path / "a.csv").open("w", newline="") as file, found.Table(file) as table:
        table.write({"id": "1", "reason": ""}, things[:2])
        table.write({"id": "2", "reason": "none"}, ())
        table.write({"id": "3", "reason": ""}, things[2:])
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    names = ["id", "reason", "fullName", "prices.amount", "prices.currency", "tags", "weight.amount", "weight.currency", "more"]
    assert rows == [
        names,
        ["1", "", "a, b", "1.5 | 2", "EUR | ", "x", "", "", ""],
        ["1", "", "c", "3", "", "y | z", "4", "kg", '{"n": [1]}'],
        ["2", "none", *[""] * 7],
        ["3", "", "d", "", "", "", "", "", "[[1], 2]"],
    ]


def test_what_was_found_before_an_error_is_in_the_table(tmp_path: Path) -> None:
    with suppress(RuntimeError), (tmp_path / "a.csv").open("w", newline="") as file, found.Table(file) as table:
        table.write({"id": "1"}, ())
        raise RuntimeError
    assert (tmp_path / "a.csv").read_text().split() == ["id", "1"]


def test_the_items_of_a_search_are_written(mocked: Catalog) -> None:
    ended = mocked(*SEARCH)
    assert (ended.code, ended.err, len(ended.events)) == (0, "catalog: 30 found\n", 30)
    assert mocked(*SEARCH, "--output", "found.jsonl").out == ""
    assert [json.loads(line)["asin"] for line in Path("found.jsonl").read_text().splitlines()] == [
        each["asin"] for each in ended.events
    ]


def test_bad_input_is_one_line(mocked: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    write(*EANS, name="eans.txt")
    without_type = [each for each in LOOKUP if each not in ("--type", "EAN")]
    assert mocked.refusal(*without_type).startswith(f"{ITEMS}.searchCatalogItems needs --type: Which kind of identifier")
    assert "$.keywords" in mocked.refusal(*SEARCH[:2], *SEARCH[4:], *(each for n in range(21) for each in ("--keywords", f"w{n}")))
    assert "marketplaceIds" in mocked.refusal(*LOOKUP, "--marketplace", "A2")
    monkeypatch.delenv("SP_API_CLIENT_ID")
    assert "SP_API_CLIENT_ID" in mocked.refusal(*LOOKUP)


def test_an_error_of_the_vendor_is_one_line(mocked: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = mocked(*SEARCH, "--page-token", "unknown")
    assert ended.code == 3
    assert ended.err.startswith("catalog: 400: ")
    assert "token was not issued" in ended.err
    monkeypatch.setenv("SP_API_CLIENT_SECRET", "wrong")
    ended = mocked(*SEARCH)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "wrong" not in ended.err
