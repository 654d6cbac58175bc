"""After a run was stopped, nothing is sent any more that the vendor cannot have: neither after a limit, nor after a refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients import CatalogError, Limits, Outcome
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import BUSINESS, STORES
from tests.overrides.playing import TABLES
from tests.overrides.ways import OFFERS, Way, offers, product
from yandex_market_offers.auth import ApiKey

OPERATION = "addOffersToArchive"
HOUR = replace(TABLES[OPERATION].rate_limit, rate=OFFERS, period=3600, burst=OFFERS)  # one chunk in each hour
NOT_SENT = "not sent: the run was ended by CatalogError"


def _read(way: Way, run: Any, *, stops: bool = False) -> list[Outcome]:
    """Return the outcomes of a run that is stopped, or that its first outcome stops."""
    found = list[Outcome]()

    def note(outcome: Outcome) -> None:
        found.append(outcome)
        if stops:
            run.stop()

    with pytest.raises(CatalogError, match="the run was stopped"):
        way.read(run, note)
    return found


def _archived(way: Way, *responses: httpx2.Response) -> tuple[list[Outcome], int]:
    """Return the outcomes of a run that is stopped by its first response, and the number of its requests."""
    left, runs = iter(responses), list[Any]()

    def play(_: httpx2.Request) -> httpx2.Response:
        runs[0].stop()
        return next(left)

    market = way.played(YANDEX, play, limits=Limits({OPERATION: None}), auth=ApiKey("key"))
    runs.append(market.archive(["A"], business_id=BUSINESS))
    found = _read(way, runs[0])
    return found, len(responses) - len([*left])


@pytest.mark.usefixtures("quick_digests")
@pytest.mark.parametrize("is_shared", [False, True])
def test_what_waits_for_a_limit_when_a_run_is_stopped_is_not_sent(way: Way, is_shared: bool, tmp_path: Path) -> None:
    sent = list[int]()

    def play(request: httpx2.Request) -> httpx2.Response:
        sent.append(len(json.loads(request.content)["offerIds"]))
        return httpx2.Response(200, json={"status": "OK"})

    limits = Limits({OPERATION: HOUR}, store=tmp_path / "limits.sqlite" if is_shared else None)
    run = way.played(YANDEX, play, limits=limits, auth=ApiKey("key")).archive(offers(3), business_id=BUSINESS)
    found = _read(way, run, stops=True)
    assert sent == [OFFERS]
    assert [each.status for each in found[:OFFERS]] == ["confirmed"] * OFFERS
    assert {(each.status, each.reason, each.attempt) for each in found[OFFERS:]} <= {("unknown", NOT_SENT, 0)}


def test_what_was_refused_for_now_is_not_sent_again_when_a_run_is_stopped(way: Way) -> None:
    refused = httpx2.Response(423, json={"status": "ERROR", "errors": [{"code": "LOCKED"}]})
    ((outcome,), requests) = _archived(way, refused, httpx2.Response(200, json={"status": "OK"}))
    assert (outcome.status, outcome.attempt, requests) == ("unknown", 0, 1)
    assert outcome.reason.startswith("not executed: 423")


def test_what_the_vendor_may_have_done_is_sent_again_when_a_run_is_stopped(way: Way) -> None:
    lost = httpx2.Response(500, json={"status": "ERROR"})
    ((outcome,), requests) = _archived(way, lost, httpx2.Response(200, json={"status": "OK"}))
    assert (outcome.status, outcome.attempt, requests) == ("confirmed", 2, 2)


def test_the_parts_of_a_refused_request_are_not_sent_when_a_run_is_stopped(way: Way) -> None:
    runs, uploads = list[Any](), list[bytes]()

    def play(request: httpx2.Request) -> httpx2.Response:
        uploads.append(request.content)
        runs[0].stop()
        return httpx2.Response(400, json={"errorMsg": "Store ID's present in the request are not valid"})

    catalog = way.played(JWO, play, limits=Limits({"uploadCatalog": None}), auth=httpx2.BasicAuth("user", "word"))
    runs.append(catalog.upload([product("A", store) for store in STORES]))
    assert [(each.status, each.reason, each.attempt) for each in _read(way, runs[0])] == [("unknown", NOT_SENT, 0)] * len(STORES)
    assert len(uploads) == 1
