"""The mock of Amazon's Catalog Items over TCP: results, pages, and the data of an item."""

from __future__ import annotations

import cProfile
import pstats
import tracemalloc
from itertools import pairwise
from typing import Any

import pytest

from scripts.apis import client
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_catalog_items.items import BRANDS, CLASSIFICATIONS, MOST, Items
from tests.mock.amazon_catalog import API, DATA_SETS, HERE, KINDS, OTHER, PARAMETERS, SEARCH, Account, asins, details

FULL = PARAMETERS["pageSize"]["maximum"]


@pytest.fixture(scope="module")
def word(account: Account) -> str:
    """A keyword that finds some pages of items."""
    return account.keyword(50, 300)


# Identifiers


@pytest.mark.parametrize("kind", KINDS)
def test_items_are_found_by_identifiers_of_each_type(account: Account, kind: str) -> None:
    requested, ean = account.identifiers(kind), account.identifiers("EAN")[0]
    wrong = ["B999999999"] if kind == "ASIN" else [ean[:-1] + "0", "200000000001", "", "٢" * 9, "000000000", "x"]
    sought = {"identifiersType": kind, "sellerId": account.known["query.sellerId"][0], "includedData": "identifiers"}
    assert account.found(identifiers=wrong, **sought) == {"numberOfResults": 0, "items": []}
    page = account.found(identifiers=[*requested, "B999999999"], **sought)
    assert page["numberOfResults"] == len(requested)
    assert asins(page) == account.identifiers("ASIN")
    assert "refinements" not in page
    if kind != "ASIN":
        listed = [item["identifiers"][0]["identifiers"] for item in page["items"]]
        assert [{each["identifierType"]: each["identifier"] for each in item}[kind] for item in listed] == requested


def test_nothing_is_found_elsewhere_and_without_a_question(account: Account) -> None:
    assert account.found(identifiers="SKU-000000001", identifiersType="SKU", sellerId="ANOTHER")["items"] == []
    for sought in ({"keywords": "water"}, {"identifiers": "B000000001", "identifiersType": "ASIN"}):
        assert account.found(**sought)["numberOfResults"] > 0
        assert account.found(**sought, marketplaceIds="UNKNOWN")["numberOfResults"] == 0
    assert account.search().json() == {"numberOfResults": 0, "items": []}


def test_some_product_codes_find_two_items() -> None:
    items = Items(seed=1, size=2000, twins=0.02)
    codes = {items.identifiers(number)["UPC"] for number in range(1, 2001)}
    assert 0 < sum(len(items.numbers("UPC", each)) > 1 for each in codes) < 100


def test_all_identifiers_of_all_items_lead_back_to_them() -> None:
    items = Items(seed=3, size=400, twins=0.3)
    for number in range(1, 401):
        for kind, identifier in items.identifiers(number).items():
            assert number in items.numbers(kind, identifier)
            assert items.kinds(identifier) == [kind]


# Keywords and pages


def test_the_previous_token_leads_to_the_page_before(account: Account, word: str) -> None:
    pages = list(account.pages(keywords=word))
    listed = [asin for page in pages for asin in asins(page)]
    assert {page["numberOfResults"] for page in pages} == {len(set(listed))} == {len(listed)}
    assert "previousToken" not in pages[0]["pagination"]
    for before, after in pairwise(pages):
        again = account.found(keywords=word, pageToken=after["pagination"]["previousToken"])
        assert asins(again) == asins(before)


def test_a_page_has_the_default_size_or_that_of_the_request(account: Account, word: str) -> None:
    for size, many in (({}, PARAMETERS["pageSize"]["default"]), ({"pageSize": 3}, 3), ({"pageSize": 0}, 1)):
        assert len(account.found(keywords=word, **size)["items"]) == many


def test_what_identifiers_find_has_pages_too(account: Account) -> None:
    requested = [f"B{number:09}" for number in range(1, PARAMETERS["identifiers"]["maxItems"] + 1)]
    pages = list(account.pages(identifiers=requested, identifiersType="ASIN", pageSize=8))
    assert [len(page["items"]) for page in pages[:-1]] == [8] * (len(pages) - 1)
    assert [asin for page in pages for asin in asins(page)] == requested
    assert "pagination" not in account.found(identifiers=requested, identifiersType="ASIN", pageSize=FULL)


