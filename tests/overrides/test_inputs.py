"""What a run is given: slow inputs, wrong ones, options that there are not, and limits of the caller."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients import Limits, Retries
from catalog_clients.chunks import Chunker
from catalog_clients.limits import Limiter
from scripts.apis import tables
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, YANDEX
from tests.clients.causes import BUSINESS, SEARCH, UPLOAD
from tests.overrides.ways import Way, eventually, responses

_SIZE = 200


def offers(chunks: int) -> list[str]:
    return [f"SKU-{number:07}" for number in range(1, chunks * _SIZE + 1)]


def test_an_outcome_is_told_before_more_of_a_slow_input_is_read(way: Way, mocks: Mocks) -> None:
    vendor, told = mocks.vendors[YANDEX], list[int]()

    def slow() -> Iterator[str]:
        for number, offer in enumerate(offers(4), 1):
            if number % _SIZE == 0 and number > _SIZE:
                eventually(lambda: responses(vendor)["addOffersToArchive 200"] > before)
                time.sleep(0.05)
                told_before.append(len(told))
            yield offer

    async def aslow() -> AsyncIterator[str]:
        for number, offer in enumerate(offers(4), 1):
            if number % _SIZE == 0 and number > _SIZE:
                await asyncio.sleep(0.2)
                told_before.append(len(told))
            yield offer

    before, told_before = responses(vendor)["addOffersToArchive 200"], list[int]()
    given = slow() if way.name == "sync" else aslow()
    way.read(way.to(mocks, YANDEX).archive(given, business_id=BUSINESS), lambda each: told.append(each.item))
    assert len(told) == 4 * _SIZE
    assert told_before[-1] >= _SIZE


def test_an_option_that_there_is_not_is_an_error(way: Way, mocks: Mocks) -> None:
    with pytest.raises(TypeError, match="no option strcit; there are strict, progress"):
        way.to(mocks, YANDEX).archive([], business_id=BUSINESS, strcit=True)


_COMMON = "auth, server, limits, retries, application, width, http_client"


@pytest.mark.parametrize(
    ("api", "known"),
    [(YANDEX, f"base_url, {_COMMON}"), (JWO, f"base_url, interval, deadline, queue, silence, reports, {_COMMON}")],
)
def test_an_option_of_a_facade_that_there_is_not_is_an_error_that_lists_the_others(api: str, known: str, way: Way) -> None:
    with pytest.raises(TypeError, match=f"^no option widht; there are {known}$"):
        way.facade(api, "http://127.0.0.1:9", widht=1)


@pytest.mark.parametrize("width", [0, -1, 1.0, "2", float("inf")])
def test_a_width_is_a_whole_number_from_one_on(width: Any, way: Way) -> None:
    with pytest.raises(ValueError, match=f"^width: .* {re.escape(repr(width))}$"):
        way.facade(YANDEX, "http://127.0.0.1:9", width=width)


@pytest.mark.parametrize("option", ["limits", "retries"])
@pytest.mark.parametrize("value", [{}, {"attempts": 3}, 3])
def test_an_option_of_another_type_is_an_error_at_once(option: str, value: Any, way: Way) -> None:
    with pytest.raises(TypeError, match=r"^give Limits\(\.\.\.\) as limits, and Retries\(\.\.\.\) as retries$"):
        way.facade(YANDEX, "http://127.0.0.1:9", **{option: value})


def test_a_limit_of_an_operation_that_the_api_does_not_have_is_an_error_that_lists_those_it_has(way: Way) -> None:
    known = "addOffersToArchive, deleteOffersFromArchive"
    with pytest.raises(ValueError, match=f"^limits: there is no operation archiveOffers; there are {known}$"):
        way.facade(YANDEX, "http://127.0.0.1:9", limits=Limits({"addOffersToArchive": None, "archiveOffers": None}))


@pytest.mark.parametrize("items", ["SKU-1", {"item_sku": "A"}, None, 5])
def test_what_is_no_iterable_of_items_is_an_error_that_says_so(way: Way, mocks: Mocks, items: Any) -> None:
    with pytest.raises(TypeError, match=f"give an iterable of items, such as a list, and not {type(items).__name__}"):
        way.to(mocks, YANDEX).archive(items, business_id=BUSINESS)


@pytest.mark.parametrize(("told", "highest", "milliseconds"), [("5", True, 1000), ("0.5", True, 2000), ("5", False, 200)])
def test_a_response_may_only_lower_the_limit_that_the_caller_has_set(told: str, highest: bool, milliseconds: int) -> None:
    documented = tables(ITEMS)[SEARCH].rate_limit
    assert documented is not None
    limiter = Limiter(replace(documented, rate=1, burst=1), highest=highest)
    limiter._learn(httpx2.Response(200, headers={documented.rate_per_second or "": told}))
    assert limiter._bucket.rates[0].interval == milliseconds


@pytest.mark.parametrize("changed", [False, True])
def test_repetitions_are_known_among_more_items_than_memory_keeps(changed: bool) -> None:
    items = [{"item_sku": f"{number} ü", "store_id": "S", "item_name": "first"} for number in range(45_000)]
    again = [{**items[place], "item_name": "second" if changed else "first"} for place in (7, 44_998)]
    chunker = Chunker(10_000, tables(JWO)[UPLOAD].chunking)
    chunks = list(chunker.chunks([*items, *again]))
    sent = [each.item for chunk in chunks for each in chunk.sent]
    if changed:  # the first of them is in an earlier chunk, and the other one in the same
        assert (len(sent), chunker.duplicates) == (45_001, 1)
        assert [chunk.after_all for chunk in chunks] == [False] * 4 + [True]
        assert sent[-1] == again[0]
        assert sent[44_998] == again[1]
    else:
        assert (sent, chunker.duplicates) == (items, 2)
        assert not any(chunk.after_all for chunk in chunks)


@pytest.mark.parametrize("options", [{"attempts": 0}, {"attempts": "3"}, {"attempts": 1.5}, {"max_wait": -1}, {"budget": True}])
def test_retries_that_make_no_sense_are_an_error_at_once(options: dict[str, Any]) -> None:
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"^{name}: give a .*number from .* and not {re.escape(repr(value))}$"):
        Retries(**options)


@pytest.mark.parametrize("application", [3, "L\u00e4den/1", "Shop/1\n"])
def test_an_application_is_text_that_a_header_can_hold(application: Any, way: Way) -> None:
    with pytest.raises(ValueError, match=r"^application: give ASCII text"):
        way.facade(YANDEX, "http://127.0.0.1:9", application=application)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"interval": "x"}, "^interval: give a number from 0 on, and not 'x'$"),
        ({"deadline": -1}, "^deadline: give a number from 0 on, and not -1$"),
        ({"silence": float("nan")}, "^silence: give a number from 0 on, and not nan$"),
        ({"queue": "http://127.0.0.1:9/queue"}, "SqsQueue"),
        ({"reports": {}}, "Reports"),
    ],
)
def test_options_of_just_walk_out_that_cannot_be_are_an_error_before_anything_is_sent(
    options: dict[str, Any], told: str, way: Way
) -> None:
    with pytest.raises((ValueError, TypeError), match=told):
        way.facade(JWO, "http://127.0.0.1:9", **options)


def test_a_limit_is_that_of_a_table(way: Way) -> None:
    with pytest.raises(TypeError, match=r"^limits: addOffersToArchive takes a changed `rate_limit`"):
        way.facade(YANDEX, "http://127.0.0.1:9", limits=Limits({"addOffersToArchive": 1}))
