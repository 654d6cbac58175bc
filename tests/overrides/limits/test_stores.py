"""Limits in SQLite files and PostgreSQL databases, used by real processes, threads and event loops."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from amazon_jwo_catalog.auth import SigV4
from catalog_clients import AsyncYandexMarket, JustWalkOut, Limits, LoginWithAmazon, YandexMarket
from catalog_clients._engine.limits import shared
from scripts.chaos.limits import scaled_limits
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from tests.clients.access import ITEMS, USER, YANDEX, auth_of
from tests.clients.causes import BUSINESS
from tests.overrides.limits.test_leases import FORKS
from tests.overrides.stores import ENDING, ending, execute, records, sent
from tests.overrides.vendors import Gate, intercepting, responses
from tests.overrides.ways import CONCURRENCY, Way, eventually, offers
from yandex_market_offers.auth import ApiKey

SPEED = 60  # of the vendor: a window of its limit is a second
CHUNKS = 20  # of each of four processes; a window has 50

pytestmark = pytest.mark.usefixtures("quick_digests")


def forking(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that forks processes."""
    for mark in FORKS:
        test = mark(test)
    return test


def in_children(work: Callable[[int], Any], number: int) -> list[Any]:
    """Return what a function gives in forked processes."""
    fork = multiprocessing.get_context("fork")
    found = fork.SimpleQueue()
    children = [fork.Process(target=lambda place=place: found.put(work(place)), daemon=True) for place in range(number)]
    for child in children:
        child.start()
    given = [found.get() for _ in children]
    for child in children:
        child.join()
    return given


def archived(limits: Limits, url: str, auth: httpx2.Auth | None, chunks: int, **options: Any) -> Counter[str]:
    """Archive offers that fill some chunks, and return how many have which status."""
    with YandexMarket(base_url=url, auth=auth, limits=limits, **options) as market:
        return Counter(each.status for each in market.archive(offers(chunks), business_id=BUSINESS))


