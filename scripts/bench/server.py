"""A server on the loopback interface that responds to every call at once, in threads of this process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from scripts.bench.environment import SPECS
from scripts.spec.document import read

_ITEMS = 20
_STATUS = b'{"processingStatus":"INPROGRESS"}'
_SENTENCE = "Polycarbonate shell that springs back into shape after a knock: “unkaputtbar”, 丈夫. What is inside arrives whole."


@contextmanager
def serving() -> Iterator[str]:
    """Run the server, and yield its base URL: the response to a GET is a page of items, to any other method a status."""
    page, status = _response(search_page()), _response(_STATUS)

    class Calls(StreamRequestHandler):
        """One connection, kept open from call to call."""

        disable_nagle_algorithm = True

        def handle(self) -> None:
            """Respond to each complete call."""
            while request := self.rfile.readline():
                length = 0
                while header := self.rfile.readline().strip().lower():
                    if header.startswith(b"content-length:"):
                        length = int(header.partition(b":")[2])
                self.rfile.read(length)
                self.wfile.write(page if request.startswith(b"GET ") else status)

    class Server(ThreadingTCPServer):
        """Lets many connections be opened at once."""

        request_queue_size = 128

    with Server(("127.0.0.1", 0), Calls) as server:
        server.daemon_threads = True  # a connection that is still open does not keep this process
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def search_page() -> bytes:
    """Return the spec's example of a page of results, with longer texts and 20 items: about 90 kB of compact JSON in UTF-8."""
    search = read(SPECS / "amazon_catalog_items.yaml").resolved.data["paths"]["/catalog/2022-04-01/items"]["get"]
    page = search["responses"]["200"]["content"]["application/json"]["examples"]["constructedKeywords"]["value"]
    item = json.loads(_compact(page["items"][0]))
    bullet = {"value": _SENTENCE, "language_tag": "en_US", "marketplace_id": "ATVPDKIKX0DER"}
    item["attributes"]["bullet_point"] = [bullet] * 5
    item["images"][0]["images"] *= 3
    text = _compact(item)
    texts = [
        text.replace("B0EXAMPLE1", f"B0BENCH{number:03}").replace("orthlake", f"orthlake-{number}") for number in range(_ITEMS)
    ]
    return _compact({**page, "items": [json.loads(each) for each in texts]}).encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
