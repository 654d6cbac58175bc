"""Whatever drips for ever, or is to be waited for in a hundred years, ends within the times that the caller has set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import msgspec
import pytest

from catalog_clients import LoginWithAmazon, Retries, WaitTooLong
from catalog_clients._engine.flows.effects import Sleep
from catalog_clients._engine.limits import Longest, RateLimiter, Tally, Terms
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, USER, YANDEX, auth_of
from tests.clients.causes import ADD, BUSINESS, MARKETPLACE, STORES
from tests.overrides.playing import TABLES
from tests.overrides.ways import ANYWHERE, Way
from yandex_market_offers.auth import ApiKey

DEADLINE = 0.5
PATIENCE = 5 * DEADLINE  # until which all has to be over
LIMIT = TABLES[ADD].rate_limit


@contextmanager
def serving(bodies: Mapping[str, Callable[[str], object]]) -> Iterator[str]:
    """Serve JSON by the end of a path, made from the server's URL; None drips for ever."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = next(make for end, make in bodies.items() if self.path.split("?")[0].endswith(end))(url)
            content = msgspec.json.encode(body) if body is not None else b""
            self.send_response(201 if self.path.endswith("archive") else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content) or 10**6))
            self.end_headers()
            self.wfile.write(content)
            while body is None and not over.wait(0.05):
                self.wfile.write(b" ")

        do_POST = do_GET  # noqa: N815 - the name that it has

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True  # the client has gone

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield url
        over.set()
        server.shutdown()
        thread.join()


def _started(_: str) -> object:
    return {"ingestionId": "a"}


DRIPPING: dict[str, Mapping[str, Callable[[str], object]]] = {
    "status": {"archive": _started, "Status": lambda _: None},
    "report": {
        "archive": _started,
        "Status": lambda url: {"processingStatus": "DONE", "reportDownloadLink": f"{url}/report"},
        "report": lambda _: None,
    },
    "link": {"archive": _started, "Status": lambda _: {"processingStatus": "DONE"}},
}


@pytest.mark.parametrize("name", DRIPPING)
def test_a_status_and_a_report_that_never_end_are_left_at_the_deadline(name: str, way: Way, mocks: Mocks) -> None:
    with serving(DRIPPING[name]) as url:
        options = {"deadline": DEADLINE, "interval": 0.01, "reports": ANYWHERE, "auth": auth_of(mocks, JWO, USER)}
        catalog = way.facade(JWO, url, **options)
        began = time.monotonic()
        (outcome,) = way.read(catalog.archive(["A"], stores=STORES))
        assert time.monotonic() - began < PATIENCE
    assert (outcome.status, outcome.ingestion_id) == ("unknown", "a")


@pytest.mark.parametrize("many", [1, 60])
def test_a_token_that_never_comes_ends_the_attempt(many: int, way: Way) -> None:
    with serving({"token": lambda _: None}) as url:
        auth = LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c", url=f"{url}/token")  # noqa: S106
        catalog = way.facade(ITEMS, url, auth=auth, retries=Retries(attempts=1, attempt_time=DEADLINE))
        began = time.monotonic()
        identifiers = [f"B{number:09}" for number in range(many)]
        matches = way.read(catalog.lookup(identifiers, identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]))
        assert time.monotonic() - began < PATIENCE + many / 40
    assert {each.status for each in matches} == {"unknown"}


CENTURY = {"X-RateLimit-Resource-Remaining": "0", "X-RateLimit-Resource-Until": "Thu, 31 Dec 2099 00:00:00 GMT"}


def test_a_limit_that_is_used_up_for_a_century_ends_the_run_and_says_so(way: Way) -> None:
    sent = list[str]()

    def play(request: httpx2.Request) -> httpx2.Response:
        sent.append(str(request.url))
        return httpx2.Response(200, json={"status": "OK"}, headers=CENTURY)

    market, outcomes = way.played(YANDEX, play, auth=ApiKey("ACMA:a"), width=1), list[Any]()
    with pytest.raises(WaitTooLong, match=r"addOffersToArchive: the limit requires a wait of \d+ s; the maximum is 300 s"):
        way.read(market.archive([str(number) for number in range(450)], business_id=BUSINESS), outcomes.append)
    assert len(sent) == 1
    assert [each.status for each in outcomes[:400]] == ["confirmed"] * 200 + ["unknown"] * 200
    assert {each.status for each in outcomes[400:]} <= {"unknown"}


class Clocked:
    """A limiter, a clock, and how long requests wait for it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.limiter = RateLimiter(Terms.of(LIMIT, only_lower=False)[0], Tally(clock=lambda: self.now))

    def enter(self, longest: Longest, renewed: Mapping[str, str]) -> float:
        """Wait for the limit, while the responses to others state it anew, and return for how long."""
        began, flow = self.now, self.limiter.enter(ADD, 1, longest, lambda: False)
        try:
            while True:
                effect = next(flow)
                assert isinstance(effect, Sleep)
                self.now += effect.seconds
                self.limiter._learn(httpx2.Response(200, headers=renewed), self.now)
                assert self.now - began < 1e5, "it waits for ever"
        except StopIteration:
            return self.now - began

    def state(self, headers: Mapping[str, str]) -> None:
        self.limiter._learn(httpx2.Response(200, headers=headers), self.now)


USED_UP = {"X-RateLimit-Resource-Remaining": "0", "X-RateLimit-Resource-Until": "50"}


def test_waits_that_are_renewed_again_and_again_are_bounded_together_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    clocked = Clocked()
    clocked.state(USED_UP)
    with pytest.raises(WaitTooLong, match="the maximum is 900 s"):
        clocked.enter(Longest(once=300, lowered=900), USED_UP)
    assert 800 <= clocked.now - 1000 <= 900
    assert "addOffersToArchive: the limit requires a wait of 50 s, by the vendor's responses" in caplog.messages
    assert 2 <= len(caplog.messages) <= 10, "a long wait is mentioned more than once, and not each time"


def test_a_wait_is_part_of_the_time_that_is_left() -> None:
    clocked = Clocked()
    clocked.state(USED_UP)
    with pytest.raises(WaitTooLong, match="a wait of 50 s; 20 s are left"):
        clocked.enter(Longest(in_all=20), {})
    assert clocked.now == 1000
    assert clocked.enter(Longest(in_all=60), {}) == 50


def test_a_limit_of_the_vendor_does_not_keep_a_status_from_reaching_its_deadline(way: Way, mocks: Mocks) -> None:
    catalog = way.to(mocks, JWO, deadline=DEADLINE, reports=ANYWHERE)
    limiter = catalog._api.limiter("getCatalogUploadStatus")
    assert limiter is not None
    began = time.monotonic()
    limiter._usage.left, limiter._usage.until = 1, time.monotonic() + 1e9  # what is left is for the request that starts it
    (outcome,) = way.read(catalog.archive(["A"], stores=STORES))
    assert time.monotonic() - began < PATIENCE
    assert outcome.status == "unknown"
    assert outcome.ingestion_id