@forking
def test_four_processes_with_eight_threads_each_never_exceed_the_limit_by_the_vendors_count(store: str | Path) -> None:
    async def unhurried(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        response = await respond(call)
        await asyncio.sleep(0.02)
        return response

    with intercepting(unhurried, speed=SPEED) as mocks:
        vendor, limits = mocks.vendors[YANDEX], Limits(scaled_limits(YANDEX, SPEED), store=store)
        url, auth = mocks.served.urls[YANDEX], auth_of(mocks, YANDEX, USER)
        statuses = in_children(lambda _: archived(limits, url, auth, CHUNKS, width=8), 4)
        counts = vendor.journal.counts()
        assert set(responses(vendor)) == {"addOffersToArchive 200"}
    assert statuses == [Counter(confirmed=len(offers(CHUNKS)))] * 4
    assert counts["parallel"]["most"] == CONCURRENCY
    (units,) = counts["units"].values()
    assert units["total"] == 4 * len(offers(CHUNKS))
    assert units["most"] <= 10_000


@forking
def test_a_process_that_is_killed_gives_its_share_back(store: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "LEASE", 1.0)
    monkeypatch.setattr(shared, "_MARGIN", 0.1)
    gate, limits = Gate(), Limits(scaled_limits(YANDEX, 1000), store=store)

    async def holding(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        if b"LATER" not in call.body:
            await gate.passed()
        return await respond(call)

    with intercepting(holding) as mocks, ending(limits):
        url, auth = mocks.served.urls[YANDEX], auth_of(mocks, YANDEX, USER)
        child = multiprocessing.get_context("fork").Process(target=lambda: archived(limits, url, auth, CONCURRENCY), daemon=True)
        child.start()
        assert eventually(lambda: gate.waiting == CONCURRENCY)
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        gate.open()
        with YandexMarket(base_url=url, auth=auth, limits=limits) as market:
            assert [each.status for each in market.archive(["LATER"], business_id=BUSINESS)] == ["rejected"]


@forking
def test_a_forked_process_uses_a_connection_of_its_own_and_its_parent_goes_on(store: str | Path) -> None:
    limits = Limits(store=store)
    assert sent(limits) == 1
    assert limits._worker
    parent = limits._worker.process

    def work(_: int) -> tuple[int, str]:
        assert limits._worker
        return sent(limits), limits._worker.process

    with ending(limits):
        found = in_children(work, 2)
        assert sent(limits) == 1
    assert [number for number, _ in found] == [1, 1]
    assert len({parent, *(process for _, process in found)}) == 3
    assert len(records(store)) == 2, "the version, and the limit of all"


def test_pickled_limits_are_those_of_the_same_store(store: str | Path) -> None:
    limits = Limits({"addOffersToArchive": None}, store=store, credential="shop")
    copy = pickle.loads(pickle.dumps(limits))
    assert (copy._overrides, copy._store, copy._credential) == (limits._overrides, store, "shop")
    with pytest.raises(TypeError, match=r"Limits without a store cannot be shared with other processes: give it one"):
        pickle.dumps(Limits())


@pytest.mark.parametrize("kind", [str, Path])
def test_a_sqlite_file_is_given_as_a_text_or_a_path(kind: Callable[[Any], str | Path], tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite"
    with ending(Limits(store=kind(path))) as limits:
        assert sent(limits) == 1
    assert len(records(path)) == 2


def test_credentials_and_addresses_have_limits_of_their_own_and_no_secret_is_in_the_store(store: str | Path) -> None:
    secret, url = "ACMA:very-secret", "https://vendor.example"
    with ending(Limits(store=store)) as limits:
        for auth, base_url in (
            (ApiKey(secret), url),
            (ApiKey(secret), url),
            (ApiKey("ACMA:b"), url),
            (ApiKey(secret), f"{url}/v2"),
        ):
            sent(limits, auth, base_url)
    with ending(Limits(store=store)) as others:
        sent(others, ApiKey(secret))
    kept = records(store)
    assert len(kept) == 1 + 3
    assert not [key for key, record in kept.items() if "secret" in key or b"secret" in record]
    assert all(key == "" or key.startswith("yandex_market_offers/addOffersToArchive/") for key in kept)


def test_the_digest_of_a_credential_differs_between_stores(tmp_path: Path) -> None:
    keys = []
    for path in (tmp_path / "a", tmp_path / "b"):
        with ending(Limits(store=path)) as limits:
            sent(limits)
        keys.append({*records(path)} - {""})
    assert keys[0] != keys[1]


def test_a_credential_that_has_a_name_is_known_by_it(store: str | Path) -> None:
    for secret in ("ACMA:a", "ACMA:b"):
        with ending(Limits(store=store, credential="shop")) as limits:
            sent(limits, ApiKey(secret))
    assert len(records(store)) == 2


class _Keys:
    """Credentials of AWS."""

    def __init__(self, token: str | None) -> None:
        self.access_key, self.secret_key, self.token = "KEY", "SECRET", token

    def get_frozen_credentials(self) -> _Keys:
        return self


def test_callers_without_credentials_share_the_limits_of_a_base_url(tmp_path: Path) -> None:
    limits = Limits(store=tmp_path / "x")
    assert limits.caller("https://vendor.example", None) == ("https://vendor.example",)
    named = Limits(store=tmp_path / "x", credential="shop")
    assert named.caller("https://vendor.example", None) == ("https://vendor.example", "named", "shop")


def test_what_stays_the_same_of_credentials_identifies_the_caller(tmp_path: Path) -> None:
    def walk(auth: Any, **options: Any) -> tuple[str, ...]:
        with JustWalkOut(base_url="https://vendor.example", auth=auth, limits=Limits(store=tmp_path / "x", **options)) as catalog:
            return catalog._api.caller[1:]

    assert walk(SigV4("eu-west-1", credentials=_Keys(None))) == ("KEY",)
    assert walk(SigV4("eu-west-1", credentials=_Keys("temporary"), role_arn="arn:role")) == ("arn:role",)
    assert walk(SigV4("eu-west-1", credentials=_Keys("temporary")), credential="shop") == ("named", "shop")
    for auth in (SigV4("eu-west-1", credentials=_Keys("temporary")), httpx2.BasicAuth("a", "b")):
        with pytest.raises(ValueError, match=r"these have none: name them with `credential`, as in Limits\(store="):
            walk(auth)
    amazon = LoginWithAmazon(client_id="a", client_secret="b", refresh_token="c")  # noqa: S106
    assert Way("sync").facade(ITEMS, "https://v.example", auth=amazon, limits=Limits(store=tmp_path / "x"))._api.caller[1:] == (
        "a",
        "c",
    )


def test_an_event_loop_goes_on_while_the_store_is_used(store: str | Path) -> None:
    limits, begun, over = Limits(store=store), threading.Event(), threading.Event()
    assert limits._worker
    change = limits._worker._store.change

    def slow(*arguments: Any) -> None:
        begun.set()
        assert over.wait(10), "the event loop is blocked"
        change(*arguments)

    limits._worker._store.change = slow  # type: ignore[method-assign,assignment]

    async def run() -> list[str]:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json={"status": "OK"})))
        async with AsyncYandexMarket(
            base_url="https://v.example", auth=ApiKey("ACMA:a"), limits=limits, http_client=http
        ) as market:
            task = asyncio.ensure_future(archive(market))
            while not begun.is_set():  # noqa: ASYNC110 - what is waited for is in another thread
                await asyncio.sleep(0.001)
            over.set()
            return await task

    async def archive(market: AsyncYandexMarket) -> list[str]:
        return [each.status async for each in market.archive(["A"], business_id=BUSINESS)]

    with ending(limits):
        assert asyncio.run(run()) == ["confirmed"]


def test_a_connection_that_is_lost_is_opened_again(database: str) -> None:
    with ending(Limits(store=database)) as limits:
        assert sent(limits) == 1
        execute(database, ENDING)
        assert sent(limits) == 1
