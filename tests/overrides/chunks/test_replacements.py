"""An item that replaces another one is sent when that has ended for certain, also where a run goes on after it was killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from catalog_clients import Outcome, Retries
from catalog_clients._engine.chunks.chunking import Chunk, Chunker
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.ledger.ledger import Earlier, Ledger
from catalog_clients._engine.ledger.records import Status
from catalog_clients._engine.run.state import RunState
from scripts.mock.serving import Mocks
from tests.clients.access import JWO, USER, auth_of
from tests.clients.causes import STORES, UPLOAD
from tests.overrides.playing import PLANS, TABLES, Player, respond
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import Way, chunks_of, product

TABLE = TABLES[UPLOAD].chunking


def _two(sku: str) -> list[dict[str, Any]]:
    """Return an item, another one, and what replaces the first."""
    return [product(sku, item_name="old"), product(f"{sku}-OTHER"), product(sku, item_name="new"), product(f"{sku}-LAST")]


def test_what_replaces_an_item_that_outlives_its_deadline_is_not_sent(way: Way, mocks: Mocks) -> None:
    vendor, items = mocks.vendors[JWO], _two("OUTLIVES")
    with setting(vendor, processing_seconds=1e5):
        before = responses(vendor)
        outcomes = way.read(way.to(mocks, JWO, deadline=0.1, limits=chunks_of(2)).upload(items))
    found = {each.item: (each.status, each.attempt) for each in outcomes}
    assert found == {1: ("unknown", 1), 2: ("unknown", 1), 3: ("unknown", 0), 4: ("unknown", 1)}
    (replacing,) = (each for each in outcomes if each.item == 3)
    assert replacing.reason == "not sent: it replaces an item, and the vendor may still be processing an earlier request"
    assert (responses(vendor) - before)[f"{UPLOAD} 201"] == 2


def test_what_replaces_an_item_that_has_ended_is_sent(way: Way, mocks: Mocks) -> None:
    outcomes = way.read(way.to(mocks, JWO, limits=chunks_of(2)).upload(_two("ENDS")))
    assert {each.status for each in outcomes} == {"confirmed"}


LOST: dict[str, Callable[[httpx2.Request], httpx2.Response]] = {
    "a response of the server": lambda _: httpx2.Response(502, text="gateway"),
    "an ingestion whose status is refused": lambda request: (
        httpx2.Response(201, json={"ingestionId": "a"})
        if request.url.path.endswith("upload")
        else httpx2.Response(400, json={"message": "no"})
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_what_replaces_an_item_whose_end_is_not_known_is_not_sent(name: str, way: Way, mocks: Mocks) -> None:
    sent = list[str]()

    def play(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("upload"):
            sent.append(request.content.decode())
        return LOST[name](request)

    options = {"retries": Retries(attempts=1), "limits": chunks_of(2), "interval": 0.01}
    outcomes = way.read(way.played(JWO, play, auth=auth_of(mocks, JWO, USER), **options).upload(_two("LOST")))
    assert {each.status for each in outcomes} == {"unknown"}
    assert len(sent) == 2
    assert not any('"new"' in each for each in sent)


UNREACHED, LOST_ON_THE_WAY = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError), httpx2.ReadTimeout
ENDS: list[tuple[tuple[type[httpx2.TransportError], ...], bool]] = [
    *(((kind,), False) for kind in UNREACHED),
    ((httpx2.ConnectError, httpx2.ProxyError, httpx2.ConnectTimeout), False),
    ((LOST_ON_THE_WAY,), True),
    ((LOST_ON_THE_WAY, httpx2.ConnectError), True),
    ((httpx2.ConnectError, LOST_ON_THE_WAY), True),
]
"""How the attempts at a request fail, and whether the vendor may have executed one of them."""
KINDS = [" then ".join(each.__name__ for each in kinds) for kinds, _ in ENDS]


@pytest.mark.parametrize(("kinds", "is_open"), ENDS, ids=KINDS)
def test_what_replaces_an_item_that_has_reached_nobody_is_sent_after_the_outage(
    kinds: tuple[type[httpx2.TransportError], ...], is_open: bool, way: Way, mocks: Mocks
) -> None:
    failures, taken = iter(kinds), list[str]()

    def play(request: httpx2.Request) -> httpx2.Response:
        if kind := next(failures, None):
            raise kind("the network is down", request=request)
        taken.append(request.content.decode())
        return httpx2.Response(400, json={"message": "taken"})

    options = {"retries": Retries(attempts=len(kinds), max_wait=0.01), "limits": chunks_of(2), "width": 1}
    outcomes = way.read(way.played(JWO, play, auth=auth_of(mocks, JWO, USER), **options).upload(_two("OUTAGE")))
    found = {each.item: (each.status, each.attempt) for each in outcomes}
    assert found == {
        **dict.fromkeys((1, 2), ("unknown", len(kinds) if is_open else 0)),
        3: ("unknown", 0) if is_open else ("rejected", 1),
        4: ("rejected", 1),
    }
    assert any('"new"' in each for each in taken) is not is_open


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 1), (1, 0)])
def test_parts_of_a_chunk_are_open_each_by_itself(first: int, second: int) -> None:
    """A chunk is refused for one of its stores, and of its two parts the vendor may have executed none, or one."""
    lost = [first, second]

    def vendor(call: Call) -> CallResult[Any]:
        if len(msgspec.json.decode(call.request.content or b"")["catalogItems"]) == 2:
            return respond(call, 400, {"errorMsg": "One or more StoreID's present in the request is incorrect"})
        kind = LOST_ON_THE_WAY if lost.pop(0) else httpx2.ConnectError
        return CallResult(error=kind("the network is down"), attempts=1)

    plan, state = PLANS[JWO].run(UPLOAD, {}), RunState()
    (chunk,) = Chunker(2, TABLE, state).chunks([product("A"), product("B", "OTHER")])
    found = Player(vendor).run(plan.run(chunk, state))
    assert lost == []
    assert [each.status for each in found.results] == ["unknown", "unknown"]
    assert found.is_open is state.is_open is bool(first or second)


def _resumed(folder: Path, items: list[dict[str, Any]], earlier: dict[int, Status]) -> tuple[list[Chunk], RunState]:
    """Return the chunks of a run that goes on, of whose items some have these outcomes."""
    with Ledger(folder / "ledger.csv") as ledger:
        ledger.outcomes(
            Outcome(sku=items[place - 1]["item_sku"], status=status, store=STORES[0], item=place, chunk=1, attempt=1)
            for place, status in earlier.items()
        )
    state = RunState(earlier=Earlier.read(folder / "ledger.csv"))
    return list(Chunker(3, TABLE, state).chunks(items)), state


def test_a_run_that_goes_on_sends_what_replaces_an_item_that_was_sent_before_and_loses_none(tmp_path: Path) -> None:
    items = [product("x"), product("a", item_name="old"), product("b"), product("a", item_name="new"), product("c")]
    chunks, state = _resumed(tmp_path, items, {2: "confirmed"})
    assert [[each.position for each in chunk.items] for chunk in chunks] == [[1, 3, 4], [5]]
    assert [chunk.barrier for chunk in chunks] == [True, False]
    assert state.duplicates == 0


def test_a_run_that_goes_on_sends_again_what_replaces_an_item_that_it_sends_again(tmp_path: Path) -> None:
    items = [product("a", item_name="old"), product("b"), product("a", item_name="new")]
    chunks, _ = _resumed(tmp_path, items, {1: "unknown", 2: "confirmed", 3: "confirmed"})
    sent = [each.position for chunk in chunks for each in chunk.items]
    assert sent in ([3], [1, 3]), "the vendor would be left with the old content"


@pytest.mark.parametrize("known", [{1: "confirmed"}, {2: "rejected"}, {1: "confirmed", 2: "confirmed", 3: "confirmed"}], ids=str)
def test_a_run_that_goes_on_sends_what_is_not_known_once(known: dict[int, Status], tmp_path: Path) -> None:
    items = [product("a"), product("b"), product("c")]
    chunks, state = _resumed(tmp_path, items, known)
    assert [each.position for chunk in chunks for each in chunk.items] == [place for place in (1, 2, 3) if place not in known]
    assert state.duplicates == 0
