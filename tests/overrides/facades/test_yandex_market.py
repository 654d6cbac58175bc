"""Offers of Yandex Market, archived and unarchived."""

from __future__ import annotations

from collections.abc import Callable

import httpx2

from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.clients.products import untouched
from tests.overrides.vendors import responses
from tests.overrides.ways import OFFERS, Way, offers


def archived(mocks: Mocks, offers: list[str]) -> list[bool]:
    """Return whether the vendor holds each of the offers as archived."""
    return [each["archived"] for each in mocks.vendors[YANDEX].look_up(offers)]


def test_what_is_archived_and_unarchived_is_confirmed(way: Way, mocks: Mocks) -> None:
    market = way.to(mocks, YANDEX)
    given = offers(5)
    outcomes = way.read(result := market.archive(given, business_id=BUSINESS))
    assert sorted(each.sku for each in outcomes) == given
    held = {each["offerId"] for each in mocks.vendors[YANDEX].look_up(given) if each["archived"]}
    assert {each.sku for each in outcomes if each.status == "confirmed"} == held
    assert result.counts.total == len(given)
    unarchived = way.read(market.unarchive([f" {each}\n" for each in held], business_id=BUSINESS))
    assert {each.sku for each in unarchived if each.status == "confirmed"} == held, "white space at the ends does not count"
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


def test_a_quota_that_is_used_up_is_waited_for(way: Way, mocks_with: Callable[[Settings], Mocks]) -> None:
    mocks = mocks_with(Settings(speed=60, options={YANDEX: {"archived": 0, "stocks": 0, "failing": 0, "quota": 2 * OFFERS}}))
    with httpx2.Client(trust_env=False, headers={"Api-Key": "ACMA:mock:0001"}) as other:  # another program with the same token
        url = f"{mocks.served.urls[YANDEX]}/v2/businesses/{BUSINESS}/offer-mappings/archive"
        assert any(other.post(url, json={"offerIds": list(map(str, range(OFFERS)))}).status_code == 420 for _ in range(20))
    given = offers(8)[6 * OFFERS :]
    outcomes = way.read(way.to(mocks, YANDEX, width=1).archive(given, business_id=BUSINESS))
    assert [(each.sku, each.status) for each in outcomes] == [(each, "confirmed") for each in given]
    assert archived(mocks, given) == [True] * len(given)
    assert max(each.attempt for each in outcomes) > 1
    assert responses(mocks.vendors[YANDEX])["addOffersToArchive 420"] > 1
