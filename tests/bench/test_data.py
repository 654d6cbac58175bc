"""What is measured with: the page, the upload, the documents and the server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import httpx2
import pytest
import yaml

from amazon_catalog_items.api.items import search_catalog_items
from amazon_jwo_catalog import models
from amazon_jwo_catalog.api.catalog import get_catalog_upload_status, upload_catalog
from scripts.bench import payloads, server, synthetic
from scripts.lint import validity
from scripts.spec.document import read


def test_the_page_is_a_full_response_of_the_spec() -> None:
    content = payloads.search_page()
    page = search_catalog_items.parse(httpx2.Response(200, content=content, headers={"Content-Type": "application/json"}))
    assert len(page.items) == 20
    assert 80_000 < len(content) < 100_000
    assert content == payloads.search_page()
    for name, field in zip(page.items[0].__struct_encode_fields__, page.items[0].__struct_fields__, strict=True):
        assert getattr(page.items[0], field), f"no data set {name}"


def test_the_upload_is_a_request_of_the_spec() -> None:
    rows = payloads.upload_rows()
    plain = payloads.upload_dict(rows[:1])["catalogItems"][0]
    body = models.UploadCatalogRequest(catalog_items=[models.CatalogItem(**plain)])
    assert json.loads(upload_catalog.request(body=body).content or b"") == {"catalogItems": [plain]}
    assert len({row.sku for row in rows}) == len(rows) == 10_000


@pytest.mark.parametrize("operations", [1, 10, 25])
def test_a_synthetic_document_is_valid_and_of_the_given_size(tmp_path: Path, operations: int) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(synthetic.document(operations), sort_keys=False), encoding="utf-8")
    document = read(path)
    assert validity.check(document) == []
    assert len(list(document.operations())) == operations


def test_the_server_responds_to_each_complete_call_once() -> None:
    transport = Mock(spec=asyncio.Transport)
    calls = server.Calls()
    calls.connection_made(transport)
    calls.data_received(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{")
    transport.write.assert_not_called()
    calls.data_received(b"}GET / HTTP/1.1\r\n\r\nGET")
    sent = [cast("bytes", call.args[0]).partition(b"\r\n\r\n")[2] for call in transport.write.call_args_list]
    assert sent == [payloads.status_response(), payloads.search_page()]


def test_the_server_runs_in_a_separate_process() -> None:
    with server.serving() as url, httpx2.Client(base_url=url, trust_env=False) as client:
        response = client.post("/", json={})
        assert get_catalog_upload_status.parse(response).processing_status == "INPROGRESS"
        assert len(client.get("/").json()["items"]) == 20
