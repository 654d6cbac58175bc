"""How runs are carried out, in threads and in an event loop: side by side, within bounds, until they end or are given up."""

from __future__ import annotations

import asyncio
import json
import logging
import platform
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import stamina

from amazon_catalog_items.auth import LoginWithAmazon as AccessToken
from catalog_clients import LoginWithAmazon, Outcome, Progress, Retries, SigV4
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from scripts.mock.vendor import Answer, Call, Respond, Vendor
from shipsidekick_products.auth import BearerKey
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import BUSINESS, MARKETPLACE, STATUS, STORES
from tests.overrides.ways import CLOSED, LOOKS, Gate, Way, answers, chunks_of, eventually
from yandex_market_offers.auth import ApiKey

_SIZE = 200
_NO_CONDITIONS = {YANDEX: {"archived": 0, "stocks": 0, "failing": 0}, JWO: {"archived": 0, "on_planogram": 0}}
_SECRET = "s3cr3t-v4lue"  # noqa: S105 - of no one

Meet = Callable[[Vendor, Call, Respond], Awaitable[Answer]]


def offers(chunks: int) -> list[str]:
    return [f"SKU-{number:07}" for number in range(1, chunks * _SIZE + 1)]


@contextmanager
def meeting(meet: Meet, **options: Any) -> Iterator[Mocks]:
    """Run vendors of which each call is met by a function."""

    def wrap(vendor: Vendor, respond: Respond) -> Respond:
        async def answer(call: Call) -> Answer:
            vendor.find(call)
            return await meet(vendor, call, respond)

        return answer

    with running(Settings(speed=1000, options={**_NO_CONDITIONS, **options}), wrap=wrap) as mocks:
        yield mocks


def at_work(before: set[threading.Thread]) -> list[str]:
    """Return the threads of drivers that have begun since."""
    return [each.name for each in set(threading.enumerate()) - before if each.name.startswith("catalog-clients")]


async def _alone() -> bool:
    """Tell whether all other tasks end."""
    for _ in range(LOOKS):
        if len(asyncio.all_tasks()) == 1:
            return True
        await asyncio.sleep(0.01)
    return False


def take_one(way: Way, result: Any, *, close: bool = False) -> None:
    """Read one outcome, and leave; what the run was doing has then to end, though the result is still there."""

    async def leave() -> None:
        if close:
            async with aclosing(result.__aiter__()) as outcomes:
                await anext(outcomes)
        else:
            async for _ in result:
                break
        assert await _alone()

    if way.name == "async":
        way.value(leave())
        return
    before = set(threading.enumerate())
    if close:
        outcomes = iter(result)
        next(outcomes)
        outcomes.close()
    else:
        for _ in result:
            break
    assert eventually(lambda: not at_work(before))


@pytest.mark.parametrize(("width", "most"), [(1, 1), (2, 2), (None, 4), (9, 4)])
def test_as_many_chunks_run_as_the_width_and_the_vendor_allow(width: int | None, most: int, way: Way) -> None:
    gate = Gate()

    async def meet(_: Vendor, call: Call, respond: Respond) -> Answer:
        await gate.passed()
        return await respond(call)

    with meeting(meet) as mocks:
        market = way.to(mocks, YANDEX, width=width)
        with gate.opened_after(most):
            outcomes = way.read(market.archive(offers(10), business_id=BUSINESS))
        counts, parallel = answers(mocks.vendors[YANDEX]), mocks.vendors[YANDEX].journal.told()["parallel"]
    assert gate.in_time
    assert sorted(each.sku for each in outcomes) == offers(10)
    assert counts == {"addOffersToArchive 200": 10}
    assert parallel == {"most": most}


