"""Pages of a search, and lookups of any number of identifiers, whatever the vendor's pages are like."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amazon_catalog_items import errors, models
from amazon_catalog_items.parameters import SearchCatalogItemsParameters
from catalog_clients import AccessRefused, InvalidArgument, Match, PagingError, Search
from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.flows.effects import Call, CallResult, Flow
from catalog_clients._engine.ledger.records import ChunkResult
from catalog_clients._engine.run.state import RunState
from catalog_clients.catalog_items import AsyncSearch
from tests.clients.access import ITEMS
from tests.clients.causes import SEARCH
from tests.overrides.playing import PLANS, TABLES, Player, query_of, respond
from tests.support.ways import WAYS

CHUNKING: Any = TABLES[SEARCH].chunking
SIZE: int = CHUNKING.size
MARKETPLACE = "ATVPDKIKX0DER"
SEARCHED: SearchCatalogItemsParameters = {
    "marketplace_ids": [MARKETPLACE],
    "keywords": ["sparkling", "water"],
    "page_size": 3,
    "locale": "en_US",
}
SENT = {"marketplaceIds": MARKETPLACE, "keywords": "sparkling,water", "pageSize": "3", "locale": "en_US"}

EACH_WAY = pytest.mark.parametrize("way", WAYS)
PAGES = st.lists(st.integers(0, 3), min_size=1, max_size=8).map(  # each item once, any number of them on a page
    lambda sizes: [[f"B{place}{number}" for number in range(size)] for place, size in enumerate(sizes)]
)


@dataclass
class Shelf:
    """A vendor that returns these pages; the last one may lead back to one of them.

    Attributes:
        pages: ASINs, page by page.
        back: number of the page that the last one leads to.
        fails_at, status: number of a page that fails, and how; 0 for no response.
        requests: queries that were received.
    """

    pages: Sequence[Sequence[str]]
    back: int | None = None
    fails_at: int | None = None
    status: int = 500
    requests: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, call: Call) -> CallResult[Any]:
        query = query_of(call)
        self.requests.append(query)
        assert len(self.requests) <= len(self.pages), "more questions than pages"
        place = int(query.get("pageToken", "token 0").removeprefix("token "))
        if place == self.fails_at and not self.status:
            return CallResult(error=httpx2.RemoteProtocolError("closed"), attempts=4)
        if place == self.fails_at:
            return respond(call, self.status, {"errors": []})
        following = place + 1 if place + 1 < len(self.pages) else self.back
        tokens = {} if following is None else {"pagination": {"nextToken": f"token {following}"}}
        items = [{"asin": asin} for asin in self.pages[place]]
        return respond(call, 200, {"numberOfResults": sum(map(len, self.pages)), "items": items, **tokens})


def search(shelf: Shelf) -> Search:
    player: Any = Player(shelf)
    return Search(player, PLANS[ITEMS].pages(SEARCH, SEARCHED), None)


def _read_items(way: str, shelf: Shelf, limit: int | None, found: list[models.Item]) -> None:
    """Collect the items of a search, sync or async, until it ends or fails."""
    player: Any = Player(shelf)
    if way == "sync":
        found.extend(Search(player, PLANS[ITEMS].pages(SEARCH, SEARCHED), limit))
        return

    async def run(flow: Flow[Any]) -> Any:
        return player.run(flow)

    async def collect() -> None:
        driver: Any = SimpleNamespace(run=run)
        async for each in AsyncSearch(driver, PLANS[ITEMS].pages(SEARCH, SEARCHED), limit):
            found.append(each)  # noqa: PERF401 - those before an error are wanted

    asyncio.run(collect())


def _asins(items: Sequence[models.Item]) -> list[str]:
    return [each.asin for each in items]


@EACH_WAY
@given(PAGES, st.none() | st.integers(1, 7), st.none() | st.integers(0, 30))
@settings(max_examples=50)
@example([[], ["B1"], [], ["B2"]], 1, None)
def test_any_split_into_pages_gives_the_same_items(way: str, pages: list[list[str]], back: int | None, limit: int | None) -> None:
    back = back if back is not None and back < len(pages) else None
    shelf = Shelf(pages, back)
    everything, found = [asin for page in pages for asin in page], list[models.Item]()
    is_endless = back is not None and (limit is None or limit > len(everything))
    with pytest.raises(PagingError, match="leads back to an earlier page") if is_endless else nullcontext():
        _read_items(way, shelf, limit, found)
    assert _asins(found) == everything[:limit]
    for place, query in enumerate(shelf.requests):
        assert query == {**SENT, **({"pageToken": f"token {place}"} if place else {})}
    needed = [place for place in range(len(pages)) if limit is None or sum(map(len, pages[:place])) < limit]
    assert len(shelf.requests) == len(needed)


def test_pages_are_given_one_by_one_and_no_further_than_they_are_read() -> None:
    shelf = Shelf([["B1", "B2"], [], ["B3"]])
    pages = iter(search(shelf).pages())
    assert _asins(next(pages).items) == ["B1", "B2"]
    assert len(shelf.requests) == 1
    assert [_asins(page.items) for page in pages] == [[], ["B3"]]


def test_each_iteration_sends_the_requests_again() -> None:
    shelf = Shelf([["B1"], ["B2"]])
    found = search(shelf)
    assert _asins(list(found)) == ["B1", "B2"]
    shelf.requests.clear()
    assert _asins(list(found)) == ["B1", "B2"]


@pytest.mark.parametrize(("status", "error"), [(500, errors.InternalServerError), (403, AccessRefused)])
def test_a_page_that_is_not_available_is_an_error_after_the_items_before_it(status: int, error: type[Exception]) -> None:
    items = iter(search(Shelf([["B1"], ["B2"]], fails_at=1, status=status)))
    assert next(items).asin == "B1"
    with pytest.raises(error, match=str(status)) as raised:
        next(items)
    (note,) = raised.value.__notes__
    assert note.startswith("searchCatalogItems: page 2 is not available after ")
    assert note.endswith("; continue with the arguments page_token='token 1' and page_size=3")


@EACH_WAY
@pytest.mark.parametrize("fails_at", [0, 2])
def test_a_page_without_a_response_is_an_error_that_says_how_to_go_on(way: str, fails_at: int) -> None:
    shelf, found = Shelf([["B1"], ["B2"], ["B3"]], fails_at=fails_at, status=0), list[models.Item]()
    with pytest.raises(PagingError) as raised:
        _read_items(way, shelf, None, found)
    assert _asins(found) == ["B1", "B2", "B3"][:fails_at]
    assert isinstance(raised.value.__cause__, httpx2.RemoteProtocolError)
    what = f"searchCatalogItems: page {fails_at + 1} is not available after 4 attempts: RemoteProtocolError: closed"
    advice = "; continue with the arguments page_token='token 2' and page_size=3" if fails_at else ""
    assert str(raised.value) == what + advice


@dataclass
class Catalog:
    """A vendor with items, each with the identifiers by which it is found; several items may have the same.

    Attributes:
        items: identifiers by ASIN.
        silent: ASINs of items that do not say which identifiers they have.
        malformed: identifiers that the vendor refuses.
        forgetful: identifiers in whose searches the token of the next page gets lost.
        codes: by identifier, how searches with it fail.
        refuses_tokens: whether a page token is not known any more when it is used.
        size: of its pages, if smaller than requested.
    """

    items: dict[str, set[str]]
    silent: set[str] = field(default_factory=set)
    malformed: set[str] = field(default_factory=set)
    forgetful: set[str] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)
    refuses_tokens: bool = False
    size: int = SIZE
    questions: list[list[str]] = field(default_factory=list)

    def found(self, identifier: str) -> list[str]:
        return [asin for asin, identifiers in self.items.items() if identifier in identifiers]

    def __call__(self, call: Call) -> CallResult[Any]:
        query = query_of(call)
        wanted, start = query["identifiers"].split(","), int(query.get("pageToken", "0"))
        assert 1 <= len(wanted) <= SIZE
        assert query["identifiersType"] == "EAN"
        assert "identifiers" in query["includedData"].split(",")
        self.questions.append(wanted)
        code = next((self.codes[each] for each in wanted if each in self.codes), None)
        if code is not None or self.malformed & set(wanted) or (start and self.refuses_tokens):
            return respond(call, code or 400, {"errors": [{"code": "InvalidInput", "message": f"no: {start}"}]})
        found = [asin for asin, identifiers in self.items.items() if identifiers & set(wanted)]
        size = min(self.size, int(query["pageSize"]))
        more = start + size < len(found) and not self.forgetful & set(wanted)
        pagination = {"nextToken": str(start + size)} if more else {}
        items = [self._item(asin) for asin in found[start : start + size]]
        return respond(call, 200, {"numberOfResults": len(found), "items": items, "pagination": pagination})

    def _item(self, asin: str) -> dict[str, Any]:
        known = set[str]() if asin in self.silent else self.items[asin]
        own = [{"identifierType": "EAN", "identifier": each} for each in sorted(known)]
        own.append({"identifierType": "GTIN", "identifier": "another"})
        return {"asin": asin, "identifiers": [{"marketplaceId": MARKETPLACE, "identifiers": own}]}


def _look_up(identifiers: Sequence[Any], vendor: Callable[[Call], CallResult[Any]], kind: str = "EAN") -> ChunkResult[Match]:
    """Look up identifiers, batch after batch, until an error ends it."""
    arguments = {"identifiers_type": kind, "marketplace_ids": [MARKETPLACE], "included_data": ["summaries"]}
    lookup, done = PLANS[ITEMS].lookup(SEARCH, arguments, Match).lookup, ChunkResult[Match]()
    for chunk in Chunker(SIZE, CHUNKING, RunState()).chunks(identifiers):
        if not done.fatal:
            done.add(Player(vendor).run(lookup.run(chunk, RunState())))
    return done


EANS = [f"{number:013}" for number in range(30)]
SOME = st.sets(st.sampled_from(EANS), max_size=4)


@given(
    st.lists(st.sampled_from(EANS), min_size=1, max_size=40),
    st.dictionaries(st.integers(0, 99).map("B{:09}".format), st.sets(st.sampled_from(EANS), min_size=1, max_size=3), max_size=40),
    st.tuples(SOME, SOME, SOME),
    st.randoms(use_true_random=False),
    st.integers(1, SIZE),
)
@settings(max_examples=60)
def test_each_identifier_gets_one_match_that_is_right_with_few_calls(
    identifiers: list[str], items: dict[str, set[str]], odd: tuple[set[str], set[str], set[str]], random: Any, size: int
) -> None:
    malformed, forgetful, unsearchable = odd
    silent = {asin for asin in items if random.random() < 0.1}
    vendor = Catalog(items, silent, malformed, forgetful, dict.fromkeys(unsearchable - malformed, 404), size=size)
    done = _look_up(identifiers, vendor)
    matches = done.results
    assert done.fatal is None
    assert sorted(each.identifier for each in matches) == sorted(set(identifiers))
    calls = Counter(tuple(each) for each in vendor.questions)
    assert all(number <= -(-len(items) // size) + 1 for number in calls.values())
    assert len(calls) <= 2 * len(set(identifiers))
    for each in matches:
        expected = vendor.found(each.identifier)
        if each.status == "found":
            assert _asins(each.items) == expected
            assert expected
        elif each.status == "missing":
            assert not expected
        elif each.status == "rejected":
            assert each.identifier in malformed
            assert "no: 0" in each.reason
        elif not unsearchable:
            assert each.identifier in forgetful
            assert len(expected) > size
            assert each.reason == f"the pages end after {size} of {len(expected)} items"
    if not unsearchable:
        assert {each.identifier for each in matches if each.status == "rejected"} == malformed & set(identifiers)


@pytest.mark.parametrize("identifiers", [EANS[:SIZE], EANS])
def test_the_error_of_a_batch_whose_identifiers_are_all_refused_ends_the_lookup(identifiers: list[str]) -> None:
    vendor = Catalog({}, malformed=set(EANS))
    done = _look_up(identifiers, vendor)
    assert len(vendor.questions) == 2 * SIZE - 1, "each batch is halved until one identifier is left"
    assert getattr(done.fatal, "status", 0) == 400
    assert [each.identifier for each in done.results] == EANS[:SIZE]
    assert {each.status for each in done.results} == {"rejected"}


def test_refused_credentials_end_the_lookup_at_once() -> None:
    vendor = Catalog({}, codes={EANS[7]: 403})
    done = _look_up(EANS, vendor)
    assert isinstance(done.fatal, AccessRefused)
    assert [each.status for each in done.results] == ["unknown"] * SIZE
    assert len(vendor.questions) == 1


@pytest.mark.parametrize(
    "bad", ["", "a,b," * 11, "a,\ud800", "\ud800", 5, math.nan, None, b"x", object(), ["x"]], ids=lambda bad: type(bad).__name__
)
def test_an_identifier_that_is_invalid_is_rejected_alone(bad: Any) -> None:
    vendor = Catalog({"B1": {EANS[0]}}, malformed={""})
    done = _look_up([EANS[0], bad, EANS[1]], vendor)
    matches = done.results
    assert done.fatal is None
    assert [(each.identifier, each.status) for each in matches] == [
        (EANS[0], "found"),
        ("" if bad is None else str(bad), "rejected"),
        (EANS[1], "missing"),
    ]
    if isinstance(bad, str):
        assert any(each in matches[1].reason for each in ("$: is empty", "more than 20 parts", "query $.identifiers["))
    else:
        assert f"{bad!r} is not text" in matches[1].reason
    assert all(bad not in each for each in vendor.questions)


def test_the_error_of_a_vendor_that_does_not_respond_is_that_of_the_batch() -> None:
    failure = httpx2.ConnectError("no")
    done = _look_up(EANS[:3], lambda _: CallResult(error=failure))
    assert (done.failure, done.fatal) == (failure, None)
    assert [each.status for each in done.results] == ["unknown"] * 3


def test_a_page_that_is_refused_after_others_were_given_does_not_make_its_identifier_a_refused_one() -> None:
    items = {f"B{number}": {EANS[0]} for number in range(SIZE + 5)}
    done = _look_up([EANS[0]], Catalog(items, refuses_tokens=True))
    assert done.fatal is None
    assert [each.status for each in done.results] == ["unknown"]


def test_what_is_wrong_with_all_requests_is_an_error_before_one_is_sent() -> None:
    vendor = Catalog({})
    with pytest.raises(InvalidArgument, match=r"\$\.sellerId: required with identifiersType=SKU"):
        _look_up(EANS[:3], vendor, "SKU")
    assert vendor.questions == []
