"""How runs are performed, sync and async: at the same time, within bounds, until they end or are given up."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from catalog_clients import Outcome, Progress, Retries
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from tests.clients.access import JWO, YANDEX
from tests.clients.causes import BUSINESS, STATUS, STORES
from tests.overrides.vendors import Gate, Intercept, has_first, intercepting, responses
from tests.overrides.ways import (
    CONCURRENCY,
    OFFERS,
    RUNS,
    Way,
    asynchronous,
    chunks_of,
    eventually,
    has_ended,
    offers,
    take_one,
)


@pytest.mark.parametrize(("width", "most"), [(1, 1), (2, 2), (None, CONCURRENCY), (CONCURRENCY + 5, CONCURRENCY)])
def test_as_many_chunks_run_as_the_width_and_the_vendor_allow(width: int | None, most: int, way: Way) -> None:
    gate = Gate()
    with intercepting(gate.holding(lambda _: True)) as mocks:
        market = way.to(mocks, YANDEX, width=width)
        with gate.opened_after(most):
            outcomes = way.read(market.archive(offers(10), business_id=BUSINESS))
        counts, parallel = responses(mocks.vendors[YANDEX]), mocks.vendors[YANDEX].journal.counts()["parallel"]
    assert gate.in_time
    assert sorted(each.sku for each in outcomes) == offers(10)
    assert counts == {"addOffersToArchive 200": 10}
    assert parallel == {"most": most}


def test_a_slow_chunk_holds_no_other_one_back(way: Way) -> None:
    gate, done = Gate(), list[int]()

    def note(outcome: Outcome) -> None:
        done.append(outcome.chunk)
        if len(done) == 7 * OFFERS:
            gate.open()

    with intercepting(gate.holding(has_first)) as mocks:
        way.read(way.to(mocks, YANDEX, width=2).archive(offers(8), business_id=BUSINESS), note)
    assert gate.in_time
    assert done[-OFFERS:] == [1] * OFFERS
    assert Counter(done) == dict.fromkeys(range(1, 9), OFFERS)


@pytest.mark.parametrize("form", ["iterator", "asynchronous"])
def test_the_input_is_read_only_a_few_chunks_ahead(form: str, way: Way, mocks: Mocks) -> None:
    read, known, ahead = [0], [0], [0]

    def count() -> Iterator[str]:
        for each in offers(20):
            read[0] += 1
            ahead[0] = max(ahead[0], read[0] - known[0])
            yield each

    def note(_: Outcome) -> None:
        known[0] += 1

    given = asynchronous(count()) if form == "asynchronous" and way.name == "async" else count()
    result = way.to(mocks, YANDEX, width=2).archive(given, business_id=BUSINESS)
    assert read == [0]
    way.read(result, note)
    assert read == known == [20 * OFFERS]
    assert 2 * OFFERS <= ahead[0] <= 5 * OFFERS


def test_an_outcome_is_given_before_more_of_a_slow_input_is_read(way: Way, mocks: Mocks) -> None:
    reported, known_before = list[int](), list[int]()

    def slow() -> Iterator[str]:
        for number, offer in enumerate(offers(4), 1):
            if number % OFFERS == 0:
                time.sleep(0.2)
                known_before.append(len(reported))
            yield offer

    async def aslow() -> AsyncIterator[str]:
        for number, offer in enumerate(offers(4), 1):
            if number % OFFERS == 0:
                await asyncio.sleep(0.2)
                known_before.append(len(reported))
            yield offer

    given = slow() if way.name == "sync" else aslow()
    way.read(way.to(mocks, YANDEX).archive(given, business_id=BUSINESS), lambda each: reported.append(each.item))
    assert len(reported) == 4 * OFFERS
    assert known_before[-1] >= OFFERS


def test_whoever_leaves_a_run_waits_a_little_for_the_calls_under_way() -> None:
    gate, under_way, responded = Gate(), list[str](), list[str]()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if has_first(call):
            await gate.passed()
        else:
            under_way.append(call.operation)
            if len(under_way) == 2:
                gate.open()
            await asyncio.sleep(0.5)
            responded.append(call.operation)
        return await respond(call)

    with intercepting(intercept) as mocks, closing(Way("sync")) as way:
        outcomes = iter(way.to(mocks, YANDEX, width=3).archive(offers(10), business_id=BUSINESS))
        next(outcomes)
        outcomes.close()
        assert len(responded) == len(under_way) == 2


def test_leaving_a_run_sends_nothing_more(way: Way) -> None:
    gate, after = Gate(), list[str]()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if has_first(call):
            await asyncio.to_thread(eventually, lambda: len(after) >= CONCURRENCY - 1)
        else:
            after.append(call.operation)
            await gate.passed()
        return await respond(call)

    given = iter(offers(100))
    with intercepting(intercept) as mocks:
        result = way.to(mocks, YANDEX, width=8).archive(given, business_id=BUSINESS)
        with gate.opened_after(CONCURRENCY - 1):
            take_one(way, result)
        time.sleep(0.1)
        assert len(after) <= CONCURRENCY  # those that were under way, and the one that took the place of the first
        assert len(list(given)) >= 90 * OFFERS
        assert result.counts.total == OFFERS
        assert mocks.vendors[YANDEX].journal.counts()["parallel"]["most"] <= CONCURRENCY


async def processing_the_first_only(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
    """Let only the ingestion with the first SKU end."""
    vendor.options = type(vendor.options)(processing_seconds=1 if has_first(call) else 1e9)
    return await respond(call)


def failing_all_but_the_first() -> Intercept:
    """Return what responds to the request with the first SKU when another one is to be sent again in an hour."""
    gate = Gate()

    async def intercept(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
        if has_first(call):
            await gate.passed()
            return await respond(call)
        gate.open()
        response = vendor.error(500, call=call)
        response.headers["retry-after"] = "3600"
        return response

    return intercept


def becomes_quiet(vendor: Vendor) -> bool:
    """Return whether a vendor responds to nothing for a while, in which flows would have asked for the status.

    Requests that were written before, or cut off, have their responses a little later.
    """
    for _ in range(5):
        before = responses(vendor)
        time.sleep(0.2)
        if responses(vendor) == before:
            return True
    return False


WAITING: dict[str, tuple[Callable[[], Intercept], dict[str, Any]]] = {
    "archive": (lambda: processing_the_first_only, {"limits": chunks_of(2)}),
    "archive offers": (failing_all_but_the_first, {"retries": Retries(max_wait=10_000, budget=10_000)}),
}


@pytest.mark.parametrize("name", WAITING)
def test_leaving_a_run_ends_the_flows_that_wait_for_an_ingestion_or_another_attempt(name: str, way: Way) -> None:
    (api, run, _), (intercept, options) = RUNS[name], WAITING[name]
    with intercepting(intercept()) as mocks:
        take_one(way, run(way.to(mocks, api, **options), offers(2)))
        assert becomes_quiet(mocks.vendors[api])


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, also where it was ignored when this process began."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c")
def test_ctrl_c_while_nothing_is_known_ends_the_run(way: Way) -> None:
    gate = Gate()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if call.operation == STATUS:
            gate.waiting += 1
        return await respond(call)

    def interrupt() -> None:
        eventually(lambda: gate.waiting >= 3)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    before = set(threading.enumerate())
    with intercepting(intercept, {JWO: {"processing_seconds": 1e9}}) as mocks:
        result = way.to(mocks, JWO, interval=0.02, limits=chunks_of(2)).archive(offers(1), stores=STORES)
        other = threading.Thread(target=interrupt)
        other.start()
        with pytest.raises(KeyboardInterrupt):
            way.read(result)
        other.join()
        assert has_ended(way, before)
        assert becomes_quiet(mocks.vendors[JWO])


def test_progress_that_fails_ends_the_run_after_what_is_under_way_and_loses_no_outcome(way: Way) -> None:
    gate = Gate()

    def note(_: Progress) -> None:
        gate.open()
        raise OSError("the screen is gone")

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if has_first(call):
            await asyncio.to_thread(eventually, lambda: gate.waiting >= 2)
        else:
            await gate.passed()
        return await respond(call)

    outcomes = list[Outcome]()
    with intercepting(intercept) as mocks:
        result = way.to(mocks, YANDEX, width=3).archive(iter(offers(9)), business_id=BUSINESS, progress=note)
        with pytest.raises(OSError, match="the screen is gone"):
            way.read(result, outcomes.append)
        archived = {each["offerId"] for each in mocks.vendors[YANDEX].look_up(offers(9)) if each["archived"]}
    assert gate.in_time
    assert len(archived) >= 2 * OFFERS
    assert {each.sku for each in outcomes if each.status == "confirmed"} == archived
