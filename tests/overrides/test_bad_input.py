"""Bad input, bad credentials and bad reports: what is wrong is reported, and all else is done."""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import catalog_clients
from catalog_clients import AccessRefused, InvalidItem, Outcome, Retries, Unreachable
from scripts.mock.engine.vendor import Call, MockResponse, Respond, Vendor
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import BUSINESS, STATUS, STORES
from tests.clients.products import untouched
from tests.overrides.meeting import meeting
from tests.overrides.ways import CLOSED, OFFERS, RUNS, TOO_LONG, Way, asynchronous, product, responses, setting
from yandex_market_offers.auth import ApiKey


def offer(number: int) -> str:
    return f"SKU-{number:07}"


@pytest.mark.parametrize("name", RUNS)
def test_no_input_makes_no_request(name: str, way: Way, mocks: Mocks) -> None:
    api, run, _ = RUNS[name]
    before = responses(mocks.vendors[api])
    facade = way.to(mocks, api)
    requested = responses(mocks.vendors[api])
    result = run(facade, iter(()))
    assert way.read(result) == []
    assert responses(mocks.vendors[api]) == requested >= before
    if api != ITEMS:
        assert result.counts == catalog_clients.Counts()


@pytest.mark.parametrize("name", RUNS)
def test_what_is_given_twice_has_one_outcome(name: str, way: Way, mocks: Mocks) -> None:
    api, run, item = RUNS[name]
    result = run(way.to(mocks, api), [item, item, item])
    assert len(way.read(result)) == 1
    assert api == ITEMS or result.counts.duplicates == 2


WITHOUT_SKU, WITHOUT_STORE = product(), product()
del WITHOUT_SKU["item_sku"], WITHOUT_STORE["store_id"]
FORBIDDEN: dict[str, tuple[Any, str]] = {
    "no text": (product(None), "item_sku"),
    "no SKU": (WITHOUT_SKU, "not sent: $.item_sku: is missing"),
    "no store": (WITHOUT_STORE, "not sent: $.store_id: is missing"),
    "too long": (product(item_name=TOO_LONG), " - at `$.item_name`"),
    "number for a price": (product(standard_price=1.5), "standard_price"),
    "number for a barcode": (product(external_product_id=12345678905), "external_product_id"),
    "unknown field": (product(colour="blue"), "$.colour: the spec has no such field"),
    "missing field": ({"item_sku": "NEW-1", "store_id": STORES[0]}, "external_product_id"),
    "text": ("NEW-1", "item_sku"),
    "nothing": (None, "item_sku"),
}