def test_a_slow_chunk_holds_no_other_one_back(way: Way) -> None:
    gate = Gate()

    async def meet(_: Vendor, call: Call, respond: Respond) -> Answer:
        if b'"SKU-0000001"' in call.body:
            await gate.passed()
        return await respond(call)

    done: list[int] = []

    def note(outcome: Outcome) -> None:
        done.append(outcome.chunk)
        if len(done) == 7 * _SIZE:
            gate.open()

    with meeting(meet) as mocks:
        way.read(way.to(mocks, YANDEX, width=2).archive(offers(8), business_id=BUSINESS), note)
    assert gate.in_time
    assert done[-_SIZE:] == [1] * _SIZE
    assert Counter(done) == dict.fromkeys(range(1, 9), _SIZE)


@pytest.mark.parametrize(("chunks", "threads"), [(1, 0), (2, 2), (5, 3)])
def test_a_list_takes_no_more_threads_than_it_has_chunks_and_a_single_chunk_none(chunks: int, threads: int, mocks: Mocks) -> None:
    way, before, seen = Way("sync"), set(threading.enumerate()), set[str]()
    with closing(way):
        market = way.to(mocks, YANDEX, width=3)
        result = market.archive(offers(chunks), business_id=BUSINESS, progress=lambda _: seen.update(at_work(before)))
        assert len(way.read(result)) == chunks * _SIZE
    assert len(seen) == threads


@pytest.mark.parametrize("form", ["iterator", "asynchronous"])
def test_the_input_is_read_only_a_few_chunks_ahead(form: str, way: Way, mocks: Mocks) -> None:
    read, known, ahead = [0], [0], [0]

    def count() -> Iterator[str]:
        for each in offers(20):
            read[0] += 1
            ahead[0] = max(ahead[0], read[0] - known[0])
            yield each

    async def acount() -> AsyncIterator[str]:
        for each in count():
            yield each

    def note(_: Outcome) -> None:
        known[0] += 1

    given = acount() if form == "asynchronous" and way.name == "async" else count()
    result = way.to(mocks, YANDEX, width=2).archive(given, business_id=BUSINESS)
    assert read == [0]
    way.read(result, note)
    assert read == known == [20 * _SIZE]
    assert 2 * _SIZE <= ahead[0] <= 5 * _SIZE


@pytest.mark.parametrize("close", [False, True], ids=["left", "closed"])
def test_leaving_a_run_sends_nothing_more(close: bool, way: Way) -> None:
    gate, after = Gate(), list[str]()

    async def meet(_: Vendor, call: Call, respond: Respond) -> Answer:
        if b'"SKU-0000001"' not in call.body:
            after.append(call.operation)
            await gate.passed()
        return await respond(call)

    given = iter(offers(100))
    with meeting(meet) as mocks:
        result = way.to(mocks, YANDEX, width=8).archive(given, business_id=BUSINESS)
        with gate.opened_after(3):
            take_one(way, result, close=close)
        time.sleep(0.1)
        assert len(after) <= 4  # those that were under way, and the one that took the place of the first
        assert len(list(given)) >= 90 * _SIZE
        assert result.counts.total == _SIZE
        assert mocks.vendors[YANDEX].journal.told()["parallel"]["most"] <= 4


def test_leaving_a_run_ends_the_flows_that_wait_for_an_ingestion(way: Way) -> None:
    async def meet(vendor: Vendor, call: Call, respond: Respond) -> Answer:
        first = b"SKU-0000001" in call.body
        vendor.options = type(vendor.options)(processing_seconds=1 if first else 1e9)
        return await respond(call)

    with meeting(meet) as mocks:
        result = way.to(mocks, JWO, interval=0.02, limits=chunks_of(2)).archive(offers(1), stores=STORES)
        take_one(way, result)
        asked = answers(mocks.vendors[JWO])
        time.sleep(0.2)
        assert answers(mocks.vendors[JWO]) == asked


