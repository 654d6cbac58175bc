"""How a change of the `x-client-*` tables is rated and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.api_diff.tables import table_changes
from scripts.packages.versions import Bump
from scripts.spec.document import Document, Json

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

CREDENTIALS: Json = {"environment": {"key": "KEY"}, "optional": {"url": "URL"}, "refresh": {"url": "https://a.example/"}}
MOVED: Json = {**CREDENTIALS, "refresh": {"url": "https://b.example/"}}
RULE_TEXT = """'{"rule": "excludes", "parameter": "identifiers", "others": ["keywords"]}'"""

# The table, its value before and now, and what has to be reported.
TABLES: list[tuple[str, Json, Json, list[tuple[Bump, str]]]] = [
    ("rate-limit", LIMIT, {**LIMIT, "rate": 5000}, [(Bump.MINOR, "`x-client-rate-limit.rate` changed from '10000' to '5000'.")]),
    ("rate-limit", LIMIT, {**LIMIT, "period": 1}, [(Bump.MINOR, "`x-client-rate-limit.period` changed from '60' to '1'.")]),
    (
        "rate-limit",
        LIMIT,
        {k: v for k, v in LIMIT.items() if k != "concurrency"},
        [(Bump.MAJOR, "`x-client-rate-limit.concurrency` was removed; it was '4'.")],
    ),
    (
        "rate-limit",
        LIMIT,
        {**LIMIT, "corrections": {"limit": "$response.header.X-L"}},
        [(Bump.MINOR, "`x-client-rate-limit.corrections.limit` was set to '$response.header.X-L'.")],
    ),
    ("rate-limit", {"rate": 1}, None, [(Bump.MAJOR, "`x-client-rate-limit.rate` was removed; it was '1'.")]),
    ("rate-limit", None, {"rate": 1}, [(Bump.MINOR, "`x-client-rate-limit.rate` was set to '1'.")]),
    ("rate-limit", LIMIT, {**LIMIT, "x-client-note": [{"basis": "client", "text": "x"}]}, []),
    ("retry", RETRY, {**RETRY, "idempotent": False}, [(Bump.MINOR, "`x-client-retry.idempotent` changed from 'true' to 'false'.")]),
    (
        "retry",
        RETRY,
        {**RETRY, "responses": [{"status": 500, "wait": 2}]},
        [
            (
                Bump.MINOR,
                """`x-client-retry.responses` changed from '[{"status": 420, "wait": 1}]' to '[{"status": 500, "wait": 2}]'.""",
            )
        ],
    ),
    ("rules", [RULE], [], [(Bump.MINOR, f"the rule {RULE_TEXT} was removed.")]),
    ("rules", [], [RULE], [(Bump.MAJOR, f"the rule {RULE_TEXT} was added: a search is by one of both.")]),
    ("rules", None, [RULE], [(Bump.MAJOR, f"the rule {RULE_TEXT} was added: a search is by one of both.")]),
    (
        "rules",
        [RULE],
        [{**RULE, "because": "other words"}],
        [(Bump.PATCH, f"`because` of the rule {RULE_TEXT} changed from 'a search is by one of both' to 'other words'.")],
    ),
    (
        "chunking",
        CHUNKING,
        {**CHUNKING, "maxBodyBytes": 1000},
        [(Bump.MINOR, "`x-client-chunking.maxBodyBytes` changed from '512000' to '1000'.")],
    ),
    ("polling", POLLING, {**POLLING, "deadline": 60}, [(Bump.MINOR, "`x-client-polling.deadline` changed from '5400' to '60'.")]),
    (
        "polling",
        POLLING,
        {**POLLING, "report": {"lifetime": 60, "origins": ["https://*.a.com"]}},
        [(Bump.MINOR, "`x-client-polling.report.lifetime` changed from '3600' to '60'.")],
    ),
    ("pagination", {"limit": 1000}, {"limit": 500}, [(Bump.MINOR, "`x-client-pagination.limit` changed from '1000' to '500'.")]),
    (
        "credentials",
        CREDENTIALS,
        {**CREDENTIALS, "environment": {"key": "OTHER"}},
        [(Bump.MAJOR, "`x-client-credentials.environment.key` changed from 'KEY' to 'OTHER'.")],
    ),
    (
        "credentials",
        CREDENTIALS,
        {**CREDENTIALS, "environment": {"key": "KEY", "more": "MORE"}},
        [(Bump.MAJOR, "`x-client-credentials.environment.more` was set to 'MORE'.")],
    ),
    (
        "credentials",
        CREDENTIALS,
        {**CREDENTIALS, "optional": {"url": "URL", "more": "MORE"}},
        [(Bump.MINOR, "`x-client-credentials.optional.more` was set to 'MORE'.")],
    ),
    (
        "credentials",
        CREDENTIALS,
        {**CREDENTIALS, "optional": {}},
        [(Bump.MAJOR, "`x-client-credentials.optional.url` was removed; it was 'URL'.")],
    ),
    (
        "credentials",
        CREDENTIALS,
        MOVED,
        [(Bump.MINOR, "`x-client-credentials.refresh.url` changed from 'https://a.example/' to 'https://b.example/'.")],
    ),
]


def document(**operations: Json) -> Document:
    """Return a spec whose operations, and a security scheme, have some tables."""
    paths = {f"/{name}": {"get": {"operationId": name, **tables}} for name, tables in operations.items()}
    return Document(Path("x.yaml"), "", {"paths": paths, "components": {"securitySchemes": {"key": operations["a"]}}})


@pytest.mark.parametrize(("table", "old", "new", "expected"), TABLES)
def test_the_rating_and_text_of_a_change(table: str, old: Json, new: Json, expected: list[tuple[Bump, str]]) -> None:
    was, now = (document(a={} if each is None else {f"x-client-{table}": each}) for each in (old, new))
    found = [(each.bump, each.text) for each in table_changes(was, now)]
    assert found == [(bump, f"`a`, `key`: {text}") for bump, text in expected]


def test_the_same_change_of_several_operations_is_reported_once() -> None:
    was, now = ({name: {"x-client-rate-limit": {**LIMIT, "rate": rate}} for name in ("a", "b")} for rate in (1, 2))
    (change,) = table_changes(document(**was), document(**now, new={"x-client-rate-limit": LIMIT}))
    assert change.text == "`a`, `b`, `key`: `x-client-rate-limit.rate` changed from '1' to '2'."
