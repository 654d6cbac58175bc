"""What a response says of the items of its request, by the tables that say what confirms and what rejects them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from msgspec import UNSET, Struct
from msgspec.structs import replace

from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.confirming import contradicted, rejects, said_before, unconfirmed
from scripts.runtime.behaviour import Behaviour, Chunking, Condition, Confirmation, Expression, Matching, Rejections, Since
from tests.clients.access import JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ARCHIVE
from tests.generate.packages import Package
from tests.overrides.playing import TABLES
from tests.overrides.wares import DOCUMENT, Wares  # noqa: F401 - `generated` takes the document
from tests.overrides.ways import Way, smallest_run

ONE = Chunking(item=Expression("request", "body", ()), size=1, key=(("sku",), ("depot",)), normalize="none", keep="last")
ITEM = PendingItem(None, 1, "A-1", "LEEDS")
AT = Expression("response", "body", ("result", "value"))


def _said(value: Any, **condition: Any) -> str:
    table = Behaviour(chunking=ONE, confirmation=Confirmation(conditions=(Condition(value=AT, **condition),)))
    return unconfirmed(table, [ITEM], CallResult(value={"result": {} if value is UNSET else {"value": value}}))


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ("A-1", {"item": ("sku",)}),
        ("LEEDS", {"item": ("depot",)}),
        ("a1", {"item": ("sku",), "ignore": ("letter-case", "separators")}),
        (UNSET, {"item": ("sku",), "optional": True}),
        (UNSET, {"time": "past", "optional": True}),
        ("FINE", {"values": ("OK", "FINE")}),
        (True, {"values": (True,)}),
        (0, {"values": (0, 18)}),
        ("2020-01-01", {"time": "past"}),
    ],
)
def test_a_condition_that_is_met_confirms(value: Any, condition: dict[str, Any]) -> None:
    assert _said(value, **condition) == ""


@pytest.mark.parametrize(
    ("value", "condition", "reason"),
    [
        ("A-2", {"item": ("sku",)}, "the response has 'A-2' as result.value, and not 'A-1': "),
        ("A-1", {"item": ("depot",)}, "the response has 'A-1' as result.value, and not 'LEEDS': "),
        ("a-1", {"item": ("sku",), "ignore": ("separators",)}, "the response has 'a-1' as result.value, and not 'A-1': "),
        (None, {"item": ("sku",)}, "the response has None as result.value, and not 'A-1': "),
        (None, {"item": ("sku",), "optional": True}, "the response has None as result.value, and not 'A-1': "),
        (1, {"item": ("sku",), "optional": True}, "the response has 1 as result.value, and not 'A-1': "),
        ("BAD", {"values": ("OK", "FINE")}, "the response has 'BAD' as result.value, and not 'OK' or 'FINE': "),
        (False, {"values": (0,)}, "the response has False as result.value, and not 0: "),
        (1, {"values": (True,), "failures": (17,)}, "the response has 1 as result.value, and not True: "),
        ("soon", {"time": "past", "optional": True}, "the response has 'soon' as result.value, which is not a time in the past: "),
    ],
)
def test_a_condition_that_is_not_met_says_what_the_response_has_instead(value: Any, condition: dict[str, Any], reason: str) -> None:
    assert _said(value, **condition) == reason


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"success": True, "code": 0}, "confirmed", ""),
        ({"success": True}, "confirmed", ""),
        ({"success": False, "code": 17, "why": "sold"}, "rejected", "the response has False as success, and not True: "),
        ({"success": True, "code": 20}, "rejected", "the response has 20 as code, and not 0: "),
        ({"success": False, "code": 99}, "unknown", "the response has False as success, and not True: "),
        ({"success": False, "code": True}, "unknown", "the response has False as success, and not True: "),
    ],
)
def test_a_success_that_has_a_code_of_a_refusal_rejects_unless_an_attempt_before_was_lost(
    body: dict[str, Any], status: str, reason: str, way: Way, generated: Package
) -> None:
    for lost in (0, 1):
        responses = iter([httpx2.Response(503)] * lost + [httpx2.Response(200, json=body)])
        http = way.http(transport=httpx2.MockTransport(lambda _, some=responses: next(some)))
        bulk = way.bulk(generated.root, "https://api.wares.example/v3", http_client=http)
        (found,) = way.read(bulk.run("levelWare", [{"sku": "W-1", "level": 2}], shop="EAST"))
        assert found.status == ("unknown" if lost and status == "rejected" else status)
        assert found.reason.startswith(reason)


@pytest.mark.parametrize("rejected", [0.0, 1.0])
def test_the_mock_refuses_by_the_code_in_a_success(rejected: float) -> None:
    with Wares.served() as wares, wares.changed(rejected=rejected):
        found = wares.http.put("/shops/EAST/levels/W-1", json={"level": 2})
    assert (found.status_code, found.json().get("code")) == (200, 17 if rejected else 0)


LISTED = Rejections(items=AT, key=("sku",))
EACH = Rejections(items=AT, key=("sku",), status=("done",), success=(True,), failures=(False,))


@pytest.mark.parametrize(
    ("status", "table", "reason"),
    [
        (202, {}, "the response is 202: the work has only begun, and the spec does not say how to poll for its end"),
        (202, {"chunking": replace(ONE, rejections=LISTED)}, "the response is 202: "),
        (202, {"confirmation": Confirmation(retires=True)}, "the response is 202: "),
        (202, {"confirmation": Confirmation(statuses=(200,))}, "the response is 202, which is not a status that confirms"),
        (204, {"confirmation": Confirmation(statuses=(200, 202))}, "the response is 204, which is not a status that confirms"),
        (202, {"confirmation": Confirmation(statuses=(202,))}, ""),
        (202, {"confirmation": Confirmation(conditions=(Condition(value=AT, values=("OK",), optional=True),))}, ""),
        (202, {"chunking": replace(ONE, rejections=EACH)}, ""),
        (202, {"matching": Matching(items=AT, key=("sku",))}, ""),
        (207, {}, "the response is 207: each item has an outcome of its own, and the spec does not say how to read them"),
        (207, {"confirmation": Confirmation(retires=True)}, "the response is 207: "),
        (207, {"confirmation": Confirmation(statuses=(200, 207))}, ""),
        (207, {"chunking": replace(ONE, rejections=LISTED)}, ""),
        (204, {}, ""),
    ],
)
def test_a_success_that_does_not_say_what_was_done_confirms_where_the_spec_says_so(
    status: int, table: dict[str, Any], reason: str
) -> None:
    found = unconfirmed(Behaviour(**table), [ITEM], CallResult(value={}, response=httpx2.Response(status)))
    assert found.startswith(reason)
    assert bool(found) is bool(reason)


def _before(time: str, date: str = "Wed, 25 Nov 2026 12:00:00 GMT", *, lost: bool = False) -> str:
    table = Behaviour(confirmation=Confirmation(since=Since(value=AT, words="done since")))
    response = httpx2.Response(200, headers={"Date": date})
    response.elapsed = timedelta(seconds=5)
    return said_before(table, CallResult(value={"result": {"value": time}}, response=response, lost=lost))


def test_a_state_from_before_the_request_is_said_with_its_time() -> None:
    assert _before("2026-11-25T11:59:53Z") == "done since 2026-11-25T11:59:53Z"
    assert _before("2026-11-25T11:59:55Z") == ""  # the request may have been sent then
    assert _before("2026-11-25T11:59:53Z", lost=True) == ""  # an earlier attempt may have done it
    assert _before("2026-11-25") == ""
    assert _before("2026-11-25T11:59:53Z", date="never") == ""


def _rejects(status: int, table: Behaviour, **result: Any) -> bool:
    return rejects(table, CallResult(error=ValueError(), response=httpx2.Response(status), **{"refused": True, **result}))


def test_the_table_says_which_errors_reject() -> None:
    listed = Behaviour(confirmation=Confirmation(rejects=(404, 410)))
    assert [status for status in (400, 404, 409, 410) if _rejects(status, listed)] == [404, 410]
    assert all(_rejects(status, Behaviour()) for status in (400, 404, 409, 410))
    assert not _rejects(404, listed, refused=False)


def test_an_error_after_a_lost_attempt_rejects_only_where_nothing_was_changed() -> None:
    lookup = Behaviour(matching=Matching(items=AT, key=()))
    assert not _rejects(404, Behaviour(), lost=True)
    assert _rejects(404, lookup, lost=True)
    assert not _rejects(400, replace(lookup, confirmation=Confirmation(rejects=(404,))), lost=True)


class _Documented(Struct):
    errors: Any = None
    success: Any = None
    sync: Any = None
    failed: Any = None


@pytest.mark.parametrize(
    ("body", "value", "reason"),
    [
        ({"done": True, "errors": [{"code": 1}]}, {}, "the response is a success, and has errors: "),
        ({"done": True, "error": "no"}, {}, "the response is a success, and has error: "),
        ({"done": True, "errors": [], "error": None}, {}, ""),
        ({"done": True, "errors": "none"}, {}, ""),
        ({"errors": [1]}, _Documented([1]), "the response is a success, and has errors: "),  # which no table reads
        ({"errors": []}, _Documented([]), ""),
        ({"item": {"error": "no"}}, {}, "the response is a success, and has item.error: "),
        ([{"error": "no"}], {}, "the response is a success, and has error: "),
        ([{"error": "no"}], [_Documented()], ""),
        ({"success": False}, _Documented(success=False), "the response is a success, and has success: "),
        ({"success": "N"}, _Documented(success="N"), "the response is a success, and has success: "),
        ({"success": 0}, _Documented(success=0), "the response is a success, and has success: "),
        ({"sync": {"isOk": False}}, _Documented(sync={"isOk": False}), "the response is a success, and has sync.isOk: "),
        ({"success": True}, _Documented(success=True), ""),
        ({"sync": [{"success": False}]}, _Documented(sync=[{"success": False}]), ""),  # of one of several
        ({"failed": [{"sku": "B"}]}, _Documented(failed=[{"sku": "B"}]), "the response is a success, and has failed: "),
        (
            {"sync": {"failed": ["B"]}},
            _Documented(sync=_Documented(failed=["B"])),
            "the response is a success, and has sync.failed",
        ),
        ({"failed": []}, _Documented(failed=[]), ""),
        ({"failed": 0}, _Documented(failed=0), ""),
        ({"sync": {"failed": 2}}, _Documented(sync=_Documented(failed=2)), "the response is a success, and has sync.failed: "),
    ],
)
def test_a_success_that_has_an_error_of_which_the_spec_says_nothing_confirms_nothing(body: Any, value: Any, reason: str) -> None:
    response = httpx2.Response(200, json=body)
    assert unconfirmed(Behaviour(), [ITEM], CallResult(value=value, response=response)).startswith(reason or "\0") == bool(reason)


def test_a_flag_that_a_condition_reads_says_nothing_else() -> None:
    condition = Condition(value=Expression("response", "body", ("success",)), values=(True, "N"))
    table = Behaviour(confirmation=Confirmation(conditions=(condition,)))
    response = httpx2.Response(200, json={"success": "N"})
    assert unconfirmed(table, [ITEM], CallResult(value=_Documented(success="N"), response=response)) == ""


def test_a_documented_list_of_failures_is_read_by_a_table_or_found_nothing() -> None:
    listed = Rejections(items=Expression("response", "body", ("failed",)), key=("sku",))
    result = CallResult(value=_Documented(failed=["B"]), response=httpx2.Response(200, json={"failed": ["B"]}))
    assert contradicted(Behaviour(chunking=replace(ONE, rejections=listed)), [ITEM], result) == ""
    elsewhere = replace(listed, items=Expression("response", "body", ("sync",)))
    assert "has failed (if it says nothing of an item" in contradicted(
        Behaviour(chunking=replace(ONE, rejections=elsewhere)), [ITEM], result
    )
    informational = replace(elsewhere, informational=(listed.items,))
    assert contradicted(Behaviour(chunking=replace(ONE, rejections=informational)), [ITEM], result) == ""
    assert contradicted(Behaviour(matching=Matching(items=AT, key=("sku",))), [ITEM], result) == ""


def test_documented_errors_are_those_of_items_where_a_table_reads_them() -> None:
    listed = Rejections(items=Expression("response", "body", ("errors",)), key=("sku",))
    response = httpx2.Response(200, json={"errors": [1]})
    table = Behaviour(chunking=replace(ONE, rejections=listed))
    assert unconfirmed(table, [ITEM], CallResult(value=_Documented([1]), response=response)) == ""


def test_an_ingestion_is_followed_whatever_else_its_response_has() -> None:
    table = replace(TABLES[ARCHIVE], confirmation=None)
    assert unconfirmed(table, [ITEM], CallResult(value={}, response=httpx2.Response(201, json={"errors": [1]}))) == ""


@pytest.mark.parametrize("api", [YANDEX, SHIPSIDEKICK, JWO])
def test_a_page_of_a_gateway_refuses_no_item(api: str, way: Way) -> None:
    page = httpx2.Response(400, html="<html><title>Bad Request</title></html>")
    (outcome, *_) = way.read(smallest_run(way.played(api, lambda _: page, auth=httpx2.Auth()), api))
    assert (outcome.status, outcome.reason) == ("unknown", "400: <html><title>Bad Request</title></html>")
