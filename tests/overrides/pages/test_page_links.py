"""Links to the next page are requested below the base URL only, so that credentials go nowhere else."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from catalog_clients import PagingError
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.items.requests import Arguments
from catalog_clients._engine.pages.paging import PageReader, Pages
from catalog_clients._engine.tables.operations import operation_of
from scripts.runtime.behaviour import Behaviour, Expression, Pagination
from tests.clients.access import ITEMS
from tests.clients.causes import SEARCH
from tests.overrides.listing import body, header, pages_of, result
from tests.overrides.playing import APIS, Player

ROWS = body("rows")


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("https://evil.test/v1/rows?page=2", "leads to https://evil.test, and not to https://api.test"),
        ("//evil.test/v1/rows?page=2", "leads to https://evil.test"),
        ("http://api.test/v1/rows?page=2", "leads to http://api.test, and not to https://api.test"),
        ("https://api.test:8443/v1/rows?page=2", "leads to https://api.test:8443"),
        ("https://api.test@evil.test/v1/rows", "leads to https://evil.test"),
        ("https://api.test.evil.test/v1/rows", "leads to https://api.test.evil.test"),
        ("/v2/rows?page=2", "leads out of the base URL, whose path is /v1"),
        ("/v1/../admin", "leads out of the base URL"),
        ("/v1x/rows", "leads out of the base URL"),
        ("https://[::1/rows", "is not a URL"),
        ("javascript:alert(1)", "leads to javascript:"),
    ],
)
@pytest.mark.parametrize("place", [body("next", "href"), header("Link"), header("X-Next")])
def test_a_link_that_leads_elsewhere_is_not_requested(link: str, message: str, place: Expression) -> None:
    calls: list[Call] = []

    def vendor(call: Call) -> CallResult[Any]:
        calls.append(call)
        content = {"rows": [{"id": 1}], **({"next": {"href": link}} if place.part == "body" else {})}
        sent = f'<{link}>; rel="next"' if place.path == ("Link",) else link
        return result(call, content, {place.path[0]: sent} if place.part == "header" else {})

    found: list[Any] = []
    with pytest.raises(PagingError, match="page 1 does not say whether another page follows: its link to the next page") as raised:
        found.extend(pages_of(vendor, Pagination(items=ROWS, link=place)))
    assert found == [{"id": 1}]
    assert message in str(raised.value)
    assert "page=2" not in str(raised.value), "a link may have a credential"
    assert len(calls) == 1


@pytest.mark.parametrize("link", ["https://user:pass@api.test:443/v1/rows?page=9#there", "rows?page=9", "/v1/rows?page=9"])
def test_a_link_is_resolved_against_the_request(link: str) -> None:
    asked: list[str] = []

    def vendor(call: Call) -> CallResult[Any]:
        asked.append(call.request.target)
        return result(call, {"rows": [{"id": len(asked)}], **({"next": {"href": link}} if len(asked) == 1 else {})})

    assert [each["id"] for each in pages_of(vendor, Pagination(items=ROWS, link=body("next", "href")), owner="me")] == [1, 2]
    assert asked == ["/rows?owner=me", "/rows?page=9"]


@pytest.mark.parametrize("base", ["https://api.test", "https://api.test/v1", "https://api.test:8443/a%20b"])
def test_a_generated_client_requests_a_link_as_it_is(base: str) -> None:
    """With the credentials and headers of the first request, and percent-encoded as the vendor has written it."""
    asked: list[httpx2.Request] = []
    link = f"{base}/catalog/2022-04-01/other%2Fitems?pageToken=a%2Cb&x=1,2"

    def play(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        items = {"numberOfResults": 2, "items": [{"asin": f"B{len(asked)}"}]}
        return httpx2.Response(200, json=items, headers={"Link": f'<{link}>; rel="next"'} if len(asked) == 1 else {})

    package: Any = APIS[ITEMS]
    client = package.Client(base_url=base, auth=httpx2.BasicAuth("me", "secret"), transport=httpx2.MockTransport(play))
    operation: Any = operation_of(package, SEARCH)
    table: Any = Behaviour(pagination=Pagination(items=body("items"), link=header("Link")))

    def vendor(call: Call) -> CallResult[Any]:
        response = client.send(call.request).raw
        return CallResult(value=operation.read(response).value, response=response, operation=operation)

    player: Any = Player(vendor)
    given_arguments = Arguments({"marketplace_ids": ["M"], "keywords": ["tea"]})
    pages = Pages[Any, Any](player, lambda: PageReader(operation, table, given_arguments), None)
    assert [each.asin for each in pages] == ["B1", "B2"]
    assert str(asked[1].url) == link
    first, second = (dict(each.headers) for each in asked)
    assert first == second
    assert "authorization" in second
