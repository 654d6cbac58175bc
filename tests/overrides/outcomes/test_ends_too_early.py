"""One odd item, id or number of the vendor does not end a whole run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from catalog_clients import LoginWithAmazon, Retries, Unreachable, YandexMarket
from catalog_clients._engine.calls import call as calls
from catalog_clients._engine.ledger.ledger import read_ledger
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, USER, YANDEX, auth_of
from tests.clients.causes import ADD, ARCHIVE, BUSINESS, MARKETPLACE, STORES
from tests.clients.products import untouched
from tests.overrides.ledger.test_output import write
from tests.overrides.playing import TABLES
from tests.overrides.vendors import responses
from tests.overrides.ways import OFFERS, Way, chunks_of, offers, product
from yandex_market_offers.auth import ApiKey

QUICK = Retries(attempts=2, max_wait=0.01)


def _recursive() -> list[Any]:
    """Return items that contain themselves, or are nested without an end in sight."""
    mapping, items, deep = product("MAPPING"), list[Any](), list[Any]()
    mapping["brand_name"] = mapping
    items.append(items)
    for _ in range(100_000):
        deep = [deep]
    return [mapping, items, deep, {**product("DEEP"), "brand_name": deep}, {"item_sku": deep, "store_id": deep}, product(10**5000)]


def test_a_recursive_item_is_rejected_alone(way: Way, mocks: Mocks) -> None:
    items = [product("FIRST"), *_recursive(), product("LAST")]
    outcomes = way.read(way.to(mocks, JWO).upload(items))
    assert {each.item: each.status for each in outcomes} == {
        1: "confirmed",
        **dict.fromkeys(range(2, 8), "rejected"),
        8: "confirmed",
    }
    assert all(len(each.reason) <= 300 for each in outcomes)


@pytest.mark.parametrize("length", [300, 5000])
def test_an_ingestion_id_that_the_spec_forbids_leaves_only_its_chunk_unknown(
    length: int, way: Way, mocks: Mocks, tmp_path: Path
) -> None:
    numbers = iter(range(100))

    def play(request: httpx2.Request) -> httpx2.Response:
        assert request.url.path.endswith("archive"), "an id that the spec forbids is not asked for"
        return httpx2.Response(201, json={"ingestionId": str(next(numbers)) * length})

    catalog = way.played(JWO, play, auth=auth_of(mocks, JWO, USER), limits=chunks_of(2), interval=0.02)
    result = catalog.archive([str(number) for number in range(6)], stores=STORES)
    path = tmp_path / "ledger.csv"
    counts = way.finish(result.write(path) if way.name == "sync" else result.awrite(path))
    assert (counts.unknown, counts.total) == (6, 6)
    rows = [row for row in read_ledger(path) if row.status == "unknown"]
    assert len({row.chunk for row in rows}) == 3
    assert all(row.attempt == 1 and len(row.reason) <= 300 for row in rows)
    assert path.stat().st_size < 20_000


LIFETIMES = [b"9" * 5000, b"1e400", b"-1", b"0", b"NaN", b'"3600"']


@pytest.mark.parametrize("lifetime", LIFETIMES, ids=lambda lifetime: lifetime[:8].decode())
def test_a_token_of_an_odd_lifetime_is_used(lifetime: bytes, way: Way) -> None:
    def play(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "login.example":
            return httpx2.Response(200, content=b'{"access_token": "token", "expires_in": %b}' % lifetime)
        return httpx2.Response(200, json={"numberOfResults": 0, "items": []})

    auth = LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c", url="https://login.example")  # noqa: S106
    catalog = way.played(ITEMS, play, auth=auth)
    matches = way.read(catalog.lookup(["B1", "B2"], identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]))
    assert [each.status for each in matches] == ["missing", "missing"]


def test_a_token_that_is_nested_without_an_end_is_requested_again(way: Way) -> None:
    bodies = iter([b"[" * 100_000, b'{"access_token": "token", "expires_in": 3600}'])

    def play(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "login.example":
            return httpx2.Response(200, content=next(bodies))
        return httpx2.Response(200, json={"numberOfResults": 0, "items": []})

    auth = LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c", url="https://login.example")  # noqa: S106
    catalog = way.played(ITEMS, play, auth=auth, retries=QUICK)
    (match,) = way.read(catalog.lookup(["B1"], identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]))
    assert match.status == "missing"


HUGE = "9" * 5000
HEADERS: dict[str, dict[str, str]] = {
    "wait": {"Retry-After": HUGE},
    "limit": {"X-RateLimit-Resource-Limit": HUGE},
    "left": {"X-RateLimit-Resource-Remaining": HUGE, "X-RateLimit-Resource-Until": "1"},
    "date": {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"},
}


@pytest.mark.parametrize("status", [200, 420, 500])
@pytest.mark.parametrize("name", HEADERS)
def test_numbers_without_an_end_in_headers_do_not_end_a_run(name: str, status: int, way: Way) -> None:
    def play(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, json={"status": "OK" if status == 200 else "ERROR"}, headers=HEADERS[name])

    market = way.played(YANDEX, play, auth=ApiKey("ACMA:a"), retries=QUICK, width=2)
    outcomes = way.read(market.archive([str(number) for number in range(1000)], business_id=BUSINESS))
    assert {each.status for each in outcomes} == {"confirmed" if status == 200 else "unknown"}


def _given(stores: Iterator[str]) -> Iterator[str]:
    yield from stores


@pytest.mark.parametrize("kind", [iter, _given, lambda stores: dict.fromkeys(stores).keys()])
def test_an_iterator_of_stores_is_sent_with_every_chunk(kind: Callable[[Any], Any], way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[JWO]
    skus, before = [untouched(vendor) for _ in range(6)], responses(vendor)
    outcomes = way.read(way.to(mocks, JWO, limits=chunks_of(2)).archive(skus, stores=kind(iter(STORES))))
    assert {each.status for each in outcomes} == {"confirmed"}
    assert (responses(vendor) - before)[f"{ARCHIVE} 201"] == 3


@pytest.mark.parametrize("status", [200, 420, 500])
def test_an_operation_of_which_the_spec_says_nothing_is_sent_once(status: int, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = list[int]()

    def play(_: httpx2.Request) -> httpx2.Response:
        sent.append(status)
        return httpx2.Response(status, json={"status": "OK" if status == 200 else "ERROR"})

    alone = msgspec.structs.replace(TABLES[ADD], retry=None, rate_limit=None)
    monkeypatch.setattr(calls.Api, "table", lambda *_: alone)
    (outcome,) = way.read(way.played(YANDEX, play, auth=ApiKey("ACMA:a")).archive(["A"], business_id=BUSINESS))
    assert outcome.status == {200: "confirmed", 420: "rejected", 500: "unknown"}[status]
    assert len(sent) == 1


def test_an_asynchronous_input_that_is_cancelled_by_itself_ends_the_run() -> None:
    async def items() -> AsyncIterator[str]:
        yield "A"
        raise asyncio.CancelledError

    with closing(Way("async")) as way:
        facade = way.played(YANDEX, lambda _: httpx2.Response(500), auth=httpx2.Auth())
        with pytest.raises(asyncio.CancelledError):
            way.read(facade.archive(items(), business_id=BUSINESS))


def test_a_name_that_is_empty_is_no_name(way: Way, mocks: Mocks) -> None:
    empty: Any = ""
    with pytest.raises(ValueError, match="the name must end in"):
        write(way, way.to(mocks, YANDEX).archive(["A"], business_id=BUSINESS), empty)


@pytest.mark.parametrize("client", [object(), "http://proxy.example", {"proxy": "http://proxy.example"}])
def test_what_is_no_client_is_an_error_at_once(client: Any, way: Way) -> None:
    with pytest.raises(TypeError, match="http_client: must be an httpx2 client"):
        way.facade(YANDEX, "https://vendor.example", http_client=client)


def test_a_body_that_cannot_be_decompressed_is_tried_again_and_loses_its_chunk_only(way: Way) -> None:
    items = offers(3)
    broken = items[OFFERS]

    def respond(request: httpx2.Request) -> httpx2.Response:
        headers = {"Content-Encoding": "gzip"} if f'"{broken}"'.encode() in request.content else {}
        return httpx2.Response(200, headers=headers, stream=httpx2.ByteStream(b'{"status":"OK"}'))

    facade = way.played(YANDEX, respond, auth=httpx2.Auth(), retries=QUICK)
    outcomes = way.read(facade.archive(items, business_id=BUSINESS))
    assert {(each.chunk, each.status, each.attempt) for each in outcomes} == {
        (1, "confirmed", 1),
        (2, "unknown", 2),
        (3, "confirmed", 1),
    }
    (reason,) = {each.reason for each in outcomes if each.chunk == 2}
    assert reason.startswith("RemoteProtocolError: the body cannot be decompressed: ")


def test_a_proxy_that_refuses_is_no_vendor_that_can_be_reached(way: Way) -> None:
    facade = way.played(YANDEX, lambda _: httpx2.Response(407), auth=httpx2.Auth())
    with pytest.raises(Unreachable, match=r"10 chunks in a row could not connect to the vendor: .* 407"):
        way.read(facade.archive(offers(20), business_id=BUSINESS))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_loaded_are_named(content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(OSError, match=rf"the certificates that the environment names \(SSL_CERT_FILE={path}.* cannot be loaded"):
        YandexMarket(auth=ApiKey("key"))
