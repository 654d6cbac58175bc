"""Places at a limit and locks are given back, whatever becomes of the thread, the event loop or the process that has them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import msgspec
import pytest

from catalog_clients import AsyncYandexMarket, JustWalkOut, Limits, LoginWithAmazon, Outcome, Retries, YandexMarket
from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.chunks.feeds import ThreadFeed
from catalog_clients._engine.limits import JointLimiter, Longest, RateLimiter, Tally, Terms, Ticket, TurnOver
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, USER, YANDEX, auth_of
from tests.clients.causes import ADD, BUSINESS, MARKETPLACE, STORES
from tests.overrides.playing import TABLES
from tests.overrides.vendors import Gate, intercepting
from tests.overrides.ways import ANYWHERE, CONCURRENCY, Way, eventually, offers
from yandex_market_offers.auth import ApiKey

FORKS = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
LIMIT = TABLES[ADD].rate_limit
ABANDONED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


def _admitted(limiter: RateLimiter, has_ended: Callable[[], bool], longest: Longest = Longest()) -> Ticket | None:  # noqa: B008
    """Return the ticket of a request, or None if it has to wait."""
    try:
        next(limiter.enter(ADD, 1, longest, has_ended))
    except StopIteration as ended:
        ticket: Ticket = ended.value
        return ticket
    return None


def test_a_place_can_be_given_back_by_the_thread_that_has_the_lock() -> None:
    limiter = RateLimiter(Terms.of(LIMIT, only_lower=False)[0], Tally())
    tickets = [_admitted(limiter, lambda: False) for _ in range(LIMIT.concurrency)]
    assert _admitted(limiter, lambda: False) is None
    with limiter.lock:  # the garbage collector closes a flow
        for ticket in tickets:
            assert ticket
            limiter.leave(ticket, httpx2.Response(200))
    assert _admitted(limiter, lambda: False) is not None


def test_a_place_is_given_to_others_when_its_request_must_have_ended() -> None:
    now = [0.0]
    limiter = RateLimiter(Terms.of(LIMIT, only_lower=False)[0], Tally(clock=lambda: now[0]))
    tickets = [_admitted(limiter, lambda: False, Longest(request=100)) for _ in range(LIMIT.concurrency)]
    now[0] = 99
    assert _admitted(limiter, lambda: False) is None
    now[0] = 101
    assert _admitted(limiter, lambda: False) is not None
    for limits in (limiter, JointLimiter([limiter])):
        for ticket in tickets:
            assert ticket
            with pytest.raises(TurnOver):  # it waited for a disk, and must not be sent in the place of another one
                limits.check(ticket)


def test_a_feed_can_be_stopped_by_the_garbage_collector_in_its_own_thread() -> None:
    """As a lock that a thread holds already would keep it for ever."""
    feeds, stopped = list[ThreadFeed](), threading.Event()

    def chunks() -> Iterator[Chunk]:
        for number in range(1000):
            feeds[0].started()  # as if it were called while the thread takes its turn
            yield Chunk(number)
        feeds[0].stop()
        stopped.set()

    ready = threading.Event()

    def begun() -> Iterator[Chunk]:
        ready.wait()
        yield from chunks()

    feeds.append(ThreadFeed(begun(), lambda _: None))  # type: ignore[arg-type]
    ready.set()
    assert stopped.wait(10)


async def _hanging(market: AsyncYandexMarket, gate: Gate) -> None:
    """Let as many requests run as the vendor allows, and then do something else."""
    task = asyncio.ensure_future(_archive(market, offers(CONCURRENCY + 2)))
    while gate.waiting < CONCURRENCY:  # noqa: ASYNC110 - what is waited for is in another thread
        await asyncio.sleep(0.01)
    assert not task.done()


async def _archive(market: AsyncYandexMarket, given: list[str]) -> list[Outcome]:
    return [each async for each in market.archive(given, business_id=BUSINESS)]


@ABANDONED
def test_an_event_loop_that_is_closed_early_keeps_no_place() -> None:
    gate, limits = Gate(), Limits()
    with intercepting(gate.holding(lambda _: True)) as mocks:
        url, auth = mocks.served.urls[YANDEX], auth_of(mocks, YANDEX, USER)
        loop = asyncio.new_event_loop()
        loop.run_until_complete(_hanging(AsyncYandexMarket(base_url=url, auth=auth, limits=limits), gate))
        loop.close()
        gate.open()
        time.sleep(0.2)

        async def other() -> list[Outcome]:
            async with AsyncYandexMarket(base_url=url, auth=auth, limits=limits) as market:
                return await asyncio.wait_for(_archive(market, offers(5)), 20)

        assert {each.status for each in asyncio.run(other())} == {"confirmed"}


@ABANDONED
def test_an_event_loop_that_ends_early_does_not_keep_the_turn_to_get_a_token() -> None:
    requested = list[str]()

    async def play(request: httpx2.Request) -> httpx2.Response:
        requested.append(request.url.host)
        if request.url.host == "login.example":
            if len(requested) == 1:
                await asyncio.sleep(3600)
            return httpx2.Response(200, json={"access_token": "token", "expires_in": 3600})
        return httpx2.Response(200, json={"numberOfResults": 0, "items": []})

    auth = LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c", url="https://login.example")  # noqa: S106

    async def look_up() -> list[str]:
        way = Way("async")
        catalog = way.facade(
            ITEMS, "https://vendor.example", auth=auth, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(play))
        )
        found = catalog.lookup(["B1"], identifiers_type="ASIN", marketplace_ids=[MARKETPLACE])
        return [each.status async for each in found]

    async def begin() -> None:
        task = asyncio.ensure_future(look_up())
        while not requested:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
        assert not task.done()

    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin())
    loop.close()
    assert asyncio.run(asyncio.wait_for(look_up(), 10)) == ["missing"]


@ABANDONED
def test_results_that_are_abandoned_again_and_again_stop_no_one() -> None:
    limits, taken = Limits(), list[int]()

    async def play(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        return httpx2.Response(200, json={"status": "OK"})

    async def asked() -> AsyncIterator[str]:
        for each in offers(3):
            yield each

    async def abandon() -> None:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(play))
        market = AsyncYandexMarket(base_url="https://vendor.example", auth=ApiKey("ACMA:a"), limits=limits, http_client=http)
        async for each in market.archive(asked() if len(taken) % 2 else offers(3), business_id=BUSINESS):
            taken.append(each.item)
            return

    def work() -> None:
        limits._overrides = {ADD: None}
        for _ in range(60):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(abandon())
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert len(taken) == 60


def _in_child(work: Callable[[], Any]) -> Any:
    """Return what a function gives in a forked process."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=lambda: sender.send(work()), daemon=True)
    process.start()
    found = receiver.recv() if receiver.poll(20) else "it waits for ever"
    process.kill()
    process.join()
    return found


