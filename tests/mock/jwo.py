"""The mock of Just Walk Out, as a retailer calls it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from scripts.mock.engine.clock import VirtualClock
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from scripts.mock.vendors.amazon_jwo_catalog.vendor import AmazonJwoCatalog
from tests.mock.asking import Admin

JWO = "amazon_jwo_catalog"
UPLOAD, ARCHIVE, STATUS = "upload", "archive", "getCatalogUploadStatus"
FAST: dict[str, Any] = {"rate": 1e6, "burst": 1e6}
EAN = "4006381333931"


class Retailer:
    """Signs calls and sends them."""

    def __init__(self, mocks: Mocks) -> None:
        self.admin = Admin(mocks, JWO)
        vendor = mocks.vendors[JWO]
        assert isinstance(vendor, AmazonJwoCatalog)
        self.vendor = vendor
        assert isinstance(vendor.clock, VirtualClock)
        self.clock = vendor.clock
        self.options = vendor.options
        self.skus = vendor._catalog.examples()
        self.url = vendor.base_url
        self.key = Credentials(self.options.access_key_id, self.options.secret_access_key)
        self.foreign = Credentials(self.options.foreign_access_key_id, self.options.secret_access_key)
        self.http = httpx2.Client(base_url=self.url)

    def close(self) -> None:
        self.http.close()
        self.admin.close()

    def sign(
        self, path: str, content: bytes, *, key: Any = None, service: str = "execute-api", region: str = "us-east-1", **headers: str
    ) -> dict[str, str]:
        """Return the headers of a signed POST of JSON."""
        given = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = AWSRequest("POST", self.url + path, given, content)
        SigV4Auth(key or self.key, service, region).add_auth(request)
        return dict(request.headers.items())

    def post(self, operation: str, body: Any, *, key: Any = None) -> httpx2.Response:
        path, content = f"/v1/catalog/{operation}", body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(path, content=content, headers=self.sign(path, content, key=key))

    def upload(self, *items: dict[str, Any]) -> str:
        return _taken(self.post(UPLOAD, {"catalogItems": items}))

    def archive(self, *skus: str) -> str:
        return _taken(self.post(ARCHIVE, self.archiving(*skus)))

    def archiving(self, *skus: str) -> dict[str, Any]:
        return {"itemSkus": skus, "allApplicableStores": self.options.stores}

    def status(self, ingestion: str) -> Any:
        response = self.post(STATUS, {"ingestionId": ingestion})
        assert response.status_code == 200, response.text
        return response.json()

    def statuses(self, ingestion: str) -> Iterator[Any]:
        """Yield each status until the last one; between two of them, the vendor's clock advances."""
        for _ in range(1000):
            found = self.status(ingestion)
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


@contextmanager
def retailer(*, faults: tuple[str, ...] = (), **options: Any) -> Iterator[Retailer]:
    """Run the mocks with a virtual clock, and give a retailer; if there are faults, each response has one of them."""
    settings = Settings(chaos=bool(faults), faults=faults, options={JWO: options})
    with running(settings, clock=VirtualClock()) as mocks:
        opened = Retailer(mocks)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def changed(mock: Retailer, **options: Any) -> Iterator[None]:
    """Change options of the mock for a while."""
    before = mock.admin.http.get("options").json()
    mock.admin.set(**options)
    try:
        yield
    finally:
        mock.admin.set(**{name: before[name] for name in options})


def item(sku: str, *, store: str = "STORE-1", barcode: str = EAN, others: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """Return an item to upload."""
    made = {"item_sku": sku, "external_product_id": barcode, "item_name": "Water", "store_id": store, **more}
    if others:
        made["additional_external_product_information"] = [{"external_product_id": each} for each in others]
    return made


def _taken(response: httpx2.Response) -> str:
    assert response.status_code == 201, response.text
    return str(response.json()["ingestionId"])
