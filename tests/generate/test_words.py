"""What a README says of limits is what the tables say."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from scripts.generate.readme.limits_in_words import limits
from scripts.runtime.behaviour import (
    Behaviour,
    Chunking,
    Condition,
    Confirmation,
    Expression,
    Identifiers,
    Matching,
    Pagination,
    Polling,
    RateLimit,
    Report,
    Retry,
    RetryResponse,
    Since,
)

ITEMS = Expression("request", "body", ("items",))
TOKEN = Expression("response", "body", ("next",))


def said(behaviour: Behaviour) -> str:
    return "\n".join(limits({"makeIt": behaviour}, {"makeIt": "make_it", "askIt": "ask_it"}))


def test_empty_tables_give_no_sentences() -> None:
    assert said(Behaviour()) == ""


def test_rates_say_unit_period_burst_scope_and_headers() -> None:
    requests = RateLimit(rate=2, period=1, burst=4, cost=1, scope=("credential",))
    assert said(Behaviour(rate_limit=requests)) == (
        "At most 2 requests a second, with a burst of 4, for each credential and all operations together."
    )
    items = RateLimit(rate=5000, period=60, burst=5000, cost=ITEMS, scope=("credential", "operation"), concurrency=4, limit="L")
    assert said(Behaviour(rate_limit=items)) == (
        "At most 5,000 elements of `items` a minute, with a burst of 5,000, for each credential and each operation separately."
        " At most 4 requests at the same time."
        " The header `L` of a response is how many elements of `items` in 60 seconds are allowed from then on."
    )
    units = RateLimit(rate=0.5, period=600, burst=9, cost=3, scope=("operation",), rate_per_second="S")
    assert said(Behaviour(rate_limit=units)) == (
        "At most 0.5 units in 10 minutes, with a burst of 9, of which a request uses 3, each operation separately."
        " The header `S` of a response is how many units a second are allowed from then on."
    )


def test_a_limit_that_operations_share_is_said_in_units_if_their_requests_cost_different_ones() -> None:
    shared = RateLimit(rate=1000, period=60, burst=1000, cost=1, scope=("credential",), remaining="R")
    own = structs.replace(shared, scope=("operation",), remaining=None)
    costs = {"askIt": 1, "makeIt": 10, "makeAll": ITEMS}
    tables = {name: Behaviour(rate_limit=structs.replace(shared, cost=cost, also=(own,))) for name, cost in costs.items()}
    text = "at most 1,000 units a minute, with a burst of 1,000, of which a request uses {}, for each credential and all operations"
    used = ["1", "10", "one for each element of `items`"]
    for line, name, each in zip(limits(tables, {name: name for name in costs}), costs, used, strict=True):
        assert line.startswith(f"`{name}`: {text.format(each)} together. The header `R` of a response is how many units are left")
        assert line.endswith(" Also, at most 1,000 requests a minute, with a burst of 1,000, each operation separately.")


def test_further_limits_are_said_after_the_first() -> None:
    daily = RateLimit(rate=1000, period=86400, burst=1000, cost=1, scope=("credential",), remaining="D")
    limit = RateLimit(rate=2, period=1, burst=4, cost=1, scope=("credential",), concurrency=3, also=(daily,))
    assert said(Behaviour(rate_limit=limit)) == (
        "At most 2 requests a second, with a burst of 4, for each credential and all operations together."
        " At most 3 requests at the same time."
        " Also, at most 1,000 requests a day, with a burst of 1,000, for each credential and all operations together."
        " The header `D` of a response is how many requests are left in the current period: where others have used the limit, too,"
        " no more than that are sent within 1,440 minutes."
    )


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ({}, "within 60 seconds"),
        ({"until": "U"}, "before the time in the header `U`"),
        ({"until": "U", "until_format": "epoch-seconds"}, "before the time in the header `U`, in seconds since 1970"),
    ],
)
def test_what_is_left_of_a_limit_is_said_with_its_use(until: dict[str, Any], words: str) -> None:
    limit = RateLimit(rate=2, period=60, burst=2, cost=1, scope=("credential",), remaining="R", **until)
    assert said(Behaviour(rate_limit=limit)).endswith(
        " The header `R` of a response is how many requests are left in the current period: where others have used the limit, too,"
        f" no more than that are sent {words}."
    )


def test_the_end_of_a_period_alone_is_said_without_a_use() -> None:
    limit = RateLimit(rate=2, period=60, burst=2, cost=1, scope=("credential",), until="U")
    assert said(Behaviour(rate_limit=limit)).endswith(
        " The header `U` of a response is the time at which all requests are available again."
    )


def test_sizes_and_pages_say_numbers_and_paths() -> None:
    chunking = Chunking(array=ITEMS, size=1000, key=((),), normalize="none", keep="last")
    assert said(Behaviour(chunking=chunking)) == "A request has at most 1,000 elements of `items`."
    bare = structs.replace(chunking, array=Expression("request", "body", ()))
    assert said(Behaviour(chunking=bare)) == "A request has at most 1,000 elements of the body itself."
    pages = Pagination(
        token=TOKEN, parameter=Expression("request", "query", ("page",)), items=Expression("response", "body", ("all",))
    )
    assert said(Behaviour(pagination=pages)) == (
        "Results are paginated: `next` of a response, sent as `page`, requests the next page."
    )


_NUMBER = Expression("request", "query", ("number",))
_BEGIN = "`number` is where a page begins, and the first item is at"
_FLAG, _COUNT = Expression("response", "body", ("has", "more")), Expression("response", "header", ("X-Count",))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"page": _NUMBER, "first": 1, "more": _FLAG},
            "`number` is the number of a page, and the first page is 1. The last page has `has.more` false.",
        ),
        (
            {"page": _NUMBER, "first": 0, "pages": _COUNT, "total": _COUNT},
            "`number` is the number of a page, and the first page is 0. `X-Count` of a response is the number of pages.",
        ),
        (
            {"offset": _NUMBER, "first": 0, "total": _COUNT},
            f"{_BEGIN} 0. `X-Count` of a response is the number of items on all pages.",
        ),
        (
            {"offset": _NUMBER, "first": 1, "last_page": "short"},
            f"{_BEGIN} 1. The first page with fewer items than requested is the last one.",
        ),
        (
            {"page": _NUMBER, "first": 1},
            "`number` is the number of a page, and the first page is 1. The first page with no items is the last one.",
        ),
        (
            {"offset": _NUMBER, "first": 0, "beyond": 404},
            f"{_BEGIN} 0. The first page with no items is the last one; a page after the last one gets the status 404.",
        ),
        ({"link": TOKEN, "total": _COUNT}, "`next` of a response is the URL of the next page."),
        (
            {"link": Expression("response", "header", ("Link",))},
            "`Link` of a response (`rel=next`) is the URL of the next page.",
        ),
        (
            {"token": TOKEN, "parameter": _NUMBER, "more": _FLAG},
            "`next` of a response, sent as `number`, requests the next page. The last page has `has.more` false.",
        ),
    ],
    ids=str,
)
def test_pages_say_how_the_next_one_is_requested_and_which_is_the_last(fields: Any, words: str) -> None:
    pages = Pagination(items=Expression("response", "body", ("all",)), **fields)
    assert said(Behaviour(pagination=pages)) == f"Results are paginated: {words}"


def test_one_item_says_where_it_goes() -> None:
    in_path = Chunking(item=Expression("request", "path", ("productId",)), size=1, key=((),), normalize="none", keep="first")
    assert said(Behaviour(chunking=in_path)) == "A request has one item, as `productId`."
    whole = structs.replace(in_path, item=Expression("request", "body", ()), max_body_bytes=2000)
    assert said(Behaviour(chunking=whole)) == "A request has one item, which is its body, and at most 2,000 bytes."


def test_matching_says_what_is_compared_with_what() -> None:
    chunking = Chunking(array=ITEMS, size=20, key=((),), normalize="none", keep="first")
    found = Expression("response", "body", ("found",))
    by_key = Matching(items=found, key=("code",), ignore=("letter-case", "separators"))
    assert said(Behaviour(chunking=chunking, matching=by_key)).splitlines()[1] == (
        "An element of `found` is what was requested as `items` if it has that as `code`. Two spellings of one identifier may"
        " differ by letter case and hyphens and white space."
    )
    by_kind = Matching(
        items=found,
        key=("code",),
        kind=Expression("request", "query", ("kind",)),
        key_kind="CODE",
        identifiers=Identifiers(items=("others",), value=("text",), kind=("of",)),
        parameters={"fields": ("others", "code")},
        spellings={"EAN": ("leading-zeros",)},
    )
    assert said(Behaviour(chunking=chunking, matching=by_kind)).splitlines()[1] == (
        "An element of `found` is what was requested as `items` if it has that as `code` (kind `CODE`) or `others.text`. It can be"
        " matched only if `fields` has `others` and `code`. Two spellings of one identifier may differ by leading zeros in `EAN`."
    )


def test_confirmation_says_conditions_what_was_before_and_what_rejects() -> None:
    def at(name: str) -> Expression:
        return Expression("response", "body", (name,))

    conditions = (
        Condition(value=at("status"), values=("OK", "FINE")),
        Condition(value=at("isDone"), values=(True, 1), failures=("NO", False)),
        Condition(value=at("time"), time="past", optional=True),
        Condition(value=at("id"), item=(), ignore=("letter-case",)),
        Condition(value=at("sku"), item=("skuCode",)),
    )
    confirmation = Confirmation(
        conditions=conditions, count=at("taken"), since=Since(value=at("time"), words="done at"), retires=True, rejects=(404, 409)
    )
    assert said(Behaviour(confirmation=confirmation)) == (
        "A success confirms what was requested only if `status` is `OK` or `FINE`, `isDone` is `true` or `1` (`NO` or"
        " `false` rejects it), `time` is a time in the past or absent, `id` is"
        " the item (letter case ignored) and `sku` is the `skuCode` of the item. If `taken` is not the number of items that are"
        " sent and not refused, the outcome of the items that the response does not name is unknown. A time before the request in"
        " `time` says that it was so before. What is confirmed is no longer in use at this vendor, so it may be deleted elsewhere."
        " Of the errors, 404 or 409 alone rejects items."
    )


def test_polling_says_what_to_call_how_often_how_long_and_for_what() -> None:
    polling = Polling(
        operation="askIt",
        body={},
        arguments={},
        status=TOKEN,
        pending=("RUN",),
        succeeded=("DONE", "OK"),
        failed=(),
        interval=1,
        max_interval=1,
        deadline=90,
        report=Report(link=TOKEN, lifetime=120, success="YES", failures=("NO",), expired=(403, 410), origins=()),
    )
    assert said(Behaviour(polling=polling)) == (
        "The response comes before the work is done. Poll `ask_it` every 1 second, for 90 seconds at most: `DONE` or `OK` says that"
        " it has ended. A report has the outcome of each item: `next` of the response is its URL for 2 minutes, and `YES` in"
        " it confirms an item. `NO` rejects it. A response 403 or 410 to the URL says that the URL has expired."
    )


def test_retries_say_responses_waits_attempts_and_what_is_lost() -> None:
    responses = (
        RetryResponse(status=429, wait="Retry-After", wait_format="epoch-seconds"),
        RetryResponse(status=500, wait=2, text="a|b <again>"),
        RetryResponse(status=200, wait=1, value=Expression("response", "body", ("code",)), values=(42, "BUSY")),
    )
    assert said(Behaviour(retry=Retry(responses=responses, attempts=3, max_wait=60, idempotent=False))) == (
        "Retryable: 429 (as the header `Retry-After` says, in seconds since 1970), 500 with the words"
        " “a\\|b &lt;again&gt;” (after 2 seconds) and 200 with `42` or `BUSY` as `code` (after 1 second);"
        " no other response is. Give up after 3 attempts, or if a wait would be longer than 60 seconds. A request whose response"
        " was lost must not be sent again: it may have been processed."
    )
    assert said(Behaviour(retry=Retry(responses=(), attempts=1, max_wait=0, idempotent=True))) == (
        "No response is retryable. A request whose response was lost may be sent again."
    )
    key = Expression("request", "header", ("Order-Key",))
    assert said(Behaviour(retry=Retry(responses=(), attempts=1, max_wait=0, idempotent=False, idempotency_key=key))) == (
        "No response is retryable. A request whose response was lost may be sent again with the same `Order-Key`, by which it is"
        " processed once; each call has a new one, unless one is given."
    )


def test_what_holds_for_some_operations_names_them_and_comes_in_order() -> None:
    rate = RateLimit(rate=1, period=86400, burst=1, cost=1, scope=("credential",))
    chunking = Chunking(array=ITEMS, size=1, key=((),), normalize="none", keep="last", max_body_bytes=1024)
    behaviours = {"a": Behaviour(chunking=chunking), "b": Behaviour(rate_limit=rate), "c": Behaviour(chunking=chunking)}
    assert limits(behaviours, {"a": "a", "b": "b", "c": "c"}) == [
        "`b`: at most 1 requests a day, with a burst of 1, for each credential and all operations together.",
        "`a` and `c`: a request has at most 1 elements of `items` and 1,024 bytes.",
    ]