@pytest.mark.parametrize("mark", [pytest.param("sync", marks=FORKS), pytest.param("async", marks=FORKS)])
def test_a_process_that_is_forked_while_requests_are_under_way_has_all_places(mark: str) -> None:
    gate, limits = Gate(), Limits()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if b"CHILD" not in call.body:
            await gate.passed()
        return await respond(call)

    with intercepting(intercept) as mocks:
        options: Any = {"base_url": mocks.served.urls[YANDEX], "auth": auth_of(mocks, YANDEX, USER), "limits": limits}

        def parent() -> None:
            if mark == "sync":
                list(YandexMarket(**options).archive(offers(6), business_id=BUSINESS))
            else:
                asyncio.run(_archive(AsyncYandexMarket(**options), offers(6)))

        def child() -> list[str]:
            with YandexMarket(**options) as market:
                return [each.status for each in market.archive(["CHILD"], business_id=BUSINESS)]

        thread = threading.Thread(target=parent)
        thread.start()
        assert eventually(lambda: gate.waiting >= CONCURRENCY)
        found = _in_child(child)
        gate.open()
        thread.join()
    assert len(found) == 1
    assert found[0] in ("rejected", "confirmed"), "the vendor has responded"


@pytest.mark.parametrize("where", [pytest.param("report", marks=FORKS), pytest.param("token", marks=FORKS)])
def test_a_process_that_is_forked_while_a_report_or_a_token_is_read_goes_on(where: str, mocks: Mocks) -> None:
    under_way, over = threading.Event(), threading.Event()
    parent = os.getpid()

    def play(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(where) and os.getpid() == parent:
            under_way.set()
            over.wait(30)
        replies: dict[str, Any] = {
            "archive": (201, {"ingestionId": "a"}),
            "Status": (200, {"processingStatus": "DONE", "reportDownloadLink": "http://127.0.0.1:1/report"}),
            "report": (200, [{"sku": "A", "status": "SUCCESS"}]),
            "token": (200, {"access_token": "token", "expires_in": 3600}),
            "items": (200, {"numberOfResults": 0, "items": []}),
        }
        status, body = next(reply for end, reply in replies.items() if request.url.path.endswith(end))
        content = msgspec.json.encode(body)
        return httpx2.Response(status, headers={"Content-Length": str(len(content))}, stream=httpx2.ByteStream(content))

    http = httpx2.Client(transport=httpx2.MockTransport(play))
    way = Way("sync")
    if where == "report":
        options = {"reports": ANYWHERE, "interval": 0.01, "auth": auth_of(mocks, JWO, USER), "http_client": http}
        catalog: JustWalkOut = way.facade(JWO, "https://vendor.example", **options)

        def work() -> list[str]:
            return [each.status for each in catalog.archive(["A"], stores=STORES)]
    else:
        auth = LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c", url="https://vendor.example/token")  # noqa: S106
        items = way.facade(ITEMS, "https://vendor.example", auth=auth, http_client=http, retries=Retries(attempts=1))

        def work() -> list[str]:
            found = items.lookup(["B1"], identifiers_type="ASIN", marketplace_ids=[MARKETPLACE])
            return [each.status for each in found]

    thread = threading.Thread(target=work)
    thread.start()
    assert under_way.wait(10)
    assert _in_child(work) in (["confirmed"], ["missing"])
    over.set()
    thread.join()
