"""What is measured with: the page, the upload, the documents and the server."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
import yaml

from amazon_catalog_items.api.items import search_catalog_items
from amazon_jwo_catalog import UNSET, models
from amazon_jwo_catalog.api.catalog import get_catalog_upload_status, upload_catalog
from scripts.bench import coding, server, synthetic
from scripts.lint import validity
from scripts.spec.document import read


def test_the_server_returns_a_page_with_every_data_set_and_a_status() -> None:
    with server.serving() as url, httpx2.Client(base_url=url, trust_env=False) as client:
        assert get_catalog_upload_status.parse(client.post("/", json={})).processing_status == "INPROGRESS"
        response = client.get("/")
    items = search_catalog_items.parse(response).items
    assert 80_000 < len(response.content) < 100_000
    assert len({each.asin for each in items}) == 20
    assert all(getattr(items[0], field) for field in items[0].__struct_fields__)


def test_the_server_responds_to_each_complete_call_once() -> None:
    with server.serving() as url, socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as connection:
        connection.settimeout(0.05)
        connection.sendall(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{")
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(30)
        connection.sendall(b"}DELETE / HTTP/1.1\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as received:
            assert received.read().count(b"HTTP/1.1 200 OK\r\n") == 2


def test_the_upload_is_a_request_of_the_spec() -> None:
    rows = coding.upload_rows()
    sent = json.loads(upload_catalog.request(body=coding.build(models, "catalog_items", rows, UNSET)).content or b"")
    assert sent == coding.build(coding.DICTS, "catalogItems", rows)
    assert len({each["item_sku"] for each in sent["catalogItems"]}) == 10_000


@pytest.mark.parametrize("operations", [2, 10, 26])
def test_a_synthetic_document_is_valid_and_of_the_given_size(tmp_path: Path, operations: int) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(synthetic.document(operations), sort_keys=False), encoding="utf-8")
    document = read(path)
    assert validity.check(document) == []
    assert len(list(document.operations())) == operations
