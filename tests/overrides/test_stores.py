"""Limits in SQLite files and PostgreSQL databases, used by real processes, threads and event loops."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec
import pytest

from amazon_jwo_catalog.auth import SigV4
from catalog_clients import AsyncYandexMarket, JustWalkOut, Limits, LimitsError, LoginWithAmazon, YandexMarket
from catalog_clients._engine.limits import shared, sqlite, worker
from catalog_clients._engine.limits import store as digests
from scripts.chaos.limits import scaled_limits
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from tests.clients.access import ITEMS, USER, YANDEX, auth_of
from tests.clients.causes import BUSINESS
from tests.overrides.stores import ending, execute, records
from tests.overrides.test_leases import FORKS
from tests.overrides.vendors import Gate, intercepting, responses
from tests.overrides.ways import CONCURRENCY, Way, eventually, offers
from yandex_market_offers.auth import ApiKey

ENDING = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'catalog-clients'"
SPEED = 60  # of the vendor: a window of its limit is a second
CHUNKS = 30  # of each of four processes; a window has 50


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let digests be quick to compute."""
    monkeypatch.setitem(digests._COST, "n", 2)


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


def played(limits: Limits, auth: httpx2.Auth | None = None, url: str = "https://vendor.example", way: Way | None = None) -> Any:
    """Return a facade of a vendor that accepts everything, and the requests that it gets."""
    requests = list[httpx2.Request]()

    def play(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200, json={"status": "OK"})

    way = way or Way("sync")
    http = way.http(transport=httpx2.MockTransport(play))
    return way.facade(YANDEX, url, auth=auth or ApiKey("ACMA:secret"), limits=limits, http_client=http), requests


def sent(limits: Limits, auth: httpx2.Auth | None = None, url: str = "https://vendor.example") -> int:
    """Archive an offer, and return how many requests that has sent."""
    market, requests = played(limits, auth, url)
    assert [each.status for each in market.archive(["A"], business_id=BUSINESS)] == ["confirmed"]
    return len(requests)


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


def test_what_stays_the_same_of_credentials_identifies_the_caller(tmp_path: Path) -> None:
    def walk(auth: Any, **options: Any) -> tuple[str, ...]:
        with JustWalkOut(base_url="https://vendor.example", auth=auth, limits=Limits(store=tmp_path / "x", **options)) as catalog:
            return catalog._api.caller[1:]

    assert walk(SigV4("eu-west-1", credentials=_Keys(None))) == ("KEY",)
    assert walk(SigV4("eu-west-1", credentials=_Keys("temporary"), role_arn="arn:role")) == ("arn:role",)
    assert walk(SigV4("eu-west-1", credentials=_Keys("temporary")), credential="shop") == ("named", "shop")
    for auth in (SigV4("eu-west-1", credentials=_Keys("temporary")), httpx2.BasicAuth("a", "b")):
        with pytest.raises(ValueError, match="limits: nothing of these credentials stays the same: give Limits a name for them"):
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


def test_a_database_that_goes_away_ends_the_run_and_nothing_is_sent(
    way: Way, database: str, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.3)
    name = urlsplit(database).path[1:]
    with ending(Limits(store=database)) as limits:
        assert sent(limits) == 1
        execute(postgresql, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        execute(postgresql, ENDING)
        refuses(way, limits, f"the store of limits cannot be used: the PostgreSQL database {name} at")


def refuses(way: Way, limits: Limits, reason: str) -> None:
    """Make sure that a run ends with an error, that its items are unknown, and that nothing is sent."""
    market, requests = played(limits, way=way)
    outcomes = list[Any]()
    with pytest.raises(LimitsError) as caught:
        way.read(market.archive(["A", "B"], business_id=BUSINESS), outcomes.append)
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)
    assert requests == []
    assert {each.status for each in outcomes} <= {"unknown"}


def not_sqlite(path: Path) -> str:
    path.write_text("item_sku,item_name\nA,Water\n" * 100, encoding="utf-8")
    return "file is not a database"


def in_no_folder(path: Path) -> str:
    path.parent.rmdir()
    return "unable to open database file"


def a_folder(path: Path) -> str:
    path.mkdir()
    return "unable to open database file"


