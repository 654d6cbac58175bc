"""A response of a mock that deviates from its spec is reported."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.clients.causes import ADD
from tests.clients.conformance import OPERATIONS, deviations

HEADERS = {f"X-RateLimit-Resource-{name}": "1" for name in ("Limit", "Remaining", "Until")}
BODY: dict[str, Any] = {"status": "OK", "result": {"notArchivedOffers": [{"offerId": "A", "error": "UNKNOWN"}]}}


def found(status: int = 200, body: Any = BODY, **headers: str) -> list[str]:
    given = {"Content-Type": "application/json", **HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    sent = {name: value for name, value in given.items() if value}
    return deviations(OPERATIONS[ADD], httpx2.Response(status, json=body, headers=sent))


def test_a_documented_response_has_no_deviations() -> None:
    assert found() == []
    assert found(400, {"status": "ERROR", "errors": [{"code": "BAD"}]}) == []


def test_an_undocumented_status_header_or_content_type_is_reported() -> None:
    assert found(418) == ["the status 418 is not documented"]
    assert found(X_RateLimit_Resource_Until="") == ["the header x-ratelimit-resource-until is missing"]
    assert found(X_Other="1") == ["the header x-other is not documented"]
    assert found(Content_Type="text/html") == ["the content type 'text/html' is not documented"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$.status"),
        ({"status": "FINE"}, "$.status"),
        ({"status": "OK", "result": {"notArchivedOffers": []}}, "$.result.notArchivedOffers"),
        ({"status": "OK", "result": []}, "$.result"),
    ],
)
def test_an_invalid_body_is_reported_with_its_path(body: Any, path: str) -> None:
    assert found(200, body) == [f"the body is invalid at {path}"]