@pytest.mark.parametrize(
    "changed",
    [
        {"keywords": "another"},
        {"pageSize": 9},
        {"marketplaceIds": OTHER},
        {"includedData": "images"},
        {"locale": "fr_FR"},
        {"brandNames": BRANDS[0]},
        {"classificationIds": next(iter(CLASSIFICATIONS))},
        {"keywordsLocale": "fr_FR"},
        {"sellerId": "ANOTHER"},
        {"pageToken": "AAAA"},
        {"pageToken": "ü"},
    ],
)
def test_a_token_goes_with_the_parameters_it_was_given_for(account: Account, word: str, changed: dict[str, str]) -> None:
    token = account.found(keywords=word)["pagination"]["nextToken"]
    explicit = {"pageSize": PARAMETERS["pageSize"]["default"], "includedData": "summaries"}
    assert account.search(keywords=word, pageToken=token, **explicit).status_code == 200
    text = details(account.search(**{"keywords": word, "pageToken": token, **changed}), 400, "InvalidInput")
    assert "pageToken" in text


def test_refinements_count_the_results_of_a_filtered_search(account: Account) -> None:
    word = account.keyword(300, 900)
    page = account.found(keywords=word)
    brands = {each["brandName"]: each["numberOfResults"] for each in page["refinements"]["brands"]}
    nodes = {each["classificationId"]: each["numberOfResults"] for each in page["refinements"]["classifications"]}
    assert sum(brands.values()) == sum(nodes.values()) == page["numberOfResults"]
    assert (set(brands), set(nodes)) == (set(BRANDS), set(CLASSIFICATIONS))
    for name, many in brands.items():
        narrowed = [item for page in account.pages(keywords=word, brandNames=name, pageSize=FULL) for item in page["items"]]
        assert len(narrowed) == many
        assert {item["summaries"][0]["brand"] for item in narrowed} == {name}
    for node, many in nodes.items():
        narrowed = list(account.pages(keywords=word, classificationIds=node, pageSize=FULL))
        assert narrowed[0]["numberOfResults"] == sum(len(page["items"]) for page in narrowed) == many
        among = {each["brandName"]: each["numberOfResults"] for each in narrowed[0]["refinements"]["brands"]}
        both = account.found(keywords=word, classificationIds=node, brandNames=[BRANDS[0], BRANDS[2]])
        assert both["numberOfResults"] == among[BRANDS[0]] + among[BRANDS[2]]
    assert account.found(keywords=word, brandNames="unknown")["numberOfResults"] == 0


def test_what_keywords_find_follows_from_their_set_and_the_seed() -> None:
    def found(seed: int, *words: str) -> tuple[int, int]:
        search = Items(seed=seed, size=10_000, twins=0).search(words, "en_US", brands=None, classifications=None)
        return search.total, search.nth(0) if search.total else 0

    assert found(1, "blue", "Mug") == found(1, "mug", "blue", "blue") != found(1, "mug")
    assert found(1, "mug") != found(2, "mug")


def test_a_large_catalog_costs_no_more_than_a_small_one() -> None:
    def cost(size: int) -> tuple[int, int]:
        tracemalloc.start()
        with cProfile.Profile() as profile:
            items = Items(seed=1, size=size, twins=0.02)
            found = [items.search([str(word)], "en_US", brands=None, classifications=None) for word in range(20)]
            assert all(1 <= search.nth(search.total - 1) <= size for search in found if search.total)
            assert items.numbers("EAN", items.identifiers(size)["EAN"])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return pstats.Stats(profile).total_calls, peak  # type: ignore[attr-defined]  # typeshed lacks it

    small, large = cost(1_000_000), cost(100_000_000)
    assert large[0] < 1.5 * small[0]
    assert large[1] < 1.5 * small[1] < 1_000_000


def test_a_catalog_larger_than_the_asins_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST)):
        Mocks(Settings(size=MOST + 1))


