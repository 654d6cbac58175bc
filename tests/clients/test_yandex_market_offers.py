"""Offers of Yandex Market are archived and unarchived, except for those that are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import UNSET

from scripts.apis import tables
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import YANDEX
from tests.clients.caller import Caller
from tests.clients.causes import ADD, BUSINESS, DELETE
from tests.clients.products import untouched
from tests.support.ways import Way
from yandex_market_offers import models


class Seller:
    """A caller of the vendor, and the truth."""

    def __init__(self, way: Way, mocks: Mocks) -> None:
        self.caller = Caller(way, mocks, YANDEX)
        self.vendor = mocks.vendors[YANDEX]

    def archive(self, *offers: str) -> Any:
        body = models.AddOffersToArchiveRequest(offer_ids=list(offers))
        return self.caller.succeed(ADD, business_id=BUSINESS, body=body)

    def unarchive(self, *offers: str) -> Any:
        body = models.DeleteOffersFromArchiveRequest(offer_ids=list(offers))
        return self.caller.succeed(DELETE, business_id=BUSINESS, body=body)

    def archived(self, *offers: str) -> list[bool]:
        return [each["archived"] for each in self.vendor.look_up(offers) if each["businessId"] == BUSINESS]


@pytest.fixture
def seller(way: Way, mocks: Mocks) -> Seller:
    return Seller(way, mocks)


def test_offers_are_archived_except_for_those_that_are_listed(seller: Seller) -> None:
    normal, archived, stocks, failing = (untouched(seller.vendor, each) for each in (None, "archived", "stocks", "failing"))
    offers = [normal, archived, stocks, failing, "Нет/такого &"]
    response = seller.archive(*offers)
    assert response.status is models.ApiResponseStatusType.OK
    kinds = models.AddOffersToArchiveErrorType
    assert {each.offer_id: each.error for each in response.result.not_archived_offers} == {
        stocks: kinds.OFFER_HAS_STOCKS,
        failing: kinds.UNKNOWN,
        "Нет/такого &": kinds.UNKNOWN,
    }
    assert seller.archived(*offers) == [True, True, False, False, False]


def test_offers_are_unarchived_except_for_those_that_are_listed(seller: Seller) -> None:
    normal, archived = (untouched(seller.vendor, each) for each in (None, "archived"))
    seller.archive(normal)
    assert seller.archived(normal, archived) == [True, True]
    response = seller.unarchive(normal, "unknown", archived)
    assert response.result.not_unarchived_offer_ids == ["unknown"]
    assert seller.archived(normal, archived) == [False, False]


@pytest.mark.parametrize(
    ("form", "result", "unarchived"),
    [
        ("absent", UNSET, UNSET),
        ("null-result", None, None),
        (
            "null-list",
            models.AddOffersToArchiveDTO(not_archived_offers=None),
            models.DeleteOffersFromArchiveDTO(not_unarchived_offer_ids=None),
        ),
    ],
)
def test_a_complete_success_has_three_forms(
    way: Way, mocks_with: Callable[[Settings], Mocks], form: str, result: object, unarchived: object
) -> None:
    seller = Seller(way, mocks_with(Settings(options={YANDEX: {"succeeded": form}})))
    offer = untouched(seller.vendor)
    assert seller.archive(offer).result == result
    assert seller.archived(offer) == [True]
    assert seller.unarchive(offer).result == unarchived
    assert seller.archived(offer) == [False]


def test_as_many_offers_are_archived_as_one_request_may_have(seller: Seller) -> None:
    chunking = tables(YANDEX)[ADD].chunking
    assert chunking is not None
    offers = [untouched(seller.vendor) for _ in range(chunking.size)]
    assert not seller.archive(*offers).result
    assert all(seller.archived(*offers))
    assert not seller.unarchive(*offers).result
    assert not any(seller.archived(*offers))
