"""Offers of Yandex Market, archived and taken back."""

from __future__ import annotations

from scripts.mock.serving import Mocks
from tests.clients.access import YANDEX
from tests.overrides.ways import Way

BUSINESS = 4711


def test_what_is_archived_and_taken_back_is_confirmed(way: Way, mocks: Mocks) -> None:
    market = way.to(mocks, YANDEX)
    offers = [f"SKU-{number:07}" for number in range(1, 1001)]
    outcomes = way.read(result := market.archive(offers, business_id=BUSINESS))
    assert sorted(each.sku for each in outcomes) == offers
    archived = {each["offerId"] for each in mocks.vendors[YANDEX].look_up(offers) if each["archived"]}
    assert {each.sku for each in outcomes if each.status == "confirmed"} == archived
    assert result.counts.total == len(offers)
    assert {each.status for each in way.read(market.unarchive(archived, business_id=BUSINESS))} == {"confirmed"}
    assert not any(each["archived"] for each in mocks.vendors[YANDEX].look_up(archived))