def test_leaving_a_run_ends_the_flows_that_wait_for_another_attempt(way: Way) -> None:
    waiting = threading.Event()

    async def meet(vendor: Vendor, call: Call, respond: Respond) -> Answer:
        if b'"SKU-0000001"' in call.body:
            for _ in range(LOOKS):
                if waiting.is_set():
                    break
                await asyncio.sleep(0.01)
            return await respond(call)
        waiting.set()
        answer = vendor.error(500, call=call)
        answer.headers["retry-after"] = "3600"
        return answer

    with meeting(meet) as mocks:
        market = way.to(mocks, YANDEX, retries=Retries(max_wait=10_000, budget=10_000))
        take_one(way, market.archive(offers(2), business_id=BUSINESS))
        assert answers(mocks.vendors[YANDEX]) == {"addOffersToArchive 200": 1, "addOffersToArchive 500": 1}


def test_ctrl_c_where_outcomes_are_read_ends_the_run(way: Way) -> None:
    async def meet(vendor: Vendor, call: Call, respond: Respond) -> Answer:
        vendor.options = type(vendor.options)(processing_seconds=1 if b"SKU-0000001" in call.body else 1e9)
        return await respond(call)

    def interrupt(_: Outcome) -> None:
        raise KeyboardInterrupt

    before = set(threading.enumerate())
    with meeting(meet) as mocks:
        result = way.to(mocks, JWO, interval=0.02, limits=chunks_of(2)).archive(offers(1), stores=STORES)
        with pytest.raises(KeyboardInterrupt):
            way.read(result, interrupt)
        assert way.value(_alone()) if way.name == "async" else eventually(lambda: not at_work(before))


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, also where it was ignored when this process began."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c")
def test_ctrl_c_while_nothing_is_known_ends_the_run(way: Way) -> None:
    gate = Gate()

    async def meet(_: Vendor, call: Call, respond: Respond) -> Answer:
        if call.operation == STATUS:
            gate.waiting += 1
        return await respond(call)

    def interrupt() -> None:
        eventually(lambda: gate.waiting >= 3)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    before = set(threading.enumerate())
    with meeting(meet, **{JWO: {"processing_seconds": 1e9}}) as mocks:
        result = way.to(mocks, JWO, interval=0.02, limits=chunks_of(2)).archive(offers(1), stores=STORES)
        other = threading.Thread(target=interrupt)
        other.start()
        with pytest.raises(KeyboardInterrupt):
            way.read(result)
        other.join()
        assert way.value(_alone()) if way.name == "async" else eventually(lambda: not at_work(before))
        asked = answers(mocks.vendors[JWO])
        time.sleep(0.2)
        assert answers(mocks.vendors[JWO]) == asked


def test_progress_is_told_after_each_chunk(way: Way, mocks: Mocks) -> None:
    told: list[tuple[int, int, int]] = []

    def note(progress: Progress) -> None:
        told.append((progress.chunks, progress.counts.total, progress.counts.duplicates))
        assert progress.seconds > 0
        assert progress.rate == pytest.approx(progress.counts.total / progress.seconds)

    given = [*offers(5), "SKU-0000001", "NONE"]
    result = way.to(mocks, YANDEX, width=1).archive(given, business_id=BUSINESS, progress=note)
    way.read(result)
    assert [each[:2] for each in told] == [(number, number * _SIZE) for number in range(1, 6)] + [(6, 5 * _SIZE + 1)]
    assert told[-1][2] == result.counts.duplicates == 1


