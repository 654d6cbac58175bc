"""Responses that can be read in two ways, or only in part: they confirm nothing and reject nothing, and lose nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from catalog_clients import Reports, Retries
from catalog_clients._engine.responses.doubling import decoded
from tests.clients.access import JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import STORES, UNKNOWN_PRODUCT
from tests.overrides.ways import RUNS, Way, smallest_run

QUICK = Retries(attempts=2, max_wait=0.01)
_REFUSED = b'"result": {"notArchivedOffers": [{"offerId": "%b", "error": "OFFER_HAS_STOCKS"}]}'
_REPORT = b"sku,status\r\nSKU-0900001,SUCCESS\r\n"
_PRODUCT = b'{"object": "product", "data": {"id": "%b", "archivedAt": "2026-01-01T00:00:00Z"%%b}}' % UNKNOWN_PRODUCT.encode()


def _outcomes(way: Way, api: str, body: bytes, status: int = 200) -> list[Any]:
    facade = way.played(api, lambda _: httpx2.Response(status, content=body), auth=httpx2.Auth(), retries=QUICK)
    return way.read(smallest_run(facade, api))


@pytest.mark.parametrize(
    ("api", "body", "name"),
    [
        (YANDEX, b'{"status": "ERROR", "status": "OK"}', "$.status"),
        (YANDEX, b'{"status": "OK", "\\u0073tatus": "OK"}', "$.status"),
        (YANDEX, b'{"status": "OK", %b, "result": {}}' % (_REFUSED % b"SKU-0900002"), "$.result"),
        (
            YANDEX,
            b'{"status": "OK", %b}' % (_REFUSED % b'SKU-0900002", "offerId": "SKU-0900009'),
            "$.result.notArchivedOffers[0].offerId",
        ),
        (SHIPSIDEKICK, _PRODUCT % b', "archivedAt": "2026-01-02T00:00:00Z"', "$.data.archivedAt"),
        (SHIPSIDEKICK, _PRODUCT % b', "id": "another", "id": null', "$.data.id"),
    ],
)
def test_a_name_that_is_there_twice_confirms_and_rejects_nothing_where_it_decides(
    api: str, body: bytes, name: str, way: Way
) -> None:
    (outcome,) = _outcomes(way, api, body)
    assert (outcome.status, outcome.reason[:200]) == ("unknown", f"the response has {name} twice: {body.decode()}"[:200])


def test_an_error_that_is_there_twice_is_one(way: Way) -> None:
    (outcome,) = _outcomes(way, SHIPSIDEKICK, (_PRODUCT % b"")[:-1] + b', "error": "no", "error": null}')
    assert outcome.reason.startswith("the response is a success, and has error: ")


@pytest.mark.parametrize(
    "more",
    [
        b'"error": "no"}',
        b'"error": true}',
        b'"errors": 1}',
        b'"success": false}',
        b'"ok": false}',
        b'"warning": "it has open orders"}',
        b'"failed": ["12345678-90ab-cdef-1234-567890abcde0"]}',
        b'"active": true}',
        b'"isEnabled": "yes"}',
        b'"archived": 0}',
        b'"status": "ACTIVE"}',
        b'"productState": "on sale"}',
        b'"unarchivedAt": "2026-02-01T00:00:00Z"}',
        b'"message": "the search is unavailable"}',
    ],
)
@pytest.mark.parametrize("place", ["body", "product"])
def test_a_success_that_says_of_a_failure_confirms_nothing(more: bytes, place: str, way: Way) -> None:
    body = _PRODUCT % b""
    body = body[:-1] + b", " + more if place == "body" else body[:-2] + b", " + more + b"}"
    (outcome,) = _outcomes(way, SHIPSIDEKICK, body)
    name = more.split(b'"')[1].decode()
    assert (outcome.status, outcome.reason[:50]) == ("unknown", f"the response is a success, and has {name}: {body.decode()}"[:50])


@pytest.mark.parametrize(
    "more",
    [
        b'"error": false}',
        b'"error": null}',
        b'"errors": []}',
        b'"errors": 0}',
        b'"success": true}',
        b'"active": false}',
        b'"status": "ARCHIVED"}',
        b'"plan": "active"}',
        b'"deleted": false, "restoredAt": null}',
    ],
)
def test_a_success_that_says_of_no_failure_confirms(more: bytes, way: Way) -> None:
    (outcome,) = _outcomes(way, SHIPSIDEKICK, (_PRODUCT % b"")[:-1] + b", " + more)
    assert outcome.status == "confirmed"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"status": "OK", "result": {"notArchivedIds": ["C", " A-1 "]}}', "$.result.notArchivedIds"),
        (b'{"status": "OK", "failed": [{"offers": {"A-1": "HAS_STOCKS"}}]}', "$.failed"),
        (
            b'{"status": "OK", "result": {"notArchivedOffers": [{"offerId": "C", "error": "UNKNOWN", "parent": "A-1"}]}}',
            "$.result.notArchivedOffers[0].parent",
        ),
        (b'{"status": "OK", "warnings": ["A-1 was not archived"]}', "$.warnings"),
        (b'{"status": "OK", "message": "not archived: B,a-1."}', "$.message"),
        (b'{"status": "OK", "result": {"notArchived": {"code": "(A-1)"}}}', "$.result.notArchived"),
    ],
)
def test_an_item_that_a_list_of_failures_lacks_and_that_is_named_elsewhere_is_unknown(body: bytes, place: str, way: Way) -> None:
    facade = way.played(YANDEX, lambda _: httpx2.Response(200, content=body), auth=httpx2.Auth())
    found = {each.sku: each for each in way.read(facade.archive(["A-1", "C", "OK", "D"], business_id=1))}
    assert found["A-1"].status == "unknown"
    assert found["A-1"].reason == f"the response names it in {place}, which the spec does not have"
    assert found["OK"].status == found["D"].status == "confirmed"


@pytest.mark.parametrize(
    ("body", "sku"),
    [
        (b'{"status": "OK", "skipped": [12]}', "12"),
        (b'{"status": "OK", "message": "A-1/B is in a warehouse"}', "A-1/B"),
        (b'{"status": "OK", "message": "A 1 is in a warehouse"}', "A 1"),
        (b'{"status": "OK", "message": "v1.2 is in a warehouse"}', "v1.2"),
    ],
)
def test_an_item_is_named_by_a_number_of_a_list_and_by_words_of_a_text(body: bytes, sku: str, way: Way) -> None:
    others = ["A-2", "v1", "2"]
    facade = way.played(YANDEX, lambda _: httpx2.Response(200, content=body), auth=httpx2.Auth())
    found = {each.sku: each.status for each in way.read(facade.archive([sku, *others], business_id=1))}
    assert found == {sku: "unknown", **dict.fromkeys(others, "confirmed")}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        (b'"failures": [1, 2]', "failures"),
        (b'"failedCount": "1"', "failedCount"),
        (b'"notArchived": [{"index": 0}]', "notArchived"),
        (b'"partial": true', "partial"),
        (b'"result": {"errors": [{"code": 7}]}', "errors"),
        (b'"result": {"status": "ERROR"}', "status"),
        (b'"result": {"state": "PARTIALLY_ARCHIVED"}', "state"),
        (b'"statusCode": 500', "statusCode"),
        (b'"warning": "it has stocks"', "warning"),
        (b'"warnings": [{"text": "2 items have stocks"}]', "warnings"),
        (b'"validationErrorMessages": {"0": "of stocks"}', "validationErrorMessages"),
        (b'"message": "Some offers weren\'t archived."', "message"),
        (b'"result": {"details": [{"text": "unable to archive"}]}', "details"),
        (b'"meta": {"run": [{"outcome": "failed"}]}', "meta.run.outcome"),
        (b'"result": {"skipped": ["SKU-0900002", "another"]}', "skipped"),
        (b'"\\u0065rrorCode": "E7"', "errorCode"),
        (b'"success": "false"', "success"),
        (b'"archiveStatus": "failed"', "archiveStatus"),
        (b'"code": 500', "code"),
        (b'"dryRun": true', "dryRun"),
        (b'"result": {"paging": {"nextPageToken": "2"}}', "paging.nextPageToken"),
        (b'"archived": false', "archived"),
        (b'"archived": "in progress"', "archived"),
        (b'"result": {"state": false}', "state"),
        (b'"archiveState": "SCHEDULED"', "archiveState"),
        (b'"async": true', "async"),
        (b'"issues": [{"code": 7}]', "issues"),
        (b'"notArchived": 2', "notArchived"),
        (b'"archivedOfferIds": [12, 13]', "archivedOfferIds"),
        (b'"message": "queued"', "message"),
        (b'"note": "No offers were archived"', "note"),
        (b'"message": "0 offers archived"', "message"),
        (b'"description": "Dry run"', "description"),
        (b'"message": "archived 2 of 3 offers"', "message"),
        (b'"archivedCount": 0', "archivedCount"),
        (b'"result": {"archivedOffers": ["SKU-0900002", "SKU-0900003"]}', "archivedOffers"),
        ('"message": "не удалось"'.encode(), "message"),
        (b'"message": "Fehler beim Archivieren"', "message"),
        (b'"message": "wurde nicht archiviert"', "message"),
        ('"message": "登録に失敗しました"'.encode(), "message"),
        (b'"Fehlerhaft": 2', "Fehlerhaft"),
        (b'"archiveState": "UNKNOWN"', "archiveState"),
        (b'"message": "ohne Fehler", "Fehlerhaft": 0, "fehlerliste": []', ""),
        (b'"jobId": "j-7"', "jobId"),
        (b'"result": {"task_id": 7}', "task_id"),
        (b'"statusUrl": "https://api.example.com/jobs/7"', "statusUrl"),
        (b'"jobId": null, "requestId": "r-7", "traceId": "t", "jobTitle": "clerk"', ""),
        (b'"failures": []', ""),
        (b'"archivedCount": 1, "processed": 1, "succeeded": true', ""),
        (b'"statusText": "fine", "code": 7, "nextPageToken": null', ""),
        (b'"failedCount": 0', ""),
        (b'"failed": {"count": 0, "items": []}', ""),
        (b'"errors": [null]', ""),
        (b'"errorCode": "0000", "errorMessage": "OK", "warnings": ["", {}]', ""),
        (b'"notice": ["all is well"]', ""),
        (b'"message": "Done, with 0 errors, without warnings."', ""),
        (b'"errorPolicy": "strict", "notForSale": true, "skippedBy": "nobody"', ""),
        (b'"result": {"state": "fine"}', ""),
        (b'"message": "No errors. 3 of 3 offers.", "note": "no warnings"', ""),
    ],
)
def test_a_failure_that_names_no_item_may_be_that_of_any(more: bytes, name: str, way: Way) -> None:
    (outcome,) = _outcomes(way, YANDEX, b'{"status": "OK", ' + more + b"}")
    assert outcome.status == ("unknown" if name else "confirmed")
    named = (f"the response is a success, and has {name}: ", f"the response names it in $.result.{name}, ")
    assert outcome.reason.startswith(named if name else "")


def test_what_looks_for_errors_and_for_other_names_decodes_a_response_once(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    load, bodies = json.loads, list[object]()

    def counted(content: bytes, **options: Any) -> object:
        bodies.append(content)
        return load(content, **options)

    monkeypatch.setattr(json, "loads", counted)
    body = b'{"status": "OK", %b}' % (_REFUSED % b"SKU-0900001")
    _outcomes(way, YANDEX, body)
    assert bodies == [body]


def test_a_name_that_is_there_twice_does_no_harm_where_nothing_depends_on_it(way: Way) -> None:
    (outcome,) = _outcomes(way, SHIPSIDEKICK, _PRODUCT % b', "name": "A", "name": "B"')
    assert outcome.status == "confirmed"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"a": 1, "a": {"b": 1, "b": 2}, "c": [[], [{"d": 1, "d": 1}]]}', ["$.a", "$.c[1][0].d"]),
        (b'[{"a": 1}, {"a": 1}]', []),
        (b'{"a": 1, "a"', []),
        (b'\xef\xbb\xbf{"a": 1, "a": 1}', ["$.a"]),
        (b'{"a": "\xff", "a": 1}', []),
        (b"[" * 100_000 + b'"a" "a"', []),
        (b"", []),
    ],
)
def test_names_that_are_there_twice_are_found_at_any_depth(body: bytes, names: list[str]) -> None:
    assert [*decoded(body).doubled] == names


DONE = {"processingStatus": "DONE", "reportDownloadLink": "https://reports.test/a"}


def _catalog(
    way: Way,
    accept: Callable[[], httpx2.Response],
    requests: list[bytes],
    status: Callable[[], httpx2.Response] = lambda: httpx2.Response(200, json=DONE),
) -> Any:
    """Return a facade whose vendor accepts an archiving with a response, and confirms the SKU in its report."""

    def play(request: httpx2.Request) -> httpx2.Response:
        requests.append(request.read())
        if request.url.host == "reports.test":
            return httpx2.Response(200, headers={"Content-Length": str(len(_REPORT))}, stream=httpx2.ByteStream(_REPORT))
        if request.url.path.endswith("archive"):
            return accept()
        return status()

    reports = Reports(origins=["https://reports.test"])
    return way.played(JWO, play, auth=httpx2.Auth(), retries=QUICK, interval=0.001, reports=reports)


@pytest.mark.parametrize(
    ("status", "body", "ingestion"),
    [
        (201, b'{"ingestionId": 9689}', "9689"),
        (201, b'{"ingestionId": 9689.0}', "9689"),
        (202, b'{"ingestionId": "ing-1"}', "ing-1"),
    ],
)
def test_what_the_vendor_has_accepted_is_followed_though_the_response_is_not_as_the_spec_says(
    status: int, body: bytes, ingestion: str, way: Way
) -> None:
    requests = list[bytes]()
    catalog = _catalog(way, lambda: httpx2.Response(status, content=body), requests)
    (outcome,) = way.read(catalog.archive(["SKU-0900001"], stores=STORES))
    assert (outcome.status, outcome.ingestion_id, outcome.attempt) == ("confirmed", ingestion, 1)
    assert len(requests) == 3, "it is sent once"
    assert f'"{ingestion}"'.encode() in requests[1]


@pytest.mark.parametrize(
    "body",
    [
        b'{"ingestionId": true}',
        b'{"ingestionId": ["ing-1"]}',
        b'{"ingestionId": {"id": "ing-1"}}',
        b'{"id": "ing-1"}',
        b"ing-1",
        b'{"ingestionId": "ing-1", "ingestionId": "ing-2"}',
    ],
)
def test_the_response_that_says_nothing_of_an_ingestion_is_kept_as_the_reason(body: bytes, way: Way) -> None:
    catalog = _catalog(way, lambda: httpx2.Response(201, content=body), [])
    (outcome,) = way.read(catalog.archive(["SKU-0900001"], stores=STORES))
    assert outcome.status == "unknown"
    assert outcome.reason.endswith(body.decode())


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"Not Found", b'{"message": "no route"}', b'{"error": "Not Found"}'])
@pytest.mark.parametrize("run", ["archive offers", "archive products"])
def test_an_error_without_the_body_that_the_spec_describes_rejects_no_item(run: str, body: bytes, status: int, way: Way) -> None:
    api, begin, item = RUNS[run]
    facade = way.played(api, lambda _: httpx2.Response(status, content=body), auth=httpx2.Auth(), retries=QUICK)
    (outcome,) = way.read(begin(facade, [item]))
    assert outcome.status == "unknown"
    assert f"{status}: " in outcome.reason


def test_an_error_that_has_nothing_of_the_body_that_the_spec_describes_rejects_no_item(way: Way) -> None:
    (outcome,) = _outcomes(way, JWO, b'{"detail": "Bad Request"}', status=400)
    assert outcome.status == "unknown"
    (outcome,) = _outcomes(way, JWO, b'{"message": "One or more stores are not valid."}', status=400)
    assert outcome.status == "rejected"


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ([(200, DONE | {"ingestionId": "ing-2"})], "its status is not available: the response is about ingestion ing-2"),
        ([(200, DONE | {"ingestionId": 7})], "its status is not available: the response is about ingestion 7"),
        ([(400, {"message": "no such ingestion"})], 'its status is not available: 400: {"message":"no such ingestion"}'),
        ([(200, DONE | {"ingestionId": "ing-1"})], ""),
        ([(200, DONE | {"ingestionId": None})], ""),
        ([(400, None), (400, {}), (404, None), (200, [DONE]), (200, DONE)], ""),
    ],
)
def test_a_status_counts_if_it_is_one_of_the_ingestion(responses: list[tuple[int, Any]], expected: str, way: Way) -> None:
    left = iter(responses)

    def status() -> httpx2.Response:
        number, body = next(left)
        return httpx2.Response(number) if body is None else httpx2.Response(number, json=body)

    catalog = _catalog(way, lambda: httpx2.Response(201, json={"ingestionId": "ing-1"}), [], status)
    (outcome,) = way.read(catalog.archive(["SKU-0900001"], stores=STORES))
    assert (outcome.status, outcome.reason) == ("unknown" if expected else "confirmed", expected)
    assert outcome.ingestion_id == "ing-1"


def test_a_number_that_is_also_a_sku_names_no_item(way: Way) -> None:
    facade = way.played(YANDEX, lambda _: httpx2.Response(200, content=b'{"status": "OK", "failed": 5}'), auth=httpx2.Auth())
    assert {each.status for each in way.read(facade.archive(["5", "A-1"], business_id=1))} == {"unknown"}