def of_a_newer_version(path: Path) -> str:
    _with_head(path, msgspec.msgpack.encode(digests.Head(2, b"salt")))
    return "has version 2 of the store of limits; this package knows 1"


def of_something_else(path: Path) -> str:
    _with_head(path, b"\xc1")
    return "is not a store of limits"


def _with_head(path: Path, head: bytes) -> None:
    store: digests.Store = sqlite.SqliteStore(path)
    store.change("", lambda _, __: head)
    store.close()


SPOILED = [not_sqlite, in_no_folder, a_folder, of_a_newer_version, of_something_else]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_file_that_is_no_store_ends_the_run_and_nothing_is_sent(spoil: Callable[[Path], str], way: Way, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "limits.sqlite"
    path.parent.mkdir()
    reason = spoil(path)
    with ending(Limits(store=path)) as limits:
        refuses(way, limits, reason)
        refuses(way, limits, str(path))


def test_a_file_that_cannot_be_written_ends_the_run_and_nothing_is_sent(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "limits.sqlite"
    with ending(Limits(store=path)) as limits:
        sent(limits)
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect  # the administrator of a machine could write to any file

    def read_only(file: Path, **options: Any) -> sqlite3.Connection:
        return connect(f"file:{file}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with ending(Limits(store=path)) as limits:
        refuses(way, limits, "attempt to write a readonly database")


def test_a_file_that_stays_locked_ends_the_run_and_nothing_is_sent(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.3)
    path = tmp_path / "limits.sqlite"
    with ending(Limits(store=path)) as limits, closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert limits._worker
        limits._worker._store = sqlite.SqliteStore(path, patience=0.05)
        sent(limits)
        other.execute("BEGIN IMMEDIATE")
        refuses(way, limits, f"the store of limits cannot be used: {path}: database is locked")
        other.execute("ROLLBACK")
        assert sent(limits) == 1


def test_a_table_that_may_not_be_changed_ends_the_run_and_nothing_is_sent(way: Way, database: str) -> None:
    with ending(Limits(store=database)) as limits:
        sent(limits)
    execute(database, "DROP ROLE IF EXISTS reader")
    execute(database, "CREATE ROLE reader LOGIN PASSWORD 'secret'")
    with ending(Limits(store=database.replace("postgres:@", "reader:secret@"))) as limits:
        refuses(way, limits, "permission denied for table catalog_clients_limits")


def test_a_server_that_cannot_be_reached_ends_the_run_and_nothing_is_sent(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 1e9)
    with ending(Limits(store="postgresql://user:secret@127.0.0.1:1/shop")) as limits:
        refuses(way, limits, "the store of limits cannot be used: the PostgreSQL database shop at 127.0.0.1:1: ")


NO_STORES: list[tuple[Any, type[Exception], str]] = [
    ("mysql://secret@host/x", ValueError, "store: must be the path of a SQLite file, or a URL that begins with postgresql://"),
    ("", ValueError, "store: must be the path of a SQLite file"),
    (b"limits.sqlite", TypeError, "store: must be the path of a SQLite file or a URL such as postgresql://host/database"),
    (7, TypeError, "store: must be the path of a SQLite file"),
    ("postgresql://user:secret%zz@host/x", ValueError, "store: the URL of the PostgreSQL database cannot be read"),
    ("postgres://host:secret/x?unknown=1", ValueError, "store: the URL of the PostgreSQL database cannot be read"),
]


@pytest.mark.parametrize(("given", "kind", "message"), NO_STORES)
def test_what_names_no_store_is_refused(given: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        Limits(store=given)
    assert "secret" not in str(caught.value)


NO_NAMES = [({"credential": "shop"}, ValueError), ({"store": "x", "credential": ""}, ValueError), ({"credential": 7}, TypeError)]


@pytest.mark.parametrize(("options", "kind"), NO_NAMES)
def test_a_name_of_a_credential_is_a_text_and_needs_a_store(options: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="credential: must be a name"):
        Limits(**options)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog_clients._engine.limits.opening.find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"needs psycopg: install catalog-clients\[postgresql\]"):
        Limits(store="postgresql://host/database")