def test_progress_that_fails_loses_no_outcome(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    def note(progress: Progress) -> None:
        if progress.chunks == 2:
            raise OSError("the screen is gone")

    result = way.to(mocks, YANDEX, width=1).archive(offers(4), business_id=BUSINESS, progress=note)
    with pytest.raises(OSError, match="the screen is gone"):
        way.value(result.write(tmp_path / "a.jsonl") if way.name == "sync" else result.awrite(tmp_path / "a.jsonl"))
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert [json.loads(each)["item"] for each in lines] == list(range(1, 2 * _SIZE + 1))
    assert result.counts.total == 2 * _SIZE


def test_progress_that_fails_lets_what_is_under_way_end(way: Way) -> None:
    gate = Gate()

    async def meet(_: Vendor, call: Call, respond: Respond) -> Answer:
        if b'"SKU-0000001"' not in call.body:
            await gate.passed()
        return await respond(call)

    def note(_: Progress) -> None:
        gate.open()
        raise OSError("the screen is gone")

    outcomes = list[Outcome]()
    with meeting(meet) as mocks:
        result = way.to(mocks, YANDEX, width=3).archive(iter(offers(9)), business_id=BUSINESS, progress=note)
        with pytest.raises(OSError, match="the screen is gone"):
            way.read(result, outcomes.append)
        archived = {each["offerId"] for each in mocks.vendors[YANDEX].look_up(offers(9)) if each["archived"]}
    assert gate.in_time
    assert len(archived) >= 2 * _SIZE
    assert {each.sku for each in outcomes if each.status == "confirmed"} == archived


@pytest.mark.parametrize("application", [None, "Shop/1.2"])
def test_the_user_agent_names_the_application_and_its_language(
    application: str | None, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (agent,) = _agents(way, {"application": application, "http_client": None} if application else {"http_client": None})
    name = re.escape(application or "catalog-clients/0.1.0")
    assert re.fullmatch(rf"{name} \(Language=Python/{re.escape(platform.python_version())}\)", agent)


def test_the_user_agent_names_the_application_whatever_client_it_is_sent_with(way: Way) -> None:
    assert _agents(way, {"application": "Shop/1.2"}) == [f"Shop/1.2 (Language=Python/{platform.python_version()})"]


def _agents(way: Way, options: dict[str, Any]) -> list[str]:
    """Return the `User-Agent` of each call of a run."""
    agents: list[str] = []

    async def meet(_: Vendor, call: Call, respond: Respond) -> Answer:
        agents.append(call.headers["user-agent"])
        return await respond(call)

    with meeting(meet) as mocks:
        way.read(way.to(mocks, YANDEX, **options).archive(["SKU-0000001"], business_id=BUSINESS))
    return agents


def test_logs_tell_operation_request_attempt_and_wait(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    failures: list[str] = []

    async def meet(vendor: Vendor, call: Call, respond: Respond) -> Answer:
        if call.operation and len(failures) < 2:
            answer = vendor.error(500, call=call)
            failures.append(answer.headers["x-amzn-requestid"])
            return answer
        return await respond(call)

    caplog.set_level(logging.DEBUG, "catalog_clients")
    with meeting(meet) as mocks:
        facade = way.to(mocks, ITEMS, retries=Retries(max_wait=0.01))
        (match,) = way.read(facade.lookup(["B000000001"], identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]))
    assert match.status == "found"
    told = [each.getMessage() for each in caplog.records if each.name == "catalog_clients"]
    assert len(told) == 2
    for number, (line, request) in enumerate(zip(told, failures, strict=True), 1):
        expected = rf"searchCatalogItems: request {request}: attempt {number} has failed \(500\), the next one follows in 0\.0\d s"
        assert re.fullmatch(expected, line)


def test_a_log_line_without_the_id_of_a_request_has_no_word_of_one(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "catalog_clients")
    facade = way.facade(YANDEX, CLOSED, auth=ApiKey(_SECRET), retries=Retries(attempts=2, max_wait=0.01))
    way.read(facade.archive(["SKU-0000001"], business_id=BUSINESS))
    (line,) = (each.getMessage() for each in caplog.records if each.name == "catalog_clients")
    assert re.fullmatch(r"addOffersToArchive: attempt 1 has failed \(ConnectError\), the next one follows in \d\.\d\d s", line)


def test_stamina_says_nothing_of_our_calls_and_as_before_of_others(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    facade = way.facade(YANDEX, CLOSED, auth=ApiKey(_SECRET), retries=Retries(attempts=3, max_wait=0.01))
    way.read(facade.archive(["SKU-0000001"], business_id=BUSINESS))
    assert not [each for each in caplog.records if each.name == "stamina"]
    for attempt in stamina.retry_context(ValueError, attempts=2, wait_initial=0, wait_max=0, wait_jitter=0):
        with attempt:
            if attempt.num == 1:
                raise ValueError("once")
    (record,) = (each for each in caplog.records if each.name == "stamina")
    assert record.levelno == logging.WARNING
    assert record.getMessage() == "stamina.retry_scheduled"


def test_logs_tell_which_ingestion_has_which_items(way: Way, mocks: Mocks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "catalog_clients")
    (outcome, _) = way.read(way.to(mocks, JWO).archive(["NONE-1", "NONE-2"], stores=STORES))
    assert f"ingestion {outcome.ingestion_id} has 2 items, from number 1 on" in caplog.messages


_AUTHS: dict[str, tuple[str, Callable[[], httpx2.Auth]]] = {
    "SigV4": (JWO, lambda: SigV4("us-east-1")),
    "LoginWithAmazon": (ITEMS, lambda: LoginWithAmazon(client_id="id", client_secret=_SECRET, refresh_token=_SECRET)),
    "access token": (ITEMS, lambda: AccessToken(_SECRET)),
    "ApiKey": (YANDEX, lambda: ApiKey(_SECRET)),
    "BearerKey": (SHIPSIDEKICK, lambda: BearerKey(_SECRET)),
}
_RUNS: dict[str, Callable[[Any], Any]] = {
    JWO: lambda facade: facade.upload([{"item_sku": "A", "external_product_id": "1", "item_name": "A", "store_id": STORES[0]}]),
    ITEMS: lambda facade: facade.lookup(["B000000001"], identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]),
    YANDEX: lambda facade: facade.archive(["SKU-1"], business_id=BUSINESS),
    SHIPSIDEKICK: lambda facade: facade.archive(["12345678-90ab-cdef-1234-567890abcdef"]),
}


@pytest.mark.parametrize(
    ("name", "answer"), [*[(name, answer) for name in _AUTHS for answer in (500, 403, "cut")], ("LoginWithAmazon", "no token")]
)
def test_no_secret_is_in_a_repr_a_log_or_an_error(
    name: str, answer: int | str, way: Way, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(variable, _SECRET)
    sent: list[str] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        sent.append(f"{dict(request.headers)} {request.content!r}")
        if request.url.path == "/auth/o2/token":
            told = {"error": "invalid_grant"} if answer == "no token" else {"access_token": _SECRET, "expires_in": 3600}
            return httpx2.Response(400 if answer == "no token" else 200, json=told)
        if answer == "cut":
            raise httpx2.ReadError("broken off", request=request)
        return httpx2.Response(answer if isinstance(answer, int) else 403, json={"message": "please retry again"})

    caplog.set_level(logging.DEBUG, "catalog_clients")
    caplog.set_level(logging.DEBUG, "stamina")
    api, make = _AUTHS[name]
    http: Any = (httpx2.Client if way.name == "sync" else httpx2.AsyncClient)(transport=httpx2.MockTransport(play))
    auth = make()
    retries = Retries(max_wait=0.01, attempts=2)
    facade = way.facade(api, "https://vendor.example", auth=auth, http_client=http, retries=retries)
    result = _RUNS[api](facade)
    outcomes: list[Any] = []
    errors: list[str] = []
    try:
        way.read(result, outcomes.append)
    except Exception as error:  # noqa: BLE001 - it is looked at
        errors += [str(error), repr(error), repr(error.__cause__), repr(error.__context__)]
    assert outcomes
    assert sent
    assert any(_SECRET in each or "Signature=" in each for each in sent)
    shown = [repr(each) for each in (auth, facade, result, retries, facade._driver._client, *outcomes)]
    assert not [each for each in (*shown, *errors, caplog.text, *map(repr, vars(facade).values())) if _SECRET in each]
