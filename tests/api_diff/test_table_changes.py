"""What has changed in the tables of behaviour is told in words."""

from __future__ import annotations

import pytest

from scripts.api_diff.table_changes import table_changes
from scripts.packages.versions import Bump
from scripts.spec.document import Json

LIMIT: Json = {
    "rate": 10000,
    "period": 60,
    "burst": 10000,
    "cost": "$request.body#/offerIds",
    "scope": ["credential"],
    "concurrency": 4,
}
RETRY: Json = {"responses": [{"status": 420, "wait": 1}], "attempts": 6, "maxWait": 300, "idempotent": True}
RULE: Json = {"rule": "excludes", "parameter": "identifiers", "others": ["keywords"], "because": "a search is by one of both"}
CHUNKING: Json = {"array": "$request.body#/offerIds", "key": [""], "normalize": "trim", "keep": "first", "maxBodyBytes": 512000}
POLLING: Json = {"interval": 10, "maxInterval": 60, "deadline": 5400, "report": {"lifetime": 3600, "origins": ["https://*.a.com"]}}

TABLES: list[tuple[str, Json, Json, list[tuple[Bump, str]]]] = [
    ("rate-limit", LIMIT, {**LIMIT, "rate": 5000}, [(Bump.MINOR, "limit of `op`: 5,000 instead of 10,000 offers a minute")]),
    (
        "rate-limit",
        LIMIT,
        {**LIMIT, "period": 1},
        [(Bump.MINOR, "limit of `op`: 10,000 offers a second instead of 10,000 offers a minute")],
    ),
    (
        "rate-limit",
        {**LIMIT, "cost": 1},
        {**LIMIT, "cost": 1, "rate": 2, "period": 90},
        [(Bump.MINOR, "limit of `op`: 2 requests in 90 seconds instead of 10,000 requests a minute")],
    ),
    ("rate-limit", LIMIT, {**LIMIT, "burst": 50}, [(Bump.MINOR, "`op`: at most 50 instead of 10,000 offers at once")]),
    ("rate-limit", LIMIT, {**LIMIT, "concurrency": 2}, [(Bump.MINOR, "`op`: at most 2 instead of 4 requests at the same time")]),
    (
        "rate-limit",
        LIMIT,
        {k: v for k, v in LIMIT.items() if k != "concurrency"},
        [(Bump.MAJOR, "`op`: the spec no longer says `rate-limit.concurrency`, which was 4")],
    ),
    (
        "rate-limit",
        LIMIT,
        {**LIMIT, "corrections": {"limit": "$response.header.X-L"}},
        [(Bump.MINOR, "`op`: `rate-limit.corrections`, {'limit': '$response.header.X-L'}")],
    ),
    ("rate-limit", LIMIT, None, [(Bump.MAJOR, "`op`: the spec no longer says the limit")]),
    ("rate-limit", None, LIMIT, [(Bump.MINOR, "`op`: the spec says the limit")]),
    ("rate-limit", LIMIT, {**LIMIT, "x-client-note": [{"basis": "client", "text": "x"}]}, []),
    ("retry", RETRY, {**RETRY, "attempts": 4}, [(Bump.MINOR, "`op`: a request is sent at most 4 instead of 6 times")]),
    (
        "retry",
        RETRY,
        {**RETRY, "idempotent": False},
        [(Bump.MINOR, "`op`: whether a request may be repeated whose response was lost: no instead of yes")],
    ),
    (
        "retry",
        RETRY,
        {**RETRY, "responses": [{"status": 420, "wait": "$response.header.Retry-After"}]},
        [(Bump.MINOR, "`op`: the response 420 is repeated after what the header `Retry-After` says instead of after 1 s")],
    ),
    (
        "retry",
        RETRY,
        {**RETRY, "responses": [{"status": 500, "text": "{again}", "wait": 2}]},
        [
            (Bump.MINOR, "`op`: the response 420 is no longer repeated"),
            (Bump.MINOR, "`op`: the response 500 with the text `{again}` is repeated, after 2 s"),
        ],
    ),
    ("rules", [RULE], [], [(Bump.MINOR, "`op`: `identifiers` together with `keywords` is no longer refused")]),
    (
        "rules",
        [],
        [RULE],
        [(Bump.MAJOR, "`op`: `identifiers` together with `keywords` is refused before it is sent: a search is by one of both")],
    ),
    (
        "rules",
        [RULE],
        [{**RULE, "because": "other words for it"}],
        [(Bump.PATCH, "`op`: other words for why `identifiers` together with `keywords` is refused")],
    ),
    (
        "rules",
        [],
        [{"rule": "requires-when", "parameter": "type", "equals": "SKU", "others": ["seller"], "because": "it is so"}],
        [(Bump.MAJOR, "`op`: `type=SKU` without `seller` is refused before it is sent: it is so")],
    ),
    (
        "chunking",
        CHUNKING,
        {**CHUNKING, "maxBodyBytes": 1000},
        [(Bump.MINOR, "`op`: a request body has at most 1,000 instead of 512,000 bytes")],
    ),
    (
        "chunking",
        CHUNKING,
        {**CHUNKING, "normalize": "none"},
        [(Bump.MINOR, "`op`: `chunking.normalize` is `none` instead of `trim`")],
    ),
    (
        "polling",
        POLLING,
        {**POLLING, "deadline": 60},
        [(Bump.MINOR, "`op`: the wait is given up after 60 instead of 5,400 seconds")],
    ),
    (
        "polling",
        POLLING,
        {**POLLING, "report": {"lifetime": 60, "origins": ["https://*.a.com"]}},
        [(Bump.MINOR, "`op`: the link to the report is valid for 60 instead of 3,600 seconds")],
    ),
    (
        "pagination",
        {"limit": 1000},
        {"limit": 500},
        [(Bump.MINOR, "`op`: at most 500 instead of 1,000 items can be paged through")],
    ),
]


@pytest.mark.parametrize(("table", "old", "new", "told"), TABLES)
def test_a_change_of_behaviour_in_words(table: str, old: Json, new: Json, told: list[tuple[Bump, str]]) -> None:
    was, now = ({"op": {} if each is None else {f"x-client-{table}": each}} for each in (old, new))
    assert [(each.bump, each.text) for each in table_changes(was, now)] == told


def test_the_same_change_of_several_operations_is_told_once() -> None:
    was, now = ({name: {"x-client-rate-limit": {**LIMIT, "rate": rate}} for name in ("a", "b")} for rate in (1, 2))
    (told,) = table_changes(was, {**now, "new": {"x-client-rate-limit": LIMIT}})
    assert told.text == "limit of `a`, `b`: 2 instead of 1 offers a minute"