@pytest.mark.parametrize(("item", "reported"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_an_item_that_the_spec_forbids_is_rejected_alone(item: Any, reported: str, way: Way, mocks: Mocks) -> None:
    sku = untouched(mocks.vendors[JWO])
    wrong, right = sorted(way.read(way.to(mocks, JWO).upload([item, product(sku)])), key=lambda each: each.item)
    assert (wrong.status, wrong.item, wrong.chunk, wrong.attempt, wrong.ingestion_id) == ("rejected", 1, 1, 0, "")
    assert wrong.reason.startswith("not sent: ")
    assert reported in wrong.reason
    assert (right.sku, right.status, right.item) == (sku, "confirmed", 2)


def test_a_strict_run_ends_with_the_first_invalid_item_and_sends_nothing_of_its_chunk(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[YANDEX], responses(mocks.vendors[YANDEX])
    offers, place = [untouched(vendor) for _ in range(2 * OFFERS - 1)], OFFERS + 1
    result = way.to(mocks, YANDEX).archive([*offers[:OFFERS], "", *offers[OFFERS:], ""], business_id=BUSINESS, strict=True)
    outcomes: list[Outcome] = []
    with pytest.raises(InvalidItem, match=rf"^item {place}: addOffersToArchive: body \$\.offerIds\[0\]: "):
        way.read(result, outcomes.append)
    reported = {(each.chunk, each.status, each.reason) for each in outcomes if each.item != place}
    assert reported == {(1, "confirmed", ""), (2, "unknown", "not sent: the run was ended by InvalidItem")}
    assert [each.reason.partition(" ")[0] for each in outcomes if (each.item, each.status) == (place, "rejected")] == ["not"]
    assert (result.counts.confirmed, result.counts.rejected, result.counts.unknown) == (OFFERS, 1, OFFERS - 1)
    assert dict(responses(vendor) - before) == {"addOffersToArchive 200": 1}
    assert [each["archived"] for each in vendor.look_up(offers)] == [True] * OFFERS + [False] * (OFFERS - 1)


def test_no_chunk_is_sent_after_the_one_that_ends_the_run(way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[YANDEX]
    offers = [untouched(vendor) for _ in range(4 * OFFERS)]
    market = way.to(mocks, YANDEX, width=1)
    with pytest.raises(InvalidItem, match=rf"^item {OFFERS + 1}: "):
        way.read(market.archive([*offers[:OFFERS], "", *offers[OFFERS:]], business_id=BUSINESS, strict=True))
    assert [each["archived"] for each in vendor.look_up(offers)] == [True] * OFFERS + [False] * 3 * OFFERS


def test_the_error_of_an_input_is_raised_after_the_outcomes_of_what_it_gave_before(way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[YANDEX]
    offers = [untouched(vendor) for _ in range(250)]

    def failing() -> Iterator[str]:
        yield from offers
        raise RuntimeError("the file ends here")

    for given in [failing()] if way.name == "sync" else [failing(), asynchronous(failing())]:
        outcomes: list[Outcome] = []
        with pytest.raises(RuntimeError, match="the file ends here"):
            way.read(way.to(mocks, YANDEX).archive(given, business_id=BUSINESS), outcomes.append)
        assert {each.sku: each.status for each in outcomes} == dict.fromkeys(offers, "confirmed")
        assert all(each["archived"] for each in vendor.look_up(offers))


@pytest.mark.parametrize(
    ("api", "who", "status"),
    [
        *[(JWO, who, 403) for who in ("forger", "unknown", "expired", "elsewhere")],
        *[(ITEMS, who, 403) for who in ("unknown", "expired")],
        (YANDEX, "unknown", 403),
        (SHIPSIDEKICK, "unknown", 401),
    ],
)
def test_wrong_or_expired_credentials_end_a_run_at_once(
    api: str, who: str, status: int, way: Way, mocks_with: Callable[[Settings], Mocks]
) -> None:
    mocks = mocks_with(Settings(speed=1000))
    _, run, item = next(each for each in RUNS.values() if each[0] == api and not isinstance(each[2], dict))
    facade = way.to(mocks, api, who, width=1)
    statuses: list[str] = []
    with pytest.raises(AccessRefused, match=f": {status}: ") as refused:
        way.read(run(facade, [item]), lambda each: statuses.append(each.status))
    assert statuses == (["unknown"] if api == ITEMS else ["rejected"])
    assert refused.value.response is not None
    assert (refused.value.response.status_code, refused.value.skew) == (status, 0)
    refusals = [many for name, many in responses(mocks.vendors[api]).items() if name.endswith(f" {status}")]
    assert refusals == [1]


def test_a_run_ends_when_the_vendor_cannot_be_reached(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "catalog_clients")
    facade = way.facade(YANDEX, CLOSED, auth=ApiKey("key"), width=2, retries=Retries(attempts=2, max_wait=0.01))
    result, outcomes = facade.archive([f"SKU-{number}" for number in range(100 * OFFERS)], business_id=BUSINESS), list[Outcome]()
    with pytest.raises(Unreachable, match=rf"10 chunks in a row could not connect to the vendor: ConnectError: .* \({CLOSED}\)$"):
        way.read(result, outcomes.append)
    assert result.counts.unknown == result.counts.total == len(outcomes)
    tried = [each for each in outcomes if each.attempt]
    assert 10 * OFFERS <= len(tried) <= 12 * OFFERS, "those that were under way are tried, too"
    assert len(caplog.records) == len(tried) / OFFERS, "each was tried twice"
    assert all(re.fullmatch(rf"ConnectError: .* \({CLOSED}\)", each.reason) for each in tried)
    rest = [each for each in outcomes if not each.attempt]
    assert {each.reason for each in rest} <= {"not sent: the run was ended by Unreachable"}
    assert len(rest) <= 2 * OFFERS, "the rest of the input is not read"


def test_credentials_that_expire_while_an_ingestion_is_waited_for_end_the_run(way: Way) -> None:
    async def meet(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
        return vendor.error(403, "Expired", call=call) if call.operation == STATUS else await respond(call)

    with meeting(meet) as mocks:
        outcomes: list[Outcome] = []
        with pytest.raises(AccessRefused, match="Expired"):
            way.read(way.to(mocks, JWO).archive([offer(1)], stores=STORES), outcomes.append)
    assert [(each.status, bool(each.ingestion_id)) for each in outcomes] == [("unknown", True)]


def test_a_signature_with_a_wrong_time_is_refused_in_the_vendors_words(way: Way, mocks: Mocks) -> None:
    with setting(mocks.vendors[JWO], clock_skew=-1), pytest.raises(AccessRefused, match=r"Signature (expired|not yet current)"):
        way.read(way.to(mocks, JWO).archive([offer(1)], stores=STORES))


def test_skus_that_a_report_lacks_are_unknown_and_unexpected_ones_are_counted(way: Way) -> None:
    skus = [offer(number) for number in range(1, 6)]

    def rewrite(response: MockResponse) -> None:
        rows = list(csv.reader(io.StringIO(response.body.decode())))
        kept = [row for row in rows if row[0] not in skus[:2]] + [[f"UNEXPECTED-{n % 2}", "", "FAILURE", "?"] for n in range(4)]
        written = io.StringIO()
        csv.writer(written).writerows(kept)
        response.body = written.getvalue().encode()

    async def meet(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        response = await respond(call)
        if call.path.startswith("/reports/"):
            rewrite(response)
        return response

    with meeting(meet) as mocks:
        outcomes = way.read(result := way.to(mocks, JWO).archive(skus, stores=STORES))
    expected = {**dict.fromkeys(skus[:2], ("unknown", "it is not in the report")), **dict.fromkeys(skus[2:], ("confirmed", ""))}
    assert {each.sku: (each.status, each.reason) for each in outcomes} == expected
    assert (result.counts.confirmed, result.counts.unknown, result.counts.unexpected) == (3, 2, 2)
