"""The vendor of the fifth API, played on loopback: it holds products and stock levels, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

KEY = "depot-key"
DATE = "Wed, 25 Nov 2026 12:00:00 GMT"
PAGE = 3
Reply = tuple[int, Any]


@dataclass
class Depot:
    """What the vendor has, and what it was asked.

    Attributes:
        products: packs by SKU: barcodes with their standard.
        retired: since when, by SKU.
        stock: levels by SKU.
        fates: word and remark of the protocol, by label of the batch.
        expired: how many links to protocols have expired; each response with a link has a new one.
        lost: how many recalls get no response; they are executed.
        keys: the keys of the recalls that were sent.
        asked: method, path and body of each request.
        url: where it is.
    """

    products: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    retired: dict[str, str] = field(default_factory=dict)
    stock: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    fates: dict[str, tuple[str, str]] = field(default_factory=dict)
    expired: int = 0
    lost: int = 0
    keys: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    url: str = ""
    _searches: list[list[str]] = field(default_factory=list)
    _recalls: dict[str, tuple[Any, Reply]] = field(default_factory=dict)
    _links: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self, method: str, path: str) -> list[Any]:
        """Return the bodies of requests."""
        return [body for its, at, body in self.asked if (its, at) == (method, path)]

    @property
    def recalled(self) -> list[list[str]]:
        """The labels of each search that was begun."""
        return self._searches

    def respond(self, method: str, target: str, headers: Mapping[str, str], body: Any) -> Reply | None:
        """Return status and body of a response; None for no response."""
        key = headers.get("X-Depot-Key")
        split = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        with self._lock:
            self.asked.append((method, split.path, body))
            parts = unquote(split.path).strip("/").split("/")
            if parts[0] == "protocols":
                return (410, {}) if int(parts[2]) <= self.expired else self._protocol(int(parts[1]), key)
            if key != KEY:
                return 401, {"problemKind": "noKey"}
            if method == "POST" and parts[-1] == "recalls":
                return self._recall_once(headers["Recall-Key"], body)
            return self._dispatch(method, parts, query, body)

    def _dispatch(self, method: str, parts: list[str], query: Mapping[str, str], body: Any) -> Reply:
        found: Reply = 404, {"problemKind": "nowhere"}
        match method, *parts:
            case "POST", "warehouses", _, "stockLevels":
                found = self._report(body["stockLevels"])
            case "GET", "warehouses", _, "stockLevels":
                found = self._list(int(query.get("pageNumber", "1")))
            case "GET", "warehouses", "LEEDS-2", "recalls", number:
                self._links += 1
                found = 200, {"progress": "searched", "protocolUrl": f"{self.url}/protocols/{number}/{self._links}"}
            case "GET", "products":
                found = self._find(query)
            case "DELETE", "products", sku:
                found = self._retire(sku)
        return found

    def _report(self, levels: list[dict[str, Any]]) -> Reply:
        known = [each for each in levels if not each["skuCode"].startswith("GONE")]
        self.stock |= {each["skuCode"]: each for each in known}
        refused = [{"skuCode": each["skuCode"], "refusalReason": "unknownSku"} for each in levels if each not in known]
        return 200, {"acceptedCount": len(known), "refusedLines": refused}

    def _recall_once(self, key: str, body: Any) -> Reply | None:
        self.keys.append(key)
        if key not in self._recalls:
            self._recalls[key] = body, self._recall(body["order"]["batches"])
        known, reply = self._recalls[key]
        if known != body:
            return 409, {"problemKind": "usedKey"}
        self.lost -= 1
        return None if self.lost >= 0 else reply

    def _recall(self, batches: list[dict[str, Any]]) -> Reply:
        if any(each["batchLabel"].startswith("BAD") for each in batches):
            return 422, {"problemKind": "badLabel", "explanation": "a label is not one of ours"}
        self._searches.append([each["batchLabel"] for each in batches])
        return 202, {"search": {"searchNumber": len(self._searches)}}

    def _protocol(self, number: int, key: str | None) -> Reply:
        assert key is None, "a report is fetched with the credentials"
        rows = [(label, *self.fates.get(label, ("packed", ""))) for label in self._searches[number - 1]]
        return 200, [{"batch": label, "fate": fate, "remark": remark, "shelf": "9"} for label, fate, remark in rows]

    def _find(self, query: Mapping[str, str]) -> Reply:
        codes, kind = query["codes"].split("|"), query["codeKind"]
        if any(each.startswith("?") for each in codes):
            return 422, {"problemKind": "badCode", "explanation": "a code begins with ?"}
        found = []
        for sku, barcodes in self.products.items():
            own = {sku} if kind == "sku" else {each["digits"] for each in barcodes if each["standard"] == kind}
            if {each.lstrip("0") for each in own} & {each.lstrip("0") for each in codes}:
                packs = {"packs": [{}, {"barcodes": barcodes}]} if "packs" in query.get("parts", "").split(",") else {}
                found.append({"skuCode": sku, "colour": "blue", **packs})
        return self._page(found, query, "products")

    def _page(self, found: list[Any], query: Mapping[str, str], name: str) -> Reply:
        begin = int(query.get("cursor", "0"))
        end = begin + min(PAGE, int(query.get("pageSize", PAGE)))
        more = {"nextCursor": str(end)} if end < len(found) else {}
        return 200, {name: found[begin:end], "productCount": len(found), **more}

    def _list(self, number: int) -> Reply:
        levels, begin = [*self.stock.values()], PAGE * (number - 1)
        page = {"stockLevels": levels[begin : begin + PAGE], "hasMore": begin + PAGE < len(levels)}
        return 200, {**page, "productCount": len(levels)}

    def _retire(self, sku: str) -> Reply:
        if sku.upper() not in self.products:
            return 404, {"problemKind": "unknownSku"}
        if sku.startswith("SOLD"):
            return 409, {"problemKind": "stillSold"}
        return 200, {"skuCode": sku.upper(), "retiredOn": self.retired.get(sku, "2026-11-25T12:00:00Z")}


@contextmanager
def open_depot(**state: Any) -> Iterator[Depot]:
    """Run a vendor on loopback."""
    depot = Depot(**state)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _dispatch(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            found = depot.respond(self.command, self.path, dict(self.headers), json.loads(body) if body else None)
            if found is None:
                self.close_connection = True
                return
            status, reply = found
            content = json.dumps(reply).encode()
            self.send_response_only(status)
            for name, value in (("Date", DATE), ("Content-Type", "application/json"), ("Content-Length", str(len(content)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _dispatch  # noqa: N815 - as the base class names them

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    depot.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield depot
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
