"""The mock of an API that nobody has written code for does what its spec says, seen by a plain HTTP client."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.command import ROOT
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.mock.serving import Mocks
from tests.mock.callers import Caller

HARBOUR = ROOT / "tests" / "support" / "sixth_api.yaml"
WARES = ROOT / "tests" / "overrides" / "wares.yaml"
KIND = generic(of_file(HARBOUR))
RETURNS, DISCARDS, LOOKUPS = "/shops/QUAY/returns", "/shops/QUAY/discards", "/shops/QUAY/lookups"


@pytest.mark.parametrize("kind", ["array, items: {type: string}", "object", "integer", "string, maxLength: 3"])
def test_a_reason_that_is_no_text_has_a_value_of_its_kind(kind: str, tmp_path: Path) -> None:
    text, path = WARES.read_text(encoding="utf-8"), tmp_path / "wares.yaml"
    path.write_text(text.replace("problem: {type: string}", f"problem: {{type: {kind}}}"), encoding="utf-8")
    mocked = (generic(of_file(path)),)

    class Wares(Caller):
        api, kinds = "wares", mocked

    with Wares.served(rejected=1.0) as wares:
        found = wares.http.patch("/shops/EAST/wares", json=[{"sku": "W-1", "merge": {"price": 3}}])
    assert (found.status_code, [each["outcome"] for each in found.json()]) == (207, ["refused"])


class Shop(Caller):
    """A caller of the mock."""

    api = "harbour_returns"
    kinds = (KIND,)

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.http.headers["X-Harbour-Key"] = self.credentials["HARBOUR_KEY"]

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Send a request when the limit permits."""
        self.clock.advance(60)
        return self.http.request(method, path, **options)

    def upload(self, *numbers: str, reason: str = "broken") -> Any:
        body = {"returns": [{"returnNumber": each, "reason": reason} for each in numbers]}
        response = self.call("POST", RETURNS, json=body)
        assert response.status_code == 202, response.text
        return response.json()["jobNumber"]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop.served() as found:
        yield found


def words(response: httpx2.Response) -> str:
    """Return the words of an error, which has the form of the document."""
    (trouble,) = response.json()["trouble"]
    assert isinstance(trouble["code"], str)
    return str(trouble["message"])


def test_credentials_are_checked_and_errors_have_the_form_of_the_document(shop: Shop) -> None:
    for headers, message in ({"X-Harbour-Key": ""}, "missing"), ({"X-Harbour-Key": "wrong"}, "wrong"):
        response = shop.http.get(RETURNS, headers=headers)
        assert (response.status_code, words(response)) == (401, f"The credential of HarbourKey is {message}.")


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "message"),
    [
        ("POST", DISCARDS, {"json": {"numbers": ["Q-1"]}}, 400, "body.numbers[0]: "),
        ("POST", DISCARDS, {"json": {"numbers": ["R-1\n"]}}, 400, "body.numbers[0]: "),
        ("POST", DISCARDS, {"json": {"numbers": []}}, 400, "body.numbers: "),
        ("POST", DISCARDS, {"json": {"numbers": [f"R-{each}" for each in range(21)]}}, 400, "body.numbers: "),
        ("POST", DISCARDS, {"json": {}}, 400, 'body: "numbers" is a required property'),
        ("POST", DISCARDS, {"content": b"{"}, 400, "body: has the media type (none), not application/json"),
        ("POST", DISCARDS, {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "body: is not JSON: "),
        (
            "POST",
            DISCARDS,
            {"content": b'{"numbers": NaN}', "headers": {"content-type": "application/json"}},
            400,
            "body: is not JSON",
        ),
        ("POST", DISCARDS, {}, 400, "body: is missing"),
        ("GET", RETURNS, {"params": {"pageSize": "41"}}, 400, "query.pageSize: "),
        ("GET", RETURNS, {"params": {"pageSize": "1_0"}}, 400, "query.pageSize: "),
        ("GET", RETURNS, {"params": {"pageSize": ["1", "2"]}}, 400, "query.pageSize: is given 2 times"),
        ("GET", RETURNS, {"params": {"cursor": "AAAA"}}, 400, "cursor: this token was not issued"),
        ("GET", f"{RETURNS}/Q-1", {}, 400, "path.returnNumber: "),
        ("GET", f"{RETURNS}/R-0", {}, 404, "returnNumber R-0 does not exist."),
        ("GET", "/shops/NONE/returns", {}, 404, "shopCode NONE does not exist."),
        ("GET", "/jobs/7", {}, 404, "There is no such work."),
        ("GET", "/nowhere", {}, 404, "Not Found"),
        ("DELETE", RETURNS, {}, 405, "Method Not Allowed"),
    ],
)
def test_what_the_document_forbids_is_refused_with_the_cause(
    shop: Shop, method: str, path: str, options: dict[str, Any], status: int, message: str
) -> None:
    response = shop.call(method, path, **options)
    assert (response.status_code, words(response)[: len(message)]) == (status, message)
    assert shop.held() == []


