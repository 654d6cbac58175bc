"""Identifiers that contain the separator of a list, or that have several spellings, get the items that the vendor has for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from catalog_clients import Match
from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.items.spelling import normal_form
from catalog_clients._engine.run.state import RunState
from tests.clients.access import ITEMS
from tests.clients.causes import SEARCH
from tests.overrides.playing import PLANS, TABLES, Player, query_of, respond

CHUNKING: Any = TABLES[SEARCH].chunking
MARKETPLACE = "ATVPDKIKX0DER"


@dataclass
class Generous:
    """A vendor that finds an item by any spelling of its identifiers, and an identifier with commas only if it is asked for alone.

    Attributes:
        items: identifiers by ASIN and kind.
        odd: ASINs that it returns whatever it is asked for.
    """

    items: dict[str, dict[str, str]]
    odd: Sequence[str] = ()
    questions: list[str] = field(default_factory=list)

    def __call__(self, call: Call) -> CallResult[Any]:
        query = query_of(call)
        self.questions.append(query["identifiers"])
        kind = query["identifiersType"]
        wanted = {_bare(each) for each in (query["identifiers"], *query["identifiers"].split(","))}
        found = [asin for asin, its in self.items.items() if _bare({"ASIN": asin, **its}.get(kind, "none")) in wanted]
        items = [_item(asin, self.items.get(asin, {})) for asin in dict.fromkeys([*self.odd, *found])]
        return respond(call, 200, {"numberOfResults": len(items), "items": items})


def _bare(identifier: str) -> str:
    return identifier.casefold().replace("-", "").replace(" ", "").lstrip("0")


def _item(asin: str, its: dict[str, str]) -> dict[str, Any]:
    own = [{"identifierType": kind, "identifier": each} for kind, each in its.items()]
    return {"asin": asin, "identifiers": [{"marketplaceId": MARKETPLACE, "identifiers": own}]}


def _look_up(identifiers: Sequence[str], vendor: Generous, kind: str) -> dict[str, Match]:
    seller = {"seller_id": "SELLER"} if kind == "SKU" else {}
    arguments = {"identifiers_type": kind, "marketplace_ids": [MARKETPLACE], "included_data": ["summaries"], **seller}
    lookup = PLANS[ITEMS].lookup(SEARCH, arguments, Match).lookup
    chunks = Chunker(CHUNKING.size, CHUNKING, RunState()).chunks(identifiers)
    found = [each for chunk in chunks for each in Player(vendor).run(lookup.run(chunk, RunState())).results]
    assert sorted(each.identifier for each in found) == sorted(identifiers)
    return {each.identifier: each for each in found}


def _asins(match: Match) -> list[str]:
    return [each.asin for each in match.items]


def test_an_identifier_with_the_separator_is_sent_alone_and_found() -> None:
    vendor = Generous({"B000000001": {"SKU": "square,4pcd"}, "B000000003": {"SKU": "plain"}})
    found = _look_up(["plain", "square,4pcd", "none,such", "other"], vendor, "SKU")
    assert vendor.questions == ["plain,other", "square,4pcd", "none,such"]
    assert {name: (each.status, _asins(each)) for name, each in found.items()} == {
        "plain": ("found", ["B000000003"]),
        "square,4pcd": ("found", ["B000000001"]),
        "none,such": ("missing", []),
        "other": ("missing", []),
    }


def test_an_item_of_a_part_of_an_identifier_with_the_separator_is_not_its_item() -> None:
    found = _look_up(["square,4pcd"], Generous({"B000000002": {"SKU": "square"}}), "SKU")["square,4pcd"]
    assert (found.status, found.items) == ("unknown", ())
    assert "B000000002" in found.reason
    silent = _look_up(["square,4pcd"], Generous({}, odd=["B000000002"]), "SKU")["square,4pcd"]
    assert silent.status == "unknown"


def test_a_batch_of_identifiers_with_the_separator_takes_one_request_for_each() -> None:
    vendor = Generous({})
    identifiers = [f"{number},{number}" for number in range(CHUNKING.size)]
    assert {each.status for each in _look_up(identifiers, vendor, "SKU").values()} == {"missing"}
    assert vendor.questions == identifiers


SPELLINGS = [
    ("ASIN", {}, ["B00000000A", "b00000000a", "B00000000a"]),
    ("ISBN", {"ISBN": "9780306406157"}, ["978-0-306-40615-7", "9780306406157", "978 0306406157"]),
    ("ISBN", {"ISBN": "080442957X"}, ["080442957x", "0-8044-2957-X"]),
    ("EAN", {"EAN": "0012345678905"}, ["0012345678905", "012345678905", "12345678905"]),
    ("UPC", {"UPC": "012345678905"}, ["012345678905", "0012345678905", "00012345678905"]),
    ("GTIN", {"GTIN": "00012345678905"}, ["00012345678905", "012345678905"]),
    ("JAN", {"JAN": "04901234567894"}, ["4901234567894", "04901234567894"]),
]


@pytest.mark.parametrize(("kind", "its", "spellings"), SPELLINGS)
@pytest.mark.parametrize("alone", [False, True])
def test_all_spellings_of_an_identifier_get_its_item(kind: str, its: dict[str, str], spellings: list[str], alone: bool) -> None:
    vendor = Generous({"B00000000A": its})
    for some in [[each] for each in spellings] if alone else [spellings]:
        found = _look_up(some, vendor, kind)
        assert {name: (each.status, _asins(each)) for name, each in found.items()} == {
            name: ("found", ["B00000000A"]) for name in some
        }
    if not alone:
        assert len(vendor.questions) == 1


@pytest.mark.parametrize("kind", ["SKU", "MINSAN"])
def test_what_may_be_two_spellings_is_never_called_missing_for_the_other_one(kind: str) -> None:
    found = _look_up(["abc-1", "ABC-1"], Generous({"B000000001": {kind: "ABC-1"}}), kind)
    assert (found["ABC-1"].status, _asins(found["ABC-1"])) == ("found", ["B000000001"])
    assert (found["abc-1"].status, found["abc-1"].items) == ("unknown", ())
    assert found["abc-1"].reason == "the vendor has found B000000001 for it, which has ABC-1"


@pytest.mark.parametrize("identifiers", [["B000000001"], ["B000000001", "B000000009"]])
def test_an_item_with_another_asin_is_not_accepted(identifiers: list[str]) -> None:
    found = _look_up(identifiers, Generous({"B000000001": {}}, odd=["B000000002"]), "ASIN")
    assert {each.status for each in found.values()} == {"unknown"}
    assert all({item.asin for item in each.items} <= {name} for name, each in found.items())
    assert all("B000000002" in each.reason for each in found.values())


@pytest.mark.parametrize("kind", ["EAN", "UPC", "SKU"])
def test_an_item_with_another_identifier_is_not_accepted_and_one_that_says_nothing_is(kind: str) -> None:
    other = _look_up(["4006381333931"], Generous({"B000000002": {kind: "12345678905"}}, odd=["B000000002"]), kind)
    assert [(each.status, each.items) for each in other.values()] == [("unknown", ())]
    silent = _look_up(["4006381333931"], Generous({}, odd=["B000000002"]), kind)
    assert [(each.status, _asins(each)) for each in silent.values()] == [("found", ["B000000002"])]


def test_the_spec_names_only_differences_that_are_known() -> None:
    for each in ("letter-case", "separators", "leading-zeros"):
        normal_form("a", [each])
    with pytest.raises(ValueError, match="unknown difference of spellings: colour"):
        normal_form("a", ["colour"])
