"""How a change of the `x-client-*` tables is rated and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.api_diff.tables import table_changes
from scripts.packages.versions import Bump
from scripts.spec.document import Document, Json

LIMIT: Json = {"rate": 10000, "cost": "$request.body#/offerIds", "scope": ["credential"], "concurrency": 4}
RULE: Json = {"rule": "excludes", "parameter": "identifiers", "others": ["keywords"], "because": "a search is by one of both"}
RULE_TEXT = """the rule '{"rule": "excludes", "parameter": "identifiers", "others": ["keywords"]}'"""
ADDED = f"{RULE_TEXT} was added: a search is by one of both."
REWORDED = f"`because` of {RULE_TEXT} changed from 'a search is by one of both' to 'other words'."
KEY, URL = {"environment": {"key": "KEY"}}, {"optional": {"url": "URL"}}

# The table, its value before and now, and the bump and the text that have to be reported.
TABLES: list[tuple[str, Json, Json, Bump, str]] = [
    ("rate-limit", LIMIT, {**LIMIT, "rate": 5000}, Bump.MINOR, "`x-client-rate-limit.rate` changed from '10000' to '5000'."),
    ("rate-limit", {"rate": 1, "burst": 2}, {"rate": 1}, Bump.MAJOR, "`x-client-rate-limit.burst` was removed; it was '2'."),
    ("rate-limit", {"rate": 1}, {"rate": 1, "a": {"b": "c"}}, Bump.MINOR, "`x-client-rate-limit.a.b` was set to 'c'."),
    ("rate-limit", {"rate": 1}, None, Bump.MAJOR, "`x-client-rate-limit.rate` was removed; it was '1'."),
    ("rate-limit", None, {"rate": 1}, Bump.MINOR, "`x-client-rate-limit.rate` was set to '1'."),
    ("retry", {"done": True}, {"done": False}, Bump.MINOR, "`x-client-retry.done` changed from 'true' to 'false'."),
    (
        "retry",
        {"a": [{"b": 1}]},
        {"a": [{"b": 2}]},
        Bump.MINOR,
        """`x-client-retry.a` changed from '[{"b": 1}]' to '[{"b": 2}]'.""",
    ),
    ("rules", [RULE], [], Bump.MINOR, f"{RULE_TEXT} was removed."),
    ("rules", [], [RULE], Bump.MAJOR, ADDED),
    ("rules", None, [RULE], Bump.MAJOR, ADDED),
    ("rules", [RULE], [{**RULE, "because": "other words"}], Bump.PATCH, REWORDED),
    (
        "credentials",
        KEY,
        {"environment": {"key": "B"}},
        Bump.MAJOR,
        "`x-client-credentials.environment.key` changed from 'KEY' to 'B'.",
    ),
    ("credentials", {}, KEY, Bump.MAJOR, "`x-client-credentials.environment.key` was set to 'KEY'."),
    ("credentials", {}, URL, Bump.MINOR, "`x-client-credentials.optional.url` was set to 'URL'."),
    ("credentials", URL, {}, Bump.MAJOR, "`x-client-credentials.optional.url` was removed; it was 'URL'."),
    ("credentials", URL, {"optional": {"url": "B"}}, Bump.MAJOR, "`x-client-credentials.optional.url` changed from 'URL' to 'B'."),
    ("credentials", {"refresh": "A"}, {"refresh": "B"}, Bump.MINOR, "`x-client-credentials.refresh` changed from 'A' to 'B'."),
]


def document(**operations: Json) -> Document:
    """Return a spec whose operations, and a security scheme, have some tables."""
    paths = {f"/{name}": {"get": {"operationId": name, **tables}} for name, tables in operations.items()}
    return Document(Path("x.yaml"), "", {"paths": paths, "components": {"securitySchemes": {"key": operations["a"]}}})


@pytest.mark.parametrize(("table", "old", "new", "bump", "text"), TABLES)
def test_the_rating_and_text_of_a_change(table: str, old: Json, new: Json, bump: Bump, text: str) -> None:
    was, now = (document(a={} if each is None else {f"x-client-{table}": each}) for each in (old, new))
    assert [(each.bump, each.text) for each in table_changes(was, now)] == [(bump, f"`a`, `key`: {text}")]


def test_a_note_has_no_effect() -> None:
    note = {"x-client-note": [{"basis": "client", "text": "x"}]}
    assert table_changes(document(a={"x-client-rate-limit": LIMIT}), document(a={"x-client-rate-limit": {**LIMIT, **note}})) == []


def test_the_same_change_of_several_operations_is_reported_once() -> None:
    was, now = ({name: {"x-client-rate-limit": {**LIMIT, "rate": rate}} for name in ("a", "b")} for rate in (1, 2))
    (change,) = table_changes(document(**was), document(**now, new={"x-client-rate-limit": LIMIT}))
    assert change.text == "`a`, `b`, `key`: `x-client-rate-limit.rate` changed from '1' to '2'."
