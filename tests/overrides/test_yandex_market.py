"""Offers of Yandex Market, archived and unarchived."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from catalog_clients import Retries
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import YANDEX
from tests.clients.causes import ADD, BUSINESS
from tests.clients.products import untouched
from tests.overrides.ways import ATTEMPTS, OFFERS, Way, asynchronous, responses, setting


def archived(mocks: Mocks, offers: list[str]) -> list[bool]:
    """Return whether the vendor holds each of the offers as archived."""
    return [each["archived"] for each in mocks.vendors[YANDEX].look_up(offers)]


def test_what_is_archived_and_unarchived_is_confirmed(way: Way, mocks: Mocks) -> None:
    market = way.to(mocks, YANDEX)
    offers = [f"SKU-{number:07}" for number in range(1, 1001)]
    outcomes = way.read(result := market.archive(offers, business_id=BUSINESS))
    assert sorted(each.sku for each in outcomes) == offers
    held = {each["offerId"] for each in mocks.vendors[YANDEX].look_up(offers) if each["archived"]}
    assert {each.sku for each in outcomes if each.status == "confirmed"} == held
    assert result.counts.total == len(offers)
    assert {each.status for each in way.read(market.unarchive(held, business_id=BUSINESS))} == {"confirmed"}
    assert not any(each["archived"] for each in mocks.vendors[YANDEX].look_up(held))


def test_what_is_refused_is_rejected_with_the_vendors_reason(way: Way, mocks: Mocks) -> None:
    market, vendor = way.to(mocks, YANDEX), mocks.vendors[YANDEX]
    stocked, failing, gone = (untouched(vendor, condition) for condition in ("stocks", "failing", "archived"))
    outcomes = way.read(market.archive([stocked, failing, gone, "NONE"], business_id=BUSINESS))
    assert {each.sku: (each.status, each.reason) for each in outcomes} == {
        stocked: ("rejected", "OFFER_HAS_STOCKS"),
        failing: ("rejected", "UNKNOWN"),
        gone: ("confirmed", ""),
        "NONE": ("rejected", "UNKNOWN"),
    }
    outcomes = way.read(market.unarchive([stocked, "NONE"], business_id=BUSINESS))
    assert {each.sku: (each.status, each.reason) for each in outcomes} == {
        stocked: ("confirmed", ""),
        "NONE": ("rejected", "listed as a failure"),
    }


@pytest.mark.parametrize("form", ["absent", "null-result", "null-list"])
def test_a_response_that_lists_nothing_confirms_all(form: str, way: Way, mocks: Mocks) -> None:
    market, vendor = way.to(mocks, YANDEX), mocks.vendors[YANDEX]
    offers = [untouched(vendor) for _ in range(3)]
    with setting(vendor, succeeded=form):
        for move, expected in ((market.archive, [True] * 3), (market.unarchive, [False] * 3)):
            outcomes = way.read(move(offers, business_id=BUSINESS))
            assert [(each.sku, each.status) for each in outcomes] == [(each, "confirmed") for each in offers]
            assert archived(mocks, offers) == expected


def test_white_space_at_the_ends_does_not_count_and_each_offer_is_sent_once(way: Way, mocks: Mocks) -> None:
    market, vendor = way.to(mocks, YANDEX), mocks.vendors[YANDEX]
    first, second = untouched(vendor), untouched(vendor)
    spent = _spent(mocks)
    outcomes = way.read(result := market.archive([f" {first}", second, f"{first}\t", second, f"\n{second} "], business_id=BUSINESS))
    assert [(each.sku, each.item, each.status) for each in outcomes] == [(first, 1, "confirmed"), (second, 2, "confirmed")]
    assert result.counts.duplicates == 3
    assert archived(mocks, [first, second]) == [True, True]
    assert _spent(mocks) - spent == 2


def test_offers_can_come_asynchronously(way: Way, mocks: Mocks) -> None:
    market, offers = way.to(mocks, YANDEX), [untouched(mocks.vendors[YANDEX]) for _ in range(3)]
    if way.name == "sync":
        with pytest.raises(TypeError, match="an asynchronous iterable needs an asynchronous facade"):
            market.archive(asynchronous(offers), business_id=BUSINESS)
        assert archived(mocks, offers) == [False] * 3
    else:
        outcomes = way.read(market.archive(asynchronous(offers), business_id=BUSINESS))
        assert [(each.sku, each.status) for each in outcomes] == [(each, "confirmed") for each in offers]
        assert archived(mocks, offers) == [True] * 3


def test_a_quota_that_is_used_up_is_waited_for(way: Way, mocks_with: Callable[[Settings], Mocks]) -> None:
    mocks = mocks_with(Settings(speed=30, options={YANDEX: {"archived": 0, "stocks": 0, "failing": 0, "quota": 2 * OFFERS}}))
    with httpx2.Client(trust_env=False, headers={"Api-Key": "ACMA:mock:0001"}) as other:  # another program with the same token
        url = f"{mocks.served.urls[YANDEX]}/v2/businesses/{BUSINESS}/offer-mappings/archive"
        assert any(other.post(url, json={"offerIds": list(map(str, range(OFFERS)))}).status_code == 420 for _ in range(20))
    offers = [f"SKU-{number:07}" for number in range(1001, 1301)]
    outcomes = way.read(way.to(mocks, YANDEX, width=1).archive(offers, business_id=BUSINESS))
    assert [(each.sku, each.status) for each in outcomes] == [(each, "confirmed") for each in offers]
    assert archived(mocks, offers) == [True] * len(offers)
    assert max(each.attempt for each in outcomes) > 1
    assert responses(mocks.vendors[YANDEX])["addOffersToArchive 420"] > 1


def test_a_migration_is_given_up_after_some_attempts(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[YANDEX], responses(mocks.vendors[YANDEX])
    offers = [untouched(vendor) for _ in range(2)]
    with setting(vendor, migrating=True):
        outcomes = way.read(way.to(mocks, YANDEX, retries=Retries(max_wait=0.01)).archive(offers, business_id=BUSINESS))
    assert [(each.sku, each.status, each.attempt) for each in outcomes] == [(each, "unknown", ATTEMPTS[ADD]) for each in offers]
    assert all(each.reason.startswith("423: ") and "is being migrated" in each.reason for each in outcomes)
    assert (responses(vendor) - before)["addOffersToArchive 423"] == ATTEMPTS[ADD]
    assert archived(mocks, offers) == [False] * 2


def test_a_chunk_of_the_longest_ids_goes_in_one_request(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[YANDEX], responses(mocks.vendors[YANDEX])
    offers = [f"{number:03}{'🛒' * 252}" for number in range(OFFERS)]
    outcomes = way.read(way.to(mocks, YANDEX).archive(offers, business_id=BUSINESS))
    assert [(each.sku, each.status, each.reason) for each in outcomes] == [(each, "rejected", "UNKNOWN") for each in offers]
    assert dict(responses(vendor) - before) == {"addOffersToArchive 200": 1}


def _spent(mocks: Mocks) -> float:
    """Return how many offers the vendor was requested to archive."""
    units: dict[str, dict[str, float]] = mocks.vendors[YANDEX].journal.counts()["units"]
    return units.get("addOffersToArchive", {"total": 0})["total"]
