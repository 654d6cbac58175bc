"""Failures in the response by which work begins: the end of the work decides where it names each item, and nothing else does."""

from __future__ import annotations

import logging
from typing import Any

import httpx2
import pytest
import yaml

from catalog_clients import Reports
from tests.clients.access import JWO
from tests.generate.packages import Package
from tests.overrides.ways import Way

BASE = "https://api.begun.example"
TEXT = {"type": "string"}
RESULTS: dict[str, dict[str, Any] | None] = {
    "removeSilently": None,
    "removeWithFailures": {"items": "$response.body#/results", "key": "/id"},
    "removeWithResults": {
        "items": "$response.body#/results",
        "key": "/id",
        "status": "/status",
        "success": ["done"],
        "failures": ["failed"],
    },
}
"""What the status of the work lists, by operation."""


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"type": "object", "required": [*required], "properties": properties}}}}


def _operation(name: str, results: dict[str, Any] | None) -> dict[str, Any]:
    link = {"operationId": "getJob", "parameters": {"path.id": "$response.body#/id"}}
    polling = {"pending": ["running"], "succeeded": ["ended"], "failed": [], "interval": 1, "maxInterval": 2, "deadline": 60}
    return {
        "operationId": name,
        "requestBody": {"required": True, **_object("ids", ids={"type": "array", "maxItems": 9, "items": TEXT})},
        "responses": {"202": {"description": "Begun.", **_object("id", id=TEXT), "links": {"status": link}}},
        "x-client-chunking": {"array": "$request.body#/ids", "key": [""], "normalize": "none", "keep": "first"},
        "x-client-polling": {
            "operation": "getJob",
            "status": "$response.body#/state",
            **polling,
            **({"results": results} if results else {}),
        },
    }


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("begun")
    rows = {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": TEXT, "status": TEXT}}}
    job = _object("state", state={"type": "string", "enum": ["running", "ended"]}, results=rows)
    status = {
        "operationId": "getJob",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
        "responses": {"200": {"description": "A job.", **job}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Begun work", "version": "1"},
        "servers": [{"url": BASE}],
        "paths": {
            **{f"/{number}": {"post": _operation(*each)} for number, each in enumerate(RESULTS.items())},
            "/jobs/{id}": {"get": status},
        },
    }
    (folder / "begun.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return Package(folder / "begun.yaml", folder / "out")


DONE = {"removeWithResults": [{"id": each, "status": "done"} for each in ("SKU-1", "SKU-2")]}


@pytest.mark.parametrize(
    ("operation", "begun", "statuses"),
    [
        *[(each, {}, ["confirmed"] * 2) for each in RESULTS],
        ("removeSilently", {"warnings": ["SKU-2 is on sale"]}, ["confirmed", "unknown"]),
        ("removeSilently", {"skippedItems": [{"id": "SKU-2"}]}, ["confirmed", "unknown"]),
        ("removeSilently", {"warning": "some are on sale"}, ["unknown"] * 2),
        ("removeSilently", {"dryRun": True}, ["unknown"] * 2),
        ("removeWithFailures", {"warnings": ["SKU-2 is on sale"]}, ["confirmed", "unknown"]),
        ("removeWithFailures", {"errors": ["SKU-2 is on sale"]}, ["unknown"] * 2),
        ("removeWithFailures", {"partial": True}, ["unknown"] * 2),
        ("removeWithResults", {"warnings": ["SKU-2 is on sale"]}, ["confirmed"] * 2),
        ("removeWithResults", {"warning": "some are on sale"}, ["confirmed"] * 2),
    ],
)
def test_a_failure_in_the_response_that_begins_work_counts_unless_its_end_names_each_item(
    operation: str, begun: Any, statuses: list[str], way: Way, generated: Package, caplog: pytest.LogCaptureFixture
) -> None:
    def play(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return httpx2.Response(202, json={"id": "7", **begun})
        return httpx2.Response(200, json={"state": "ended", "results": DONE.get(operation, [])})

    caplog.set_level(logging.WARNING, "catalog_clients")
    http = way.http(transport=httpx2.MockTransport(play))
    outcomes = way.read(way.bulk(generated.root, BASE, http_client=http, interval=0.001).run(operation, ["SKU-1", "SKU-2"]))
    assert [each.status for each in outcomes] == statuses
    named = [each for each in begun if any(each in one.reason for one in outcomes if one.status == "unknown")]
    assert named == ([*begun] if "unknown" in statuses else [])
    assert [name for name in begun if any(f"has {name}" in each or f"in $.{name}" in each for each in caplog.messages)] == [*begun]


def test_a_report_decides_whatever_the_response_says_that_has_begun_the_ingestion(
    way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    report = b"sku,status\nA-1,SUCCESS\nA-2,FAILURE\n"

    def play(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "reports.test":
            return httpx2.Response(200, headers={"Content-Length": str(len(report))}, stream=httpx2.ByteStream(report))
        if request.url.path.endswith("archive"):
            return httpx2.Response(201, json={"ingestionId": "ing-1", "warning": "A-1 is on a planogram", "failedCount": 2})
        return httpx2.Response(200, json={"processingStatus": "DONE", "reportDownloadLink": "https://reports.test/1"})

    caplog.set_level(logging.WARNING, "catalog_clients")
    reports = Reports(origins=["https://reports.test"])
    catalog = way.played(JWO, play, auth=httpx2.Auth(), interval=0.001, reports=reports)
    outcomes = way.read(catalog.archive(["A-1", "A-2"], stores=["S"]))
    assert [each.status for each in outcomes] == ["confirmed", "rejected"]
    assert any("ing-1: the response that has begun it has failedCount: " in each for each in caplog.messages)
