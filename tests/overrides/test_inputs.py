"""What a run is given: slow inputs, wrong ones, options that there are not, and limits of the caller."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from catalog_clients import Limits, Retries
from catalog_clients._engine.chunking import Chunker
from catalog_clients._engine.limits import RateLimiter
from catalog_clients.results import RunState
from scripts.apis import tables
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, YANDEX
from tests.clients.causes import BUSINESS, SEARCH, UPLOAD
from tests.overrides.vendors import responses
from tests.overrides.ways import CLOSED, OFFERS, Way, asynchronous, eventually, offers


def test_an_outcome_is_given_before_more_of_a_slow_input_is_read(way: Way, mocks: Mocks) -> None:
    vendor, reported = mocks.vendors[YANDEX], list[int]()

    def slow() -> Iterator[str]:
        for number, offer in enumerate(offers(4), 1):
            if number % OFFERS == 0 and number > OFFERS:
                eventually(lambda: responses(vendor)["addOffersToArchive 200"] > before)
                time.sleep(0.05)
                known_before.append(len(reported))
            yield offer

    async def aslow() -> AsyncIterator[str]:
        for number, offer in enumerate(offers(4), 1):
            if number % OFFERS == 0 and number > OFFERS:
                await asyncio.sleep(0.2)
                known_before.append(len(reported))
            yield offer

    before, known_before = responses(vendor)["addOffersToArchive 200"], list[int]()
    given = slow() if way.name == "sync" else aslow()
    way.read(way.to(mocks, YANDEX).archive(given, business_id=BUSINESS), lambda each: reported.append(each.item))
    assert len(reported) == 4 * OFFERS
    assert known_before[-1] >= OFFERS


NOT_A_LIMIT: Any = {"addOffersToArchive": 1}
NOT_OPTIONS: list[Any] = [{}, {"attempts": 3}, 3]
NOT_WIDTHS: list[Any] = [0, -1, 1.0, "2", math.inf]
WRONG_OPTIONS: list[tuple[str, dict[str, Any], str]] = [
    *((YANDEX, {"width": value}, "width: must be a whole number of at least 1, and not ") for value in NOT_WIDTHS),
    *((YANDEX, {"limits": value}, "limits: must be of type Limits, and not ") for value in NOT_OPTIONS),
    *((YANDEX, {"retries": value}, "retries: must be of type Retries, and not ") for value in NOT_OPTIONS),
    (YANDEX, {"application": 3}, "application: must be of type str, and not 3"),
    *((YANDEX, {"application": value}, "application: must be printable ASCII text") for value in ("L\u00e4den/1", "Shop/1\n")),
    (
        YANDEX,
        {"limits": Limits({"archive": None})},
        f"limits: there is no operation archive; there are {', '.join(tables(YANDEX))}",
    ),
    (YANDEX, {"limits": Limits(NOT_A_LIMIT)}, "limits: addOffersToArchive must be a changed `rate_limit` of the spec's tables"),
    (JWO, {"interval": "x"}, "interval: must be a number of at least 0, and not 'x'"),
    (JWO, {"deadline": -1}, "deadline: must be a number of at least 0, and not -1"),
    (JWO, {"silence": math.nan}, "silence: must be a number of at least 0, and not nan"),
    (JWO, {"queue": "http://127.0.0.1:9/queue"}, "queue must be an SqsQueue(...)"),
    (JWO, {"reports": {}}, "reports must be Reports(...)"),
]


@pytest.mark.parametrize(("api", "options", "message"), WRONG_OPTIONS)
def test_an_invalid_option_is_an_error_before_anything_is_sent(api: str, options: dict[str, Any], message: str, way: Way) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)) as error:
        way.facade(api, CLOSED, **options)
    if message.endswith("and not "):
        assert str(error.value).endswith(repr(*options.values()))


@pytest.mark.parametrize("options", [{"attempts": 0}, {"attempts": "3"}, {"attempts": 1.5}, {"max_wait": -1}, {"budget": True}])
def test_invalid_retries_are_an_error_at_once(options: dict[str, Any]) -> None:
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"^{name}: must be a .*number of at least .*, and not {re.escape(repr(value))}$"):
        Retries(**options)


@pytest.mark.parametrize("items", ["SKU-1", {"item_sku": "A"}, None, 5])
def test_what_is_not_an_iterable_of_items_is_an_error_that_says_so(way: Way, mocks: Mocks, items: Any) -> None:
    with pytest.raises(TypeError, match=f"items must be an iterable, such as a list, and not {type(items).__name__}"):
        way.to(mocks, YANDEX).archive(items, business_id=BUSINESS)


def test_an_asynchronous_iterable_needs_an_asynchronous_facade(mocks: Mocks) -> None:
    with closing(Way("sync")) as way, pytest.raises(TypeError, match="an asynchronous iterable needs an asynchronous facade"):
        way.to(mocks, YANDEX).archive(asynchronous(offers(1)), business_id=BUSINESS)


@pytest.mark.parametrize(("stated", "only_lower", "seconds"), [("5", True, 1), ("0.5", True, 2), ("5", False, 0.2)])
def test_a_response_may_only_lower_the_limit_that_the_caller_has_set(stated: str, only_lower: bool, seconds: float) -> None:
    documented = tables(ITEMS)[SEARCH].rate_limit
    assert documented is not None
    limiter = RateLimiter(replace(documented, rate=1, burst=1), only_lower=only_lower)
    limiter._learn(httpx2.Response(200, headers={documented.rate_per_second or "": stated}), now=0)
    assert limiter.window == pytest.approx(seconds)


@pytest.mark.parametrize("changed", [False, True])
def test_duplicates_are_known_among_more_items_than_memory_keeps(changed: bool) -> None:
    items = [{"item_sku": f"{number} ü", "store_id": "S", "item_name": "first"} for number in range(45_000)]
    again = [{**items[place], "item_name": "second" if changed else "first"} for place in (7, 44_998)]
    state = RunState()
    chunks = list(Chunker(10_000, tables(JWO)[UPLOAD].chunking, state).chunks([*items, *again]))
    sent = [each.item for chunk in chunks for each in chunk.items]
    if changed:  # the first of them is in an earlier chunk, and the other one in the same
        assert (len(sent), state.duplicates) == (45_001, 1)
        assert [chunk.barrier for chunk in chunks] == [False] * 4 + [True]
        assert sent[-1] == again[0]
        assert sent[44_998] == again[1]
    else:
        assert (sent, state.duplicates) == (items, 2)
        assert not any(chunk.barrier for chunk in chunks)