def test_calls_above_the_limit_are_told_when_to_come_back(shop: Shop) -> None:
    assert [shop.http.get(RETURNS).status_code for _ in range(6)] == [200] * 5 + [429]
    assert shop.http.get(RETURNS).headers["retry-after"] == "1"
    shop.clock.advance(1)
    assert shop.http.get(RETURNS).status_code == 200
    assert shop.admin.get("usage").json()["units"]["HarbourKey"]["total"] == 8


def test_a_quota_counts_items_and_is_reported_by_its_headers(shop: Shop) -> None:
    first = shop.call("POST", DISCARDS, json={"numbers": [f"R-{each}" for each in range(1, 21)]})
    assert (first.headers["x-quota"], first.headers["x-quota-left"]) == ("40", "20")
    assert first.headers["x-quota-until"].endswith(" GMT")
    statuses = [shop.http.post(DISCARDS, json={"numbers": [f"R-{each}" for each in range(1, 13)]}).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_each_response_has_an_identifier(shop: Shop) -> None:
    found = {shop.call("GET", path).headers["x-trace"] for path in (RETURNS, "/nowhere")}
    assert len(found) == 2


def listed(shop: Shop) -> tuple[list[Any], str]:
    """Return all that is listed, page by page, and the last cursor."""
    found: list[Any] = []
    parameters: dict[str, Any] = {"pageSize": 40}
    while True:
        page = shop.call("GET", RETURNS, params=parameters).json()
        found += page["returns"]
        if not (cursor := (page.get("next") or {}).get("cursor")):
            return found, parameters["cursor"]
        parameters["cursor"] = cursor


def test_pages_have_each_item_once_and_end(shop: Shop) -> None:
    found, cursor = listed(shop)
    assert [each["returnNumber"] for each in found] == [f"R-{number}" for number in range(1, 51)]
    assert shop.call("GET", RETURNS, params={"cursor": cursor, "pageSize": 39}).status_code == 400


def test_work_goes_through_its_states_takes_effect_at_the_end_and_has_a_report(shop: Shop) -> None:
    with Shop.served(rejected=0.5) as half:
        numbers = [f"R-{number}" for number in range(101, 131)]
        job = half.upload(*numbers)
        phases = [half.http.get(f"/jobs/{job}").json()]
        for _ in range(2):
            half.clock.advance(5)
            phases.append(half.http.get(f"/jobs/{job}").json())
        assert [each["phase"] for each in phases] == ["waiting", "checking", "done"]
        assert [each.keys() for each in phases[:2]] == [{"phase"}] * 2
        report = httpx2.get(phases[-1]["resultUrl"])
        assert report.headers["content-type"] == "text/csv"
        rows = {row["number"]: row for row in csv.DictReader(io.StringIO(report.text))}
        assert [*rows] == numbers
        taken = {number for number, row in rows.items() if row["result"] == "TAKEN"}
        assert {row["result"] for row in rows.values()} == {"TAKEN", "REFUSED"}
        assert {each["key"] for each in half.held()} == taken
        half.clock.advance(121)
        assert httpx2.get(phases[-1]["resultUrl"]).status_code == 403
    assert shop.held() == []


def test_work_that_fails_changes_nothing() -> None:
    with Shop.served(failed=1) as shop:
        job = shop.upload("R-101")
        shop.clock.advance(10)
        assert shop.call("GET", f"/jobs/{job}").json() == {"phase": "aborted"}
        assert shop.held() == []


def test_what_was_sent_is_listed_found_and_got_in_its_shop_only(shop: Shop) -> None:
    shop.upload("R-5", "R-999999999", reason="disliked")
    shop.clock.advance(10)
    found, _ = listed(shop)
    assert [each["returnNumber"] for each in found] == [*(f"R-{number}" for number in range(1, 51)), "R-999999999"]
    assert found[4] == {"returnNumber": "R-5", "reason": "disliked"}
    assert shop.call("GET", f"{RETURNS}/R-999999999").json() == {"returnNumber": "R-999999999", "reason": "disliked"}
    found = shop.call("GET", LOOKUPS, params={"numbers": "R-999999999,R-7,R-0"}).json()["found"]
    assert [each["returnNumber"] for each in found] == ["R-999999999", "R-7"]
    assert shop.call("GET", f"{RETURNS}/R-8").json()["returnNumber"] == "R-8"


def test_rejected_items_are_listed_with_a_reason_and_only_the_others_changed() -> None:
    numbers = [f"R-{number}" for number in range(1, 20)]
    with Shop.served(rejected=0.5) as shop:
        response = shop.call("POST", DISCARDS, json={"numbers": [*numbers, "R-0"]})
        kept = {each["number"]: each["because"] for each in response.json()["kept"]}
        assert {because for number, because in kept.items() if number != "R-0"} == {"fragile"}
        assert kept.get("R-0") in {"fragile", "unknownNumber"}
        assert {each["key"] for each in shop.held()} == {*numbers} - kept.keys()


def test_a_list_that_may_not_be_empty_is_left_out(shop: Shop) -> None:
    assert shop.call("POST", DISCARDS, json={"numbers": ["R-1", "R-1"]}).json() == {}
    assert shop.call("POST", DISCARDS, json={"numbers": ["R-0"]}).json() == {
        "kept": [{"number": "R-0", "because": "unknownNumber"}]
    }
    assert [each["operations"] for each in shop.held()] == [{"discardReturns": 1}]


def test_one_item_is_confirmed_and_a_second_time_refused_as_documented(shop: Shop) -> None:
    response = shop.call("PUT", f"{RETURNS}/R-3")
    assert {**response.json(), "closedAt": ""} == {"number": "R-3", "state": "closed", "closedAt": ""}
    again = shop.call("PUT", f"{RETURNS}/R-3")
    assert (again.status_code, words(again)) == (409, "closed already")
    changed = {"shopCode": "QUAY", "key": "R-3", "exists": True, "operations": {"closeReturn": 1}, "item": None}
    assert shop.admin.post("held", json=["R-3", "R-4", "R-0"]).json() == [
        {"identifier": "R-3", "exists": True, "changes": [changed], "rejections": []},
        {"identifier": "R-4", "exists": True, "changes": [], "rejections": []},
        {"identifier": "R-0", "exists": False, "changes": [], "rejections": []},
    ]


def test_chaos_breaks_its_responses_too() -> None:
    with Shop.served(faults=("error-503",)) as shop:
        response = shop.http.get(RETURNS)
        assert (response.status_code, words(response)) == (503, "Service Unavailable")


def test_a_reset_restores_the_start(shop: Shop) -> None:
    shop.call("PUT", f"{RETURNS}/R-3")
    shop.admin.post("reset").raise_for_status()
    assert shop.held() == []
    assert shop.call("PUT", f"{RETURNS}/R-3").status_code == 200


def test_work_that_the_document_shows_has_ended(shop: Shop) -> None:
    state = shop.call("GET", "/jobs/7001").json()
    assert state["phase"] == "done"
    assert httpx2.get(state["resultUrl"]).text == "number,result,why\r\n"
