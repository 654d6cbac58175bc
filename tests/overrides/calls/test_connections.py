"""Connections belong to one process and one event loop, and each attempt at a request ends in time, however its bytes arrive."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from catalog_clients import AsyncYandexMarket, Limits, Retries, YandexMarket
from scripts.runtime import connections
from tests.clients.causes import ADD, BUSINESS
from yandex_market_offers.auth import ApiKey

KEY, UNLIMITED = ApiKey("ACMA:mock:0001"), {ADD: None}
QUICK = Retries(attempts=2, max_wait=0.01, budget=1, attempt_time=0.5)


class _Handler(BaseHTTPRequestHandler):
    """Refuses the offers whose ids begin with R, a little later."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        ids = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["offerIds"]
        time.sleep(0.02)
        refused = [{"offerId": each, "error": "OFFER_HAS_STOCKS"} for each in ids if each.startswith("R")]
        content = json.dumps({"status": "OK", "result": {"notArchivedOffers": refused}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def _dripping(start: bytes) -> Iterator[str]:
    """Serve responses that never end: their start, and then a byte every 50 ms."""
    server, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection:
            connection.recv(1 << 16)
            try:
                connection.sendall(start)
                while not over.wait(0.05):
                    connection.sendall(b" ")
            except OSError:
                return  # the client has gone

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=[connection]).start()

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    over.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("is_given", [False, True], ids=["own client", "client of the caller"])
def test_forked_processes_do_not_read_the_responses_of_each_other(is_given: bool) -> None:
    fork = multiprocessing.get_context("fork")
    given = httpx2.Client(trust_env=False, timeout=5) if is_given else None
    with _serving() as url, YandexMarket(base_url=url, auth=KEY, http_client=given, limits=Limits(UNLIMITED)) as market:
        assert [each.status for each in market.archive(["A"], business_id=BUSINESS)] == ["confirmed"]

        def work(prefix: str, statuses: Any, start: Any) -> None:
            start.wait()
            found = [[each.status for each in market.archive([f"{prefix}{n}"], business_id=BUSINESS)] for n in range(20)]
            statuses.put((prefix, found))

        statuses, start = fork.SimpleQueue(), fork.Barrier(2)
        processes = [fork.Process(target=work, args=[prefix, statuses, start]) for prefix in "AR"]
        for each in processes:
            each.start()
        found = dict(statuses.get() for _ in processes)
        for each in processes:
            each.join()
    if given:
        given.close()
    assert found == {"A": [["confirmed"]] * 20, "R": [["rejected"]] * 20}


def test_a_forked_process_refuses_a_transport_that_it_cannot_copy() -> None:
    class Custom(httpx2.BaseTransport):
        def handle_request(self, _: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200)

    found = connections.Connections(httpx2.Client(transport=Custom()), is_own=True)
    assert found.get().get("http://vendor.example").status_code == 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections._Forks, "number", connections._Forks.number + 1)
        with pytest.raises(RuntimeError, match="the Custom of http_client may share its connections"):
            found.get()


def test_a_forked_process_does_not_go_on_with_the_results_of_its_parent() -> None:
    with _serving() as url, YandexMarket(base_url=url, auth=KEY, limits=Limits(UNLIMITED)) as market:
        outcomes = iter(market.archive([f"A{number}" for number in range(3000)], business_id=BUSINESS))
        known = [next(outcomes)]

        def read_on(queue: Any) -> None:
            try:
                known.extend(outcomes)
            except RuntimeError as error:
                queue.put(str(error))

        context = multiprocessing.get_context("fork")
        queue = context.SimpleQueue()
        child = context.Process(target=read_on, args=[queue], daemon=True)
        child.start()
        child.join(30)
        is_over = not child.is_alive()
        child.kill()
        assert is_over, "it waits for threads that it does not have"
        assert "a forked process must start a run of its own" in queue.get()
        assert {each.status for each in [*known, *outcomes]} == {"confirmed"}


def test_an_async_facade_works_in_one_event_loop_after_the_other() -> None:
    with _serving() as url:
        market = AsyncYandexMarket(base_url=url, auth=KEY, limits=Limits(UNLIMITED))

        async def archive() -> list[str]:
            return [each.status async for each in market.archive([f"A{n}" for n in range(1000)], business_id=BUSINESS)]

        async def close() -> None:
            await market.aclose()

        for _ in range(3):
            assert asyncio.run(archive()) == ["confirmed"] * 1000
        asyncio.run(close())


DRIPS = pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"],
    ids=["status", "headers", "body"],
)


@DRIPS
def test_a_response_that_drips_for_ever_ends(start: bytes) -> None:
    with _dripping(start) as url, YandexMarket(base_url=url, auth=KEY, retries=QUICK) as market:
        (outcome,) = market.archive(["A"], business_id=BUSINESS)
    assert outcome.status == "unknown"
    assert "the total time of the request is over" in outcome.reason
    assert outcome.attempt == QUICK.attempts


@DRIPS
def test_a_response_that_drips_for_ever_ends_async(start: bytes) -> None:
    async def archive(url: str) -> list[tuple[str, int]]:
        async with AsyncYandexMarket(base_url=url, auth=KEY, retries=QUICK) as market:
            return [(each.status, each.attempt) async for each in market.archive(["A"], business_id=BUSINESS)]

    with _dripping(start) as url:
        assert asyncio.run(archive(url)) == [("unknown", QUICK.attempts)]


def test_outcomes_are_given_while_the_input_blocks() -> None:
    go_on, found = threading.Event(), list[str]()

    def items() -> Iterator[str]:
        yield from (f"A{n}" for n in range(200))
        assert go_on.wait(30)
        yield "LATE"

    with _serving() as url, YandexMarket(base_url=url, auth=KEY, limits=Limits(UNLIMITED)) as market:
        for outcome in market.archive(items(), business_id=BUSINESS):
            found.append(outcome.sku)
            if len(found) == 200:
                go_on.set()
    assert found[-1] == "LATE"


@pytest.mark.parametrize("kind", ["sync input", "async input"])
def test_outcomes_are_given_while_the_input_blocks_async(kind: str) -> None:
    go_on = threading.Event()

    def items() -> Iterator[str]:
        yield from (f"A{n}" for n in range(200))
        assert go_on.wait(30)
        yield "LATE"

    async def aitems() -> Any:
        for n in range(200):
            yield f"A{n}"
        assert await asyncio.to_thread(go_on.wait, 30)
        yield "LATE"

    given: dict[str, Callable[[], Any]] = {"sync input": items, "async input": aitems}

    async def archive(url: str) -> list[str]:
        found = []
        async with AsyncYandexMarket(base_url=url, auth=KEY, limits=Limits(UNLIMITED)) as market:
            async for outcome in market.archive(given[kind](), business_id=BUSINESS):
                found.append(outcome.sku)
                if len(found) == 200:
                    go_on.set()
        return found

    with _serving() as url:
        assert asyncio.run(archive(url))[-1] == "LATE"
