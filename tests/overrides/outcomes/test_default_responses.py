"""A `default` response says what the body of an error is, and not that an error of any status is final or of an item."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.generate.packages import Package
from tests.overrides.ways import Way

_ERROR = {"description": "No.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
_DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Default Books", "version": "1"},
    "paths": {
        "/books/{isbn}": {
            "parameters": [{"name": "isbn", "in": "path", "required": True, "schema": {"type": "string"}}],
            "put": {
                "operationId": "closeBook",
                "responses": {"204": {"description": "Done."}, "409": _ERROR, "425": _ERROR, "502": _ERROR, "default": _ERROR},
                "x-client-chunking": {"item": "$request.path.isbn", "key": [""], "normalize": "none", "keep": "first"},
                "x-client-retry": {
                    "responses": [{"status": 409, "text": "busy", "wait": 0.01}],
                    "attempts": 2,
                    "maxWait": 0.01,
                    "idempotent": True,
                },
            },
        }
    },
    "components": {
        "schemas": {"Error": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}},
    },
}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder: Path = tmp_path_factory.mktemp("default")
    (folder / "spec.json").write_text(json.dumps(_DOCUMENT), encoding="utf-8")
    return Package(folder / "spec.json", folder / "made")


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        ([429, 204], "confirmed"),
        ([500, 204], "confirmed"),
        ([429, 429], "unknown"),
        ([500, 503], "unknown"),
        ([408], "unknown"),
        ([425], "unknown"),  # by its own documentation, too
        ([502], "unknown"),  # which is documented, and not in the table, so that it is final
        ([404], "rejected"),
        ([409], "rejected"),
    ],
    ids=str,
)
def test_only_what_is_of_an_item_rejects_it(responses: list[int], status: str, way: Way, generated: Package) -> None:
    left = [*responses]

    def play(_: httpx2.Request) -> httpx2.Response:
        code = left.pop(0)
        return httpx2.Response(code, json={"text": "no"} if code != 204 else None)

    bulk = way.bulk(generated.root, "https://books.example", http_client=way.http(transport=httpx2.MockTransport(play)))
    (found,) = way.read(bulk.run("closeBook", ["1"]))
    assert (found.status, left) == (status, [])
