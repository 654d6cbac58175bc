"""Upload or archive as a program without this project would: `python -m scripts.bench.straight URL CREDENTIALS RUN COUNT`.

A straight asyncio loop over the client of another generator: it cuts items into requests, keeps eight of them going, polls, reads
the reports and writes a line for each item. It retries nothing, keeps no limit, and does not notice an item that is given twice or
that no report has. It prints what that took in its process, as JSON.
"""

from __future__ import annotations

import asyncio
import csv
import io
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import httpx
import httpx2
import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from scripts.bench.environment import STOCK
from scripts.bench.memory import peak
from scripts.bench.work import STORES, Cost, items, skus

_API = "amazon_jwo_catalog"
_SIZE, _AT_ONCE, _INTERVAL = 10_000, 8, 0.1  # as in a run of ours
# A busy vendor is not given up, and a connection is not used for a request while the vendor closes it: nothing is retried here.
_OPTIONS: dict[str, Any] = {"timeout": 600, "trust_env": False}
_LIMITS = httpx.Limits(keepalive_expiry=1)
_LIMITS2 = httpx2.Limits(keepalive_expiry=1)


class Peer(Protocol):
    """What the loop needs of a client."""

    @property
    def models(self) -> Any:
        """The module of its models."""

    @property
    def http(self) -> Any:
        """What reads reports."""

    async def upload(self, chunk: list[Any]) -> str:
        """Send items, and return the id of their ingestion."""

    async def archive(self, chunk: list[str]) -> str:
        """Send SKUs, and return the id of their ingestion."""

    async def link(self, ingestion: str) -> str | None:
        """Return the link to the report of an ingestion, once there is one."""


class Stock:
    """The client of openapi-python-client."""

    def __init__(self, package: str, url: str, sign: Callable[[Any], Any]) -> None:
        self.http = httpx.AsyncClient(limits=_LIMITS, **_OPTIONS)
        self.models = import_module(f"{package}_{_API}.models")
        self._operations = import_module(f"{package}_{_API}.api.catalog")
        self._client = import_module(f"{package}_{_API}").Client(base_url=url)
        self._client.set_async_httpx_client(httpx.AsyncClient(base_url=url, auth=sign, limits=_LIMITS, **_OPTIONS))

    async def upload(self, chunk: list[Any]) -> str:
        """See `Peer`."""
        return await self._sent("upload_catalog", self.models.UploadCatalogRequest(catalog_items=chunk))

    async def archive(self, chunk: list[str]) -> str:
        """See `Peer`."""
        body = self.models.ArchiveCatalogRequest(item_skus=chunk, all_applicable_stores=list(STORES))
        return await self._sent("archive_catalog", body)

    async def link(self, ingestion: str) -> str | None:
        """See `Peer`."""
        body = self.models.GetCatalogUploadStatusRequest(ingestion_id=ingestion)
        return (await self._call("get_catalog_upload_status", body)).report_download_link or None

    async def _sent(self, operation: str, body: Any) -> str:
        found: str = (await self._call(operation, body)).ingestion_id
        return found

    async def _call(self, operation: str, body: Any) -> Any:
        return await import_module(f"{self._operations.__name__}.{operation}").asyncio(client=self._client, body=body)


class _FunctionAuth(httpx2.Auth):
    """Lets a function sign each request."""

    requires_request_body = True

    def __init__(self, sign: Callable[[Any], Any]) -> None:
        self._sign = sign

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response]:
        """Sign a request."""
        yield self._sign(request)


class Datamodel:
    """The client of datamodel-code-generator."""

    def __init__(self, package: str, url: str, sign: Callable[[Any], Any]) -> None:
        self.http = httpx2.AsyncClient(limits=_LIMITS2, **_OPTIONS)
        self.models = import_module(f"{package}_{_API}_models")
        sent = httpx2.AsyncClient(limits=_LIMITS2, **_OPTIONS)
        client = import_module(f"{package}_{_API}").AsyncClient
        self._catalog = client(base_url=url, auth=_FunctionAuth(sign), http_client=sent, timeout=_OPTIONS["timeout"]).catalog

    async def upload(self, chunk: list[Any]) -> str:
        """See `Peer`."""
        found: str = (await self._catalog.upload_catalog(body=self.models.UploadCatalogRequest(catalogItems=chunk))).ingestionId
        return found

    async def archive(self, chunk: list[str]) -> str:
        """See `Peer`."""
        body = self.models.ArchiveCatalogRequest(itemSkus=chunk, allApplicableStores=list(STORES))
        found: str = (await self._catalog.archive_catalog(body=body)).ingestionId
        return found

    async def link(self, ingestion: str) -> str | None:
        """See `Peer`."""
        body = self.models.GetCatalogUploadStatusRequest(ingestionId=ingestion)
        found = (await self._catalog.get_catalog_upload_status(body=body)).reportDownloadLink
        return str(found) if found else None


def main(url: str, run: str, count: int) -> int:
    """Perform a run, `<operation> <package>`, and print its cost; return 2 where not every item is confirmed."""
    operation, _, package = run.partition(" ")
    peer = Stock(package, url, _signer()) if package == STOCK else Datamodel(package, url, _signer())
    began, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        confirmed = asyncio.run(loop(peer, operation, count, Path(folder) / "ledger.csv"))
    cost = Cost(cpu=time.process_time() - cpu, seconds=time.perf_counter() - began, peak=peak())
    if confirmed != count:
        print(f"straight: {confirmed} of {count} items are confirmed", file=sys.stderr)
        return 2
    print(msgspec.json.encode(cost).decode())
    return 0


async def loop(peer: Peer, operation: str, count: int, ledger: Path) -> int:
    """Send all items, write a line for each of them, and return how many are confirmed."""
    confirmed, room = 0, asyncio.Semaphore(_AT_ONCE)
    send: Callable[[list[Any]], Awaitable[str]] = peer.upload if operation == "upload" else peer.archive
    every: Iterator[Any] = items(peer.models.CatalogItem, count) if operation == "upload" else skus(count)
    with ledger.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "store", "status", "reason"])

        async def carry(chunk: list[Any]) -> None:
            nonlocal confirmed
            try:
                ingestion = await send(chunk)
                while not (link := await peer.link(ingestion)):  # noqa: ASYNC110 - only the vendor knows
                    await asyncio.sleep(_INTERVAL)
                report = (await peer.http.get(link)).raise_for_status().text
            finally:
                room.release()
            for row in csv.DictReader(io.StringIO(report)):
                is_confirmed = row["status"] == "SUCCESS"
                confirmed += is_confirmed
                writer.writerow([row["item_sku"], row["store_id"], "confirmed" if is_confirmed else "rejected", row["message"]])

        async with asyncio.TaskGroup() as tasks:
            while chunk := list(islice(every, _SIZE)):
                await room.acquire()
                tasks.create_task(carry(chunk))
    return confirmed


def _signer() -> Callable[[Any], Any]:
    """Return what signs a request of httpx or httpx2 with the keys of the environment."""
    keys = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    signer = SigV4Auth(keys, "execute-api", os.environ["AWS_REGION"])

    def sign(request: Any) -> Any:
        headers = {"content-type": request.headers["content-type"]}
        signed = AWSRequest(request.method, str(request.url), headers=headers, data=request.content)
        signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request

    return sign


if __name__ == "__main__":
    os.environ |= msgspec.json.decode(sys.argv[2], type=dict[str, str])
    sys.exit(main(sys.argv[1], sys.argv[3], int(sys.argv[4])))