# Items


def test_an_item_has_the_requested_data_sets(account: Account) -> None:
    path = f"{SEARCH}/{account.known['path.asin'][0]}"
    assert account.get(path, marketplaceIds=HERE).json().keys() == {"asin", "summaries"}
    for name in DATA_SETS:
        assert account.get(path, marketplaceIds=HERE, includedData=name).json().keys() == {"asin", name}
        found = account.found(identifiers="B000000001", identifiersType="ASIN", includedData=[name, "images"])
        assert found["items"][0].keys() == {"asin", name, "images"}
    item = account.get(path, marketplaceIds=[HERE, OTHER, "UNKNOWN"], includedData=DATA_SETS).json()
    assert item.keys() == {"asin", *DATA_SETS}
    for name in set(DATA_SETS) - {"attributes"}:
        assert [place["marketplaceId"] for place in item[name]] == [HERE, OTHER]


def test_an_encoded_comma_separates_values_like_any_other(account: Account) -> None:
    account.search()
    path = f"{account.vendor.base_url}{SEARCH}/B000000001?marketplaceIds={HERE}&includedData="
    assert account.http.get(f"{path}images,summaries").json() == account.http.get(f"{path}images%2Csummaries").json()


def test_summaries_are_in_the_requested_locale_or_that_of_the_marketplace(account: Account) -> None:
    def name(place: str, **locale: str) -> str:
        item = account.get(f"{SEARCH}/B000000001", marketplaceIds=place, includedData=["summaries", "attributes"], **locale).json()
        (value,) = item["attributes"]["item_name"]
        assert (value["value"], value["marketplace_id"]) == (item["summaries"][0]["itemName"], place)
        return str(value["language_tag"])

    assert [name(HERE), name(OTHER), name(HERE, locale="fr_CA")] == ["en_US", "de_DE", "fr_CA"]


def test_both_sides_have_their_relationships(account: Account) -> None:
    def related(asin: str) -> Any:
        item = account.get(f"{SEARCH}/{asin}", marketplaceIds=HERE, includedData="relationships").json()
        return item["relationships"][0]["relationships"][0]

    (parent,) = related("B000000003")["parentAsins"]
    children = related(parent)["childAsins"]
    assert len(children) == 9
    assert all(related(child)["parentAsins"] == [parent] for child in children)


# Oddities, which are off by default


def test_full_pages_can_lack_a_token(word: str) -> None:
    with Account.served(lost_tokens=1) as odd:
        page = odd.found(keywords=word, pageSize=FULL)
        assert (len(page["items"]), "pagination" in page) == (FULL, False)


def test_items_can_have_values_outside_the_documented_enums() -> None:
    models = client(API).models
    requested = ["summaries", "images", "relationships", "vendorDetails"]
    with Account.served(odd_enums=1) as odd:
        item = odd.get(f"{SEARCH}/B000000001", marketplaceIds=HERE, includedData=requested).json()
        assert odd.found(keywords=odd.keyword(50, 300), includedData=requested)["items"][0].keys() == {"asin", *requested}
    assert item["images"][0]["images"][-1]["variant"] not in {each.value for each in models.Variant}
    assert item["relationships"][0]["relationships"][-1]["type"] not in {each.value for each in models.ItemRelationshipType}
    assert item["summaries"][0]["itemClassification"] not in {each.value for each in models.ItemClassification}
    assert item["vendorDetails"][0]["replenishmentCategory"] not in {each.value for each in models.ReplenishmentCategory}


# The admin endpoint


def test_the_admin_endpoint_returns_items(account: Account) -> None:
    ean = account.identifiers("EAN")[2]
    found, unknown = account.look_up([ean, "B999999999"])
    assert unknown == {"identifier": "B999999999", "exists": False, "items": []}
    (item,) = found.pop("items")
    assert found == {"identifier": ean, "exists": True}
    assert item["asin"] == item["identifiers"]["ASIN"] == "B000000003"
    assert item["identifiers"].keys() == set(KINDS)
    assert item["identifiers"]["EAN"] == ean
    assert account.held() == []
