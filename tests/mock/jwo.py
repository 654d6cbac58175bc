"""The mock of Just Walk Out, as a retailer calls it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from scripts.mock.serving import Mocks
from tests.mock.callers import Caller

JWO = "amazon_jwo_catalog"
UPLOAD, ARCHIVE, STATUS = "upload", "archive", "getCatalogUploadStatus"
FAST: dict[str, Any] = {"rate": 1e6, "burst": 1e6}
EAN = "4006381333931"


class Retailer(Caller):
    """Signs calls and sends them."""

    api = JWO

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.skus = self.vendor._catalog.examples()
        self.key = Credentials(self.options.access_key_id, self.options.secret_access_key)
        self.foreign = Credentials(self.options.foreign_access_key_id, self.options.secret_access_key)

    def sign(
        self,
        path: str,
        content: bytes,
        *,
        method: str = "POST",
        key: Any = None,
        service: str = "execute-api",
        region: str = "us-east-1",
        **headers: str,
    ) -> dict[str, str]:
        """Return the headers of a signed request with JSON."""
        given = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = AWSRequest(method, self.vendor.base_url + path, given, content)
        SigV4Auth(key or self.key, service, region).add_auth(request)
        return dict(request.headers.items())

    def request(self, method: str, path: str) -> httpx2.Response:
        return self.http.request(method, path, headers=self.sign(path, b"", method=method))

    def post(self, operation: str, body: Any, *, key: Any = None) -> httpx2.Response:
        path, content = f"/v1/catalog/{operation}", body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(path, content=content, headers=self.sign(path, content, key=key))

    def upload(self, *items: dict[str, Any]) -> str:
        return _taken(self.post(UPLOAD, {"catalogItems": items}))

    def archive(self, *skus: str) -> str:
        return _taken(self.post(ARCHIVE, {"itemSkus": skus, "allApplicableStores": self.options.stores}))

    def statuses(self, ingestion: str) -> Iterator[Any]:
        """Yield each status until the last one; between two of them, the vendor's clock advances."""
        for _ in range(1000):
            response = self.post(STATUS, {"ingestionId": ingestion})
            assert response.status_code == 200, response.text
            found = response.json()
            yield found
            if found["processingStatus"] not in {"INQUEUE", "INPROGRESS"}:
                return
            self.clock.advance(5)
        raise AssertionError(f"{ingestion} does not end")

    def link(self, ingestion: str) -> str:
        last = [*self.statuses(ingestion)][-1]
        assert last["processingStatus"] == "DONE"
        return str(last["reportDownloadLink"])

    def report(self, ingestion: str) -> list[list[str]]:
        """Return the lines of a report in CSV, without its head."""
        head, *lines = csv.reader(httpx2.get(self.link(ingestion)).text.splitlines())
        assert head == ["item_sku", "store_id", "status", "message"]
        return lines

    def outcomes(self, ingestion: str) -> list[str]:
        """Return the outcome of each item."""
        return [message or status for _, _, status, message in self.report(ingestion)]


def item(sku: str, *, store: str = "STORE-1", barcode: str = EAN, others: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """Return an item to upload."""
    made = {"item_sku": sku, "external_product_id": barcode, "item_name": "Water", "store_id": store, **more}
    if others:
        made["additional_external_product_information"] = [{"external_product_id": each} for each in others]
    return made


def _taken(response: httpx2.Response) -> str:
    assert response.status_code == 201, response.text
    return str(response.json()["ingestionId"])
