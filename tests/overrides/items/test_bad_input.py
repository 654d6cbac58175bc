"""Bad input, bad options and bad credentials: what is wrong is reported, and all else is done."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

import httpx2
import pytest
from msgspec.structs import replace

import catalog_clients
from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import AccessRefused, InvalidArgument, InvalidItem, Limits, Outcome, Retries, Unreachable
from scripts.apis import tables
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, BUSINESS, STATUS, STORES
from tests.clients.products import untouched
from tests.overrides.playing import TABLES
from tests.overrides.vendors import intercepting, responses, setting
from tests.overrides.ways import CLOSED, OFFERS, RUNS, Way, asynchronous, offers, product, skus, smallest_run
from yandex_market_offers.auth import ApiKey


@pytest.mark.parametrize("name", RUNS)
def test_no_input_makes_no_request(name: str, way: Way, mocks: Mocks) -> None:
    api, run, _ = RUNS[name]
    facade, before = way.to(mocks, api), responses(mocks.vendors[api])
    result = run(facade, iter(()))
    assert way.read(result) == []
    assert responses(mocks.vendors[api]) == before
    if api != ITEMS:
        assert result.counts == catalog_clients.Counts()


@pytest.mark.parametrize("name", RUNS)
def test_what_is_given_twice_has_one_outcome(name: str, way: Way, mocks: Mocks) -> None:
    api, run, item = RUNS[name]
    result = run(way.to(mocks, api), [item, item, item])
    assert len(way.read(result)) == 1
    assert api == ITEMS or result.counts.duplicates == 2


def test_a_strict_run_ends_with_the_first_invalid_item_and_sends_nothing_of_its_chunk_or_later(way: Way, mocks: Mocks) -> None:
    vendor, before = mocks.vendors[YANDEX], responses(mocks.vendors[YANDEX])
    offers, place = [untouched(vendor) for _ in range(4 * OFFERS)], OFFERS + 1
    market, outcomes = way.to(mocks, YANDEX, width=1), list[Outcome]()
    result = market.archive([*offers[:OFFERS], "", *offers[OFFERS:], ""], business_id=BUSINESS, strict=True)
    with pytest.raises(InvalidItem, match=rf"^item {place}: \$: is empty$"):
        way.read(result, outcomes.append)
    reported = {(each.chunk > 1, each.status, each.reason) for each in outcomes if each.item != place}
    assert reported == {(False, "confirmed", ""), (True, "unknown", "not sent: the run was ended by InvalidItem")}
    assert {each.chunk for each in outcomes} <= {1, 2, 3}, "only the next chunk may have been read"
    assert [each.reason.partition(" ")[0] for each in outcomes if (each.item, each.status) == (place, "rejected")] == ["not"]
    assert (result.counts.confirmed, result.counts.rejected) == (OFFERS, 1)
    assert result.counts.unknown in (OFFERS - 1, 2 * OFFERS - 1)
    assert dict(responses(vendor) - before) == {"addOffersToArchive 200": 1}
    assert [each["archived"] for each in vendor.look_up(offers)] == [True] * OFFERS + [False] * 3 * OFFERS


def test_the_error_of_an_input_is_raised_after_the_outcomes_of_what_it_gave_before(way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[YANDEX]
    offers = [untouched(vendor) for _ in range(OFFERS + 50)]

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
        (SHIPSIDEKICK, "reader", 403),
    ],
)
def test_wrong_or_expired_credentials_end_a_run_at_once(
    api: str, who: str, status: int, way: Way, mocks_with: Callable[[Settings], Mocks]
) -> None:
    mocks = mocks_with(Settings(speed=1000))
    facade = way.to(mocks, api, who, width=1)
    statuses: list[str] = []
    with pytest.raises(AccessRefused, match=f": {status}: ") as refused:
        way.read(smallest_run(facade, api), lambda each: statuses.append(each.status))
    assert statuses == ["unknown"]
    assert refused.value.response is not None
    assert (refused.value.response.status_code, refused.value.skew) == (status, 0)
    refusals = [many for name, many in responses(mocks.vendors[api]).items() if name.endswith(f" {status}")]
    assert refusals == [1]


def test_a_run_ends_when_the_vendor_cannot_be_reached(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "catalog_clients")
    facade = way.facade(YANDEX, CLOSED, auth=ApiKey("key"), width=2, retries=Retries(attempts=2, max_wait=0.01))
    result, outcomes = facade.archive(offers(100), business_id=BUSINESS), list[Outcome]()
    with pytest.raises(Unreachable, match=rf"10 chunks in a row could not connect to the vendor: ConnectError: .* \({CLOSED}\)$"):
        way.read(result, outcomes.append)
    assert result.counts.unknown == result.counts.total == len(outcomes)
    reason = rf"not executed: ConnectError: .* \({CLOSED}\)"
    tried = [each for each in outcomes if re.fullmatch(reason, each.reason)]
    assert 10 * OFFERS <= len(tried) <= 12 * OFFERS, "those that were under way are tried, too"
    assert len(caplog.records) == len(tried) / OFFERS, "each was tried twice"
    assert not any(each.attempt for each in outcomes), "nothing was executed"
    rest = [each for each in outcomes if each not in tried]
    assert {each.reason for each in rest} <= {"not sent: the run was ended by Unreachable"}
    assert len(rest) <= 2 * OFFERS, "the rest of the input is not read"


def test_credentials_that_expire_while_an_ingestion_is_waited_for_end_the_run(way: Way) -> None:
    async def intercept(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
        return vendor.error(403, "Expired", call=call) if call.operation == STATUS else await respond(call)

    with intercepting(intercept) as mocks:
        outcomes: list[Outcome] = []
        with pytest.raises(AccessRefused, match="Expired"):
            way.read(way.to(mocks, JWO).archive(skus(1), stores=STORES), outcomes.append)
    assert [(each.status, bool(each.ingestion_id)) for each in outcomes] == [("unknown", True)]


def test_a_signature_with_a_wrong_time_is_refused_in_the_vendors_words(way: Way, mocks: Mocks) -> None:
    with setting(mocks.vendors[JWO], clock_skew=-1), pytest.raises(AccessRefused, match=r"Signature (expired|not yet current)"):
        way.read(way.to(mocks, JWO).archive(skus(1), stores=STORES))


NOT_A_LIMIT: Any = {"addOffersToArchive": 1}
LIMIT: Any = TABLES[ADD].rate_limit
NO_LIMITS: list[tuple[dict[str, Any], str]] = [
    ({"rate": 0}, "rate of its rate_limit must be a number above 0, and not 0"),
    ({"period": math.nan}, "period of its rate_limit must be a number above 0, and not nan"),
    ({"burst": 0.5}, "burst of its rate_limit must be a number of at least 1, and not 0.5"),
    ({"concurrency": 0}, "concurrency of its rate_limit must be a number of at least 1, and not 0"),
    (
        {"rate": 2, "burst": 1, "cost": 5},
        "cost of its rate_limit must be from 0 to its burst of 1, and not 5: the limit of 2 units in 60 s would admit no request",
    ),
    ({"also": (replace(LIMIT, burst=0),)}, "burst of its rate_limit must be a number of at least 1, and not 0"),
]
NOT_OPTIONS: list[Any] = [{}, {"attempts": 3}, 3]
NOT_WIDTHS: list[Any] = [0, -1, 1.0, "2", math.inf]
WRONG_OPTIONS: list[tuple[str, dict[str, Any], str]] = [
    *((YANDEX, {"width": value}, "width: must be a whole number of at least 1, and not ") for value in NOT_WIDTHS),
    *((YANDEX, {"limits": value}, "limits: must be of type Limits, and not ") for value in NOT_OPTIONS),
    *((YANDEX, {"retries": value}, "retries: must be of type Retries, and not ") for value in NOT_OPTIONS),
    (YANDEX, {"application": 3}, "application: must be of type str, and not 3"),
    *((YANDEX, {"application": value}, "application: must be printable ASCII text") for value in ("L\u00e4den/1", "Shop/1\n")),
    (
        YANDEX,
        {"limits": Limits({"archive": None})},
        f"limits: there is no operation archive; the operations are {', '.join(tables(YANDEX))}",
    ),
    (YANDEX, {"limits": Limits(NOT_A_LIMIT)}, "limits: addOffersToArchive must be a changed `rate_limit` of the spec's tables"),
    *((YANDEX, {"limits": Limits({ADD: replace(LIMIT, **given)})}, f"limits: {ADD}: {what}") for given, what in NO_LIMITS),
    (JWO, {"interval": "x"}, "interval: must be a number of at least 0, and not 'x'"),
    (JWO, {"deadline": -1}, "deadline: must be a number of at least 0, and not -1"),
    (JWO, {"silence": math.nan}, "silence: must be a number of at least 0, and not nan"),
    (JWO, {"queue": "http://127.0.0.1:9/queue"}, "queue must be an SqsQueue(...)"),
    (JWO, {"reports": {}}, "reports must be Reports(...)"),
]


@pytest.mark.parametrize(("api", "options", "message"), WRONG_OPTIONS)
def test_an_invalid_option_is_an_error_before_anything_is_sent(api: str, options: dict[str, Any], message: str, way: Way) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)) as error:
        way.facade(api, CLOSED, **options)
    if message.endswith("and not "):
        assert str(error.value).endswith(repr(*options.values()))


@pytest.mark.parametrize(
    "options", [{"attempts": 0}, {"attempts": "3"}, {"attempts": 1.5}, {"max_wait": -1}, {"budget": True}, {"attempt_time": 0}]
)
def test_invalid_retries_are_an_error_at_once(options: dict[str, Any]) -> None:
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"^{name}: must be a .*number of at least .*, and not {re.escape(repr(value))}$"):
        Retries(**options)


FORBIDDEN: dict[str, tuple[str, Callable[[Any, Any], Any], str]] = {
    "business": (
        YANDEX,
        lambda market, items: market.archive(items, business_id=0),
        "$.businessId: Expected `int` >= 1",
    ),
    "no business": (
        YANDEX,
        lambda market, items: market.unarchive(items, business_id=None),
        "$.businessId: the parameter is",
    ),
    "store": (
        JWO,
        lambda catalog, items: catalog.archive(items, stores=[*STORES, 7]),
        "$.allApplicableStores[3]: Expected `str`",
    ),
    "blank store": (
        JWO,
        lambda catalog, items: catalog.archive(items, stores=[*STORES, " "]),
        "all_applicable_stores[3]: ' ' is empty",
    ),
    "id": (JWO, lambda catalog, items: catalog.collect("x" * 256, items), "$.ingestionId: Expected `str` of length <= 255"),
    "empty id": (JWO, lambda catalog, items: catalog.collect("", items), "ingestion_id: must not be empty"),
    "slug": (
        SHIPSIDEKICK,
        lambda products, ids: products.archive(ids, client="a\nb"),
        "$.X-SSK-Client: a header value has",
    ),
    "empty slug": (
        SHIPSIDEKICK,
        lambda products, ids: products.archive(ids, client=""),
        "client: must not be empty",
    ),
    "kind": (
        ITEMS,
        lambda catalog, items: catalog.lookup(items, identifiers_type="SKU", marketplace_ids=["A"]),
        "$.sellerId: required with identifiersType=SKU",
    ),
    "marketplaces": (
        ITEMS,
        lambda catalog, items: catalog.lookup(items, identifiers_type="EAN", marketplace_ids=[]),
        "$.marketplaceIds: Expected `array` of length >= 1",
    ),
    "search": (
        ITEMS,
        lambda catalog, items: catalog.search(identifiers=items, marketplace_ids=["A"]),
        "$.identifiersType: required with identifiers",
    ),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_no_request_may_have_is_an_error_at_once_and_no_item_is_read(name: str, way: Way) -> None:
    api, run, message = FORBIDDEN[name]

    def play(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request.url} was called")

    facade, items = way.played(api, play, auth=httpx2.Auth()), iter(["A"])
    with pytest.raises(InvalidArgument, match=re.escape(message)) as error:
        run(facade, ["A"] if name == "search" else items)
    assert isinstance(error.value, ValueError)
    assert [*items] == ["A"]


@pytest.mark.parametrize("items", ["SKU-1", {"item_sku": "A"}, None, 5])
def test_what_is_not_an_iterable_of_items_is_an_error_that_says_so(way: Way, mocks: Mocks, items: Any) -> None:
    with pytest.raises(TypeError, match=f"items must be an iterable of items, such as a list, and not {type(items).__name__}"):
        way.to(mocks, YANDEX).archive(items, business_id=BUSINESS)


ROW = {"sku": "A", "name": "Water"}
TEXTS: list[tuple[Any, str]] = [
    (ROW, "dict; give (row['sku'] for row in rows), with the column that has the SKUs: 'sku', 'name'"),
    ({}, "dict; give (row[...] for row in rows), with the column that has the SKUs: ..."),
    (["A", "Water"], "list; give (row[0] for row in rows), with the number of the column that has the SKUs"),
    (("A",), "tuple; give (row[0] for row in rows)"),
    (b"A", "bytes; give (item.decode() for item in items)"),
    (12, "int; give (str(item) for item in items), if no leading zeros are lost"),
    (UUID(int=1), "UUID; give (str(item) for item in items)"),
    (1.5, "float"),
    (CatalogItem(**product()), "CatalogItem"),
]
WRONG_ITEMS: list[tuple[str, Any, str]] = [
    *((name, item, rule) for name in RUNS if name != "upload" for item, rule in TEXTS),
    ("upload", "A", "str"),
    ("upload", ["A", "Water"], "list; csv.DictReader gives mappings, and csv.reader does not"),
    ("upload", 12, "int"),
]


@pytest.mark.parametrize(("name", "item", "rule"), WRONG_ITEMS)
def test_items_of_a_wrong_kind_are_one_error_at_the_first_one(name: str, item: Any, rule: str, way: Way) -> None:
    api, run, _ = RUNS[name]

    def play(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request.url} was called")

    kind = "a mapping or an object of the model" if name == "upload" else "text"
    items, outcomes = iter([item, item, item]), list[Any]()
    with pytest.raises(TypeError, match=re.escape(f"each item must be {kind}, and the first one is of type {rule}")):
        way.read(run(way.played(api, play, auth=httpx2.Auth()), items), outcomes.append)
    assert (outcomes, [*items]) == ([], [item, item])


class NotAvailable:
    """A value that stands for none, and compares as that of pandas does."""

    def __ne__(self, other: object) -> Any:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = object.__hash__


@pytest.mark.parametrize("empty", [None, math.nan, Decimal("NaN"), NotAvailable()])
def test_an_empty_cell_at_the_beginning_says_nothing_of_the_other_items(empty: Any, way: Way, mocks: Mocks) -> None:
    sku = untouched(mocks.vendors[YANDEX])
    outcomes = way.read(way.to(mocks, YANDEX).archive([empty, sku, 12], business_id=BUSINESS))
    assert {each.item: each.status for each in outcomes} == {1: "rejected", 2: "confirmed", 3: "rejected"}


def test_an_asynchronous_iterable_needs_an_asynchronous_facade(mocks: Mocks) -> None:
    with closing(Way("sync")) as way, pytest.raises(TypeError, match="an asynchronous iterable needs an asynchronous facade"):
        way.to(mocks, YANDEX).archive(asynchronous(offers(1)), business_id=BUSINESS)


@pytest.mark.parametrize("sku", ["\u200b", "\ufeff", " \0\t", "\u2060\u3000", "\u3164", "\u2800 ", "\ufe0f", "\u115f\u034f"])
def test_a_sku_in_which_nothing_can_be_seen_is_empty(sku: str, way: Way, mocks: Mocks) -> None:
    outcomes = way.read(way.to(mocks, JWO).archive([sku, untouched(mocks.vendors[JWO])], stores=STORES))
    assert {each.item: (each.status, each.reason) for each in outcomes} == {
        1: ("rejected", "not sent: $: is empty"),
        2: ("confirmed", ""),
    }


def test_the_mark_at_the_beginning_of_a_file_is_no_part_of_a_sku(way: Way, mocks: Mocks) -> None:
    (outcome,) = way.read(way.to(mocks, YANDEX).archive(["\ufeffA"], business_id=BUSINESS))
    assert (outcome.status, outcome.attempt) == ("rejected", 0)
    assert "read the file with encoding='utf-8-sig'" in outcome.reason


def test_lines_of_any_file_are_no_items(way: Way, mocks: Mocks) -> None:
    with NamedTemporaryFile("w+") as file, pytest.raises(TypeError, match="its lines have line ends"):
        way.to(mocks, YANDEX).archive(file, business_id=BUSINESS)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_items_that_end_in_a_line_end_are_one_error_unless_the_vendor_ignores_it(end: str, way: Way, mocks: Mocks) -> None:
    skus = [untouched(mocks.vendors[JWO]), untouched(mocks.vendors[YANDEX])]
    with pytest.raises(TypeError, match=r"the first item ends in a line end.*rstrip"):
        way.read(way.to(mocks, JWO).archive((f"{sku}{end}" for sku in skus), stores=STORES))
    outcomes = way.read(way.to(mocks, YANDEX).archive((f"{sku}{end}" for sku in skus[1:]), business_id=BUSINESS))
    assert [(each.sku, each.status) for each in outcomes] == [(skus[1], "confirmed")]


@pytest.mark.parametrize("store", ["", " ", "\t", "\u200b"])
@pytest.mark.parametrize("others", [0, 2])
def test_an_item_of_a_store_without_a_name_is_rejected_and_not_sent(store: str, others: int, way: Way, mocks: Mocks) -> None:
    items = [product("A", store), *(product(f"B{number}") for number in range(others))]
    outcomes = {each.item: each for each in way.read(way.to(mocks, JWO).upload(items))}
    assert (outcomes[1].status, outcomes[1].reason, outcomes[1].attempt) == ("rejected", "not sent: $.store_id: is empty", 0)
    assert {outcomes[item].status for item in range(2, 2 + others)} <= {"confirmed"}
